"""How two results are compared: one by one, with blank nodes under any name."""

import pyoxigraph as ox
import pytest

from conformance import compare, results
from conformance.results import Table

XSD = "http://www.w3.org/2001/XMLSchema#"


def number(text: str, kind: str = "integer") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def table(*rows: dict[str, results.Term]) -> Table:
    return Table(("a", "b"), rows)


b0, b1, x, y = (ox.BlankNode(name) for name in ("b0", "b1", "x", "y"))


def test_rows_are_the_same_under_other_names_of_blank_nodes() -> None:
    assert not compare.difference(
        table({"a": b0, "b": b1}, {"a": b1}), table({"a": y}, {"a": x, "b": y})
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (({"a": b0, "b": b0},), ({"a": x, "b": y},)),
        (({"a": b0, "b": b1},), ({"a": x, "b": x},)),
        (({"a": b0}, {"b": b0}), ({"a": x}, {"b": y})),
        (({"a": number("1")}, {"a": number("1")}), ({"a": number("1")},)),
        (({"a": number("01")},), ({"a": number("1")},)),
        (({"a": number("1")},), ({"a": number("1", "int")},)),
        (({"a": ox.Literal("x")},), ({"a": ox.Literal("x", language="en")},)),
        (({"a": ox.Literal("x")},), ({"a": ox.NamedNode("x:x")},)),
        (({"a": ox.Literal("x")},), ({"b": ox.Literal("x")},)),
        (({},), ()),
    ],
)
def test_rows_that_differ_are_told_apart(
    left: tuple[dict[str, results.Term], ...], right: tuple[dict[str, results.Term], ...]
) -> None:
    assert compare.difference(table(*left), table(*right))
    assert compare.difference(table(*right), table(*left))


def test_a_value_has_one_spelling_when_compared_by_value() -> None:
    left, right = table({"a": number("1.0E2", "double")}), table({"a": number("100", "double")})
    assert compare.difference(left, right)
    assert not compare.difference(left, right, by_value=True)
    other = table({"a": number("101", "double")})
    assert compare.difference(left, other, by_value=True)


def test_truth_is_not_a_table() -> None:
    assert compare.difference(True, table())
    assert compare.difference(True, False)
    assert not compare.difference(False, False)


def test_graphs_are_the_same_under_other_names_of_blank_nodes() -> None:
    p = ox.NamedNode("urn:p")
    ring = [ox.Triple(b0, p, b1), ox.Triple(b1, p, b0)]
    assert compare.same_graph(ring, [ox.Triple(x, p, y), ox.Triple(y, p, x)])
    assert not compare.same_graph(ring, [ox.Triple(x, p, x), ox.Triple(y, p, y)])


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (".srx", b"<sparql xmlns='http://www.w3.org/2005/sparql-results#'><head/>"),
        (".srx", b"<sparql xmlns='http://www.w3.org/2005/sparql-results#'><head/></sparql>"),
        (".srj", b'{"head":{"vars":["a"]},"results":{"bindings":['),
        (".csv", b"a,b\r\n1\r\n"),
        (".tsv", b"?a\t?b\n1\n"),
        (".tsv", b"?a\n<urn:a\n"),
        (".tsv", b"a\n1\n"),
    ],
)
def test_a_document_that_is_cut_off_or_wrong_is_no_result(kind: str, document: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        results.read(document, kind)
