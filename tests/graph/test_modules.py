"""What can matter to a clash: the module of the ontology, and the facts that come first."""

import pyoxigraph as ox
import pytest

from foedus.content.locate import Content
from foedus.content.names import expand
from foedus.content.read import read_content
from foedus.graph import reasoning
from foedus.graph.axioms import Axiom, units, wording
from foedus.graph.modules import module, suspicious

_RDF_TYPE = reasoning.TYPE


def fact(subject: str, predicate: str, value: str) -> ox.Triple:
    name = _RDF_TYPE if predicate == "a" else ox.NamedNode(expand(predicate))
    return ox.Triple(ox.NamedNode(expand(subject)), name, ox.NamedNode(expand(value)))


@pytest.fixture(scope="module")
def groups(content_dir) -> list[Axiom]:
    return units(reasoning.terminology(read_content(Content(content_dir)).store))


def test_the_module_of_a_denied_promise_holds_what_contradicts_it_and_little_else(groups) -> None:
    facts = [
        fact("arrangement:pact", "f:doesNotPromise", "commitment:defense"),
        fact("arrangement:pact", "f:hasCommitment", "arrangement:clause"),
        fact("arrangement:clause", "f:commitmentType", "commitment:defense"),
    ]
    words = {wording(axiom) for axiom in module(groups, facts)}
    assert "f:promises owl:propertyChainAxiom (f:hasCommitment, f:commitmentType)" in words
    assert any("not (f:promises value commitment:defense)" in text for text in words)
    assert not any(text.startswith("f:Person ") for text in words)
    assert len(words) < len(groups) / 4


def test_a_denial_and_what_makes_it_false_come_first(groups) -> None:
    others = [fact(f"arrangement:other-{n}", "a", "f:SecurityArrangement") for n in range(50)]
    clash = [
        fact("arrangement:pact", "f:hasCommitment", "arrangement:clause"),
        fact("arrangement:clause", "f:commitmentType", "commitment:defense"),
        fact("arrangement:pact", "f:doesNotPromise", "commitment:defense"),
    ]
    first = suspicious([*others, *clash], groups)[:3]
    assert {axiom[0] for axiom in first} == set(clash)


def test_types_that_are_disjoint_come_first(groups) -> None:
    others = [fact(f"arrangement:other-{n}", "a", "f:SecurityArrangement") for n in range(50)]
    clash = [
        fact("arrangement:pact", "a", "f:SecurityArrangement"),
        fact("arrangement:pact", "a", "f:Proposal"),
    ]
    assert {axiom[0] for axiom in suspicious([*others, *clash], groups)[:2]} == set(clash)
