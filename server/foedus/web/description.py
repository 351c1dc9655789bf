"""What the endpoint says of itself: SPARQL 1.1 Service Description, and only what is true.

Nothing is claimed that does not hold: no update, no entailment beyond the triples that are there,
no union default graph; federation only where there is a service that queries may ask. The sizes of
the graphs are those of the manifest; where there is none (files of anybody's) they are counted
once, by the same engine and under the same limits as every query.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Protocol

import pyoxigraph as ox

from foedus.engine.answers import Solutions, value
from foedus.engine.errors import QueryError
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.serialize import JSON, parse_results
from foedus.web.served import Served
from foedus.web.urls import Urls

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")
#: The registry of W3C (Unique URIs for File Formats) names each format that a result can have.
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "N-Quads",
    "TriG",
)
_MOST_GRAPHS = 1000
_COUNT = (
    "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } "
    f"GROUP BY ?g LIMIT {_MOST_GRAPHS + 1}"
)


class _Evaluator(Protocol):
    limits: Limits

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes: ...


class Description:
    """The description of one endpoint."""

    prefixes: Mapping[str, str] = {"sd": SD, "void": VOID}

    def __init__(
        self, served: Served, evaluator: _Evaluator, urls: Urls, *, federated: bool = False
    ) -> None:
        self.served, self.evaluator, self.urls = served, evaluator, urls
        self.federated = federated
        self._counted: Mapping[str, int] | None = None

    def graphs(self) -> Mapping[str, int]:
        """Triples of each graph, ``default`` among them; empty where nobody could count them."""
        if self.served.graphs:
            return self.served.graphs
        if self._counted is None:
            try:
                counted = parse_results(self.evaluator.evaluate(check(_COUNT), JSON))
            except QueryError:
                return {}  # too large or too busy now; another time perhaps
            rows = counted.dicts() if isinstance(counted, Solutions) else []
            self._counted = {
                value(row.get("g")) or "default": int(value(row.get("n"))) for row in rows
            }
            if len(rows) > _MOST_GRAPHS:
                self._counted = {}
        return self._counted

    def triples(self) -> list[ox.Triple]:
        """The description (SPARQL 1.1 Service Description, sections 3 and 4)."""
        return list(self._triples())

    def _triples(self) -> Iterator[ox.Triple]:
        endpoint = self.urls.absolute("sparql")
        service, dataset = endpoint + "#service", endpoint + "#dataset"
        default = endpoint + "#default-graph"
        yield _triple(service, _TYPE, SD + "Service")
        yield _triple(service, SD + "endpoint", endpoint)
        yield _triple(service, SD + "supportedLanguage", SD + "SPARQL11Query")
        yield _triple(
            service, SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple"
        )
        if self.federated:
            yield _triple(service, SD + "feature", SD + "BasicFederatedQuery")
        for name in FORMATS:
            yield _triple(service, SD + "resultFormat", _FORMATS + name)
        yield _triple(service, SD + "defaultDataset", dataset)
        yield _triple(dataset, _TYPE, SD + "Dataset")
        yield _triple(dataset, SD + "defaultGraph", default)
        yield _triple(default, _TYPE, SD + "Graph")
        for name, count in sorted(self.graphs().items()):
            if not _ABSOLUTE.match(name):
                yield _size(default, count)
                continue
            key = hashlib.sha256(name.encode()).hexdigest()[:12]
            graph, content = f"{endpoint}#graph-{key}", f"{endpoint}#content-{key}"
            yield _triple(dataset, SD + "namedGraph", graph)
            yield _triple(graph, _TYPE, SD + "NamedGraph")
            yield _triple(graph, SD + "name", name)
            yield _triple(graph, SD + "graph", content)
            yield _triple(content, _TYPE, SD + "Graph")
            yield _size(content, count)


def _triple(subject: str, predicate: str, object_: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(object_))


def _size(subject: str, count: int) -> ox.Triple:
    size = ox.Literal(str(count), datatype=_INTEGER)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(VOID + "triples"), size)
