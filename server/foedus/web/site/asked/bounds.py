"""When something held, as four days: the earliest and the latest that its begin and end can be."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from foedus.content.names import slug

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


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
    if first == last:
        return first
    if first == FIRST_DAY:
        return f"by {last}"
    if last == LAST_DAY:
        return f"{first} or later"
    if first[:4] == last[:4] and first[4:] == "-01-01" and last[4:] == "-12-31":
        return first[:4]
    return f"{first} to {last}"


def bounds_of(row: Mapping[str, str]) -> Bounds | None:
    """The bounds in a row with ``eb lb ee le end``, if it has them."""
    if "eb" not in row:
        return None
    return Bounds(row["eb"], row["lb"], row["ee"], row["le"], slug(row.get("end", "")))
