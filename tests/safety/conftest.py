"""One real server, with every limit small, over data that breaks engines; and listeners that must
never be called."""

import contextlib
import http.client
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app
from foedus.web.lane.connections import Front, serve
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.serving import listen

XSD = "http://www.w3.org/2001/XMLSchema#"
KINDS = (
    '"{0}"',
    f'"{{0}}"^^<{XSD}integer>',
    f'"{{1:04d}}-01-01"^^<{XSD}date>',
    f'"{{0}}.5"^^<{XSD}double>',
    '"{0}"@en',
    "<http://e/{0}>",
)
#: Rows of the data: a subject has one value of each kind.
SUBJECTS = 500
TRIPLES = SUBJECTS * len(KINDS)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool = True

    @property
    def problem(self) -> str:
        """The type of the problem, without its address."""
        return json.loads(self.body)["type"].partition("#")[2]


@pytest.fixture(scope="session")
def hostile_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("safety") / "mixed.nt"
    path.write_text(
        "".join(
            f"<http://e/{i}> <http://e/p{k}> {kind.format(i, i + 1)} .\n"
            for i in range(SUBJECTS)
            for k, kind in enumerate(KINDS)
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def limits() -> Limits:
    return Limits(
        workers=2, light_workers=1, light_seconds=0.2, query_seconds=2.0, result_rows=20_000,
        result_bytes=4_000_000, memory_bytes=300_000_000,
    )  # fmt: skip


@pytest.fixture(scope="session")
def pool(hostile_data: Path, limits: Limits) -> Iterator[WorkerPool]:
    with WorkerPool(hostile_data, limits=limits) as pool:
        yield pool


@pytest.fixture(scope="session")
def address(pool: WorkerPool, hostile_data: Path, limits: Limits) -> Iterator[str]:
    settings = Settings(public="http://foedus.example", limits=limits, body_bytes=300_000)
    observer = Observer(settings, Log(""))

    def make(served: Served) -> Flask:
        app = create_app(served, evaluator=pool, settings=settings)
        observer.install(app)
        return app

    service = Service(lambda: Served.files([hostile_data]), make, observer)
    front = Front(service, observer)
    server = listen(observer.around(service), "127.0.0.1", 0, settings, front)
    thread = threading.Thread(target=serve, args=(server, front), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)


@pytest.fixture(scope="session")
def fetch(address: str) -> Callable[..., Answer]:
    """Send one request; ``query=`` goes as a form."""

    def send(
        path: str = "/sparql",
        *,
        query: str | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> Answer:
        if query is not None:
            body = urlencode({"query": query}, errors="surrogatepass").encode("ascii")
        asked = urllib.request.Request(
            address + path, data=body, headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as response:
                try:
                    return Answer(response.status, dict(response.headers), response.read())
                except http.client.IncompleteRead as error:
                    return Answer(response.status, dict(response.headers), error.partial, False)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    return send


@pytest.fixture
def unharmed(fetch: Callable[..., Answer]) -> Iterator[None]:
    """After the test the service answers as before."""
    yield
    answer = fetch(query=COUNT, headers={"Accept": "text/csv"})
    assert answer.status == 200
    assert answer.body.split() == [b"n", str(TRIPLES).encode()]


@pytest.fixture(scope="session")
def talk(address: str) -> Callable[..., bytes]:
    """Send bytes over a connection of its own; all that comes back until it is closed."""
    place = urlsplit(address)

    def send(*parts: bytes, close: bool = True) -> bytes:
        received = b""
        with (
            socket.create_connection((place.hostname, place.port), timeout=20) as connection,
            contextlib.suppress(OSError),
        ):
            for part in parts:
                connection.sendall(part)
            if close:
                connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                received += chunk
        return received

    return send


class Canary:
    """A listener that counts who calls."""

    def __init__(self, family: int, host: str, *, mapped: bool = False) -> None:
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(not mapped))
        self.socket.bind((host, 0))
        self.socket.listen()
        self.port = int(self.socket.getsockname()[1])
        self.calls = 0
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture(scope="session")
def canaries() -> Iterator[list[str]]:
    """Authorities behind which somebody listens, however they are spelt; nobody may call."""
    listeners = [Canary(socket.AF_INET, "127.0.0.1")]
    four = listeners[0].port
    spelt = [
        f"{host}:{four}"
        for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
                     "0.0.0.0", "user:password@127.0.0.1", "LOCALHOST.")
    ]  # fmt: skip
    if socket.has_ipv6:
        with contextlib.suppress(OSError):
            six = Canary(socket.AF_INET6, "::1")
            mapped = Canary(socket.AF_INET6, "::", mapped=True)
            listeners += [six, mapped]
            spelt += [f"[::1]:{six.port}", f"[0:0:0:0:0:0:0:1]:{six.port}"]
            spelt += [f"[::ffff:127.0.0.1]:{mapped.port}", f"[::ffff:7f00:1]:{mapped.port}"]
    yield spelt
    for listener in listeners:
        listener.close()
    assert [listener.calls for listener in listeners] == [0] * len(listeners)
