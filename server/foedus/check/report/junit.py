"""The report as JUnit XML, which build servers show: a suite for each stage.

A finding is a failed test case; what a stage checked without a finding is one case that passed,
what it skipped is a skipped one, and a stage that could not run is an error.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from foedus.check.report.summary import counted
from foedus.check.result import CheckReport, StageResult
from foedus.findings import Finding, Severity

#: What XML 1.0 (section 2.2) has no place for.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: CheckReport) -> str:
    """``<testsuites>`` with one ``<testsuite>`` for each stage."""
    suites = [_suite(stage) for stage in report.stages]
    root = Xml.Element("testsuites", name="foedus check")
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.extend(suites)
    Xml.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"
    )


def _suite(stage: StageResult) -> Xml.Element:
    cases = []
    if stage.looked and not stage.failed:
        cases.append(_case(stage, f"checked {counted(stage)}"))
    cases += [_failed(stage, finding) for finding in stage.findings]
    for reason in stage.skipped:
        case = _case(stage, reason)
        Xml.SubElement(case, "skipped", message=_clean(reason))
        cases.append(case)
    if stage.could_not_run:
        case = _case(stage, "could not run")
        Xml.SubElement(case, "error", message=_clean(stage.could_not_run))
        cases.append(case)
    failures = sum(1 for finding in stage.findings if finding.severity is not Severity.INFO)
    suite = Xml.Element(
        "testsuite",
        name=stage.name,
        tests=str(len(cases)),
        failures=str(failures),
        errors=str(int(bool(stage.could_not_run))),
        skipped=str(len(stage.skipped)),
    )
    suite.extend(cases)
    return suite


def _case(stage: StageResult, name: str) -> Xml.Element:
    return Xml.Element("testcase", classname=f"foedus.{stage.name}", name=_clean(name))


def _failed(stage: StageResult, finding: Finding) -> Xml.Element:
    case = _case(stage, f"{finding.rule}: {finding.place}")
    if finding.file:
        case.set("file", finding.file.as_posix())
    if finding.line:
        case.set("line", str(finding.line))
    if finding.severity is Severity.INFO:
        Xml.SubElement(case, "system-out").text = _clean(str(finding))
    else:
        failure = Xml.SubElement(
            case, "failure", type=str(finding.severity), message=_clean(finding.message)
        )
        failure.text = _clean(str(finding))
    return case


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
