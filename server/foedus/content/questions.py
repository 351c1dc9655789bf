"""Competency questions: one ``.rq`` file each, the question and its answer in ``#+`` comments.

The comment lines that begin with ``#+`` are TOML; the rest is SPARQL 1.1 that runs anywhere::

    #+ summary = "Who was surely a member of the Baghdad Pact on 1 June 1958?"
    #+ at = 1958-06-01
    #+ statements = ["rfi/iraq-in-baghdad-pact"]
    #+ breaks = "rfi/iraq-in-baghdad-pact"
    #+ columns = ["member"]
    #+ rows = [["state:iraq"]]

A question may carry a little invented data, which the release does not have: things that are an
answer in all but one respect, and things at the edge that still are one. It is TriG, in the
prefixes of the query; over it alone the question has the rows told beside it, or none::

    #+ invented = '''
    #+   [] f:member state:iran ; f:arrangement arrangement:seato .
    #+ '''
    #+ invented_rows = []
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from foedus.content.files import read_header, read_utf8
from foedus.content.locate import Content
from foedus.findings import ContentError, Finding

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answer that somebody wrote down before asking.

    ``rows`` hold prefixed names for IRIs, the plain text of literals, and ``""`` for unbound.
    ``answer`` is the expected truth of an ASK. ``breaks`` names the statement without which the
    answer must change; ``statements`` those from whose passages the answer was written.
    Over ``invented`` alone (TriG, in the prefixes of the query) the rows are ``invented_rows``, and
    the answer of an ASK is no.
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
    invented: str = ""
    invented_rows: tuple[Row, ...] = ()


def _is_day(value: object) -> bool:
    # A moment is a date too, to Python.
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, list) for row in value)


#: What each entry of the header must be, and how to say so.
_ENTRIES: dict[str, tuple[Callable[[object], bool], str]] = {
    "summary": (_is_text, "a text"),
    "at": (_is_day, "a day without quotes, such as 1958-06-01"),
    "columns": (_is_texts, "a list of names"),
    "rows": (_is_rows, "a list of rows, each a list of cells"),
    "ordered": (_is_truth, "true or false"),
    "answer": (_is_truth, "true or false"),
    "statements": (_is_texts, "a list of source/slug"),
    "breaks": (_is_text, "source/slug of a statement"),
    "tags": (_is_texts, "a list of words"),
    "invented": (_is_text, "a text in TriG"),
    "invented_rows": (_is_rows, "a list of rows, each a list of cells"),
    "note": (_is_text, "a text"),
}


def read_question(path: Path, name: str) -> Question:
    """Read one question; raises :class:`ContentError` when its header is not what it should be."""
    text = read_utf8(path, "question")
    table = read_header(path, text, "question")
    unknown = sorted(set(table) - set(_ENTRIES))
    wrong = [entry for entry in _ENTRIES if entry in table and not _ENTRIES[entry][0](table[entry])]
    if unknown or wrong or "summary" not in table:
        said = "no summary"
        if unknown:
            said = f"unknown header entries: {', '.join(unknown)}"
        elif wrong:
            said = f"the header entry {wrong[0]} is not {_ENTRIES[wrong[0]][1]}"
        raise ContentError(
            Finding(
                "question",
                said,
                file=path,
                line=_line(text, wrong[0]) if wrong and not unknown else 1,
                remedy=f"A question has a summary, and any of: {', '.join(sorted(_ENTRIES))}.",
            )
        )
    return Question(
        name=name,
        path=path,
        text=text,
        summary=table["summary"],
        at=table.get("at"),
        columns=tuple(table.get("columns", ())),
        rows=_rows(table.get("rows", ())),
        ordered=bool(table.get("ordered", False)),
        answer=table.get("answer"),
        statements=tuple(table.get("statements", ())),
        breaks=table.get("breaks"),
        tags=tuple(table.get("tags", ())),
        invented=table.get("invented", ""),
        invented_rows=_rows(table.get("invented_rows", ())),
    )


def _rows(told: Iterable[Iterable[object]]) -> tuple[Row, ...]:
    return tuple(tuple(str(cell) for cell in row) for row in told)


def _line(text: str, entry: str) -> int:
    found = re.search(rf"^#\+\s*{entry}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def read_questions(content: Content) -> list[Question]:
    """Every question of the content, in the order of their file names."""
    return [
        read_question(path, path.relative_to(content.root / "queries").with_suffix("").as_posix())
        for path in content.files("queries", ".rq")
    ]
