"""The canonical digest of a dataset: the name of a release.

SHA-256 over the sorted N-Quads of the dataset; the quads that hang together through blank nodes
(the ontology's restrictions and lists) are first given the labels of RDFC-1.0. The description of
the release is left out, since it carries the digest itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox


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
