"""What running a stage has in common for our content and for any project's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from foedus.check.result import StageResult
from foedus.findings import CannotRun, ContentError, Finding


def guarded(name: str, stage: Callable[[], StageResult]) -> StageResult:
    """The result of *stage*, also where it raises: one that breaks never looks like one that
    passed."""
    try:
        return stage()
    except ContentError as error:
        return StageResult(name, findings=error.findings)
    except CannotRun as error:
        return StageResult(name, could_not_run=str(error))
    except Exception as error:
        return StageResult(name, could_not_run=f"the stage broke: {type(error).__name__}: {error}")


def has_looked(result: StageResult, remedy: str) -> StageResult:
    """*result*, with a finding where it says neither what it looked at nor why it did not."""
    if result.looked or result.findings or result.skipped:
        return result
    nothing = Finding(
        "nothing-to-check",
        f"the stage {result.name} found nothing to check: it has proven nothing",
        remedy=remedy,
    )
    return replace(result, findings=(nothing,))


def by_file(findings: Iterable[Finding], root: Path) -> tuple[Finding, ...]:
    """The findings, each once, with paths as a reader of *root* knows them, file by file."""
    known = [
        replace(finding, file=finding.file.relative_to(root))
        if finding.file and finding.file.is_absolute() and finding.file.is_relative_to(root)
        else finding
        for finding in findings
    ]
    known.sort(
        key=lambda f: (
            str(f.file or "~"),
            f.line or 0,
            f.column or 0,
            f.rule,
            f.path or "",
            f.message,
        )
    )
    return tuple(dict.fromkeys(known))
