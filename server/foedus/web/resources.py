"""Every IRI of ours answers: 303 to its document, and the document in RDF or as a page.

Cool URIs for the Semantic Web (W3C Interest Group Note, 2008), section 4.2; RFC 9110, sections
15.4.4 (303), 15.5.5 (404) and 15.5.11 (410); RFC 8288 for the links.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from foedus import __version__
from foedus.content.names import F, prefixes
from foedus.engine.serialize import write_triples
from foedus.web.dumping import CONTENT_TYPES, Dumps
from foedus.web.knowledge import Knowledge
from foedus.web.negotiation import DOCUMENTS, HTML, Offer, choose, languages, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.protocol import parse_day
from foedus.web.served import Served
from foedus.web.urls import Urls

EXTENSIONS = ("html", "ttl", "nt", "rdf", "jsonld")


def blueprint(
    served: Served,
    knowledge: Knowledge,
    urls: Urls,
    page: Callable[[str, str], str],
    *,
    cacheable: bool,
) -> Blueprint:
    """The routes of dereferencing. ``page(iri, path)`` writes the page of an IRI."""
    resources = Blueprint("resources", __name__)
    dumps = Dumps(served)

    @resources.get("/<any(id, concept, release):room>/<path:rest>")
    @resources.get("/<any(graph):room>/<path:rest>")
    @resources.get("/<any(ontology):room>/<path:rest>")
    def thing(room: str, rest: str) -> BaseResponse:
        return _see_other(f"{room}/{rest}")

    @resources.get("/ontology")
    def ontology() -> BaseResponse:
        return _see_other("ontology")

    @resources.get("/release/<digest>/dump.<extension>")
    def dump(digest: str, extension: str) -> BaseResponse:
        """A dump of the release that is served (DCAT 3, section 6.8)."""
        if digest != served.digest or extension not in CONTENT_TYPES or not served.manifest:
            raise Problem("unknown", "Only the release that is served is dumped here.")
        return dumps.response(extension)

    def _see_other(path: str) -> BaseResponse:
        new = _renamed(path)
        if new:
            return redirect(urls.local(new), 301)
        _require(path)
        day = parse_day(request.args.get("at"))
        asked = {"at": day.isoformat()} if day else {}
        response = redirect(urls.path(f"doc/{path}", asked), 303)
        response.vary.add("Accept")
        return response

    def _renamed(path: str) -> str:
        iri = urls.iri(path)
        return knowledge.renamed(iri) if _askable(iri) else ""

    def _described(path: str) -> bool:
        iri = urls.iri(path)
        return _askable(iri) and knowledge.exists(iri)

    def _require(path: str) -> None:
        """Raise 404 or 410 for an IRI without description."""
        iri = urls.iri(path)
        if not _described(path):
            raise Problem("unknown", "No source says anything of this IRI.")
        stone = knowledge.tombstone(iri)
        if stone is not None:
            raise _gone(stone, urls)

    @resources.get("/doc/<path:path>")
    def document(path: str) -> BaseResponse:
        stem, dot, extension = path.rpartition(".")
        if not (dot and extension in EXTENSIONS) or _described(path):
            stem, extension = path, ""
        new = _renamed(stem)
        if new.startswith(urls.base):
            return redirect(urls.document(new[len(urls.base) :], extension), 301)
        offer = _negotiated(extension)
        _require(stem)
        day = parse_day(request.args.get("at"))
        spoken = languages(request.headers.get("Accept-Language")) if offer is HTML else ()
        etag = _etag(stem, offer, " ".join([day.isoformat() if day else "", *spoken]))
        if etag in request.headers.get("If-None-Match", "") and cacheable:
            response = Response(status=304)
        elif offer is HTML:
            response = Response(page(urls.iri(stem), stem), content_type=offer.content_type)
        else:
            triples = _description(stem)
            body = write_triples(triples, offer.writes, prefixes())
            response = Response(body, content_type=offer.content_type)
        if cacheable:
            response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, no-cache"
        if offer is HTML:
            response.vary.add("Accept-Language")
        if not extension:
            response.vary.add("Accept")
            response.headers["Content-Location"] = urls.document(stem, _extension_of(offer))
        response.headers["Link"] = _links(stem)
        return response

    def _negotiated(extension: str) -> Offer:
        if extension:
            found = named(extension, DOCUMENTS)
        else:
            wanted = request.args.get("format")
            header = request.headers.get("Accept")
            found = named(wanted, DOCUMENTS) if wanted else choose(header, _default_order(header))
        if found is None:
            raise not_acceptable(DOCUMENTS)
        return found

    def _default_order(header: str | None) -> tuple[Offer, ...]:
        # A client that takes anything is a program; one that names HTML is a browser.
        if header and "html" in header:
            return DOCUMENTS
        return (*DOCUMENTS[1:], HTML)

    def _description(path: str) -> list[ox.Triple]:
        iri = urls.iri(path)
        if iri + "#" == F or path.startswith("ontology/"):
            return knowledge.ontology(iri)
        triples = knowledge.describe(iri)
        if path.startswith("graph/"):
            triples = list(dict.fromkeys([*triples, *knowledge.graph(iri)]))
        return triples

    def _etag(path: str, offer: Offer, day: str) -> str:
        parts = (served.digest, __version__, path, offer.content_type, day, urls.public)
        return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'

    def _links(path: str) -> str:
        links = [f'<{urls.iri(path)}>; rel="canonical"', f'<{urls.iri(path)}>; rel="cite-as"']
        links += [
            f'<{urls.document(path, _extension_of(offer))}>; rel="alternate"; '
            f'type="{offer.media_type}"'
            for offer in DOCUMENTS[:5]
        ]
        links.append('<https://creativecommons.org/licenses/by/4.0/>; rel="license"')
        return ", ".join(links).encode("ascii", "ignore").decode()

    return resources


def _extension_of(offer: Offer) -> str:
    return next(
        (
            name
            for name in EXTENSIONS
            for o in DOCUMENTS
            if name in o.names and o.writes == offer.writes
        ),
        "ttl",
    )


def _askable(iri: str) -> bool:
    """Whether this can be written into a query as an IRI at all (RFC 3987, section 2.2)."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return (
        len(iri) < 2000
        and not any(c in iri for c in '<>"{}|\\^`')
        and iri.isprintable()
        and (" " not in iri)
    )


def _gone(stone: dict[str, str], urls: Urls) -> Problem:
    said = ["The curators withdrew this"]
    if stone.get("when"):
        said.append(f"on {stone['when']}")
    detail = " ".join(said) + (f": {stone['why']}" if stone.get("why") else ".")
    members = {
        "withdrawn": stone.get("when"),
        "reason": stone.get("why"),
        "replacedBy": stone.get("instead"),
    }
    return Problem(
        "withdrawn", detail, members={name: text for name, text in members.items() if text}
    )
