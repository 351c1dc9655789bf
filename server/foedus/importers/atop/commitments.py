"""Who owes what to whom, for how long and under which conditions.

A promise holds between two members for the days for which both are bound, so that nobody owes
anything to a state that has not yet joined. Members who owe the same, under the same conditions and
for the same days, stand in one statement, which is a promise of each of the obligors to each of the
obligees other than itself. A 0 becomes nothing: within the coverage of the data set what it does
not record was not promised. A blank is a promise that is not stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from foedus.content.names import F
from foedus.importers.atop.codes import OBLIGATIONS, Codes, Promise, read_codes
from foedus.importers.atop.records import Member, Phase, shared
from foedus.importers.atop.subjects import Subjects
from foedus.importers.dates import Interval
from foedus.importers.statements import Said, concept, slugged
from foedus.importers.writing import iri

_VARIES = (
    "It owes different things to different allies; which of them is owed this, the member file "
    "does not tell."
)
_UNDIRECTED = "Which of the members owes it to which is not told."
_UNSEEN = "The coders could not know: they did not see the text."
_SECONDARY = "The text was not seen by the coders: known from secondary sources only."
_OTHER = "To which of its obligations the other condition belongs is not told."
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


@dataclass(frozen=True, slots=True)
class Owed:
    """One promise, of each obligor to each obligee but itself, for the same days."""

    column: str
    promise: Promise
    obligors: tuple[Member, ...]
    obligees: tuple[Member, ...]
    begin: str
    end: str | None
    triggers: tuple[str, ...]
    varies: bool

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Who owes it to whom, by the slugs of the states."""
        for one in self.obligors:
            for other in self.obligees:
                if one.state.slug != other.state.slug:
                    yield one.state.slug, other.state.slug


def owed(phase: Phase, codes: Codes) -> Iterator[Owed]:
    """What members of a phase owe each other, promise by promise.

    Left out is what the file lays on no member in particular (``undirected``).
    """
    cohorts = _together(phase.members, lambda member: (member.begin, member.end))
    for column in codes.promises:
        promising = [member for member in phase.members if member[column] not in ("", "0")]
        obligors = _together(promising, partial(_kind, column=column, codes=codes))
        for group in obligors:
            first = group[0]
            promise = codes.promise(column, first[column])
            if promise.undirected:
                continue
            for (begin, end), obligees in _by_days(first, cohorts).items():
                found = Owed(
                    column,
                    promise,
                    group,
                    obligees,
                    begin,
                    end,
                    promise.triggers(first.row.cells),
                    first["obvary"] == "1" and column in OBLIGATIONS,
                )
                if any(True for _ in found.pairs):
                    yield found


def _kind(member: Member, *, column: str, codes: Codes) -> object:
    """What must be the same for two members to stand in one statement as obligors."""
    triggers = codes.promise(column, member[column]).triggers(member.row.cells)
    return member.begin, member.end, member[column], triggers, member["obvary"]


def _together(
    members: Iterable[Member], key: Callable[[Member], object]
) -> list[tuple[Member, ...]]:
    groups: dict[object, list[Member]] = {}
    for member in members:
        groups.setdefault(key(member), []).append(member)
    return [tuple(group) for group in groups.values()]


def _by_days(
    first: Member, cohorts: Sequence[tuple[Member, ...]]
) -> dict[tuple[str, str | None], tuple[Member, ...]]:
    """All members by the days that they share with *first*, whose own cohort they may be."""
    found: dict[tuple[str, str | None], tuple[Member, ...]] = {}
    for cohort in cohorts:
        same = (cohort[0].begin, cohort[0].end) == (first.begin, first.end)
        days = (first.begin, first.end) if same else shared(first, cohort[0])
        if days:
            found[days] = found.get(days, ()) + cohort
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "9999")))


def write_commitments(subjects: Subjects, phase: Phase) -> None:
    """Write what is owed in a phase, and what is not known to be."""
    codes = read_codes()
    spells: Counter[tuple[str, str, str]] = Counter()
    names: Counter[str] = Counter()
    for one in owed(phase, codes):
        _write(subjects, phase, one, spells, names)
    for column, promise in codes.promises.items():
        code = phase.rows[0][column]
        if code not in ("", "0") and codes.promise(column, code).undirected:
            among = codes.promise(column, code)
            label = f"In ATOP alliance {phase.key} some member owes another {_word(among)}."
            _write_among(subjects, phase, column, among, label, Said(note=_UNDIRECTED))
        elif any(row[column] == "" for row in phase.rows):
            label = f"Whether a member of ATOP alliance {phase.key} owes {_word(promise)}."
            said = Said(note=_UNSEEN, polarity="not-stated")
            _write_among(subjects, phase, column, promise, label, said)


def _write(
    subjects: Subjects,
    phase: Phase,
    one: Owed,
    spells: Counter[tuple[str, str, str]],
    names: Counter[str],
) -> None:
    first = one.obligors[0]
    pairs = [(one.promise.type, *pair) for pair in one.pairs]
    spells.update(pairs)
    said, certainty = _doubts(first, one)
    name = slugged(one.column, phase.key, first.state.slug, f"{one.begin}.{one.end or 'open'}")
    names[name] += 1
    till = f"to {one.end}" if one.end else f"and still on {subjects.until}"
    own = subjects.of_members(one.obligors)
    subjects.say.commitment(
        name if names[name] == 1 else f"{name}.{names[name]}",
        f"{_names(one.obligors)} owed {_names(one.obligees, one.obligors)} {_word(one.promise)} "
        f"by ATOP alliance {phase.key} from {one.begin} {till}.",
        list(dict.fromkeys([*own, subjects.record(one.obligees[0].row)])),
        Interval(one.begin, one.end, None if one.end else subjects.until),
        obligor=first.state.iri,
        obligees=dict.fromkeys(other.state.iri for other in one.obligees),
        type=one.promise.type,
        wording=one.promise.wording,
        more=[
            *((F + "obligor", iri(m.state.iri)) for m in one.obligors[1:]),
            *_more(subjects, phase, first, one.promise, one.triggers, certainty),
        ],
        said=Said(note=said, spell=max(spells[pair] for pair in pairs)),
    )


def _doubts(member: Member, one: Owed) -> tuple[str | None, str | None]:
    """A note on what is open, and how certain the statement is."""
    notes, certainty = [], None
    if member["source"] == "2":
        certainty = "probable"
        notes.append(_SECONDARY)
    if one.varies:
        certainty = "possible"
        notes.append(_VARIES)
    if "other" in one.triggers:
        notes.append(_OTHER)
    return " ".join(notes) or None, certainty


def _more(
    subjects: Subjects,
    phase: Phase,
    member: Member,
    promise: Promise,
    triggers: Sequence[str],
    certainty: str | None,
) -> list[tuple[str, str]]:
    publicity = read_codes().publicity.get(member["pubsecr"], "unknown")
    more = [
        (F + "arrangement", iri(subjects.body(phase))),
        (F + "instrument", iri(subjects.text_of(phase))),
        *((F + "condition", iri(subjects.condition(trigger))) for trigger in triggers),
        (F + "publicity", concept(f"publicity/{publicity}")),
    ]
    if member["estmode"] == "1":
        more.append((F + "force", concept("force/binding")))
    if promise.non_state is not None:
        more.append((F + "addressesNonState", f'"{str(promise.non_state).lower()}"^^<{_BOOLEAN}>'))
    if certainty:
        more.append((F + "certainty", concept(f"certainty/{certainty}")))
    return more


def _write_among(
    subjects: Subjects, phase: Phase, column: str, promise: Promise, label: str, said: Said
) -> None:
    """What is owed, or may be, by somebody in the alliance to somebody else of it."""
    states = list(dict.fromkeys(member.state.iri for member in phase.members))
    begin, end = phase.begin, phase.end
    subjects.say.commitment(
        slugged("among", column, phase.key),
        label,
        subjects.records(phase.rows[:1]),
        Interval(begin, end, None if end else subjects.until),
        obligor=states[0],
        obligees=states,
        type=promise.type,
        wording=promise.wording,
        more=[
            *((F + "obligor", iri(state)) for state in states[1:]),
            *_more(subjects, phase, phase.members[0], promise, (), "possible"),
        ],
        said=said,
    )


def _word(promise: Promise) -> str:
    return promise.type.replace("-", " ")


def _names(members: Sequence[Member], beside: Sequence[Member] = ()) -> str:
    """Up to three names; "each other" where they are the same as *beside*."""
    found = list(dict.fromkeys(member.state.name for member in members))
    if beside and set(found) == {member.state.name for member in beside}:
        return "each other"
    if beside and len(beside) == 1:
        found = [name for name in found if name != beside[0].state.name]
    return ", ".join(found[:3]) + (f" and {len(found) - 3} others" if len(found) > 3 else "")
