"""What an import says, for tests: the statements of a file of N-Quads by kind and slot."""

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import BASE, F, slug
from foedus.importers.running import run_import

EXTRACTS = Path(__file__).parent / "extracts"

Slots = dict[str, set[str]]


def imported(command: str, out: Path, *files: Path) -> Path:
    """Import *files* into the folder *out*; the N-Quads."""
    out.mkdir(exist_ok=True)
    (done,) = run_import(command, files, out)
    return done.path


class Said:
    """The subjects of an import, each with its slots by local names."""

    def __init__(self, path: Path) -> None:
        self.subjects: dict[str, Slots] = defaultdict(lambda: defaultdict(set))
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
            name = quad.subject.value.removeprefix(BASE + "id/")
            self.subjects[name][slug(quad.predicate.value)].add(local(quad.object.value))

    def kind(self, kind: str, **slots: str) -> list[Slots]:
        """The statements of a kind that have these values, among others, in these slots."""
        return [
            found
            for found in self.subjects.values()
            if kind in found["type"]
            and "modality" in found
            and all(value in found[slot] for slot, value in slots.items())
        ]

    def statements(self) -> dict[str, Slots]:
        """Every statement by its name, without slots that are empty."""
        return {
            name: {slot: values for slot, values in found.items() if values}
            for name, found in self.subjects.items()
            if "modality" in found
        }

    def pairs(self, **slots: str) -> set[tuple[str, str, str, str]]:
        """Who owes what to whom, by affirmed commitments: obligor, obligee, type, begin."""
        return {
            (one, other, type, begin)
            for found in self.kind("Commitment", polarity="affirmed", **slots)
            if "possible" not in found["certainty"]
            for one in found["obligor"]
            for other in found["obligee"]
            for type in found["commitmentType"]
            for begin in found["begin"]
            if one != other
        }


def local(value: str) -> str:
    """The last part of one of our IRIs; a literal as it is."""
    return slug(value) if value.startswith((BASE, F)) else value
