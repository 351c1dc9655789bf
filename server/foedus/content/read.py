"""Read the content into one dataset: who says what, in which graph, from which line.

``ontology/``  the vocabulary and ``data/`` but for the statements go to the default graph; the
statements and coverage of each source, ``data/statements/<source>.ttl`` and
``data/coverage/<source>.ttl``, go to the graph of that source, ``graph/source/<source>``, which
reads *according to this source*. Alignments to other vocabularies have a graph of their own.
Imports that join the content for this run name their graphs themselves.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.content.files import read_bytes
from foedus.content.imported import Import
from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.turtle import parse_turtle, subject_lines
from foedus.content.versions import Digests, Versions, digests
from foedus.findings import ContentError, Finding

ALIGNMENTS = ox.NamedNode(BASE + "graph/alignments")
_SOURCE_ROOMS = ("statements", "coverage")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


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
    block begins, ``subjects`` from each file to the same for the subjects that are written in it.
    ``versions`` knows of all that was read.
    ``own`` are, where imports joined, the subjects that the content itself speaks of in the default
    graph.
    """

    content: Content
    store: ox.Store
    files: list[ContentFile] = field(default_factory=list)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    subjects: dict[str, dict[str, int]] = field(default_factory=dict)
    versions: Versions = field(default_factory=Versions)
    own: frozenset[str] = frozenset()

    @property
    def source_graphs(self) -> list[str]:
        """The graphs of the sources, sorted."""
        return sorted(
            {f.graph for f in self.files if f.graph and f.graph.startswith(BASE + "graph/source/")}
        )


def graph_of(content: Content, path: Path) -> ox.NamedNode | ox.DefaultGraph:
    """The graph into which a file of the content is read.

    Raises :class:`ContentError` for a file among those of the sources that names none: read into
    the default graph, what it says would stand there as if everybody accepted it.
    """
    parts = path.relative_to(content.root).parts
    if parts[0] == "data" and parts[1] in _SOURCE_ROOMS:
        if len(parts) != 3 or not _SLUG.match(path.stem):
            raise ContentError(
                Finding(
                    "file-of-source",
                    f"the file of a source lies in data/{parts[1]}/ itself and is called by the "
                    "slug of the source",
                    file=path,
                    remedy=f"Call it data/{parts[1]}/<source>.ttl: small letters, digits, hyphens.",
                )
            )
        return ox.NamedNode(f"{BASE}graph/source/{path.stem}")
    if parts == ("ontology", "alignments.ttl"):
        return ALIGNMENTS
    return ox.DefaultGraph()


def read_content(content: Content) -> Reading:
    """Read every Turtle file of ``ontology/`` and ``data/``.

    Raises :class:`ContentError` with one finding for each file that is not Turtle or not in its
    place: all of them are looked at before the error is raised.
    """
    reading, wrong = read_what_is_whole(content)
    if wrong:
        raise ContentError(*wrong)
    return reading


def is_of_source(content: Content, path: Path) -> bool:
    """Whether a file holds what one source says, which no other file builds on."""
    parts = (content.root / path).relative_to(content.root).parts
    return len(parts) > 1 and parts[0] == "data" and parts[1] in _SOURCE_ROOMS


def read_what_is_whole(content: Content) -> tuple[Reading, list[Finding]]:
    """The files that can be read, and a finding for each that is broken."""
    reading = Reading(content, ox.Store())
    wrong: list[Finding] = []
    named: list[bytes] = []
    for path in (*content.files("ontology"), *content.files("data")):
        try:
            graph = graph_of(content, path)
            read = _read(content, path, graph)
        except ContentError as error:
            wrong.extend(error.findings)
            continue
        plain, knotted, triples, lines, digested, sha256 = read
        reading.versions.add(digested)
        named.append(plain)
        # Only the parser keeps the names of blank nodes as they are.
        reading.store.extend(ox.parse(knotted, format=ox.RdfFormat.N_QUADS))
        name = content.relative(path)
        reading.subjects[name] = lines
        reading.files.append(
            ContentFile(
                name, graph.value if isinstance(graph, ox.NamedNode) else None, sha256, triples
            )
        )
        if graph != ALIGNMENTS:  # they speak about terms that are written elsewhere
            for iri, line in lines.items():
                reading.lines.setdefault(iri, (name, line))
    reading.store.bulk_load(b"".join(named), format=ox.RdfFormat.N_QUADS)
    if content.imports:
        reading.own = frozenset(
            quad.subject.value
            for quad in reading.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
            if isinstance(quad.subject, ox.NamedNode)
        )
    for imported in content.imports:
        _join(reading, imported)
    return reading, wrong


#: A file as N-Quads, first those without blank nodes, then the others; how many triples, the line
#: of each subject, the digests of the quads, and that of the file.
_Read = tuple[bytes, bytes, int, dict[str, int], Digests, str]


def _read(content: Content, path: Path, graph: ox.NamedNode | ox.DefaultGraph) -> _Read:
    """As of :func:`~foedus.content.turtle.parse_turtle`, from a former run where the file is as it
    was then."""
    sha256 = hashlib.sha256(read_bytes(path)).hexdigest()

    def make() -> tuple[bytes, bytes, int, dict[str, int], Digests]:
        triples = parse_turtle(path)
        plain: list[ox.Quad] = []
        knotted: list[ox.Quad] = []
        for t in triples:
            blank = isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)
            quad = ox.Quad(t.subject, t.predicate, t.object, graph)
            (knotted if blank else plain).append(quad)
        written = [
            ox.serialize(part, format=ox.RdfFormat.N_QUADS) or b"" for part in (plain, knotted)
        ]
        digested = digests(b"".join(written).decode("utf-8").split("\n"))
        return written[0], written[1], len(triples), subject_lines(path), digested

    return (*content.kept.of_files("files read", (path,), make, (str(graph),)), sha256)


def _join(reading: Reading, imported: Import) -> None:
    """Load an import beside what was read: by the engine, since it may hold millions of quads."""
    reading.store.bulk_load(path=str(imported.path), format=ox.RdfFormat.N_QUADS)
    for graph, quads in sorted(imported.graphs.items()):
        reading.files.append(
            ContentFile(
                imported.name,
                None if graph == "default" else graph,
                str(imported.manifest["sha256"]),
                quads,
            )
        )
