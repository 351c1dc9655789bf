"""FAIR Signposting level 2: typed links that lead a program from a page to what is behind it.

Signposting the Scholarly Web, FAIR profile; RFC 8288 for the header, RFC 9264 for the link set.
One list of links is made for each document; the header, the link set in JSON and the one in the
format of the header are three ways of writing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foedus.content.names import BASE, F
from foedus.web.linked.formats import EXTENSIONS, MEDIA
from foedus.web.urls import Urls

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
LINKSET = "application/linkset+json"
LINKSET_TEXT = "application/linkset"
CONTEXT_REL = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link from *anchor* to *href* (RFC 8288, section 2)."""

    rel: str
    href: str
    type: str = ""
    anchor: str = ""
    title: str = ""

    def __str__(self) -> str:
        text = f'<{_ascii(self.href)}>; rel="{self.rel}"'
        if self.type:
            text += f'; type="{self.type}"'
        if self.anchor:
            text += f'; anchor="{_ascii(self.anchor)}"'
        return text


def of_page(path: str, urls: Urls, types: Sequence[str]) -> list[Link]:
    """The links of the document of the IRI with this path; *types* are classes of its thing."""
    iri = urls.iri(path)
    links = [
        Link("canonical", iri),
        Link("cite-as", iri),
        Link("type", "https://schema.org/AboutPage"),
        *(Link("type", name) for name in types),
        Link("license", LICENSE),
        Link("author", urls.absolute("")),
    ]
    for extension in EXTENSIONS:
        here, media = urls.address(path, extension), MEDIA[extension]
        links.append(Link("alternate", here, media))
        if extension != "html":
            links.append(Link("describedby", here, media))
    links += [
        Link("describedby", urls.absolute(f"cite/{path}.bib"), "application/x-bibtex"),
        Link(
            "describedby",
            urls.absolute(f"cite/{path}.csl.json"),
            "application/vnd.citationstyles.csl+json",
        ),
    ]
    links += [Link("item", href, media) for href, media in items(path, urls)]
    if collection := _collection(path, urls):
        links.append(Link("collection", collection))
    links.append(Link("linkset", urls.absolute(f"linkset/{path}.json"), LINKSET))
    return links


def items(path: str, urls: Urls) -> list[tuple[str, str]]:
    """What the thing itself consists of: the triples of a graph, the files of a release."""
    if is_graph(path):
        return [
            (urls.absolute(f"{path}.{extension}"), MEDIA[extension])
            for extension in ("ttl", "nt", "rdf", "jsonld")
        ]
    if path.startswith("release/") and path.count("/") == 1:
        return [
            (urls.absolute(f"{path}/dump.{extension}"), media)
            for extension, media in (
                ("nq", "application/n-quads"),
                ("trig", "application/trig"),
                ("ttl", "text/turtle"),
                ("jsonld", "application/ld+json"),
            )
        ]
    return []


def is_graph(path: str) -> bool:
    """Whether this is the path of a graph; what the default one is counted by is below it."""
    return path.startswith("graph/") and not path.startswith("graph/default/")


def header(links: Iterable[Link]) -> str:
    """The links as the value of one ``Link`` header, in ASCII."""
    return ", ".join(str(link) for link in links)


def linkset(path: str, links: Sequence[Link], urls: Urls) -> bytes:
    """The links as ``application/linkset+json`` (RFC 9264, section 4.2): page, data, items."""
    page = urls.address(path, "html")
    iri = urls.iri(path)
    context: dict[str, object] = {"anchor": page}
    grouped: dict[str, list[dict[str, str]]] = {}
    for link in links:
        if link.rel != "linkset":
            target = {"href": link.href} | ({"type": link.type} if link.type else {})
            grouped.setdefault(link.rel, []).append(target)
    sets: list[dict[str, object]] = [context | grouped]
    for extension in EXTENSIONS[1:]:
        sets.append(
            {
                "anchor": urls.address(path, extension),
                "describes": [{"href": page, "type": MEDIA["html"]}, {"href": iri}],
                "license": [{"href": LICENSE}],
                "profile": [{"href": F.removesuffix("#")}],
            }
        )
    for href, _ in items(path, urls):
        sets.append({"anchor": href, "collection": [{"href": page, "type": MEDIA["html"]}]})
    return (json.dumps({"linkset": sets}, ensure_ascii=False, indent=1) + "\n").encode()


def linkset_text(path: str, links: Sequence[Link], urls: Urls) -> bytes:
    """The same as ``application/linkset`` (RFC 9264, section 4.1): a header as a document."""
    page = urls.address(path, "html")
    lines = [
        str(Link(link.rel, link.href, link.type, page)) for link in links if link.rel != "linkset"
    ]
    lines += [
        str(Link("describes", page, MEDIA["html"], urls.address(path, extension)))
        for extension in EXTENSIONS[1:]
    ]
    return (",\n".join(lines) + "\n").encode("ascii")


def _collection(path: str, urls: Urls) -> str:
    """What a thing is a part of: the graph of a statement's source, the scheme of a concept."""
    parts = path.split("/")
    if path.startswith(("id/statement/", "id/evidence/")) and len(parts) == 4:
        return BASE + f"graph/source/{parts[2]}"
    if path.startswith("concept/") and len(parts) == 3:
        return BASE + f"concept/{parts[1]}"
    if path.startswith("shape/"):
        return BASE + "graph/shapes"
    return ""


def _ascii(address: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1), which is all that a header can carry."""
    from urllib.parse import quote

    return quote(address, safe="%/:@!$&'()*+,;=?#[]-._~")
