"""When something held, as four days: the earliest and the latest that its begin and end can be."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from foedus.content.names import slug

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
#: The bounds of ``?x`` where it has any. One pattern in each OPTIONAL: the engine looks it up for
#: each solution, where several together would be found for the whole graph and then joined.
OPTIONAL_BOUNDS = " ".join(
    f"OPTIONAL {{ ?x f:{name} ?{variable} }}"
    for name, variable in (
        ("earliestBegin", "eb"),
        ("latestBegin", "lb"),
        ("earliestEnd", "ee"),
        ("latestEnd", "le"),
    )
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something held, as four days (``YYYY-MM-DD``): the earliest and the latest it can be."""

    earliest_begin: str
    latest_begin: str
    earliest_end: str
    latest_end: str
    end_kind: str

    def status(self, day: datetime.date) -> str:
        """How it stands on *day*: surely, possibly, ended, not yet."""
        at = day.isoformat()
        if self.latest_begin <= at <= self.earliest_end:
            return "surely"
        if self.earliest_begin <= at <= self.latest_end:
            return "possibly"
        return "ended" if self.latest_end < at else "not yet"

    @property
    def happened(self) -> str:
        """The day or days on which something that does not last took place."""
        return _span(self.earliest_begin, self.latest_end)

    def __str__(self) -> str:
        if (self.earliest_begin, self.latest_begin) == (self.earliest_end, self.latest_end):
            return _span(self.earliest_begin, self.latest_begin)
        begin = _span(self.earliest_begin, self.latest_begin)
        end = _span(self.earliest_end, self.latest_end)
        if self.latest_end == LAST_DAY and self.end_kind != "ended":
            end = "open" if self.end_kind == "open" else "end unknown"
        return f"{begin or 'begin unknown'} – {end or 'end unknown'}"


def _span(first: str, last: str) -> str:
    if first == FIRST_DAY and last == LAST_DAY:
        return ""
    if first == FIRST_DAY:
        return f"by {in_words(last)}"
    if last == LAST_DAY:
        return f"{in_words(first)} or later"
    return in_words(first, last)


def in_words(first: str, last: str = "") -> str:
    """A day or span of days as people write it: ``24 February 1955``, ``June 1958``, ``1981``."""
    try:
        begin = datetime.date.fromisoformat(first)
        end = datetime.date.fromisoformat(last or first)
    except ValueError:
        return f"{first} to {last}" if last and last != first else first
    if begin == end:
        return f"{begin.day} {_MONTHS[begin.month]} {begin.year}"
    after = end + datetime.timedelta(days=1) if end < datetime.date.max else end
    if begin.day == after.day == 1:
        if begin.month == after.month == 1:
            years = (begin.year, end.year)
            return f"{years[0]}" if years[0] == years[1] else f"{years[0]} to {years[1]}"
        if (begin.year, begin.month) == (end.year, end.month):
            return f"{_MONTHS[begin.month]} {begin.year}"
        return f"{_MONTHS[begin.month]} {begin.year} to {_MONTHS[end.month]} {end.year}"
    return f"{in_words(first)} to {in_words(last)}"


_MONTHS = (
    "",
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def bounds_of(row: Mapping[str, str]) -> Bounds | None:
    """The bounds in a row with ``eb lb ee le end``, if it has them."""
    if "eb" not in row:
        return None
    return Bounds(row["eb"], row["lb"], row["ee"], row["le"], slug(row.get("end", "")))
