"""What the manifests of the SPARQL 1.1 suites say.

Addresses are those that the W3C published the suites under, whatever folder they lie in here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
SD = "http://www.w3.org/ns/sparql-service-description#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

CHECKOUT = Path(__file__).resolve().parents[3]

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def folder() -> Path:
    """Where the SPARQL 1.1 suites should lie, be they there or not."""
    w3c = os.environ.get("FOEDUS_W3C") or CHECKOUT.parent / "shared" / "w3c"
    return Path(w3c) / "sparql11"


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the W3C.

    ``suite`` is the folder of its manifest; ``kind`` its type without namespace; ``query``,
    ``data``, ``graphs`` and ``result`` are addresses of files; ``apart`` why it is not run
    (``""``: it is).
    """

    __test__ = False

    iri: str
    suite: str
    kind: str
    name: str
    query: str = ""
    data: tuple[str, ...] = ()
    graphs: tuple[tuple[str, str], ...] = ()
    result: str = ""
    apart: str = ""

    @property
    def id(self) -> str:
        """``suite/local name``: how it is named in reports and in the list of expected failures."""
        return f"{self.suite}/{self.iri.partition('#')[2]}"


def file_of(address: str) -> Path:
    """The file of the suites that an address stands for."""
    return folder() / address.removeprefix(BASE)


class Manifest:
    """The triples of one manifest, with the reading that RDF lists need."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.suite = address.removeprefix(BASE).rpartition("/")[0]
        self.graph = ox.Dataset(
            ox.parse(path=str(file_of(address)), format=ox.RdfFormat.TURTLE, base_iri=address)
        )

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        """Every object, in no order."""
        found = self.graph.quads_for_subject(subject)  # type: ignore[arg-type]
        return [quad.object for quad in found if quad.predicate.value == predicate]

    def object(self, subject: Node, predicate: str) -> Node | None:
        """The one object, or ``None``."""
        found = self.objects(subject, predicate)
        return found[0] if found else None

    def text(self, subject: Node, predicate: str) -> str:
        """The one object's IRI or lexical form, or ``""``."""
        found = self.object(subject, predicate)
        return found.value if isinstance(found, ox.NamedNode | ox.Literal) else ""

    def items(self, head: Node | None) -> Iterator[Node]:
        """The members of an RDF list."""
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            first = self.object(head, RDF + "first")
            if first is None:
                return
            yield first
            head = self.object(head, RDF + "rest")

    def tests(self) -> Iterator[Test]:
        """The entries of the manifest, in its order."""
        for entry in self.items(self.object(ox.NamedNode(self.address), MF + "entries")):
            if isinstance(entry, ox.NamedNode):
                yield self._test(entry)

    def included(self) -> Iterator[str]:
        """The addresses of the manifests that this one includes."""
        for included in self.items(self.object(ox.NamedNode(self.address), MF + "include")):
            if isinstance(included, ox.NamedNode):
                yield included.value

    def _test(self, entry: ox.NamedNode) -> Test:
        kind = self.text(entry, RDF + "type").removeprefix(MF)
        action = self.object(entry, MF + "action")
        query, data, graphs = "", (), ()
        if isinstance(action, ox.NamedNode):
            query = action.value
        elif action is not None:
            query = self.text(action, QT + "query")
            data = tuple(self._files(action, QT + "data"))
            graphs = tuple((iri, iri) for iri in self._files(action, QT + "graphData"))
        graphs += tuple(
            (self.text(node, RDFS + "label"), self.text(node, UT + "graph"))
            for node in self.objects(entry, UT + "graphData")
        )
        if self.suite == "service":
            kind = f"Federated{kind}"
        return Test(
            iri=entry.value,
            suite=self.suite,
            kind=kind,
            name=self.text(entry, MF + "name"),
            query=query,
            data=data,
            graphs=graphs,
            result=self.text(entry, MF + "result"),
            apart=self._apart(entry, kind, action, query),
        )

    def _files(self, action: Node, predicate: str) -> list[str]:
        return sorted(
            node.value for node in self.objects(action, predicate) if isinstance(node, ox.NamedNode)
        )

    def _apart(self, entry: ox.NamedNode, kind: str, action: Node | None, query: str) -> str:
        """Why the service is not asked: it claims neither update, federation nor entailment."""
        if self.suite == SUPERSEDED:
            return "superseded"
        local = entry.value.partition("#")[2]
        if "Update" in kind or query.endswith(".ru"):
            return "update"
        if kind == "ProtocolTest" and "update" in local:
            return "update"
        if self.suite == "syntax-fed" or (self.suite == "service" and local in _NOT_CLAIMED):
            return "federation"
        if action is not None and self.object(action, SD + "entailmentRegime") is not None:
            return "entailment"
        if kind == "GraphStoreProtocolTest":
            needs = {node.value for node in self.objects(entry, MF + "requires")}  # type: ignore[union-attr]
            if MF + "DirectGraphIdentification" in needs:
                return "direct graph identification"
        return ""


#: A suite that ``manifest-all.ttl`` leaves out: the W3C has marked every test of it deprecated.
SUPERSEDED = "http-rdf-update"
#: SERVICE around another that is to be asked, and SERVICE by a variable.
_NOT_CLAIMED = frozenset({"service3", "service5"})
#: What the reasons of :attr:`Test.apart` mean.
APART = {
    "update": "SPARQL 1.1 Update: the service is read-only and does not claim it",
    "federation": (
        "SPARQL 1.1 Federated Query: SERVICE by a variable, or within another, is refused by name"
    ),
    "entailment": "SPARQL 1.1 Entailment Regimes: the service does not claim one",
    "superseded": "http-rdf-update: deprecated by the W3C in favour of graph-store-protocol",
    "direct graph identification": "Graph Store Protocol, section 4.1: optional, not offered",
}


@cache
def manifests() -> tuple[Manifest, ...]:
    """Every manifest that ``manifest-all.ttl`` includes, itself first, and the one it leaves out.

    None without the suites.
    """
    if not folder().is_dir():
        return ()
    found, waiting = [], [BASE + "manifest-all.ttl", f"{BASE}{SUPERSEDED}/manifest.ttl"]
    while waiting:
        manifest = Manifest(waiting.pop(0))
        found.append(manifest)
        waiting += manifest.included()
    return tuple(found)


@cache
def tests() -> tuple[Test, ...]:
    """Every test of every manifest."""
    return tuple(test for manifest in manifests() for test in manifest.tests())


def tests_of(*kinds: str) -> list[Test]:
    """The tests of these kinds that are to be run."""
    return [test for test in tests() if test.kind in kinds and not test.apart]
