"""A file of the content as text, and the header that a query file carries in its comments."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from foedus.findings import CannotRun, ContentError, Finding

#: tomllib tells the place of an error in its message only.
_PLACE = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)\Z", re.DOTALL)


def read_utf8(path: Path, rule: str = "syntax") -> str:
    """The text of a file, its line ends untouched.

    Raises :class:`ContentError` (a finding of *rule*) with the line when it is not UTF-8, and
    :class:`CannotRun` when it cannot be read at all.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror or error}).") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(
            Finding(
                rule,
                f"not UTF-8 at byte {error.start}",
                file=path,
                line=data.count(b"\n", 0, error.start) + 1,
                remedy="Save the file in UTF-8.",
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
