"""Competency questions: one ``.rq`` file each, the question and its answer in ``#+`` comments.

The comment lines that begin with ``#+`` are TOML; the rest is SPARQL 1.1 that runs anywhere::

    #+ summary = "Who was surely a member of the Baghdad Pact on 1 June 1958?"
    #+ at = 1958-06-01
    #+ statements = ["rfi/iraq-in-baghdad-pact"]
    #+ breaks = "rfi/iraq-in-baghdad-pact"
    #+ columns = ["member"]
    #+ rows = [["state:iraq"]]
"""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foedus.content.locate import Content
from foedus.findings import ContentError, Finding

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answer that somebody wrote down before asking.

    ``rows`` hold prefixed names for IRIs, the plain text of literals, and ``""`` for unbound.
    ``answer`` is the expected truth of an ASK. ``breaks`` names the statement without which the
    answer must change; ``statements`` those from whose passages the answer was written.
    """

    name: str
    path: Path
    text: str
    summary: str
    at: datetime.date | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool
    answer: bool | None
    statements: tuple[str, ...]
    breaks: str | None
    tags: tuple[str, ...]


_KNOWN = {
    "summary",
    "at",
    "columns",
    "rows",
    "ordered",
    "answer",
    "statements",
    "breaks",
    "tags",
    "note",
}


def read_question(path: Path, name: str) -> Question:
    """Read one question; raises :class:`ContentError` when its header is not what it should be."""
    text = path.read_text(encoding="utf-8")
    header: list[str] = [line[2:] if line.startswith("#+") else "" for line in text.splitlines()]
    try:
        table: dict[str, Any] = tomllib.loads("\n".join(header))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(
            Finding("question", f"the #+ lines are not TOML: {error}", file=path)
        ) from None
    unknown = sorted(set(table) - _KNOWN)
    if unknown or not isinstance(table.get("summary"), str):
        raise ContentError(
            Finding(
                "question",
                f"unknown header entries: {', '.join(unknown)}" if unknown else "no summary",
                file=path,
                line=1,
                remedy=f"A question has a summary, and any of: {', '.join(sorted(_KNOWN))}.",
            )
        )
    at = table.get("at")
    return Question(
        name=name,
        path=path,
        text=text,
        summary=table["summary"],
        at=at if isinstance(at, datetime.date) else None,
        columns=tuple(table.get("columns", ())),
        rows=tuple(tuple(str(cell) for cell in row) for row in table.get("rows", ())),
        ordered=bool(table.get("ordered", False)),
        answer=table.get("answer"),
        statements=tuple(table.get("statements", ())),
        breaks=table.get("breaks"),
        tags=tuple(table.get("tags", ())),
    )


def read_questions(content: Content) -> list[Question]:
    """Every question of the content, in the order of their file names."""
    return [
        read_question(path, path.relative_to(content.root / "queries").with_suffix("").as_posix())
        for path in content.files("queries", ".rq")
    ]
