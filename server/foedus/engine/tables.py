"""Answers as somebody reads them in a terminal, or as a pipe wants them."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foedus.engine.answers import Answer, Boolean, Solutions, Triples, value
from foedus.engine.serialize import CSV, JSON, N_TRIPLES, TSV, TURTLE, serialize

FORMATS = ("table", "csv", "json", "tsv", "turtle", "nt")
_MEDIA = {"csv": CSV, "json": JSON, "tsv": TSV, "turtle": TURTLE, "nt": N_TRIPLES}


def write(
    answer: Answer,
    name: str,
    shorten: Callable[[str], str] = str,
    console: Console | None = None,
) -> bytes:
    """*answer* in the format of that name (one of :data:`FORMATS`), ended by a line break.

    ``table`` goes to *console* and returns nothing more to write; the answer to CONSTRUCT or
    DESCRIBE, which is no table, is written in Turtle where another format does not fit.
    """
    if isinstance(answer, Triples):
        name = name if name in ("turtle", "nt") else "turtle"
    elif name in ("turtle", "nt"):
        raise ValueError("SELECT and ASK are answered by a table, csv, json or tsv")
    if name == "table" and not isinstance(answer, Triples):
        show(answer, shorten, console or Console())
        return b""
    written = serialize(answer, _MEDIA[name])
    return written if written.endswith(b"\n") else written + b"\n"


def show(answer: Solutions | Boolean, shorten: Callable[[str], str], console: Console) -> None:
    """A table with as many columns as variables, and the number of its rows."""
    if isinstance(answer, Boolean):
        console.print("yes" if answer.value else "no")
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for variable in answer.variables:
        table.add_column(variable, overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(shorten(value(term))) for term in row))
    if answer.variables:
        console.print(table)
    rows = len(answer.rows)
    console.print(f"{rows} row{'' if rows == 1 else 's'}", style="dim")
