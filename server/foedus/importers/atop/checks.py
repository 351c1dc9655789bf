"""The files of ATOP held against each other, so that none of what they repeat is taken on trust.

The member file is what is imported. Within it the columns on the alliance must be the same in all
rows of a phase; the alliance file and the phase file must sum it up as they say they do.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from foedus.importers.atop.codes import OBLIGATIONS
from foedus.importers.atop.records import Alliance, Phase
from foedus.importers.dates import Interval
from foedus.importers.states import States
from foedus.importers.tables import Row

_CONDITIONS = {
    "defcon": ("defcoadv", "defcoloc", "defcocon", "defconum", "defcodem", "defconpr"),
    "offcon": ("offcoadv", "offcoloc", "offcocon", "offconum", "offcodem"),
    "neucon": (
        *("neucoadv", "neucoloc", "neucocon", "neuconum", "neucodem"),
        *("neuconpr", "neucoatt"),
    ),
    "concon": ("concoadv", "concoloc", "concocon", "concoreq"),
}
_PROMISED = {"defcon": "defense", "offcon": "offense", "neucon": "neutral", "concon": "consul"}

#: Columns of the member file that may differ between the members of one phase.
MEMBERS_OWN = frozenset(
    {
        *("member", "cowsys", "yrent", "moent", "dayent", "yrexit", "moexit", "dayexit"),
        *("ineffect", "cowwar", "termmode", "termcaus", "conditio", "olimob", "obvary"),
        *("notaiden", "dipaid", "terrres", "seppeace", "thirdcom", "noothall"),
        *OBLIGATIONS,
        *_CONDITIONS,
        *(flag for flags in _CONDITIONS.values() for flag in flags),
    }
)
_IDENTIFIERS = ("cowid", "cow4id")


def check_members(alliances: Iterable[Alliance], states: States) -> None:
    """Complain of rows of the member file that contradict themselves or each other."""
    for alliance in alliances:
        for phase in alliance.phases:
            _threats(phase.rows[0], states)
            for row in phase.rows:
                _row(row)
                _same(phase, row)
            _active(phase)
        _phases(alliance)


def _row(row: Row) -> None:
    for total, flags in _CONDITIONS.items():
        some = any(row[flag] == "1" for flag in flags)
        if (row[total] == "1") != some:
            row.wrong(
                "import-contradiction",
                total,
                f"it is {row[total]}, and {'some' if some else 'none'} of {', '.join(flags)} is 1",
                "Correct the row, or take the file as its publisher released it.",
            )
        if some and row[_PROMISED[total]] == "0":
            row.wrong(
                "import-contradiction",
                total,
                f"a condition of {_PROMISED[total]}, which is not promised",
                "Correct the row, or take the file as its publisher released it.",
            )
    if row["yrexit"] != "0" and row["termmode"] == "0":
        row.warn("import-disagreement", "termmode", "it has ended, and how it ended is not told")


def _threats(row: Row, states: States) -> None:
    for column in ("statthr1", "statthr2"):
        if row[column] not in ("", "0"):
            states.parts(row, column, Interval(None))


def _same(phase: Phase, row: Row) -> None:
    first = phase.rows[0]
    for column, cell in row.cells.items():
        if column in MEMBERS_OWN or cell == first[column]:
            continue
        words = f"{cell or 'blank'}, where row {first.number} of the same phase has {first[column]}"
        if column in _IDENTIFIERS:
            row.warn("import-disagreement", column, words + "; both are kept")
        else:
            row.wrong(
                "import-contradiction", column, words, "All rows of a phase say the same here."
            )


def _active(phase: Phase) -> None:
    row = phase.rows[0]
    some = phase.some("defense") or phase.some("offense")
    if (row["active"] == "1") != some:
        row.wrong(
            "import-contradiction",
            "active",
            f"it is {row['active']}, and {'some' if some else 'no'} member owes defense or offense",
            "Correct the row, or take the file as its publisher released it.",
        )
    if not any(phase.some(column) for column in OBLIGATIONS):
        row.wrong(
            "import-contradiction",
            "atopid",
            "no member of the phase has any of the five obligations: it is no alliance of ATOP",
            "Correct the obligations, or take the row away.",
        )


def _phases(alliance: Alliance) -> None:
    numbers = [phase.number for phase in alliance.phases]
    expected = [str(n) for n in range(1, len(numbers) + 1)] if numbers != ["0"] else ["0"]
    row = alliance.phases[0].rows[0]
    if numbers != expected or row["maxphase"] != numbers[-1]:
        row.wrong(
            "import-contradiction",
            "phase",
            f"alliance {alliance.number} has the phases {', '.join(numbers)}, of {row['maxphase']}",
            "Phases are numbered from 1 without a gap; 0 is an alliance of one phase.",
        )
    for one, other in pairwise(alliance.phases):
        if one.end is None or other.begin[:7] < one.end[:7]:
            other.rows[0].warn(
                "import-overlap",
                "phase",
                f"phase {other.number} of alliance {alliance.number} begins on {other.begin}, "
                f"before phase {one.number} ends ({one.end or 'open'}): they run side by side",
            )


def check_alliance(alliance: Alliance, row: Row) -> None:
    """Complain where a row of the alliance file does not sum up its members."""
    phases = alliance.phases
    last = phases[-1].cells["term"]
    _sums_up(row, list(alliance.rows), {"term": last})
    ends = [phase.end for phase in phases]
    end = None if None in ends else max(end for end in ends if end)
    _dates(row, min(phase.begin for phase in phases), end)


def check_phase(phase: Phase, row: Row) -> None:
    """Complain where a row of the phase file does not sum up its members."""
    _sums_up(row, phase.rows, {})
    _dates(row, phase.begin, phase.end)


def _sums_up(row: Row, of: list[Row], given: dict[str, str]) -> None:
    members = sorted({member["member"] for member in of}, key=int)
    listed = [row[column] for column in row.cells if _is_member(column) and row[column]]
    if sorted(listed, key=int) != members:
        _wrong(row, "mem1", " ".join(listed), " ".join(members))
    for column, cell in row.cells.items():
        if column in of[0].cells:
            expected = given.get(column) or max(
                (member[column] for member in of), key=lambda cell: float(cell or -1)
            )
            if cell != expected and not (column in _IDENTIFIERS and cell):
                _wrong(row, column, cell, expected)


def _dates(row: Row, begin: str, end: str | None) -> None:
    for prefix, expected in (("beg", begin), ("end", end)):
        parts = [row[f"{prefix}{part}"] for part in ("yr", "mo", "day")]
        told = "-".join(part.zfill(2) for part in parts if part and part != "0")
        if told != (expected or ""):
            _wrong(row, f"{prefix}yr", told or "0", expected or "0")


def _wrong(row: Row, column: str, told: str, expected: str) -> None:
    row.wrong(
        "import-contradiction",
        column,
        f"{told or 'blank'}, where the rows of the member file come to {expected or 'blank'}",
        "Give files of one release, as their publisher released them.",
    )


def _is_member(column: str) -> bool:
    return column.startswith("mem") and column[3:].isdigit()
