"""Examples of shapes: one that conforms, one that does not, and the report expected of it.

``shapes/examples/<shape>.pass.ttl``, ``.fail.ttl`` and ``.expected.ttl``, by the last part of the
shape's IRI. An example is validated against its one shape, together with the concepts and the class
hierarchy of the ontology; reports are compared by focus node, path, component and severity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rdflib import RDF, SH, Graph, URIRef

from foedus.check.inputs import Inputs
from foedus.check.places import spoken
from foedus.check.result import Outcome
from foedus.check.shacl import Result, Shapes, focus_nodes, part_of, path_text, validate
from foedus.content.names import shorten
from foedus.content.turtle import parse_turtle
from foedus.findings import ContentError, Finding, Severity

#: Focus node, path, component, severity.
Expected = tuple[str, str, str, str]
_SEVERITY = {
    Severity.ERROR: str(SH.Violation),
    Severity.WARNING: str(SH.Warning),
    Severity.INFO: str(SH.Info),
}


def run(inputs: Inputs, shapes: Shapes, vocabulary: Graph) -> dict[str, Outcome]:
    """Validate the examples of every shape that has some; by the IRI of the shape."""
    folder = inputs.content.root / "shapes" / "examples"
    outcomes = {}
    for node in shapes.targets:
        slug = node.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        passing, failing, report = (
            folder / f"{slug}.{kind}.ttl" for kind in ("pass", "fail", "expected")
        )
        if any(path.is_file() for path in (passing, failing, report)):
            try:
                outcomes[node] = _run_one(
                    inputs, part_of(shapes, node), vocabulary, passing, failing, report
                )
            except ContentError as error:
                outcomes[node] = Outcome(0, 0, error.findings)
            except Exception as error:  # the shape is broken: the stage says so where it stands
                outcomes[node] = Outcome(0, 1, _unevaluated(inputs, passing, error))
    return outcomes


def _unevaluated(inputs: Inputs, path: Path, error: Exception) -> tuple[Finding, ...]:
    return (
        Finding(
            "shape-example",
            f"the example was not evaluated: {type(error).__name__}",
            **inputs.places.file(path),
            remedy="Correct the shape first.",
        ),
    )


def _run_one(
    inputs: Inputs, shape: Shapes, vocabulary: Graph, passing: Path, failing: Path, report: Path
) -> Outcome:
    missing = [path for path in (passing, failing, report) if not path.is_file()]
    if missing:
        return Outcome(
            0,
            0,
            tuple(
                Finding(
                    "shape-example",
                    f"the example {path.name} is missing",
                    **inputs.places.file(path),
                    remedy="A shape has .pass.ttl, .fail.ttl and .expected.ttl.",
                )
                for path in missing
            ),
        )
    findings: list[Finding] = []
    good, met = example_results(shape, vocabulary, passing)
    for result in good:
        findings.append(
            Finding(
                "shape-example",
                f"{spoken(result.focus)} should conform and does not: {result.message}",
                **inputs.places.term(passing, result.focus, result.focus),
                focus=result.focus,
                path=result.path,
                remedy="Correct the example, or the shape.",
            )
        )
    bad, also_met = example_results(shape, vocabulary, failing)
    findings += _differences(inputs, failing, report, bad)
    return Outcome(3, met + also_met, tuple(findings))


def example_results(shape: Shapes, vocabulary: Graph, path: Path) -> tuple[list[Result], int]:
    """The results for the nodes of an example, and how many of them are focus nodes."""
    parse_turtle(path)  # for file, line and column, which rdflib does not give
    example = Graph().parse(path)
    added = [triple for triple in example if triple not in vocabulary]
    for triple in added:
        vocabulary.add(triple)
    try:
        own = set(example.subjects())
        names = {str(node) for node in own}
        results = [r for r in validate(vocabulary, shape) if r.focus in names]
        targets = [target for group in shape.targets.values() for target in group]
        return results, len(focus_nodes(vocabulary, targets) & own)
    finally:
        for triple in added:
            vocabulary.remove(triple)


def _differences(
    inputs: Inputs, failing: Path, report: Path, results: Iterable[Result]
) -> list[Finding]:
    parse_turtle(report)
    found = Counter((r.focus, r.path, r.component, _SEVERITY[r.severity]) for r in results)
    expected = read_report(report)
    differences = [("not found", key) for key in (expected - found).elements()]
    differences += [("not expected", key) for key in (found - expected).elements()]
    return [
        Finding(
            "shape-example",
            f"{what}: {spoken(focus)} {path} {shorten(component)} {shorten(severity)}",
            **inputs.places.term(failing, focus, focus),
            focus=focus,
            path=path or None,
            remedy=f"Correct the example, {report.name}, or the shape.",
        )
        for what, (focus, path, component, severity) in sorted(differences)
    ]


def read_report(path: Path) -> Counter[Expected]:
    """The results that an expected report lists."""
    graph = Graph().parse(path)
    return Counter(
        (
            str(graph.value(node, SH.focusNode)),
            path_text(graph, graph.value(node, SH.resultPath)),
            str(graph.value(node, SH.sourceConstraintComponent)),
            str(graph.value(node, SH.resultSeverity)),
        )
        for node in graph.subjects(RDF.type, URIRef(SH.ValidationResult))
    )
