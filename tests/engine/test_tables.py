"""Answers in a terminal and in a pipe."""

import io

import pytest
from rich.console import Console

from foedus.content.names import shorten
from foedus.engine import EmbeddedEngine, tables


def test_a_terminal_shows_a_table_with_short_names_and_the_number_of_rows() -> None:
    engine = EmbeddedEngine.load()
    answer = engine.query(
        'SELECT ?x ?y { VALUES (?x ?y) { (<https://w3id.org/foedus/id/state/iraq> "[b]") } }'
    )
    console = Console(file=io.StringIO(), width=80)
    assert tables.write(answer, "table", shorten, console) == b""
    shown = console.file.getvalue()
    assert "state:iraq" in shown
    assert "[b]" in shown
    assert "1 row" in shown


def test_a_pipe_gets_csv_json_or_tsv() -> None:
    answer = EmbeddedEngine.load().query("SELECT (1 AS ?n) {}")
    assert tables.write(answer, "csv") == b"n\r\n1\r\n"
    assert tables.write(answer, "tsv") == b"?n\n1\n"
    assert tables.write(answer, "json").startswith(b'{"head":')


def test_a_graph_is_written_in_turtle_whatever_table_was_asked_for() -> None:
    answer = EmbeddedEngine.load().query("CONSTRUCT { <urn:a> <urn:b> 1 } {}")
    assert b"<urn:a> <urn:b> 1" in tables.write(answer, "csv")
    with pytest.raises(ValueError, match="table, csv"):
        tables.write(EmbeddedEngine.load().query("ASK {}"), "turtle")
