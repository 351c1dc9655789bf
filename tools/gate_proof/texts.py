"""The content's Turtle as blocks and lines, for edits whose place is known to the character.

The files of statements and things are in the project's layout: a block for each subject, blocks
apart by an empty line, one property on each line after the first, the last ending in ``.``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_LINE = re.compile(r"^ {4}(?P<predicate>\S+) (?P<object>.*?) (?P<end>[;.])$", re.MULTILINE)
_FIRST = re.compile(r"(?P<subject>\S+) a (?P<class>\S+) (?P<end>[;.])$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One property of a block; offsets count code points in the file."""

    predicate: str
    object: str
    begin: int
    end: int
    object_begin: int
    object_end: int


@dataclass(frozen=True)
class Block:
    """One subject with its properties."""

    file: str
    subject: str
    cls: str
    begin: int
    end: int
    text: str

    @cached_property
    def class_begin(self) -> int:
        """Where the name of the class begins."""
        return self.begin + len(self.subject) + len(" a ")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The properties after the class, in order."""
        return tuple(
            Line(
                found["predicate"],
                found["object"],
                self.begin + found.start(),
                self.begin + found.end(),
                self.begin + found.start("object"),
                self.begin + found.end("object"),
            )
            for found in _LINE.finditer(self.text)
        )

    def line(self, predicate: str) -> Line | None:
        """The line of *predicate*, where it has a single value."""
        found = [line for line in self.lines if line.predicate == predicate]
        return found[0] if len(found) == 1 and ", " not in found[0].object else None


@dataclass(frozen=True)
class Source:
    """One file of the content as text."""

    name: str
    text: str

    def blocks(self) -> Iterator[Block]:
        """Every block that is in the layout."""
        for found in re.finditer(r"(?:^[^\s@#].*\n)(?:^ .*\n)*", self.text, re.MULTILINE):
            text = found[0].rstrip("\n")
            first = _FIRST.match(text)
            if first:
                end = found.start() + len(text)
                yield Block(self.name, first["subject"], first["class"], found.start(), end, text)


def read_sources(root: Path, pattern: str) -> list[Source]:
    """The files under *root* that match, sorted by name."""
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(root.glob(pattern))
    ]
