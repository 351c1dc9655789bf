"""COW Formal Alliances 4.1 (Gibler 2009): the alliances and who belonged to them.

For each alliance the arrangement and the agreement it rests on, its founding and end, its type by
COW's label, and one membership for each stay of a state. The pledges are in
:mod:`foedus.importers.cow_pledges`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.content.names import BASE
from foedus.importers.cow_pledges import PLEDGES, Alliance, write_pledges
from foedus.importers.dates import Interval, date_of, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.states import Part
from foedus.importers.tables import Row

MEMBERS = "alliance_v4.1_by_member"

#: COW's types, each with the pledge that makes it (release notes of version 4.1).
_TYPES = {
    "Type I: Defense Pact": ("cow-type-i", "defense"),
    "Type II: Neutrality": ("cow-type-iia", "neutrality"),
    "Type IIa: Non-Aggression Pact": ("cow-type-iia", "neutrality"),
    "Type IIb: Non-Aggression Pact": ("cow-type-iib", "nonaggression"),
    "Type III: Entente": ("cow-type-iii", "entente"),
}
_CONTRADICTORY = "Type IIa: Non-Aggression Pact"


@dataclass(slots=True)
class _Stay:
    """A row of the file of members, read."""

    row: Row
    number: int
    begin: str
    end: str | None
    parts: list[Part]
    spell: int = 1


def write_alliances(given: Given) -> None:
    """Write what the files of the release say."""
    stays: dict[int, list[_Stay]] = defaultdict(list)
    for row in given.rows(MEMBERS):
        if stay := _read(given, row):
            stays[stay.number].append(stay)
    given.complaints.stop()
    alliances = {number: _write(given, number, stays[number]) for number in sorted(stays)}
    write_pledges(given, alliances)


def _read(given: Given, row: Row) -> _Stay | None:
    number = row.integer("version4id")
    founded, ended = date_of(row, "all_st"), date_of(row, "all_end")
    begin, end = date_of(row, "mem_st"), date_of(row, "mem_end")
    right = in_order(row, founded, ended, "all_end_year") and in_order(
        row, begin, end, "mem_end_year"
    )
    if number is None or not begin or not founded or not right:
        return None
    if row.flag("right_censor") is bool(end):
        row.wrong(
            "import-contradiction",
            "right_censor",
            f"{row['right_censor']}, but the stay {f'ended on {end}' if end else 'has no end'}",
            "One of the two is wrong: correct it.",
        )
        return None
    told = begin
    if row.flag("left_censor") and founded < begin:
        told = f"[{founded}..{begin}]"
    interval = Interval(told, end, None if end else given.version.known_until)
    parts = given.states.parts(row, "ccode", interval)
    return _Stay(row, number, begin, end, parts) if parts else None


def _write(given: Given, number: int, stays: list[_Stay]) -> Alliance:
    statements = given.statements
    stays.sort(key=lambda stay: (int(stay.row["ccode"]), stay.begin, stay.row.number))
    first = stays[0].row
    founded, ended = date_of(first, "all_st"), date_of(first, "all_end")
    names = list(dict.fromkeys(part.state.name for stay in stays for part in stay.parts))
    who = " and ".join(names) if len(names) < 3 else f"{len(names)} states"
    alliance = Alliance.declare(given, number, f"{who}, {(founded or '')[:4]}", founded)
    for stay in stays:
        alliance.members[stay.row["ccode"]].append((stay.begin, stay.end, stay.row))
        for column, date in (("all_st_year", founded), ("all_end_year", ended)):
            if date_of(stay.row, column.removesuffix("_year")) != date:
                stay.row.wrong(
                    "import-contradiction",
                    column,
                    f"alliance {number} has another date in row {first.number}: {date}",
                    "An alliance begins once and ends once: correct the dates.",
                )
        if stay.row["ss_type"] != first["ss_type"]:
            stay.row.wrong(
                "import-contradiction",
                "ss_type",
                f"alliance {number} has another type in row {first.number}: {first['ss_type']}",
                "An alliance has one type: correct it.",
            )
    records = _records(given, number, stays)
    statements.act(
        f"{number}-founded",
        f"The {alliance.name} was founded.",
        [records[0]],
        founded,
        kind="founded",
        object=alliance.iri,
    )
    if ended:
        statements.act(
            f"{number}-ended",
            f"The {alliance.name} ended.",
            [records[0]],
            ended,
            kind="ended",
            object=alliance.iri,
        )
    _classify(given, alliance, stays, records[0])
    for stay, record in zip(stays, records, strict=True):
        _write_stay(given, alliance, stay, record)
    return alliance


def _records(given: Given, number: int, stays: Sequence[_Stay]) -> list[str]:
    stayed: dict[str, int] = defaultdict(int)
    records = []
    for stay in stays:
        code = stay.row["ccode"]
        stayed[code] += 1
        stay.spell = stayed[code]
        records.append(
            given.statements.evidence(
                f"member-{number}-{code}-{stay.spell}",
                f"{MEMBERS}: version4id {number}, ccode {code}, stay {stay.spell}",
                stay.row.number,
            )
        )
    return records


def _classify(given: Given, alliance: Alliance, stays: list[_Stay], record: str) -> None:
    label = stays[0].row["ss_type"]
    type, pledge = _TYPES[label]
    made = [name for name in PLEDGES if any(stay.row.flag(name) for stay in stays)]
    note = against = None
    if label == _CONTRADICTORY:
        note = (
            "The label calls type IIa non-aggression; the notes of the release define it as "
            "neutrality, and are followed."
        )
    if made[:1] != [pledge]:
        against = f"The strongest pledge of any member is another: {made[0] if made else 'none'}."
    given.statements.classification(
        f"{alliance.number}-type",
        f"COW labels the {alliance.name}: {label}.",
        [record],
        Interval(None, None, given.version.known_until),
        thing=alliance.iri,
        type=type,
        said=Said(note=note, against=against),
    )


def _write_stay(given: Given, alliance: Alliance, stay: _Stay, record: str) -> None:
    for part in stay.parts:
        interval, state = part.interval, part.state
        till = f"to {interval.end}" if interval.end else f"and still on {interval.known_until}"
        given.statements.membership(
            f"{stay.number}-{slugged(state.slug)}-{stay.spell}",
            f"{state.name} belonged to the {alliance.name} from {interval.begin} {till}.",
            [record],
            interval,
            member=state.iri,
            body=f"{BASE}id/arrangement/cow-{stay.number}",
            said=Said(note=_note(stay, part), spell=stay.spell),
        )


def _note(stay: _Stay, part: Part) -> str | None:
    notes = []
    if all(stay.row.flag(pledge) is False for pledge in PLEDGES):
        notes.append("It owes none of the four pledges: it is only protected.")
    if part.note:
        notes.append(part.note)
    return " ".join(notes) or None
