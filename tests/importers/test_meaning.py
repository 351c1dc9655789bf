"""What the data sets mean is kept: asked of a release of the content and the extracts."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.check import run_check
from foedus.content.imported import open_imports
from foedus.content.locate import find_content
from foedus.content.names import prefixes
from foedus.content.texts import Texts
from foedus.release import Release

Ask = Callable[..., list[tuple[str, ...]]]
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
COW = "https://w3id.org/foedus/graph/source/cow-alliances-4.1"


@pytest.fixture(scope="module")
def ask(joined: Release) -> Ask:
    store = joined.store()

    def rows(text: str) -> list[tuple[str, ...]]:
        found = store.query(HEAD + text)
        assert isinstance(found, ox.QuerySolutions)
        return sorted(
            tuple(value.value.rsplit("/", 1)[-1] if value else "" for value in solution)
            for solution in found
        )

    return rows


def members(ask: Ask, body: str, day: str, how: str) -> set[str]:
    surely = "?lb <= ?day && ?day <= ?ee"
    possibly = "?eb <= ?day && ?day <= ?le"
    found = ask(f"""SELECT DISTINCT ?who {{
      BIND("{day}"^^xsd:date AS ?day)
      ?m a f:Membership ; f:member ?who ; f:arrangement {body} ; f:role role:member ;
         f:earliestBegin ?eb ; f:latestBegin ?lb ; f:earliestEnd ?ee ; f:latestEnd ?le .
      FILTER({surely if how == "surely" else possibly}) }}""")
    return {who for (who,) in found}


def test_a_state_that_left_and_came_back_is_out_in_between(ask: Ask) -> None:
    body = "arrangement:cow-9002"
    assert members(ask, body, "1959-12-31", "surely") == {"france", "spain", "greece"}
    assert members(ask, body, "1965-01-01", "possibly") == {"france", "spain"}
    assert members(ask, body, "1975-01-01", "surely") == {"france", "spain", "greece"}


def test_the_end_of_the_coverage_is_nobodys_exit(ask: Ask) -> None:
    assert members(ask, "arrangement:cow-9002", "2012-12-31", "surely") == {
        "france", "spain", "greece",
    }  # fmt: skip
    assert members(ask, "arrangement:cow-9002", "2020-01-01", "surely") == set()
    assert "greece" in members(ask, "arrangement:cow-9002", "2020-01-01", "possibly")


def test_before_the_data_began_a_member_is_possible_from_the_founding_on(ask: Ask) -> None:
    assert members(ask, "arrangement:cow-9001", "1800-01-01", "possibly") == {
        "united-kingdom", "sweden",
    }  # fmt: skip
    assert members(ask, "arrangement:cow-9001", "1800-01-01", "surely") == set()
    assert members(ask, "arrangement:cow-9001", "1790-05-02", "possibly") == set()
    assert "sweden" in members(ask, "arrangement:cow-9001", "1816-01-01", "surely")


def test_a_protected_state_is_owed_defense_and_owes_none(ask: Ask) -> None:
    found = ask("""SELECT ?by ?to { ?c a f:Commitment ; f:arrangement arrangement:cow-9002 ;
        f:commitmentType commitment:defense ; f:obligor ?by ; f:obligee ?to }""")
    assert ("france", "spain") in found
    assert not any(by == "spain" for by, _ in found)


def test_a_pledge_that_lapsed_and_was_given_anew_is_two(ask: Ask) -> None:
    found = ask("""SELECT ?begin { ?c a f:Commitment ; f:obligor state:greece ;
        f:obligee state:france ; f:commitmentType commitment:defense ;
        f:arrangement arrangement:cow-9002 ; f:earliestBegin ?begin }""")
    assert found == [("1950-04-04",), ("1970-06-01",)]


def test_a_blank_pledge_is_left_open_and_a_nought_is_said_nothing_of(ask: Ask) -> None:
    found = ask(f"""SELECT ?type ?polarity {{ GRAPH <{COW}> {{
        ?c a f:Commitment ; f:obligor state:romania ; f:arrangement arrangement:cow-9003 ;
           f:commitmentType ?type ; f:polarity ?polarity }} }}""")
    assert set(found) == {("nonaggression", "affirmed"), ("consultation", "not-stated")}
    facts = ask("""SELECT ?type { ?c a f:Commitment ; f:obligor state:romania ;
        f:arrangement arrangement:cow-9003 ; f:commitmentType ?type }""")
    assert set(facts) == {("nonaggression",)}


def test_one_code_of_two_states_is_cut_where_they_followed_one_another(ask: Ask) -> None:
    body = "arrangement:cow-9003"
    assert members(ask, body, "2005-01-01", "surely") == {"yugoslavia", "romania"}
    assert members(ask, body, "2010-01-01", "surely") == {"serbia", "romania"}
    found = ask("""SELECT ?by { ?c a f:Commitment ; f:obligor ?by ; f:obligee state:romania ;
        f:arrangement arrangement:cow-9003 }""")
    assert found == [("serbia",), ("yugoslavia",)]


def test_a_label_that_the_pledges_do_not_bear_out_is_kept_and_not_followed(ask: Ask) -> None:
    ranks = ask(f"""SELECT ?thing ?type ?rank {{ GRAPH <{COW}> {{
        ?c a f:Classification ; f:classified ?thing ; f:type ?type ; f:note ?note }}
        ?c f:rank ?rank FILTER(CONTAINS(?note, "neutrality")) }}""")
    assert ranks == [
        ("cow-9003", "cow-type-iia", "deprecated"),
        ("cow-9004", "cow-type-iia", "normal"),
    ]


def test_types_follow_from_the_pledges(ask: Ask) -> None:
    found = ask("""SELECT ?thing { ?thing a f:DefensePact
        FILTER(STRSTARTS(STR(?thing), "https://w3id.org/foedus/id/arrangement/cow-")) }""")
    assert found == [("cow-9001",), ("cow-9002",)]


def test_each_value_leads_to_data_set_version_record_and_row(ask: Ask) -> None:
    found = ask("""SELECT ?title ?record ?version ?row {
        ?c a f:Commitment ; f:obligor state:france ; f:obligee state:spain ; f:basis ?s .
        ?s f:evidence ?e . ?e f:inSource ?source ; f:record ?record ; f:row ?row ;
        f:datasetVersion ?version . ?source rdfs:label ?title }""")
    assert found == [
        (
            "COW Formal Alliances, version 4.1",
            "alliance_v4.1_by_directed: version4id 9002, ccode1 220, ccode2 230, spell 1",
            "4.1",
            "4",
        ),
        (
            "COW Formal Alliances, version 4.1",
            "alliance_v4.1_by_dyad: version4id 9002, ccode1 220, ccode2 230, spell 1",
            "4.1",
            "3",
        ),
    ]


def test_no_alliance_and_not_covered_differ(ask: Ask) -> None:
    """France and Romania: no pledge told. COW could have known of defense, not of offense."""
    text = """SELECT ?source {{ ?coverage a f:Coverage ; f:coverageOf ?source ;
        f:coveredKind kind:commitment ; f:coveredType commitment:{type} ;
        f:earliestBegin ?first ; f:latestEnd ?last .
        FILTER(?first <= "{day}"^^xsd:date && "{day}"^^xsd:date <= ?last) }}"""
    assert ask(text.format(type="defense", day="1960-01-01")) == [("cow-alliances-4.1",)]
    assert ask(text.format(type="offense", day="1960-01-01")) == []
    assert ask(text.format(type="defense", day="2015-01-01")) == []


def test_years_of_membership_stay_years(ask: Ask) -> None:
    body = "organization:igo-hanse"
    assert members(ask, body, "1950-06-01", "surely") == set()
    assert members(ask, body, "1950-06-01", "possibly") == {"france"}
    assert members(ask, body, "1955-01-01", "surely") == {"france"}
    assert members(ask, body, "1968-01-01", "possibly") == set()
    assert members(ask, body, "2014-12-31", "surely") == {"france"}
    observers = ask("SELECT ?who { ?who ^f:member [ f:arrangement organization:igo-hanse ; "
                    "f:role role:observer ] }")  # fmt: skip
    assert observers == [("switzerland",)]


def test_suspensions_withdrawals_and_returns_are_kept_apart(ask: Ask) -> None:
    roles = ask("""SELECT ?who ?role ?begin ?end { GRAPH
        <https://w3id.org/foedus/graph/source/memberships-2025> {
        ?s a f:Membership ; f:member ?who ; f:role ?role .
        OPTIONAL { ?s f:begin ?begin } OPTIONAL { ?s f:end ?end } } }""")
    assert roles == [
        ("greece", "member", "", ""),
        ("greece", "suspended", "1979-03-26", "1989-05"),
        ("ireland", "observer", "", ""),
        ("palestine", "member", "", ""),
        ("spain", "member", "1948", "1962"),
        ("sweden", "member", "1992-05-15", "1999-04-02"),
        ("sweden", "member", "2006-08", ""),
    ]
    acts = ask("""SELECT ?kind ?whom ?day { ?a a f:Act ; f:counterpart ?whom ; f:actKind ?kind ;
        f:earliestBegin ?day FILTER(?whom IN (state:greece, state:spain)) }""")
    assert acts == [
        ("reinstated", "greece", "1989-05-01"),
        ("suspended", "greece", "1979-03-26"),
        ("suspended", "spain", "1962-01-01"),
    ]


def test_states_that_took_the_place_of_others_are_linked(ask: Ask) -> None:
    found = ask("""SELECT ?one ?other ?day { GRAPH
        <https://w3id.org/foedus/graph/source/cow-states-2016> {
        ?s a f:StateSuccession ; f:predecessor ?one ; f:successor ?other ; f:date ?day } }""")
    assert found == [
        ("north-yemen", "yemen", "1990-05-21"),
        ("south-yemen", "yemen", "1990-05-21"),
        ("yugoslavia", "serbia", "2006-06-03"),
    ]


def test_what_is_imported_conforms_to_the_shapes(
    imports: dict[str, Path], content_dir: Path
) -> None:
    content = find_content(content_dir, open_imports(tuple(imports.values())))
    report = run_check(content, texts=Texts(), stages=["shapes"])
    assert {finding.rule for stage in report.stages for finding in stage.findings} <= {
        "shape-unmet"
    }


def test_a_release_with_imports_has_their_terms_and_no_licence_for_the_whole(ask: Ask) -> None:
    found = ask("""SELECT ?p ?o { GRAPH <https://w3id.org/foedus/graph/description> {
        ?release a void:Dataset ; dcterms:identifier ?digest ; ?p ?o .
        FILTER(?p IN (dcterms:rights, dcterms:license)) } }""")
    assert {p for p, _ in found} == {"rights"}
    assert any("COW Formal Alliances, version 4.1: " in words for _, words in found)
