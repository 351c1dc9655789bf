"""The figures of one part of the proof: counted, added up, kept, printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figures:
    """What one part counted: a row of numbers by name, what survived, and what is said below.

    ``columns`` name the numbers of a row; the first two are how many there were and how many of
    them were found. Rows of the same name add up.
    """

    part: str
    title: str
    columns: tuple[str, ...]
    rows: dict[str, list[int]] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    commit: str = ""
    date: str = ""

    def count(self, name: str, *numbers: int) -> None:
        """Add *numbers* to the row *name*."""
        row = self.rows.setdefault(name, [0] * len(self.columns))
        for place, number in enumerate(numbers):
            row[place] += number

    def total(self, column: int) -> int:
        """The sum of a column."""
        return sum(row[column] for row in self.rows.values())

    @property
    def share(self) -> float:
        """How many of all were found; none of nothing is not enough."""
        return self.total(1) / self.total(0) if self.total(0) else 0.0

    def add(self, other: Figures) -> None:
        """Take in another piece of the same part."""
        for name, row in other.rows.items():
            self.count(name, *row)
        self.survivors += other.survivors
        self.notes += [note for note in other.notes if note not in self.notes]

    def markdown(self) -> str:
        """The table, the notes, and the survivors by name."""
        lines = [f"| {self.title} | {' | '.join(self.columns)} |"]
        lines.append(f"| --- |{' ---: |' * len(self.columns)}")
        lines += [f"| {name} | {' | '.join(map(str, row))} |" for name, row in self.rows.items()]
        sums = [str(self.total(place)) for place in range(len(self.columns))]
        sums[1] += f" ({self.share:.1%})"
        lines += [f"| all | {' | '.join(sums)} |", ""]
        lines += [line for note in self.notes for line in (note, "")]
        lines.append(f"Survivors ({len(self.survivors)}):" if self.survivors else "No survivors.")
        lines += [f"- {name}" for name in self.survivors]
        return "\n".join(lines) + "\n"

    def keep(self, folder: Path, piece: str = "") -> None:
        """Write the figures into *folder*, for :func:`kept`."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.part}{'.' + piece.replace('/', '-of-') if piece else ''}.json"
        (folder / name).write_text(json.dumps(vars(self), indent=1) + "\n", encoding="utf-8")


def kept(folder: Path, parts: Iterable[str]) -> list[Figures]:
    """The figures that are in *folder*, in the order of *parts*, pieces added up."""
    found = []
    for part in parts:
        pieces = [
            Figures(**{**json.loads(path.read_text(encoding="utf-8"))})
            for path in sorted(folder.glob(f"{part}.*json"))
        ]
        if pieces:
            for piece in pieces[1:]:
                pieces[0].add(piece)
            of = next((p.stem.split("-of-")[1] for p in folder.glob(f"{part}.*-of-*.json")), "1")
            if len(pieces) < int(of):
                pieces[0].notes.append(f"{len(pieces)} of {of} pieces of this part.")
            found.append(pieces[0])
    return found
