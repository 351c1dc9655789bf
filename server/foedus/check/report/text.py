"""The report for a terminal: stages, and each finding with its line of the file and a caret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from foedus.check.report.summary import counted, summary, verdict
from foedus.check.result import CheckReport, StageResult
from foedus.findings import Finding

#: So many findings of one rule are shown in one stage; the other formats have all.
SHOWN = 100
#: Longest part of a line that is shown.
_WIDTH = 120


def as_text(report: CheckReport) -> str:
    """Each stage with what it checked, what failed and what it skipped, then its findings."""
    lines = []
    if report.as_before:
        lines.append("nothing has changed since a former run: this is its report")
    for stage in report.stages:
        said = counted(stage)
        lines.append(f"{stage.name}: {verdict(stage)}" + (f" — checked {said}" if said else ""))
        if stage.former:
            new = ", ".join(f"{number} {name}" for name, number in stage.anew.items())
            lines.append(f"    anew: {new or 'nothing'}; {stage.former} as in a former run")
        lines += [f"    skipped: {reason}" for reason in stage.skipped]
        if stage.could_not_run:
            lines.append(f"    could not run: {stage.could_not_run}")
        lines += _findings(stage, report.root)
    lines.append(summary(report))
    return "\n".join(lines) + "\n"


def _findings(stage: StageResult, root: Path) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for finding in stage.findings:
        seen[finding.rule] += 1
        if seen[finding.rule] <= SHOWN:
            yield from _one(finding, root)
    for rule, number in seen.items():
        if number > SHOWN:
            yield f"  … and {number - SHOWN:,} more findings of {rule} (--format json has all)"


def _one(finding: Finding, root: Path) -> Iterator[str]:
    head, *remedy = str(finding).split("\n")
    yield f"  {head}"
    yield from (f"    {line}" for line in _excerpt(finding, root))
    if finding.insert:
        yield from (f"      + {line}" for line in finding.insert.strip().split("\n"))
    yield from (f"  {line}" for line in remedy)


def _excerpt(finding: Finding, root: Path) -> Iterator[str]:
    """The line of the file and, below it, carets under the characters."""
    if not finding.file or not finding.line or not finding.column:
        return
    lines = _lines(root / finding.file)
    if lines is None or finding.line > len(lines):
        return
    line = lines[finding.line - 1].rstrip("\r")
    begin = min(finding.column - 1, len(line))
    same = finding.end_line in (None, finding.line)
    end = (finding.end_column or finding.column + 1) - 1 if same else len(line)
    cut = max(0, begin - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[cut : cut + _WIDTH]
    before, after = ("…" if cut else ""), ("…" if cut + _WIDTH < len(line) else "")
    # A tab stays a tab above and below, so that the carets stand right whatever its width.
    indent = "".join("\t" if letter == "\t" else " " for letter in before + line[cut:begin])
    carets = "^" * max(1, min(end, cut + _WIDTH) - begin)
    number = str(finding.line)
    yield f"{number} | {before}{shown}{after}"
    yield f"{' ' * len(number)} | {indent}{carets}"


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> list[str] | None:
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace").split("\n")
    except OSError:
        return None


def _lines(path: Path) -> list[str] | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None
