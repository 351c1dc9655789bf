"""A timeline: what lasted when, surely and possibly, on one axis of days."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.web.site.asked.bounds import FIRST_DAY, LAST_DAY, Bounds

WIDTH, LEFT, ROW, TOP = 760.0, 210.0, 24.0, 26.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: from *maybe* to *maybe* it can have held, from *sure* to *sure* it did.

    ``before`` and ``after`` say that it can reach beyond the axis.
    """

    iri: str
    label: str
    role: str
    bounds: Bounds
    y: float
    maybe: tuple[float, float]
    sure: tuple[float, float] | None
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars, the ticks of the axis (place and year), the chosen day, the size of the whole."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    day: float | None
    width: float
    height: float
    left: float


Row = tuple[str, str, str, Bounds]


def timeline(
    rows: Sequence[Row], day: datetime.date | None, end: datetime.date | None
) -> Timeline | None:
    """The timeline of (IRI, label, role, bounds); ``None`` where no day is known of anything.

    The axis reaches from the first day that is known to the end of knowledge.
    """
    days = [
        text
        for _, _, _, b in rows
        for text in (b.earliest_begin, b.latest_begin, b.earliest_end, b.latest_end)
        if text not in (FIRST_DAY, LAST_DAY)
    ]
    if not days:
        return None
    last: float = max([_number(d) for d in days] + ([end.toordinal()] if end else []))
    first: float = min(_number(d) for d in days)
    if last - first < 365:
        first = last - 365
    first -= (last - first) * 0.03
    last += (last - first) * 0.02

    def place(text: str) -> float:
        share = (_number(text) - first) / (last - first)
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT), 1)

    bars = []
    for number, (iri, label, role, b) in enumerate(rows):
        begin, finish = place(b.earliest_begin), place(b.latest_end)
        sure_begin, sure_end = place(b.latest_begin), place(b.earliest_end)
        bars.append(
            Bar(
                iri,
                label,
                role,
                b,
                TOP + number * ROW,
                (begin, round(max(2.0, finish - begin), 1)),
                (sure_begin, round(max(2.0, sure_end - sure_begin), 1))
                if b.latest_begin <= b.earliest_end
                else None,
                b.earliest_begin == FIRST_DAY,
                b.latest_end == LAST_DAY,
            )
        )
    at = None
    if day and first <= day.toordinal() <= last:
        at = place(day.isoformat())
    return Timeline(
        tuple(bars),
        _ticks(first, last),
        at,
        WIDTH,
        TOP + len(rows) * ROW + 6,
        LEFT,
    )


def _number(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def _ticks(first: float, last: float) -> tuple[tuple[float, str], ...]:
    begin = datetime.date.fromordinal(max(1, int(first))).year
    end = datetime.date.fromordinal(int(last)).year
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 500) if (end - begin) / s <= 8)
    found = []
    for year in range(begin - begin % step, end + 1, step):
        if year < 1:
            continue
        day = datetime.date(year, 1, 1).toordinal()
        if first <= day <= last:
            share = (day - first) / (last - first)
            found.append((round(LEFT + share * (WIDTH - LEFT), 1), str(year)))
    return tuple(found)
