"""The gate's own test in short: mutants are made of what is there, and nearly all are killed.

`make gate-proof` makes all of them; its figures are in docs/gate-proof.md.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from rdflib import SH, Graph, URIRef

from foedus.content.names import shorten
from foedus.release import Release

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
LEADERSHIP = URIRef("https://w3id.org/foedus/shape/leadership")


@pytest.fixture(scope="module")
def tools() -> Iterator[SimpleNamespace]:
    """tools/gate_proof/: its modules."""
    names = {
        "axioms": "axiom_mutants",
        "equivalent_queries": "equivalent_queries",
        "figures": "figures",
        "kills": "shape_kills",
        "page": "page",
        "query_kills": "query_kills",
        "query_mutants": "query_mutants",
        "shapes": "shape_mutants",
    }
    sys.path.insert(0, str(TOOLS))
    try:
        yield SimpleNamespace(
            **{name: import_module(f"gate_proof.{module}") for name, module in names.items()}
        )
    finally:
        sys.path.remove(str(TOOLS))


# --- Questions -----------------------------------------------------------------------------------

QUERY = """PREFIX f: <https://w3id.org/foedus/ontology#>
SELECT ?who WHERE {
  ?m a f:Membership ; f:member ?who ; f:earliestBegin ?b .
  OPTIONAL { ?m f:role ?role }
  { ?who f:one ?m } UNION { ?who f:two ?m }
  FILTER(?b <= ?at)
  FILTER NOT EXISTS { ?m f:note ?n }
}"""


def test_every_operator_finds_its_place_in_a_query(tools: SimpleNamespace) -> None:
    made = tools.query_mutants.mutants(QUERY, 1)
    by_operator = {
        name: [m.text for m in made if m.operator == name] for name in tools.query_mutants.OPERATORS
    }
    assert all(by_operator.values())
    assert any("?m   f:member ?who" in text for text in by_operator["pattern dropped"])
    assert QUERY.replace("OPTIONAL", "") in by_operator["optional made required"]
    assert QUERY.replace("NOT EXISTS", "EXISTS") in by_operator["filter negated"]
    assert QUERY.replace("(?b <= ?at)", "(!((?b <= ?at)))") in by_operator["filter negated"]
    assert QUERY.replace("<=", "<") in by_operator["comparison shifted"]
    assert QUERY.replace("UNION { ?who f:two ?m }", "") in by_operator["arm dropped"]
    assert len({m.text for m in made}) == len(made)


def test_a_type_that_the_domain_of_a_property_says_is_no_mutant(
    tools: SimpleNamespace, content_dir: Path
) -> None:
    made = tools.query_mutants.mutants(QUERY, 1)
    same = [m for m in made if tools.equivalent_queries.equivalent(content_dir, m)]
    assert [m.change for m in same] == ["a f:Membership ; -> nothing"]


@pytest.mark.parametrize(
    ("query", "change", "same"),
    [
        ("SELECT (COUNT(?o) AS ?n) WHERE { ?s f:p ?o }", "?s -> ?n", True),
        ("SELECT ?n WHERE { ?s f:p ?o BIND(1 AS ?n) FILTER(?n < 2) }", "?s -> ?n", False),
        ("SELECT ?o WHERE { ?s f:p ?o { SELECT ?o WHERE { ?x f:q ?o } } }", "?x -> ?s", True),
        ("SELECT * WHERE { ?s f:p ?o { SELECT ?o WHERE { ?x f:q ?o } } }", "?x -> ?s", False),
        ("SELECT ?o WHERE { ?s f:p ?o . ?x f:q ?o }", "?x -> ?s", False),
    ],
)
def test_another_name_for_a_variable_that_stands_alone_is_no_mutant(
    tools: SimpleNamespace, content_dir: Path, query: str, change: str, same: bool
) -> None:
    made = [m for seed in range(20) for m in tools.query_mutants.mutants(query, seed)]
    found = [m for m in made if m.change == change]
    assert found
    assert {tools.equivalent_queries.equivalent(content_dir, m) for m in found} == {same}


def test_mutants_of_questions_are_asked_and_most_are_killed(
    tools: SimpleNamespace, content_dir: Path, release: Release
) -> None:
    found = tools.query_kills.prove(content_dir, release, 1, (3, 15), each=6)
    assert found.total(0) >= 20
    assert found.share >= 0.95, found.survivors
    assert len(found.survivors) == found.total(0) - found.total(1)


# --- Shapes --------------------------------------------------------------------------------------


def test_every_constraint_of_a_shape_has_mutants_and_none_is_the_shape(
    tools: SimpleNamespace, content_dir: Path
) -> None:
    graph = Graph().parse(content_dir / "shapes" / "leadership.ttl")
    made = list(tools.shapes.mutants(graph, LEADERSHIP, 1))
    assert all(set(m.graph) != set(tools.shapes.closure(graph, LEADERSHIP)) for m in made)
    dropped = [m.change for m in made if m.operator == "constraint dropped"]
    parameters = (SH.minCount, SH.maxCount, SH["class"], SH["or"])
    told = sum(1 for p in parameters for _ in graph.triples((None, p, None)))
    assert len(dropped) >= told - 3  # the alternatives of sh:or are dropped one by one


def test_mutants_of_a_shape_are_killed_by_its_examples_and_the_content(
    tools: SimpleNamespace, content_dir: Path
) -> None:
    shapes, data = tools.kills.prove(content_dir, 1, (3, 24), each=25)
    assert shapes.total(0) >= 20
    assert shapes.share >= 0.9, shapes.survivors
    assert data.total(0) >= 5
    assert data.share >= 0.95, data.survivors


# --- Axioms --------------------------------------------------------------------------------------


def test_every_defined_class_has_mutants_and_a_lost_conjunct_is_noticed(
    tools: SimpleNamespace, content_dir: Path
) -> None:
    bench = tools.axioms.bench(content_dir, 1, 20)
    made = list(tools.axioms.mutants(bench.axioms, 1))
    defined = set(tools.axioms.definitions.Definitions(bench.axioms).defined)
    assert len(made) > 200
    for cls in defined:
        assert any(m.before.startswith(shorten(cls)) for m in made), cls
    lost = [
        m
        for m in made
        if m.operator == "conjunct dropped" and m.before.startswith("f:DefensePact ")
    ]
    assert [bench.killed(m.axioms) for m in lost] == ["definitions", "definitions"]
    denied = [m for m in made if m.before.startswith("(f:doesNotPromise value commitment:offense)")]
    assert "contradictions" in {bench.killed(m.axioms) for m in denied}


# --- Figures -------------------------------------------------------------------------------------


def test_pieces_of_a_part_are_added_up_on_the_page(tools: SimpleNamespace, tmp_path: Path) -> None:
    for piece, killed in (("1/2", 3), ("2/2", 4)):
        figures = tools.figures.Figures("shapes", "mutants of shapes", ("mutants", "killed"))
        figures.count("target dropped", 4, killed)
        figures.survivors += ["one that lived"] * (4 - killed)
        figures.date, figures.commit = "2001-04-03", "abc1234"
        figures.keep(tmp_path, piece)
    (both,) = tools.figures.kept(tmp_path, ["defects", "shapes"])
    assert both.rows == {"target dropped": [8, 7]}
    text = tools.page.page([both], {"shapes": 0.95})
    assert "| Mutants of shapes | 8 | 7 (87.5%) | 95% | 2001-04-03 | abc1234 |" in text
    assert "- one that lived" in text
