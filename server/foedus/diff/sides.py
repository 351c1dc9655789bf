"""One state of the content with everything that the rules make of it, ready to be compared."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from foedus import release
from foedus.content.files import read_utf8
from foedus.content.locate import ROOMS, Content
from foedus.content.names import BASE, F, shorten
from foedus.content.read import Reading, read_content
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.limits import Limits
from foedus.graph.explain import Explainer

STATEMENT = BASE + "id/statement/"
EVIDENCE = BASE + "id/evidence/"
DISPUTES = ox.NamedNode(BASE + "graph/disputes")
INFERRED = ox.NamedNode(BASE + "graph/inferred")
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
PREF_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_DEFAULT = ox.DefaultGraph()

#: What is said of a thing: predicate and object, in the forms that :meth:`Side.form` gives.
Said = frozenset[tuple[str, str]]


@dataclass
class Side:
    """A state of the content after the rules ran over it.

    ``written`` holds what its files say of each subject that is no statement (in the default
    graph), ``statements`` what each statement says, its passages included.
    """

    reading: Reading
    written: dict[str, Said] = field(default_factory=dict)
    statements: dict[str, Said] = field(default_factory=dict)

    @property
    def store(self) -> ox.Store:
        """The derived dataset."""
        return self.reading.store

    @property
    def content(self) -> Content:
        """The files."""
        return self.reading.content

    @cached_property
    def explainer(self) -> Explainer:
        """Why an inferred type is there."""
        return Explainer(self.store)

    @cached_property
    def engine(self) -> EmbeddedEngine:
        """The derived dataset, to be asked by competency questions."""
        return EmbeddedEngine(self.store, Limits(query_characters=1_000_000))

    @cached_property
    def end(self) -> datetime.date:
        """The end of knowledge, which is the day of a question that names none."""
        return datetime.date.fromisoformat(release.knowledge_end(self.reading))

    @cached_property
    def files(self) -> dict[str, str]:
        """Each file of the content with its SHA-256."""
        return {
            self.content.relative(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for room in ROOMS
            for suffix in (".ttl", ".rq", ".json")
            for path in self.content.files(room, suffix)
        }

    def facts(self) -> dict[str, Said]:
        """Each fact (what has a basis) with what the default graph says of it."""
        basis = ox.NamedNode(F + "basis")
        subjects = {q.subject for q in self.store.quads_for_pattern(None, basis, None, _DEFAULT)}
        return {
            subject.value: self.said(subject, _DEFAULT)
            for subject in subjects
            if isinstance(subject, ox.NamedNode)
        }

    def types(self) -> set[tuple[str, str]]:
        """Each thing with an inferred type of it."""
        return {
            (quad.subject.value, quad.object.value)
            for quad in self.store.quads_for_pattern(None, RDF_TYPE, None, INFERRED)
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        }

    def disputes(self) -> dict[str, Said]:
        """Each slot on which sources cannot both be right."""
        kind = ox.NamedNode(F + "Dispute")
        return {
            quad.subject.value: self.said(quad.subject, DISPUTES)
            for quad in self.store.quads_for_pattern(None, RDF_TYPE, kind, DISPUTES)
            if isinstance(quad.subject, ox.NamedNode)
        }

    def said(
        self, subject: ox.NamedNode | ox.BlankNode, graph: ox.NamedNode | ox.DefaultGraph
    ) -> Said:
        """What *graph* says of *subject*."""
        return frozenset(
            (quad.predicate.value, self.form(quad.object, graph))
            for quad in self.store.quads_for_pattern(subject, None, None, graph)
        )

    def form(self, term: object, graph: ox.NamedNode | ox.DefaultGraph, depth: int = 12) -> str:
        """A term in a form that is the same on both sides: a blank node is what is said of it."""
        if not isinstance(term, ox.BlankNode):
            return str(term)
        if not depth:
            return "[…]"
        inside = sorted(
            f"{quad.predicate.value} {self.form(quad.object, graph, depth - 1)}"
            for quad in self.store.quads_for_pattern(term, None, None, graph)
        )
        return f"[{'; '.join(inside)}]"

    def label(self, iri: str) -> str:
        """What a reader calls *iri*: its label, in English where it has one, or its short name."""
        found = [
            quad.object
            for graph in (_DEFAULT, DISPUTES)
            for name in (RDFS_LABEL, PREF_LABEL)
            for quad in self.store.quads_for_pattern(ox.NamedNode(iri), name, None, graph)
            if isinstance(quad.object, ox.Literal)
        ]
        found.sort(key=lambda label: (label.language != "en", label.value))
        return found[0].value if found else shorten(iri)

    def place(self, iri: str) -> tuple[str, int] | None:
        """The file and line where *iri* is written."""
        return self.reading.lines.get(iri)

    def question(self, name: str) -> str:
        """The text of a file of the content."""
        return read_utf8(self.content.root / name)


def derive_side(content: Content, tell: release.Progress = release.silent) -> Side:
    """Read *content* and run the rules over it.

    Types come from the rules alone: `foedus build` and the gate prove them equal to the
    reasoner's. Raises :class:`ContentError` where a file cannot be read or a rule fails.
    """
    reading = read_content(content)
    side = Side(reading)
    for subject in _subjects(reading.store, _DEFAULT):
        side.written[subject.value] = side.said(subject, _DEFAULT)
    for name in reading.source_graphs:
        graph = ox.NamedNode(name)
        for subject in _subjects(reading.store, graph):
            if subject.value.startswith(STATEMENT):
                side.statements[subject.value] = _with_passages(side, subject, graph)
    release.derive(reading, tell)
    return side


def _subjects(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.NamedNode]:
    found = {quad.subject for quad in store.quads_for_pattern(None, None, None, graph)}
    yield from (subject for subject in found if isinstance(subject, ox.NamedNode))


def _with_passages(side: Side, statement: ox.NamedNode, graph: ox.NamedNode) -> Said:
    """What a statement says; its passages by what they are, not by their names."""
    evidence = ox.NamedNode(F + "evidence")
    said = {pair for pair in side.said(statement, graph) if pair[0] != evidence.value}
    for quad in side.store.quads_for_pattern(statement, evidence, None, graph):
        if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
            inside = sorted(f"{p} {o}" for p, o in side.said(quad.object, graph))
            said.add((evidence.value, f"[{'; '.join(inside)}]"))
    return frozenset(said)
