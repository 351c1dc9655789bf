"""What a review kept, as content: a function of the content as it was and of the journal.

Four files can change: the statements of the source, its coverage, the catalogue entry of the source
and those of the things that it brings. Each is written in the project's layout, next to where it
was, and moved into place; when one cannot be, all are put back. Since nothing but the journal
decides what is written, undoing is writing again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from foedus.assist.model import Document, Extraction
from foedus.assist.review.blocks import LABEL, TYPE, thing_graph
from foedus.assist.review.journal import Kept, Thing
from foedus.assist.writing import name_of, statement_of
from foedus.content.files import read_utf8
from foedus.content.layout import write_turtle
from foedus.content.locate import Content
from foedus.content.names import BASE, OA, F, prefixes, statement_prefixes
from foedus.content.sentences import sentences
from foedus.content.texts import passage_digest
from foedus.findings import CannotRun

_DCTERMS = "http://purl.org/dc/terms/"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
#: Why a stretch of the text carries no claim, by the role of its block.
REASONS: Mapping[str, str] = {
    "heading": "heading",
    "boilerplate": "page-furniture",
    "comment": "comment",
    "share": "share-button",
    "teaser": "teaser-of-another-story",
    "reference": "bibliographic-reference",
}
#: … and of a sentence of the text itself from which the curator kept nothing.
NOTHING_KEPT = "nothing-kept"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of the source: its slug, and what it is called.

    ``published`` is EDTF; without it ``retrieved`` (a day) is the latest it can be.
    """

    slug: str
    title: str
    retrieved: str
    author: str | None = None
    publisher: str | None = None
    published: str | None = None


def names(kept: Iterable[Kept]) -> dict[str, str]:
    """The slug of each kept candidate, by its key."""
    taken: dict[str, str] = {}
    for one in kept:
        taken[one.candidate.key] = name_of(one.candidate, set(taken.values()))
    return taken


def files(
    content: Content,
    entry: Entry,
    extraction: Extraction,
    kept: Iterable[Kept],
    brought: Iterable[str] = (),
) -> dict[Path, str | None]:
    """Each file that the review decides, and what must stand in it (``None``: no file).

    ``brought`` are the IRIs of all things that decisions of this review ever brought into the
    catalogue: those that no kept candidate brings (any more) are taken out again. With nothing kept
    the content is as if there had been no review.
    """
    kept = list(kept)
    document = extraction.document
    data = content.root / "data"
    statements = data / "statements" / f"{entry.slug}.ttl"
    coverage = data / "coverage" / f"{entry.slug}.ttl"
    source = f"{BASE}id/source/{entry.slug}"
    changes = _catalogue(
        content,
        {thing.iri: thing for one in kept for thing in one.things},
        {*brought, source},
        _source(entry, document) if kept else [],
    )
    if not kept:
        return {**changes, statements: None, coverage: None}
    table = statement_prefixes(entry.slug)
    slugs = names(kept)
    said = Graph()
    for one in kept:
        said += statement_of(extraction, one.candidate, slugs[one.candidate.key])
    spans = [(p.start, p.end) for one in kept for p in one.candidate.passages]
    silent = _silent(document, spans, entry.slug)
    return {
        **changes,
        statements: _turtle(said, table),
        coverage: _turtle(_graph(silent), table),
    }


def _catalogue(
    content: Content, things: Mapping[str, Thing], brought: set[str], source: list[ox.Triple]
) -> dict[Path, str | None]:
    """The files of ``data/things/`` with the new entries in and what was *brought* before out."""
    from rdflib import URIRef

    folder = content.root / "data" / "things"
    graphs = {path: _read(path) for path in sorted(folder.glob("*.ttl"))}
    before = {path: len(graph) for path, graph in graphs.items()}
    touched = set()
    home: dict[str, Path] = {}
    for path, graph in graphs.items():
        for kind in set(graph.objects(None, URIRef(TYPE.value))):
            home.setdefault(str(kind), path)
        for iri in brought:
            graph.remove((URIRef(iri), None, None))
        if len(graph) != before[path]:
            touched.add(path)
    entries = [(folder / "sources.ttl", _graph(source))] if source else []
    for thing in things.values():
        path = home.get(F + thing.kind, folder / f"{thing.kind.lower()}s.ttl")
        entries.append((path, thing_graph(thing)))
    for path, entry in entries:
        graph = graphs.setdefault(path, Graph())
        graph += entry
        touched.add(path)
    return {path: _turtle(graphs[path], prefixes()) for path in sorted(touched)}


def write(changes: Mapping[Path, str | None]) -> None:
    """Put *changes* into place, all or none.

    Raises :class:`CannotRun` when a file cannot be written: then every file is as it was.
    """
    before: dict[Path, bytes | None] = {}
    try:
        for path, text in changes.items():
            before[path] = path.read_bytes() if path.exists() else None
            _place(path, None if text is None else text.encode())
    except OSError as error:
        for path, data in before.items():
            _place(path, data)
        raise CannotRun(
            f"{error.filename}: cannot be written ({error.strerror}). Nothing was changed in the "
            "content, and the decisions are in the journal: make room or give the folder its "
            "rights, then go on."
        ) from None


def _place(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
        return
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _graph(lines: Iterable[ox.Triple]) -> Graph:
    graph = Graph()
    graph.parse(data="".join(f"{triple} .\n" for triple in lines), format="nt")
    return graph


def _turtle(graph: Graph, table: Mapping[str, str]) -> str | None:
    return write_turtle(graph, table) if len(graph) else None


def _read(path: Path) -> Graph:
    graph = Graph()
    graph.parse(data=read_utf8(path), format="turtle")
    return graph


def _source(entry: Entry, document: Document) -> list[ox.Triple]:
    source = ox.NamedNode(f"{BASE}id/source/{entry.slug}")
    known: list[tuple[str, ox.Literal | ox.NamedNode]] = [
        (TYPE.value, ox.NamedNode(F + "Article")),
        (LABEL.value, ox.Literal(entry.title, language="en")),
        (_DCTERMS + "title", ox.Literal(entry.title, language="en")),
        (F + "textDigest", ox.Literal(document.digest)),
        (F + "textLength", ox.Literal(str(len(document.text)), datatype=_INTEGER)),
        (F + "retrieved", ox.Literal(entry.retrieved)),
    ]
    for name, value in (("creator", entry.author), ("publisher", entry.publisher)):
        if value:
            known.append((_DCTERMS + name, ox.Literal(value)))
    if entry.published:
        known.append((F + "published", ox.Literal(entry.published)))
    return [ox.Triple(source, ox.NamedNode(name), value) for name, value in known]


def _silent(document: Document, spans: list[tuple[int, int]], source: str) -> list[ox.Triple]:
    """An ``f:NoClaim`` for every sentence that no kept passage meets, with its reason."""
    lines = []
    for start, end in sentences(document.text):
        if any(a < end and start < b for a, b in spans):
            continue
        node = ox.NamedNode(f"{BASE}id/evidence/{source}/nc-{start}")
        role = next((b.role for b in document.blocks if b.start < end and start < b.end), "body")
        reason = REASONS.get(role, NOTHING_KEPT)
        for name, value in (
            (TYPE.value, ox.NamedNode(F + "NoClaim")),
            (F + "reason", ox.NamedNode(f"{BASE}concept/reason/{reason}")),
            (F + "inSource", ox.NamedNode(f"{BASE}id/source/{source}")),
            (OA + "start", ox.Literal(str(start), datatype=_INTEGER)),
            (OA + "end", ox.Literal(str(end), datatype=_INTEGER)),
            (F + "passageDigest", ox.Literal(passage_digest(document.text[start:end]))),
        ):
            lines.append(ox.Triple(node, ox.NamedNode(name), value))
    return lines
