"""The table of words of the assistant, ``vocabulary.toml``, ready to be asked."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("vocabulary.toml")


@cache
def table() -> dict[str, Any]:
    """The whole table."""
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def words(section: str, name: str = "words") -> frozenset[str]:
    """One list of the table."""
    return frozenset(table()[section][name])


@cache
def offices() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Offices by their words, the longest first, and the last part of the IRI of each."""
    found = [(tuple(text.split()), concept) for text, concept in table()["offices"].items()]
    return tuple(sorted(found, key=lambda item: -len(item[0])))


@cache
def office_words() -> frozenset[str]:
    """The first words of offices."""
    return frozenset(words[0] for words, _ in offices())


@cache
def heads() -> dict[str, str]:
    """The class of what bears a name, by the last word of the name."""
    return {word: kind for kind, listed in table()["heads"].items() for word in listed}
