"""A file of the content as text, and the header that a query file carries in its comments."""

from __future__ import annotations

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from foedus.findings import CannotRun, ContentError, Finding

#: tomllib tells the place of an error in its message only.
_PLACE = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)\Z", re.DOTALL)


#: What a file begins with that is text in another encoding, and what to call that.
_OTHER = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; :class:`CannotRun` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror or error}).") from error


def read_utf8(path: Path, rule: str = "syntax") -> str:
    """The text of a file, its line ends untouched, without the byte-order mark it may begin with.

    Raises :class:`ContentError` (a finding of *rule*) with line and column when it is not UTF-8,
    and :class:`CannotRun` when it cannot be read at all.
    """
    data = read_bytes(path).removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8")) + 1
        line = data.count(b"\n", 0, error.start) + 1
        other = next(
            (f" (it looks like {name})" for mark, name in _OTHER if data[: len(mark)] == mark), ""
        )
        raise ContentError(
            Finding(
                rule,
                f"not UTF-8 at byte {error.start}{other}",
                file=path,
                line=line,
                column=column,
                remedy="Save the file in UTF-8.",
                end_line=line,
                end_column=column + 1,
            )
        ) from None


def read_header(path: Path, text: str, rule: str) -> dict[str, Any]:
    """The TOML in the lines of *text* that begin with ``#+``.

    Raises :class:`ContentError` (a finding of *rule*) with line and column when it is no TOML.
    """
    lines = (line[2:] if line.startswith("#+") else "" for line in text.splitlines())
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.match(str(error))
        raise ContentError(
            Finding(
                rule,
                f"the #+ lines are not TOML: {place['what'] if place else error}",
                file=path,
                line=int(place["line"]) if place else None,
                column=int(place["column"]) + len("#+") if place else None,
            )
        ) from None
