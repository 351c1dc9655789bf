"""A release as files: N-Quads and TriG carry the dataset; Turtle and JSON-LD say what they carry.

Turtle and RDF/XML hold one graph, so those dumps are the default graph; the JSON-LD dump carries
every graph. Turtle says so in a comment on its first line, JSON-LD by its named graphs.

HDT is written where ``hdtkit`` is (PyPI, for Python 3.12 and 3.13; inside is the Rust library
``hdt``). What else was looked at, in November 2026: ``pyhdtkit`` writes HDT, but not the same bytes
for the same graph, and reads the graph with rdflib; ``rdflib-hdt`` and ``hdt`` (pyHDT) only read
it, and have no wheels; Debian and npm have no package of it.
"""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import subprocess
import sys
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
    "hdt": "application/vnd.hdt",
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


def has_hdt() -> bool:
    """Whether there is a library that writes HDT."""
    return importlib.util.find_spec("hdtkit") is not None


def write_hdt(turtle: Path, target: Path) -> None:
    """Write the graph of a Turtle file as HDT; raises :class:`OSError` where that fails.

    By a process of its own, in a folder of its own: the library writes the name of the file into
    its header, and the same graph has to give the same bytes.
    """
    call = "import hdtkit; hdtkit.ttl2hdt('dump.ttl', 'dump.hdt')"
    with tempfile.TemporaryDirectory(prefix="foedus-hdt-", dir=target.parent) as folder:
        (Path(folder) / "dump.ttl").symlink_to(turtle.resolve())
        command = [sys.executable, "-c", call]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"HDT cannot be written: {done.stderr.strip()[-300:]}")
        (Path(folder) / "dump.hdt").replace(target)


def copy(dataset: Path, target: Path) -> None:
    """The dataset itself, which is its N-Quads dump."""
    shutil.copyfile(dataset, target)
