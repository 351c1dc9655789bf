"""``foedus import atop``: the files of one release to statements."""

from __future__ import annotations

from collections.abc import Iterator

from foedus.findings import ContentError, Finding
from foedus.importers.atop.checks import check_alliance, check_members, check_phase
from foedus.importers.atop.commitments import write_commitments
from foedus.importers.atop.life import write_life
from foedus.importers.atop.provisions import write_provisions
from foedus.importers.atop.records import Alliance, read_alliances
from foedus.importers.atop.subjects import Subjects
from foedus.importers.registry import Given
from foedus.importers.tables import Row


def write_atop(given: Given) -> None:
    """Write what the files of a release say. Raises :class:`ContentError` for what is wrong."""
    members = _table(given, "m")
    if members is None:
        raise ContentError(
            Finding(
                "import-missing",
                "the member file is not among the files: only it tells who owes what to whom",
                file=given.files[0].path,
                remedy="Give atop5_0m.csv (or atop4_01m.csv) too.",
            )
        )
    alliances = read_alliances(given.rows(members), given.states, given.version.known_until)
    check_members(alliances, given.states)
    whole = {row["atopid"]: row for row in _rows(given, "a")}
    phases = {(row["atopid"], row["phase"]): row for row in _rows(given, "aph")}
    _check(given, alliances, whole, phases)
    given.complaints.stop()
    subjects = Subjects(given)
    for alliance in alliances:
        row = whole.get(alliance.number)
        write_life(subjects, alliance, row)
        for phase in alliance.phases:
            cited = [found for found in (phases.get((phase.alliance, phase.number)),) if found]
            if row and not phase.several:
                cited.insert(0, row)
            write_provisions(subjects, phase, cited or phase.rows[:1])
            write_commitments(subjects, phase)


def _table(given: Given, kind: str) -> str | None:
    for file in given.files:
        if file.table.name.endswith(kind) and file.table.name[-len(kind) - 1].isdigit():
            return file.table.name
    return None


def _rows(given: Given, kind: str) -> Iterator[Row]:
    name = _table(given, kind)
    return given.rows(name) if name else iter(())


def _check(
    given: Given,
    alliances: list[Alliance],
    whole: dict[str, Row],
    phases: dict[tuple[str, str], Row],
) -> None:
    """Hold the alliance and phase files against the member file, both ways."""
    known = {alliance.number: alliance for alliance in alliances}
    of_phases = {(p.alliance, p.number): p for alliance in alliances for p in alliance.phases}
    for number, row in whole.items():
        if number in known:
            check_alliance(known[number], row)
        else:
            row.wrong(
                "import-reference", "atopid", f"alliance {number} has no row in the member file"
            )
    for key, row in phases.items():
        if key in of_phases:
            check_phase(of_phases[key], row)
        else:
            row.wrong("import-reference", "phase", f"phase {'.'.join(key)} has no row of a member")
    for alliance in alliances:
        first = alliance.phases[0].rows[0]
        if whole and alliance.number not in whole:
            first.wrong(
                "import-reference",
                "atopid",
                f"a member of alliance {alliance.number}, which the alliance file does not have",
                "Give files of one release, as their publisher released them.",
            )
        for phase in alliance.phases:
            if phases and (phase.alliance, phase.number) not in phases:
                phase.rows[0].wrong(
                    "import-reference", "phase", f"phase {phase.key} is not in the phase file"
                )
