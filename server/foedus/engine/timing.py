"""How long the parts of an answer took: queue, parse, evaluate, serialise.

Whoever asks collects; whoever does a part notes its seconds. Where nobody collects, noting costs
nothing. A worker collects for itself and sends what it noted with its answer.

``parse`` is the reading of the query on our side. ``evaluate`` begins with the engine's own parser,
which cannot be timed apart, and lasts until the engine gives out its first bytes; ``serialise``
lasts from then to the end: a streaming engine evaluates later rows while it writes earlier ones.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

PARTS = ("queue", "parse", "evaluate", "serialise")
_collected: ContextVar[dict[str, float] | None] = ContextVar("foedus_timing", default=None)


@contextlib.contextmanager
def collect() -> Iterator[dict[str, float]]:
    """Collect the seconds noted until the end of the block, by the names of :data:`PARTS`."""
    seconds: dict[str, float] = {}
    token = _collected.set(seconds)
    try:
        yield seconds
    finally:
        _collected.reset(token)


def note(part: str, seconds: float) -> None:
    """Add to a part, if somebody collects."""
    collected = _collected.get()
    if collected is not None:
        collected[part] = collected.get(part, 0.0) + max(0.0, seconds)


def note_all(parts: object) -> None:
    """Add what another process noted; what is no number of a known part is left out."""
    if isinstance(parts, Mapping):
        for part in PARTS:
            seconds = parts.get(part)
            if isinstance(seconds, int | float):
                note(part, float(seconds))


@contextlib.contextmanager
def measured(part: str) -> Iterator[None]:
    """Note how long the block takes, also when it fails."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        note(part, time.perf_counter() - begun)
