"""Run the stages one after the other; none keeps the next from running."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from foedus.check import beside, forked
from foedus.check.evidence import check_evidence
from foedus.check.inputs import BuiltRelease, Inputs, Unread
from foedus.check.ontology import check_ontology
from foedus.check.questions import check_questions
from foedus.check.release import check_release
from foedus.check.result import CheckReport, StageResult
from foedus.check.running import by_file, guarded, has_looked
from foedus.check.shapes import check_shapes
from foedus.check.syntax import check_syntax
from foedus.content.locate import Content
from foedus.content.texts import Texts

#: Rules that say of a date that it is none.
_DATES = frozenset({"date", "shape-date"})
Stage = Callable[[Inputs], StageResult]

#: The stages in their order.
STAGES: dict[str, Stage] = {
    "syntax": check_syntax,
    "ontology": check_ontology,
    "shapes": check_shapes,
    "evidence": check_evidence,
    "questions": check_questions,
    "release": check_release,
}


#: Those that look at the content alone.
_WITHOUT_RELEASE = frozenset({"syntax", "shapes", "evidence"})


def run_check(
    content: Content,
    *,
    texts: Texts,
    require_texts: bool = False,
    stages: Iterable[str] | None = None,
    progress: Callable[[str, str], None] | None = None,
    make_release: Callable[[], BuiltRelease] | None = None,
    processes: int = 1,
) -> CheckReport:
    """Check *content* and return what was found.

    ``stages`` names those to run (default: all, in order). ``progress`` is told the stage and what
    it is at. ``make_release`` builds or opens the release of this content: without it the stages
    that need one say that they skipped it. With two ``processes`` the stages that need none run
    beside those that do, and tell their progress from a process of their own. Raises
    :class:`ValueError` for an unknown stage.
    """
    chosen = list(STAGES) if stages is None else list(stages)
    unknown = [name for name in chosen if name not in STAGES]
    if unknown:
        raise ValueError(f"no stage {', '.join(unknown)}; there are {', '.join(STAGES)}")
    inputs = Inputs(content, texts, require_texts, make_release)

    def run(names: list[str]) -> list[StageResult]:
        results = []
        for name in names:
            if progress:
                inputs.tell = lambda what, name=name: progress(name, what)  # type: ignore[misc]
                progress(name, "")
            results.append(_counted(name, inputs))
        return results

    names = [name for name in STAGES if name in chosen]
    apart = [name for name in names if name in _WITHOUT_RELEASE]
    others = [name for name in names if name not in apart]
    if processes > 1 and apart and others and forked.possible():
        _ = inputs.unread  # the content is read once, for both
        finish = beside.start(lambda: run(apart), apart, content.kept)
        found = {result.name: result for result in run(others)}
        found |= {result.name: result for result in finish()}
        results = [found[name] for name in names]
    else:
        results = run(names)
    return CheckReport(content.root, tuple(_said_once(results)))


def _counted(name: str, inputs: Inputs) -> StageResult:
    """The result of a stage, with what it worked out and what a former run had."""
    kept = inputs.content.kept
    anew, before = kept.anew.copy(), kept.before.copy()
    result = _placed(_run(name, inputs), inputs)
    if kept.folder is None:
        return result
    return replace(
        result,
        anew=beside.since(kept.anew, anew),
        former=sum(beside.since(kept.before, before).values()),
    )


def _said_once(results: list[StageResult]) -> list[StageResult]:
    """The results without what an earlier stage has said already.

    A date that is none is met by shapes, by dates and by the build, which knows only its statement;
    a file that is no Turtle by the syntax stage and by the build.
    """
    said: set[tuple[str, object, object, str]] = set()
    dates: set[str | None] = set()
    stopped: dict[str, str] = {}
    kept = []
    for result in results:
        findings = tuple(
            f
            for f in result.findings
            if (f.rule, f.file, f.line, f.message) not in said
            and not (f.rule == "date" and f.focus in dates)
        )
        said.update((f.rule, f.file, f.line, f.message) for f in result.findings)
        dates.update(f.focus for f in result.findings if f.rule in _DATES)
        result = replace(result, findings=findings)
        why = result.could_not_run
        if why is not None and why in stopped:
            # One paragraph: the exit code is that of the stage that said it first.
            again = f"it could not run, see the stage {stopped[why]}"
            result = replace(result, could_not_run=None, skipped=(*result.skipped, again))
        elif why is not None:
            stopped[why] = result.name
        kept.append(result)
    return kept


def _run(name: str, inputs: Inputs) -> StageResult:
    def stage() -> StageResult:
        try:
            result = STAGES[name](inputs)
        except Unread:
            unread = "the content could not be read, see the syntax errors"
            return StageResult(name, skipped=(unread,))
        if name != "syntax" and inputs.left_out and not result.could_not_run:
            result = _without_what_follows(result, inputs)
            result = replace(result, skipped=(*result.skipped, *inputs.left_out))
        return has_looked(result, "Add what it looks at, or run the other stages only.")

    return guarded(name, stage)


def _without_what_follows(result: StageResult, inputs: Inputs) -> StageResult:
    """*result* without findings on names that a broken file may declare, and how many those are."""
    unknown = inputs.undeclared
    kept = tuple(
        finding
        for finding in result.findings
        if finding.value not in unknown and finding.focus not in unknown
    )
    if len(kept) == len(result.findings):
        return result
    left = f"{len(result.findings) - len(kept)} findings on what a broken file may say"
    return replace(result, findings=kept, skipped=(*result.skipped, left))


def _placed(result: StageResult, inputs: Inputs) -> StageResult:
    """Findings with exact places and paths as a reader of the content knows them, file by file."""
    findings = map(inputs.places.of, result.findings)
    return replace(result, findings=by_file(findings, inputs.content.root))
