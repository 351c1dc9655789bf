"""Both formats, from the one model of findings."""

import json
from pathlib import Path

from foedus.check.report import as_json, as_text
from foedus.check.result import CheckReport, StageResult
from foedus.findings import Finding, Severity

REPORT = CheckReport(
    Path("/content"),
    (
        StageResult("syntax", {"files": 3}),
        StageResult(
            "evidence",
            {"passages": 7},
            (
                Finding(
                    "passage-digest",
                    "not the passage",
                    file=Path("data/statements/example.ttl"),
                    line=12,
                    remedy="Read it again.",
                ),
                Finding("shape-unmet", "met nothing", Severity.INFO),
            ),
            ("the text is not at hand",),
        ),
        StageResult("questions", skipped=("no release",)),
        StageResult("release", could_not_run="no Java here"),
    ),
)


def test_the_text_says_what_was_checked_what_failed_and_what_was_skipped() -> None:
    assert as_text(REPORT).split("\n") == [
        "syntax: ok — checked 3 files",
        "evidence: FAILED — checked 7 passages",
        "    skipped: the text is not at hand",
        "  data/statements/example.ttl:12: error: not the passage [passage-digest]",
        "      Read it again.",
        "  content: info: met nothing [shape-unmet]",
        "questions: skipped",
        "    skipped: no release",
        "release: COULD NOT RUN",
        "    could not run: no Java here",
        "1 error, 1 info; 2 skipped; 1 stage could not run",
        "",
    ]


def test_the_json_says_the_same() -> None:
    data = json.loads(as_json(REPORT))
    assert data["exit_code"] == 2
    assert [stage["name"] for stage in data["stages"]] == [
        "syntax",
        "evidence",
        "questions",
        "release",
    ]
    finding = data["stages"][1]["findings"][0]
    assert finding["file"] == "data/statements/example.ttl"
    assert finding["line"] == 12
    assert finding["severity"] == "error"
    assert data["stages"][2]["skipped"] == ["no release"]


def test_a_clean_report_says_so() -> None:
    clean = CheckReport(Path("/content"), (StageResult("syntax", {"files": 3}),))
    assert as_text(clean).endswith("\n0 findings\n")


def test_information_is_no_finding() -> None:
    stage = StageResult("shapes", {"shapes": 3}, (Finding("x", "y", Severity.INFO),))
    assert as_text(CheckReport(Path("/content"), (stage,))).endswith("\n0 findings, 1 info\n")
