"""A report as people and as programs read it: both from the one model of findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from foedus.check.result import CheckReport, StageResult
from foedus.findings import Finding, Severity


def as_text(report: CheckReport) -> str:
    """Each stage with what it checked, what failed and what it skipped, then the findings."""
    lines = []
    for stage in report.stages:
        lines.append(_heading(stage))
        lines += [f"    skipped: {reason}" for reason in stage.skipped]
        if stage.could_not_run:
            lines.append(f"    could not run: {stage.could_not_run}")
        for finding in stage.findings:
            lines += [f"  {line}" for line in str(finding).split("\n")]
    lines.append(_summary(report))
    return "\n".join(lines) + "\n"


def _heading(stage: StageResult) -> str:
    if stage.could_not_run:
        verdict = "COULD NOT RUN"
    elif stage.failed:
        verdict = "FAILED"
    elif stage.looked:
        verdict = "ok"
    else:
        verdict = "skipped"
    counted = ", ".join(f"{number} {name}" for name, number in stage.checked.items())
    return f"{stage.name}: {verdict}" + (f" — checked {counted}" if counted else "")


def _summary(report: CheckReport) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    words = [_plural(counts[severity], str(severity)) for severity in Severity if counts[severity]]
    if not any(stage.failed for stage in report.stages):
        words.insert(0, "0 findings")  # information is none
    broken = sum(1 for stage in report.stages if stage.could_not_run)
    skipped = sum(len(stage.skipped) for stage in report.stages)
    parts = [", ".join(words)]
    if skipped:
        parts.append(f"{skipped} skipped")
    if broken:
        parts.append(f"{_plural(broken, 'stage')} could not run")
    return "; ".join(parts)


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 or word == 'info' else 's'}"


def as_github(report: CheckReport) -> str:
    """The findings as workflow commands, which GitHub shows beside the lines of a pull request."""
    lines = []
    for finding in report.findings:
        kind = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(
            finding.severity, "notice"
        )
        place = {"file": finding.file, "line": finding.line, "col": finding.column}
        where = ",".join(f"{name}={value}" for name, value in place.items() if value is not None)
        text = f"{finding.message} {finding.remedy or ''}".strip()
        for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            text = text.replace(character, code)
        lines.append(f"::{kind} {where}::{text} [{finding.rule}]")
    return "\n".join([*lines, _summary(report)]) + "\n"


def as_json(report: CheckReport) -> str:
    """The report as JSON: stages with ``checked``, ``skipped``, ``findings``, and the exit code."""
    return (
        json.dumps(
            {
                "root": str(report.root),
                "exit_code": report.exit_code,
                "stages": [_stage(stage) for stage in report.stages],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def _stage(stage: StageResult) -> dict[str, Any]:
    return {
        "name": stage.name,
        "checked": dict(stage.checked),
        "skipped": list(stage.skipped),
        "could_not_run": stage.could_not_run,
        "findings": [_finding(finding) for finding in stage.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": finding.file.as_posix() if finding.file else None,
        "line": finding.line,
        "column": finding.column,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "remedy": finding.remedy,
    }


#: The formats by name.
FORMATS: dict[str, Callable[[CheckReport], str]] = {"text": as_text, "json": as_json}
