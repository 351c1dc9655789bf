"""From statements to facts: what becomes one, what never does, how two sources make one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.content.names import F
from foedus.findings import ContentError
from foedus.graph.facts import (
    KEPT,
    KINDS,
    apply_rules,
    kind_concept,
    read_rules,
)

IN_PACT = "f:member state:iraq ; f:arrangement arrangement:pact ; f:role role:member"
MEMBERSHIP = f"Membership {IN_PACT}"
A_MEMBERSHIP = "?fact a f:Membership ."
HAS = "Feature f:arrangement arrangement:pact ; f:feature feature:secretariat ; f:value value:"

# --- What becomes a fact -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "modality", ["official-text", "official-statement", "reported-named", "encyclopedic"]
)
@pytest.mark.parametrize("tense", ["past", "current"])
def test_what_somebody_entitled_tells_as_done_or_standing_is_a_fact(
    content, modality: str, tense: str
) -> None:
    content.say("one/in", MEMBERSHIP, modality=modality, tense=tense)
    assert content.facts().all("?s", "?f a f:Membership ; f:basis ?s") == ["st:one/in"]


@pytest.mark.parametrize(
    "how",
    [
        {"modality": "reported-anonymous"},
        {"modality": "analyst"},
        {"modality": "rhetorical"},
        {"polarity": "negated"},
        {"polarity": "not-stated"},
        {"tense": "planned"},
        {"tense": "proposed"},
        {"tense": "conditional"},
        {"rank": "deprecated"},
    ],
    ids=lambda how: next(iter(how.values())),
)
@pytest.mark.parametrize(
    "claim",
    [
        MEMBERSHIP,
        "Commitment f:obligor state:iraq ; f:obligee state:iran ;"
        " f:commitmentType commitment:defense ; f:instrument instrument:text",
        "Act f:actKind act:founded ; f:object arrangement:pact",
        "Absence f:absentee state:iraq ; f:arrangement arrangement:pact ;"
        " f:absenceKind absence:excluded",
        "Relation f:from state:iraq ; f:to state:iran ; f:relationKind relation:rivalry",
        "Purpose f:purposeOf arrangement:pact ; f:purpose purpose:containment",
    ],
    ids=lambda claim: claim.split()[0],
)
def test_a_rumour_a_view_a_denial_or_a_plan_never_becomes_a_fact(
    content, claim: str, how: dict[str, str]
) -> None:
    content.say("one/said", claim, **how)
    facts = content.facts()
    assert not facts.ask("?fact f:basis ?statement")
    assert not facts.ask("?a f:memberOf|f:committedTo|f:absentFrom ?b")
    assert facts.ask("?statement a f:Statement ; f:statementKind ?kind"), "it is still a statement"


def test_a_proposal_has_no_members_whatever_a_source_says(content) -> None:
    content.say(
        "one/in",
        "Membership f:member state:iraq ; f:arrangement proposal:idea ; f:role role:member",
    )
    facts = content.facts()
    assert not facts.ask("?fact a f:Membership")
    assert not facts.ask("?a f:memberOf ?b")


def test_a_statement_that_a_curator_deprecates_makes_no_fact_and_keeps_its_reason(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.thing(
        "<https://w3id.org/foedus/id/statement/one/in> f:rank rank:deprecated ;"
        ' f:rankReason "The article confuses two bodies."@en .'
    )
    facts = content.facts()
    assert not facts.ask("?fact a f:Membership")
    assert facts.all("?why", "?s f:rankReason ?why") == ["The article confuses two bodies."]
    assert facts.all("?rank", "?s f:rank ?rank") == ["rank:deprecated"]


def test_a_tombstone_makes_no_fact_and_is_no_statement_any_more(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say(
        "one/gone",
        'Tombstone f:withdrawnOn "2026-03-01"^^xsd:date ; f:withdrawnBecause "Misread."@en',
    )
    facts = content.facts()
    assert facts.all("?s", "?s a f:Statement") == ["st:one/in"]
    assert facts.ask("GRAPH ?g { ?s a f:Tombstone ; f:withdrawnBecause ?why }")


def test_every_statement_has_a_rank_and_it_is_normal_unless_said_otherwise(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say("two/in", MEMBERSHIP, rank="preferred")
    assert content.facts().rows("?s ?rank", "?s f:rank ?rank") == [
        ("st:one/in", "rank:normal"),
        ("st:two/in", "rank:preferred"),
    ]


def test_the_participants_of_a_statement_stay_in_the_graph_of_its_source(content) -> None:
    content.say("one/in", MEMBERSHIP, tense="planned")
    facts = content.facts()
    assert not facts.ask("?s a f:Statement ; ?p state:iraq")
    assert facts.ask(
        "GRAPH graph:source/one { ?s f:member state:iraq }".replace(
            "graph:source/one", "<https://w3id.org/foedus/graph/source/one>"
        )
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["official-text", "reported-named", "analyst", "rhetorical"]),
            st.sampled_from(["past", "current", "planned", "conditional"]),
            st.sampled_from(["affirmed", "negated", "not-stated"]),
            st.sampled_from([None, "preferred", "deprecated"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_basis_of_a_fact_is_just_what_may_become_one(
    tiny: Callable, said: list[tuple[str, str, str, str | None]]
) -> None:
    content, expected = tiny(), []
    for number, (modality, tense, polarity, rank) in enumerate(said):
        content.say(
            f"s{number}/in",
            MEMBERSHIP,
            modality=modality,
            tense=tense,
            polarity=polarity,
            rank=rank,
        )
        if (
            modality in ("official-text", "reported-named")
            and tense in ("past", "current")
            and polarity == "affirmed"
            and rank != "deprecated"
        ):
            expected.append(f"st:s{number}/in")
    facts = content.facts()
    assert facts.all("?s", "?f a f:Membership ; f:basis ?s") == expected
    assert len(facts.all("?f", A_MEMBERSHIP)) == bool(expected)


# --- Views ---------------------------------------------------------------------------------------


def test_that_an_analyst_classifies_is_a_fact_about_the_analyst_and_not_about_the_thing(
    content,
) -> None:
    content.say(
        "one/type",
        "Classification f:classified arrangement:pact ; f:type typology:alliance",
        modality="analyst",
        by="person:general",
    )
    facts = content.facts()
    assert facts.all("?who", "?f a f:Classification ; f:assertedBy ?who") == ["person:general"]
    assert not facts.ask("arrangement:pact a f:Alliance")


def test_who_stays_unnamed_holds_no_view(content) -> None:
    content.say(
        "one/type",
        "Classification f:classified arrangement:pact ; f:type typology:alliance",
        modality="reported-anonymous",
    )
    assert not content.facts().ask("?f a f:Classification")


def test_to_support_and_not_to_support_are_two_positions(content) -> None:
    slots = "Position f:holder state:iran ; f:stance stance:supports ; f:object proposal:idea"
    content.say("one/for", slots)
    content.say("two/not-for", slots, polarity="negated")
    facts = content.facts()
    assert facts.rows("?polarity ?s", "?f a f:Position ; f:polarity ?polarity ; f:basis ?s") == [
        ("polarity:affirmed", "st:one/for"),
        ("polarity:negated", "st:two/not-for"),
    ]


def test_what_is_required_and_what_is_not_are_two_requirements(content) -> None:
    slots = "Requirement f:requiredFor typology:alliance ; f:requires feature:integrated-command"
    content.say("one/needs", slots, modality="analyst")
    content.say("one/needs-not", slots, modality="analyst", polarity="negated")
    assert len(content.facts().all("?f", "?f a f:Requirement")) == 2


def test_that_something_is_lacking_is_attributed_and_an_analyst_may_say_it(content) -> None:
    content.say(
        "one/lacks",
        "Feature f:arrangement arrangement:pact ; f:feature feature:integrated-command ;"
        " f:value value:no",
        modality="analyst",
        by="person:general",
        tense="current",
    )
    facts = content.facts()
    assert facts.all("?who", "?f a f:Feature ; f:value value:no ; f:assertedBy ?who") == [
        "person:general"
    ]
    assert facts.ask("arrangement:pact f:lacksFeature feature:integrated-command")


def test_two_who_say_that_it_is_lacking_are_two_facts(content) -> None:
    slots = (
        "Feature f:arrangement arrangement:pact ; f:feature feature:secretariat ; f:value value:no"
    )
    content.say("one/lacks", slots)
    content.say("two/lacks", slots)
    assert len(content.facts().all("?f", "?f a f:Feature")) == 2


def test_silence_is_not_lacking(content) -> None:
    content.say("one/has", HAS + "yes")
    assert not content.facts().ask("?thing f:lacksFeature ?feature")


# --- One fact from several statements ------------------------------------------------------------


def test_two_sources_that_say_one_thing_make_one_fact_with_two_bases(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1955"')
    content.say("two/iraq-joined", MEMBERSHIP + ' ; f:begin "1955-02"')
    facts = content.facts()
    assert len(facts.all("?fact", A_MEMBERSHIP)) == 1
    assert facts.all("?s", "?f a f:Membership ; f:basis ?s") == [
        "st:one/in",
        "st:two/iraq-joined",
    ]


def test_what_two_sources_agree_on_narrows_the_bounds(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1955" ; f:end "1959-03"')
    content.say("two/in", MEMBERSHIP + ' ; f:begin "1955-02" ; f:end "1959"')
    bounds = content.facts().bounds(A_MEMBERSHIP)
    assert bounds == ("1955-02-01", "1955-02-28", "1959-03-01", "1959-03-31", "ended")


def test_where_two_sources_disagree_the_bounds_are_the_widest(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1954" ; f:end "1958"')
    content.say("two/in", MEMBERSHIP + ' ; f:begin "1955" ; f:end "1959"')
    bounds = content.facts().bounds(A_MEMBERSHIP)
    assert bounds == ("1954-01-01", "1955-12-31", "1958-01-01", "1959-12-31", "ended")


def test_a_preferred_statement_counts_alone(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1954" ; f:end "1958"')
    content.say("two/in", MEMBERSHIP + ' ; f:begin "1955" ; f:end "1959"', rank="preferred")
    facts = content.facts()
    assert facts.bounds(A_MEMBERSHIP) == (
        "1955-01-01",
        "1955-12-31",
        "1959-01-01",
        "1959-12-31",
        "ended",
    )
    assert len(facts.all("?s", "?f a f:Membership ; f:basis ?s")) == 2, "the other stays a basis"


def test_one_source_that_tells_the_end_outweighs_one_that_is_silent(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1955"')
    content.say("two/in", MEMBERSHIP + ' ; f:begin "1955" ; f:end "1959-03-24"')
    bounds = content.facts().bounds(A_MEMBERSHIP)
    assert bounds[2:] == ("1959-03-24", "1959-03-24", "ended")


def test_another_role_is_another_membership(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say("one/observer", MEMBERSHIP.replace("role:member", "role:observer"))
    assert len(content.facts().all("?fact", A_MEMBERSHIP)) == 2


def test_a_state_that_left_is_not_a_member_at_the_end_of_what_is_known(content) -> None:
    content.say("one/in", MEMBERSHIP + ' ; f:begin "1955" ; f:end "1959-03-24"')
    content.say("one/iran", MEMBERSHIP.replace("iraq", "iran") + ' ; f:begin "1955"')
    assert content.facts().all("?who", "?who f:memberOf arrangement:pact") == ["state:iran"]


def test_a_supporter_is_no_member(content) -> None:
    content.say(
        "one/supports", MEMBERSHIP.replace("role:member", "role:supporter"), tense="current"
    )
    facts = content.facts()
    assert facts.ask("state:iraq f:supporterOf arrangement:pact")
    assert not facts.ask("state:iraq f:memberOf arrangement:pact")


# --- A membership lies within the life of its body -----------------------------------------------


def test_nobody_was_a_member_before_the_founding_or_after_the_end(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say(
        "one/founded", 'Act f:actKind act:founded ; f:object arrangement:pact ; f:date "1955"'
    )
    content.say("one/ended", 'Act f:actKind act:ended ; f:object arrangement:pact ; f:date "1979"')
    facts = content.facts()
    bounds = facts.bounds(A_MEMBERSHIP)
    assert (bounds[0], bounds[3], bounds[4]) == ("1955-01-01", "1979-12-31", "ended")
    assert not facts.ask("?who f:memberOf arrangement:pact"), "the body is no more"


def test_the_founding_of_one_body_says_nothing_of_another(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say(
        "one/founded", 'Act f:actKind act:founded ; f:object arrangement:league ; f:date "1945"'
    )
    assert content.facts().bounds(A_MEMBERSHIP)[0] == "0001-01-01"


# --- Commitments ---------------------------------------------------------------------------------

CLAUSE = (
    "Commitment f:obligor state:iraq, state:turkey, state:iran ;"
    " f:obligee state:iraq, state:turkey, state:iran ; f:commitmentType commitment:defense ;"
    " f:instrument instrument:text ; f:force force:binding"
)


def test_a_mutual_clause_is_a_promise_of_each_to_each_other_and_of_none_to_itself(content) -> None:
    content.say("one/clause", CLAUSE, modality="official-text", tense="current")
    facts = content.facts()
    pairs = facts.rows("?a ?b", "?f a f:Commitment ; f:obligor ?a ; f:obligee ?b")
    states = ["state:iran", "state:iraq", "state:turkey"]
    assert pairs == [(a, b) for a in states for b in states if a != b]
    assert len(facts.all("?f", "?f a f:Commitment")) == 6
    assert facts.rows("?a ?b", "?a f:committedToDefend ?b") == pairs
    assert not facts.ask("?a f:committedToDefend ?a")
    assert len(facts.all("?f", "?f f:mutual true")) == 6


def test_a_promise_in_one_direction_is_not_mutual(content) -> None:
    content.say(
        "one/assurance",
        "Commitment f:obligor state:turkey ; f:obligee state:iraq ;"
        " f:commitmentType commitment:defense ; f:instrument instrument:text",
        tense="current",
    )
    facts = content.facts()
    assert facts.rows("?a ?b", "?a f:committedToDefend ?b") == [("state:turkey", "state:iraq")]
    assert not facts.ask("?f f:mutual ?x")


def test_a_class_of_states_promises_as_a_class(content) -> None:
    content.say(
        "one/each-other",
        "Commitment f:obligor group:members ; f:obligee group:members ;"
        " f:commitmentType commitment:defense ; f:instrument instrument:text",
        tense="current",
    )
    assert content.facts().rows("?a ?b", "?f a f:Commitment ; f:obligor ?a ; f:obligee ?b") == [
        ("group:members", "group:members")
    ]


def test_a_commitment_that_ended_is_owed_no_more(content) -> None:
    content.say("one/clause", CLAUSE + ' ; f:begin "1955" ; f:end "1979"')
    facts = content.facts()
    assert facts.ask("?f a f:Commitment")
    assert not facts.ask("?a f:committedToDefend ?b")
    assert not facts.ask("?a f:committedTo ?b")


def test_consultation_is_owed_but_is_no_defense(content) -> None:
    content.say("one/clause", CLAUSE.replace("commitment:defense", "commitment:consultation"))
    facts = content.facts()
    assert facts.ask("state:iraq f:committedTo state:iran")
    assert not facts.ask("?a f:committedToDefend ?b")


# --- Acts ----------------------------------------------------------------------------------------


def test_a_thing_is_founded_once_whoever_tells_it(content) -> None:
    act = 'Act f:actKind act:founded ; f:object arrangement:pact ; f:date "1955"'
    content.say("one/founded", act + " ; f:agent state:iraq")
    content.say("two/founded", act + " ; f:agent state:turkey")
    facts = content.facts()
    assert len(facts.all("?f", "?f a f:Act")) == 1
    assert facts.all("?who", "?f a f:Act ; f:agent ?who") == ["state:iraq", "state:turkey"]


def test_signed_ratified_and_in_force_are_different_acts(content) -> None:
    for step in ("signed", "ratified", "entered-into-force"):
        content.say(f"one/{step}", f"Act f:actKind act:{step} ; f:object instrument:text")
    assert len(content.facts().all("?f", "?f a f:Act")) == 3


def test_meetings_of_two_days_are_two_acts(content) -> None:
    act = "Act f:actKind act:met ; f:agent state:iraq ; f:object state:iran"
    content.say("one/met", act + ' ; f:date "1957"')
    content.say("one/met-again", act + ' ; f:date "1958"')
    assert len(content.facts().all("?f", "?f a f:Act")) == 2


def test_two_years_of_one_founding_are_a_dispute_and_the_fact_has_the_widest_span(content) -> None:
    act = "Act f:actKind act:founded ; f:object arrangement:pact"
    content.say("one/founded", act + ' ; f:date "1981"')
    content.say("two/founded", act + ' ; f:date "1982"')
    facts = content.facts()
    assert facts.bounds("?fact a f:Act .")[:2] == ("1981-01-01", "1982-12-31")
    disputes = "GRAPH graph:disputes { ?d f:about ?thing ; f:rival ?s ; f:undecided ?u }"
    assert facts.rows("?thing ?s ?u", disputes) == [
        ("arrangement:pact", "st:one/founded", "true"),
        ("arrangement:pact", "st:two/founded", "true"),
    ]
    assert facts.all("?v", "GRAPH graph:disputes { ?d f:rivalValue ?v }") == ["1981", "1982"]


def test_a_finer_date_of_the_same_founding_is_no_dispute(content) -> None:
    act = "Act f:actKind act:founded ; f:object arrangement:pact"
    content.say("one/founded", act + ' ; f:date "1955"')
    content.say("two/founded", act + ' ; f:date "1955-02-24"')
    facts = content.facts()
    assert not facts.ask("GRAPH graph:disputes { ?d a f:Dispute }")
    assert facts.bounds("?fact a f:Act .")[:2] == ("1955-02-24", "1955-02-24")


def test_a_preferred_statement_is_chosen_in_a_dispute_with_its_reason(content) -> None:
    act = "Act f:actKind act:founded ; f:object arrangement:pact"
    content.say("one/founded", act + ' ; f:date "1981"')
    content.say("two/founded", act + ' ; f:date "1982"')
    content.thing(
        "<https://w3id.org/foedus/id/statement/one/founded> f:rank rank:preferred ;"
        ' f:rankReason "The charter is of 1981."@en .'
    )
    facts = content.facts()
    assert facts.rows(
        "?chosen ?why ?u",
        "GRAPH graph:disputes { ?d f:chosen ?chosen ; f:reason ?why ; f:undecided ?u }",
    ) == [("st:one/founded", "The charter is of 1981.", "false")]
    assert facts.bounds("?fact a f:Act .")[:2] == ("1981-01-01", "1981-12-31")


# --- Features and members of whom one says yes and another no ------------------------------------


def test_where_one_says_yes_and_another_no_neither_is_a_shortcut(content) -> None:
    content.say("one/has", HAS + "yes", tense="current")
    content.say("two/lacks", HAS + "no", tense="current")
    facts = content.facts()
    assert not facts.ask("?thing f:hasFeature|f:lacksFeature feature:secretariat")
    assert facts.all("?s", "GRAPH graph:disputes { ?d f:rival ?s }") == [
        "st:one/has",
        "st:two/lacks",
    ]


def test_a_curator_s_preference_gives_the_shortcut_to_one_side(content) -> None:
    content.say("one/has", HAS + "yes", tense="current", rank="preferred")
    content.say("two/lacks", HAS + "no", tense="current")
    facts = content.facts()
    assert facts.ask("arrangement:pact f:hasFeature feature:secretariat")
    assert not facts.ask("arrangement:pact f:lacksFeature feature:secretariat")
    assert facts.all("?s", "GRAPH graph:disputes { ?d f:chosen ?s }") == ["st:one/has"]


def test_a_planned_feature_is_neither_had_nor_lacking(content) -> None:
    content.say("one/plans", HAS + "planned", tense="current")
    facts = content.facts()
    assert facts.ask("arrangement:pact f:plansFeature feature:secretariat")
    assert not facts.ask("arrangement:pact f:hasFeature|f:lacksFeature ?feature")


def test_whom_one_counts_in_and_another_out_is_neither(content) -> None:
    content.say("one/in", MEMBERSHIP, tense="current")
    content.say(
        "two/out",
        "Absence f:absentee state:iraq ; f:arrangement arrangement:pact ;"
        " f:absenceKind absence:excluded",
        tense="current",
    )
    facts = content.facts()
    assert not facts.ask("state:iraq f:memberOf|f:absentFrom arrangement:pact")
    assert facts.all("?s", "GRAPH graph:disputes { ?d f:rival ?s }") == ["st:one/in", "st:two/out"]


def test_an_absence_on_its_own_is_a_shortcut(content) -> None:
    content.say(
        "two/out",
        "Absence f:absentee state:iraq ; f:arrangement arrangement:pact ;"
        " f:absenceKind absence:excluded",
        tense="current",
    )
    assert content.facts().ask("state:iraq f:absentFrom arrangement:pact")


def test_two_numbers_of_one_time_are_a_dispute_and_both_stay(content) -> None:
    count = "MemberCount f:countOf arrangement:pact ; f:comparison comparison:exact ; f:count "
    content.say("one/count", count + "65")
    content.say("two/count", count + "68")
    facts = content.facts()
    assert facts.all("?n", "?f a f:MemberCount ; f:count ?n") == ["65", "68"]
    assert facts.all("?v", "GRAPH graph:disputes { ?d f:rivalValue ?v }") == ["65", "68"]


def test_two_numbers_of_two_days_are_no_dispute(content) -> None:
    count = "MemberCount f:countOf arrangement:pact ; f:comparison comparison:exact ; f:count "
    content.say("one/count", count + '34 ; f:date "2015-12-15"')
    content.say("two/count", count + '41 ; f:date "2017-05"')
    assert not content.facts().ask("GRAPH graph:disputes { ?d a f:Dispute }")


# --- Phases and treaties -------------------------------------------------------------------------


def test_a_renaming_opens_a_phase_and_closes_the_one_before(content) -> None:
    content.say(
        "one/founded", 'Act f:actKind act:founded ; f:object arrangement:pact ; f:date "1955"'
    )
    content.say(
        "one/renamed",
        'Act f:actKind act:renamed ; f:object arrangement:pact ; f:newName "New"@en ;'
        ' f:date "1959-08-19"',
    )
    content.say("one/ended", 'Act f:actKind act:ended ; f:object arrangement:pact ; f:date "1979"')
    facts = content.facts()
    phases = "?fact f:phaseOf arrangement:pact"
    assert facts.all("?fact", phases) == ["phase:pact.1", "phase:pact.2"]
    assert facts.bounds("BIND(phase:pact.1 AS ?fact)") == (
        "1955-01-01",
        "1955-12-31",
        "1959-08-19",
        "1959-08-19",
        "ended",
    )
    assert facts.bounds("BIND(phase:pact.2 AS ?fact)") == (
        "1959-08-19",
        "1959-08-19",
        "1979-01-01",
        "1979-12-31",
        "ended",
    )


def test_an_arrangement_that_nothing_changes_has_one_phase(content) -> None:
    assert content.facts().all("?p", "?p f:phaseOf arrangement:league") == ["phase:league.1"]


def test_a_commitment_belongs_to_the_phases_in_which_it_can_have_held(content) -> None:
    content.thing("arrangement:pact f:basedOn instrument:text .")
    content.say(
        "one/founded", 'Act f:actKind act:founded ; f:object arrangement:pact ; f:date "1955"'
    )
    content.say(
        "one/renamed", 'Act f:actKind act:renamed ; f:object arrangement:pact ; f:date "1959"'
    )
    content.say("one/clause", CLAUSE + ' ; f:begin "1955" ; f:end "1957"')
    assert content.facts().all("?p", "?p a f:Phase ; f:hasCommitment ?c") == ["phase:pact.1"]


def signed(content, *agents: str) -> None:
    for agent in agents:
        content.say(
            f"one/{agent.split(':')[1]}-signed",
            f"Act f:actKind act:signed ; f:agent {agent} ; f:object instrument:text",
        )


def test_a_text_that_two_states_signed_is_a_treaty(content) -> None:
    signed(content, "state:iraq", "state:turkey")
    facts = content.facts()
    assert facts.ask("instrument:text a f:Treaty")
    assert facts.ask("GRAPH graph:inferred { instrument:text a f:Treaty }"), "it is kept apart"


@pytest.mark.parametrize("agents", [["state:iraq"], ["state:iraq", "group:members"], []])
def test_a_text_that_one_state_signed_is_no_treaty(content, agents: list[str]) -> None:
    signed(content, *agents)
    assert not content.facts().ask("instrument:text a f:Treaty")


def test_a_mutual_binding_clause_of_a_treaty_makes_an_alliance(content) -> None:
    content.thing("arrangement:pact f:basedOn instrument:text .")
    signed(content, "state:iraq", "state:turkey")
    content.say("one/clause", CLAUSE, modality="official-text", tense="current")
    facts = content.facts()
    for kind in (
        "Alliance",
        "DefensePact",
        "CollectiveDefenseAlliance",
        "MutualDefenseArrangement",
    ):
        assert facts.ask(f"GRAPH graph:inferred {{ arrangement:pact a f:{kind} }}"), kind
    assert not facts.ask("arrangement:pact a f:NatoStyleAlliance")


def test_an_analyst_s_reading_of_a_clause_makes_no_alliance(content) -> None:
    content.thing("arrangement:pact f:basedOn instrument:text .")
    signed(content, "state:iraq", "state:turkey")
    content.say("one/clause", CLAUSE, modality="analyst", tense="current")
    assert not content.facts().ask("arrangement:pact a f:Alliance")


def test_an_arrangement_rests_on_the_text_in_which_a_commitment_within_it_stands(content) -> None:
    content.say("one/clause", CLAUSE + " ; f:arrangement arrangement:pact")
    facts = content.facts()
    assert facts.ask("arrangement:pact f:basedOn instrument:text")
    assert facts.ask("phase:pact.1 f:basedOn instrument:text")
    assert not facts.ask("arrangement:league f:basedOn ?anything")


def test_a_thing_renamed_twice_has_two_acts_and_three_phases(content) -> None:
    renamed = "Act f:actKind act:renamed ; f:object arrangement:pact"
    content.say("one/first", renamed + ' ; f:date "1959" ; f:newName "Second Name"')
    content.say("two/first", renamed + ' ; f:date "1959" ; f:newName "Second  name"')
    content.say("one/second", renamed + ' ; f:date "1965" ; f:newName "Third Name"')
    facts = content.facts()
    assert facts.all("?act", "?act f:actKind act:renamed") == [
        "https://w3id.org/foedus/id/act/renamed.pact.second-name",
        "https://w3id.org/foedus/id/act/renamed.pact.third-name",
    ]
    assert len(facts.all("?p", "?p f:phaseOf arrangement:pact")) == 3


# --- What is wrong, and where --------------------------------------------------------------------


def test_a_date_that_is_not_edtf_is_named_with_file_and_line(content) -> None:
    content.say("one/in", MEMBERSHIP)
    content.say("one/when", MEMBERSHIP + ' ; f:begin "spring of 1955"')
    content.say("two/order", MEMBERSHIP + ' ; f:begin "1979" ; f:end "1955"')
    with pytest.raises(ContentError) as raised:
        content.facts()
    places = {}
    for finding in raised.value.findings:
        assert finding.rule == "date"
        assert finding.file is not None
        assert finding.line is not None
        line = finding.file.read_text(encoding="utf-8").splitlines()[finding.line - 1]
        places[finding.file.name] = line.split()[0]
    assert places == {"one.ttl": "st:when", "two.ttl": "st:order"}
    assert "'spring of 1955' is not a date in EDTF" in str(raised.value)


def test_a_rule_that_is_not_sparql_is_named(tmp_path: Path, content) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "1.rq").write_text('#+ summary = "x"\nCONSTRUKT {}', encoding="utf-8")
    reading = content.facts().reading
    with pytest.raises(ContentError, match=r"1\.rq:\d+:\d+: error: not a SPARQL query"):
        apply_rules(reading.store, read_rules(tmp_path / "rules"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT, where a rule is a CONSTRUCT query"),
        ("DESCRIBE ?s { ?s ?p ?o }", "DESCRIBE, where a rule is a CONSTRUCT query"),
        ("CONSTRUCT { ?s ?p ?o } { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "read-only"),
    ],
)
def test_a_rule_constructs_and_asks_nobody_else(
    tmp_path: Path, content, text: str, said: str
) -> None:
    (tmp_path / "1.rq").write_text(text, encoding="utf-8")
    reading = content.facts().reading
    with pytest.raises(ContentError, match=said) as raised:
        apply_rules(reading.store, read_rules(tmp_path))
    assert raised.value.findings[0].file == tmp_path / "1.rq"


def test_the_line_of_an_error_in_a_rule_is_that_of_the_file(tmp_path: Path, content) -> None:
    (tmp_path / "1.rq").write_text("#\nCONSTRUCT { ?s ?p ?o }\nWHERE { ?s nope:p ?o }")
    with pytest.raises(ContentError, match="prefix nope") as raised:
        apply_rules(content.facts().reading.store, read_rules(tmp_path))
    assert raised.value.findings[0].line == 3


def test_what_each_rule_adds_is_counted_though_two_are_called_the_same(
    tmp_path: Path, content
) -> None:
    rules = tmp_path / "rules"
    for folder in ("1", "2"):
        (rules / folder).mkdir(parents=True)
        (rules / folder / "same.rq").write_text(
            f"CONSTRUCT {{ <urn:a> <urn:b> {folder} }} WHERE {{}}", encoding="utf-8"
        )
    added = apply_rules(content.facts().reading.store, read_rules(rules))
    assert added == {"1/same": 1, "2/same": 1}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"#+ graphs = default\n", "not TOML"),
        (b"#+ graphs = 7\n", "graphs is not a list"),
        (b"# caf\xe9\n", "not UTF-8"),
    ],
)
def test_a_rule_whose_header_is_not_as_it_should_be_is_named(
    tmp_path: Path, header: bytes, said: str
) -> None:
    (tmp_path / "1.rq").write_bytes(header + b"CONSTRUCT {} WHERE {}")
    with pytest.raises(ContentError, match=said) as raised:
        read_rules(tmp_path)
    assert raised.value.findings[0].file == tmp_path / "1.rq"


# --- The rules and the real content --------------------------------------------------------------


def test_every_rule_says_in_words_what_it_does(content_dir: Path) -> None:
    for rule in read_rules(content_dir / "ontology" / "rules"):
        assert rule.summary != rule.path.stem, rule.path


def test_every_kind_of_statement_has_a_class_a_concept_and_a_rule(
    derived, content_dir: Path
) -> None:
    rules = {path.stem for path in (content_dir / "ontology" / "rules" / "2-facts").glob("*.rq")}
    for kind in KINDS:
        assert derived.ask(f"f:{kind} a owl:Class"), kind
        assert derived.ask(f"{kind_concept(kind)} a f:StatementKind"), kind
        assert kind_concept(kind).value.rsplit("/", 1)[-1] in rules


def test_every_fact_of_the_content_has_bounds_in_order_and_words(derived) -> None:
    bounded = (
        "?f f:earliestBegin ?a ; f:latestBegin ?b ; f:earliestEnd ?c ; f:latestEnd ?d ;"
        " f:endKind ?k ; rdfs:label ?l"
    )
    assert not derived.ask(f"?f f:basis ?s FILTER NOT EXISTS {{ {bounded} }}")
    assert not derived.ask(f"{bounded} FILTER(?a > ?b || ?c > ?d || ?a > ?d)")
    for slot in ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd", "endKind"):
        assert not derived.ask(f"?f f:{slot} ?x, ?y FILTER(STR(?x) < STR(?y))"), slot


def test_nothing_that_a_source_denies_plans_or_only_guesses_is_a_fact(derived) -> None:
    views = "kind:position, kind:requirement, kind:definition, kind:classification, kind:assessment"
    wrong = f"""
      ?fact f:basis ?s . ?s f:statementKind ?kind ; f:polarity ?p ; f:tense ?t ; f:modality ?m .
      FILTER(?kind NOT IN ({views}))
      FILTER(?p != polarity:affirmed || ?t NOT IN (tense:past, tense:current)
             || ?m IN (modality:reported-anonymous, modality:analyst, modality:rhetorical))
      FILTER NOT EXISTS {{ ?fact a f:Feature ; f:value value:no }}
    """
    assert derived.all("?fact", wrong) == []


def test_what_a_fact_and_what_a_statement_keep_do_not_mix(derived) -> None:
    allowed = {F + name for name in KEPT} | {
        F + name
        for name in (
            "statementKind",
            "inSource",
            "accepted",
            "earliestBegin",
            "latestBegin",
            "earliestEnd",
            "latestEnd",
            "endKind",
        )
    }
    used = {
        str(row.value)
        for (row,) in derived.store.query(f"SELECT DISTINCT ?p {{ ?s a <{F}Statement> ; ?p ?o }}")
    }
    assert {iri for iri in used if iri.startswith(F)} <= allowed


def test_a_statement_of_two_kinds_is_told_and_not_counted_twice(content) -> None:
    content.say("one/both", "Relation a f:Act ; f:actKind act:met")
    with pytest.raises(ContentError) as raised:
        content.facts()
    (finding,) = raised.value.findings
    assert finding.rule == "statement-of-two-kinds"
