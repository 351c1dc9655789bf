"""What is wrong, where, and what to write instead: the one model every room reports in.

A :class:`Finding` says it; :class:`ContentError` carries findings out of a room that cannot go on;
:class:`CannotRun` is for everything that is not the content's fault. How findings are printed is
the business of :mod:`foedus.check`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How bad a finding is; only errors and warnings fail the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in the content.

    ``line`` and ``column`` count from 1, columns in Unicode code points; ``end_line`` and
    ``end_column`` are where the place ends, exclusive. ``focus`` is the IRI the finding speaks
    about (SHACL's focus node), ``path`` the property (or SHACL path) of it and ``value`` what it
    has there; ``remedy`` is what to write instead. Where something is missing the place is empty,
    at the end of the block of its subject, and ``insert`` is the text to write there.
    """

    rule: str
    message: str
    severity: Severity = Severity.ERROR
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    remedy: str | None = None
    end_line: int | None = None
    end_column: int | None = None
    insert: str | None = None

    @property
    def place(self) -> str:
        """``file:line:column`` as far as it is known, or the focus node."""
        if self.file is None:
            return self.focus or "content"
        parts = [str(self.file)]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    def plain(self) -> tuple[Any, ...]:
        """The finding as texts and numbers; :func:`finding_of` reads it."""
        rule, message, severity, file, *rest = astuple(self)
        return (rule, message, str(severity), None if file is None else str(file), *rest)

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity}: {self.message} [{self.rule}]"
        return f"{text}\n    {self.remedy}" if self.remedy else text


def finding_of(values: tuple[Any, ...]) -> Finding:
    """A finding as :meth:`Finding.plain` writes it."""
    rule, message, severity, file, *rest = values
    path = None if file is None else Path(file)
    return Finding(rule, message, Severity(severity), path, *rest)


class ContentError(Exception):
    """The content is wrong in a way that stops the work; ``findings`` say where and what."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class CannotRun(Exception):
    """The work cannot be done here, whatever the content says (no content, no Java, a limit).

    The message says what, where, what was expected and what to do.
    """
