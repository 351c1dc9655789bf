"""The gate: what ``foedus check`` proves, stage by stage, and how it says what is wrong.

Every stage tells what it checked, what it skipped and why, and its findings; a stage that had
nothing to look at is itself a finding. Nothing here changes the content.
"""

from foedus.check.result import CheckReport, StageResult
from foedus.check.run import STAGES, run_check

__all__ = ["STAGES", "CheckReport", "StageResult", "run_check"]
