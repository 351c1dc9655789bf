"""ATOP 5.1, directed dyads: what one state owes another, by years or by runs of years.

The yearly file has a row for each pair and year; unbroken years with the same five flags are one
:class:`Spell`, and a spell is what statements are made of. What is kept of the yearly file while it
is read is one number for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from foedus.importers.dates import Interval
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.tables import Row

YEARS, SPELLS = "atop5_1_directed_dyad_year", "atop5_1_directed_dyad_spells"

#: The five flags, each with its type of commitment and its wording.
FLAGS = {
    "atop_defense": ("defense", "active military help when the other is attacked"),
    "atop_offense": ("offense", "active military help in cases other than an attack on the other"),
    "atop_neutral": ("neutrality", "to stay out of the other's war and not to help its enemy"),
    "atop_nonagg": ("nonaggression", "to use no force against the other"),
    "atop_consul": ("consultation", "to consult the other in crises that may turn military"),
}
_NO_CASE = "By which alliance, and in which case, the file does not tell."


@dataclass(frozen=True, slots=True)
class Spell:
    """A run of years in which one state owed another the same.

    ``flags`` are those of :data:`FLAGS` in their order, one bit each, the first the highest.
    """

    obligor: int
    obligee: int
    first: int
    last: int
    flags: int

    def owes(self, number: int) -> bool:
        """Whether the flag at *number* of :data:`FLAGS` is 1."""
        return bool(self.flags >> (len(FLAGS) - 1 - number) & 1)


def flags_of(row: Row) -> int:
    """The five flags of a row as one number."""
    cells = row.cells
    return int("".join([cells[name] for name in FLAGS]), 2)


def runs(
    years: Iterable[tuple[int, int, int]], pair: tuple[int, int]
) -> Iterator[tuple[Spell, int]]:
    """Unbroken runs with the same flags, of years in order: (year, flags, row of the file).

    Gives each with the row of its first year.
    """
    started: tuple[int, int, int] | None = None
    last = 0
    for year, flags, row in years:
        if started and year == last + 1 and flags == started[1]:
            last = year
            continue
        if started:
            yield Spell(*pair, started[0], last, started[1]), started[2]
        started, last = (year, flags, row), year
    if started:
        yield Spell(*pair, started[0], last, started[1]), started[2]


def read_years(rows: Iterable[Row]) -> dict[Spell, Row]:
    """The spells of the yearly file, each with the row of its first year, by pair and time.

    Complains of a pair that is told twice for one year, and of a state paired with itself.
    """
    found: dict[tuple[int, int], dict[int, int]] = {}
    firsts: dict[int, Row] = {}
    for row in rows:
        cells = row.cells
        pair, year = (int(cells["ccode1"]), int(cells["ccode2"])), int(cells["year"])
        if pair[0] == pair[1]:
            row.wrong(
                "import-contradiction", "ccode2", "a state paired with itself", "Take it away."
            )
            continue
        flags = flags_of(row)
        before = found.setdefault(pair, {})
        if year in before:
            row.wrong(
                "import-contradiction",
                "year",
                f"{pair[0]} towards {pair[1]} in {year} stands in row {before[year] >> 5} already",
                "Keep one of the rows.",
            )
            continue
        before[year] = row.number << 5 | flags
        known = before.get(year - 1)
        if known is None or known & 31 != flags:
            firsts[row.number] = row
    spells: dict[Spell, Row] = {}
    for pair, years in sorted(found.items()):
        ordered = ((year, kept & 31, kept >> 5) for year, kept in sorted(years.items()))
        for spell, number in runs(ordered, pair):
            spells[spell] = firsts[number]
    return spells


def read_spells(rows: Iterable[Row], last_year: int) -> dict[Spell, Row]:
    """The spells of the file of spells, by pair and time.

    Complains of spells that end before they begin, overlap, or should be one.
    """
    found: dict[Spell, Row] = {}
    for row in rows:
        numbers = [int(row[name]) for name in ("ccode1", "ccode2", "start_year", "end_year")]
        spell = Spell(numbers[0], numbers[1], numbers[2], numbers[3], flags_of(row))
        if spell.last < spell.first or spell.last > last_year:
            row.wrong(
                "import-order",
                "end_year",
                f"it ends in {spell.last}, begins in {spell.first}; the coverage ends in "
                f"{last_year}",
                "Correct one of the years.",
            )
        found[spell] = row
    ordered = sorted(found, key=lambda s: (s.obligor, s.obligee, s.first))
    for one, other in pairwise(ordered):
        same = (one.obligor, one.obligee) == (other.obligor, other.obligee)
        if same and other.first <= one.last:
            found[other].wrong(
                "import-contradiction",
                "start_year",
                f"it begins in {other.first}, within the spell of row {found[one].number}",
                "A pair owes one thing at a time in this file: correct the years.",
            )
    return {spell: found[spell] for spell in ordered}


def write_dyads(given: Given) -> None:
    """Write the commitments of every spell, of either file; given both, they must agree."""
    last_year = int(given.version.known_until[:4])
    spells = read_spells(given.rows(SPELLS), last_year)
    if given.has(YEARS):
        by_year = read_years(given.rows(YEARS))
        if given.has(SPELLS):
            _compare(by_year, spells)
        spells = spells or by_year
    given.complaints.stop()
    counted: dict[tuple[int, int, int], int] = {}
    for spell, row in spells.items():
        _write(given, spell, row, last_year, counted)


def _compare(by_year: dict[Spell, Row], spells: dict[Spell, Row]) -> None:
    for one, other, words in (
        (by_year, spells, "the years of this run are no spell of the file of spells"),
        (spells, by_year, "the file of years does not have this spell"),
    ):
        for spell, row in one.items():
            if spell not in other:
                row.wrong("import-contradiction", "ccode1", words, "Give files of one release.")


def _write(
    given: Given,
    spell: Spell,
    row: Row,
    last_year: int,
    counted: dict[tuple[int, int, int], int],
) -> None:
    say = given.statements
    open_ended = spell.last == last_year
    name = f"{spell.obligor}-{spell.obligee}-{spell.first}"
    record = say.evidence(
        name, f"ccode1 {spell.obligor}, ccode2 {spell.obligee}, from {spell.first}", row.number
    )
    interval = Interval(
        f"{spell.first:04d}",
        None if open_ended else f"{spell.last:04d}",
        given.version.known_until if open_ended else None,
    )
    obligees = given.states.parts(row, "ccode2", interval)
    for obligor in given.states.parts(row, "ccode1", interval):
        for part in obligees:
            days = _both(obligor.interval, part.interval)
            if days is None:
                continue
            one, other = obligor.state, part.state
            till = f"to {days.end}" if days.end else f"and still in {last_year}"
            which = "" if not (obligor.cut or part.cut) else f"-{slugged(one.slug, other.slug)}"
            for number, (column, (type, wording)) in enumerate(FLAGS.items()):
                owes = spell.owes(number)
                key = (spell.obligor, spell.obligee, number * 2 + owes)
                counted[key] = counted.get(key, 0) + 1
                say.commitment(
                    f"{column[5:]}-{name}{which}",
                    f"{one.name} owed {other.name} {'' if owes else 'no '}{type} from "
                    f"{days.begin} {till}.",
                    [record],
                    days,
                    obligor=one.iri,
                    obligees=[other.iri],
                    type=type,
                    wording=wording,
                    said=Said(
                        note=_NO_CASE if type == "defense" else None,
                        polarity="affirmed" if owes else "negated",
                        spell=counted[key],
                    ),
                )


def _both(one: Interval, other: Interval) -> Interval | None:
    """The years that two parts of one spell have in common."""
    begin = max(one.begin or "", other.begin or "")
    ends = [end for end in (one.end, other.end) if end]
    end = min(ends) if ends else None
    if end and end < begin[: len(end)]:
        return None
    return Interval(begin, end, None if end else one.known_until)
