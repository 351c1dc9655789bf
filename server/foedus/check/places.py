"""Where in the files something is said: file and line of a block, line and column of a term."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

from foedus.content.locate import Content
from foedus.content.names import BASE, shorten
from foedus.content.turtle import subject_lines

_SPOKEN = {"id/statement/": "statement", "id/evidence/": "passage", "shape/": "shape"}
_PREFIX = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)


def spoken(iri: str) -> str:
    """An IRI as a message says it: a prefixed name, ``statement rfi/…``, ``passage rfi/…``."""
    for room, word in _SPOKEN.items():
        if iri.startswith(BASE + room):
            return f"{word} {iri[len(BASE + room) :]}"
    return shorten(iri)


class Place(TypedDict, total=False):
    """The part of a finding that says where; ``file`` is relative to the content."""

    file: Path
    line: int
    column: int


@dataclass(frozen=True)
class Places:
    """Finds places in the files of one content.

    ``lines`` leads from an IRI to the file (inside the content) and line of its block.
    """

    content: Content
    lines: Mapping[str, tuple[str, int]]

    def block(self, iri: str) -> Place:
        """Where the block of a subject begins; empty where no file has one."""
        if iri not in self.lines:
            return {}
        file, line = self.lines[iri]
        return {"file": Path(file), "line": line}

    def file(self, path: Path, line: int | None = None) -> Place:
        """A file of the content, as its reader knows it."""
        if path.is_absolute() and path.is_relative_to(self.content.root):
            path = path.relative_to(self.content.root)
        return {"file": path} if line is None else {"file": path, "line": line}

    def term(self, path: Path, term: str, subject: str | None = None) -> Place:
        """Where *path* writes an IRI or a literal, first within the block of *subject*.

        Falls back to the block, then to the file.
        """
        text = _text(path)
        lines = _lines(path)
        begins = lines.get(subject) if subject else None
        start = _offset(text, begins) if begins else 0
        found = None
        for written in _ways_to_write(text, term):
            match = re.compile(rf"(?<![\w:-]){re.escape(written)}(?![\w-])").search(text, start)
            if match and (found is None or match.start() < found):
                found = match.start()
        place = self.file(path)
        if found is not None:
            place["line"] = text.count("\n", 0, found) + 1
            place["column"] = found - text.rfind("\n", 0, found)
        elif begins:
            place["line"] = begins
        return place


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> tuple[str, Mapping[str, int]]:
    return path.read_text(encoding="utf-8"), subject_lines(path) if path.suffix == ".ttl" else {}


def _text(path: Path) -> str:
    return _read(path, path.stat().st_mtime_ns)[0]


def _lines(path: Path) -> Mapping[str, int]:
    return _read(path, path.stat().st_mtime_ns)[1]


def _offset(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.index("\n", offset) + 1
    return offset


def _ways_to_write(text: str, term: str) -> list[str]:
    ways = [f"<{term}>", term]
    for prefix, namespace in _PREFIX.findall(text):
        if namespace and term.startswith(namespace):
            ways.append(f"{prefix}:{term[len(namespace) :]}")
    return ways
