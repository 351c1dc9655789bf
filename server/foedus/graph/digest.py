"""The canonical digest of a dataset: the name of a release.

SHA-256 over the sorted N-Quads of the dataset; the quads that hang together through blank nodes
(the ontology's restrictions and lists) are first given the labels of RDFC-1.0. The description of
the release is left out, since it carries the digest itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from io import BytesIO

import pyoxigraph as ox

from foedus.content.kept import Kept

#: Subject, predicate, object and graph (empty: the default graph) as N-Quads writes them.
Row = tuple[str, str, str, str]
_LITERAL = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*"(?:\^\^<[^>]*>|@\S+)?)(?: (<[^>]*>|_:\S+))? \.\Z')


def rows(lines: Iterable[str]) -> list[Row]:
    """The parts of N-Quads lines. Raises :class:`ValueError` for a line that is none."""
    found: list[Row] = []
    for line in lines:
        try:
            subject, predicate, rest = line.split(" ", 2)
            if rest[0] == '"':
                literal = _LITERAL.match(rest)
                if literal is None:
                    raise ValueError
                value, graph = literal.groups("")
            else:
                parts = rest.split(" ")
                value, graph, end = parts if len(parts) == 3 else (parts[0], "", parts[1])
                if end != ".":
                    raise ValueError
        except (ValueError, IndexError):
            raise ValueError(f"no line of N-Quads: {line[:200]}") from None
        found.append((subject, predicate, value, graph))
    return found


def canonical_store(store: ox.Store, kept: Kept | None = None) -> list[str]:
    """As :func:`canonical_quads` of everything in *store*, which writes most lines itself.

    *kept* may have the names of the blank nodes from a former run.
    """
    written = BytesIO()
    store.dump(written, format=ox.RdfFormat.N_QUADS)
    return canonical_lines(written.getvalue().decode("utf-8").split("\n"), kept)


def canonical_lines(lines: Iterable[str], kept: Kept | None = None) -> list[str]:
    """As :func:`canonical_quads` of lines of N-Quads as the engine writes them."""
    plain: list[str] = []
    others: list[str] = []
    for line in lines:
        if line:
            # Blank nodes are named anew, and characters escaped or not as the terms write them.
            other = "_:" in line or "\\u" in line
            (others if other else plain).append(line)
    text = "\n".join(sorted(others)).encode("utf-8")
    plain += (kept or Kept()).memo(
        "blank nodes labelled",
        (text,),
        lambda: canonical_quads(ox.parse(text, format=ox.RdfFormat.N_QUADS)),
    )
    return sorted(set(plain))


def canonical_quads(quads: Iterable[ox.Quad]) -> list[str]:
    """The quads as sorted N-Quads lines, blank nodes labelled by RDFC-1.0 (W3C, 2024)."""
    plain: list[str] = []
    knotted = ox.Dataset()
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            knotted.add(quad)
        else:
            plain.append(_line(quad))
    knotted.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    plain.extend(_line(quad) for quad in knotted)
    return sorted(set(plain))


def _line(quad: ox.Quad) -> str:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else f" {quad.graph_name}"
    return f"{quad.subject} {quad.predicate} {quad.object}{graph} ."


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of canonical N-Quads lines, in hexadecimal."""
    total = hashlib.sha256()
    for line in lines:
        total.update(line.encode("utf-8"))
        total.update(b"\n")
    return total.hexdigest()
