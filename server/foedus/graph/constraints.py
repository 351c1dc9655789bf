"""The shapes that a release was held against, as a graph of the release: ``graph/shapes``.

So each shape has an IRI that answers, and whoever takes a release away takes with it what holds
of it. The examples beside the shapes are invented and stay out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.turtle import parse_turtle

GRAPH = ox.NamedNode(BASE + "graph/shapes")


def files(content: Content) -> tuple[Path, ...]:
    """The files of shapes, without their examples."""
    room = content.root / "shapes"
    return tuple(p for p in content.files("shapes") if p.relative_to(room).parts[0] != "examples")


def quads(content: Content) -> Iterator[ox.Quad]:
    """Every triple of the shapes, in :data:`GRAPH`.

    Raises :class:`~foedus.findings.ContentError` for a file that is not Turtle.
    """

    def make() -> bytes:
        found = (triple for path in files(content) for triple in parse_turtle(path))
        quads = (ox.Quad(t.subject, t.predicate, t.object, GRAPH) for t in found)
        return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""

    written = content.kept.of_files("shapes as quads", files(content), make)
    yield from ox.parse(written, format=ox.RdfFormat.N_QUADS)


def digests(content: Content) -> dict[str, str]:
    """SHA-256 of each file of shapes, by its path inside the content."""
    return {
        content.relative(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files(content)
    }
