"""The table of statuses, row by row: what is asked, what is answered, and what it says besides."""

import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SOURCE = "https://w3id.org/foedus/graph/source/hope-1894"
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"


def refused(response: TestResponse, status: int, kind: str) -> dict:
    """The problem of a refused request, after what holds for every one."""
    assert response.status_code == status, response.data
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    problem = json.loads(response.data)
    assert problem["type"] == f"http://foedus.example/base/problems#{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def asked(client: FlaskClient, *pairs: tuple[str, str]) -> TestResponse:
    return client.get("/sparql?" + urlencode(pairs))


def test_no_parameters_give_the_service_description(client: FlaskClient) -> None:
    response = client.get("/sparql")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert b"sd:Service" in response.data


def test_no_parameters_give_a_browser_the_query_page(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_query_missing_among_other_parameters_is_400(client: FlaskClient) -> None:
    problem = refused(asked(client, ("default-graph-uri", SOURCE)), 400, "parameters")
    assert "query is missing" in problem["detail"]


def test_an_empty_query_is_400_with_its_place_and_what_was_expected(client: FlaskClient) -> None:
    problem = refused(asked(client, ("query", "")), 400, "syntax")
    assert (problem["line"], problem["column"]) == (1, 1)
    assert problem["expected"] == "SELECT, ASK, CONSTRUCT or DESCRIBE"


def test_two_queries_are_400(client: FlaskClient) -> None:
    problem = refused(asked(client, ("query", "ASK {}"), ("query", "ASK {}")), 400, "parameters")
    assert "2 times" in problem["detail"]


def test_a_query_in_the_body_and_one_in_the_address_are_two(client: FlaskClient) -> None:
    response = client.post("/sparql?query=ASK{}", data="ASK {}", content_type=QUERY)
    refused(response, 400, "parameters")


def test_query_and_update_together_are_400(client: FlaskClient) -> None:
    refused(asked(client, ("query", "ASK {}"), ("update", "DROP ALL")), 400, "parameters")
    response = client.post("/sparql", data={"query": "ASK {}", "update": "DROP ALL"})
    refused(response, 400, "parameters")


def test_a_syntax_error_is_400_with_line_column_caret_and_what_was_expected(
    client: FlaskClient,
) -> None:
    problem = refused(asked(client, ("query", "SELECT ?s\nWHERE ?s ?p ?o")), 400, "syntax")
    assert (problem["line"], problem["column"]) == (2, 7)
    assert problem["expected"] == '"{"'
    line, caret = problem["excerpt"].split("\n")
    assert line == "WHERE ?s ?p ?o"
    assert caret.index("^") == 6


def test_bad_utf8_is_400_wherever_it_stands(client: FlaskClient) -> None:
    refused(client.get("/sparql?query=ASK%7B%22%FF%22%7D"), 400, "parameters")
    refused(client.post("/sparql", data=b"query=%FF", content_type=FORM), 400, "parameters")
    response = client.post("/sparql", data=b'ASK {"\xff"}', content_type=QUERY)
    problem = refused(response, 400, "parameters")
    assert "byte 6" in problem["detail"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_relative_graph_iri_is_400(client: FlaskClient, name: str) -> None:
    refused(asked(client, ("query", "ASK {}"), (name, "source/rfi")), 400, "parameters")


@pytest.mark.parametrize(
    "asked_",
    [
        {"path": "/sparql?update=DROP%20ALL"},
        {"method": "POST", "data": "update=DROP+ALL", "content_type": FORM},
        {"method": "POST", "data": "DROP ALL", "content_type": UPDATE},
        {"path": "/sparql?query=INSERT%20DATA%20%7B%7D"},
        {"method": "POST", "data": "LOAD <http://127.0.0.1/x>", "content_type": QUERY},
    ],
    ids=["in the address", "in a form", "direct", "as a query", "as a query in the body"],
)
def test_an_update_is_403_in_every_form(client: FlaskClient, asked_: dict) -> None:
    refused(client.open(**{"path": "/sparql", **asked_}), 403, "read-only")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_what_writes_to_the_endpoint_is_405_with_allow(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method, data="x")
    refused(response, 405, "method")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_what_writes_to_a_graph_is_405_with_allow(client: FlaskClient, method: str) -> None:
    response = client.open("/graphs?default", method=method, data="<a:a> <a:b> <a:c> .")
    refused(response, 405, "method")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "sparql"])
def test_a_post_without_or_with_another_type_is_415_with_accept_post(
    client: FlaskClient, content_type: str | None
) -> None:
    response = client.post("/sparql", data=b"ASK {}", content_type=content_type)
    refused(response, 415, "media-type")
    assert response.headers["Accept-Post"] == f"{QUERY}, {FORM}"


def test_an_unknown_charset_is_415(client: FlaskClient) -> None:
    response = client.post("/sparql", data="ASK {}", content_type=f"{QUERY}; charset=latin-1")
    refused(response, 415, "media-type")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_coded_body_is_415_and_never_decoded(client: FlaskClient, coding: str) -> None:
    response = client.post(
        "/sparql", data=b"x", content_type=QUERY, headers={"Content-Encoding": coding}
    )
    refused(response, 415, "media-type")
    assert response.headers["Accept-Encoding"] == "identity"


def test_nothing_acceptable_is_406_with_the_list_and_before_evaluating(
    client: FlaskClient,
) -> None:
    response = client.get(
        "/sparql", query_string={"query": FOREVER}, headers={"Accept": "image/png"}
    )
    problem = refused(response, 406, "format")
    assert "application/sparql-results+json" in problem["formats"]
    assert "text/turtle" not in problem["formats"]
    assert "evaluate" not in response.headers.get("Server-Timing", "")


def test_a_body_too_long_is_413(client: FlaskClient) -> None:
    response = client.post("/sparql", data="#" * 60_000, content_type=QUERY)
    problem = refused(response, 413, "too-long")
    assert "body_bytes" in problem["detail"]


def test_an_address_too_long_is_414(client: FlaskClient) -> None:
    problem = refused(client.get("/sparql?query=" + "x" * 9000), 414, "address-too-long")
    assert "url_characters" in problem["detail"]


def test_a_service_that_is_not_allowed_is_403(client: FlaskClient) -> None:
    refused(asked(client, ("query", "ASK { SERVICE <http://127.0.0.1/> {} }")), 403, "service")


def test_a_silent_service_is_one_empty_solution(client: FlaskClient) -> None:
    query = "SELECT ?x { SERVICE SILENT <http://127.0.0.1/> { ?x ?y ?z } }"
    response = asked(client, ("query", query))
    assert response.status_code == 200
    assert response.get_json()["results"]["bindings"] == [{}]


def test_the_time_limit_is_503_by_name_and_without_retry_after(client: FlaskClient) -> None:
    response = asked(client, ("query", FOREVER))
    problem = refused(response, 503, "time")
    assert problem["limit"] == "query_seconds"
    assert "Retry-After" not in response.headers


def test_the_result_limit_is_422_by_name_and_names_the_dump(client: FlaskClient) -> None:
    response = asked(client, ("query", "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 6000"))
    problem = refused(response, 422, "result-too-large")
    assert problem["limit"] == "result_rows"
    assert problem["dump"].startswith("http://foedus.example/base/release/")


def test_a_full_queue_is_503_with_retry_after(
    app: Flask, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = app.extensions["foedus"]
    answers: list[int] = []

    def ask(limit: int) -> None:
        try:
            text = quote(f"{FOREVER} LIMIT {limit}")  # three questions, or two wait for the first
            with urllib.request.urlopen(f"{address}/sparql?query={text}") as answer:
                answers.append(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                answers.append(error.code)

    monkeypatch.setattr(pool, "limits", replace(pool.limits, queue_length=0, light_seconds=5))
    threads = [threading.Thread(target=ask, args=[limit]) for limit in (1, 2, 3)]
    try:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 5
        while pool._idle or pool._idle_light:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        response = app.test_client().get("/sparql?query=ASK{?unasked ?p ?o}")
        refused(response, 503, "busy")
        assert response.headers["Retry-After"] == "5"
    finally:
        for thread in threads:
            thread.join(10)
    assert answers == [503, 503, 503]


@pytest.mark.parametrize(
    "path",
    [
        "/id/state/nowhere",
        "/doc/id/state/nowhere",
        "/concept/role/none",
        "/graphs?graph=https://w3id.org/foedus/graph/none",
        "/nothing/here",
    ],
)
def test_what_is_unknown_is_404(client: FlaskClient, path: str) -> None:
    refused(client.get(path), 404, "unknown")


def test_what_was_withdrawn_is_410(client: FlaskClient) -> None:
    refused(client.get("/id/statement/hope-1894/withdrawn"), 410, "withdrawn")


def test_a_bug_is_500_with_an_id_and_nothing_of_the_inside(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr(app.extensions["foedus"], "open", broken)
    response = asked(client, ("query", "ASK { ?unheard ?p ?o }"))
    problem = refused(response, 500, "broken")
    assert problem["id"] in problem["detail"]
    assert b"inside" not in response.data
    assert b"ZeroDivision" not in response.data
