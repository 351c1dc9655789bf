"""SERVICE, answered: by a second server, by ourselves, and by servers that mean harm."""

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from waitress import create_server
from werkzeug.test import TestResponse

from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app

HERE = (
    "".join(f'<urn:state:{i}> <urn:code> "S{i}" ; <urn:rank> {i} .\n' for i in range(6))
    + '<urn:state:0> <urn:seat> [ <urn:name> "nowhere" ] .\n'
)
ELSEWHERE = "".join(f'<urn:state:{i}> <urn:capital> "City {i}"@en .\n' for i in range(3, 9)) + (
    "<urn:state:3> <urn:area> 1.5 ; <urn:near> <urn:state:4> ; <urn:seat> _:b .\n"
)
JSON = "application/sparql-results+json"
LIMITS = Limits(
    workers=1, service_seconds=1.0, service_bytes=20_000, service_rows=50, service_bindings=4
)


@contextmanager
def pool_over(text: str, path: Path) -> Iterator[tuple[WorkerPool, Served]]:
    path.write_text(text, encoding="utf-8")
    with WorkerPool(path, limits=LIMITS) as pool:
        yield pool, Served.files([path])


class Elsewhere:
    """A second service of ours on the loopback, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/sparql"
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    path = tmp_path_factory.mktemp("elsewhere") / "data.ttl"
    with pool_over(ELSEWHERE, path) as (pool, served), socket.create_server(("127.0.0.1", 0)) as s:
        seen = Elsewhere(s.getsockname()[1])
        settings = Settings(public=seen.url.removesuffix("/sparql"), limits=LIMITS)
        inner = create_app(served, evaluator=pool, settings=settings).wsgi_app

        def noting(environ: dict, start: Callable) -> object:
            body = environ["wsgi.input"].read()
            form = parse_qs(body.decode())
            seen.asked += form.get("query", [])
            seen.headers.append({k: v for k, v in environ.items() if k.startswith("HTTP_")})
            environ["wsgi.input"] = io.BytesIO(body)
            return inner(environ, start)

        server = create_server(noting, sockets=[s], threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield seen
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)


@pytest.fixture
def asked(elsewhere: Elsewhere) -> list[str]:
    """The queries that the second service gets during the test."""
    elsewhere.asked.clear()
    return elsewhere.asked


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WorkerPool, Served]]:
    with pool_over(HERE, tmp_path_factory.mktemp("here") / "data.ttl") as made:
        yield made


@pytest.fixture(scope="module")
def service(here: tuple[WorkerPool, Served], elsewhere: Elsewhere) -> FlaskClient:
    """Our service, which may ask the second one."""
    pool, served = here
    settings = Settings(public="http://here.example", allow_service=elsewhere.url, limits=LIMITS)
    return create_app(served, evaluator=pool, settings=settings).test_client()


def ask(client: FlaskClient, query: str, **more: str) -> TestResponse:
    return client.post("/sparql", data={"query": query, **more}, headers={"Accept": JSON})


def rows(response: TestResponse) -> list[tuple[str, ...]]:
    assert response.status_code == 200, response.text
    found = response.get_json()
    names = found["head"]["vars"]
    return sorted(
        tuple(row.get(name, {"value": ""})["value"] for name in names)
        for row in found["results"]["bindings"]
    )


def kind(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json(force=True)["type"].partition("#")[2]


# --- What is answered -----------------------------------------------------------------------------


def test_solutions_of_another_service_join_with_ours(
    service: FlaskClient, elsewhere: Elsewhere
) -> None:
    query = f"""SELECT ?code ?city {{
      ?s <urn:code> ?code . SERVICE <{elsewhere.url}> {{ ?s <urn:capital> ?city }} }}"""
    assert rows(ask(service, query)) == [("S3", "City 3"), ("S4", "City 4"), ("S5", "City 5")]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("SERVICE <{u}> {{ ?s <urn:near> ?o }}", 1),
        ("?s <urn:code> ?c OPTIONAL {{ SERVICE <{u}> {{ ?s <urn:capital> ?city }} }}", 6),
        ("{{ ?s <urn:code> ?c }} UNION {{ SERVICE <{u}> {{ ?s <urn:capital> ?city }} }}", 12),
        ("?s <urn:code> ?c MINUS {{ SERVICE <{u}> {{ ?s <urn:capital> ?city }} }}", 3),
        ("VALUES ?s {{ <urn:state:3> <urn:state:8> }} SERVICE <{u}> {{ ?s <urn:capital> ?c }}", 2),
        ("SERVICE <{u}> {{ ?s <urn:capital> ?c OPTIONAL {{ ?s <urn:near> ?o }} }}", 6),
        ("SERVICE <{u}> {{ SELECT (COUNT(*) AS ?n) {{ ?s <urn:capital> ?c }} }}", 1),
        ("SERVICE <{u}> {{ <urn:state:3> <urn:near> <urn:state:4> }}", 1),
        ("SERVICE <{u}> {{ <urn:state:3> <urn:near> <urn:state:3> }}", 0),
        ("{{ SELECT ?s {{ SERVICE <{u}> {{ ?s <urn:capital> ?c }} }} LIMIT 2 }}", 2),
        ("?s <urn:code> ?c . SERVICE <{u}> {{ ?t <urn:capital> ?d }} FILTER(?s = ?t)", 3),
        ("SERVICE <{u}> {{ ?s <urn:area> ?a }} FILTER(?a > 1)", 1),
        ("?x <urn:seat> ?s . SERVICE <{u}> {{ ?s <urn:capital> ?c }}", 0),
        ("VALUES ?s {{ <urn:state:3> <urn:state:3> }} SERVICE <{u}> {{ ?s <urn:area> ?a }}", 2),
        ("VALUES (?s ?x) {{ (UNDEF 1) }} SERVICE <{u}> {{ ?s <urn:capital> ?c }}", 6),
        ("?s <urn:rank> ?r . SERVICE <{u}> {{ ?s <urn:capital> ?c FILTER(STRLEN(?c) > 1) }}", 3),
    ],
)
def test_a_call_means_the_same_wherever_it_stands(
    service: FlaskClient, elsewhere: Elsewhere, group: str, expected: int
) -> None:
    """The count that the engine's own SERVICE gives is the right one, and so is ours."""
    query = f"SELECT * {{ {group.format(u=elsewhere.url)} }}"
    ours = rows(ask(service, query))
    assert len(ours) == expected
    store = ox.Store()
    store.load(HERE, format=ox.RdfFormat.TURTLE)
    theirs = store.query(query)
    assert isinstance(theirs, ox.QuerySolutions)
    assert len(list(theirs)) == expected


def test_a_graph_and_a_truth_value_come_of_a_call_too(
    service: FlaskClient, elsewhere: Elsewhere
) -> None:
    call = f"SERVICE <{elsewhere.url}> {{ ?s <urn:capital> ?c }}"
    built = service.post(
        "/sparql",
        data={"query": f"CONSTRUCT {{ ?s <urn:c> ?c }} {{ {call} }}"},
        headers={"Accept": "application/n-triples"},
    )
    assert built.text.count("\n") == 6
    assert ask(service, f"ASK {{ {call} }}").get_json()["boolean"] is True


def test_prefixes_base_and_the_day_reach_the_other_service(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str]
) -> None:
    query = f"""PREFIX u: <urn:> # a comment stays at home
      SELECT ?c {{ SERVICE <{elsewhere.url}> {{ ?s u:capital ?c # here too
        FILTER(?at > "1999-01-01"^^<http://www.w3.org/2001/XMLSchema#date>) }} }}"""
    assert len(rows(ask(service, query, at="2000-01-01"))) == 6
    assert "comment" not in asked[0]
    assert "2000-01-01" in asked[0]


def test_what_stands_beside_a_call_is_sent_along(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str]
) -> None:
    query = f"""SELECT ?city {{ ?s <urn:code> "S4" .
      SERVICE <{elsewhere.url}> {{ ?s <urn:capital> ?city }} }}"""
    assert rows(ask(service, query)) == [("City 4",)]
    assert "VALUES (?s) { (<urn:state:4>) }" in asked[0]


def test_nothing_is_asked_that_could_join_with_nothing(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str]
) -> None:
    query = f"""SELECT * {{ ?s <urn:code> "none" .
      SERVICE <{elsewhere.url}> {{ ?s <urn:capital> ?city }} }}"""
    response = ask(service, query)
    assert rows(response) == []
    assert set(response.get_json()["head"]["vars"]) == {"s", "city"}
    assert asked == []


@pytest.mark.parametrize(
    "group",
    [
        "?s <urn:rank> ?r SERVICE <{u}> {{ ?s <urn:capital> ?c }}",  # more than service_bindings
        "?s <urn:rank> 3 SERVICE <{u}> {{ ?t <urn:area> ?c OPTIONAL {{ ?s <urn:near> ?o }} }}",
        "OPTIONAL {{ ?s <urn:code> 'S3' }} SERVICE <{u}> {{ ?s <urn:capital> ?c }}",
        "?s <urn:code> 'S3' SERVICE <{u}> {{ SELECT ?s {{ ?s <urn:capital> ?c }} }}",
        "VALUES ?s {{ UNDEF }} SERVICE <{u}> {{ ?s <urn:capital> ?c }}",
    ],
)
def test_bindings_stay_at_home_where_they_are_many_or_might_change_the_answer(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str], group: str
) -> None:
    rows(ask(service, f"SELECT * {{ {group.format(u=elsewhere.url)} }}"))
    assert len(asked) == 1
    assert "VALUES" not in asked[0]


def test_a_call_says_who_asks_and_gives_nothing_else_away(
    service: FlaskClient, elsewhere: Elsewhere
) -> None:
    elsewhere.headers.clear()
    service.post(
        "/sparql",
        data={"query": f"ASK {{ SERVICE <{elsewhere.url}> {{ ?s ?p ?o }} }}"},
        headers={"Cookie": "a=b", "Authorization": "Basic eDp5", "Referer": "http://x.example/"},
    )
    sent = elsewhere.headers[0]
    assert sent["HTTP_USER_AGENT"].startswith("Foedus/")
    assert set(sent) == {
        "HTTP_HOST", "HTTP_USER_AGENT", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_CONNECTION"
    }  # fmt: skip


def test_an_answer_with_service_has_no_validator_and_is_asked_anew(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str]
) -> None:
    query = f"ASK {{ SERVICE <{elsewhere.url}> {{ ?s <urn:near> ?o }} }}"
    for _ in range(2):
        response = ask(service, query)
        assert "ETag" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
    assert len(asked) == 2


def test_the_query_page_and_the_explanation_take_service(
    service: FlaskClient, elsewhere: Elsewhere
) -> None:
    query = f"SELECT ?c {{ SERVICE <{elsewhere.url}> {{ <urn:state:3> <urn:capital> ?c }} }}"
    assert "City 3" in service.get("/query?" + urlencode({"query": query})).text
    found = service.get("/sparql/explain?" + urlencode({"query": query})).get_json()
    assert found["cacheable"] is False


def test_the_description_claims_federation_only_where_there_is_one(
    service: FlaskClient, client: FlaskClient
) -> None:
    assert b"BasicFederatedQuery" in service.get("/sparql").data
    assert b"BasicFederatedQuery" not in client.get("/sparql").data


# --- Ourselves ------------------------------------------------------------------------------------

OURS = "http://here.example/sparql"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?c {{ SERVICE <{OURS}> {{ <urn:state:1> <urn:code> ?c }} }}",
        f"SELECT ?c {{ ?s <urn:rank> 1 SERVICE SILENT <{OURS}> {{ ?s <urn:code> ?c }} }}",
        f"SELECT ?c FROM <urn:none> {{ SERVICE <{OURS}> {{ <urn:state:1> <urn:code> ?c }} }}",
        "SELECT ?c { SERVICE <HTTP://HERE.example:80/sparql> { <urn:state:1> <urn:code> ?c } }",
        f"SELECT ?c {{ BIND(1 AS ?x) FILTER EXISTS {{ SERVICE <{OURS}> {{ ?y ?z ?x }} }} "
        f"SERVICE <{OURS}> {{ SERVICE <{OURS}> {{ ?y <urn:rank> ?x ; <urn:code> ?c }} }} }}",
        "SELECT ?c { SERVICE <> { <urn:state:1> <urn:code> ?c } }",
    ],
)
def test_a_call_of_ourselves_is_answered_here(service: FlaskClient, query: str) -> None:
    """``here.example`` has no address: whoever sent a packet would fail."""
    assert rows(ask(service, query)) == [("S1",)]


def test_another_service_can_be_asked_from_within_ourselves(
    service: FlaskClient, elsewhere: Elsewhere
) -> None:
    query = f"""SELECT ?c {{ SERVICE <{OURS}> {{ ?s <urn:code> "S3"
      SERVICE <{elsewhere.url}> {{ ?s <urn:capital> ?c }} }} }}"""
    assert rows(ask(service, query)) == [("City 3",)]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("GRAPH ?g {{ SERVICE <{u}> {{ ?s ?p ?o }} }}", "GRAPH"),
        ("?s ?p ?o FILTER EXISTS {{ SERVICE <{u}> {{ ?s <urn:capital> ?c }} }}", "EXISTS"),
        ("?s ?p ?o FILTER NOT EXISTS {{ {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}", "EXISTS"),
        ("SERVICE <{u}> {{ ?s ?p ?o SERVICE <{u}> {{ ?s ?p ?o }} }}", "around another"),
        ("SERVICE <{u}> {{ <urn:state:3> <urn:seat> ?o }}", "blank nodes"),
        (" ".join(["SERVICE <{u}> {{ ?s <urn:near> ?o }}"] * 5), "service_calls"),
    ],
)
def test_what_cannot_be_put_in_place_is_refused_by_name(
    service: FlaskClient, elsewhere: Elsewhere, group: str, said: str
) -> None:
    query = group.format(u=elsewhere.url)
    response = ask(service, f"SELECT * {{ {query} }}")
    assert kind(response) == (422, "federation")
    assert said in response.get_json(force=True)["detail"]
    silent = query.replace("SERVICE <", "SERVICE SILENT <")
    assert ask(service, f"SELECT * {{ {silent} }}").status_code == 200


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT * {{\n SERVICE <{u}> {{ ?s <urn:capital> ?c }}\n FILTER(1 +) }}", 3),
        ("SELECT * {{ SERVICE <{u}> {{ ?s <urn:capital> }} ?s }}", 1),
        ("SELECT * {{ SERVICE\n<{u}>\n{{ ?s ?p ?o }} UNION {{ ?s <urn:code> ?c }} }}", 3),
        ("ASK {{ SERVICE SILENT <{u}> {{ ?s ?p ?o }} }} LIMIT x", 1),
    ],
)
def test_nobody_is_asked_for_what_is_no_query(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str], query: str, line: int
) -> None:
    response = ask(service, query.format(u=elsewhere.url))
    assert kind(response) == (400, "syntax")
    assert response.get_json(force=True)["line"] == line
    assert asked == []


def test_a_service_is_never_named_by_a_variable(service: FlaskClient, elsewhere: Elsewhere) -> None:
    query = f"SELECT * {{ VALUES ?u {{ <{elsewhere.url}> }} SERVICE ?u {{ ?s ?p ?o }} }}"
    assert kind(ask(service, query)) == (403, "service")
    assert len(rows(ask(service, query.replace("SERVICE", "SERVICE SILENT")))) == 1


@pytest.mark.parametrize(
    "spelt",
    [
        "{u}/", "{u}?x=1", "{u}#x", "{u}?", "http://user@127.0.0.1:{p}/sparql",
        "http://user:pw@127.0.0.1:{p}/sparql", "http://localhost:{p}/sparql",
        "http://127.1:{p}/sparql", "http://[::ffff:127.0.0.1]:{p}/sparql",
        "http://2130706433:{p}/sparql", "https://127.0.0.1:{p}/sparql",
        "http://127.0.0.1:{p}/%73parql", "http://127.0.0.1:{p}/x/../sparql",
        "http://127.0.0.1:{p}//sparql", "http://127.0.0.1/sparql", "ftp://127.0.0.1:{p}/sparql",
        "http://127.0.0.1.:{p}/sparql", "http://127.0.0.1:0{p}/spar\\u0071l/",
        "http:127.0.0.1:{p}/sparql", "urn:x", "http://",
    ],
)  # fmt: skip
def test_only_the_exact_address_is_allowed(
    service: FlaskClient, elsewhere: Elsewhere, asked: list[str], spelt: str
) -> None:
    iri = spelt.format(u=elsewhere.url, p=elsewhere.url.split(":")[2].split("/")[0])
    response = ask(service, f"ASK {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}")
    assert kind(response) in ((403, "service"), (400, "syntax"))
    if response.status_code == 403:
        silent = ask(service, f"SELECT * {{ SERVICE SILENT <{iri}> {{ ?s ?p ?o }} }}")
        assert silent.get_json()["results"]["bindings"] == [{}]
    assert asked == []


# --- Servers that mean harm -----------------------------------------------------------------------

GOOD = json.dumps(
    {
        "head": {"vars": ["s"]},
        "results": {"bindings": [{"s": {"type": "uri", "value": "urn:a"}}]},
    }
).encode()


def reply(body: bytes, kind: str = JSON, status: str = "200 OK", *more: str) -> bytes:
    head = "\r\n".join(
        [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    )
    return head.encode() + b"\r\n\r\n" + body


def document(variables: list[str], *bindings: object) -> bytes:
    return reply(
        json.dumps({"head": {"vars": variables}, "results": {"bindings": bindings}}).encode()
    )


def dripping(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(60):
        connection.sendall(b"X: y\r\n")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" " * 10_000)


def endless_chunks(connection: socket.socket) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
    connection.sendall(head + b"\r\n\r\n")
    while True:
        connection.sendall(b"1;" + b"x" * 5000 + b"\r\n \r\n")


def continuing(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def silence(connection: socket.socket) -> None:
    time.sleep(2)


IRI = {"s": {"type": "uri", "value": "urn:a"}}
HARM: dict[str, tuple[object, int, str]] = {
    "it never answers": (silence, 504, "service-time"),
    "it sends header after header": (dripping, 504, "service-time"),
    "it never ends": (endless, 422, "result-too-large"),
    "it never ends its chunks": (endless_chunks, 422, "result-too-large"),
    "it asks to continue for ever": (continuing, 422, "result-too-large"),
    "it is larger than it may be": (reply(GOOD + b" " * 30_000), 422, "result-too-large"),
    "it has more rows than it may": (document(["s"], *[IRI] * 51), 422, "result-too-large"),
    "it leads elsewhere": (reply(GOOD, JSON, "302 Found", "Location: /x"), 502, "service-failed"),
    "it leads elsewhere for good": (
        reply(GOOD, JSON, "308 Permanent Redirect", "Location: http://127.0.0.1/"), 502,
        "service-failed",
    ),
    "it is an error": (reply(GOOD, JSON, "500 Oh"), 502, "service-failed"),
    "it is a part": (reply(GOOD, JSON, "206 Partial Content"), 502, "service-failed"),
    "it is HTML": (reply(GOOD, "text/html"), 502, "service-failed"),
    "it is XML": (reply(b"<sparql/>", "application/sparql-results+xml"), 502, "service-failed"),
    "it has another charset": (reply(GOOD, f"{JSON}; charset=utf-16"), 502, "service-failed"),
    "it is not UTF-8": (reply(GOOD.replace(b"urn:a", b"urn:\xff")), 502, "service-failed"),
    "it is coded": (reply(GOOD, JSON, "200 OK", "Content-Encoding: gzip"), 502, "service-failed"),
    "it breaks off": (reply(GOOD)[:-5], 502, "service-failed"),
    "it breaks off between chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(GOOD):x}\r\n".encode() + GOOD + b"\r\n", 502, "service-failed",
    ),
    "it has two lengths": (
        reply(GOOD, JSON, "200 OK", "Transfer-Encoding: chunked"), 502, "service-failed"
    ),
    "it is no HTTP": (b"SSH-2.0-OpenSSH_9\r\n", 502, "service-failed"),
    "it is nothing": (b"", 502, "service-failed"),
    "it is no JSON": (reply(b"{'head'"), 502, "service-failed"),
    "it nests without end": (reply(b"[" * 19_000), 502, "service-failed"),
    "it is a boolean": (reply(b'{"head":{},"boolean":true}'), 502, "service-failed"),
    "it has no variables": (reply(b'{"results":{"bindings":[{}]}}'), 502, "service-failed"),
    "it has a variable twice": (document(["s", "s"], IRI), 502, "service-failed"),
    "it has a variable of its own": (document(["s", "evil"], IRI), 502, "service-failed"),
    "a name breaks out of VALUES": (document(["s) {} } #"], IRI), 502, "service-failed"),
    "an IRI breaks out of VALUES": (
        document(["s"], {"s": {"type": "uri", "value": "urn:a> ) } } SERVICE <urn:x> { "}}), 502,
        "service-failed",
    ),
    "a relative IRI": (document(["s"], {"s": {"type": "uri", "value": "a"}}), 502,
        "service-failed"),
    "a language breaks out": (
        document(["s"], {"s": {"type": "literal", "value": "a", "xml:lang": "en) } #"}}), 502,
        "service-failed",
    ),
    "a term of no type": (document(["s"], {"s": {"type": "thing", "value": "a"}}), 502,
        "service-failed"),
    "a binding of no variable": (document(["s"], {"o": IRI["s"]}), 502, "service-failed"),
    "a number for a text": (document(["s"], {"s": {"type": "uri", "value": 1}}), 502,
        "service-failed"),
    "a name twice": (
        reply(GOOD.replace(b'"type": "uri"', b'"type": "uri", "type": "bnode"')), 502,
        "service-failed",
    ),
    "a blank node": (document(["s"], {"s": {"type": "bnode", "value": "b"}}), 422, "federation"),
}  # fmt: skip


@contextmanager
def harmful(answer: object) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everybody so; its address, and who has called it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        calls: list[str] = []

        def one(connection: socket.socket) -> None:
            with connection:
                try:
                    calls.append(connection.recv(65536).decode().split("\r\n")[0])
                    if isinstance(answer, bytes):
                        connection.sendall(answer)
                    else:
                        answer(connection)  # type: ignore[operator]
                except OSError:
                    pass

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=[connection], daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", calls
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize("name", HARM)
def test_no_answer_that_means_harm_is_taken(here: tuple[WorkerPool, Served], name: str) -> None:
    answer, status, problem = HARM[name]
    pool, served = here
    with harmful(answer) as (url, calls):
        settings = Settings(public="http://here.example", allow_service=url, limits=LIMITS)
        client = create_app(served, evaluator=pool, settings=settings).test_client()
        response = ask(client, f"SELECT * {{ SERVICE <{url}> {{ ?s <urn:a> <urn:b> }} }}")
        assert kind(response) == (status, problem), response.text
        silent = ask(client, f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s <urn:a> <urn:b> }} }}")
        assert silent.get_json() == {"head": {"vars": ["s"]}, "results": {"bindings": [{}]}}
    assert len(calls) == 2


@pytest.mark.parametrize(
    "term",
    [
        {"type": "literal", "value": 'a"b\\c\n\r\t\u0000\u007f"""\'\'\''},
        {"type": "literal", "value": "SERVICE <http://x.example/> {} ) } #", "xml:lang": "en-gb"},
        {"type": "literal", "value": "\U0001f600 é \ufffe"},
        {"type": "typed-literal", "value": "x y", "datatype": "urn:t"},
        {"type": "uri", "value": "http://x.example/a'b(c)?d=e#f"},
    ],
)
def test_every_term_comes_through_as_it_is(
    here: tuple[WorkerPool, Served], term: dict[str, str]
) -> None:
    pool, served = here
    with harmful(document(["s"], {"s": term})) as (url, _):
        settings = Settings(public="http://here.example", allow_service=url, limits=LIMITS)
        client = create_app(served, evaluator=pool, settings=settings).test_client()
        response = ask(client, f"SELECT * {{ SERVICE <{url}> {{ ?x <urn:a> ?s }} }}")
    found = response.get_json()["results"]["bindings"][0]["s"]
    assert found == {**term, "type": term["type"].replace("typed-", "")}


def test_a_service_that_is_gone_is_told(here: tuple[WorkerPool, Served]) -> None:
    pool, served = here
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
    settings = Settings(public="http://here.example", allow_service=url, limits=LIMITS)
    client = create_app(served, evaluator=pool, settings=settings).test_client()
    response = ask(client, f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    assert kind(response) == (502, "service-failed")
    assert "nobody listens" in response.get_json(force=True)["detail"]


def test_calls_at_one_time_are_bounded(here: tuple[WorkerPool, Served]) -> None:
    pool, served = here
    limits = replace(LIMITS, services_at_once=1, service_seconds=0.6)
    with harmful(silence) as (url, calls):
        settings = Settings(public="http://here.example", allow_service=url, limits=limits)
        app = create_app(served, evaluator=pool, settings=settings)
        found: list[tuple[int, str]] = []

        def one() -> None:
            query = f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"
            found.append(kind(ask(app.test_client(), query)))

        threads = [threading.Thread(target=one) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert (504, "service-time") in found
    assert (503, "busy") in found
    assert len(calls) < 3
