"""The report as SARIF 2.1.0, which code scanning shows in its lists and beside the lines.

Columns count Unicode code points (section 3.14.17), ends are exclusive (section 3.30.6), addresses
of files are relative to the content (``%SRCROOT%``).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from foedus import __version__
from foedus.check.result import CheckReport, StageResult
from foedus.check.rules import CODED, page, page_text
from foedus.findings import Finding, Severity

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(report: CheckReport) -> str:
    """One run: the rules that found something, the results, and what was skipped or broke."""
    rules = sorted({finding.rule for finding in report.findings})
    index = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Foedus",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder of the content."}}},
        "invocations": [
            {
                "executionSuccessful": report.exit_code != 2,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": [
                    note for stage in report.stages for note in _notes(stage)
                ],
            }
        ],
        "results": [
            _result(finding, index[finding.rule], stage.name)
            for stage in report.stages
            for finding in stage.findings
        ],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: str) -> dict[str, Any]:
    words = CODED.get(rule)
    described: dict[str, Any] = {"id": rule}
    if words:
        described["shortDescription"] = {"text": words}
    text = page_text(rule)
    if text:
        described["help"] = {"text": f"See {page(rule)}.", "markdown": text}
    return described


def _notes(stage: StageResult) -> list[dict[str, Any]]:
    notes = [
        {"level": "note", "message": {"text": f"{stage.name} skipped: {reason}"}}
        for reason in stage.skipped
    ]
    if stage.could_not_run:
        text = f"{stage.name} could not run: {stage.could_not_run}"
        notes.append({"level": "error", "message": {"text": text}})
    return notes


def _result(finding: Finding, index: int, stage: str) -> dict[str, Any]:
    text = f"{finding.message} {finding.remedy or ''}".strip()
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "message": {"text": text},
        "properties": {"stage": stage},
    }
    for name in ("focus", "path", "value", "insert"):
        if getattr(finding, name) is not None:
            result["properties"][name] = getattr(finding, name)
    if finding.file:
        physical: dict[str, Any] = {
            "artifactLocation": {"uri": quote(finding.file.as_posix()), "uriBaseId": "SRCROOT"}
        }
        if finding.line:
            physical["region"] = _region(finding)
        result["locations"] = [{"physicalLocation": physical}]
        if finding.focus:
            result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.focus}]
    elif finding.focus:
        result["locations"] = [{"logicalLocations": [{"fullyQualifiedName": finding.focus}]}]
    return result


def _region(finding: Finding) -> dict[str, int]:
    places = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    return {name: number for name, number in places.items() if number}
