"""A release as files: N-Quads and TriG carry the dataset; Turtle and JSON-LD say what they carry.

Turtle holds one graph, so the Turtle dump is the default graph; the JSON-LD dump carries every
graph. Both say so: Turtle in a comment on its first line, JSON-LD by its named graphs.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import prefixes

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}

TURTLE_HEAD = (
    "# The default graph of the release {digest}; its named graphs are in dump.nq and dump.trig.\n"
)


def write_dump(quads: list[ox.Quad], digest: str, path: Path) -> None:
    """Write *quads* to *path* in the format that its suffix names.

    Raises :class:`KeyError` for a suffix that is not in :data:`FORMATS`.
    """
    kind = FORMATS[path.suffix.removeprefix(".")]
    table = dict(prefixes())
    with path.open("wb") as file:
        if kind == ox.RdfFormat.TURTLE:
            file.write(TURTLE_HEAD.format(digest=digest).encode())
            default = [q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
            ox.serialize(default, output=file, format=kind, prefixes=table)
        else:
            options = {} if kind == ox.RdfFormat.N_QUADS else {"prefixes": table}
            ox.serialize(quads, output=file, format=kind, **options)  # type: ignore[arg-type]
