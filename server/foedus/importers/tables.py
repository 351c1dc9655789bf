"""A table of a data set, read row by row and strictly: CSV in UTF-8, plain or under gzip.

Nothing is repaired in silence. What is wrong becomes a finding with file, row, column, what was
expected and the remedy; :class:`Complaints` gathers them, so that a file with many faults is
reported once. Rows are numbered as the lines of the file are, the header being row 1. A table is
never held in memory: :func:`read_rows` is a generator. What the columns are is said by a
:class:`~foedus.importers.mapping.Table`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from foedus.findings import CannotRun, ContentError, Finding, Severity
from foedus.importers.mapping import Table

#: So many faults are told before reading stops.
MOST = 50

#: The file that is being read, and how many of its bytes have been.
Advance = Callable[[Path, int], None]


class Complaints:
    """What was found wrong or odd in the files of one import.

    Raises :class:`ContentError` with all errors when there are :data:`MOST`, and on :meth:`stop`
    when there is one. Warnings are kept for the report.
    """

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Keep a finding."""
        if finding.severity is not Severity.ERROR:
            self.warnings.append(finding)
            return
        self.errors.append(finding)
        if len(self.errors) >= MOST:
            self.stop()

    def stop(self) -> None:
        """Raise what was found, if anything was."""
        if self.errors:
            raise ContentError(*self.errors)


@dataclass(slots=True)
class Row:
    """One record: its cells by column, as written, and where it stands."""

    path: Path
    table: Table
    number: int
    cells: dict[str, str]
    complaints: Complaints

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def integer(self, column: str) -> int | None:
        """The cell as a number; ``None`` where it is blank."""
        text = self.cells[column]
        return int(text) if text else None

    def flag(self, column: str) -> bool | None:
        """The cell as yes or no; ``None`` where it is blank, which is not no."""
        return {"1": True, "0": False}.get(self.cells[column])

    def finding(
        self,
        rule: str,
        column: str | None,
        message: str,
        remedy: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding on this row, and on one cell of it if *column* is given."""
        return in_row(
            self.path,
            self.number,
            column,
            self.cells.get(column or ""),
            rule,
            message,
            remedy,
            severity,
        )

    def wrong(self, rule: str, column: str | None, message: str, remedy: str | None = None) -> None:
        """Complain of an error in this row."""
        self.complaints.add(self.finding(rule, column, message, remedy))

    def warn(self, rule: str, column: str | None, message: str, remedy: str | None = None) -> None:
        """Complain of something odd in this row that does not keep it from being read."""
        self.complaints.add(self.finding(rule, column, message, remedy, Severity.WARNING))


def in_row(
    path: Path,
    number: int,
    column: str | None,
    value: str | None,
    rule: str,
    message: str,
    remedy: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding on row *number* of a file, and on *column* of it."""
    where = f"row {number}" + (f", column {column}" if column else "")
    return Finding(
        rule,
        f"{where}: {message}",
        severity,
        file=path,
        line=number,
        path=column,
        value=value,
        remedy=remedy,
    )


def read_header(path: Path) -> list[str]:
    """The names of the columns. Raises :class:`ContentError` or :class:`CannotRun`."""
    with _opened(path) as file:
        try:
            return next(csv.reader(_lines(path, file, None, Complaints())), [])
        except (csv.Error, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ContentError(_broken(path, 1, error)) from None


def read_rows(
    path: Path, table: Table, complaints: Complaints, advance: Advance | None = None
) -> Iterator[Row]:
    """The rows of *path*, whose columns *table* describes, each cell checked against its column.

    A row with a fault is complained of and left out; so is, with a warning, a row that is the same
    as an earlier one in every cell. ``advance`` is told the bytes of the file that were read.
    """
    with _opened(path) as file:
        reader = csv.reader(_lines(path, file, advance, complaints), strict=True)
        number = 1
        try:
            header = next(reader, [])
            _check_header(path, header, table, complaints)
            checks = [(name, table.columns[name].check) for name in header]
            width, seen = len(header), dict[int, int]()
            for cells in reader:
                number = reader.line_num
                if len(cells) != width:
                    complaints.add(_width(path, number, len(cells), width))
                    continue
                if table.distinct and not _fresh(path, number, cells, seen, complaints):
                    continue
                row = Row(path, table, number, dict(zip(header, cells, strict=True)), complaints)
                if _holds(row, cells, checks):
                    yield row
        except csv.Error as error:
            complaints.add(_broken(path, number + 1, error))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            complaints.add(_broken(path, number + 1, error))
    if complaints.errors:
        complaints.stop()


def _holds(
    row: Row, cells: list[str], checks: list[tuple[str, Callable[[str], str | None]]]
) -> bool:
    holds = True
    for (name, check), cell in zip(checks, cells, strict=True):
        expected = check(cell)
        if expected is not None:
            holds = False
            row.wrong(
                "import-cell",
                name,
                f"{cell!r} where {expected} is expected" if cell else f"blank, not {expected}",
                "Correct the cell, or take the file as its publisher released it.",
            )
    return holds


def _fresh(
    path: Path, number: int, cells: list[str], seen: dict[int, int], complaints: Complaints
) -> bool:
    first = seen.setdefault(hash(tuple(cells)), number)
    if first == number:
        return True
    complaints.add(
        in_row(
            path,
            number,
            None,
            None,
            "import-duplicate",
            f"the same as row {first} in every cell; it is read once",
            "Nothing need be done; the publisher may want to know.",
            Severity.WARNING,
        )
    )
    return False


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        raw = path.open("rb")
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror or error}).") from error
    with raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield raw


def _lines(
    path: Path, file: IO[bytes], advance: Advance | None, complaints: Complaints
) -> Iterator[str]:
    """The lines as text. Raises :class:`ContentError` at the first that is not UTF-8."""
    raw = getattr(file, "fileobj", None) or file
    line = b""
    for number, line in enumerate(file, 1):
        if number == 1 and line.startswith(codecs.BOM_UTF8):
            line = line[len(codecs.BOM_UTF8) :]
            complaints.add(
                in_row(
                    path,
                    1,
                    None,
                    None,
                    "import-encoding",
                    "the file begins with a byte-order mark, which is not read",
                    "Save the file in UTF-8 without a signature.",
                    Severity.WARNING,
                )
            )
        if advance and not number % 512:
            advance(path, raw.tell())
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ContentError(_not_utf8(path, number, line, error.start)) from None
    if line and not line.endswith((b"\n", b"\r")):
        complaints.add(
            in_row(
                path,
                number,
                None,
                None,
                "import-cut",
                "the last row has no line end: the file may have been cut short",
                "Compare its length with the file as released.",
                Severity.WARNING,
            )
        )
    if advance:
        advance(path, raw.tell())


def _not_utf8(path: Path, number: int, line: bytes, at: int) -> Finding:
    before = line[:at].decode("utf-8").count(",")
    shown = line.decode("latin-1").strip()
    return in_row(
        path,
        number,
        f"number {before + 1}",
        None,
        "import-encoding",
        f"byte {line[at]:#04x} is not UTF-8; in Latin-1 the row would read {shown[:80]!r}",
        "Convert the file: iconv -f LATIN1 -t UTF-8.",
    )


def _broken(path: Path, number: int, error: Exception) -> Finding:
    if isinstance(error, csv.Error):
        message, remedy = f"not CSV ({error})", "Save the file as CSV: comma, LF, double quotes."
    else:
        message = "the gzip file ends, or is damaged, before this row"
        remedy = "Fetch the file again and compare its SHA-256."
    return in_row(path, number, None, None, "import-broken", message, remedy)


def _width(path: Path, number: int, found: int, expected: int) -> Finding:
    return in_row(
        path,
        number,
        None,
        None,
        "import-width",
        f"{found} cells where the header has {expected}",
        "A row may be cut short, or a comma stand outside quotes.",
    )


def _check_header(path: Path, header: list[str], table: Table, complaints: Complaints) -> None:
    """Complain of columns that are missing, unknown or twice there; of a new order, warn."""

    def complain(name: str, message: str, remedy: str) -> None:
        complaints.add(in_row(path, 1, name, name, "import-header", message, remedy))

    for name in sorted({name for name in header if header.count(name) > 1}):
        complain(name, "stands in the header more than once", "Take one of the columns away.")
    for name in table.columns:
        if name not in header:
            complain(
                name,
                f"missing; {table.name} has it: {table.columns[name].purpose}",
                f"Take {table.name} as its publisher released it, or another version of it.",
            )
    for name in header:
        if name not in table.columns:
            complain(
                name,
                f"unknown in {table.name}: nothing says what it becomes",
                "Take the column away, or add it to the mapping with what it becomes or why it is "
                "set aside.",
            )
    complaints.stop()
    if header != list(table.columns):
        complaints.add(
            in_row(
                path,
                1,
                None,
                None,
                "import-header",
                "the columns stand in another order than released; they are read by name",
                None,
                Severity.WARNING,
            )
        )
