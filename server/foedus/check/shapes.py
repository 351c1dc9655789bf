"""The shapes stage: SHACL over all sources at once, dates, and whether every shape has looked.

The data graph is one plain graph: the statements and coverage of all sources (their IRIs are
disjoint), the things, the reference data and the concepts, and of the ontology only which class
is a subclass of which. Shapes in ``shapes/release/`` speak of what a build makes and are used on
the release; ``shapes/examples/`` holds for each shape an example that conforms, one that does not,
and the report expected of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foedus.check import dates
from foedus.check.inputs import RDF_TYPE, Inputs
from foedus.check.places import spoken
from foedus.check.result import Outcome, StageResult
from foedus.check.shacl.data import StoreData
from foedus.check.shacl.plan import Asking, Plan, ask_plan, count_focus, from_plain
from foedus.check.shacl.results import Result
from foedus.content.names import BASE
from foedus.content.turtle import parse_turtle, subject_lines
from foedus.findings import ContentError, Finding, Severity, finding_of

if TYPE_CHECKING:
    from foedus.check.shacl import DataGraph, Shapes

_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_SH = "http://www.w3.org/ns/shacl#"
_MISSING = frozenset({_SH + "MinCountConstraintComponent", _SH + "HasValueConstraintComponent"})
_OWL = "http://www.w3.org/2002/07/owl#"


@dataclass(frozen=True)
class ShapeFiles:
    """The shapes of one room and the file and line of each node shape."""

    shapes: Shapes
    lines: dict[str, tuple[Path, int]]


@dataclass(frozen=True)
class Planned:
    """The shapes of one room as they are asked, the file and line of each node shape, and the text
    that would say what is missing, by the shape that misses it."""

    plans: tuple[Plan, ...]
    lines: dict[str, tuple[Path, int]]
    to_add: dict[str, str]
    shapes: Callable[[], Shapes]


def _files(inputs: Inputs, *, release: bool) -> tuple[Path, ...]:
    folder, found = inputs.content.root / "shapes", []
    for path in inputs.content.files("shapes"):
        parts = path.relative_to(folder).parts
        if parts[0] != "examples" and (parts[0] == "release") == release:
            found.append(path)
    return tuple(found)


def read_shapes(inputs: Inputs, *, release: bool) -> ShapeFiles:
    """The shapes for the content, or those for a release. Raises :class:`ContentError`."""
    from rdflib import Graph

    from foedus.check.shacl import prepare, to_rdflib

    graph, wrong = Graph(), list[Finding]()
    lines: dict[str, tuple[Path, int]] = {}
    for path in _files(inputs, release=release):
        try:
            graph += to_rdflib(parse_turtle(path))
        except ContentError as error:
            wrong += error.findings
            continue
        lines.update({iri: (path, line) for iri, line in subject_lines(path).items()})
    if wrong:
        raise ContentError(*wrong)
    return ShapeFiles(prepare(graph), lines)


def planned(inputs: Inputs, data: StoreData, *, release: bool) -> Planned:
    """The shapes of one room compiled for *data*, of whose classes they know the subclasses.

    Raises :class:`ContentError`.
    """
    files = cache(lambda: read_shapes(inputs, release=release))

    def make() -> tuple[Any, ...]:
        from foedus.check.missing import texts_to_add
        from foedus.check.shacl.store import plans

        read = files()
        made = plans(read.shapes, data.classes)
        lines = {iri: (str(path), line) for iri, (path, line) in read.lines.items()}
        added = texts_to_add(read.shapes.graph, {q.source for plan in made for q in plan.asked})
        return tuple(plan.plain() for plan in made), lines, added

    narrower = sorted(map(str, data.store.quads_for_pattern(None, ox.NamedNode(_SUBCLASS), None)))
    made, lines, added = inputs.content.kept.of_files(
        "shapes compiled", _files(inputs, release=release), make, narrower
    )
    return Planned(
        tuple(from_plain(plan) for plan in made),
        {iri: (Path(path), line) for iri, (path, line) in lines.items()},
        added,
        lambda: files().shapes,
    )


def vocabulary_quads(inputs: Inputs) -> list[ox.Quad]:
    """What examples and data need of the ontology: types of concepts, subclasses among classes."""
    store, default = inputs.reading.store, ox.DefaultGraph()
    found = [
        *store.quads_for_pattern(None, ox.NamedNode(_SUBCLASS), None, default),
        *store.quads_for_pattern(None, RDF_TYPE, None, default),
    ]
    return [
        quad
        for quad in found
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and (quad.predicate != RDF_TYPE or quad.subject.value.startswith(f"{BASE}concept/"))
    ]


def vocabulary(inputs: Inputs) -> DataGraph:
    """The same in memory, for pySHACL."""
    from foedus.check.shacl import to_rdflib

    return to_rdflib(vocabulary_quads(inputs))


def data_graph(inputs: Inputs) -> StoreData:
    """Everything that shapes are about, as one plain graph (see the module)."""
    store = inputs.reading.store
    terms = {
        quad.subject
        for quad in store.quads_for_pattern(None, RDF_TYPE, None, ox.DefaultGraph())
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(_OWL)
    }
    named = {str(term) for term in terms}
    data, plain = StoreData(), list[str]()
    sources = [ox.NamedNode(iri) for iri in inputs.reading.source_graphs]
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *sources]
    for graph in graphs:
        written = BytesIO()
        store.dump(written, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        blank: list[str] = []
        for line in written.getvalue().decode("utf-8").split("\n"):
            subject, _, rest = line.partition(" ")
            if not subject or (
                subject in named and not rest.startswith((f"<{_SUBCLASS}> <", f"<{_SUBCLASS}> _"))
            ):
                continue
            (blank if "_:" in line else plain).append(line)
        for quad in ox.parse("\n".join(blank).encode("utf-8"), format=ox.RdfFormat.N_TRIPLES):
            if quad.subject not in terms or isinstance(quad.object, ox.NamedNode):
                data.store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    data.store.bulk_load("\n".join(plain).encode("utf-8"), format=ox.RdfFormat.N_TRIPLES)
    return data


def check_shapes(inputs: Inputs) -> StageResult:
    """Validate the content; every shape must have met a focus node or its example."""
    data = data_graph(inputs)
    files = planned(inputs, data, release=False)
    release = planned(inputs, data, release=True)
    inputs.tell(f"{len(files.plans)} shapes over {len(data)} triples")
    results, findings = validate_all(inputs, data, files)
    findings += [_finding(inputs, files, result) for result in results]
    met = {plan.node: count_focus(data.store, plan) for plan in files.plans}
    outcomes = {**_examples(inputs, files, False), **_examples(inputs, release, True)}
    findings += [finding for outcome in outcomes.values() for finding in outcome.findings]
    findings += _unmet(inputs, files, met, outcomes, "the content")
    findings += _unmet(inputs, release, {p.node: 1 for p in release.plans}, outcomes, "")
    seen = {(f.focus, f.path) for f in findings if f.rule == "shape-date"}
    dated, wrong = dates.check_dates(inputs)
    findings += [f for f in wrong if (f.focus, f.path) not in seen]
    checked = {
        "shapes": len(files.plans),
        "focus nodes": sum(met.values()),
        "examples": sum(outcome.files for outcome in outcomes.values()),
        "dates": dated,
    }
    return StageResult("shapes", checked, tuple(findings))


def _examples(inputs: Inputs, planned: Planned, release: bool) -> dict[str, Outcome]:
    """What the examples of the shapes of one room showed, or once showed with the same files."""

    def make() -> dict[str, tuple[Any, ...]]:
        from foedus.check import examples

        found = examples.run(inputs, planned.shapes(), vocabulary(inputs))
        return {
            node: (outcome.files, outcome.focus_nodes, tuple(f.plain() for f in outcome.findings))
            for node, outcome in found.items()
        }

    folder = inputs.content.root / "shapes" / "examples"
    paths = (*_files(inputs, release=release), *sorted(folder.glob("*.ttl")))
    words = sorted(map(str, vocabulary_quads(inputs)))
    made = inputs.content.kept.of_files("examples", paths, make, words)
    return {
        node: Outcome(files, met, tuple(finding_of(values) for values in found))
        for node, (files, met, found) in made.items()
    }


def validate_all(
    inputs: Inputs, data: StoreData, files: Planned
) -> tuple[list[Result], list[Finding]]:
    """The results, and a finding for each shape that is itself broken and so has judged nothing."""
    asked = Asking()
    for plan in files.plans:
        ask_plan(data.store, plan, asked)
    if asked.left:
        from foedus.check.shacl.store import judged

        found = judged(data, asked, files.shapes)
        asked = Asking(found.results, found.broken)
    asked.results.sort()
    broken = []
    for node, why in asked.broken.items():
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
    return asked.results, broken


def _finding(inputs: Inputs, planned: Planned, result: Result) -> Finding:
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
        insert=planned.to_add.get(result.source) if result.component in _MISSING else None,
    )


def _unmet(
    inputs: Inputs,
    files: Planned,
    met: dict[str, int],
    outcomes: dict[str, Outcome],
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
