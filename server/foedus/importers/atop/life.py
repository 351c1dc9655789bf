"""Who signed when, who was bound for how long, and how it ended.

ATOP dates an entry by its signature. So a member is here a signatory, never a party; an exit of 0
is the end of the coverage. A state that stays from one phase to the next has one membership.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from foedus.content.names import F
from foedus.importers.atop.codes import read_codes
from foedus.importers.atop.records import Alliance, Member, Phase
from foedus.importers.atop.subjects import Subjects
from foedus.importers.dates import Interval, first_day, last_day
from foedus.importers.statements import Said, concept, slugged
from foedus.importers.tables import Row
from foedus.importers.writing import iri


@dataclass(slots=True)
class Stay:
    """The time for which one state was bound without a break, over one or more phases."""

    spell: int
    begin: str
    end: str | None
    members: list[Member]

    def goes_on_with(self, member: Member) -> bool:
        """Whether *member*, who comes no earlier, was bound before a day had passed."""
        if self.end is None:
            return True
        after = datetime.date.fromisoformat(last_day(self.end)) + datetime.timedelta(days=1)
        return first_day(member.begin) <= after.isoformat()

    def add(self, member: Member) -> None:
        """Prolong the stay."""
        self.members.append(member)
        if self.end and (not member.end or last_day(member.end) > last_day(self.end)):
            self.end = member.end


def stays(alliance: Alliance) -> list[Stay]:
    """The stays of every state: a new one wherever there was a day on which it was not bound."""
    by_state: dict[str, list[Stay]] = {}
    members = [member for phase in alliance.phases for member in phase.members]
    for member in sorted(members, key=lambda member: first_day(member.begin)):
        found = by_state.setdefault(member.state.slug, [])
        if found and found[-1].goes_on_with(member):
            found[-1].add(member)
        else:
            found.append(Stay(len(found) + 1, member.begin, member.end, [member]))
    return [stay for of_state in by_state.values() for stay in of_state]


def write_life(subjects: Subjects, alliance: Alliance, row: Row | None) -> None:
    """The acts and memberships of an alliance; *row* is its record in the alliance file."""
    body = subjects.arrangement(alliance)
    for stay in stays(alliance):
        _membership(subjects, alliance, body, stay)
    for phase in alliance.phases:
        _signatures(subjects, phase)
        _began_and_ended(subjects, phase)
        for member in phase.members:
            if member.end and not member.succeeded:
                _ceased(subjects, phase, member)
            if member["cowwar"] != "0" and not member.succeeds:
                _war(subjects, phase, member)
    if len(alliance.phases) > 1:
        _whole(subjects, alliance, body, row)


def _membership(subjects: Subjects, alliance: Alliance, body: str, stay: Stay) -> None:
    member, begin, end = stay.members[0], stay.begin, stay.end
    name = member.state.iri
    till = f"until {end}" if end else f"and still was on {subjects.until}"
    subjects.say.membership(
        slugged("member", alliance.number, member.state.slug, stay.spell),
        f"{member.state.name} was bound by ATOP alliance {alliance.number} from its signature of "
        f"{begin} {till}.",
        subjects.of_members(stay.members),
        Interval(begin, end, None if end else subjects.until),
        member=name,
        body=body,
        role="signatory-only",
        said=Said(note=_remark(stay), spell=stay.spell),
    )


def _remark(stay: Stay) -> str | None:
    said = []
    if stay.members[0]["cowsys"] == "0":
        said.append("It was no member of the interstate system when it signed.")
    if stay.members[0].succeeds:
        said.append("It followed the state that had signed, under the same code.")
    if stay.members[-1].succeeded:
        said.append("Another state followed it under the same code.")
    return " ".join(said) or None


def _signatures(subjects: Subjects, phase: Phase) -> None:
    days: dict[str, list[Member]] = {}
    for member in phase.members:
        if not member.succeeds:
            days.setdefault(member.begin, []).append(member)
    for date, members in sorted(days.items()):
        subjects.say.act(
            slugged("signed", phase.key, date),
            f"{_names(members)} signed what bound them by ATOP alliance {phase.alliance} from "
            f"{date}.",
            subjects.of_members(members),
            date,
            kind="signed",
            object=subjects.signed(phase, date),
            agents=dict.fromkeys(member.state.iri for member in members),
        )


def _began_and_ended(subjects: Subjects, phase: Phase) -> None:
    body, begin, end = subjects.body(phase), phase.begin, phase.end
    what = f"ATOP alliance {phase.alliance}"
    if phase.several:
        what = f"Phase {phase.number} of {what}"
    subjects.say.act(
        slugged("began", phase.key),
        f"{what} began on {begin}.",
        subjects.of_members(member for member in phase.members if member.begin == begin),
        begin,
        kind="began",
        object=body,
    )
    if end:
        _ended(subjects, phase.key, what, body, end, phase.cells["term"], phase.rows)


def _whole(subjects: Subjects, alliance: Alliance, body: str, row: Row | None) -> None:
    """That an alliance of several phases began with the first and ended with the last."""
    first = min(alliance.phases, key=lambda phase: first_day(phase.begin))
    what = f"ATOP alliance {alliance.number}"
    cited = [row] if row else first.rows
    subjects.say.act(
        slugged("began", alliance.number),
        f"{what} began on {first.begin}.",
        subjects.records(cited),
        first.begin,
        kind="began",
        object=body,
    )
    ends = [phase.end for phase in alliance.phases]
    if all(ends):
        last = max(alliance.phases, key=lambda phase: (last_day(phase.end or ""), phase.number))
        term = row["term"] if row else last.cells["term"]
        rows = [row] if row else last.rows
        _ended(subjects, alliance.number, what, body, last.end or "", term, rows)


def _ended(
    subjects: Subjects, key: str, what: str, body: str, date: str, term: str, rows: list[Row]
) -> None:
    manner = read_codes().endings["term"].get(term)
    subjects.say.act(
        slugged("ended", key),
        f"{what} ended on {date}{': ' + manner if manner else ''}.",
        subjects.records(rows),
        date,
        kind="ended",
        object=body,
        more=_manner(manner, None),
        said=Said(note=None if manner else "The file does not say how it ended."),
    )


def _ceased(subjects: Subjects, phase: Phase, member: Member) -> None:
    endings = read_codes().endings
    manner = endings["termmode"].get(member["termmode"])
    cause = endings["termcaus"].get(member["termcaus"])
    subjects.say.act(
        slugged("ceased", phase.key, member.state.slug, member.begin),
        f"{member.state.name} ceased to be bound by ATOP alliance {phase.key} on {member.end}.",
        [subjects.record(member.row)],
        member.end,
        kind="ceased-to-be-bound",
        object=subjects.body(phase),
        agents=[member.state.iri],
        more=_manner(manner, cause),
        said=Said(note=None if manner else "The file does not say how it ended."),
    )


def _manner(manner: str | None, cause: str | None) -> list[tuple[str, str]]:
    more = []
    if manner:
        more.append((F + "endingManner", concept(f"ending/{manner}")))
    if cause:
        more.append((F + "endingCause", concept(f"cause/{cause}")))
    return more


def _war(subjects: Subjects, phase: Phase, member: Member) -> None:
    war = member["cowwar"]
    subjects.say.happening(
        "Involvement",
        slugged("war", phase.key, member.state.slug, member.begin),
        f"{member.state.name} was in COW interstate war {war} when it signed on {member.begin}.",
        [
            (F + "participant", iri(member.state.iri)),
            (F + "event", iri(subjects.war(war))),
            (F + "involvementRole", concept("involvement/participant")),
        ],
        [subjects.record(member.row)],
        member.begin,
    )


def _names(members: list[Member]) -> str:
    found = list(dict.fromkeys(member.state.name for member in members))
    if len(found) > 4:
        return f"{', '.join(found[:3])} and {len(found) - 3} others"
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
