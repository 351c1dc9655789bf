"""Dates as data sets give them, in three columns or one, made EDTF; and intervals of them.

The mapping checks that a year, a month and a day look like one; whether there is such a day, and
whether an end lies before its beginning, is checked here.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from foedus.importers.tables import Row

#: The earlier half of a range of days: of "[1815-05-03..1816-01-01]", and of "../1816-01-01".
_AFTER = re.compile(r".*\.\./?")


@dataclass(frozen=True, slots=True)
class Interval:
    """From when till when, in EDTF; ``known_until`` instead of ``end`` where the data ends first.

    An end that is neither told nor cut off by the end of the data is left out.
    """

    begin: str | None
    end: str | None = None
    known_until: str | None = None

    @property
    def first(self) -> str:
        """The first day on which it surely held."""
        if not self.begin:
            return "0001-01-01"
        return (
            last_day(_AFTER.sub("", self.begin).strip("]"))
            if ".." in self.begin
            else first_day(self.begin)
        )

    @property
    def last(self) -> str:
        """The last day on which it may have held, as far as anybody knows."""
        return last_day(self.end) if self.end else self.known_until or "9999-12-31"


def date_of(row: Row, prefix: str) -> str | None:
    """The date in ``<prefix>_year``, ``_month`` and ``_day``, as precise as it is given.

    ``None`` where the year is blank. Complains, and gives ``None``, of a day without its month, a
    month without its year, and a day that the month does not have.
    """
    return date_in(row, f"{prefix}_year", f"{prefix}_month", f"{prefix}_day")


def date_in(row: Row, year: str, month: str, day: str) -> str | None:
    """The date in three columns, as :func:`date_of`."""
    y, m, d = (row.integer(name) for name in (year, month, day))
    if y is None:
        for name, value in ((month, m), (day, d)):
            if value is not None:
                row.wrong("import-date", name, f"{value} without a year", "Give the year too.")
        return None
    if m is None:
        if d is not None:
            row.wrong("import-date", day, f"day {d} without a month", "Give the month too.")
        return f"{y:04d}"
    if d is None:
        return f"{y:04d}-{m:02d}"
    if y < 1 or d > calendar.monthrange(y, m)[1]:
        row.wrong("import-date", day, f"there is no {y:04d}-{m:02d}-{d:02d}", "Correct the date.")
        return None
    return f"{y:04d}-{m:02d}-{d:02d}"


def first_day(date: str) -> str:
    """The first day of a plain date (YYYY, YYYY-MM or YYYY-MM-DD)."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def last_day(date: str) -> str:
    """The last day of a plain date."""
    if len(date) == 4:
        return f"{date}-12-31"
    if len(date) == 7:
        return f"{date}-{calendar.monthrange(int(date[:4]), int(date[5:]))[1]:02d}"
    return date


def in_order(row: Row, begin: str | None, end: str | None, column: str) -> bool:
    """Whether the end does not lie before the beginning; complains of *column* if it does.

    An interval that ends on the day before it begins has no day: what was cut into pieces can leave
    such a piece. It is warned of, and left out.
    """
    if not (begin and end) or first_day(begin) <= last_day(end):
        return True
    if first_day(begin) == _day_after(last_day(end)):
        row.warn(
            "import-empty-interval",
            column,
            f"it ends on {end}, the day before it begins on {begin}: no day is left, and the row "
            "says nothing",
        )
    else:
        row.wrong(
            "import-order",
            column,
            f"it ends on {end}, before it begins on {begin}",
            "Correct one of the dates, or take the file as its publisher released it.",
        )
    return False


def _day_after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()
