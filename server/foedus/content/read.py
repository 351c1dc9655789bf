"""Read the content into one dataset: who says what, in which graph, from which line.

``ontology/``  the vocabulary and ``data/`` but for the statements go to the default graph; the
statements and coverage of each source, ``data/statements/<source>.ttl`` and
``data/coverage/<source>.ttl``, go to the graph of that source, ``graph/source/<source>``, which
reads *according to this source*. Alignments to other vocabularies have a graph of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.turtle import parse_turtle, subject_lines
from foedus.findings import ContentError, Finding

ALIGNMENTS = ox.NamedNode(BASE + "graph/alignments")
_SOURCE_ROOMS = ("statements", "coverage")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One file as read: its path inside the content, its graph (``None``: default), its digest."""

    path: str
    graph: str | None
    sha256: str
    triples: int


@dataclass(slots=True)
class Reading:
    """What the content says, before anything is derived from it.

    ``lines`` leads from the IRI of a subject to the file (inside the content) and line where its
    block begins.
    """

    content: Content
    store: ox.Store
    files: list[ContentFile] = field(default_factory=list)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def source_graphs(self) -> list[str]:
        """The graphs of the sources, sorted."""
        return sorted(
            {f.graph for f in self.files if f.graph and f.graph.startswith(BASE + "graph/source/")}
        )


def graph_of(content: Content, path: Path) -> ox.NamedNode | ox.DefaultGraph:
    """The graph into which a file of the content is read."""
    parts = path.relative_to(content.root).parts
    if parts[0] == "data" and len(parts) == 3 and parts[1] in _SOURCE_ROOMS:
        return ox.NamedNode(f"{BASE}graph/source/{path.stem}")
    if parts == ("ontology", "alignments.ttl"):
        return ALIGNMENTS
    return ox.DefaultGraph()


def read_content(content: Content) -> Reading:
    """Read every Turtle file of ``ontology/`` and ``data/``.

    Raises :class:`ContentError` with one finding for each file that is not Turtle: all of them are
    looked at before the error is raised.
    """
    reading = Reading(content, ox.Store())
    wrong: list[Finding] = []
    for path in (*content.files("ontology"), *content.files("data")):
        try:
            triples = parse_turtle(path)
        except ContentError as error:
            wrong.extend(error.findings)
            continue
        graph = graph_of(content, path)
        reading.store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        name = content.relative(path)
        reading.files.append(
            ContentFile(
                name,
                graph.value if isinstance(graph, ox.NamedNode) else None,
                hashlib.sha256(path.read_bytes()).hexdigest(),
                len(triples),
            )
        )
        if graph != ALIGNMENTS:  # they speak about terms that are written elsewhere
            for iri, line in subject_lines(path).items():
                reading.lines.setdefault(iri, (name, line))
    if wrong:
        raise ContentError(*wrong)
    return reading
