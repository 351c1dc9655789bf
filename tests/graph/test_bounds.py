"""From a date as a source gives it to bounds: what is sure, what is possible, what nobody knows."""

import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foedus.graph.bounds import (
    FIRST,
    LAST,
    Bounds,
    NotEdtf,
    Window,
    Writing,
    bounds_of_happening,
    bounds_of_state,
    parse_window,
)

DAY = datetime.timedelta(days=1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def window(text: str) -> Window:
    first, _, last = text.partition("..")
    return Window(day(first), day(last))


def surely(bounds: Bounds, at: datetime.date) -> bool:
    """The reading of the documentation and of every question: f:latestBegin to f:earliestEnd."""
    return bounds.latest_begin <= at <= bounds.earliest_end


def possibly(bounds: Bounds, at: datetime.date) -> bool:
    return bounds.earliest_begin <= at <= bounds.latest_end


# --- What EDTF says ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1955", "1955-01-01..1955-12-31"),
        ("1959-03", "1959-03-01..1959-03-31"),
        ("1959-03-24", "1959-03-24..1959-03-24"),
        ("2022-21", "2022-03-01..2022-05-31"),
        ("2022-22", "2022-06-01..2022-08-31"),
        ("2022-23", "2022-09-01..2022-11-30"),
        ("2022-24", "2022-01-01..2023-02-28"),
        ("2023-24", "2023-01-01..2024-02-29"),
        ("197X", "1970-01-01..1979-12-31"),
        ("19XX", "1900-01-01..1999-12-31"),
        ("1955-XX", "1955-01-01..1955-12-31"),
        ("1982~", "1982-01-01..1982-12-31"),
        ("1982?", "1982-01-01..1982-12-31"),
        ("2000-02-29", "2000-02-29..2000-02-29"),
    ],
)
def test_a_date_is_the_days_that_it_can_mean(text: str, expected: str) -> None:
    assert parse_window(text) == (window(expected), window(expected))


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("1955/1979", "1955-01-01..1955-12-31", "1979-01-01..1979-12-31"),
        ("2001-04-03/..", "2001-04-03..2001-04-03", "2001-04-03..9999-12-31"),
        ("2001-04-03/", "2001-04-03..2001-04-03", "2001-04-03..9999-12-31"),
        ("../1979", "0001-01-01..1979-12-31", "1979-01-01..1979-12-31"),
        ("1955-03/1955", "1955-03-01..1955-03-31", "1955-03-01..1955-12-31"),
        ("1984~/2004-08?", "1984-01-01..1984-12-31", "2004-08-01..2004-08-31"),
    ],
)
def test_an_interval_has_a_begin_and_an_end(text: str, begin: str, end: str) -> None:
    assert parse_window(text) == (window(begin), window(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1955",
        "24 March 1959",
        "summer 2022",
        "1955-13",
        "1955-02-30",
        "2001-02-29",
        "XXXX-13-01",
        "XXXX-04-31",
        "XXXX",
        "unknown",
        "..",
        "../..",
        "/",
        "1955/1960/1970",
        "2015-12-15T10:00",
        "0000",
        "0000-24",
        "٢٠٠٠",
        "XXXX-٠٩",
    ],
)
def test_what_is_not_edtf_is_refused_with_the_text_itself(text: str) -> None:
    with pytest.raises(NotEdtf) as raised:
        parse_window(text, Writing(Window(day("2017-01-01"), day("2018-01-01"))))
    assert repr(text) in str(raised.value)
    assert "1959-03-24" in str(raised.value), "the message shows what was expected"


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(NotEdtf, match="ends before it begins"):
        parse_window("1979/1955")
    with pytest.raises(NotEdtf, match=r"it ends \('1955'\) before it begins \('1979'\)"):
        bounds_of_state("1979", "1955", "past", Writing())


@given(st.text(alphabet="0123456789X-/.~?% ", max_size=12))
def test_any_text_is_a_date_with_bounds_or_is_refused(text: str) -> None:
    try:
        begin, end = parse_window(text)
    except NotEdtf:
        return
    assert begin.first <= begin.last
    assert end.first <= end.last
    assert begin.first <= end.first
    assert begin.last <= end.last


# --- A day without its year ----------------------------------------------------------------------


def test_a_day_without_its_year_is_sought_in_the_years_that_the_source_can_mean() -> None:
    writing = Writing(window("2025-09-16..2026-11-21"), day("2025-09-01"))
    assert parse_window("XXXX-09-15", writing)[0] == window("2025-09-15..2026-09-15")
    one_year = Writing(window("2025-09-16..2025-12-31"), day("2025-01-01"))
    assert parse_window("XXXX-09-15", one_year)[0] == window("2025-09-15..2025-09-15")
    assert parse_window("XXXX-09", one_year)[0] == window("2025-09-01..2025-09-30")


def test_29_february_without_its_year_is_in_a_leap_year() -> None:
    leap = Writing(window("2019-01-01..2021-12-31"), day("2019-01-01"))
    assert parse_window("XXXX-02-29", leap)[0] == window("2020-02-29..2020-02-29")
    none = Writing(window("2017-01-01..2019-12-31"), day("2017-01-01"))
    with pytest.raises(NotEdtf, match="no such day between 2017-01-01 and 2019-12-31"):
        parse_window("XXXX-02-29", none)


def test_without_a_window_of_writing_a_day_without_its_year_can_be_any_day() -> None:
    assert parse_window("XXXX-09-15")[0] == Window()


@given(
    st.dates(day("1900-01-01"), day("2100-12-31")),
    st.integers(0, 1500),
    st.integers(1, 12),
    st.integers(1, 31),
)
def test_a_day_without_its_year_is_that_day_in_some_year_of_the_window(
    first: datetime.date, length: int, month: int, number: int
) -> None:
    last = first + datetime.timedelta(days=length)
    every = [first + datetime.timedelta(days=n) for n in range(length + 1)]
    meant = [d for d in every if (d.month, d.day) == (month, number)]
    text = f"XXXX-{month:02}-{number:02}"
    writing = Writing(Window(first, last), first)
    if not meant:
        with pytest.raises(NotEdtf):
            parse_window(text, writing)
    else:
        assert parse_window(text, writing)[0] == Window(meant[0], meant[-1])


# --- States and happenings -----------------------------------------------------------------------

WRITTEN = Writing(window("2017-01-01..2018-06-30"), day("2016-01-01"))


def test_an_end_is_inclusive_and_the_day_after_is_out() -> None:
    held = bounds_of_state("1955-02-24", "1959-03-24", "past", WRITTEN)
    assert held.end_kind == "ended"
    assert surely(held, day("1955-02-24"))
    assert surely(held, day("1959-03-24"))
    assert not possibly(held, day("1955-02-23"))
    assert not possibly(held, day("1959-03-25"))


def test_a_year_leaves_its_own_days_possible_and_those_between_sure() -> None:
    held = bounds_of_state("1955", "1979", "past", WRITTEN)
    assert not possibly(held, day("1954-12-31"))
    assert possibly(held, day("1955-06-01"))
    assert not surely(held, day("1955-06-01"))
    assert surely(held, day("1955-12-31"))
    assert surely(held, day("1979-01-01"))
    assert possibly(held, day("1979-12-31"))
    assert not surely(held, day("1979-06-01"))
    assert not possibly(held, day("1980-01-01"))


def test_what_holds_when_it_is_written_may_hold_ever_after() -> None:
    held = bounds_of_state("2015-12-15", None, "current", WRITTEN)
    assert held.end_kind == "open"
    assert surely(held, day("2016-06-01"))
    assert surely(held, WRITTEN.written.first)
    assert not surely(held, WRITTEN.written.first + DAY), "it was written then at the earliest"
    assert possibly(held, day("2100-01-01"))


def test_an_open_end_says_what_the_present_tense_says() -> None:
    assert bounds_of_state("2015", "..", "past", WRITTEN) == bounds_of_state(
        "2015", None, "current", WRITTEN
    )


def test_what_a_source_tells_in_the_past_without_an_end_has_an_unknown_one() -> None:
    held = bounds_of_state("1955", None, "past", WRITTEN)
    assert held.end_kind == "unknown"
    assert not surely(held, day("1956-01-01"))
    assert possibly(held, day("2100-01-01"))


def test_what_holds_without_a_begin_began_before_it_was_written() -> None:
    held = bounds_of_state(None, None, "current", WRITTEN)
    assert (held.earliest_begin, held.latest_begin) == (FIRST, day("2018-06-30"))
    assert possibly(held, day("1800-01-01"))


def test_what_happened_without_a_date_happened_before_it_was_written() -> None:
    held = bounds_of_happening(None, WRITTEN)
    assert held.latest_end == day("2018-06-30")
    assert held.end_kind == "unknown"
    assert not possibly(held, day("2018-07-01"))


def test_what_went_on_without_an_end_is_not_said_to_have_ended() -> None:
    assert bounds_of_happening("2015-03/..", WRITTEN).end_kind == "open"
    assert bounds_of_happening("2015-03/", WRITTEN).end_kind == "unknown"
    assert bounds_of_happening("2015-03/2016", WRITTEN).end_kind == "ended"
    assert bounds_of_happening("2015-03", WRITTEN).end_kind == "ended"


# --- Properties over all dates -------------------------------------------------------------------


@st.composite
def edtf_dates(draw: st.DrawFn) -> tuple[str, datetime.date, datetime.date]:
    """A date in EDTF with the first and last day that it can mean, by plain arithmetic."""
    on = draw(st.dates(day("1816-01-01"), day("2100-12-31")))
    form = draw(st.sampled_from(["day", "month", "year", "decade"]))
    if form == "day":
        return on.isoformat(), on, on
    if form == "month":
        following = (on.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
        return on.isoformat()[:7], on.replace(day=1), following - DAY
    if form == "year":
        return f"{on.year}", on.replace(month=1, day=1), on.replace(month=12, day=31)
    decade = on.year // 10
    return f"{decade}X", datetime.date(decade * 10, 1, 1), datetime.date(decade * 10 + 9, 12, 31)


@st.composite
def writings(draw: st.DrawFn) -> Writing:
    one, two = sorted([draw(st.dates()), draw(st.dates())])
    return Writing(Window(one, two), draw(st.dates(max_value=one)))


@st.composite
def states(draw: st.DrawFn) -> Bounds:
    begin = draw(st.none() | edtf_dates())
    end = draw(st.none() | st.just("..") | edtf_dates())
    tense = draw(st.sampled_from(["past", "current"]))
    if isinstance(begin, tuple) and isinstance(end, tuple):
        assume(begin[1] <= end[2])
    return bounds_of_state(
        begin[0] if begin else None,
        end[0] if isinstance(end, tuple) else end,
        tense,
        draw(writings()),
    )


@given(edtf_dates())
def test_a_date_in_edtf_is_the_days_of_plain_arithmetic(
    date: tuple[str, datetime.date, datetime.date],
) -> None:
    text, first, last = date
    assert parse_window(text) == (Window(first, last), Window(first, last))


@given(states())
def test_the_earliest_is_never_after_the_latest(bounds: Bounds) -> None:
    assert bounds.earliest_begin <= bounds.latest_begin
    assert bounds.earliest_end <= bounds.latest_end
    assert bounds.earliest_begin <= bounds.latest_end


@given(states(), st.dates())
def test_what_is_sure_is_possible(bounds: Bounds, at: datetime.date) -> None:
    assert possibly(bounds, at) or not surely(bounds, at)


@given(edtf_dates(), edtf_dates(), st.dates(), st.sampled_from(["past", "current"]))
def test_as_of_a_day_the_answer_is_yes_possibly_or_no(
    begin: tuple[str, datetime.date, datetime.date],
    end: tuple[str, datetime.date, datetime.date],
    at: datetime.date,
    tense: str,
) -> None:
    """Against every begin and end that the two texts allow: the three values are exactly right."""
    assume(begin[1] <= end[2])
    bounds = bounds_of_state(begin[0], end[0], tense, WRITTEN)
    can = max(begin[1], FIRST) <= at <= end[2]
    # In the worst case it began as late and ended as early as the texts allow.
    must = begin[2] <= at <= end[1]
    assert possibly(bounds, at) == can
    assert surely(bounds, at) >= must
    if begin[2] <= end[2]:
        assert surely(bounds, at) == must


@given(edtf_dates(), st.dates(day("1816-01-01"), day("2200-12-31")))
def test_who_left_is_not_in_on_any_day_after(
    end: tuple[str, datetime.date, datetime.date], at: datetime.date
) -> None:
    bounds = bounds_of_state(None, end[0], "past", Writing())
    assume(at > end[2])
    assert not possibly(bounds, at)
    assert possibly(bounds, end[2])


@given(edtf_dates(), st.dates())
def test_an_end_that_nobody_tells_never_answers_a_later_day_with_no(
    begin: tuple[str, datetime.date, datetime.date], at: datetime.date
) -> None:
    for tense in ("past", "current"):
        bounds = bounds_of_state(begin[0], None, tense, WRITTEN)
        assert bounds.end_kind in ("open", "unknown")
        assert possibly(bounds, at) == (at >= begin[1])
        assert bounds.latest_end == LAST
