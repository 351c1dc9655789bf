"""A release as files: N-Quads and TriG carry the dataset; Turtle and JSON-LD say what they carry.

Turtle and RDF/XML hold one graph, so those dumps are the default graph; the JSON-LD dump carries
every graph. Turtle says so in a comment on its first line, JSON-LD by its named graphs.

HDT is not among them: no library that is kept up writes it (the packages of that name on PyPI,
npm and in Debian read it, or have not been built for years).
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from foedus.content.names import prefixes

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
MEDIA = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}

TURTLE_HEAD = (
    "# The default graph of the release {digest}; its named graphs are in dump.nq and dump.trig.\n"
)


def write_dump(quads: Iterable[ox.Quad], digest: str, path: Path) -> None:
    """Write *quads* to *path* in the format that its suffix names, ``.gz`` after it compresses.

    Quads of one graph that follow each other are written together. Raises :class:`KeyError` for a
    suffix that is not in :data:`FORMATS`.
    """
    name = path.name.removesuffix(".gz")
    kind = FORMATS[name.rpartition(".")[2]]
    with path.open("wb") as file:
        if name == path.name:
            _write(quads, digest, kind, file)
        else:
            with compressing(file) as packed:
                _write(quads, digest, kind, packed)


def _write(quads: Iterable[ox.Quad], digest: str, kind: ox.RdfFormat, file: Any) -> None:
    table = dict(prefixes())
    if kind in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML):
        if kind == ox.RdfFormat.TURTLE:
            file.write(TURTLE_HEAD.format(digest=digest).encode())
        default = (q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph))
        ox.serialize(default, output=file, format=kind, prefixes=table)
    else:
        options = {} if kind == ox.RdfFormat.N_QUADS else {"prefixes": table}
        ox.serialize(quads, output=file, format=kind, **options)  # type: ignore[arg-type]


def compressing(file: IO[bytes]) -> gzip.GzipFile:
    """A gzip file with neither a name nor a time in it, so that the same goes in and comes out."""
    return gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0)


def by_graph(dataset: Path) -> Iterator[ox.Quad]:
    """The quads of an N-Quads file, graph after graph, the default graph first.

    However large it is, it is never held in memory: each graph is a file on the way.
    """
    with tempfile.TemporaryDirectory(prefix="foedus-graphs-") as folder:
        names: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, Path] = {}
        files: dict[Path, IO[str]] = {}
        try:
            for quad in ox.parse(path=str(dataset), format=ox.RdfFormat.N_QUADS):
                graph = quad.graph_name
                if graph not in names:
                    path = names[graph] = Path(folder) / f"{len(names)}.nt"
                    files[path] = path.open("w", encoding="utf-8")
                files[names[graph]].write(f"{quad.subject} {quad.predicate} {quad.object} .\n")
        finally:
            for file in files.values():
                file.close()
        named = sorted(names.items(), key=lambda item: ("<" in str(item[0]), str(item[0])))
        for graph, path in named:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def copy(dataset: Path, target: Path) -> None:
    """The dataset itself, which is its N-Quads dump."""
    shutil.copyfile(dataset, target)
