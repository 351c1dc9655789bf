"""Whether the engine's own parser takes a text."""

from __future__ import annotations

import contextlib

import pyoxigraph as ox

#: Asked for like a format of an answer: nothing is evaluated, and nothing is the answer.
SYNTAX = "application/vnd.foedus.syntax"
_NOTHING = ox.Store()


def parse(text: str) -> None:
    """Have the parser read a query; raises its :class:`SyntaxError`."""
    with contextlib.suppress(RuntimeError, OSError, ValueError):
        _NOTHING.query(text)


def is_query(text: str) -> bool:
    """Whether it is a query; asked over an empty store, so that nothing is evaluated."""
    try:
        _NOTHING.query(text)
    except (SyntaxError, RuntimeError, OSError, ValueError):
        return False
    return True
