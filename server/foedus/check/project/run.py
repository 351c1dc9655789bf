"""Run the stages that apply to a project; none keeps the next from running."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from foedus.check.project import stages
from foedus.check.project.configuration import Project
from foedus.check.project.reading import ProjectReading, read_project
from foedus.check.result import CheckReport, StageResult
from foedus.findings import CannotRun, ContentError, Finding

STAGES: dict[str, Callable[[ProjectReading], StageResult]] = {
    "syntax": stages.check_syntax,
    "ontology": stages.check_ontology,
    "shapes": stages.check_shapes,
    "evidence": stages.check_evidence,
    "questions": stages.check_questions,
    "release": stages.check_release,
}


def check_project(
    project: Project,
    *,
    chosen: Iterable[str] | None = None,
    progress: Callable[[str, str], None] | None = None,
) -> CheckReport:
    """Check *project*: all stages, or those that are *chosen*.

    Raises :class:`ValueError` for an unknown stage.
    """
    names = list(STAGES) if chosen is None else list(chosen)
    if unknown := [name for name in names if name not in STAGES]:
        raise ValueError(f"no stage {', '.join(unknown)}; there are {', '.join(STAGES)}")
    reading = read_project(project)
    results = []
    for name in STAGES:
        if name in names:
            if progress:
                progress(name, "")
            results.append(_placed(project, _run(name, reading)))
    return CheckReport(project.root, tuple(results))


def _run(name: str, reading: ProjectReading) -> StageResult:
    try:
        result = STAGES[name](reading)
    except ContentError as error:
        return StageResult(name, findings=error.findings)
    except CannotRun as error:
        return StageResult(name, could_not_run=str(error))
    except Exception as error:  # a stage that breaks must never look like one that passed
        return StageResult(name, could_not_run=f"the stage broke: {type(error).__name__}: {error}")
    if result.looked or result.findings or result.skipped:
        return result
    nothing = Finding(
        "nothing-to-check",
        f"the stage {name} found nothing to check: it has proven nothing",
        remedy="Say in foedus.toml where its files are.",
    )
    return replace(result, findings=(nothing,))


def _placed(project: Project, result: StageResult) -> StageResult:
    """Findings with paths as a reader of the project knows them, in the order of the files."""
    findings = [
        replace(found, file=found.file.relative_to(project.root))
        if found.file and found.file.is_absolute() and found.file.is_relative_to(project.root)
        else found
        for found in result.findings
    ]
    findings.sort(key=lambda f: (str(f.file or "~"), f.line or 0, f.column or 0, f.rule, f.message))
    return replace(result, findings=tuple(dict.fromkeys(findings)))
