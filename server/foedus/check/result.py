"""What a check found: one result for each stage, one report for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foedus.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class StageResult:
    """What one stage looked at and what it found.

    ``checked`` counts what was looked at, by its name in words ("statements"); ``skipped`` says
    what was not looked at, and why; ``could_not_run`` why the stage came to no result. ``anew``
    counts what was worked out in this run, ``former`` what was taken from a former run, which had
    exactly the same before it.
    """

    name: str
    checked: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    could_not_run: str | None = None
    anew: Mapping[str, int] = field(default_factory=dict, compare=False)
    former: int = field(default=0, compare=False)

    @property
    def failed(self) -> bool:
        """Whether the stage found an error or a warning."""
        return any(finding.severity is not Severity.INFO for finding in self.findings)

    @property
    def looked(self) -> bool:
        """Whether the stage looked at anything at all."""
        return any(self.checked.values())


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The results of all stages that were asked for, in order.

    ``as_before``: nothing has changed since a former run, whose report this is.
    """

    root: Path
    stages: tuple[StageResult, ...]
    as_before: bool = field(default=False, compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, stage by stage."""
        return tuple(finding for stage in self.stages for finding in stage.findings)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 some stage could not run."""
        if any(stage.could_not_run for stage in self.stages):
            return 2
        return int(any(stage.failed for stage in self.stages))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the examples of one shape showed."""

    files: int
    focus_nodes: int
    findings: tuple[Finding, ...]
