"""An engine that is slow, gone, or answers nonsense: a clear status, and nothing hangs."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from foedus.engine import EngineFailed, Limits, RemoteEngine
from foedus.engine.credentials import FILE, PASSWORD, USER, Credentials
from foedus.engine.dialects import DIALECTS
from foedus.engine.endpoints import Pinned, endpoint
from foedus.web import Served, Settings, create_app

LIMITS = Limits(query_seconds=1.0, engine_seconds=1.0, result_bytes=200_000, queue_seconds=1.0)
JSON = "Content-Type: application/sparql-results+json\r\n"
TRUE = '{"head":{},"boolean":true}'
Behaviour = Callable[[socket.socket], None]


def says(text: str, *, then_wait: bool = False) -> Behaviour:
    def answer(connection: socket.socket) -> None:
        connection.sendall(text.encode())
        if then_wait:
            _until_closed(connection)

    return answer


def whole(status: str, headers: str, body: str) -> Behaviour:
    return says(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}")


def _until_closed(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(65_536):
            pass


def dripping(connection: socket.socket) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: 1000\r\n\r\n".encode())
    for _ in range(200):
        connection.sendall(b" ")
        time.sleep(0.1)


def endless(connection: socket.socket) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        connection.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")


class Hostile:
    """Listens, reads a request, and then does as it is told."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = whole("200 OK", JSON, TRUE)
        self.asked = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            self.asked += 1
            self.behaviour(connection)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    yield server
    server.close()


@pytest.fixture
def remote(hostile: Hostile) -> RemoteEngine:
    return RemoteEngine(hostile.url, LIMITS, dialect=DIALECTS["any"])


@pytest.fixture
def client(remote: RemoteEngine) -> FlaskClient:
    served = Served("foreign", ())
    app = create_app(served, evaluator=remote, reader=remote, settings=Settings(limits=LIMITS))
    return app.test_client()


def asked(client: FlaskClient, query: str = "ASK { ?s ?p ?o }") -> tuple[int, str]:
    response = client.get("/sparql", query_string={"query": query})
    if response.status_code == 200:
        return 200, response.text
    return response.status_code, response.get_json(force=True)["type"].rpartition("#")[2]


NONSENSE = {
    "a page": whole("200 OK", "Content-Type: text/html\r\n", "<html>Welcome</html>"),
    "a page that calls itself JSON": whole("200 OK", JSON, "<html>Welcome</html>"),
    "an error of its own": whole("500 Oh no", "Content-Type: text/html\r\n", "<h1>at line 7</h1>"),
    "half of the JSON": whole("200 OK", JSON, '{"head":{"vars":["s"]},"results":{"bin'),
    "less than it announces": says(f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: 99\r\n\r\n{TRUE}"),
    "chunks without an end": says(
        f"HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n1a\r\n{TRUE}\r\n"
    ),
    "an answer without a length": says(f"HTTP/1.1 200 OK\r\n{JSON}\r\n{TRUE}"),
    "two lengths": says(
        f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: 26\r\nContent-Length: 9\r\n\r\n{TRUE}"
    ),
    "another place": whole("302 Found", "Location: http://127.0.0.1:9/\r\n", ""),
    "rows where it was asked whether": whole(
        "200 OK", JSON, '{"head":{"vars":[]},"results":{"bindings":[]}}'
    ),
    "a coding": whole("200 OK", JSON + "Content-Encoding: gzip\r\n", TRUE),
    "noise": says("\x00\x01\x02 noise\r\n\r\n"),
    "who are you": whole("401 No", "WWW-Authenticate: Basic realm=x\r\n", ""),
    "created": whole("201 Created", JSON, TRUE),
}


@pytest.mark.parametrize("behaviour", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_502_and_the_next_question_is_asked_again(
    behaviour: Behaviour, hostile: Hostile, client: FlaskClient
) -> None:
    hostile.behaviour = behaviour
    assert asked(client) == (502, "engine-answer")
    hostile.behaviour = whole("200 OK", JSON, TRUE)
    assert asked(client) == (200, TRUE)


@pytest.mark.parametrize("behaviour", [dripping, _until_closed], ids=["byte by byte", "silence"])
def test_an_engine_without_an_end_is_504_in_time(
    behaviour: Behaviour, hostile: Hostile, client: FlaskClient
) -> None:
    hostile.behaviour = behaviour
    assert asked(client) == (504, "engine-time")
    hostile.behaviour = whole("200 OK", JSON, TRUE)
    assert asked(client) == (200, TRUE)


def test_an_answer_without_an_end_is_cut_off_at_the_limit(
    hostile: Hostile, client: FlaskClient
) -> None:
    hostile.behaviour = endless
    assert asked(client) == (422, "result-too-large")


def test_more_rows_than_the_limit_are_an_error_and_not_a_part(hostile: Hostile) -> None:
    remote = RemoteEngine(hostile.url, Limits(result_rows=2), dialect=DIALECTS["any"])
    rows = ",".join(['{"s":{"type":"uri","value":"urn:x"}}'] * 3)
    body = '{"head":{"vars":["s"]},"results":{"bindings":[' + rows + "]}}"
    hostile.behaviour = whole("200 OK", JSON, body)
    client = create_app(Served("foreign", ()), evaluator=remote, reader=remote).test_client()
    assert asked(client, "SELECT ?s { ?s ?p ?o }") == (422, "result-too-large")


def test_an_engine_that_is_gone_is_503_at_once_until_somebody_sees_it_again(
    hostile: Hostile, remote: RemoteEngine, client: FlaskClient
) -> None:
    hostile.behaviour = lambda connection: connection.close()
    response = client.get("/sparql?query=ASK%7B%7D")
    assert response.status_code in (502, 503)
    hostile.close()
    remote.line.trouble = ""
    response = client.get("/sparql?query=ASK%7B%7D")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert hostile.url not in response.text
    assert str(hostile.port) not in response.text
    page = client.get("/problems", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "cannot be asked" in page.text
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_while_it_hangs_pages_stop_asking_and_hold_nobody_up(
    hostile: Hostile, remote: RemoteEngine, client: FlaskClient
) -> None:
    hostile.behaviour = _until_closed
    assert client.get("/disputes", headers={"Accept": "text/html"}).status_code in (503, 504)
    before = hostile.asked
    for path in ("/", "/states", "/doc/id/state/x", "/search?q=x"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 503
    assert hostile.asked == before
    assert remote.figures()["engine_up"] == 0


def test_an_engine_that_is_busy_says_when_to_come_back(
    hostile: Hostile, client: FlaskClient
) -> None:
    hostile.behaviour = whole("503 Busy", "Retry-After: 1\r\n", "")
    assert asked(client) == (503, "engine-gone")


def test_what_the_guard_refuses_is_never_sent(hostile: Hostile, client: FlaskClient) -> None:
    for query, status in {
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }": 403,
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }": 403,
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": 403,
        "SELECT * {" + "{" * 200 + "}" * 200 + "}": 400,
        "SELEC * {}": 400,
    }.items():
        assert asked(client, query)[0] == status, query
    assert hostile.asked == 0


# --- Who we are -----------------------------------------------------------------------------------


def test_a_password_comes_from_the_environment_or_a_file_of_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("reader\nsecret\n", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(ValueError, match="others may read it"):
        Credentials.of({FILE: str(file)})
    file.chmod(0o600)
    assert Credentials.of({FILE: str(file)}) == Credentials("reader", "secret")
    assert Credentials.of({USER: "reader", PASSWORD: "secret"}) == Credentials("reader", "secret")
    assert Credentials.of({}) is None
    for user, password in (("a:b", "x"), ("a", ""), ("a", "x\r\ny"), ('a"', "x")):
        with pytest.raises(ValueError, match="no name and password"):
            Credentials.of({USER: user, PASSWORD: password})
    assert "secret" not in repr(Credentials("reader", "secret"))


def test_a_password_is_never_said_where_others_could_hear_it() -> None:
    ours = Credentials("reader", "secret")
    near, far = (Pinned(endpoint(f"http://{host}/")) for host in ("127.0.0.1", "192.0.2.1"))
    far._addresses = ("8.8.8.8",)
    assert ours.answer('Basic realm="x"', near, "GET", "/") == "Basic cmVhZGVyOnNlY3JldA=="
    assert ours.answer('Basic realm="x"', far, "GET", "/") is None
    digest = ours.answer('Digest realm="x", nonce="n", qop="auth"', far, "GET", "/")
    assert digest is not None
    assert "secret" not in digest
    assert Credentials("", "token").answer("Bearer", far, "GET", "/") is None
    assert Credentials("", "token").answer("Bearer", near, "GET", "/") == "Bearer token"


def test_a_password_is_in_no_error(hostile: Hostile) -> None:
    secret = Credentials("reader", "secret")
    remote = RemoteEngine(hostile.url, LIMITS, dialect=DIALECTS["any"], credentials=secret)
    hostile.behaviour = whole("401 No", 'WWW-Authenticate: Basic realm="x"\r\n', "")
    with pytest.raises(EngineFailed) as failed:
        remote.query("ASK {}")
    assert hostile.asked == 2
    assert "secret" not in str(failed.value)
