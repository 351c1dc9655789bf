"""What all formats say of a report as a whole, and the words of one stage."""

from __future__ import annotations

from collections import Counter

from foedus.check.result import CheckReport, StageResult
from foedus.findings import Severity


def verdict(stage: StageResult) -> str:
    """``ok`` only for a stage that looked, found nothing and left nothing out that it names."""
    if stage.could_not_run:
        return "COULD NOT RUN"
    if stage.failed:
        return "FAILED"
    if not stage.looked:
        return "skipped"
    return "ok but for what it skipped" if stage.skipped else "ok"


def counted(stage: StageResult) -> str:
    """What a stage looked at, in words: ``12 files, 3 shapes``."""
    return ", ".join(f"{number} {name}" for name, number in stage.checked.items())


def summary(report: CheckReport) -> str:
    """One line: findings by severity, what was skipped, what could not run."""
    counts = Counter(finding.severity for finding in report.findings)
    words = [plural(counts[severity], str(severity)) for severity in Severity if counts[severity]]
    if not any(stage.failed for stage in report.stages):
        words.insert(0, "0 findings")  # information is none
    broken = sum(1 for stage in report.stages if stage.could_not_run)
    skipped = sum(len(stage.skipped) for stage in report.stages)
    parts = [", ".join(words)]
    if skipped:
        parts.append(f"{skipped} skipped")
    if broken:
        parts.append(f"{plural(broken, 'stage')} could not run")
    return "; ".join(parts)


def plural(number: int, word: str) -> str:
    """A number with its noun."""
    return f"{number} {word}{'' if number == 1 or word == 'info' else 's'}"
