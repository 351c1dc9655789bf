"""The W3C suites of query evaluation, results formats and query syntax, over HTTP."""

from pathlib import PurePosixPath

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conformance import compare, results
from conformance.data import parameters, triples
from conformance.manifest import Test, file_of

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
OF_FILES = {".srx": XML, ".srj": JSON, ".csv": CSV, ".tsv": TSV}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def ask(client: FlaskClient, test: Test, accept: str) -> TestResponse:
    """The answer to the query of *test* over its dataset; its base is the query file's address."""
    text = f"BASE <{test.query}> " + file_of(test.query).read_text(encoding="utf-8")
    return client.get(
        "/sparql",
        query_string=[("query", text), *parameters(test)],
        headers={"Accept": accept},
    )


@pytest.mark.w3c("QueryEvaluationTest", "CSVResultFormatTest")
def test_a_query_has_the_result_of_the_w3c(
    client: FlaskClient, test: Test, in_other_numerals: str
) -> None:
    """In every format that can say it. ``in_other_numerals``: why only the values need be equal."""
    kind = PurePosixPath(test.result).suffix
    table: results.Table | bool | None
    if kind == ".ttl":
        graph = list(triples(test.result))
        table = results.read_graph(graph)
        if table is None:
            graph_is_the_same(client, test, graph)
            return
    else:
        table = results.read(file_of(test.result).read_bytes(), kind)
    exact = True
    for accept in formats(kind, table):
        response = ask(client, test, accept)
        assert response.status_code == 200, response.text
        assert response.mimetype == accept
        found = results.read(response.data, accept)
        different = compare.difference(found, table, by_value=bool(in_other_numerals))
        assert not different, f"{accept}: {different}"
        exact = exact and not compare.difference(found, table)
    if in_other_numerals:
        assert not exact, "equal to the letter: take it out of the list of expected failures"
        pytest.xfail(in_other_numerals)


def formats(kind: str, table: results.Table | bool) -> tuple[str, ...]:
    """The media types to ask for, that of the expected document first."""
    if kind == ".csv":
        return (CSV,)  # it tells less than the others
    if isinstance(table, bool):
        return (XML, JSON)
    return tuple(dict.fromkeys((OF_FILES.get(kind, XML), XML, JSON, TSV)))


def graph_is_the_same(client: FlaskClient, test: Test, wanted: list[ox.Triple]) -> None:
    for media_type, rdf_format in GRAPHS.items():
        response = ask(client, test, media_type)
        assert response.status_code == 200, response.text
        assert response.mimetype == media_type
        found = [quad.triple for quad in ox.parse(response.data, format=rdf_format)]
        assert compare.same_graph(found, wanted), f"{media_type}: {response.text}"


@pytest.mark.w3c("PositiveSyntaxTest11")
def test_a_query_that_the_w3c_calls_right_is_answered(client: FlaskClient, test: Test) -> None:
    response = client.post(
        "/sparql", data=file_of(test.query).read_bytes(), content_type="application/sparql-query"
    )
    assert response.status_code == 200, response.text


@pytest.mark.w3c("NegativeSyntaxTest11")
def test_a_query_that_the_w3c_calls_wrong_is_refused_as_such(
    client: FlaskClient, test: Test
) -> None:
    response = client.post(
        "/sparql", data=file_of(test.query).read_bytes(), content_type="application/sparql-query"
    )
    assert response.status_code == 400, response.text
    assert response.json["type"].endswith("#syntax")
