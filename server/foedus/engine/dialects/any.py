"""Any engine that speaks SPARQL 1.1, the Protocol and the Graph Store HTTP Protocol.

Nothing is taken for granted that engines do differently: what the default graph is. So every query
names its whole dataset (SPARQL 1.1 Protocol, section 2.1.4), and the default graph of a release is
kept under a name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from foedus.engine.answers import Boolean, Dataset, Solutions
from foedus.engine.dialects import values
from foedus.engine.guard import CheckedQuery
from foedus.engine.serialize import GRAPH_FORMATS, distinct, parse_results

#: A graph that nobody has: where an empty list would mean something else than no graph.
NOTHING = "urn:foedus:no-graph"


class AnyEngine:
    """An engine of which nothing is known; the others say where they differ."""

    name = "any"
    #: How the header Server of such an engine begins.
    sign = ""
    #: Triples in one request of the Graph Store Protocol.
    chunk = 50_000

    def written(self, checked: CheckedQuery) -> str:
        """The text of a query as this engine understands it."""
        return checked.text

    def dataset(self, dataset: Dataset) -> list[tuple[str, str]]:
        """The parameters of the protocol that mean just *dataset*."""
        default = dataset.default_graphs or (NOTHING,)
        return [
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", iri) for iri in dataset.named_graphs),
        ]

    def results(self, body: bytes, checked: CheckedQuery) -> Solutions | Boolean:
        """The answer to SELECT, or to ASK; raises :class:`ValueError` for what is none."""
        found = parse_results(body)
        if isinstance(found, Boolean) is not (checked.form == "ASK"):
            raise ValueError("an answer to another question")
        return found

    def graph(self, body: bytes, media_type: str) -> list[ox.Triple]:
        """The answer to CONSTRUCT and DESCRIBE; raises :class:`ValueError` for what is none."""
        rdf = GRAPH_FORMATS.get(media_type) or ox.RdfFormat.from_media_type(media_type)
        if rdf is None:
            raise ValueError(f"{media_type or 'nothing known'} instead of a graph")
        return sorted(distinct(quad.triple for quad in ox.parse(body, format=rdf)), key=str)

    def normal(self, triple: ox.Triple) -> ox.Triple:
        """What a triple is compared as: see :mod:`.values`."""
        return values.normal(triple)

    @property
    def normalisation(self) -> str:
        """The name of :meth:`normal`, for whoever compares later."""
        return values.NAME

    def stores(self, query: str) -> Sequence[str]:
        """Where the Graph Store Protocol may be spoken, by the address for queries."""
        before, _, last = query.rstrip("/").rpartition("/")
        beside = {"sparql": "data", "query": "data"}.get(last)
        return (*([f"{before}/{beside}"] if beside else []), f"{before}/rdf-graphs/service")

    def graph_target(self, store: str, graph: str) -> str:
        """The path by which *store* names a graph (Graph Store Protocol, section 4.2)."""
        parts = urlsplit(store)
        query = f"{parts.query}&" if parts.query else ""
        return f"{parts.path or '/'}?{query}graph={quote(graph, safe='')}"
