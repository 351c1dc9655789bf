"""A query read by its shape is read as it would be by itself."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.engine import Limits, check
from foedus.engine.errors import QueryError
from foedus.engine.normalize import normal
from foedus.engine.shapes import Reader

BASE = "http://foedus.example/sparql"
DAY = datetime.date(1958, 6, 1)


def reader() -> Reader:
    return Reader(Limits(), BASE, {})


def alone(text: str) -> tuple[object, str]:
    """What is read of a text without any shape."""
    checked = check(text, at=DAY, limits=Limits(), base=BASE)
    return checked, normal(checked.text) if checked.deterministic else ""


@pytest.mark.parametrize(
    "shape",
    [
        "SELECT * {{ <{0}> ?p '{1}' }}",
        'PREFIX e: <urn:e:>\nselect ?s {{ ?s e:in <{0}> ; e:name "{1}"@en }} LIMIT 5',
        "PREFIX x: <urn:x#> ASK {{ _:a x:of <{0}>, '{1}'^^x:date FILTER(1<2) }}",
        "DESCRIBE <{0}> # '{1}",
    ],
)
def test_a_text_of_a_known_shape_is_read_without_its_tokens(shape: str) -> None:
    rules = reader()
    first = rules.read(shape.format("urn:a", "one"), DAY)
    second = shape.format("http://example.org/b#c", "two words")
    found = rules.known(second, DAY)
    if "#" in shape and "'" in shape.split("#")[-1] and "DESCRIBE" in shape:
        assert found is None  # what stands in a comment is no constant
        return
    assert found is not None
    assert (found.checked, found.normal) == alone(second)
    assert found.normal != first.normal


@pytest.mark.parametrize(
    ("learned", "asked"),
    [
        ("SELECT * { ?s <urn:a> ?o }", "SELECT * { ?s <relative> ?o }"),
        ("SELECT * FROM <urn:g> { ?s ?p ?o }", "SELECT * FROM <urn:h> { ?s ?p ?o }"),
        ("BASE <urn:a:> SELECT * { ?s <urn:x:> ?o }", "BASE <urn:b:> SELECT * { ?s <urn:x:> ?o }"),
        (
            "SELECT * { ?s ?p <urn:a> FILTER(?at > 1) }",
            "SELECT * { ?s ?p <urn:b> FILTER(?at > 1) }",
        ),
        ("SELECT (NOW() AS ?n) { ?s ?p <urn:a> }", "SELECT (NOW() AS ?n) { ?s ?p <urn:b> }"),
        ("SELECT * { ?s ?p 'a' }", "SELECT * { ?s ?p '\\u0061' }"),
        ("SELECT * { ?s ?p 'a' }", "SELECT * { ?s ?p '''a''' }"),
        ("SELECT * { ?s ?p 'a' }", "SELECT * { ?s ?p <urn:a> }"),
        ("SELECT * { ?s ?p 'a' }", 'SELECT * { ?s ?p "a" }'),
    ],
)
def test_where_the_inside_of_a_constant_counts_every_text_is_read_by_itself(
    learned: str, asked: str
) -> None:
    rules = reader()
    rules.read(learned, DAY)
    assert rules.known(asked, DAY) is None
    read = rules.read(asked, DAY)
    assert (read.checked, read.normal) == alone(asked)


@pytest.mark.parametrize(
    "hidden",
    [
        "SELECT * { ?a ?b ?c FILTER(?a<SERVICE?s#>\n) }",
        "SELECT * { ?a ?b ?c FILTER(1<2)SERVICE?s#>\n{} }",
        "SELECT * { ?a ?b '' SERVICE <urn:x> {} }",
    ],
)
def test_a_service_cannot_hide_in_what_looks_like_a_constant(hidden: str) -> None:
    rules = reader()
    for learned in ("SELECT * { ?a ?b ?c FILTER(?a<urn:x>\n) }", "SELECT * { ?a ?b 'x' }"):
        try:
            rules.read(learned, DAY)
        except QueryError:
            continue
    with pytest.raises(QueryError):
        rules.read(hidden, DAY)


PIECES = st.sampled_from(
    [
        "<urn:a>", "<urn:b#c>", "<x>", "<", ">", "<=", '"a"', '""', "'b c'", "'''", '"""', "'",
        "# c\n", "#", "\n", " ", "?s", "?at", "?p", "?o", "a", ".", ";", ",", "e:x", "e:", "_:b",
        "{", "}", "(", ")", "FILTER", "SERVICE", "FROM", "GRAPH", "1", "-", "+", "^", "@en", "^^",
        "NOW()", "UNION", "SELECT", "WHERE", "VALUES", "LIMIT", "\\", "PREFIX", "BASE", "{ ?s ?p ",
    ]
)  # fmt: skip
CONSTANTS = st.sampled_from(
    ["<urn:z>", "<http://e/#f>", "<y>", '"d"', "'e f'", '"f\'g"', "'a#b'", '"<urn:i>"', "'{'"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(PIECES, st.none()), max_size=14), st.data())
def test_whatever_is_read_by_its_shape_is_read_as_by_itself(
    pieces: list[str | None], data: st.DataObject
) -> None:
    rules = reader()

    def filled() -> str:
        inside = "".join(data.draw(CONSTANTS) if piece is None else piece for piece in pieces)
        return "PREFIX e: <urn:e:> SELECT * { ?s ?p ?o . " + inside + " }"

    for _ in range(3):
        text = filled()
        known = rules.known(text, DAY)
        try:
            expected = alone(text)
        except QueryError as error:
            assert known is None
            with pytest.raises(type(error)):
                rules.read(text, DAY)
            continue
        read = known or rules.read(text, DAY)
        assert (read.checked, read.normal) == expected
