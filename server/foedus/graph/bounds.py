"""From a date as a source gives it (EDTF) to bounds that can be compared.

ISO 8601-2:2019 / EDTF levels 0 to 2 as far as sources need them. PyPI ``edtf`` says whether a text
is EDTF and where a plain date begins and ends; three things are ours, because the library invents
what no source says: an open or unknown end stays unbounded (it would become ten years), a day
without its year is sought among the years in which the source can have meant it (it would match
every year), and an absent date says only what the moment of writing says.

All bounds are whole days and inclusive.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

FIRST = datetime.date.min
LAST = datetime.date.max

EndKind = Literal["ended", "open", "unknown"]


class NotEdtf(ValueError):
    """A text that is not a date in EDTF; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days between which something lies: ``first <= it <= last``."""

    first: datetime.date = FIRST
    last: datetime.date = LAST

    def holds(self, day: datetime.date) -> bool:
        """Whether *day* lies in the window."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which days something began and ended.

    It surely held from ``latest_begin`` to ``earliest_end`` and possibly from ``earliest_begin``
    to ``latest_end``. ``end_kind`` keeps apart what ended, what held when the source was written
    (``open``) and what the source says nothing of (``unknown``).
    """

    earliest_begin: datetime.date
    latest_begin: datetime.date
    earliest_end: datetime.date
    latest_end: datetime.date
    end_kind: EndKind


@dataclass(frozen=True, slots=True)
class Writing:
    """When a source was written, as far as anybody knows, and which years its bare days can mean.

    ``written`` bounds the writing; ``yearless_from`` is the first day that a date without a year
    can mean (EDTF ``XXXX-09-15``), the last being the end of writing.
    """

    written: Window = Window()
    yearless_from: datetime.date = FIRST


_YEARLESS = re.compile(r"XXXX-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?\Z")
_CALENDAR = re.compile(r"(?!0000)(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2}))?)?\Z")
_DECADE = re.compile(r"(?P<begin>[0-9]{3})X\Z")
#: Of the north, as of the library: 21 is spring, 22 summer, 23 autumn.
_SEASON = re.compile(r"(?!0000)(?P<year>[0-9]{4})-2(?P<season>[123])\Z")
_ONE_OF = re.compile(r"\[(?P<first>[0-9-]+)\.\.(?P<last>[0-9-]+)\]\Z")
_WINTER = re.compile(r"(?!0000)(?P<year>[0-9]{4})-2[48]\Z")


def parse_window(text: str, writing: Writing = Writing()) -> tuple[Window, Window]:
    """The windows of the begin and of the end of an EDTF text.

    For a single date both are the same window. ``..`` and an empty half of an interval say only
    that nothing ends before it begins. Raises :class:`NotEdtf`.
    """
    if "/" in text:
        begin, _, end = text.partition("/")
        if "/" in end or not (begin.strip(".") or end.strip(".")):
            raise NotEdtf(_expected(text))
        first = Window() if begin in ("", "..") else _single(begin, writing)
        last = Window() if end in ("", "..") else _single(end, writing)
        if last.last < first.first:
            raise NotEdtf(f"{text!r} ends before it begins")
        return (
            Window(first.first, min(first.last, last.last)),
            Window(max(first.first, last.first), last.last),
        )
    window = _single(text, writing)
    return window, window


def _expected(text: str) -> str:
    return (
        f"{text!r} is not a date in EDTF; expected for example 1955, 1959-03-24, 2022-22 (a "
        "summer), 1955/1979, 2015-12-15/.., 197X, 1982~ or XXXX-09-15 (a day without its year)"
    )


def _single(text: str, writing: Writing) -> Window:
    yearless = _YEARLESS.match(text)
    if yearless:
        return _without_year(text, yearless, writing)
    winter = _WINTER.match(text)
    if winter:
        return _winter(int(winter["year"]))
    if text != text.strip():
        raise NotEdtf(_expected(text))
    return _parsed(text)


def _plain(text: str) -> Window | None:
    """The window of a day, a month, a year, or a range of these in brackets; as of the library."""
    several = _ONE_OF.match(text)
    if several:
        if len(several["first"]) != len(several["last"]):
            return None  # the library has its own mind of these
        begin, end = _plain(several["first"]), _plain(several["last"])
        ordered = begin and end and begin.first <= end.first and begin.last <= end.last
        return Window(begin.first, end.last) if begin and end and ordered else None
    season = _SEASON.match(text)
    if season:
        begin_month = datetime.date(int(season["year"]), 3 * int(season["season"]), 1)
        return Window(begin_month, _month_end(begin_month.replace(month=begin_month.month + 2)))
    found = _CALENDAR.match(text)
    if not found:
        decade = _DECADE.match(text)
        return _decade(int(decade["begin"]) * 10) if decade else None
    try:
        first = datetime.date(int(found["y"]), int(found["m"] or 1), int(found["d"] or 1))
    except ValueError:
        return None  # the library says that it is none
    if found["d"]:
        return Window(first, first)
    return Window(first, _month_end(first) if found["m"] else first.replace(month=12, day=31))


def _decade(year: int) -> Window | None:
    first = datetime.date(year, 1, 1) if year else None
    return Window(first, datetime.date(year + 9, 12, 31)) if first else None


@lru_cache(maxsize=4096)  # the library takes some 20 ms for a date, and dates recur
def _parsed(text: str) -> Window:
    plain = _plain(text)
    if plain is not None:
        return plain
    from edtf import parse_edtf  # takes a tenth of a second, and few dates need it
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(text)
        return Window(_day(parsed.lower_strict()), _day(parsed.upper_strict()))
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError):
        raise NotEdtf(_expected(text)) from None


def _day(moment: object) -> datetime.date:
    return datetime.date(moment[0], moment[1], moment[2])  # type: ignore[index]


def _without_year(text: str, match: re.Match[str], writing: Writing) -> Window:
    month, day = int(match["month"]), int(match["day"] or 0)
    try:  # a leap year, so that 29 February is a day
        datetime.date(2000, month, day or 1)
    except ValueError:
        raise NotEdtf(_expected(text)) from None
    first, last = writing.yearless_from, writing.written.last
    if first == FIRST or last == LAST:
        return Window()
    days = []
    for year in range(first.year, last.year + 1):
        try:
            begin = datetime.date(year, month, day or 1)
        except ValueError:
            continue
        end = begin if day else _month_end(begin)
        if end >= first and begin <= last:
            days.append((max(begin, first), min(end, last)))
    if not days:
        raise NotEdtf(f"{text!r}: no such day between {first} and {last}, when it can have been")
    return Window(days[0][0], days[-1][1])


def _winter(year: int) -> Window:
    """The winter of a year: for some it ends in its February, for others it begins in December."""
    end = LAST if year == LAST.year else _month_end(datetime.date(year + 1, 2, 1))
    return Window(datetime.date(year, 1, 1), end)


def _month_end(day: datetime.date) -> datetime.date:
    following = (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return following - datetime.timedelta(days=1)


def bounds_of_happening(date: str | None, writing: Writing) -> Bounds:
    """Bounds of what happens (an act, a meeting, a count as of a day).

    Without a date it lies anywhere before the source was written.
    """
    if date is None:
        return Bounds(FIRST, writing.written.last, FIRST, writing.written.last, "unknown")
    begin, end = parse_window(date, writing)
    kind: EndKind = "ended"
    if date.endswith("/"):
        kind = "unknown"
    elif date.endswith("/.."):
        kind = "open"
    return Bounds(begin.first, begin.last, end.first, end.last, kind)


def bounds_of_state(
    begin: str | None,
    end: str | None,
    tense: str,
    writing: Writing,
    known_until: str | None = None,
) -> Bounds:
    """Bounds of what lasts (a membership, a commitment, a position).

    ``tense`` is the statement's: what a source tells in the present held when it was written, which
    bounds an absent begin from above and an absent end from below; what it tells in the past says
    nothing of its end. ``known_until`` is the last day of which a data set could know, where it
    held on that day still: nobody's exit.
    """
    began = parse_window(begin, writing)[0] if begin else None
    ended = parse_window(end, writing)[1] if end and end != ".." else None
    latest_begin = began.last if began else writing.written.last
    earliest_begin = began.first if began else FIRST
    if ended:
        if began and ended.last < began.first:
            raise NotEdtf(f"it ends ({end!r}) before it begins ({begin!r})")
        return Bounds(
            earliest_begin, min(latest_begin, ended.last), ended.first, ended.last, "ended"
        )
    if known_until:
        held_until = max(parse_window(known_until)[1].last, earliest_begin)
        return Bounds(earliest_begin, min(latest_begin, held_until), held_until, LAST, "open")
    if tense == "current" or end == "..":
        held_until = max(writing.written.first, earliest_begin)
        return Bounds(earliest_begin, latest_begin, held_until, LAST, "open")
    return Bounds(earliest_begin, latest_begin, earliest_begin, LAST, "unknown")
