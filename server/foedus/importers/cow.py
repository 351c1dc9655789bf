"""COW Formal Alliances 4.1 (Gibler 2009): members.

The arrangement, its founding and end, its type by COW's label, and one membership for each stay of
a state. Pledges are told by the directed file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.content.names import BASE
from foedus.importers.dates import Interval, date_of, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.states import Part
from foedus.importers.tables import Row

MEMBERS = "alliance_v4.1_by_member"

#: The four pledges of COW and what they are with us, the strongest first (COW's types in order).
PLEDGES = {
    "defense": "defense",
    "neutrality": "neutrality",
    "nonaggression": "nonaggression",
    "entente": "consultation",
}

#: COW's types, each with the pledge that makes it (release notes of version 4.1).
_TYPES = {
    "Type I: Defense Pact": ("cow-type-i", "defense"),
    "Type II: Neutrality": ("cow-type-iia", "neutrality"),
    "Type IIa: Non-Aggression Pact": ("cow-type-iia", "neutrality"),
    "Type IIb: Non-Aggression Pact": ("cow-type-iib", "nonaggression"),
    "Type III: Entente": ("cow-type-iii", "entente"),
}


@dataclass(slots=True)
class _Stay:
    row: Row
    number: int
    parts: list[Part]
    spell: int = 1

    @property
    def begin(self) -> str:
        """For the order of the stays of one state."""
        return self.parts[0].interval.begin or ""


def arrangement(number: int) -> str:
    """What names an alliance."""
    return f"{BASE}id/arrangement/cow-{number}"


def write_alliances(given: Given) -> None:
    """Write what the files of the release say."""
    alliances: dict[int, list[_Stay]] = defaultdict(list)
    for row in given.rows(MEMBERS):
        if stay := _read(given, row):
            alliances[stay.number].append(stay)
    given.complaints.stop()
    for number in sorted(alliances):
        _write_alliance(given, number, alliances[number])


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
    if row.flag("left_censor") and founded < begin:
        begin = f"[{founded}..{begin}]"
    interval = Interval(begin, end, None if end else given.version.known_until)
    parts = given.states.parts(row, "ccode", interval)
    return _Stay(row, number, parts) if parts else None


def _write_alliance(given: Given, number: int, stays: list[_Stay]) -> None:
    statements = given.statements
    stays.sort(key=lambda stay: (int(stay.row["ccode"]), stay.begin.strip("["), stay.row.number))
    first = stays[0].row
    founded, ended = date_of(first, "all_st"), date_of(first, "all_end")
    name = _name(number, stays, founded or "")
    statements.thing(
        "instrument", f"cow-{number}", ["Treaty"], f"Agreement on which the {name} rests"
    )
    body = statements.thing(
        "arrangement",
        f"cow-{number}",
        ["SecurityArrangement"],
        name[0].upper() + name[1:],
    )
    records = _records(given, number, stays)
    founding = [records[0]]
    statements.act(
        f"{number}-founded", f"The {name} was founded.", founding, founded,
        kind="founded", object=body,
    )  # fmt: skip
    if ended:
        statements.act(
            f"{number}-ended", f"The {name} ended.", founding, ended, kind="ended", object=body
        )
    _classify(given, number, name, body, stays, founding)
    for stay, record in zip(stays, records, strict=True):
        _write_stay(given, name, body, stay, record)


def _name(number: int, stays: list[_Stay], founded: str) -> str:
    names = list(dict.fromkeys(part.state.name for stay in stays for part in stay.parts))
    who = " and ".join(names) if len(names) < 3 else f"{len(names)} states"
    return f"alliance of {who}, {founded[:4]} (COW {number})"


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


def _classify(
    given: Given, number: int, name: str, body: str, stays: list[_Stay], evidence: list[str]
) -> None:
    row = stays[0].row
    label = row["ss_type"]
    if label not in _TYPES:
        row.wrong(
            "import-cell",
            "ss_type",
            f"{label!r} is no type of COW",
            f"Expected one of {', '.join(_TYPES)}.",
        )
        return
    type, pledge = _TYPES[label]
    made = [p for p in PLEDGES if any(stay.row.flag(p) for stay in stays)]
    note = None
    if label == "Type IIa: Non-Aggression Pact":
        note = (
            "The label calls type IIa non-aggression; the notes of the release define it as "
            "neutrality, and are followed."
        )
    against = None
    if not made or made[0] != pledge:
        strongest = made[0] if made else "none"
        against = f"The strongest pledge of any member is another: {strongest}."
    given.statements.classification(
        f"{number}-type",
        f"COW labels the {name}: {label}.",
        evidence,
        Interval(None, None, given.version.known_until),
        thing=body,
        type=type,
        said=Said(note=note, against=against),
    )


def _write_stay(given: Given, name: str, body: str, stay: _Stay, record: str) -> None:
    for part in stay.parts:
        interval, state = part.interval, part.state
        till = f"to {interval.end}" if interval.end else f"and still on {interval.known_until}"
        given.statements.membership(
            f"{stay.number}-{slugged(state.slug)}-{stay.spell}",
            f"{state.name} belonged to the {name} from {interval.begin} {till}.",
            [record],
            interval,
            member=state.iri,
            body=body,
            said=Said(note=_note(stay, part), spell=stay.spell),
        )


def _note(stay: _Stay, part: Part) -> str | None:
    notes = []
    flags = [stay.row.flag(pledge) for pledge in PLEDGES]
    if not any(flags):
        notes.append("It owes none of the four pledges: it is only protected.")
    if part.cut:
        notes.append("The code stands for states that followed one another; cut where they did.")
    return " ".join(notes) or None
