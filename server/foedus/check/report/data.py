"""The report as JSON: stages with what they checked and skipped, findings, and the exit code."""

from __future__ import annotations

import json
from typing import Any

from foedus.check.report.summary import verdict
from foedus.check.result import CheckReport, StageResult
from foedus.check.rules import page
from foedus.findings import Finding


def as_json(report: CheckReport) -> str:
    """``root``, ``exit_code`` and ``stages``, each with ``checked``, ``skipped``, ``findings``."""
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
        "verdict": verdict(stage),
        "checked": dict(stage.checked),
        "skipped": list(stage.skipped),
        "could_not_run": stage.could_not_run,
        "anew": dict(stage.anew),
        "former": stage.former,
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
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "remedy": finding.remedy,
        "insert": finding.insert,
        "page": page(finding.rule),
    }
