"""Where a program that knows only the host finds everything else.

``/.well-known/void`` (VoID, section 7.2), ``/sitemap.xml`` (Sitemaps XML format 0.9), and on every
answer that is a page the links that lead to the data (RFC 8288, RFC 8631).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, request

from foedus import __version__
from foedus.content.names import BASE, prefixes
from foedus.engine.answers import value
from foedus.engine.serialize import write_triples
from foedus.web.description import VOID
from foedus.web.knowledge import LISTS, Knowledge
from foedus.web.negotiation import GRAPHS, HTML, choose, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.served import Served
from foedus.web.urls import Urls

#: The addresses that one file of a sitemap may hold.
PER_FILE = 50_000
_DESCRIPTION = "graph/description"
_OFFERS = (*GRAPHS, HTML)
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def blueprint(
    served: Served,
    knowledge: Knowledge,
    urls: Urls,
    page: Callable[[str, str], str],
    *,
    cacheable: bool,
) -> Blueprint:
    """The routes of discovery. ``page(iri, path)`` writes the page of an IRI."""
    discovery = Blueprint("discovery", __name__)
    known: list[Sequence[str]] = []

    @discovery.get("/.well-known/void")
    def void() -> Response:
        """The description of the release, negotiated."""
        wanted, accept = request.args.get("format"), request.headers.get("Accept")
        offer = named(wanted, _OFFERS) if wanted else choose(accept, _OFFERS)
        if offer is None:
            raise not_acceptable(_OFFERS)
        if offer is HTML and not served.graphs.get(BASE + _DESCRIPTION):
            offer = GRAPHS[0]  # there is no page of it
        if offer is HTML:
            body: str | bytes = page(BASE + _DESCRIPTION, _DESCRIPTION)
        else:
            body = write_triples(_description(), offer.writes, {**prefixes(), "void": VOID})
        response = Response(body, content_type=offer.content_type)
        if cacheable:
            parts = (served.digest, __version__, "void", offer.content_type, urls.public)
            response.set_etag(hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32])
            response.headers["Cache-Control"] = "public, no-cache"
            response.make_conditional(request.environ)
        response.vary.add("Accept")
        response.headers.add("Link", f'<{BASE}{_DESCRIPTION}>; rel="canonical"')
        return response

    def _description() -> list[ox.Triple]:
        """The triples of ``graph/description``, and where the data is asked (VoID, section 3)."""
        triples = knowledge.graph(BASE + _DESCRIPTION)
        ours = f"{BASE}release/{served.digest}" if triples else urls.absolute(".well-known/void")
        dataset = ox.NamedNode(ours if triples else f"{ours}#dataset")
        described = [
            ox.Triple(dataset, _TYPE, ox.NamedNode(VOID + "Dataset")),
            _link(dataset, VOID + "sparqlEndpoint", urls.absolute("sparql")),
        ]
        if not triples and served.graphs:
            size = ox.Literal(str(sum(served.graphs.values())), datatype=_INTEGER)
            described.append(ox.Triple(dataset, ox.NamedNode(VOID + "triples"), size))
        for dump in ("nq", "trig") if triples else ():
            address = urls.absolute(f"release/{served.digest}/dump.{dump}")
            described.append(_link(dataset, VOID + "dataDump", address))
        return list(dict.fromkeys([*triples, *described]))

    @discovery.get("/sitemap.xml")
    def sitemap() -> Response:
        """Every page, or where there are too many for one file, the files that list them."""
        addresses = _addresses()
        if len(addresses) <= PER_FILE:
            return _xml(_urlset(addresses))
        files = range(1, -(-len(addresses) // PER_FILE) + 1)
        entries = "".join(
            f"<sitemap><loc>{escape(urls.absolute(f'sitemap-{number}.xml'))}</loc></sitemap>\n"
            for number in files
        )
        return _xml(f"<sitemapindex {_NAMESPACE}>\n{entries}</sitemapindex>\n")

    @discovery.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        """One file of a long sitemap."""
        addresses = _addresses()
        chosen = addresses[(number - 1) * PER_FILE : number * PER_FILE] if number else ()
        if not chosen or len(addresses) <= PER_FILE:
            raise Problem("unknown", "There is no such part of the sitemap.")
        return _xml(_urlset(chosen))

    def _addresses() -> Sequence[str]:
        """The lists, then the page of each thing and statement; read once from a fixed dataset."""
        if cacheable and known:
            return known[0]
        lists = [urls.absolute(name) for name in ("", *LISTS, "disputes")]
        rows = knowledge.rows(
            "SELECT DISTINCT ?x { ?x rdfs:label ?label "
            f'FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{BASE}id/")) }} ORDER BY STR(?x)'
        )
        things = [value(row["x"]).removeprefix(BASE) for row in rows]
        addresses = [*lists, *(urls.public + _below(urls.document(path)) for path in things)]
        known[:] = [addresses]
        return addresses

    def _below(path: str) -> str:
        return path[len(urls.prefix) :]

    @discovery.after_app_request
    def link(response: Response) -> Response:
        """Lead from every page to the description of the data and to the endpoint."""
        if response.status_code == 200 and response.mimetype == "text/html":
            response.headers.add("Link", f'<{urls.path(".well-known/void")}>; rel="describedby"')
            response.headers.add("Link", f'<{urls.path("sparql")}>; rel="service-desc"')
        return response

    return discovery


_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _urlset(addresses: Sequence[str]) -> str:
    entries = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return f"<urlset {_NAMESPACE}>\n{entries}</urlset>\n"


def _xml(body: str) -> Response:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    response = Response(head + body, content_type="application/xml; charset=utf-8")
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request.environ)
    return response


def _link(subject: ox.NamedNode, predicate: str, object_: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(object_))
