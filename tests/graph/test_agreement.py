"""Independent ways to classify agree, on the real content and on arrangements that nobody made."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from foedus.content.locate import Content
from foedus.content.names import F, expand, shorten
from foedus.content.read import read_content
from foedus.graph import agreement, closure, definitions, reasoning

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


@pytest.fixture(scope="module")
def invented() -> Iterator[ModuleType]:
    """tools/gate_proof/invented.py."""
    sys.path.insert(0, str(TOOLS))
    try:
        from gate_proof import invented

        yield invented
    finally:
        sys.path.remove(str(TOOLS))


@pytest.fixture(scope="module")
def ontology(content_dir: Path) -> list[ox.Quad]:
    """The ontology and its concepts, and no fact."""
    reading = read_content(Content(content_dir))
    return [q for q in reading.store if q.graph_name == ox.DefaultGraph()]


@pytest.fixture(scope="module")
def axioms(ontology: list[ox.Quad]) -> list[ox.Triple]:
    store = ox.Store()
    store.extend(ontology)
    return reasoning.terminology(store)


def _terms(classes: agreement.Types) -> set[tuple[str, str]]:
    return {(shorten(individual), shorten(cls)) for individual, cls in classes}


def test_four_ways_agree_on_every_type_of_every_phase_of_the_content(derived) -> None:
    ways = agreement.classify(derived.store)
    assert ways.disagreements() == []
    assert set(ways.types) == {
        agreement.RULES, agreement.SPARQL, agreement.OWLRL, agreement.HERMIT,
    }  # fmt: skip
    assert ways.types[agreement.HERMIT] == ways.types[agreement.RULES]
    assert ("phase:imctc.1", "f:NotCollectiveDefense") in _terms(ways.types[agreement.SPARQL])


def test_what_owlrl_cannot_give_is_read_off_the_axioms(axioms) -> None:
    beyond = {shorten(cls): why for cls, why in closure.underivable(axioms).items()}
    assert set(beyond) == {"f:MultilateralAlliance", "f:NotCollectiveDefense", "f:NotNatoStyle"}
    assert set(beyond.values()) == {"OWL 2 RL recognizes no member by owl:complementOf"}


def test_every_definition_becomes_a_query_that_leaves_nothing_out(axioms) -> None:
    made = definitions.Definitions(axioms)
    assert F + "NatoStyleAlliance" in made.defined
    assert {cls: made.definition(cls).left_out for cls in made.defined} == dict.fromkeys(
        made.defined, ()
    )


SPECS = st.builds(
    dict,
    sort=st.sampled_from(["SecurityArrangement", "Phase", "Proposal"]),
    rests_on=st.sampled_from(["", "Instrument", "Treaty", "DefenseCooperationAgreement"]),
    commitments=st.lists(
        st.tuples(
            st.sampled_from(
                ["defense", "offense", "neutrality", "nonaggression", "consultation",
                 "international-law", "intelligence", "security-assurance"]
            ),
            st.sampled_from(["binding", "political"]),
            st.sampled_from([True, False, None]),
        ),
        max_size=4,
        unique_by=lambda clause: clause[0],
    ).map(tuple),
    has=st.frozensets(
        st.sampled_from(["formal-treaty", "integrated-command", "joint-planning",
                         "mutual-defense-guarantee", "exercises", "funding"])
    ),
    lacks=st.frozensets(
        st.sampled_from(["formal-treaty", "integrated-command", "joint-planning", "funding"])
    ),
    unpromised=st.frozensets(st.sampled_from(["defense", "offense", "neutrality"])),
)  # fmt: skip


@given(drawn=st.lists(SPECS, min_size=5, max_size=15))
@settings(max_examples=5, phases=[Phase.explicit, Phase.generate])  # shrinking would take minutes
def test_rules_definitions_and_owlrl_agree_on_arrangements_that_hypothesis_invents(
    invented, ontology, axioms, content_dir, drawn
) -> None:
    facts = list(invented.triples(invented.Spec(**spec).sound() for spec in drawn))
    ruled = invented.ruled(ontology, facts, content_dir / "ontology" / "rules")
    ways = agreement.classify_facts(axioms, facts, ruled, dl=False)
    assert ways.disagreements() == []


def test_hermit_agrees_on_eighty_invented_arrangements_in_one_run(
    invented, ontology, axioms, content_dir
) -> None:
    facts = list(invented.triples(invented.drawn(1, 80)))
    ruled = invented.ruled(ontology, facts, content_dir / "ontology" / "rules")
    ways = agreement.classify_facts(axioms, facts, ruled)
    assert ways.verdict.consistent
    assert ways.disagreements() == []
    given = {shorten(cls) for _, cls in ways.types[agreement.HERMIT]}
    never = {shorten(cls) for cls in definitions.Definitions(axioms).defined} - given
    assert never == {"f:AllianceObligation"}  # a class of concepts, not of arrangements


def test_a_rule_that_copies_a_label_is_a_difference(
    invented, ontology, axioms, content_dir, tmp_path
) -> None:
    folder = tmp_path / "rules" / "6-types"
    folder.mkdir(parents=True)
    (folder / "copy.rq").write_text(
        "PREFIX f: <https://w3id.org/foedus/ontology#>\n"
        "CONSTRUCT { ?thing a ?class }"
        " WHERE { ?said f:classified ?thing ; f:type/f:definesClass ?class }\n",
        encoding="utf-8",
    )
    facts = list(invented.triples([invented.Spec()]))
    ruled = invented.ruled(ontology, facts, folder.parent)
    (found,) = agreement.classify_facts(axioms, facts, ruled, dl=False).disagreements()
    assert found.type == expand("f:NatoStyleAlliance")
    assert found.given_by == (agreement.RULES,)
