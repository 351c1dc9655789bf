"""``/cite/…``: a reference to any page, thing, statement, query or release.

BibTeX at ``/cite/PATH.bib``, CSL-JSON at ``/cite/PATH.csl.json``, and by negotiation without an
extension, where PATH is that of the page or IRI. A query is cited by ``/cite/query.bib?query=…``
with the parameters of the query page: the reference leads to the page that asks it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from foedus import __version__
from foedus.content.names import BASE, F
from foedus.export.citation import Citation, bibtex, csl
from foedus.web.knowledge import Knowledge
from foedus.web.linked.documents import Documents, title
from foedus.web.negotiation import Offer, choose
from foedus.web.problems import Problem
from foedus.web.served import Served
from foedus.web.urls import Urls

BIBTEX = Offer("application/x-bibtex", "bib", ("bib",), "; charset=utf-8")
CSL = Offer("application/vnd.citationstyles.csl+json", "csl", ("csl.json",))
_OFFERS = (BIBTEX, CSL, Offer("application/json", "csl"), Offer("text/plain", "bib", (), ""))
#: Sources whose references are kept: most of what is cited has one of a few.
_KEPT = 256
_DCT = "http://purl.org/dc/terms/"
_RELEASE = "Foedus: a knowledge graph of alliances, treaties, commitments and states"
#: Parameters that are part of what a page says.
_SAYING = (
    *("query", "at", "example", "q", "default-graph-uri", "named-graph-uri"),
    *("of", "with", "a", "b", "type", "kind", "source", "evidence", "rests", "named", "voice"),
    *("taken", "all", "page"),
)
#: The pages that are cited by their address; an IRI is cited by itself.
_PAGES = ("pages.", "ontology_docs.", "taking.dumps", "taking.dictionary")


def blueprint(
    served: Served,
    knowledge: Knowledge,
    documents: Documents,
    urls: Urls,
    known: Callable[[str], bool],
) -> Blueprint:
    """The route. ``known(path)`` says whether something is said of the IRI with this path."""
    citing = Blueprint("citing", __name__)

    @citing.get("/cite/<path:path>")
    def cite(path: str) -> Response:
        offer: Offer | None = None
        for candidate in (CSL, BIBTEX):
            ending = "." + candidate.names[0]
            if path.endswith(ending):
                path, offer = path.removesuffix(ending), candidate
                break
        offer = offer or choose(request.headers.get("Accept"), _OFFERS) or BIBTEX
        citation = _of_query() if path == "query" else _of(path)
        text = bibtex(citation) if offer.writes == "bib" else csl(citation)
        response = Response(text, content_type=offer.content_type)
        response.vary.add("Accept")
        response.add_etag()
        response.headers["Cache-Control"] = "public, no-cache"
        response.make_conditional(request.environ)
        return response

    def _of(path: str) -> Citation:
        if path == f"release/{served.digest}":
            return _citation(urls.iri(path), _RELEASE)
        if known(path):
            triples = documents.describe(path)
            iri = urls.iri(path)
            named = title(triples, iri) or path
            return _citation(iri, named, _source(triples, iri))
        if not _is_page(path):
            raise Problem("unknown", "There is no page and no IRI of this path to be cited.")
        parameters = _saying()
        chosen = ", ".join(f"{name} {text}" for name, text in parameters.items())
        return _citation(
            urls.absolute("" if path == "home" else path, parameters),
            f"Foedus: {path}" + (f" ({chosen})" if chosen else ""),
        )

    def _of_query() -> Citation:
        parameters = _saying()
        if not parameters:
            raise Problem("parameters", "Name the query: ?query=… or ?example=….")
        said = parameters.get("example") or _first_words(parameters.get("query", ""))
        return _citation(urls.absolute("query", parameters), f"Answer to the query: {said}")

    def _citation(iri: str, named: str, source: str = "") -> Citation:
        end = served.knowledge_end
        return Citation(
            iri=iri,
            title=named,
            release=served.digest,
            version=str(served.manifest.get("version", __version__)),
            year=str(end.year) if end and end.year < 9999 else "",
            source=source,
        )

    def _source(triples: Sequence[ox.Triple], iri: str) -> str:
        """Whose word it is: the source of a statement, or the sources of a fact."""
        subject = ox.NamedNode(iri)
        found = {
            t.object.value
            for t in triples
            if t.subject == subject
            and t.predicate.value in (F + "inSource", F + "assertedBy")
            and isinstance(t.object, ox.NamedNode)
            and t.object.value.startswith(BASE + "id/source/")
        }
        written = _references if documents.lasting else _reference
        return "; ".join(written(source) for source in sorted(found))

    def _reference(source: str) -> str:
        """A source as one line: author, title, date, address."""
        said: dict[str, str] = {}
        described = knowledge.describe(source)
        names = knowledge.labels(
            t.object.value for t in described if isinstance(t.object, ox.NamedNode)
        )
        for t in described:
            if isinstance(t.subject, ox.NamedNode) and t.subject.value == source:
                value = t.object.value if isinstance(t.object, ox.Literal | ox.NamedNode) else ""
                key, value = t.predicate.value, names.get(value, value)
                said[key] = min(said.get(key, value), value)
        if whole := said.get(_DCT + "bibliographicCitation"):
            return whole
        label = "http://www.w3.org/2000/01/rdf-schema#label"
        parts = [
            said.get(_DCT + "creator", ""),
            said.get(_DCT + "title") or said.get(label, ""),
            said.get(_DCT + "publisher", ""),
            said.get(F + "published", ""),
            said.get("https://schema.org/url", ""),
        ]
        return ", ".join(p for p in parts if p) or source

    _references = lru_cache(maxsize=_KEPT)(_reference)
    return citing


def _saying() -> dict[str, str]:
    return {n: request.args[n] for n in _SAYING if request.args.get(n)}


def cited_page() -> tuple[str, dict[str, str]] | None:
    """Path and parameters by which ``/cite/…`` knows the page of the present request, if it does.

    A page of an IRI is not among them: it is cited by the path of the IRI.
    """
    endpoint, parameters = request.endpoint or "", _saying()
    if endpoint == "querying.query":
        return ("query", parameters) if {"query", "example"} & parameters.keys() else None
    if not endpoint.startswith(_PAGES):
        return None
    return request.path.strip("/") or "home", parameters


def _is_page(path: str) -> bool:
    """Whether a route of the site answers at this path."""
    if path == "home":
        return True
    matcher = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = matcher.match("/" + path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return str(endpoint).startswith(_PAGES)


def _first_words(query: str) -> str:
    """A query in one line, without the prefixes, shortened."""
    lines = [
        line.strip()
        for line in query.splitlines()
        if line.strip() and not line.strip().upper().startswith(("PREFIX", "BASE", "#"))
    ]
    words = " ".join(" ".join(lines).split())
    return words if len(words) <= 120 else words[:119] + "…"
