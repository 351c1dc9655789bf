"""Every file in which a release can be taken away, with size and SHA-256.

The same release gives the same bytes. ``files.json`` lists them for programs, ``SHA256SUMS`` for
``sha256sum --check``; both are written last, so that a folder which has them is complete.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.export import rows, tables, writing
from foedus.export.network import graphml
from foedus.export.tables import Table
from foedus.graph import dumps

LISTING = "files.json"
SUMS = "SHA256SUMS"
#: What each dump carries.
_DUMPS = {
    "nq": "The dataset in N-Quads: every graph",
    "trig": "The dataset in TriG: every graph",
    "ttl": "The default graph in Turtle: what we accept",
    "rdf": "The default graph in RDF/XML: what we accept",
    "jsonld": "The dataset in JSON-LD: every graph",
}
_HDT = "The default graph in HDT: what we accept, to be asked as it lies"
PARQUET = "application/vnd.apache.parquet"
GRAPHML = "application/graphml+xml"
_PIECE = 1 << 20

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name inside the folder, what it is, its type, its size in bytes, its SHA-256.

    ``compression`` is ``gzip``, ``zstd`` or nothing; ``media_type`` is that of what is inside.
    """

    name: str
    title: str
    media_type: str
    bytes: int
    sha256: str
    compression: str = ""
    group: str = ""


def silent(name: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def make(dataset: Path, digest: str, folder: Path, tell: Tell = silent) -> list[File]:
    """Write every file of the release with this *dataset* and *digest* into *folder*."""
    store = ox.Store()
    store.bulk_load(path=str(dataset), format=ox.RdfFormat.N_QUADS)
    every = rows.every_table(store)
    total = len(_DUMPS) * 3 + dumps.has_hdt() + len(every) * 3 + 2
    found: list[File] = []

    def add(name: str, title: str, media: str, group: str, compression: str = "") -> None:
        path = folder / name
        found.append(
            File(name, title, media, path.stat().st_size, _sha256(path), compression, group)
        )
        tell(name, len(found), total)

    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for suffix, title in _DUMPS.items():
        path = folder / f"dump.{suffix}"
        if suffix == "nq":
            dumps.copy(dataset, path)
        else:
            dumps.write_dump(dumps.by_graph(dataset), digest, path)
        add(path.name, title, dumps.MEDIA[suffix], "dump")
        for ending, compression in (("gz", "gzip"), ("zst", "zstd")):
            packed = folder / f"{path.name}.{ending}"
            _compress(path, packed, compression)
            add(packed.name, title, dumps.MEDIA[suffix], "dump", compression)
    if dumps.has_hdt():
        dumps.write_hdt(folder / "dump.ttl", folder / "dump.hdt")
        add("dump.hdt", _HDT, dumps.MEDIA["hdt"], "dump")
    for table in every:
        for name, media in write_table(store, table, folder / "tables"):
            add(f"tables/{name}", table.title, media, "table")
    write_dictionary(every, folder / "tables")
    add(
        "tables/dictionary.csv", "Data dictionary: every column of every table", "text/csv", "table"
    )
    write_network(store, folder / "network.graphml")
    add("network.graphml", "Commitments and memberships as a network", GRAPHML, "network")
    sums = "".join(f"{f.sha256}  {f.name}\n" for f in sorted(found, key=lambda f: f.name))
    (folder / SUMS).write_text(sums, encoding="utf-8")
    listed = {
        "digest": digest,
        "files": [asdict(f) for f in found],
        "tables": [asdict(t) for t in every],
    }
    (folder / LISTING).write_text(
        json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return found


def read(folder: Path) -> tuple[list[File], list[Table]]:
    """What :func:`make` has made; raises :class:`OSError` where it has not (yet)."""
    listed: dict[str, Any] = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    every = [
        Table(t["name"], t["title"], t["row"], tuple(tables.Column(**c) for c in t["columns"]))
        for t in listed["tables"]
    ]
    return [File(**f) for f in listed["files"]], every


def write_table(store: ox.Store, table: Table, folder: Path) -> Iterator[tuple[str, str]]:
    """Write one table in each format; yields name and media type of each file."""
    names = rows.read_names(store)
    listed = list(rows.rows(store, table, names))
    for suffix, media, pieces in (
        ("csv", "text/csv", writing.as_csv),
        ("json", "application/json", writing.as_json),
    ):
        with (folder / f"{table.name}.{suffix}").open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces(table, listed))
        yield f"{table.name}.{suffix}", media
    writing.write_parquet(table, listed, folder / f"{table.name}.parquet")
    yield f"{table.name}.parquet", PARQUET


def write_dictionary(every: Sequence[Table], folder: Path) -> None:
    """Write the data dictionary."""
    with (folder / "dictionary.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(writing.as_csv(*writing.dictionary(every)))


def write_network(store: ox.Store, path: Path, **options: Any) -> None:
    """Write the network; *options* are those of :func:`foedus.export.network.graphml`."""
    names = rows.read_names(store)
    pieces = graphml(
        rows.rows(store, tables.COMMITMENTS, names),
        rows.rows(store, tables.MEMBERSHIPS, names),
        **options,
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)


def _compress(path: Path, packed: Path, compression: str) -> None:
    with path.open("rb") as plain, packed.open("wb") as file:
        if compression == "gzip":
            with dumps.compressing(file) as out:
                while piece := plain.read(_PIECE):
                    out.write(piece)
        else:
            import pyarrow as pa

            with pa.CompressedOutputStream(file, "zstd") as out:
                while piece := plain.read(_PIECE):
                    out.write(piece)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
