"""A query apart from its constants: what was found out about one holds for all of the same shape.

Clients ask the same question with other constants. The IRIs and strings of a text (those of its
prologue excepted) are replaced by numbered ones of the same lexical kind, so that everything that
does not depend on them is done once for each shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
_MARK = "urn:foedus-constant:"
_PART = re.compile(
    r"""
    (?=["'<\#PpBb])  # which is several times as fast
  (?:
    (?P<kept>\b(?:PREFIX|BASE)\b[^<\#"']*<[^<>]*> | \#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]+>)
  | (?P<string>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_MARKED = re.compile(f'<{_MARK}(\\d+)>|"{_MARK}(\\d+)"')
_LONGEST = 20_000  # characters
_SHAPES = 500


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a shape, and the constants of one query that has it."""

    text: str
    constants: tuple[str, ...]

    def fill(self, text: str) -> str:
        """*text* with the constants of this query in the place of the numbered ones."""
        return _MARKED.sub(self._constant, text) if _MARK in text else text

    def _constant(self, match: re.Match[str]) -> str:
        return self.constants[int(match[1] or match[2])]


@lru_cache(maxsize=4)  # who evaluates asks for it more than once
def template(text: str) -> Template | None:
    """The template of *text*; ``None`` for one that is long, or has long strings."""
    if len(text) > _LONGEST or '"""' in text or "'''" in text or _MARK in text:
        return None
    constants: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        if match.lastgroup == "kept":
            return match[0]
        constants.append(match[0])
        number = f"{_MARK}{len(constants) - 1}"
        return f"<{number}>" if match.lastgroup == "iri" else f'"{number}"'

    shape = _PART.sub(numbered, text)
    return Template(shape, tuple(constants))


class Shapes(Generic[T]):
    """What was found out about each shape, remembered for so many of them."""

    def __init__(self, find: Callable[[str], T], most: int = _SHAPES) -> None:
        self._find, self._most = find, most
        self._known: dict[str, T] = {}

    def __call__(self, shape: str) -> T:
        """What *find* says of this shape."""
        if shape in self._known:
            return self._known[shape]
        if len(self._known) >= self._most:
            self._known.clear()
        found = self._known[shape] = self._find(shape)
        return found
