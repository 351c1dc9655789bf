"""The names of things: one table of prefixes, and IRIs made short and long by it.

The table itself is content (``ontology/prefixes.json``), so that queries, documentation and
program cannot drift apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from foedus.content.locate import Content, packaged_content

BASE = "https://w3id.org/foedus/"
F = BASE + "ontology#"
OA = "http://www.w3.org/ns/oa#"


@cache
def prefixes() -> Mapping[str, str]:
    """The project's prefix table: prefix to namespace IRI."""
    path = Content(packaged_content()).root / "ontology" / "prefixes.json"
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return table


def statement_prefixes(source: str) -> dict[str, str]:
    """The table as it is used in the file of one source: ``st:`` and ``ev:`` are its own."""
    return {
        **prefixes(),
        "st": f"{BASE}id/statement/{source}/",
        "ev": f"{BASE}id/evidence/{source}/",
    }


def expand(name: str) -> str:
    """The IRI that a prefixed name stands for; a full IRI is returned unchanged.

    Raises :class:`KeyError` for an unknown prefix.
    """
    if "://" in name:
        return name
    prefix, _, local = name.partition(":")
    return prefixes()[prefix] + local


def shorten(iri: str) -> str:
    """*iri* with the longest prefix of the table that fits, or unchanged."""
    best = max(
        ((p, base) for p, base in prefixes().items() if iri.startswith(base)),
        key=lambda item: len(item[1]),
        default=None,
    )
    if best is None or not iri[len(best[1]) :]:
        return iri
    return f"{best[0]}:{iri[len(best[1]) :]}"


def slug(iri: str) -> str:
    """The part of one of our IRIs that tells it from others of its kind."""
    return iri.rsplit("#", 1)[-1] if "#" in iri else iri.rsplit("/", 1)[-1]
