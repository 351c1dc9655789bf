"""Every shape with its examples, by pySHACL: what conforms, what does not, and the report on it."""

from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from foedus.check.examples import example_results, read_report
from foedus.check.inputs import Inputs
from foedus.check.shacl import DataGraph, Shapes, part_of, path_text, prepare
from foedus.check.shapes import vocabulary
from foedus.content.locate import Content
from foedus.content.texts import Texts
from foedus.findings import Severity

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "shapes" / "examples"
FILES = sorted(p for p in (ROOT / "shapes").rglob("*.ttl") if p.parent != EXAMPLES)
SEVERITY = {
    Severity.ERROR: SH.Violation,
    Severity.WARNING: SH.Warning,
    Severity.INFO: SH.Info,
}

#: Parameters of constraints, and the component that reports them (SHACL, section 4).
COMPONENTS = {
    SH.minCount: SH.MinCountConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH["class"]: SH.ClassConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.languageIn: SH.LanguageInConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent,
    SH.minInclusive: SH.MinInclusiveConstraintComponent,
    SH.maxInclusive: SH.MaxInclusiveConstraintComponent,
    SH.lessThan: SH.LessThanConstraintComponent,
    SH.lessThanOrEquals: SH.LessThanOrEqualsConstraintComponent,
    SH.qualifiedMinCount: SH.QualifiedMinCountConstraintComponent,
    SH.node: SH.NodeConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH["not"]: SH.NotConstraintComponent,
    SH.closed: SH.ClosedConstraintComponent,
    SH.sparql: SH.SPARQLConstraintComponent,
}


def read() -> tuple[Graph, Shapes]:
    graph = Graph()
    for path in FILES:
        graph.parse(path)
    return graph, prepare(graph)


SOURCE, SHAPES = read()
NODES = {node.rsplit("/", 1)[-1]: node for node in sorted(SHAPES.targets)}


@pytest.fixture(scope="module")
def words() -> DataGraph:
    return vocabulary(Inputs(Content(ROOT), Texts()))


def test_every_shape_is_read() -> None:
    assert len(NODES) >= 47


@pytest.mark.parametrize("slug", NODES)
def test_what_should_conform_does(slug: str, words: DataGraph) -> None:
    results, met = example_results(
        part_of(SHAPES, NODES[slug]), words, EXAMPLES / f"{slug}.pass.ttl"
    )
    assert results == []
    assert met, "an example without a focus node shows nothing"


@pytest.mark.parametrize("slug", NODES)
def test_the_report_is_the_one_expected(slug: str, words: DataGraph) -> None:
    results, _ = example_results(part_of(SHAPES, NODES[slug]), words, EXAMPLES / f"{slug}.fail.ttl")
    found = Counter((r.focus, r.path, r.component, str(SEVERITY[r.severity])) for r in results)
    assert found == read_report(EXAMPLES / f"{slug}.expected.ttl")


@pytest.mark.parametrize("slug", NODES)
def test_the_example_breaks_every_constraint_of_the_shape(slug: str) -> None:
    node = URIRef(NODES[slug])
    wanted = {("", str(c)) for p, c in COMPONENTS.items() if (node, p, None) in SOURCE}
    for part in SOURCE.objects(node, SH.property):
        path = path_text(SOURCE, SOURCE.value(part, SH.path))
        wanted |= {(path, str(c)) for p, c in COMPONENTS.items() if (part, p, None) in SOURCE}
    closed = str(SH.ClosedConstraintComponent)  # it reports the path that it did not expect
    broken = {
        ("" if component == closed else path, component)
        for _, path, component, _ in read_report(EXAMPLES / f"{slug}.expected.ttl")
    }
    assert wanted <= broken


@pytest.mark.parametrize("slug", NODES)
def test_a_shape_says_in_words_what_it_holds_and_what_to_write(slug: str) -> None:
    node = URIRef(NODES[slug])
    for shape in (node, *SOURCE.objects(node, SH.property)):
        for said in (SH.name, SH.description, SH.message, SH.severity):
            assert SOURCE.value(shape, said), f"{shape} has no {said}"


def test_every_example_has_a_shape() -> None:
    slugs = {path.name.split(".")[0] for path in EXAMPLES.glob("*.ttl")}
    assert slugs == set(NODES)


def test_every_parameter_that_shapes_use_is_looked_at_here() -> None:
    ours = {
        predicate
        for part in {*SOURCE.subjects(RDF.type, SH.NodeShape), *SOURCE.objects(None, SH.property)}
        for predicate in SOURCE.predicates(part, None)
        if predicate in SH
    }
    words_only = {
        SH.name,
        SH.description,
        SH.message,
        SH.severity,
        SH.path,
        SH.property,
        SH.targetClass,
        SH.targetSubjectsOf,
        SH.ignoredProperties,
        SH.qualifiedValueShape,
    }
    assert ours - words_only <= set(COMPONENTS)
