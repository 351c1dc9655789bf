"""Whether the engine's own parser takes a text."""

from __future__ import annotations

import pyoxigraph as ox

_NOTHING = ox.Store()


def is_query(text: str) -> bool:
    """Whether it is a query; asked over an empty store, so that nothing is evaluated."""
    try:
        _NOTHING.query(text)
    except (SyntaxError, RuntimeError, OSError, ValueError):
        return False
    return True
