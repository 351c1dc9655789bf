"""The text cut where passages begin and end, so that each stretch knows whose passage it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from foedus.assist.model import Candidate


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters from ``start`` to ``end`` (exclusive), and the candidates that rest on them."""

    start: int
    end: int
    text: str
    keys: tuple[str, ...]


def stretches(text: str, candidates: Sequence[Candidate]) -> list[Stretch]:
    """*text* without a gap or an overlap, cut at every border of a passage."""
    borders = sorted(
        {0, len(text)} | {c.passage.start for c in candidates} | {c.passage.end for c in candidates}
    )
    found = []
    for start, end in pairwise(borders):
        keys = tuple(c.key for c in candidates if c.passage.start <= start and end <= c.passage.end)
        found.append(Stretch(start, end, text[start:end], keys))
    return found
