"""What has one safe remedy: repaired by ``foedus check --fix``, shown by ``--dry-run``.

Bytes and white space, never meaning: a byte-order mark, line ends, blanks at the ends of lines, a
missing last line end; and the layout of the files that have one. A repair of Turtle is kept only
where the triples are the same after it.
"""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.layout import in_layout, laid_out
from foedus.content.locate import ROOMS, Content
from foedus.findings import CannotRun, ContentError, Finding

#: Files of the rooms that are text.
_TEXT = frozenset({".ttl", ".nt", ".trig", ".rq"})
_BLANKS = re.compile(r"[ \t]+(?=\r?$)", re.MULTILINE)
_LONG = re.compile(r"\"{3}|'{3}")


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is and as it should be, and what the differences are."""

    path: Path
    name: str
    old: bytes
    new: bytes
    what: tuple[str, ...]

    def write(self) -> None:
        """Write the file; raises :class:`CannotRun` where that is not allowed."""
        try:
            self.path.write_bytes(self.new)
        except OSError as error:
            raise CannotRun(f"{self.path}: cannot be written ({error.strerror}).") from error

    def diff(self) -> str:
        """The change as a unified difference; what cannot be seen in it is said above it."""
        old, new = (
            data.decode("utf-8", errors="replace").splitlines(keepends=True)
            for data in (self.old, self.new)
        )
        lines = difflib.unified_diff(old, new, f"a/{self.name}", f"b/{self.name}")
        shown = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        return f"# {self.name}: {', '.join(self.what)}\n{shown}"


def fixes(content: Content) -> list[Change]:
    """The repairs that the files of *content* need, file by file."""
    changes = []
    for room in ROOMS:
        for path in content.files(room, ""):
            if path.suffix in _TEXT and (change := _fixed(content, path)):
                changes.append(change)
    return changes


def _fixed(content: Content, path: Path) -> Change | None:
    try:
        old = path.read_bytes()
        new, what = repaired(old)
    except (OSError, UnicodeDecodeError):
        return None  # the syntax stage says so
    if path.suffix == ".ttl":
        if not _same(old, new):
            new, what = old, []
        if in_layout(content.root, path):
            try:
                laid = laid_out(path).encode("utf-8")
            except (ContentError, ValueError):
                laid = new
            if laid != new:
                new, what = laid, [*what, "layout"]
    if new == old:
        return None
    return Change(path, content.relative(path), old, new, tuple(what))


def repaired(old: bytes) -> tuple[bytes, list[str]]:
    """*old* without what no file should have, and the names of the rules that it broke.

    Raises :class:`UnicodeDecodeError` for what is not UTF-8.
    """
    what = []
    data = old.removeprefix(codecs.BOM_UTF8)
    if data != old:
        what.append("byte-order-mark")
    text = data.decode("utf-8")
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
        what.append("line-ends")
    if not _LONG.search(text) and _BLANKS.search(text):  # a long text may mean its blanks
        text = _BLANKS.sub("", text)
        what.append("trailing-blanks")
    if text and not text.endswith("\n"):
        text += "\n"
        what.append("last-line-end")
    return text.encode("utf-8"), what


def _same(old: bytes, new: bytes) -> bool:
    try:
        one, other = (
            ox.Dataset(ox.parse(data.removeprefix(codecs.BOM_UTF8), format=ox.RdfFormat.TURTLE))
            for data in (old, new)
        )
    except SyntaxError:
        return True  # not Turtle either way
    for dataset in (one, other):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return one == other


_MESSAGES = {
    "byte-order-mark": "begins with a byte-order mark",
    "line-ends": "has line ends of another system (CR LF)",
    "trailing-blanks": "has blanks at the end of a line",
    "last-line-end": "does not end with a line end",
}


def untidy(content: Content, path: Path) -> Iterator[Finding]:
    """A finding for each rule of bytes and white space that a file breaks, at the first place."""
    try:
        old = path.read_bytes()
        _, what = repaired(old)
    except (OSError, UnicodeDecodeError):
        return
    text = old.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    for rule in what:
        offset, length = 0, 1
        if rule == "line-ends":
            offset = text.index("\r\n")
        elif rule == "trailing-blanks":
            blanks = _BLANKS.search(text)
            assert blanks
            offset, length = blanks.start(), len(blanks.group())
        elif rule == "last-line-end":
            offset, length = len(text), 0
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        yield Finding(
            rule,
            f"the file {_MESSAGES[rule]}",
            file=path,
            line=line,
            column=column,
            remedy="foedus check --fix repairs it.",
            end_line=line,
            end_column=column + length,
        )
