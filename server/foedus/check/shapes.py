"""The shapes stage: SHACL over all sources at once, dates, and whether every shape has looked.

The data graph is one plain graph: the statements and coverage of all sources (their IRIs are
disjoint), the things, the reference data and the concepts, and of the ontology only which class
is a subclass of which. Shapes in ``shapes/release/`` speak of what a build makes and are used on
the release; ``shapes/examples/`` holds for each shape an example that conforms, one that does not,
and the report expected of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, XSD, Graph, URIRef

from foedus.check import dates, examples
from foedus.check.inputs import RDF_TYPE, Inputs
from foedus.check.places import spoken
from foedus.check.result import StageResult
from foedus.check.shacl import DataGraph, Result, Shapes, prepare, to_rdflib
from foedus.check.shacl.store import StoreData, count_focus_nodes, validate_store
from foedus.content.names import BASE, shorten
from foedus.content.turtle import parse_turtle, subject_lines
from foedus.findings import ContentError, Finding, Severity

_SUBCLASS = str(RDFS.subClassOf)
_MISSING = frozenset({str(SH.MinCountConstraintComponent), str(SH.HasValueConstraintComponent)})
_OWL = "http://www.w3.org/2002/07/owl#"


@dataclass(frozen=True)
class ShapeFiles:
    """The shapes of one room and the file and line of each node shape."""

    shapes: Shapes
    lines: dict[str, tuple[Path, int]]


def read_shapes(inputs: Inputs, *, release: bool) -> ShapeFiles:
    """The shapes for the content, or those for a release. Raises :class:`ContentError`."""
    folder = inputs.content.root / "shapes"
    graph, wrong = Graph(), list[Finding]()
    lines: dict[str, tuple[Path, int]] = {}
    for path in inputs.content.files("shapes"):
        parts = path.relative_to(folder).parts
        if parts[0] == "examples" or (parts[0] == "release") != release:
            continue
        try:
            graph += to_rdflib(parse_turtle(path))
        except ContentError as error:
            wrong += error.findings
            continue
        lines.update({iri: (path, line) for iri, line in subject_lines(path).items()})
    if wrong:
        raise ContentError(*wrong)
    return ShapeFiles(prepare(graph), lines)


def vocabulary(inputs: Inputs) -> DataGraph:
    """What examples and data need of the ontology: types of concepts, subclasses among classes."""
    store, default = inputs.reading.store, ox.DefaultGraph()
    graph = DataGraph()
    for quad in store.quads_for_pattern(None, None, None, default):
        if not (isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)):
            continue
        subject, value = quad.subject.value, quad.object.value
        if quad.predicate.value == _SUBCLASS:
            graph.add((URIRef(subject), RDFS.subClassOf, URIRef(value)))
        elif quad.predicate == RDF_TYPE and subject.startswith(f"{BASE}concept/"):
            graph.add((URIRef(subject), RDF.type, URIRef(value)))
    return graph


def data_graph(inputs: Inputs) -> StoreData:
    """Everything that shapes are about, as one plain graph (see the module)."""
    store = inputs.reading.store
    terms = {
        quad.subject
        for quad in store.quads_for_pattern(None, RDF_TYPE, None, ox.DefaultGraph())
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(_OWL)
    }
    sources = [ox.NamedNode(iri) for iri in inputs.reading.source_graphs]
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *sources]
    return StoreData.of(
        quad
        for graph in graphs
        for quad in store.quads_for_pattern(None, None, None, graph)
        if quad.subject not in terms
        or (quad.predicate.value == _SUBCLASS and isinstance(quad.object, ox.NamedNode))
    )


def check_shapes(inputs: Inputs) -> StageResult:
    """Validate the content; every shape must have met a focus node or its example."""
    files = read_shapes(inputs, release=False)
    release = read_shapes(inputs, release=True)
    data = data_graph(inputs)
    inputs.tell(f"{len(files.shapes.targets)} shapes over {len(data)} triples")
    results, findings = validate_all(inputs, data, files)
    findings += [_finding(inputs, files.shapes, result) for result in results]
    met = count_focus_nodes(data, files.shapes)
    words = vocabulary(inputs)
    outcomes = {
        **examples.run(inputs, files.shapes, words),
        **examples.run(inputs, release.shapes, words),
    }
    findings += [finding for outcome in outcomes.values() for finding in outcome.findings]
    findings += _unmet(inputs, files, met, outcomes, "the content")
    findings += _unmet(inputs, release, dict.fromkeys(release.shapes.targets, 1), outcomes, "")
    seen = {(f.focus, f.path) for f in findings if f.rule == "shape-date"}
    dated, wrong = dates.check_dates(inputs)
    findings += [f for f in wrong if (f.focus, f.path) not in seen]
    checked = {
        "shapes": len(files.shapes.targets),
        "focus nodes": sum(met.values()),
        "examples": sum(outcome.files for outcome in outcomes.values()),
        "dates": dated,
    }
    return StageResult("shapes", checked, tuple(findings))


def validate_all(
    inputs: Inputs, data: StoreData, files: ShapeFiles
) -> tuple[list[Result], list[Finding]]:
    """The results, and a finding for each shape that is itself broken and so has judged nothing."""
    found = validate_store(data, files.shapes)
    broken = []
    for node, why in found.broken.items():
        path, line = files.lines.get(node, (None, None))
        broken.append(
            Finding(
                "shape-broken",
                f"{spoken(node)} cannot be evaluated: {why}",
                **(inputs.places.file(path, line) if path else {}),
                focus=node,
                remedy="Correct the shape (SHACL, sections 2 to 5); it has judged nothing.",
            )
        )
    return found.results, broken


def _finding(inputs: Inputs, shapes: Shapes, result: Result) -> Finding:
    value = spoken(result.value)
    said = f" (here: {value})" if value and value not in result.message and len(value) < 80 else ""
    return Finding(
        f"shape-{result.shape.rsplit('/', 1)[-1].rsplit('#', 1)[-1]}",
        f"{spoken(result.focus)}: {result.message}{said}",
        result.severity,
        **inputs.places.block(result.focus),
        focus=result.focus,
        path=result.path or None,
        value=result.value or None,
        remedy=result.advice or None,
        insert=_to_add(shapes, result),
    )


def _to_add(shapes: Shapes, result: Result) -> str | None:
    """The text that would say what is missing, as far as the shape tells; … is for a curator."""
    source = URIRef(result.source)
    wanted = shapes.graph.value(source, SH.hasValue)
    if result.component not in _MISSING or not isinstance(
        shapes.graph.value(source, SH.path), URIRef
    ):
        return None
    kind, datatype = (shapes.graph.value(source, name) for name in (SH["class"], SH.datatype))
    choices = shapes.graph.value(source, SH["in"])
    first = shapes.graph.value(choices, RDF.first) if choices else None
    exact = wanted if wanted is not None else first
    if isinstance(exact, URIRef):
        value = shorten(str(exact))
    elif exact is not None:
        value = exact.n3()
    elif datatype is not None:
        plain = str(datatype) in (str(XSD.string), str(RDF.langString))
        value = '"…"' if plain else f'"…"^^{shorten(str(datatype))}'
        value += "@en" if str(datatype) == str(RDF.langString) else ""
    else:
        value = f"…  # one {shorten(str(kind))}" if kind is not None else "…"
    return f" ;\n    {result.path} {value}"


def _unmet(
    inputs: Inputs,
    files: ShapeFiles,
    met: dict[str, int],
    outcomes: dict[str, examples.Outcome],
    where: str,
) -> Iterator[Finding]:
    for node, number in sorted(met.items()):
        if number:
            continue
        path, line = files.lines[node]
        example = outcomes.get(node)
        if example and example.focus_nodes:
            yield Finding(
                "shape-unmet",
                f"{spoken(node)} met no focus node in {where}, only in its example",
                Severity.INFO,
                **inputs.places.file(path, line),
                focus=node,
            )
        else:
            yield Finding(
                "shape-unmet",
                f"{spoken(node)} met no focus node, neither in {where} nor in an example: "
                "it has looked at nothing",
                **inputs.places.file(path, line),
                focus=node,
                remedy="Correct its target, or give it examples in shapes/examples/.",
            )
