"""``/sparql``: SPARQL 1.1 Protocol, status by input, and nothing that looks complete but is not."""

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPH = "https://w3id.org/foedus/graph/source/hope-1894"
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"


def get(client: FlaskClient, query: str, accept: str | None = None, **more: str):
    return client.get(
        "/sparql",
        query_string={"query": query, **more},
        headers={"Accept": accept} if accept else {},
    )


def values(response) -> list[str]:
    rows = json.loads(response.data)["results"]["bindings"]
    return [cell["value"] for row in rows for cell in row.values()]


@pytest.mark.parametrize("method", ["GET", "POST form", "POST direct", "QUERY"])
def test_every_way_to_ask_gives_the_same_answer(client: FlaskClient, method: str) -> None:
    query = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?l"
    expected = get(client, query).data
    response = {
        "GET": lambda: get(client, query),
        "POST form": lambda: client.post("/sparql", data={"query": query}),
        "POST direct": lambda: client.post("/sparql", data=query, content_type=QUERY),
        "QUERY": lambda: client.open("/sparql", method="QUERY", data=query, content_type=QUERY),
    }[method]()
    assert response.status_code == 200
    assert response.data == expected
    assert "روريتانيا" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (COUNT, "application/sparql-results+json", "application/sparql-results+json"),
        (COUNT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (COUNT, "text/csv", "text/csv; charset=utf-8"),
        (COUNT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("ASK {}", "text/csv", "text/csv; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", "text/turtle; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        ("DESCRIBE <urn:x>", "application/n-quads", "application/n-quads"),
        ("DESCRIBE <urn:x>", "application/trig", "application/trig; charset=utf-8"),
    ],
)
def test_each_format_is_sent_under_its_own_name(
    client: FlaskClient, query: str, accept: str, content_type: str
) -> None:
    response = get(client, query, accept)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/rdf+xml", "application/ld+json"]
)
def test_a_graph_is_the_same_in_every_format(client: FlaskClient, media_type: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(!isBlank(?o) && !isBlank(?s)) }"
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    plain = set(
        ox.parse(get(client, query, "application/n-triples").data, format=ox.RdfFormat.N_TRIPLES)
    )
    assert set(ox.parse(get(client, query, media_type).data, format=rdf_format)) == plain


ROWS: list[tuple[str, dict, int]] = [
    ("query missing among others", {"path": "/sparql?at=1900-01-01"}, 400),
    ("query empty", {"path": "/sparql?query="}, 400),
    ("query twice", {"path": "/sparql?query=ASK{}&query=ASK{}"}, 400),
    ("both query and update", {"path": "/sparql?query=ASK{}&update=DROP%20ALL"}, 400),
    ("syntax", {"path": "/sparql?query=SELEC"}, 400),
    ("bad UTF-8", {"path": "/sparql?query=ASK%20%7B%22%FF%22%7D"}, 400),
    ("relative graph IRI", {"path": "/sparql?query=ASK{}&default-graph-uri=graph"}, 400),
    ("graph of no IRI", {"path": "/sparql?query=ASK{}&named-graph-uri=http://%5B"}, 400),
    ("FROM of no IRI", {"path": "/sparql?query=ASK%20FROM%3Chttp://%5B%3E{}"}, 400),
    ("a day that is none", {"path": "/sparql?query=ASK{}&at=1900-02-30"}, 400),
    ("nesting", {"path": "/sparql?query=ASK" + quote("{" * 200 + "}" * 200)}, 400),
    ("update as query", {"path": "/sparql?query=DROP%20ALL"}, 403),
    ("update in the address", {"path": "/sparql?update=DROP%20ALL"}, 403),
    ("update in a form", {"method": "POST", "data": "update=DROP+ALL", "content_type": FORM}, 403),
    (
        "update direct",
        {"method": "POST", "data": "DROP ALL", "content_type": "application/sparql-update"},
        403,
    ),
    ("SERVICE", {"path": "/sparql?query=" + quote("ASK{SERVICE<http://127.0.0.1/>{}}")}, 403),
    (
        "SERVICE SILENT",
        {"path": "/sparql?query=" + quote("ASK{SERVICE SILENT<http://127.0.0.1/>{}}")},
        200,
    ),
    ("PUT", {"method": "PUT", "data": "x"}, 405),
    ("DELETE", {"method": "DELETE"}, 405),
    ("PATCH", {"method": "PATCH"}, 405),
    (
        "nothing acceptable",
        {"path": "/sparql?query=ASK{}", "headers": {"Accept": "image/png"}},
        406,
    ),
    ("results of CONSTRUCT", {"path": "/sparql?format=csv&query=CONSTRUCT%20WHERE{}"}, 406),
    ("graph of SELECT", {"path": "/sparql?format=ttl&query=SELECT*{}"}, 406),
    ("body too long", {"method": "POST", "data": "x" * 60_000, "content_type": QUERY}, 413),
    ("address too long", {"path": "/sparql?query=" + "x" * 9000}, 414),
    ("no type", {"method": "POST", "data": b"ASK {}"}, 415),
    ("another type", {"method": "POST", "data": "{}", "content_type": "application/json"}, 415),
    (
        "another charset",
        {"method": "POST", "data": "ASK {}", "content_type": QUERY + "; charset=latin-1"},
        415,
    ),
    (
        "a coding",
        {
            "method": "POST",
            "data": "x",
            "content_type": QUERY,
            "headers": {"Content-Encoding": "br"},
        },
        415,
    ),
    (
        "too many rows",
        {"path": "/sparql?query=" + quote("SELECT ?b { ?a ?b ?c . ?d ?e ?f }")},
        422,
    ),
    ("time", {"path": "/sparql?query=" + quote(FOREVER)}, 503),
]


@pytest.mark.parametrize(("what", "asked", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_status_by_input(client: FlaskClient, what: str, asked: dict, status: int) -> None:
    asked = {"method": "GET", "path": "/sparql", **asked}
    response = client.open(asked.pop("path"), **asked)
    assert response.status_code == status, response.data
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = response.get_json()
        assert problem["status"] == status
        assert problem["type"].startswith("http://foedus.example/base/problems#")
        assert problem["detail"]
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    if status == 415:
        assert QUERY in response.headers["Accept-Post"]
    if status == 406:
        assert response.get_json()["formats"]
    assert "Retry-After" not in response.headers


def test_a_syntax_error_teaches(client: FlaskClient) -> None:
    problem = get(client, "SELECT ?s {\n  ?s a f:State\n}").get_json()
    assert (problem["line"], problem["column"]) == (2, 8)
    assert "PREFIX f: <https://w3id.org/foedus/ontology#>" in problem["hint"]
    assert problem["excerpt"].endswith("^")


def test_errors_are_pages_for_browsers_and_never_reflect_markup(client: FlaskClient) -> None:
    attack = "SELECT <script>alert(1)</script>"
    response = get(client, attack, "text/html")
    assert response.headers["Content-Type"].startswith("text/html")
    assert b"<script>" not in response.data
    assert response.status_code == 400
    page = client.get("/query", query_string={"query": attack, "at": ""})
    assert b"<script>" not in page.data


def test_a_relative_iri_is_relative_to_the_public_address(client: FlaskClient) -> None:
    query = "CONSTRUCT { <> <#p> <s> } WHERE {}"
    response = get(client, query, "application/n-triples")
    endpoint = "http://foedus.example/base/sparql"
    assert response.text == f"<{endpoint}> <{endpoint}#p> <http://foedus.example/base/s> .\n"


def test_the_dataset_can_be_named_and_graphs_are_merged(client: FlaskClient) -> None:
    named = [("default-graph-uri", GRAPH), ("default-graph-uri", GRAPH + "-none")]
    path = "/sparql?" + urlencode([("query", COUNT), *named])
    assert values(client.get(path)) == ["9"]
    assert values(get(client, COUNT, **{"default-graph-uri": "urn:nothing"})) == ["0"]


def test_a_form_takes_parameters_of_the_address_too(client: FlaskClient) -> None:
    response = client.post(f"/sparql?default-graph-uri={quote(GRAPH)}", data={"query": COUNT})
    assert values(response) == ["9"]


def test_percent_signs_are_decoded_once(client: FlaskClient) -> None:
    text = 'SELECT ("%41+%2B" AS ?x) {}'
    assert values(client.post("/sparql", data={"query": text})) == ["%41+%2B"]
    assert values(get(client, text)) == ["%41+%2B"]


def test_at_defaults_to_the_end_of_knowledge(client: FlaskClient) -> None:
    held = (
        "PREFIX f: <https://w3id.org/foedus/ontology#> SELECT ?at { ?m f:latestBegin ?b ; "
        "f:earliestEnd ?e . FILTER(?b <= ?at && ?at <= ?e) }"
    )
    assert values(get(client, held)) == ["1900-01-01"]
    assert values(get(client, held, at="1950-01-01")) == []


def test_without_a_query_the_service_describes_itself(client: FlaskClient) -> None:
    response = client.get("/sparql")
    assert response.status_code == 200
    triples = list(ox.parse(response.data, format=ox.RdfFormat.TURTLE))
    objects = {t.object.value for t in triples if not isinstance(t.object, ox.BlankNode)}
    assert "http://foedus.example/base/sparql" in objects
    assert GRAPH in objects
    assert client.get("/sparql?format=jsonld").headers["Content-Type"] == "application/ld+json"


def test_a_browser_gets_the_query_page_with_the_questions(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"}).get_data(as_text=True)
    assert "Who was in the Pact on 1 January 1900?" in page
    answered = client.get("/query?example=membership/who").get_data(as_text=True)
    assert "state:ruritania" in answered


def test_the_same_question_has_the_same_strong_etag_and_is_not_evaluated_twice(
    app: Flask, client: FlaskClient
) -> None:
    first = get(client, COUNT)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    again = client.get(
        "/sparql", query_string={"query": COUNT}, headers={"If-None-Match": f'W/"x", {etag}'}
    )
    assert again.status_code == 304
    assert not again.data
    assert get(client, COUNT, "text/csv").headers["ETag"] != etag
    assert get(client, COUNT, at="1899-01-01").headers["ETag"] == etag  # it reads no ?at
    assert "ETag" not in get(client, "SELECT (NOW() AS ?t) {}").headers
    slow = client.get("/sparql", query_string={"query": FOREVER}, headers={"If-None-Match": "*"})
    assert slow.status_code == 304


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    for path in ("/sparql", f"/sparql?query={quote(COUNT)}", "/sparql?query=", "/", "/doc/id/no"):
        full, head = client.get(path), client.head(path)
        assert head.status_code == full.status_code
        assert not head.data
        for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
            assert head.headers.get(name) == full.headers.get(name), (path, name)


def test_options_tells_what_there_is(client: FlaskClient) -> None:
    response = client.options("/sparql")
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert response.headers["Access-Control-Allow-Methods"] == response.headers["Allow"]


def test_no_cookies_and_nothing_from_another_origin(client: FlaskClient) -> None:
    response = client.get("/")
    assert "Set-Cookie" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    page = response.get_data(as_text=True)
    assert "<script" not in page
    assert 'src="http' not in page


def test_a_worker_that_dies_in_the_middle_gives_no_answer_that_looks_complete(
    app: Flask, address: str
) -> None:
    pool = app.extensions["foedus"]
    outcome: dict[str, object] = {}

    def ask() -> None:
        try:
            with urllib.request.urlopen(f"{address}/sparql?query={quote(FOREVER)}") as response:
                outcome["status"] = response.status
        except urllib.error.HTTPError as error:
            with error:
                outcome["status"] = error.code
                outcome["problem"] = json.loads(error.read())

    before = {worker.pid for worker in pool._idle}
    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 5
    while (idle := {worker.pid for worker in pool._idle}) == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for pid in before - idle:
        os.kill(pid, signal.SIGKILL)
    thread.join(10)
    assert outcome["status"] == 503
    assert outcome["problem"]["type"].endswith("#engine")
    with urllib.request.urlopen(f"{address}/sparql?query={quote(COUNT)}") as response:
        body = response.read()
        assert int(response.headers["Content-Length"]) == len(body)


def test_pages_answer_while_every_worker_is_busy(app: Flask, address: str) -> None:
    statuses: list[int] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(f"{address}/sparql?query={quote(FOREVER)}"):
                statuses.append(200)
        except urllib.error.HTTPError as error:
            with error:
                statuses.append(error.code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    with urllib.request.urlopen(f"{address}/doc/id/state/ruritania.ttl") as response:
        assert response.status == 200
    assert statuses == []
    for thread in threads:
        thread.join(10)
    assert statuses == [503, 503]
