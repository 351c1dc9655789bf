"""``?at`` is a day: the one substitution."""

import datetime

import pytest

from foedus.engine import EmbeddedEngine, check

DAY = datetime.date(1958, 6, 1)
HELD = """PREFIX e: <http://example.org/>
SELECT ?who {} {{ ?who e:begin ?b ; e:end ?e . FILTER(?b <= ?at && ?at <= ?e) }} ORDER BY ?who"""


def members(engine: EmbeddedEngine, text: str, day: datetime.date) -> list[str]:
    return [row[0].value.rsplit("/", 1)[-1] for row in engine.query(text, at=day).rows]


def test_the_day_decides_who_was_in(engine: EmbeddedEngine) -> None:
    assert members(engine, HELD.format(""), DAY) == ["iran", "iraq"]
    assert members(engine, HELD.format(""), datetime.date(1960, 1, 1)) == ["iran"]


def test_in_the_projection_the_day_becomes_a_column(engine: EmbeddedEngine) -> None:
    answer = engine.query(HELD.format("?at"), at=DAY)
    assert answer.variables == ("who", "at")
    assert {row[1].value for row in answer.rows} == {"1958-06-01"}


@pytest.mark.parametrize(
    "inside",
    [
        "FILTER(?b <= ?at && ?at <= ?e)",
        "FILTER NOT EXISTS { ?who e:begin ?later FILTER(?later > ?at) } FILTER(?at <= ?e)",
        "{ SELECT ?who { ?who e:begin ?b2 ; e:end ?e2 FILTER(?b2 <= $at && ?at <= ?e2) } }",
        "BIND(?at AS ?day) FILTER(?b <= ?day && ?day <= ?e)",
        "MINUS { ?who e:end ?gone FILTER(?gone < ?at) }",
    ],
)
def test_it_reaches_every_corner_of_a_query(engine: EmbeddedEngine, inside: str) -> None:
    text = f"""PREFIX e: <http://example.org/>
      SELECT ?who {{ ?who e:begin ?b ; e:end ?e . {inside} }} ORDER BY ?who"""
    assert members(engine, text, DAY) == ["iran", "iraq"]
    assert members(engine, text, datetime.date(1970, 1, 1)) == ["iran"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?at { VALUES ?at { 1 } }",
        "SELECT ?at { VALUES (?x ?at) { (1 2) } }",
        "SELECT ?at { BIND(1 AS ?at) }",
        "SELECT * { ?at ?p ?o }",
        "SELECT * { ?s ?p ?o . ?at ?p ?o }",
        "SELECT ('?at' AS ?x) { } # ?at",
        "SELECT * { ?s ?p ?attack }",
    ],
)
def test_a_query_with_its_own_day_keeps_it(query: str) -> None:
    assert check(query, at=DAY).text == query


def test_grouping_and_ordering_by_the_day_still_parse(engine: EmbeddedEngine) -> None:
    text = "SELECT ?at (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?at ORDER BY ?at DESC(?at)"
    assert [row[0].value for row in engine.query(text, at=DAY).rows] == ["1958-06-01"]


def test_without_a_day_nothing_is_substituted() -> None:
    assert "?at" in check(HELD.format("")).text
