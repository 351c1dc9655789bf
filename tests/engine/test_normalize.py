"""When two texts are one question, and whether a question has one answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.engine import CheckedQuery, EmbeddedEngine, check
from foedus.engine.normalize import normal, unrepeatable
from foedus.engine.serialize import JSON, N_TRIPLES
from foedus.engine.tokens import scan

QUERY = "PREFIX e: <http://example.org/>\nSELECT ?s ?o { ?s e:in ?o . FILTER(?s != <urn:a#b>) }"


@pytest.mark.parametrize(
    "same",
    [
        'prefix  e:<http://example.org/> # a comment with { and "\nselect ?s ?o{?s e:in ?o.'
        "filter(?s!=<urn:a#b>)}",
        "PREFIX other: <urn:unused/> PREFIX x: <http://example.org/>\n"
        "SELECT ?s ?o { ?s x:in ?o . FILTER(?s != <urn:a#b>) }",
        "SELECT $s $o {\n\t$s <http://example.org/in> $o .\r\n FILTER ( $s != <urn:a#b> ) }",
        "PREFIX e: <urn:no> PREFIX e: <http://example.org/> PREFIX u: <urn:>\n"
        "SELECT ?s ?o { ?s e:in ?o . FILTER(?s != u:a\\#b) }",
    ],
)
def test_the_same_question_has_the_same_normal_text(same: str) -> None:
    assert normal(same) == normal(QUERY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT ?s { ?s ?p 'a b' }", "SELECT ?s { ?s ?p 'a  b' }"),
        ("SELECT ?s { ?s ?p '# x' }", "SELECT ?s { ?s ?p '' }"),
        ("SELECT ?s { ?s ?p 'A' }", "SELECT ?s { ?s ?p 'a' }"),
        ("SELECT ?s { ?s ?p 'a'@en }", "SELECT ?s { ?s ?p 'a'@fr }"),
        ("SELECT ?s { ?s ?p ?o }", "SELECT ?S { ?S ?p ?o }"),
        ("SELECT ?s ?p { ?s ?p ?o }", "SELECT ?p ?s { ?s ?p ?o }"),
        ("SELECT ?s { ?s ?p _:a . _:a ?q _:a }", "SELECT ?s { ?s ?p _:a . _:a ?q _:b }"),
        ("SELECT ?s { ?s ?p 1. ?s ?q 5 }", "SELECT ?s { ?s ?p 1.5 }"),
        ("SELECT ?s { ?s ?p -1 }", "SELECT ?s { ?s ?p - 1 }"),
        ("SELECT ?s { ?s <urn:P> ?o }", "SELECT ?s { ?s <urn:p> ?o }"),
        ("PREFIX e: <urn:1> SELECT * { e:a ?p ?o }", "PREFIX e: <urn:2> SELECT * { e:a ?p ?o }"),
        ("BASE <urn:x/> SELECT * { <a> ?p ?o }", "BASE <urn:y/> SELECT * { <a> ?p ?o }"),
        ("BASE <http://x/> SELECT * { <a> ?p ?o }", "SELECT * { <http://x/a> ?p ?o }"),
        ("SELECT * { ?s ?p '''a\nb''' }", "SELECT * { ?s ?p '''a\n\nb''' }"),
        ("SELECT * { ?s a ?o }", "PREFIX a: <urn:a> SELECT * { ?s a: ?o }"),
    ],
)
def test_another_question_has_another_normal_text(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_labels_of_blank_nodes_in_a_template_do_not_matter_nor_change_the_answer(
    engine: EmbeddedEngine,
) -> None:
    one = "CONSTRUCT { ?s <urn:p> _:x . _:x <urn:q> _:y } { ?s <http://example.org/in> ?o }"
    other = one.replace("_:x", "_:node").replace("_:y", "_:x")
    assert normal(one) == normal(other)
    documents = {engine.evaluate(check(text), N_TRIPLES) for text in (one, one, other)}
    assert len(documents) == 1


SPACES = st.sampled_from([" ", "\n", "\t", "  ", " # ?s } ' \" <\n", "\r\n"])


@settings(max_examples=60, deadline=None)
@given(gaps=st.lists(SPACES, min_size=40, max_size=40))
def test_white_space_and_comments_anywhere_change_neither_text_nor_answer(
    engine: EmbeddedEngine, gaps: list[str]
) -> None:
    text = (
        "PREFIX e: <http://example.org/> SELECT ?s (COUNT(?o) AS ?n) { ?s e:in|e:begin ?o "
        "FILTER(1 < 2 && ?o != 'x') } GROUP BY ?s ORDER BY DESC(?n) ?s LIMIT 5"
    )
    spread = "".join(gap + token.text for token, gap in zip(scan(text), gaps * 2, strict=False))
    assert normal(spread) == normal(text)
    assert engine.evaluate(check(spread), JSON) == engine.evaluate(check(text), JSON)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SELECT (NOW() AS ?t) {}", ("NOW",)),
        ("SELECT (rand () AS ?t) {}", ("RAND",)),
        ("SELECT (UUID() AS ?t) (StrUUID() AS ?u) {}", ("UUID", "STRUUID")),
        ("SELECT * { BIND(BNODE() AS ?b) }", ("BNODE",)),
        ("SELECT * { SERVICE SILENT <http://x/> {} }", ("SERVICE",)),
        ("SELECT * { FILTER(true&&trueNOW()) }", ("NOW",)),
        ("SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o }", ("GROUP_CONCAT",)),
        ("SELECT (SAMPLE(?o) AS ?x) { ?s ?p ?o } ORDER BY ?x", ("SAMPLE",)),
        (
            "SELECT (SAMPLE(?o) AS ?x) { { SELECT ?o { ?s ?p ?o } ORDER BY ?o } ?a ?b ?o }",
            ("SAMPLE",),
        ),
        ("SELECT ?n { ?s ?p ?n { SELECT (SAMPLE(?x) AS ?n) { ?x ?y ?z } } }", ("SAMPLE",)),
        ("SELECT (GROUP_CONCAT(?o) AS ?x) { { SELECT ?o { ?s ?p ?o } ORDER BY ?o } }", ()),
        ("SELECT (SAMPLE(?o) AS ?x) { SELECT ?o { ?s ?p ?o } ORDER BY ?o } GROUP BY ?o", ()),
        ("SELECT ?now ?rand { ?now ?rand 'NOW()' } # UUID()", ()),
        ("SELECT * { ?s ?p ?o } LIMIT 3 OFFSET 2", ()),
        ("SELECT (COUNT(*) AS ?n) (MIN(?o) AS ?m) { ?s ?p ?o }", ()),
        ("CONSTRUCT { ?s ?p _:b } { ?s ?p ?o }", ()),
    ],
)
def test_what_need_not_answer_the_same_again_is_named(text: str, what: tuple[str, ...]) -> None:
    assert unrepeatable(list(scan(text))) == what
    checked: CheckedQuery = check(text)
    assert checked.deterministic is (not what)
