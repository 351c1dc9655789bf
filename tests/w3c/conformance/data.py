"""Every data file of the suites as one dataset: each a named graph, nothing in the default graph.

So every test is asked of one service, and each names its own dataset by the protocol's parameters
(SPARQL 1.1 Protocol, section 2.1.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from conformance.manifest import Test, file_of

#: A name that no graph has: the dataset of a test without data.
EMPTY = "urn:foedus:empty-graph"
_FROM = re.compile(r"^\s*FROM\s", re.MULTILINE | re.IGNORECASE)
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}


def triples(address: str) -> Iterator[ox.Triple]:
    """The triples of a data file, its blank nodes told from every other file's."""
    path = file_of(address)
    for quad in ox.parse(
        path=str(path),
        format=_FORMATS[path.suffix],
        base_iri=address,
        rename_blank_nodes=True,
    ):
        yield quad.triple


def graphs_of(tests: Iterable[Test]) -> dict[str, str]:
    """Name of a graph → address of the file with its triples."""
    named: dict[str, str] = {}
    for test in tests:
        for name, address in (*((iri, iri) for iri in test.data), *test.graphs):
            assert named.setdefault(name, address) == address, f"two contents for {name}"
    return named


def write_dataset(tests: Iterable[Test], path: Path) -> None:
    """Write the data of *tests* to one N-Quads file."""
    quads = (
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(name))
        for name, address in graphs_of(tests).items()
        for triple in triples(address)
    )
    ox.serialize(quads, output=str(path), format=ox.RdfFormat.N_QUADS)


def parameters(test: Test) -> list[tuple[str, str]]:
    """The dataset of *test* as parameters of the protocol; none where its query names one."""
    if not test.data and _FROM.search(file_of(test.query).read_text(encoding="utf-8")):
        return []
    default = [("default-graph-uri", iri) for iri in test.data or (EMPTY,)]
    return default + [("named-graph-uri", name) for name, _ in test.graphs]
