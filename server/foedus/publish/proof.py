"""What shows that a graph arrived whole, however its engine orders and writes it.

The sum of a graph is that of the SHA-256 digests of its lines, as numbers, modulo 2²⁵⁶: it does not
depend on an order, so that neither side has to sort or to hold what may be more than its memory.
A line is the triple in N-Triples after the normalisation of the engine's dialect
(:mod:`foedus.engine.dialects`). Triples with blank nodes are few; they are held, and labelled by
RDFC-1.0 within their graph before they are added.

It proves that nothing was lost or changed on the way. It is no protection from an engine that lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from foedus.engine.publication import Proof
from foedus.graph.digest import canonical_quads

Normal = Callable[[ox.Triple], ox.Triple]
_MODULUS = 2**256
#: Lines that are told of where two graphs differ, and how many are compared to find them.
SHOWN, COMPARED = 3, 3_000_000


class Summing:
    """The proof of a graph, made while its triples pass."""

    def __init__(self, normal: Normal) -> None:
        self._normal = normal
        self._triples, self._sum = 0, 0
        self._blank: list[ox.Triple] = []

    def add(self, triple: ox.Triple) -> None:
        """Count one more."""
        triple = self._normal(triple)
        if is_blank(triple):
            self._blank.append(triple)
        else:
            self._add(str(triple))

    def proof(self) -> Proof:
        """What all of them come to."""
        triples, total = self._triples, self._sum
        for line in _canonical(self._blank):
            triples, total = triples + 1, (total + _number(line)) % _MODULUS
        return Proof(triples, f"{total:064x}")

    def _add(self, line: str) -> None:
        self._triples += 1
        self._sum = (self._sum + _number(line)) % _MODULUS


def is_blank(triple: ox.Triple) -> bool:
    """Whether a triple has a blank node in it."""
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def differences(
    ours: Iterable[ox.Triple], theirs: Iterable[ox.Triple], normal: Normal
) -> tuple[list[str], list[str]]:
    """The first lines that are missing there, and the first that should not be there.

    Nothing of graphs too large to be held.
    """
    here, there = _lines(ours, normal), _lines(theirs, normal)
    if here is None or there is None:
        return [], []
    return sorted(here - there)[:SHOWN], sorted(there - here)[:SHOWN]


def _lines(triples: Iterable[ox.Triple], normal: Normal) -> set[str] | None:
    found: set[str] = set()
    blank: list[ox.Triple] = []
    for triple in triples:
        triple = normal(triple)
        if is_blank(triple):
            blank.append(triple)
        else:
            found.add(str(triple))
        if len(found) > COMPARED:
            return None
    return found | set(_canonical(blank))


def _canonical(triples: list[ox.Triple]) -> Iterator[str]:
    for line in canonical_quads(ox.Quad(t.subject, t.predicate, t.object) for t in triples):
        yield line.removesuffix(" .")


def _number(line: str) -> int:
    return int.from_bytes(hashlib.sha256(line.encode("utf-8")).digest(), "big")
