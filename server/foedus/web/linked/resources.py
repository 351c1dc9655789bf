"""Every IRI of ours answers: 303 to its document, and the document in RDF or as a page.

Cool URIs for the Semantic Web (W3C Interest Group Note, 2008), section 4.2; RFC 9110, sections
15.4.4 (303), 15.5.5 (404) and 15.5.11 (410); RFC 8288 for the links.

The document of a named graph tells of the graph: who made it, how large it is. Its triples are at
its IRI with an extension, ``graph/source/NAME.ttl``, and the document links there (``item``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from foedus import __version__
from foedus.engine.serialize import JSON_LD
from foedus.web.knowledge import Knowledge
from foedus.web.linked import jsonld, signposting
from foedus.web.linked.context import RDF
from foedus.web.linked.documents import Documents
from foedus.web.linked.formats import EXTENSIONS, extension_of, order
from foedus.web.linked.nearest import Nearest
from foedus.web.negotiation import DOCUMENTS, HTML, Offer, choose, languages, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.protocol import parse_day
from foedus.web.served import Served
from foedus.web.urls import Urls
from foedus.web.validators import is_known

_GRAPH_FORMATS = {"ttl": "ttl", "nt": "nt", "rdf": "rdf", "jsonld": "jsonld"}
_LINKSETS = (
    Offer(signposting.LINKSET, "json", ("json",)),
    Offer(signposting.LINKSET_TEXT, "text", ("txt",)),
    Offer("application/json", "json"),
)
_FRESH = "public, no-cache"
#: Documents whose links are kept: of a document several formats are asked for.
_KEPT = 256


def blueprint(
    served: Served,
    knowledge: Knowledge,
    documents: Documents,
    urls: Urls,
    page: Callable[[str, str], str],
    *,
    cacheable: bool,
) -> Blueprint:
    """The routes of dereferencing. ``page(iri, path)`` writes the page of an IRI."""
    resources = Blueprint("resources", __name__)
    nearest = Nearest(knowledge, urls, lasting=documents.lasting)

    @resources.get("/<any(id, concept, release, shape, ontology):room>/<path:rest>")
    def thing(room: str, rest: str) -> BaseResponse:
        return _see_other(f"{room}/{rest}")

    @resources.get("/ontology")
    def ontology() -> BaseResponse:
        return _see_other("ontology")

    @resources.get("/graph/<path:rest>")
    def graph(rest: str) -> BaseResponse:
        """A named graph: by extension its triples, without one the document about it."""
        path = f"graph/{rest}"
        stem, _, extension = path.rpartition(".")
        wanted = extension in _GRAPH_FORMATS and signposting.is_graph(stem)
        if wanted and not _described(path) and _described(stem):
            return _triples_of(stem, extension)
        return _see_other(path)

    def _triples_of(path: str, extension: str) -> BaseResponse:
        """The triples of a graph, where they are asked for: at the Graph Store (section 4.2)."""
        default = path == "graph/default"
        which = "default" if default else f"graph={quote(urls.iri(path), safe='')}"
        response = redirect(f"{urls.path('graphs')}?{which}&format={extension}", 307)
        response.headers["Link"] = f'<{urls.document(path)}>; rel="describedby"'
        return response

    def _see_other(path: str) -> BaseResponse:
        new = documents.standing(path).renamed
        if new:
            return redirect(urls.local(new), 301)
        _require(path)
        day = parse_day(request.args.get("at"))
        asked = {"at": day.isoformat()} if day else {}
        response = redirect(urls.path(f"doc/{path}", asked), 303)
        response.vary.add("Accept")
        response.headers["Link"] = _links(path)
        return response

    _described = documents.describes

    def _require(path: str) -> None:
        """Raise 404 or 410 for an IRI without description."""
        standing = documents.standing(path)
        if not standing.known:
            raise Problem(
                "unknown", "No source says anything of this IRI.", members=nearest.members(path)
            )
        if standing.tombstone is not None:
            raise _gone(standing.tombstone)

    @resources.get("/doc/<path:path>")
    def document(path: str) -> BaseResponse:
        stem, extension = _split(path)
        new = documents.standing(stem).renamed
        if new.startswith(urls.base):
            return redirect(urls.document(new[len(urls.base) :], extension), 301)
        offer = _negotiated(extension)
        _require(stem)
        day = parse_day(request.args.get("at"))
        etag = _etag(stem, offer, day.isoformat() if day else "") if cacheable else None
        if is_known(etag):
            response = Response(status=304)
        elif offer is HTML:
            response = Response(page(urls.iri(stem), stem), content_type=offer.content_type)
        else:
            response = Response(
                documents.write(stem, offer.writes), content_type=offer.content_type
            )
        if etag:
            response.headers["ETag"] = etag
        response.headers["Cache-Control"] = _FRESH
        if offer is HTML:
            response.vary.add("Accept-Language")
        if not extension:
            response.vary.add("Accept")
            response.headers["Content-Location"] = urls.document(stem, extension_of(offer))
        response.headers["Link"] = _links(stem)
        return response

    @resources.get("/linkset/<path:path>")
    def linkset(path: str) -> BaseResponse:
        """The links of a document and of all its formats (RFC 9264)."""
        stem, _, extension = path.rpartition(".")
        if extension in ("json", "txt") and not _described(path):
            path = stem
        else:
            extension = ""
        _require(path)
        header = request.headers.get("Accept")
        offer = named(extension, _LINKSETS) if extension else choose(header, _LINKSETS)
        offer = offer or _LINKSETS[0]  # a link set is no worse for not being a page
        links = signposting.of_page(path, urls, _types(path))
        write = signposting.linkset if offer.writes == "json" else signposting.linkset_text
        response = Response(write(path, links, urls), content_type=offer.content_type)
        response.vary.add("Accept")
        if cacheable:
            response.set_etag(_etag(path, offer, "linkset").strip('"'))
            response.headers["Cache-Control"] = _FRESH
            response.make_conditional(request.environ)
        return response

    @resources.get("/context.jsonld")
    def context() -> BaseResponse:
        """What the keys of our JSON mean (JSON-LD 1.1, section 3.1)."""
        body = jsonld.plain(documents.context.whole())
        response = Response(body, content_type=JSON_LD)
        response.add_etag()
        response.headers["Cache-Control"] = "public, max-age=86400"
        response.make_conditional(request.environ)
        return response

    def _split(path: str) -> tuple[str, str]:
        """The path of the IRI and the extension; an IRI may itself end like one."""
        stem, dot, extension = path.rpartition(".")
        if not (dot and extension in EXTENSIONS) or _described(path):
            return path, ""
        g.wants_page = extension == "html"
        return stem, extension

    def _negotiated(extension: str) -> Offer:
        wanted = extension or request.args.get("format")
        header = request.headers.get("Accept")
        found = named(wanted, DOCUMENTS) if wanted else choose(header, order(header))
        if found is None:
            raise not_acceptable(DOCUMENTS)
        return found

    def _types(path: str) -> list[str]:
        iri = ox.NamedNode(urls.iri(path))
        return sorted(
            t.object.value
            for t in documents.describe(path)
            if t.subject == iri
            and t.predicate.value == RDF + "type"
            and isinstance(t.object, ox.NamedNode)
        )

    def _links(path: str) -> str:
        return _headers(path) if documents.lasting else _header(path)

    def _header(path: str) -> str:
        return signposting.header(signposting.of_page(path, urls, _types(path)))

    _headers = lru_cache(maxsize=_KEPT)(_header)

    def _etag(path: str, offer: Offer, day: str) -> str:
        accepted = (
            " ".join(languages(request.headers.get("Accept-Language"))) if offer is HTML else ""
        )
        parts = (
            served.digest,
            __version__,
            ox.__version__,
            path,
            offer.content_type,
            day,
            request.query_string.decode("latin-1"),
            accepted,
            urls.public,
        )
        return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'

    return resources


def _gone(stone: Mapping[str, str]) -> Problem:
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
