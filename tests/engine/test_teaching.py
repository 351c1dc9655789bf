"""Syntax errors name the mistake, where it is, and what to write instead."""

import datetime

import pyoxigraph as ox
import pytest

from foedus.content.names import prefixes
from foedus.engine import EmbeddedEngine, QuerySyntaxError
from foedus.engine.guard import check
from foedus.engine.teaching import relocated, taught
from foedus.engine.words import WORDS

P = "PREFIX f: <https://w3id.org/foedus/ontology#>\n"


def lesson(engine: EmbeddedEngine, query: str) -> QuerySyntaxError:
    try:
        check(query, known_prefixes=prefixes())
        engine.query(query)
    except QuerySyntaxError as error:
        return taught(error)
    pytest.fail(f"{query} is no error")


@pytest.mark.parametrize(
    ("query", "place", "expected", "hint"),
    [
        ("SELCT ?s { ?s ?p ?o }", (1, 1), "SELECT", "Did you mean SELECT?"),
        ("SELECT ?s WHER { ?s ?p ?o }", (1, 11), "WHERE", "Did you mean WHERE?"),
        ("SELECT ?s { ?s ?p ?o FITLER(?o > 1) }", (1, 22), "FILTER", "Did you mean FILTER?"),
        ("SELECT ?s {\n OPTINAL { ?s ?p ?o } }", (2, 2), "OPTIONAL", "Did you mean OPTIONAL?"),
        ("SELECT ?s { ?s ?p ?o } ODER BY ?s", (1, 24), "ORDER", "Did you mean ORDER?"),
        ("ASK { ?s ?p ?o FILTER(REGX(?o, 'a')) }", (1, 23), "REGEX", "Did you mean REGEX?"),
        ("ASK { ?s a State }", (1, 12), None, "A name carries its prefix"),
        ("SELECT ?s { ?s ?p ?o } LIMIT ten", (1, 30), "as in 10", None),
        ("SELECT ?s, ?o { ?s ?p ?o }", (1, 10), "variables side by side, as in ?a ?b", None),
        ("SELECT COUNT(?s) { ?s ?p ?o }", (1, 8), "(COUNT(?s) AS ?name)", None),
        ("ASK { ?s ?p ?o FILTER ?o = 3 }", (1, 23), "FILTER(…)", None),
        ("ASK { ?s ?p ?o . ?o = 3 }", (1, 21), "FILTER(…)", None),
        ("SELECT ?s { BIND(1 AS ?s) BIND(2 AS ?s) }", (1, 37), "a new variable after AS", None),
        ("ASK { ?s ?p }", (1, 13), "subject, predicate and object before this", None),
        ("ASK { ?s ?p ?o ?x . ?a ?b ?c }", (1, 16), "a . ; or , before this", None),
        ("ASK { ?s a ?o ; ?p 'x'@en ?y }", (1, 27), "a . ; or , before this", None),
        ("ASK { VALUES (?a ?b) { (1 2) } ?a ?b }", (1, 38), "subject, predicate", None),
        ("ASK { ?s ?p ?o FILTER(?o = 1 AND ?s = 2) }", (1, 30), "&&", None),
        ("ASK { ?s ?p ?o FILTER(?o == 1) }", (1, 26), "=", None),
        ("ASK { ?s ?p ?o FILTER(?o <> 1) }", (1, 26), "!=", None),
        ("ASK { ?s ?p ?o MINUS ?s ?p ?x }", (1, 22), "MINUS { … }", None),
        ("SELECT * { ?s ?p ?o } ORDER ?s", (1, 29), "ORDER BY", None),
        ("SELECT * { ?s ?p ?o } LIMIT 5 ORDER BY ?s", (1, 31), "then LIMIT", None),
        ("SELECT ?s ?o { ?s ?p ?o } GROUP BY ?s", None, "each variable of SELECT", "SAMPLE"),
        (P + "ASK { ?s f:a/f:b }", (2, 18), "a variable, an IRI, a prefixed name", None),
        ("ASK { ?s <http://a b> ?o }", (1, 11), "an IRI without spaces", "%20"),
        ("ASK { ?s f:member ?o }", (1, 10), "PREFIX f: <…>", "Write: PREFIX f: <https://w3id.org/"),
        ("ASK { ?s foaf:name ?o }", (1, 10), "PREFIX foaf:", "Write: PREFIX foaf: <http://xmlns"),
        ("ASK { sate:iraq ?p ?o }", (1, 7), "PREFIX sate:", "Did you mean state:?"),
    ],
)
def test_the_mistake_is_named(
    query: str, place: tuple[int, int] | None, expected: str | None, hint: str | None
) -> None:
    error = lesson(EmbeddedEngine(ox.Store()), query)
    if place is not None:
        assert (error.line, error.column) == place, str(error)
        assert error.excerpt.split("\n")[1].index("^") == place[1] - 1
    if expected is not None:
        assert expected in (error.expected or ""), str(error)
    if hint is not None:
        assert hint in (error.hint or ""), str(error)


def test_an_error_without_a_place_or_of_a_huge_text_is_left_alone() -> None:
    for error in (
        QuerySyntaxError("the endpoint refused the query", text="SELCT"),
        QuerySyntaxError("no", line=1, column=1, text="SELCT" + " " * 200_000),
    ):
        assert taught(error) is error


def test_every_word_of_sparql_is_known() -> None:
    for word in ("SELECT", "a", "ENCODE_FOR_URI", "true", "GROUP_CONCAT", "isNumeric", "UNDEF"):
        assert word.upper() in WORDS


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT ?at { ?s ?p ?at . ?at ?q }", (1, 34)),
        ("SELECT ?s {\n FILTER(?at > ?s && ?at < ?s) ?s ?p }", (2, 38)),
        ("ASK { SERVICE SILENT <urn:x> {\n ?a ?b ?c }\n ?s ?p }", (3, 9)),
        ("SELECT ?s { ?s ?p ?at } LIMIT ten", (1, 31)),
        ("ASK { ?s ?p }", (1, 14)),
    ],
)
def test_an_error_is_placed_in_the_query_as_it_was_asked(
    query: str, place: tuple[int, int]
) -> None:
    checked = check(query, at=datetime.date(1955, 2, 24))
    with pytest.raises(QuerySyntaxError) as raised:
        EmbeddedEngine(ox.Store()).evaluate(checked, "application/sparql-results+json")
    error = relocated(raised.value, query)
    assert (error.line, error.column) == place, str(error)
