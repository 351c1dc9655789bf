"""Lists of states: COW's system, its major powers, and the states of Gleditsch and Ward.

Each row is a time in which a state was a member of the system (a statehood), or counted among the
major powers (a classification). Which state took the place of which is named in
``successions.toml``; the days are those of the list.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from pathlib import Path

from foedus.content.names import F
from foedus.importers.dates import Interval, date_in, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.states import State, cut
from foedus.importers.tables import Row
from foedus.importers.writing import iri

SUCCESSIONS = Path(__file__).resolve().parent / "successions.toml"
_STILL = "9999-12-31"
_OURS = "That the one took the place of the other is said by Foedus; the day is that of the list."

#: The times of each state in a list: last day, or nothing, and the record.
_Times = dict[str, list[tuple[str | None, str]]]


def write_cow(given: Given) -> None:
    """Write the members of COW's system."""
    counted: Counter[str] = Counter()
    named: set[str] = set()
    times: _Times = defaultdict(list)
    for row in given.rows("cow_states"):
        interval = _interval(given, row)
        if interval is None:
            continue
        code, letters = row["ccode"], row["stateabb"]
        if not given.states.of_code(code):
            given.states.parts(row, "ccode", interval)  # complains
            continue
        key = f"{slugged(letters)}-{code}"
        counted[key] += 1
        record = given.statements.evidence(
            f"{key}-{counted[key]}",
            f"cow_states: {letters} {code}, time {counted[key]}",
            row.number,
        )
        states = given.states.of_code(code)
        _write_times(given, f"{key}-{counted[key]}", record, states, interval, times)
        if key not in named:
            named.add(key)
            state = cut(states, interval)[0].state
            _name(given, key, record, state, row["statenme"])
    _write_successions(given, times)


def write_gw(given: Given) -> None:
    """Write the independent states of Gleditsch and Ward."""
    counted: Counter[str] = Counter()
    times: _Times = defaultdict(list)
    for row in given.rows("gw_states"):
        code, begin, end = row["gwcode"], row["start"], row["end"]
        if not in_order(row, begin, end, "end"):
            continue
        states = given.states.of_gw(code)
        if not states:
            row.warn(
                "import-state",
                "gwcode",
                f"{row['country_name']} ({code}) is in no list of states that we have: not read",
            )
            continue
        key = f"{slugged(row['gwc'])}-{code}"
        counted[key] += 1
        record = given.statements.evidence(
            f"{key}-{counted[key]}", f"gw_states: {row['gwc']} {code}, time {counted[key]}",
            row.number,
        )  # fmt: skip
        interval = Interval(begin, None, given.version.known_until)
        if end != _STILL:
            interval = Interval(begin, end)
        note = "The list counts it as a microstate." if row.flag("microstate") else None
        _write_times(given, f"{key}-{counted[key]}", record, states, interval, times, note)
        if counted[key] == 1:
            _name(given, key, record, cut(states, interval)[0].state, row["country_name"])


def write_majors(given: Given) -> None:
    """Write when states were counted as major powers."""
    counted: Counter[str] = Counter()
    for row in given.rows("cow_major_powers"):
        interval = _interval(given, row)
        if interval is None:
            continue
        code = row["ccode"]
        counted[code] += 1
        record = given.statements.evidence(
            f"{code}-{counted[code]}", f"cow_major_powers: {code}, time {counted[code]}", row.number
        )
        for part in given.states.parts(row, "ccode", interval):
            given.statements.classification(
                f"{code}-{counted[code]}",
                f"COW counts {part.state.name} as a major power from {interval.begin}.",
                [record],
                part.interval,
                thing=part.state.iri,
                type="major-power",
                said=Said(spell=counted[code]),
            )


def _interval(given: Given, row: Row) -> Interval | None:
    begin = date_in(row, "styear", "stmonth", "stday")
    end = date_in(row, "endyear", "endmonth", "endday")
    if not begin or not in_order(row, begin, end, "endyear"):
        return None
    if end == given.version.known_until:
        return Interval(begin, None, end)
    if end and end > given.version.known_until:
        row.wrong(
            "import-order",
            "endyear",
            f"{end} lies after {given.version.known_until}, the last day of the data",
            "Correct the date, or the version.",
        )
        return None
    return Interval(begin, end)


def _write_times(
    given: Given,
    key: str,
    record: str,
    states: list[State],
    interval: Interval,
    times: _Times,
    note: str | None = None,
) -> None:
    for place, part in enumerate(cut(states, interval)):
        when = part.interval
        till = f" to {when.end}" if when.end else ""
        given.statements.lasting(
            "Statehood",
            f"{key}-{part.state.slug}" if place else key,
            f"{part.state.name} was in the system from {when.begin}{till}.",
            [
                (F + "ofState", iri(part.state.iri)),
                ("http://purl.org/dc/terms/source", iri(given.statements.source)),
            ],
            [record],
            when,
            Said(note=(part.note if part.cut else None) or note),
        )
        times[part.state.slug].append((when.end, record))


def _name(given: Given, key: str, record: str, state: State, spelling: str) -> None:
    given.statements.naming(
        f"{key}-name",
        f"The list calls the state {spelling}.",
        [record],
        named=state.iri,
        spelling=spelling,
    )


def _write_successions(given: Given, times: _Times) -> None:
    said = tomllib.loads(SUCCESSIONS.read_text(encoding="utf-8"))["succession"]
    for entry in said:
        for before in entry["from"]:
            ended = [t for t in times.get(before, ()) if t[0] and t[0][:4] == str(entry["year"])]
            for after in entry["to"]:
                if ended and after in times:
                    _succeed(given, before, after, *ended[0], record_after=times[after][0][1])


def _succeed(
    given: Given, before: str, after: str, day: str | None, record: str, *, record_after: str
) -> None:
    base = given.states.named(before), given.states.named(after)
    given.statements.happening(
        "StateSuccession",
        f"succession-{before}-{after}-{(day or '')[:4]}",
        f"{base[1].name} took the place of {base[0].name} on {day}.",
        [
            (F + "predecessor", iri(base[0].iri)),
            (F + "successor", iri(base[1].iri)),
        ],
        list(dict.fromkeys((record, record_after))),
        day,
        Said(note=_OURS),
    )
