"""What ATOP's statements are about, declared once: arrangements, phases, texts, wars, records.

Names are the same for every release, so that two releases speak of one thing. What a release says
of a thing is a statement; here is only what tells it from others.
"""

from __future__ import annotations

from collections.abc import Iterable

from foedus.content.names import BASE, F
from foedus.importers.atop.records import Alliance, Member, Phase
from foedus.importers.registry import Given
from foedus.importers.statements import concept, slugged
from foedus.importers.tables import Row
from foedus.importers.writing import iri, text


class Subjects:
    """Declares the things of one import, each when it is first spoken of."""

    def __init__(self, given: Given) -> None:
        self.given, self.say = given, given.statements
        self.until = given.version.known_until
        self._records: dict[tuple[str, int], str] = {}

    def arrangement(self, alliance: Alliance) -> str:
        """The alliance as a whole, with its numbers in ATOP and COW."""
        number = alliance.number
        codes: dict[str, set[str]] = {"atopId": {number}}
        for column, name in (("cow4id", "cowAllianceId"), ("cowid", "cowAllianceId3")):
            codes[name] = {row[column] for row in alliance.rows} - {""}
        return self.say.thing(
            "arrangement",
            f"atop-{number}",
            ["SecurityArrangement"],
            f"ATOP alliance {number}",
            [(F + name, text(code)) for name in codes for code in sorted(codes[name])],
            comment=f"The alliance to which ATOP gives the number {number}.",
        )

    def body(self, phase: Phase) -> str:
        """What provisions are said of: the phase where there are several, else the arrangement."""
        if not phase.several:
            return f"{BASE}id/arrangement/atop-{phase.alliance}"
        return self.say.thing(
            "phase",
            f"atop-{phase.key}",
            ["Phase"],
            f"ATOP alliance {phase.alliance}, phase {phase.number}",
            [
                (F + "phaseOf", iri(f"{BASE}id/arrangement/atop-{phase.alliance}")),
                (F + "atopId", text(phase.key)),
            ],
            comment=f"Alliance {phase.alliance} of ATOP as it stood in its phase {phase.number}.",
        )

    def text_of(self, phase: Phase) -> str:
        """The text of an alliance, or that by which a later phase began."""
        if phase.number in ("0", "1"):
            return self._text(
                f"atop-{phase.alliance}",
                ["Treaty"],
                f"Text of ATOP alliance {phase.alliance}",
                f"The agreement on which the alliance rests that ATOP numbers {phase.alliance}.",
            )
        return self._text(
            f"atop-{phase.key}",
            ["Treaty", "Protocol"],
            f"Text that began phase {phase.number} of ATOP alliance {phase.alliance}",
            f"The agreement that changed alliance {phase.alliance} of ATOP and began its phase "
            f"{phase.number}.",
            phase.alliance,
        )

    def signed(self, phase: Phase, date: str) -> str:
        """The text that was signed on *date*: that of the phase, or a protocol of accession."""
        if date == phase.begin:
            return self.text_of(phase)
        return self._text(
            f"atop-{phase.alliance}.{date}",
            ["Treaty", "Protocol"],
            f"Accession of {date} to ATOP alliance {phase.alliance}",
            f"What was signed on {date} to enter alliance {phase.alliance} of ATOP.",
            phase.alliance,
        )

    def _text(
        self, name: str, kinds: list[str], label: str, comment: str, to: str | None = None
    ) -> str:
        more = [(F + "attachedTo", iri(f"{BASE}id/instrument/atop-{to}"))] if to else []
        return self.say.thing("instrument", name, kinds, label, more, comment=comment)

    def war(self, number: str) -> str:
        """An interstate war by its number in the lists of the Correlates of War project."""
        return self.say.thing(
            "event",
            f"cow-war-{number}",
            ["Conflict"],
            f"COW interstate war {number}",
            [(F + "cowWarId", text(number))],
            comment=f"The war to which the Correlates of War project gives the number {number}.",
        )

    def condition(self, trigger: str) -> str:
        """A condition that consists of one kind of trigger (concept/trigger/)."""
        return self.say.thing(
            "condition",
            f"atop-{trigger}",
            ["Condition"],
            f"Condition coded by ATOP: {trigger.replace('-', ' ')}",
            [(F + "trigger", concept(f"trigger/{trigger}"))],
            comment="A condition of this kind, of which ATOP codes no more than the kind.",
        )

    def record(self, row: Row) -> str:
        """The record of a row, declared when it is first cited."""
        key = (row.table.name, row.number)
        if key not in self._records:
            name, record = _record(row)
            self._records[key] = self.say.evidence(name, record, row.number)
        return self._records[key]

    def records(self, rows: Iterable[Row]) -> list[str]:
        """The records of several rows."""
        return [self.record(row) for row in rows]

    def of_members(self, members: Iterable[Member]) -> list[str]:
        """The records of members, each once."""
        return list(dict.fromkeys(self.record(member.row) for member in members))


def _record(row: Row) -> tuple[str, str]:
    if "member" in row.cells:
        entered = "-".join(row[c] for c in ("yrent", "moent", "dayent") if row[c])
        name = slugged("m", f"{row['atopid']}.{row['phase']}", row["member"], entered)
        return name, (
            f"member, atopid {row['atopid']}, phase {row['phase']}, member {row['member']}, "
            f"entry {entered}"
        )
    if "phase" in row.cells:
        return (
            slugged("aph", f"{row['atopid']}.{row['phase']}"),
            f"phase, atopid {row['atopid']}, phase {row['phase']}",
        )
    return slugged("a", row["atopid"]), f"alliance, atopid {row['atopid']}"
