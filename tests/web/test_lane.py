"""The fast lane sends the bytes that the application sends, and nothing that may have changed."""

import itertools
import os
import re
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app
from foedus.web.lane.answering import Lane
from foedus.web.lane.answers import Finished, FinishedAnswers
from foedus.web.lane.connections import Front, serve
from foedus.web.mounted import mounted
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.serving import listen

from . import strict

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
STATE = "https://w3id.org/foedus/id/state/"
QUERIES = {
    "rows": f"SELECT ?l {{ <{STATE}ruritania> <{LABEL}> ?l }}",
    "none": f"SELECT ?l {{ <{STATE}nowhere> <{LABEL}> ?l }}",
    "ask": f"ASK {{ ?s <{LABEL}> 'Ruritania'@en }}",
    "triples": f"CONSTRUCT {{ ?s <{LABEL}> ?o }} {{ ?s <{LABEL}> ?o }}",
    "describe": f"DESCRIBE <{STATE}graustark>",
    "no triples": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s <urn:no> <urn:such> }",
    "day": "SELECT (?at AS ?day) { }",
    "from": "SELECT ?s FROM <https://w3id.org/foedus/graph/disputes> { ?s ?p ?o }",
    "hint": "PREFIX f: <https://w3id.org/foedus/ontology#> SELECT ?s { ?s f:membr ?o }",
    "syntax": "SELECT ?l { ?s ?p ",
    "update": "CLEAR ALL",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "engine's syntax": f"SELECT ?l {{ ?s <{LABEL}> ?l . FILTER(FOO(<urn:x>)) }}",
}
CHANGING = (
    "SELECT (NOW() AS ?t) {}",
    "SELECT (RAND() AS ?t) {}",
    "SELECT (STRUUID() AS ?t) {}",
    "SELECT (UUID() AS ?t) { ?s ?p 'Ruritania'@en }",
    f"SELECT (RAND() AS ?t) {{ <{STATE}ruritania> <{LABEL}> ?l }}",
)
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"


class Ways:
    """One application behind two servers: with the lane, and without."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.observer = Observer(settings, Log(""))
        self.observer.install(app)
        self.lane: Lane = app.extensions["foedus.lane"]
        served = Served(digest="", dataset=())
        self.front = Front(Service(lambda: served, lambda _: app, self.observer), self.observer)
        wsgi = self.observer.around(mounted(self.front.service, "/base"))
        self.servers = [listen(wsgi, "127.0.0.1", 0, settings, f) for f in (self.front, None)]
        self.threads = [
            threading.Thread(target=serve, args=(server, front), daemon=True)
            for server, front in zip(self.servers, (self.front, None), strict=True)
        ]
        self.connections = [strict.connect(server.effective_port) for server in self.servers]
        for thread in self.threads:
            thread.start()

    @property
    def port(self) -> int:
        return int(self.servers[0].effective_port)

    def fast(self, request: bytes) -> bytes:
        return exchange(self.connections[0], request)

    def full(self, request: bytes) -> bytes:
        return exchange(self.connections[1], request)

    def evaluations(self) -> int:
        assert self.lane.pool is not None
        return int(self.lane.pool.tally.counts()["answered"])

    def close(self) -> None:
        for server, connection in zip(self.servers, self.connections, strict=True):
            server.close()
            connection.close()  # which wakes the loop
            server.task_dispatcher.shutdown()
        for thread in self.threads:
            thread.join(5)


def exchange(connection: socket.socket, request: bytes) -> bytes:
    """The whole answer, which has a length or no body, but for the date and the timing."""
    connection.sendall(request)
    come = b""
    while b"\r\n\r\n" not in come:
        come += (data := connection.recv(65536))
        assert data, come
    head = come[: come.index(b"\r\n\r\n") + 4]
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    if length and not request.startswith(b"HEAD"):
        while len(come) < len(head) + int(length[1]):
            come += connection.recv(65536)
    return re.sub(rb"\r\n(Date|Server-Timing): [^\r]*", rb"\r\n\1: -", come)


def get(
    query: str, *, method: str = "GET", path: str = "/sparql", more: str = "", **headers: str
) -> bytes:
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    target = f"{path}?query={quote(query)}{more}"
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n{named}\r\n".encode()


def post(body: bytes, media_type: str, method: str = "POST") -> bytes:
    head = f"{method} /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def etag(answer: bytes) -> str:
    found = re.search(rb"\r\nEtag: ([^\r]*)", answer)
    assert found, answer
    return found[1].decode()


def wait_until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def both(served: Served, pool: WorkerPool, settings: Settings) -> Iterator[Ways]:
    ways = Ways(create_app(served, evaluator=pool, settings=settings), settings)
    try:
        yield ways
    finally:
        ways.close()


@pytest.fixture(scope="module")
def pool(served: Served) -> Iterator[WorkerPool]:
    limits = Limits(workers=2, light_workers=1, query_seconds=1.5, result_rows=5000)
    with WorkerPool(*served.dataset, limits=limits) as pool:
        yield pool


@pytest.fixture
def ways(served: Served, pool: WorkerPool) -> Iterator[Ways]:
    settings = Settings(public="http://foedus.example/base", limits=pool.limits)
    with both(served, pool, settings) as ways:
        yield ways


@pytest.fixture(scope="module")
def lasting(served: Served, pool: WorkerPool) -> Iterator[Ways]:
    settings = Settings(public="http://foedus.example/base", limits=pool.limits)
    with both(served, pool, settings) as ways:
        yield ways


def test_a_request_that_comes_again_is_answered_without_the_application(ways: Ways) -> None:
    request = get(QUERIES["rows"])
    expected = ways.full(request)
    assert [ways.fast(request) for _ in range(3)] == [expected] * 3
    assert ways.lane.answers.hits == 2
    assert ways.evaluations() >= 1


def test_a_query_of_a_known_shape_is_evaluated_from_the_loop(ways: Ways) -> None:
    threads: list[str] = []
    ways.lane.app.before_request(lambda: threads.append(threading.current_thread().name))
    ways.fast(get(QUERIES["rows"]))
    ways.fast(get(QUERIES["none"]))  # teaches how a head is written
    asked = len(threads)
    for name in ("zenda", "graustark", "hentzau"):
        request = get(QUERIES["rows"].replace("ruritania", name))
        first = ways.fast(request)
        assert len(threads) == asked
        assert first == ways.full(request)
        asked = len(threads)


REQUESTS = st.builds(
    get,
    st.sampled_from([*QUERIES.values(), *CHANGING[:1]]).filter(lambda q: "NOW" not in q),
    method=st.sampled_from(["GET", "HEAD", "POST"]).filter(lambda m: m != "POST"),
    path=st.sampled_from(["/sparql", "/base/sparql", "/base/base/sparql", "//sparql", "/sparql/"]),
    more=st.sampled_from(
        ["", "&format=csv", "&format=ttl", "&format=no", "&at=1899-01-01", "&at=no",
         "&default-graph-uri=urn:x", "&named-graph-uri=urn:x&default-graph-uri=urn:y",
         "&default-graph-uri=x", "&query=ASK%7B%7D", "&other=1", "&format=xml&format=xml"]
    ),
    Accept=st.sampled_from(
        ["*/*", "text/csv", "application/sparql-results+xml;q=0.5,text/turtle", "image/png",
         "application/n-triples", "application/ld+json, text/tab-separated-values", "", "*/*;q=0"]
    ),
    Accept_Encoding=st.sampled_from(["identity", "gzip", "gzip;q=0.1, identity", "br", "*"]),
    If_None_Match=st.sampled_from(["", "*", '"x"', 'W/"x", *']),
)  # fmt: skip


@examples(max_examples=150, deadline=None)
@given(st.lists(REQUESTS, min_size=1, max_size=2))
def test_both_ways_answer_with_the_same_bytes(lasting: Ways, requests: list[bytes]) -> None:
    for request in requests * 2:
        assert lasting.fast(request) == lasting.full(request)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_whoever_has_the_answer_gets_304_either_way(lasting: Ways, name: str, coding: str) -> None:
    for method, accept in itertools.product(("GET", "HEAD"), ("*/*", "text/csv, text/turtle")):
        headers = {"Accept": accept, "Accept_Encoding": coding}
        request = get(QUERIES[name], method=method, **headers)
        answer = lasting.full(request)
        assert answer == lasting.fast(request)
        if b"\r\nEtag" not in answer:
            continue
        tag = etag(answer)
        for known in (tag, f"W/{tag}", f'"a", {tag}', tag.replace('"', "")):
            request = get(QUERIES[name], method=method, If_None_Match=known, **headers)
            answers = [lasting.full(request), *(lasting.fast(request) for _ in range(3))]
            assert len(set(answers)) == 1
            assert answers[0].startswith(b"HTTP/1.1 304") == ('"' in known)


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_posts_are_answered_alike(lasting: Ways, method: str) -> None:
    query = QUERIES["rows"]
    form = "application/x-www-form-urlencoded"
    for body, media_type in (
        (urlencode({"query": query}).encode(), form),
        (urlencode({"query": query, "format": "xml"}).encode(), form + "; charset=UTF-8"),
        (query.encode(), "application/sparql-query"),
        (query.encode(), "application/sparql-query;charset=latin1"),
        (b"\xff" + query.encode(), "application/sparql-query"),
        (b"", form),
        (query.encode(), "text/plain"),
        (b"CLEAR ALL", "application/sparql-update"),
    ):
        request = post(body, media_type, method)
        answers = [lasting.full(request), *(lasting.fast(request) for _ in range(3))]
        assert len(set(answers)) == 1


@pytest.mark.parametrize("query", CHANGING)
def test_what_need_not_be_the_same_again_is_evaluated_each_time(ways: Ways, query: str) -> None:
    before = ways.evaluations()
    bodies = {ways.fast(get(query, If_None_Match="*")).partition(b"\r\n\r\n")[2] for _ in range(4)}
    assert len(bodies) > 1 or "NOW" in query
    assert ways.evaluations() == before + 4
    assert len(ways.lane.answers) == 0


def test_errors_are_never_kept(ways: Ways) -> None:
    for name in ("syntax", "update", "service", "engine's syntax"):
        for _ in range(3):
            assert not ways.fast(get(QUERIES[name])).startswith(b"HTTP/1.1 200")
    assert not ways.fast(get(FOREVER)).startswith(b"HTTP/1.1 200")
    assert len(ways.lane.answers) == 0


def test_another_release_has_a_lane_of_its_own(
    ways: Ways, served: Served, pool: WorkerPool
) -> None:
    request = get(QUERIES["rows"])
    old = ways.fast(request)
    other = create_app(
        replace(served, digest="f" * 64),
        evaluator=pool,
        settings=Settings(public="http://foedus.example/base", limits=pool.limits),
    )
    ways.front.service._current.app = other
    fresh = [ways.fast(request) for _ in range(2)]
    assert fresh[0] == fresh[1] == ways.full(request)
    assert etag(fresh[0]) != etag(old)


def test_what_takes_longer_goes_on_in_a_thread_and_is_bounded_as_ever(ways: Ways) -> None:
    text = "SELECT (COUNT(*) AS ?n) { { ?s ?p <%s> } UNION { " + FOREVER.partition("{")[2] + " }"
    ways.fast(get(text % "urn:a", If_None_Match="*"))  # teaches the shape, evaluates nothing
    pool = ways.lane.pool
    assert pool is not None
    before = pool.tally.counts()
    answer = ways.fast(get(text % "urn:b"))
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"query_seconds" in answer
    after = pool.tally.counts()
    assert after["limited"] == before["limited"] + 1
    wait_until(lambda: not ways.observer.in_flight)
    assert ways.fast(get(QUERIES["rows"])) == ways.full(get(QUERIES["rows"]))


def test_a_large_result_of_the_lane_is_streamed_whole(tmp_path: Path) -> None:
    data = tmp_path / "rows.nt"
    data.write_text(
        "".join(f'<urn:s:{i}> <urn:p> "value {i} {"x" * 60}" .\n' for i in range(20_000)),
        encoding="utf-8",
    )
    limits = Limits(workers=1, light_workers=1)
    with WorkerPool(data, limits=limits) as pool:
        served = Served.files([data])
        with both(served, pool, Settings(limits=limits, stream_bytes=100_000)) as ways:
            text = "SELECT ?s ?o {{ ?s <urn:p> ?o FILTER(?s != <urn:s:{}>) }}"
            sizes = set()
            for i in range(3):
                reply = strict.ask(ways.port, text.format(i), "text/csv", more="")
                assert (reply.complete, reply.streamed, reply.status) == (True, True, 200)
                sizes.add(reply.body.count(b"\n"))
            assert sizes == {20_000}
            assert len(ways.lane.answers) == 0
            wait_until(lambda: not ways.observer.in_flight)
            assert pool.tally.counts()["broken"] == 0


def test_a_stampede_through_the_lane_evaluates_once(ways: Ways) -> None:
    ways.fast(get(QUERIES["rows"]))
    ways.fast(get(QUERIES["none"]))
    before = ways.evaluations()
    query = QUERIES["rows"].replace("ruritania", "stampede")
    ask = lambda: strict.ask(ways.port, query, "*/*", more="")  # noqa: E731
    with ThreadPoolExecutor(12) as threads:
        replies = [future.result() for future in [threads.submit(ask) for _ in range(24)]]
    assert {(r.status, r.complete, r.body) for r in replies} == {
        (200, True, b'{"head":{"vars":["l"]},"results":{"bindings":[]}}')
    }
    assert ways.evaluations() == before + 1


def test_more_requests_than_workers_wait_in_the_lane_and_all_are_answered(ways: Ways) -> None:
    ways.fast(get(QUERIES["rows"]))
    names = [f"n{i}" for i in range(200)]

    def ask(name: str) -> tuple[int, bool]:
        reply = strict.ask(ways.port, QUERIES["rows"].replace("ruritania", name), "*/*", more="")
        return reply.status, reply.complete

    with ThreadPoolExecutor(24) as threads:
        assert set(threads.map(ask, names)) == {(200, True)}
    wait_until(lambda: not ways.observer.in_flight)
    assert not ways.front.queue
    assert not ways.front.under_way


def test_a_client_that_goes_while_the_lane_waits_harms_nobody(ways: Ways) -> None:
    ways.fast(get(QUERIES["rows"]))
    for i in range(30):
        with strict.connect(ways.port) as connection:
            connection.sendall(get(QUERIES["rows"].replace("ruritania", f"gone{i}")))
    wait_until(lambda: not ways.observer.in_flight and len(ways.servers[0].active_channels) == 1)
    assert ways.fast(get(QUERIES["rows"])) == ways.full(get(QUERIES["rows"]))
    assert ways.lane.pool is not None
    wait_until(lambda: ways.lane.pool.figures()["busy"] == 0)


def test_a_worker_that_died_while_it_was_idle_costs_no_answer(ways: Ways) -> None:
    ways.fast(get(QUERIES["rows"]))
    pool = ways.lane.pool
    assert pool is not None
    wait_until(lambda: not pool.figures()["busy"] + pool.figures()["busy_light"])
    idle = [*pool._idle, *pool._idle_light]
    for worker in idle:
        os.kill(worker.pid, signal.SIGKILL)
    for worker in idle:
        assert select.select([worker.connection], [], [], 10)[0]  # its end is seen
    for i in range(3):
        request = get(QUERIES["rows"].replace("ruritania", f"killed{i}"))
        assert ways.fast(request).startswith(b"HTTP/1.1 200 ")


def test_a_worker_that_is_killed_under_the_lane_shifts_no_later_answer(ways: Ways) -> None:
    text = "SELECT (COUNT(*) AS ?n) { { ?s ?p <%s> } UNION { " + FOREVER.partition("{")[2] + " }"
    ways.fast(get(text % "urn:taught", If_None_Match="*"))
    killed = 0
    for i in range(4):
        with ThreadPoolExecutor(1) as beside:
            asked = beside.submit(ways.fast, get(text % f"urn:killed:{i}"))
            wait_until(lambda asked=asked: ways.front.under_way or asked.done())
            for answering in list(ways.front.under_way):
                if (evaluation := answering._going.evaluation) is not None:
                    os.kill(evaluation._worker.pid, signal.SIGKILL)
                    killed += 1
            assert asked.result(60).startswith(b"HTTP/1.1 503 ")
        for name in ("zenda", "graustark", "hentzau"):
            request = get(QUERIES["rows"].replace("ruritania", f"{name}{i}"))
            assert ways.fast(request) == ways.full(request)
    assert killed, "the lane held none of them"


def test_requests_sent_at_once_are_answered_in_their_order(ways: Ways) -> None:
    one, two = get(QUERIES["rows"]), get(QUERIES["none"])
    expected = [ways.full(one), ways.full(two)]
    assert [ways.fast(one), ways.fast(two)] == expected
    with strict.connect(ways.port) as connection:
        connection.sendall(one + two + one)
        for body in (expected[0], expected[1], expected[0]):
            whole = exchange_next(connection)
            assert whole.partition(b"\r\n\r\n")[2] == body.partition(b"\r\n\r\n")[2]


def exchange_next(connection: socket.socket) -> bytes:
    """One answer with a length, and not a byte of the next."""
    come = b""
    while not come.endswith(b"\r\n\r\n"):
        come += connection.recv(1)
    length = re.search(rb"\r\nContent-Length: (\d+)", come)
    assert length
    left = int(length[1])
    while left:
        come += (data := connection.recv(left))
        left -= len(data)
    return come


def test_requests_of_the_lane_are_counted_like_all_others(ways: Ways) -> None:
    ways.fast(get(QUERIES["rows"]))
    size = len(ways.fast(get(QUERIES["rows"])).partition(b"\r\n\r\n")[2])
    for _ in range(8):
        ways.fast(get(QUERIES["rows"]))
    wait_until(lambda: not ways.observer.in_flight)
    text = ways.observer.text()
    assert 'foedus_requests_total{method="GET",route="/sparql",status="200"} 10\n' in text
    assert f"foedus_response_bytes_total {10 * size}\n" in text
    assert "foedus_request_seconds_count 10\n" in text


def test_finished_answers_stay_within_their_size() -> None:
    answers = FinishedAnswers(10_000)
    finished = Finished("200", b"h" * 100, b"", b"", b"x" * 1000, 1000)
    for i in range(20):
        answers.keep(b"%d" % i, finished)
        answers.keep(b"0", finished)
        assert answers.get(b"0") is finished
        assert answers.bytes <= 10_000
    assert 1 < len(answers) < 10
    answers.keep(b"large", replace(finished, body=b"x" * 20_000))
    assert answers.get(b"large") is None
