"""Tables as files: CSV (RFC 4180), JSON and Parquet; the same cells in each.

In CSV an empty cell is a missing value, and a missing flag is ``NA``, as R and pandas read it. In
JSON it is ``null``, in Parquet a null. Several values in one cell are a list in JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from foedus.export import tables
from foedus.export.tables import SEPARATOR, Cell, Column, Row, Table

#: Rows that are held at a time.
_AT_ONCE = 10_000


def as_csv(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """The table in CSV: a header, lines that end in CR LF, in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.names)
    for number, row in enumerate(rows, 1):
        writer.writerow(
            [_text(column, cell) for column, cell in zip(table.columns, row, strict=True)]
        )
        if number % _AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_json(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """The table in JSON: an array of objects, one on each line, in pieces."""
    separator = "[\n"
    for row in rows:
        record = dict(zip(table.names, row, strict=True))
        yield separator + json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def write_parquet(table: Table, rows: Iterable[Row], path: Path) -> None:
    """The table in Parquet, each column with its meaning in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        tables.TEXT: pa.string(),
        tables.INTEGER: pa.int64(),
        tables.NUMBER: pa.float64(),
        tables.DAY: pa.date32(),
        tables.TRUTH: pa.bool_(),
        tables.FLAG: pa.int8(),
    }
    schema = pa.schema(
        [
            pa.field(c.name, types[c.type], metadata={"description": c.meaning})
            for c in table.columns
        ],
        metadata={"title": table.title, "row": table.row},
    )
    left = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while True:
            part = list(islice(left, _AT_ONCE))
            columns = [
                pa.array([_value(c, row[i]) for row in part], types[c.type])
                for i, c in enumerate(table.columns)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            if len(part) < _AT_ONCE:
                return


def dictionary(every: Iterable[Table]) -> tuple[Table, Iterator[Row]]:
    """The data dictionary: a table of all columns of all tables."""
    shape = Table(
        "dictionary",
        "Data dictionary",
        "one column of one table",
        (
            Column("table", "name of the table"),
            Column("row", "what one row of that table is"),
            Column("position", "place of the column, from 1", tables.INTEGER),
            Column("column", "name of the column"),
            Column("type", "text, integer, number, day (ISO 8601), truth, flag (1, 0, NA)"),
            Column("many", "whether a cell may hold several values", tables.TRUTH),
            Column("meaning", "what the column says"),
        ),
    )
    described = (
        (table.name, table.row, i, c.name, c.type, c.many, c.meaning)
        for table in every
        for i, c in enumerate(table.columns, 1)
    )
    return shape, described


def _text(column: Column, cell: Cell) -> str:
    if cell is None:
        return "NA" if column.type == tables.FLAG else ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return SEPARATOR.join(cell)
    return str(cell)


def _value(column: Column, cell: Cell) -> Any:
    if isinstance(cell, list):
        return SEPARATOR.join(cell) if cell else None
    if column.type == tables.DAY and isinstance(cell, str):
        return date.fromisoformat(cell)
    return cell
