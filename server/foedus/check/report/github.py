"""The findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from foedus.check.report.summary import summary
from foedus.check.result import CheckReport
from foedus.findings import Finding, Severity

_KIND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_github(report: CheckReport) -> str:
    """One command for each finding and each stage that could not run, then one line of summary."""
    lines = [_command(finding) for finding in report.findings]
    lines += [
        f"::error title={stage.name}::{_data(stage.could_not_run)}"
        for stage in report.stages
        if stage.could_not_run
    ]
    return "\n".join([*lines, summary(report)]) + "\n"


def _command(finding: Finding) -> str:
    place = {
        "file": finding.file.as_posix() if finding.file else None,
        "line": finding.line,
        "endLine": finding.end_line,
        "col": finding.column,
        # GitHub's columns include the end, and mean nothing where lines differ.
        "endColumn": max(finding.column or 1, (finding.end_column or 1) - 1)
        if finding.end_line is not None and finding.end_line == finding.line
        else None,
        "title": finding.rule,
    }
    where = ",".join(
        f"{name}={_property(str(value))}" for name, value in place.items() if value is not None
    )
    text = f"{finding.message} {finding.remedy or ''}".strip()
    if finding.insert:
        text += f"\nAdd: {finding.insert.strip()}"
    return f"::{_KIND[finding.severity]} {where}::{_data(text)} [{finding.rule}]"


def _data(text: str) -> str:
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(character, code)
    return text


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
