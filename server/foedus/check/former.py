"""The report of a former run, where nothing that a check looks at has changed since.

A report is a value of the program, the files of the content, the texts at hand and what was asked
for. A report is kept only when all stages came to a result (a limit of time may be another next
time), no finding is on a file outside of the content, and no file changed while it was made.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from foedus.check.result import CheckReport, StageResult
from foedus.content.locate import ROOMS, Content, packaged_content
from foedus.content.texts import Texts
from foedus.findings import finding_of

NAME = "whole reports"


def as_before(
    content: Content,
    texts: Texts,
    asked: Sequence[str],
    check: Callable[[], CheckReport],
) -> CheckReport:
    """The report of *check*, or of a former run over the same files and texts.

    *asked* is what else the report depends on: the options and the stages.
    """
    kept = content.kept
    if kept.folder is None or content.imports:
        return check()
    before = _seen(content, texts)
    if before is None:
        return check()
    key = kept.key(NAME, (str(content.root), *asked, "", *before))
    found, value = kept.get(key)
    if found:
        return _report(content.root, value)
    report = check()
    if _may_be_kept(report) and _seen(content, texts) == before:
        kept.put(key, [_plain(stage) for stage in report.stages])
    return report


def _seen(content: Content, texts: Texts) -> list[str | bytes] | None:
    """Every file of the rooms and of the texts, and what it holds.

    ``None`` where a link leads to more than one can see from here.
    """
    lexicon = packaged_content() / "ontology" / "lexicon.toml"  # for a content without its own
    seen: list[str | bytes] = [_holds(str(lexicon))]
    for folder in (*(content.root / room for room in ROOMS), texts.folder):
        seen.append(str(folder))
        for place, folders, names in os.walk(folder):
            folders.sort()
            inner = [f"{place}{os.sep}{name}" for name in folders]
            paths = [f"{place}{os.sep}{name}" for name in sorted(names)]
            if any(map(os.path.islink, (*inner, *paths))):
                return None
            seen += inner
            for path in paths:
                seen += (path, _holds(path))
    return seen


def _holds(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return b"+" + hashlib.blake2b(file.read(), digest_size=32).digest()
    except OSError:
        return b"-"


def _may_be_kept(report: CheckReport) -> bool:
    files = (finding.file for finding in report.findings)
    inside = all(file is None or (report.root / file).is_relative_to(report.root) for file in files)
    return inside and not any(stage.could_not_run for stage in report.stages)


def _plain(stage: StageResult) -> tuple[Any, ...]:
    again = stage.former + sum(stage.anew.values())
    found = [finding.plain() for finding in stage.findings]
    return stage.name, dict(stage.checked), found, stage.skipped, again


def _report(root: Path, stages: list[tuple[Any, ...]]) -> CheckReport:
    return CheckReport(
        root,
        tuple(
            replace(
                StageResult(name, checked, tuple(map(finding_of, found)), tuple(skipped)),
                former=former,
            )
            for name, checked, found, skipped, former in stages
        ),
        as_before=True,
    )
