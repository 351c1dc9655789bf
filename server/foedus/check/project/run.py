"""Run the stages that apply to a project; none keeps the next from running."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from foedus.check.project import stages
from foedus.check.project.configuration import Project
from foedus.check.project.reading import ProjectReading, read_project
from foedus.check.result import CheckReport, StageResult
from foedus.check.running import by_file, guarded, has_looked


def check_shapes(reading: ProjectReading) -> StageResult:
    """The shapes stage; its engine takes half a second to load, and our own content needs none."""
    from foedus.check.project import shapes

    return shapes.check_shapes(reading)


STAGES: dict[str, Callable[[ProjectReading], StageResult]] = {
    "syntax": stages.check_syntax,
    "ontology": stages.check_ontology,
    "shapes": check_shapes,
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
    remedy = "Say in foedus.toml where its files are."
    return guarded(name, lambda: has_looked(STAGES[name](reading), remedy))


def _placed(project: Project, result: StageResult) -> StageResult:
    return replace(result, findings=by_file(result.findings, project.root))
