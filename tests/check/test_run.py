"""Stages, exit codes, and that nothing passes without having looked."""

import pytest

from foedus.check import STAGES, CheckReport, StageResult, run_check
from foedus.check import run as runner
from foedus.check.inputs import Inputs
from foedus.content.locate import Content
from foedus.content.texts import Texts
from foedus.findings import CannotRun, Finding, Severity

from .conftest import Small


def test_the_stages_run_in_their_order_whatever_order_is_asked_for(small: Small) -> None:
    report = small.check("evidence", "syntax")
    assert [stage.name for stage in report.stages] == ["syntax", "evidence"]


def test_an_unknown_stage_is_refused(small: Small) -> None:
    with pytest.raises(ValueError, match="no stage spelling"):
        small.check("spelling")


def test_progress_is_told_stage_by_stage(small: Small) -> None:
    told: list[str] = []
    run_check(
        Content(small.root),
        texts=Texts(small.texts),
        stages=["syntax", "evidence"],
        progress=lambda stage, what: told.append(stage),
    )
    assert list(dict.fromkeys(told)) == ["syntax", "evidence"]


def test_a_stage_with_nothing_to_check_is_a_finding(small: Small) -> None:
    report = small.check("questions")
    assert [finding.rule for finding in report.findings] == ["nothing-to-check"]
    assert report.exit_code == 1


@pytest.mark.parametrize("error", [CannotRun("no Java here"), KeyError("a bug")])
def test_a_stage_that_could_not_run_never_looks_like_one_that_passed(
    small: Small, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def breaks(inputs: Inputs) -> StageResult:
        raise error

    monkeypatch.setitem(runner.STAGES, "syntax", breaks)
    report = small.check("syntax", "evidence")
    assert report.stages[0].could_not_run
    assert report.stages[1].looked, "the other stages still run"
    assert report.exit_code == 2


@pytest.mark.parametrize(
    ("severity", "code"), [(Severity.ERROR, 1), (Severity.WARNING, 1), (Severity.INFO, 0)]
)
def test_errors_and_warnings_fail_and_information_does_not(
    small: Small, severity: Severity, code: int
) -> None:
    stage = StageResult("syntax", {"files": 1}, (Finding("x", "y", severity),))
    assert CheckReport(small.root, (stage,)).exit_code == code


def test_findings_come_in_the_order_of_files_and_lines(small: Small) -> None:
    small.replace(
        small.STATEMENTS, "state:zembla ;\n    f:arrangement", "state:a ;\n    f:arrangement"
    )
    small.replace(small.STATEMENTS, "f:obligee state:zembla", "f:obligee state:b")
    small.replace(small.THINGS, "trigger:armed-attack", "trigger:attack")
    places = [(str(f.file), f.line) for f in small.check("syntax").findings]
    assert places == sorted(places)
    assert len(places) >= 3


def test_every_stage_of_the_design_is_there() -> None:
    assert list(STAGES) == ["syntax", "ontology", "shapes", "evidence", "questions", "release"]
