"""No answer that says 200 looks complete unless it is: faults × formats × ways of sending.

The server is the real one, the client believes only what the framing of HTTP says.
"""

import gzip
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from foedus.engine import EmbeddedEngine, Limits, WorkerPool
from foedus.engine.serialize import CSV, GRAPH_FORMATS, RESULT_FORMATS
from foedus.web import Served, Settings, create_app
from foedus.web.lane.connections import Front, serve
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.serving import listen

from . import strict

FORMATS = (*RESULT_FORMATS, *GRAPH_FORMATS)
ROWS = 20_000
LIMITS = Limits(
    workers=3,
    query_seconds=120.0,
    result_rows=15_000,
    result_bytes=6_000_000,
    memory_bytes=150_000_000,
)

HEAD = "{ SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 9000 }"
ENDLESS = "{ ?s ?p ?o . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?o), STR(?f), STR(?i), 'x') = 'no') }"
HUNGRY = (
    "{ SELECT (GROUP_CONCAT(?y) AS ?o) { ?s ?p ?x . ?d ?e ?z BIND('" + "x" * 5000 + "' AS ?y) } }"
)
FAULTS = {
    "result_rows": "{ ?s ?p ?o }",
    "result_bytes": HEAD + " BIND('" + "x" * 900 + "' AS ?long)",
    "query_seconds": HEAD + " UNION " + ENDLESS,
    "memory_bytes": HEAD + " UNION " + HUNGRY,
}
STATUS = {"result_rows": 422, "result_bytes": 422, "query_seconds": 503, "memory_bytes": 503}


def query(where: str, media_type: str) -> str:
    if media_type in GRAPH_FORMATS:
        template = "?s ?p ?o . ?s <http://e/long> ?long" if "?long" in where else "?s ?p ?o"
        return f"CONSTRUCT {{ {template} }} WHERE {{ {where} }}"
    return f"SELECT * {{ {where} }}"


@contextmanager
def serving(app: Flask, settings: Settings) -> Iterator[int]:
    observer = Observer(settings, Log(""))
    served = Served(digest="", dataset=())
    front = Front(Service(lambda: served, lambda _: app, observer), observer)
    server = listen(app, "127.0.0.1", 0, settings, front)
    thread = threading.Thread(target=serve, args=(server, front), daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)


def write_rows(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for i in range(rows):
            file.write(f'<http://e/{i}> <http://e/p{i % 7}> "value {i} of many values" .\n')
    return path


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("rows") / "rows.nt", ROWS)


@pytest.fixture(scope="module")
def pool(rows: Path) -> Iterator[WorkerPool]:
    with WorkerPool(rows, limits=LIMITS) as pool:
        yield pool


@contextmanager
def both_ways(rows: Path, pool: WorkerPool) -> Iterator[dict[str, int]]:
    """Two services over the same workers: one that streams early, one that streams never."""
    served, reader = Served.files([rows]), EmbeddedEngine.load(rows)
    early = Settings(
        limits=pool.limits,
        stream_bytes=100_000,
        whole_bytes=3_000_000,
        threads=6,
        url_characters=9000,
    )
    never = replace(early, stream_bytes=50_000_000, whole_bytes=50_000_000)
    with (
        serving(create_app(served, evaluator=pool, reader=reader, settings=early), early) as one,
        serving(create_app(served, evaluator=pool, reader=reader, settings=never), never) as two,
    ):
        yield {"streamed": one, "buffered": two}


@pytest.fixture(scope="module")
def ports(rows: Path, pool: WorkerPool) -> Iterator[dict[str, int]]:
    with both_ways(rows, pool) as ports:
        yield ports


@pytest.fixture(scope="module")
def places(rows: Path, ports: dict[str, int]) -> Iterator[dict[str, dict[str, int]]]:
    """Where each fault is asked for: that of time where there is little of it."""
    limits = replace(LIMITS, query_seconds=1.5, workers=5)
    with WorkerPool(rows, limits=limits) as pool, both_ways(rows, pool) as short:
        yield {fault: short if fault == "query_seconds" else ports for fault in FAULTS}


def in_every_format(where: str, port: int, **how: str) -> dict[str, strict.Reply]:
    def reply(media_type: str) -> strict.Reply:
        return strict.ask(port, query(where, media_type), media_type, **how)

    with ThreadPoolExecutor(5) as threads:
        return dict(zip(FORMATS, threads.map(reply, FORMATS), strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_limit_reached_before_the_first_byte_is_a_status(
    places: dict[str, dict[str, int]], fault: str
) -> None:
    for media_type, reply in in_every_format(FAULTS[fault], places[fault]["buffered"]).items():
        assert reply.complete, media_type
        assert reply.status == STATUS[fault], (media_type, reply.body[:200])
        assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_limit_reached_in_a_stream_cuts_it_off(
    places: dict[str, dict[str, int]], fault: str
) -> None:
    for media_type, reply in in_every_format(FAULTS[fault], places[fault]["streamed"]).items():
        if reply.status == 200:
            assert reply.streamed, media_type
            assert not reply.complete, media_type
            assert len(reply.body) > 100_000, media_type
        else:
            # The time, or the memory, was at its end before the first bytes were.
            assert fault in ("query_seconds", "memory_bytes"), (media_type, reply.body)
            assert reply.status == 503


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("more", ["", "Connection: keep-alive\r\n"], ids=["", "keep-alive"])
def test_a_client_of_http_1_0_gets_a_whole_result_or_none(
    places: dict[str, dict[str, int]], fault: str, more: str
) -> None:
    port = places[fault]["streamed"]
    for media_type, reply in in_every_format(FAULTS[fault], port, version="1.0", more=more).items():
        assert reply.status in (422, 503), media_type
        assert reply.complete


@pytest.mark.parametrize("sent", ["streamed", "buffered"])
def test_without_a_fault_every_format_arrives_whole_and_equal(
    ports: dict[str, int], pool: WorkerPool, sent: str
) -> None:
    where = "{ SELECT * { ?s ?p ?o } LIMIT 12000 }"
    for version in ("1.1", "1.0"):
        for media_type, reply in in_every_format(where, ports[sent], version=version).items():
            assert (reply.status, reply.complete) == (200, True), (media_type, reply.body[:300])
            assert reply.streamed is (sent == "streamed" and version == "1.1")
            assert ("content-length" in reply.headers) is not reply.streamed
            counted = reply.body.count(b"of many values")
            assert counted == 12000, media_type


def test_a_longer_result_than_may_be_held_whole_is_refused_to_http_1_0(
    ports: dict[str, int],
) -> None:
    text = "SELECT * { ?s ?p ?o BIND('" + "x" * 400 + "' AS ?long) } LIMIT 9000"
    reply = strict.ask(ports["streamed"], text, "text/csv", version="1.0")
    assert (reply.status, reply.complete) == (422, True)
    assert b"whole_bytes" in reply.body
    assert strict.ask(ports["streamed"], text, "text/csv").complete


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_worker_that_is_killed_in_the_middle_of_a_stream_cuts_it_off(
    ports: dict[str, int], pool: WorkerPool, media_type: str
) -> None:
    before = {worker.pid for worker in pool._idle}
    with strict.connect(ports["streamed"]) as connection:
        strict.send(connection, query(FAULTS["query_seconds"], media_type), media_type)
        select.select([connection], [], [], 10)  # the first bytes are there
        for pid in before - {worker.pid for worker in pool._idle}:
            os.kill(pid, signal.SIGKILL)
        reply = strict.receive(connection)
    assert not (reply.status == 200 and reply.complete)


def test_a_stream_in_gzip_stays_one_and_has_no_end_when_it_is_cut_off(
    ports: dict[str, int], pool: WorkerPool
) -> None:
    more = "Accept-Encoding: gzip\r\nConnection: close\r\n"
    whole = query("{ SELECT * { ?s ?p ?o } LIMIT 11500 }", CSV)
    plain = strict.ask(ports["streamed"], whole, CSV)
    coded = strict.ask(ports["streamed"], whole, CSV, more=more)
    assert plain.streamed
    assert coded.streamed
    assert coded.complete
    assert coded.headers["content-encoding"] == "gzip"
    assert coded.headers["etag"] != plain.headers["etag"]
    assert gzip.decompress(coded.body) == plain.body
    cut = strict.ask(ports["streamed"], query(FAULTS["result_rows"], CSV), CSV, more=more)
    assert cut.status == 200
    assert not cut.complete
    with pytest.raises(EOFError):
        gzip.decompress(cut.body)
    with strict.connect(ports["streamed"]) as connection:
        strict.send(connection, query("{ ?s ?p ?o }", CSV), CSV, more=more)
        connection.recv(100)
    deadline = time.monotonic() + 30
    while len(pool._idle) < LIMITS.workers:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("sent", ["streamed", "buffered"])
def test_clients_that_vanish_leave_every_worker_free(
    ports: dict[str, int], pool: WorkerPool, sent: str
) -> None:
    for media_type in FORMATS:
        connection = strict.connect(ports[sent])
        strict.send(connection, query("{ ?s ?p ?o } FILTER(?s != 1)", media_type), media_type)
        if sent == "streamed":
            connection.recv(1000)
        connection.close()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert strict.ask(ports[sent], count, "text/csv").body.split() == [b"n", b"20000"]
    deadline = time.monotonic() + 30
    while len(pool._idle) < LIMITS.workers:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("sent", ["streamed", "buffered"])
@pytest.mark.parametrize("media_type", FORMATS)
def test_head_has_the_fields_of_get_and_not_a_byte_more(
    ports: dict[str, int], sent: str, media_type: str
) -> None:
    text = query("{ SELECT * { ?s ?p ?o } LIMIT 9000 }", media_type)
    head = strict.ask(ports[sent], text, media_type, method="HEAD")
    full = strict.ask(ports[sent], text, media_type)
    assert head.rest == b""
    for reply in (head, full):
        for name in ("date", "server-timing"):
            reply.headers.pop(name)
    assert head.headers == full.headers


def test_a_connection_outlives_answers_without_a_body(ports: dict[str, int]) -> None:
    with strict.connect(ports["buffered"]) as connection:
        for _ in range(3):
            strict.send(connection, "ASK {}", "text/csv", more="If-None-Match: *\r\n")
            assert connection.recv(10_000).startswith(b"HTTP/1.1 304 ")
        strict.send(connection, "ASK {}", "text/csv", more="Connection: close\r\n")
        assert strict.receive(connection).body == b"true"


@pytest.mark.slow
def test_memory_stays_flat_while_many_rows_pass_to_a_client_that_dawdles(
    tmp_path: Path,
) -> None:
    rows = write_rows(tmp_path / "rows.nt", 220_000)
    command = [sys.executable, "-m", "foedus", "serve", "--data", str(rows), "--port", "0"]
    for limit in ("result_rows=2000000", "result_bytes=1000000000", "query_seconds=100"):
        command += ["--set", limit]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            port = 0
            assert server.stdout is not None
            while not port and (line := server.stdout.readline()):
                found = re.search(rb"http://[^:/]+:(\d+)", line)
                port = int(found[1]) if found else 0
            before = peak(server.pid)
            text = "SELECT * { VALUES ?i { 1 2 3 } ?s ?p ?o }"
            with strict.connect(port) as connection:
                strict.send(connection, text, "application/sparql-results+json")
                size, seen, end = 0, 0, b""
                time.sleep(1)
                while piece := connection.recv(1_000_000):
                    size, seen = size + len(piece), seen + piece.count(b"of many values")
                    end = (end + piece)[-7:]
            assert end == b"\r\n0\r\n\r\n"
            assert size > 90_000_000
            assert seen > 650_000  # a few are split between two pieces
            assert peak(server.pid) - before < 40_000_000
        finally:
            server.terminate()


def peak(pid: int) -> int:
    """The most memory that a process has had in use, in bytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell the memory of a process")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024
