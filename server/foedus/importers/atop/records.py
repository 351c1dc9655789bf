"""The rows of the member file, as members of phases of alliances.

A row whose code means two states in turn (COW 345: Yugoslavia, then Serbia) becomes one
:class:`Member` for each. Which days two members have in common is decided here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from foedus.importers.dates import Interval, in_order
from foedus.importers.states import State, States
from foedus.importers.tables import Row


@dataclass(frozen=True, slots=True)
class Member:
    """A state bound in one phase of an alliance for an interval.

    ``begin`` and ``end`` are EDTF as precise as the file has them; ``end`` is ``None`` for what was
    in effect when the coverage ended. ``succeeds`` and ``succeeded`` mark a part of a row that was
    cut where one state followed another.
    """

    row: Row
    state: State
    begin: str
    end: str | None
    succeeds: bool = False
    succeeded: bool = False

    def __getitem__(self, column: str) -> str:
        return self.row[column]


@dataclass(slots=True)
class Phase:
    """One phase of an alliance: its members, by entry, and its rows."""

    alliance: str
    number: str
    several: bool = False
    rows: list[Row] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What tells it from others: ``1005``, or ``3180.1`` where there are several."""
        return f"{self.alliance}.{self.number}" if self.several else self.alliance

    @property
    def begin(self) -> str:
        """The first entry."""
        return min((m.begin for m in self.members), key=_sortable)

    @property
    def end(self) -> str | None:
        """The last exit; ``None`` where somebody was still bound."""
        ends = [m.end for m in self.members]
        return None if None in ends else max((e for e in ends if e), key=_sortable)

    @property
    def cells(self) -> Mapping[str, str]:
        """What the rows of the phase have in common: the columns on the alliance."""
        return self.rows[0].cells

    def some(self, column: str) -> bool:
        """Whether any row of the phase says something other than 0 and blank."""
        return any(row[column] not in ("", "0") for row in self.rows)


@dataclass(slots=True)
class Alliance:
    """An alliance: its phases in their order."""

    number: str
    phases: list[Phase]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows of all its phases."""
        return (row for phase in self.phases for row in phase.rows)


def _sortable(date: str) -> tuple[str, ...]:
    return tuple(date.split("-"))


def entry(row: Row) -> str | None:
    """The date of signature. Complains of a day that the month does not have."""
    return _date(row, "yrent", "moent", "dayent")


def exit(row: Row) -> str | None:
    """The date of exit; ``None`` for 0, in effect when the coverage ended."""
    return None if row["yrexit"] == "0" else _date(row, "yrexit", "moexit", "dayexit")


def _date(row: Row, year: str, month: str, day: str) -> str | None:
    y, m, d = int(row[year]), int(row[month] or 0), int(row[day] or 0)
    if not 1 <= m <= 12 or not 1800 <= y <= 2100 or d > monthrange(y, m)[1]:
        row.wrong("import-date", day, f"there is no day {y}-{m}-{d}", "Correct the date.")
        return None
    return f"{y:04d}-{m:02d}-{d:02d}" if d else f"{y:04d}-{m:02d}"


def read_alliances(rows: Iterable[Row], states: States, until: str) -> list[Alliance]:
    """The alliances of the member file, by number; ``until`` is the last day of the coverage.

    Complains of dates, of an exit before its entry or that is told half, and of unknown states.
    """
    phases: dict[tuple[str, str], Phase] = {}
    for row in rows:
        phase = phases.setdefault(
            (row["atopid"], row["phase"]), Phase(row["atopid"], row["phase"], row["phase"] != "0")
        )
        phase.rows.append(row)
        phase.members += _members(row, states, until)
    found: dict[str, list[Phase]] = {}
    for phase in phases.values():
        found.setdefault(phase.alliance, []).append(phase)
    return [
        Alliance(number, sorted(of, key=lambda phase: int(phase.number)))
        for number, of in sorted(found.items(), key=lambda item: int(item[0]))
    ]


def _members(row: Row, states: States, until: str) -> Iterator[Member]:
    begin, end = entry(row), exit(row)
    if begin is None or (end is None and row["yrexit"] != "0"):
        return
    if (end is None) != (row["ineffect"] == "1"):
        row.wrong(
            "import-contradiction",
            "ineffect",
            f"ineffect is {row['ineffect']}, the exit {end or 0}",
            "An exit of 0 is in effect; correct one of them.",
        )
    if not in_order(row, begin, end, "yrexit"):
        return
    for part in states.parts(row, "member", Interval(begin, end, None if end else until)):
        here = part.interval
        yield Member(
            row,
            part.state,
            here.begin or begin,
            here.end,
            succeeds=here.begin != begin,
            succeeded=here.end != end,
        )


def shared(one: Member, other: Member) -> tuple[str, str | None] | None:
    """From when till when both were bound; ``None`` if never, or only on a day of handing over.

    Where one date is less precise than the other and may be the same, the less precise is kept.
    """
    begin = _later(one.begin, other.begin)
    ends = [end for end in (one.end, other.end) if end]
    end = ends[0] if len(ends) == 1 else _earlier(ends[0], ends[1]) if ends else None
    if end is None:
        return begin, None
    common = min(len(begin), len(end))
    if end[:common] < begin[:common]:
        return None
    handed_over = end == begin and (
        (end == one.end != one.begin and begin == other.begin != other.end)
        or (end == other.end != other.begin and begin == one.begin != one.end)
    )
    return None if handed_over else (begin, end)


def _later(one: str, other: str) -> str:
    common = min(len(one), len(other))
    if one[:common] == other[:common]:
        return min(one, other, key=len)
    return max(one, other)


def _earlier(one: str, other: str) -> str:
    common = min(len(one), len(other))
    if one[:common] == other[:common]:
        return min(one, other, key=len)
    return min(one, other)
