"""What a naive schema loses: ten points, each visible in the statements as they were written.

Everything here is asked of the content before any rule has run: one graph per source, the
catalogue of things in the default graph.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.content.locate import Content
from foedus.content.names import BASE, prefixes, shorten
from foedus.content.read import read_content

GRAPH = BASE + "graph/source/"
HEAD = f"PREFIX in: <{GRAPH}>\n" + "".join(
    f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes().items()
)


@pytest.fixture(scope="module")
def store(content_dir: Path) -> ox.Store:
    return read_content(Content(content_dir)).store


def rows(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    """The rows of a query, IRIs shortened; a graph of a source is called by its source."""

    def text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
        if isinstance(term, ox.NamedNode):
            return (
                term.value.removeprefix(GRAPH)
                if term.value.startswith(GRAPH)
                else shorten(term.value)
            )
        return term.value if isinstance(term, ox.Literal) else ""

    found = store.query(HEAD + query)
    assert isinstance(found, ox.QuerySolutions)
    return {tuple(text(term) for term in row) for row in found}


def ask(store: ox.Store, query: str) -> bool:
    return bool(store.query(HEAD + query))


def test_1_different_numbers_for_one_thing_two_years_for_one_founding_two_lists_of_the_missing(
    store: ox.Store,
) -> None:
    counts = rows(
        store,
        """SELECT ?source ?n WHERE { GRAPH ?source {
             ?s a f:MemberCount ; f:countOf arrangement:imctc ; f:count ?n ;
                f:comparison comparison:exact ; f:counted ?what .
             FILTER(?what IN (role:member, group:muslim-countries)) } }""",
    )
    assert {("qumber-2017", "41"), ("rfi", "43")} <= counts
    assert ask(
        store,
        """ASK { GRAPH ?g {
             ?s a f:MemberCount ; f:count 34 ; f:counted group:muslim-military-forces } }""",
    ), "34 is told of forces, not of members"
    years = rows(
        store,
        """SELECT ?year WHERE { GRAPH ?g {
             ?s a f:Act ; f:actKind act:founded ; f:object arrangement:gcc ; f:date ?year } }""",
    )
    assert years == {("1981",), ("1982",)}
    missing = rows(
        store,
        """SELECT ?at ?state WHERE { GRAPH in:qumber-2017 {
             ?s a f:Absence ; f:arrangement arrangement:imctc ; f:absentee ?state ; f:evidence ?e .
             ?e oa:start ?at . FILTER(?at IN (4508, 15125)) } }""",
    )
    first = {state for at, state in missing if at == "4508"}
    second = {state for at, state in missing if at == "15125"}
    assert first - second == {"state:libya"}
    assert second - first == {"state:algeria", "state:eritrea"}


def test_2_a_proposal_the_body_that_came_of_it_and_a_nickname_of_several_proposals(
    store: ox.Store,
) -> None:
    assert ask(
        store,
        """ASK { proposal:saudi-muslim-alliance a f:Proposal .
             arrangement:imctc a f:SecurityArrangement .
             GRAPH ?a {
               ?p a f:Act ; f:actKind act:proposed ; f:object proposal:saudi-muslim-alliance }
             GRAPH ?b { ?l a f:Act ; f:actKind act:launched ; f:object arrangement:imctc } }""",
    )
    assert not ask(
        store, "ASK { GRAPH ?g { ?s a f:Membership ; f:arrangement ?p } ?p a f:Proposal }"
    ), "nobody is a member of a proposal"
    assert not ask(
        store, "ASK { GRAPH ?g { ?s f:arrangement arrangement:imctc ; f:proposal ?p } }"
    ), "that the one became the other is a curator's statement, in no source's graph"
    named = rows(
        store,
        """SELECT DISTINCT ?thing WHERE { GRAPH ?g { ?s a f:Naming ; f:named ?thing ; f:name ?n }
             FILTER(str(?n) = "Islamic NATO") }""",
    )
    assert {("proposal:asif-islamic-nato",), ("proposal:arab-muslim-nato-idea",)} <= named
    assert ask(
        store,
        """ASK { label:muslim-nato a f:Label . GRAPH ?g {
             ?s a f:Naming ; f:named proposal:pezeshkian-framework ; f:name "Muslim NATO"@en .
             ?t a f:Classification ; f:classified label:muslim-nato } }""",
    )


def test_3_a_completed_step_in_one_source_that_is_only_a_promise_in_another(
    store: ox.Store,
) -> None:
    stages = rows(
        store,
        """SELECT DISTINCT ?source ?stage WHERE { GRAPH ?source {
             ?s a f:Leadership ; f:person person:raheel-sharif ; f:stage ?stage ; f:office ?o .
             FILTER(?o IN (office:head-of-alliance, office:commander)) } }""",
    )
    assert ("roomi", "stage:asked") in stages
    assert ("roomi", "stage:appointed") not in stages
    assert ("qumber-2017", "stage:appointed") in stages
    steps = rows(
        store,
        """SELECT ?act WHERE { GRAPH ?g { ?s a f:Act ; f:actKind ?act ;
             f:object provision:gcc-attack-on-one-clause } }""",
    )
    assert steps == {("act:intended-to-activate",)}, "to mean to activate is not to activate"
    steps = rows(
        store,
        """SELECT ?act WHERE { GRAPH ?g { ?s a f:Act ; f:actKind ?act ;
             f:object instrument:saudi-pakistan-smda ; f:polarity polarity:affirmed } }""",
    )
    assert steps == {("act:signed",)}, "a signature is neither consent nor entry into force"


def test_4_who_was_in_on_a_day_when_members_and_the_name_change(store: ox.Store) -> None:
    members = rows(
        store,
        """SELECT ?state ?begin ?end WHERE { GRAPH in:rfi {
             ?s a f:Membership ; f:arrangement arrangement:cento ; f:member ?state ;
                f:begin ?begin .
             OPTIONAL { ?s f:end ?end } } }""",
    )
    assert members == {
        ("state:iran", "1955", ""),
        ("state:iraq", "1955", "1959-03-24"),
        ("state:pakistan", "1955", ""),
        ("state:turkey", "1955", ""),
        ("state:united-kingdom", "1955", ""),
        ("state:united-states", "1958", ""),
    }
    assert ask(
        store,
        """ASK { GRAPH in:rfi {
             ?w a f:Act ; f:actKind act:withdrew ; f:agent state:iraq ; f:date "1959-03-24" .
             ?r a f:Act ; f:actKind act:renamed ; f:object arrangement:cento ;
                f:newName "Central Treaty Organization"@en .
             ?o a f:Naming ; f:named arrangement:cento ; f:name "Baghdad Pact"@en .
             FILTER NOT EXISTS { ?r f:date ?day } } }""",
    ), "one arrangement under two names; of the renaming only the order is told, not the day"


def test_5_promises_of_different_strength_and_direction_and_what_a_commentator_reads_into_them(
    store: ox.Store,
) -> None:
    mutual = rows(
        store,
        """SELECT ?obligor ?obligee WHERE { GRAPH in:defence-ties {
             ?s a f:Commitment ; f:instrument instrument:saudi-pakistan-smda ;
                f:commitmentType commitment:defense ; f:obligor ?obligor ;
                f:obligee ?obligee } }""",
    )
    assert mutual == {
        ("state:pakistan", "state:saudi-arabia"),
        ("state:saudi-arabia", "state:pakistan"),
    }
    one_way = rows(
        store,
        """SELECT ?obligor ?obligee ?type WHERE { GRAPH ?g {
             ?s a f:Commitment ; f:instrument instrument:us-qatar-assurance ; f:obligor ?obligor ;
                f:obligee ?obligee ; f:commitmentType ?type } }""",
    )
    assert one_way == {("state:united-states", "state:qatar", "commitment:security-assurance")}
    read_into = rows(
        store,
        """SELECT ?modality ?certainty WHERE { GRAPH in:rfi {
             ?s a f:Commitment ; f:instrument instrument:saudi-pakistan-smda ;
                f:commitmentType commitment:security-assurance ;
                f:modality ?modality ; f:certainty ?certainty } }""",
    )
    assert read_into == {("modality:analyst", "certainty:possible")}
    assert ask(
        store,
        """ASK { GRAPH ?g { ?s a f:Commitment ; f:arrangement arrangement:imctc ;
             f:discretion discretion:voluntary } }""",
    )


def test_6_a_speaker_quoted_in_a_work_that_the_article_cites(store: ox.Store) -> None:
    chains = rows(
        store,
        """SELECT DISTINCT ?article ?work ?speaker WHERE { GRAPH ?article {
             ?s f:citedWork ?work ; f:assertedBy ?speaker } ?speaker a f:Person }""",
    )
    assert ("qumber-2017", "source:deyoung-2015", "person:josh-earnest") in chains
    assert ("qumber-2017", "source:toumi-2016", "person:ahmad-al-assiri") in chains
    assert ask(
        store,
        """ASK { GRAPH in:rfi {
             ?s f:citedWork source:le-monde-1957 ; f:assertedBy organization:le-monde ;
                f:saidOn "1957-06" } }""",
    )


def test_7_a_type_given_by_the_source_against_one_that_only_follows(store: ox.Store) -> None:
    given = rows(
        store,
        """SELECT ?source ?type ?polarity WHERE { GRAPH ?source {
             ?s a f:Classification ; f:classified arrangement:imctc ; f:type ?type ;
                f:polarity ?polarity } }""",
    )
    assert ("rfi", "typology:alliance", "polarity:affirmed") in given
    assert ("muslim-nato-debate", "typology:nato-style-alliance", "polarity:negated") in given
    assert not ask(
        store,
        "ASK { ?thing a ?class . VALUES ?class { f:Alliance f:Coalition f:SecurityOrganization } }",
    ), "a type is said by somebody or inferred, never written into the catalogue"
    assert ask(
        store,
        """ASK {
             GRAPH in:muslim-nato-debate {
               ?r a f:Requirement ; f:requiredFor typology:nato-style-alliance ;
                  f:requires ?needed }
             GRAPH in:rfi {
               ?f a f:Feature ; f:arrangement arrangement:imctc ; f:feature ?needed ;
                  f:value value:no ; f:assertedBy person:yassine-el-yattioui } }""",
    ), "what one source requires another says is lacking: from that a type follows"


def test_8_assessments_are_attributed_and_typed_and_never_facts(store: ox.Store) -> None:
    kinds = rows(
        store,
        "SELECT DISTINCT ?kind WHERE { GRAPH ?g { ?s a f:Assessment ; f:assessmentKind ?kind } }",
    )
    assert {
        ("assessment:obstacle",),
        ("assessment:opportunity",),
        ("assessment:recommendation",),
        ("assessment:prediction",),
        ("assessment:condition",),
        ("assessment:motive",),
    } <= kinds
    assert not ask(
        store,
        """ASK { GRAPH ?g { ?s a f:Assessment . FILTER NOT EXISTS {
             ?s f:assertedBy ?who ; f:assessmentKind ?kind ; f:about ?what } } }""",
    )
    assert not ask(store, "ASK { ?s a f:Assessment }"), "none stands in the default graph"


def test_9_a_season_a_day_without_a_year_an_open_end_an_office_at_that_time(
    store: ox.Store,
) -> None:
    assert ask(
        store,
        """ASK { GRAPH ?g { ?s a f:Position ; f:holder state:jordan ; f:date "2022-22" } }""",
    )
    days = rows(
        store,
        """SELECT DISTINCT ?day WHERE { GRAPH ?g { ?s a f:Act ; f:date ?day }
             FILTER(strstarts(str(?day), "XXXX-")) }""",
    )
    assert {("XXXX-02-14",), ("XXXX-03-10",), ("XXXX-09-09",), ("XXXX-09-29",)} <= days
    inferred = rows(
        store,
        """SELECT ?date ?inferred WHERE { GRAPH in:roomi {
             ?s f:actKind act:began ; f:object exercise:north-thunder ; f:date ?date ;
                f:inferredDate ?inferred } }""",
    )
    assert inferred == {("XXXX-02-14", "2016-02-14")}, "what a curator infers stands apart"
    assert ask(
        store,
        """ASK { GRAPH ?g { ?s a f:Membership ; f:begin ?begin .
             FILTER NOT EXISTS { ?s f:end ?end } } }""",
    )
    offices = rows(
        store,
        """SELECT DISTINCT ?source ?office WHERE { GRAPH ?source {
             ?s a f:Leadership ; f:person person:mohammed-bin-salman ; f:office ?office } }""",
    )
    assert ("rfi", "office:deputy-crown-prince") in offices
    assert ("qumber-2017", "office:crown-prince") in offices
    assert ("rfi", "office:crown-prince") not in offices


def test_10_noise_comments_share_buttons_headlines_of_other_stories_misprints(
    store: ox.Store,
) -> None:
    reasons = rows(
        store, "SELECT DISTINCT ?source ?r WHERE { GRAPH ?source { ?e a f:NoClaim ; f:reason ?r } }"
    )
    assert {
        ("roomi", "reason:comment"),
        ("roomi", "reason:share-button"),
        ("rfi", "reason:teaser-of-another-story"),
        ("defence-ties", "reason:image-credit"),
    } <= reasons
    misprint = rows(
        store,
        """SELECT ?name ?thing WHERE { GRAPH in:qumber-2017 {
             ?s a f:Naming ; f:name ?name ; f:named ?thing ; f:note ?note }
             FILTER(str(?name) = "CEATO") }""",
    )
    assert misprint == {("CEATO", "arrangement:seato")}, "a misprint is kept and noted"
