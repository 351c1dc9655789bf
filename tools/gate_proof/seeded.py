"""Seeded defects put into a copy of the content: does the gate find each, and at the very place?

A finding is *on the line* where one of the right rules is reported in the right file and line, and
*exact* where its span is the one that the edit marked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from foedus import release
from foedus.content.locate import ROOMS, Content
from foedus.content.texts import Texts
from foedus.findings import Finding
from gate_proof.defects import KINDS, Defect, Seeded, choose, rounds, seed
from gate_proof.texts import Source, read_sources

PATTERNS = ("data/**/*.ttl", "ontology/*.ttl")


@dataclass
class Kind:
    """What the gate made of the defects of one kind."""

    name: str
    seeded: int = 0
    on_line: int = 0
    exact: int = 0
    missed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.name}: {self.on_line} of {self.seeded} on the line, {self.exact} exact"


Tell = Callable[[str], None]


def prove(
    content: Path,
    number: int,
    random_seed: int,
    tell: Tell,
    only: Iterable[str] = (),
    *,
    together: bool = False,
) -> list[Kind]:
    """Seed *number* defects of each kind (or of *only* these) and say how many were found.

    One kind after the other, or, much faster, all kinds *together* in as few contents as can hold
    them.
    """
    sources = [source for pattern in PATTERNS for source in read_sources(content, pattern)]
    names = list(only) or list(KINDS)
    chosen = [choose(sources, name, number, random_seed) for name in names]
    if together:
        chosen = [[defect for defects in chosen for defect in defects]]
    results = {name: Kind(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="foedus-gate-proof-") as folder:
        place = Path(folder)
        for room in ROOMS:
            shutil.copytree(content / room, place / room)
        for defects in chosen:
            for group in rounds(defects):
                for one, findings in _measure(place, sources, group):
                    _judge(results[one.defect.kind], one, findings)
            tell(", ".join(str(results[name]) for name in dict.fromkeys(d.kind for d in defects)))
    return list(results.values())


def _measure(
    place: Path, sources: list[Source], group: list[Defect]
) -> Iterator[tuple[Seeded, list[Finding]]]:
    """Each defect of a group with the findings of the right rules on its line."""
    expected: list[Seeded] = []
    touched = {defect.file for defect in group}
    try:
        for source in sources:
            if source.name in touched:
                text, seeded = seed(source, [d for d in group if d.file == source.name])
                (place / source.name).write_text(text, encoding="utf-8", newline="\n")
                expected += seeded
        stages = tuple(dict.fromkeys(stage for defect in group for stage in defect.stages))
        found = release.check(Content(place), texts=Texts(), stages=stages).findings
    finally:
        for source in sources:
            if source.name in touched:
                (place / source.name).write_text(source.text, encoding="utf-8", newline="\n")
    for one in expected:
        yield one, [finding for finding in found if _same_line(finding, one)]


def _judge(result: Kind, one: Seeded, findings: list[Finding]) -> None:
    result.seeded += 1
    result.on_line += bool(findings)
    if any(_exact(finding, one) for finding in findings):
        result.exact += 1
        return
    where = f"{one.defect.file}:{one.line}:{one.column}-{one.end_column}"
    what = f"reported at {_span(findings[0])}" if findings else "not reported on its line"
    result.missed.append(f"{where} {what}")


def _same_line(finding: Finding, one: Seeded) -> bool:
    return (
        finding.rule in one.defect.rules
        and finding.file is not None
        and finding.file.as_posix() == one.defect.file
        and finding.line == one.line
    )


def _exact(finding: Finding, one: Seeded) -> bool:
    return _span(finding) == f"{one.line}:{one.column}-{one.end_line}:{one.end_column}"


def _span(finding: Finding) -> str:
    end_line, end_column = getattr(finding, "end_line", None), getattr(finding, "end_column", None)
    return f"{finding.line}:{finding.column}-{end_line}:{end_column}"
