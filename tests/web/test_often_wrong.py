"""What servers often get wrong, line by line of the design, shown to be right here."""

import gzip
import json
import re
import socket
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from foedus.engine import EmbeddedEngine, RemoteEngine
from foedus.web import Served, Settings, create_app

SOURCE = "https://w3id.org/foedus/graph/source/hope-1894"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"
PAGES = ("/", "/states", "/query", "/doc/id/state/ruritania", "/disputes")


def ask(client: FlaskClient, query: str, *more: tuple[str, str], **headers: str) -> TestResponse:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/sparql?" + urlencode([("query", query), *more]), headers=fields)


def values(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.data
    rows = json.loads(response.data)["results"]["bindings"]
    return [cell["value"] for row in rows for cell in row.values()]


# --- Dataset and parameters ---------------------------------------------------------------------


def test_the_dataset_of_the_protocol_wins_over_from(client: FlaskClient) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{SOURCE}> {{ ?s ?p ?o }}"
    assert values(ask(client, query)) == ["9"]
    assert values(ask(client, query, ("default-graph-uri", "urn:nothing"))) == ["0"]
    named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{SOURCE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert values(ask(client, named)) == ["9"]
    assert values(ask(client, named, ("named-graph-uri", "urn:nothing"))) == ["0"]
    assert values(ask(client, named, ("default-graph-uri", SOURCE))) == ["0"]


def test_an_unknown_graph_is_empty_and_no_error(client: FlaskClient) -> None:
    assert values(ask(client, "SELECT (COUNT(*) AS ?n) FROM <urn:none> { ?s ?p ?o }")) == ["0"]
    assert values(ask(client, "SELECT ?s { GRAPH <urn:none> { ?s ?p ?o } }")) == []
    assert values(ask(client, COUNT, ("default-graph-uri", "http://127.0.0.1:9/x"))) == ["0"]


def test_a_form_takes_parameters_of_the_address_too(client: FlaskClient) -> None:
    response = client.post(f"/sparql?default-graph-uri={quote(SOURCE)}", data={"query": COUNT})
    assert values(response) == ["9"]
    direct = client.post(
        f"/sparql?default-graph-uri={quote(SOURCE)}",
        data=COUNT,
        content_type="application/sparql-query",
    )
    assert values(direct) == ["9"]


@pytest.mark.parametrize("text", ["%41", "%2541", "a+b", "%2B", "a%20b", "100%"])
def test_percent_signs_are_decoded_exactly_once(client: FlaskClient, text: str) -> None:
    query = f'SELECT ("{text}" AS ?x) {{}}'
    assert values(ask(client, query)) == [text]
    assert values(client.post("/sparql", data={"query": query})) == [text]
    direct = client.post("/sparql", data=query, content_type="application/sparql-query")
    assert values(direct) == [text]


# --- Negotiation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [GRAPH, "DESCRIBE <https://w3id.org/foedus/id/state/ruritania>"])
@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]
)
def test_a_graph_never_comes_as_results(client: FlaskClient, query: str, accept: str) -> None:
    assert ask(client, query, Accept=accept).status_code == 406


@pytest.mark.parametrize("query", [COUNT, "ASK {}"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/n-quads"])
def test_results_never_come_as_a_graph(client: FlaskClient, query: str, accept: str) -> None:
    assert ask(client, query, Accept=accept).status_code == 406


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("*/*, text/csv;q=0.1", "application/sparql-results+json"),
        ("application/sparql-results+xml;q=0.2, text/csv;q=0.8", "text/csv; charset=utf-8"),
        ("text/*, text/csv;q=0.3", "text/tab-separated-values; charset=utf-8"),
        ("image/png, text/csv;q=0.001", "text/csv; charset=utf-8"),
    ],
)
def test_zero_excludes_and_the_more_specific_range_decides(
    client: FlaskClient, accept: str, content_type: str
) -> None:
    assert ask(client, COUNT, Accept=accept).headers["Content-Type"] == content_type


def test_accept_may_be_repeated(address: str) -> None:
    place = urlsplit(address)
    lines = [
        f"GET /sparql?query={quote(COUNT)} HTTP/1.1",
        f"Host: {place.netloc}",
        "Accept: image/png",
        "Accept: application/sparql-results+xml;q=0.5",
        "Accept: text/csv",
        "Connection: close",
    ]
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"text/csv" in answer


def test_people_name_the_format_and_it_wins_over_accept(client: FlaskClient) -> None:
    response = ask(client, COUNT, ("format", "csv"), Accept="application/sparql-results+xml")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ask(client, COUNT, ("format", "png")).status_code == 406


# --- Headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        "/sparql",
        f"/sparql?query={quote(COUNT)}",
        "/sparql?query=",
        "/sparql/explain?query=ASK{}",
        "/graphs?default",
        "/graphs?graph=urn:none",
        "/id/state/ruritania",
        "/doc/id/state/nowhere",
        "/.well-known/void",
        "/sitemap.xml",
        "/robots.txt",
        "/static/foedus.css",
    ],
)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_is_get_without_body_everywhere(client: FlaskClient, path: str, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    with client.get(path, headers=headers) as full, client.head(path, headers=headers) as head:
        assert not head.data
        assert head.status_code == full.status_code
        changing = {"Server-Timing", "Date"}
        assert {k: v for k, v in head.headers if k not in changing} == {
            k: v for k, v in full.headers if k not in changing
        }


def test_vary_says_what_chose_on_200_303_304_and_406(client: FlaskClient) -> None:
    first = ask(client, COUNT)
    answers = [
        first,
        ask(client, COUNT, If_None_Match=first.headers["ETag"]),
        ask(client, COUNT, Accept="image/png"),
        client.get("/id/state/ruritania"),
        client.get("/doc/id/state/ruritania"),
        client.get("/.well-known/void"),
        client.get("/graphs?default"),
    ]
    assert [answer.status_code for answer in answers] == [200, 304, 406, 303, 200, 200, 200]
    for answer in answers:
        assert {"Accept", "Accept-Encoding"} <= {
            v.strip() for v in answer.headers["Vary"].split(",")
        }


# --- Validators -----------------------------------------------------------------------------------


def test_a_validator_is_strong_and_another_for_each_format_coding_and_dataset(
    client: FlaskClient,
) -> None:
    answers = [
        ask(client, COUNT),
        ask(client, COUNT, Accept="text/csv"),
        ask(client, COUNT, Accept_Encoding="gzip"),
        ask(client, COUNT, ("default-graph-uri", SOURCE)),
        ask(client, COUNT + " LIMIT 1"),
    ]
    tags = [answer.headers["ETag"] for answer in answers]
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)
    assert len(set(tags)) == len(tags)
    assert ask(client, COUNT).headers["ETag"] == tags[0]


def test_the_same_validator_means_the_same_bytes(client: FlaskClient) -> None:
    query = "CONSTRUCT { [] <urn:p> ?s . ?s <urn:q> [] } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
    first, second = (ask(client, query, Accept="application/n-triples") for _ in range(2))
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.data == second.data


def test_a_known_answer_is_304_without_evaluating(client: FlaskClient) -> None:
    response = ask(client, FOREVER, If_None_Match="*")
    assert response.status_code == 304
    assert not response.data
    assert "evaluate" not in response.headers["Server-Timing"]


def test_a_coded_answer_is_known_by_its_own_validator(client: FlaskClient) -> None:
    coded = ask(client, COUNT, Accept_Encoding="gzip")
    tag = coded.headers["ETag"]
    again = ask(client, COUNT, Accept_Encoding="gzip", If_None_Match=tag)
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    assert ask(client, COUNT, If_None_Match=tag).status_code == 200
    assert gzip.decompress(coded.data) == ask(client, COUNT).data


@pytest.mark.parametrize(
    "expression", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "GROUP_CONCAT(?s)"]
)
def test_what_changes_has_no_validator_and_is_not_stored(
    client: FlaskClient, expression: str
) -> None:
    response = ask(client, f"SELECT ({expression} AS ?x) {{ ?s ?p ?o }}")
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_a_foreign_engine_gives_no_validator(served: Served, address: str) -> None:
    remote = RemoteEngine(f"{address}/sparql")
    app = create_app(
        replace(served, digest="foreign", manifest={}),
        evaluator=remote,
        reader=EmbeddedEngine.load(*served.dataset),
        settings=Settings(),
    )
    response = ask(app.test_client(), COUNT)
    assert response.status_code == 200
    assert "ETag" not in response.headers
    explained = app.test_client().get("/sparql/explain?query=ASK{}").get_json()
    assert explained["cacheable"] is False


# --- What the service says of itself ------------------------------------------------------------


def test_the_service_description_names_the_public_endpoint_and_claims_what_is_true(
    client: FlaskClient, served: Served
) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    triples = list(ox.parse(client.get("/sparql").data, format=ox.RdfFormat.TURTLE))
    said: dict[str, set[str]] = {}
    for triple in triples:
        said.setdefault(triple.predicate.value.removeprefix(sd), set()).add(triple.object.value)
    assert said["endpoint"] == {"http://foedus.example/base/sparql"}
    assert said["supportedLanguage"] == {sd + "SPARQL11Query"}
    assert "feature" not in said
    assert said["name"] == {name for name in served.graphs if name.startswith("https:")}
    for name in said["resultFormat"]:
        key = name.rsplit("/", 1)[1]
        query, accept = _FORMATS[key]
        answer = ask(client, query, Accept=accept)
        assert answer.headers["Content-Type"].partition(";")[0] == accept


_FORMATS = {
    "SPARQL_Results_JSON": ("ASK {}", "application/sparql-results+json"),
    "SPARQL_Results_XML": ("ASK {}", "application/sparql-results+xml"),
    "SPARQL_Results_CSV": (COUNT, "text/csv"),
    "SPARQL_Results_TSV": (COUNT, "text/tab-separated-values"),
    "Turtle": (GRAPH, "text/turtle"),
    "N-Triples": (GRAPH, "application/n-triples"),
    "RDF_XML": (GRAPH, "application/rdf+xml"),
    "JSON-LD": (GRAPH, "application/ld+json"),
    "N-Quads": (GRAPH, "application/n-quads"),
    "TriG": (GRAPH, "application/trig"),
}


def test_files_of_anybody_are_described_with_counts_too(app: Flask, served: Served) -> None:
    plain = Served.files(served.dataset)
    other = create_app(
        plain,
        evaluator=app.extensions["foedus"],
        reader=EmbeddedEngine.load(*served.dataset),
        settings=Settings(),
    ).test_client()
    text = other.get("/sparql?format=nt").get_data(as_text=True)
    assert f"<{SOURCE}>" in text
    assert '#triples> "9"^^' in text
    void = other.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    assert b"sparqlEndpoint> <http://127.0.0.1:8000/sparql>" in void.data


@pytest.mark.parametrize("path", [*PAGES, "/sparql", "/.well-known/void", "/sitemap.xml"])
def test_the_public_address_is_never_taken_from_host(client: FlaskClient, path: str) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    response = client.get(path, headers=headers)
    assert b"evil" not in response.data
    assert "evil" not in str(response.headers)


@pytest.mark.parametrize("path", [*PAGES, "/sparql", "/id/state/ruritania", "/graphs?default"])
def test_no_cookies_and_a_policy_without_inline_script(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html,*/*;q=0.5"})
    assert "Set-Cookie" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    if response.mimetype == "text/html":
        scripts = re.findall(r"<script\b[^>]*>", response.text)
        outside = re.compile(r' src="/base/static/| type="application/ld\+json"')
        assert [script for script in scripts if not outside.search(script)] == []
