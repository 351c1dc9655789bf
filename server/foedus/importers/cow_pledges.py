"""COW Formal Alliances 4.1 (Gibler 2009): who owes what to whom.

One commitment for each pledge of a row of the directed file: the pledges of ``ccode1`` towards
``ccode2``. The undirected file of pairs says the same less exactly; its rows stand as further
evidence behind the commitments that they bear out, and are compared with them. Without the directed
file it gives the commitments of the pairs in which both owe the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from foedus.content.names import BASE, F
from foedus.importers.dates import Interval, date_of, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, concept
from foedus.importers.states import Part
from foedus.importers.tables import Row
from foedus.importers.writing import iri

DIRECTED = "alliance_v4.1_by_directed"
PAIRS = "alliance_v4.1_by_dyad"

#: The four pledges of COW and what they are with us, the strongest first (COW's types in order).
PLEDGES = {
    "defense": "defense",
    "neutrality": "neutrality",
    "nonaggression": "nonaggression",
    "entente": "consultation",
}
_WORDS = {
    "defense": "to come to its defense",
    "neutrality": "to stay neutral if it is at war",
    "nonaggression": "not to attack it",
    "entente": "to consult with it in a crisis",
}

#: An alliance, two codes, the first and the last day: what is one row in both files.
_Key = tuple[int, str, str, str, str | None]
_Flags = tuple[bool | None, ...]


@dataclass(slots=True)
class Alliance:
    """An alliance as declared: its number, how to speak of it, its first day.

    ``members`` are the stays of each code: first day, last day, row.
    """

    number: int
    name: str
    founded: str | None
    members: dict[str, list[tuple[str, str | None, Row]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def iri(self) -> str:
        """What names the arrangement."""
        return f"{BASE}id/arrangement/cow-{self.number}"

    @property
    def instrument(self) -> str:
        """What names the agreement it rests on."""
        return f"{BASE}id/instrument/cow-{self.number}"

    @classmethod
    def declare(cls, given: Given, number: int, who: str, founded: str | None) -> Alliance:
        """Declare the arrangement and the agreement it rests on."""
        alliance = cls(number, f"alliance of {who} (COW {number})", founded)
        things = given.statements
        label = f"Agreement on which the {alliance.name} rests"
        things.thing(
            "instrument",
            f"cow-{number}",
            ["Treaty"],
            label,
            comment="The written agreement that COW asks for in an alliance, and does not name.",
        )
        label = alliance.name[0].upper() + alliance.name[1:]
        things.thing(
            "arrangement",
            f"cow-{number}",
            ["SecurityArrangement"],
            label,
            comment=f"Number {number} in COW Formal Alliances, which gives alliances no names.",
        )
        return alliance


@dataclass(slots=True)
class _Pair:
    """A row of either file, read: who owes (in the file of pairs: or is owed) what, how long."""

    row: Row
    key: _Key
    interval: Interval
    flags: _Flags


def write_pledges(given: Given, alliances: dict[int, Alliance]) -> None:
    """Write the commitments. *alliances* are those of the file of members; others are added."""
    pairs = {pair.key: pair for pair in _read(given, alliances, PAIRS)}
    directed = _read(given, alliances, DIRECTED)
    given.complaints.stop()
    if directed:
        _compare_members(alliances, directed)
        _compare_pairs(pairs, {pair.key: pair for pair in directed})
    elif pairs:
        directed = _both_ways(pairs)
    elif alliances:
        _unheard(alliances)
    case = _case(given) if directed else ""
    records: dict[tuple[str, _Key], str] = {}
    spells: dict[tuple[int, str, str], int] = defaultdict(int)
    for pair in sorted(directed, key=lambda pair: (*pair.key[:4], pair.key[4] or "")):
        if not any(flag is not False for flag in pair.flags):
            continue
        number, one, other = pair.key[:3]
        spells[number, one, other] += 1
        spell = spells[number, one, other]
        evidence = [_record(given, records, pair, spell)]
        beside = pairs.get(_undirected(pair.key))
        if beside is not None and beside.row is not pair.row:
            evidence.append(_record(given, records, beside, spell))
        _write(given, alliances[number], pair, evidence, spell, case)


def _read(given: Given, alliances: dict[int, Alliance], table: str) -> list[_Pair]:
    found = []
    for row in given.rows(table):
        number = row.integer("version4id")
        begin, end = date_of(row, "dyad_st"), date_of(row, "dyad_end")
        if number is None or not begin or not in_order(row, begin, end, "dyad_end_year"):
            continue
        if row.flag("right_censor") is bool(end):
            row.wrong(
                "import-contradiction",
                "right_censor",
                f"{row['right_censor']}, but it {f'ended on {end}' if end else 'has no end'}",
                "One of the two is wrong: correct it.",
            )
            continue
        if number not in alliances:
            who = f"{row['state_name1']}, {row['state_name2']} and perhaps others, by {begin[:4]}"
            alliances[number] = Alliance.declare(given, number, who, None)
        founded, told = alliances[number].founded, begin
        if row.flag("left_censor"):
            told = f"[{founded}..{begin}]" if founded and founded < begin else f"../{begin}"
        interval = Interval(told, end, None if end else given.version.known_until)
        flags = tuple(row.flag(pledge) for pledge in PLEDGES)
        key = (number, row["ccode1"], row["ccode2"], begin, end)
        found.append(_Pair(row, key, interval, flags))
    return found


def _undirected(key: _Key) -> _Key:
    number, one, other, begin, end = key
    if int(one) < int(other):
        return key
    return number, other, one, begin, end


def _both_ways(pairs: Mapping[_Key, _Pair]) -> list[_Pair]:
    """The pledges of the pairs in which both owe the same; of the others it is warned."""
    found = []
    for key, pair in pairs.items():
        if pair.row.flag("asymmetric"):
            pair.row.warn(
                "import-direction",
                "asymmetric",
                "who of the two owes what is only in the directed file: no pledge is read",
                f"Give {DIRECTED} too.",
            )
            continue
        number, one, other, begin, end = key
        found.append(pair)
        found.append(_Pair(pair.row, (number, other, one, begin, end), pair.interval, pair.flags))
    return found


def _unheard(alliances: Mapping[int, Alliance]) -> None:
    row = next(row for a in alliances.values() for stays in a.members.values() for *_, row in stays)
    row.warn(
        "import-direction",
        None,
        f"no pledge is read from {row.table.name} alone: it does not say to whom it is owed",
        f"Give {DIRECTED} too.",
    )


def _compare_members(alliances: Mapping[int, Alliance], directed: list[_Pair]) -> None:
    """Warn of members whose pledges are not those that the directed file gives them."""
    owed: dict[tuple[int, str], list[_Pair]] = defaultdict(list)
    for pair in directed:
        owed[pair.key[0], pair.key[1]].append(pair)
    for alliance in alliances.values():
        for code, stays in alliance.members.items():
            for begin, end, row in stays:
                during = [
                    pair
                    for pair in owed[alliance.number, code]
                    if pair.key[3] <= (end or "9999") and begin <= (pair.key[4] or "9999")
                ]
                for number, pledge in enumerate(PLEDGES):
                    told, found = row.flag(pledge), any(pair.flags[number] for pair in during)
                    if told is not None and told is not found:
                        row.warn(
                            "import-disagreement",
                            pledge,
                            f"{row[pledge]}, but {DIRECTED} has "
                            f"{'it owed to' if found else 'it owed to no'} another member; "
                            f"{DIRECTED} is followed",
                        )


def _compare_pairs(pairs: Mapping[_Key, _Pair], directed: Mapping[_Key, _Pair]) -> None:
    """Warn of pairs that say other than the two directions."""
    for key, pair in pairs.items():
        number, one, other, begin, end = key
        ways = directed.get(key), directed.get((number, other, one, begin, end))
        if None in ways:
            pair.row.warn("import-disagreement", None, f"{DIRECTED} has no such pair")
            continue
        for place, pledge in enumerate(PLEDGES):
            flags = {way.flags[place] for way in ways if way is not None}
            told = pair.flags[place]
            if told is not None and None not in flags and told is not (True in flags):
                pair.row.warn(
                    "import-disagreement",
                    pledge,
                    f"{pair.row[pledge]}, but {DIRECTED} has {int(True in flags)} for the two; "
                    f"{DIRECTED} is followed",
                )


def _record(given: Given, records: dict[tuple[str, _Key], str], pair: _Pair, spell: int) -> str:
    """The evidence of a row, declared the first time."""
    table = pair.row.table.name
    key = pair.key if table == DIRECTED else _undirected(pair.key)
    if (table, key) not in records:
        number, one, other = key[:3]
        records[table, key] = given.statements.evidence(
            f"{'directed' if table == DIRECTED else 'pair'}-{number}-{one}-{other}-{spell}",
            f"{table}: version4id {number}, ccode1 {one}, ccode2 {other}, spell {spell}",
            pair.row.number,
        )
    return records[table, key]


def _case(given: Given) -> str:
    """COW codes no conditions: a pledge of defense is owed when the partner is attacked."""
    return given.statements.thing(
        "condition",
        "cow-attack-on-a-partner",
        ["Condition"],
        "A partner is attacked (COW, type I)",
        [(F + "trigger", concept("trigger/armed-attack"))],
        comment="What sets off a pledge of defense as COW defines it; it codes no conditions.",
    )


def _write(
    given: Given, alliance: Alliance, pair: _Pair, evidence: list[str], spell: int, case: str
) -> None:
    row = pair.row
    columns = ("ccode1", "ccode2") if row["ccode1"] == pair.key[1] else ("ccode2", "ccode1")
    for obligor in given.states.parts(row, columns[0], pair.interval):
        for obligee in given.states.parts(row, columns[1], obligor.interval):
            for place, (pledge, type) in enumerate(PLEDGES.items()):
                if pair.flags[place] is not False:
                    _write_one(
                        given, alliance, pair, (obligor, obligee), (pledge, type),
                        evidence, spell, case,
                    )  # fmt: skip


def _write_one(
    given: Given,
    alliance: Alliance,
    pair: _Pair,
    parties: tuple[Part, Part],
    pledge: tuple[str, str],
    evidence: list[str],
    spell: int,
    case: str,
) -> None:
    obligor, obligee = (part.state for part in parties)
    known = pair.flags[list(PLEDGES).index(pledge[0])] is True
    owes = "owes" if known else "may owe, the data set leaves it open, "
    more = [(F + "instrument", iri(alliance.instrument)), (F + "arrangement", iri(alliance.iri))]
    if pledge[0] == "defense":
        more.append((F + "condition", iri(case)))
    given.statements.commitment(
        f"{alliance.number}-{obligor.slug}-{obligee.slug}-{pledge[1]}-{spell}",
        f"{obligor.name} {owes} {obligee.name} {pledge[1]} in COW {alliance.number}.",
        evidence,
        parties[1].interval,
        obligor=obligor.iri,
        obligees=[obligee.iri],
        type=pledge[1],
        wording=f"The obligor pledges {_WORDS[pledge[0]]}.",
        more=more,
        said=Said(
            note=parties[0].note or parties[1].note,
            spell=spell,
            polarity="affirmed" if known else "not-stated",
        ),
    )
