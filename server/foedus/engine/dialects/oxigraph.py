"""Oxigraph's own server (``oxigraph serve``).

It does what the embedded engine does, since it is the same engine. It names its store ``/store``,
beside ``/query``.
"""

from __future__ import annotations

from collections.abc import Sequence

from foedus.engine.dialects.any import AnyEngine


class Oxigraph(AnyEngine):
    """Oxigraph 0.5."""

    name = "oxigraph"
    sign = "oxigraph"

    def stores(self, query: str) -> Sequence[str]:
        """``/store`` beside ``/query``."""
        return (f"{query.rstrip('/').rpartition('/')[0]}/store",)
