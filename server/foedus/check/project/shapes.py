"""The shapes stage of somebody else's project: by pySHACL, and over many triples by the store."""

from __future__ import annotations

import logging
import warnings

from foedus.check.project.reading import ProjectReading
from foedus.check.result import StageResult
from foedus.check.shacl import Result, Shapes, focus_nodes, prepare, to_rdflib, validate
from foedus.check.shacl.store import StoreData, count_focus_nodes, validate_store
from foedus.content.names import shorten
from foedus.findings import Finding, Severity

#: More triples than these take pySHACL minutes; the store's results are the same.
LARGE = 20_000


def check_shapes(reading: ProjectReading) -> StageResult:
    """SHACL over data and ontology; every shape must have met a focus node."""
    if not reading.project.files("shapes"):
        return StageResult("shapes", skipped=("there are no shapes among the files",))
    shapes = prepare(to_rdflib(reading.of("shapes")))
    stored = StoreData.of(reading.of("ontology", "data"))
    if len(stored) > LARGE:
        return _shapes_in_store(reading, shapes, stored)
    data = stored.graph
    ignored: list[warnings.WarningMessage] = []
    # rdflib logs every literal that it cannot read, with a trace; SHACL judges them by itself.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(record=True) as ignored:
            warnings.simplefilter("always")
            results = validate(data, shapes)
    except Exception as error:  # whatever pySHACL raises for an ill-formed shape
        first = next(iter(str(error).strip().split("\n")), type(error).__name__)
        broken = Finding(
            "shape-broken",
            f"the shapes cannot be evaluated: {first}",
            file=reading.project.files("shapes")[0],
            line=1,
            remedy="Correct the shape (SHACL, sections 2 to 5); nothing has been judged.",
        )
        return StageResult("shapes", {"shapes": len(shapes.targets)}, (broken,))
    findings = _results(reading, results)
    findings += [
        Finding(
            "shape-broken",
            f"a part of some shape is not evaluated: {text}",
            Severity.WARNING,
            file=reading.project.files("shapes")[0],
            line=1,
            remedy="Correct the shape (SHACL, sections 2 to 5).",
        )
        for text in sorted({str(w.message).strip().split("\n")[0] for w in ignored if _shacl(w)})
    ]
    met = {node: len(focus_nodes(data, targets)) for node, targets in shapes.targets.items()}
    return _with_unmet(reading, findings, met, len(data))


def _shapes_in_store(reading: ProjectReading, shapes: Shapes, data: StoreData) -> StageResult:
    """The same for data on which pySHACL takes long: by the store, and by pySHACL what only it can
    judge."""
    found = validate_store(data, shapes, processes=2)
    findings = _results(reading, found.results)
    findings += [
        reading.placed(
            Finding(
                "shape-broken",
                f"{shorten(node)} cannot be evaluated: {why}",
                focus=node,
                remedy="Correct the shape (SHACL, sections 2 to 5); it has judged nothing.",
            )
        )
        for node, why in sorted(found.broken.items())
    ]
    return _with_unmet(reading, findings, count_focus_nodes(data, shapes), len(data))


def _results(reading: ProjectReading, results: list[Result]) -> list[Finding]:
    return [
        reading.placed(
            Finding(
                "shape",
                f"{shorten(result.focus)}: {result.message} (by {shorten(result.shape)})",
                result.severity,
                focus=result.focus,
                path=result.path or None,
                value=result.value or None,
                remedy=result.advice or None,
            )
        )
        for result in results
    ]


def _with_unmet(
    reading: ProjectReading, findings: list[Finding], met: dict[str, int], triples: int
) -> StageResult:
    skipped: tuple[str, ...] = ()
    if not reading.project.files("data"):
        skipped = (
            "focus nodes: there are no data among the files; the shapes themselves are sound",
        )
    else:
        findings += [
            reading.placed(
                Finding(
                    "shape-unmet",
                    f"{shorten(node)} met no focus node: it has looked at nothing",
                    Severity.WARNING,
                    focus=node,
                    remedy="Correct its target, or add what it is about.",
                )
            )
            for node, number in sorted(met.items())
            if not number
        ]
    checked = {"shapes": len(met), "focus nodes": sum(met.values()), "triples": triples}
    return StageResult("shapes", checked, tuple(findings), skipped)


def _shacl(warning: warnings.WarningMessage) -> bool:
    return warning.category.__module__.startswith("pyshacl")
