"""The reading half of the W3C suite of the Graph Store Protocol (indirect graph identification).

The service never writes. What a test writes is therefore loaded: before each GET or HEAD the
service is started over the graphs that the PUTs, POSTs and DELETEs before it would have left.
"""

import email
import email.policy
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pyoxigraph as ox
import pytest

from conformance import compare, manifest
from conformance.manifest import Test
from conformance.requests import Request, requests_of
from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app
from foedus.web.serving import listen

LOCATION = "http://www.example/gsp/made-by-post"
Graphs = dict[str, set[ox.Triple]]


def run(server: Any) -> None:
    with suppress(OSError):  # it is closed from outside
        server.run()


@contextmanager
def served(graphs: Graphs, folder: Path) -> Iterator[int]:
    """The port of a real server over *graphs*; the default graph has the name ``""``."""
    path = folder / "graphs.nq"
    quads = (
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name) if name else ox.DefaultGraph())
        for name, graph in graphs.items()
        for t in graph
    )
    ox.serialize(quads, output=str(path), format=ox.RdfFormat.N_QUADS)
    with WorkerPool(path, limits=Limits(workers=1)) as pool:
        app = create_app(Served.files([path]), evaluator=pool)
        server = listen(app, "127.0.0.1", 0, Settings(threads=2))
        thread = threading.Thread(target=run, args=[server], daemon=True)
        thread.start()
        yield int(server.effective_port)
        deadline = time.monotonic() + 5
        while server.active_channels and time.monotonic() < deadline:
            time.sleep(0.01)
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)


def send(port: int, request: Request, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer at ``/graphs`` to what the test sends to the address of its graph store."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = request.body if request.method not in ("GET", "HEAD") else None
    connection.request(
        request.method,
        path.replace("/gsp", "/graphs", 1),
        body,
        {**request.headers, "Connection": "close"},
    )
    response = connection.getresponse()
    answer = response, response.read()
    connection.close()
    return answer


def name_of(path: str) -> str:
    """The graph that an address names: ``?default``, ``?graph=``, or one made by the service."""
    named = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    return "" if "default" in named else named.get("graph", LOCATION)


def write(graphs: Graphs, request: Request) -> None:
    """Do to *graphs* what a request that writes says."""
    name = name_of(request.path)
    if request.method == "DELETE":
        graphs.pop(name, None)
        return
    before = graphs.get(name, set()) if request.method == "POST" else set()
    graphs[name] = before | set(triples(request.body, request.headers["content-type"], name))


def triples(body: bytes, content_type: str, base: str) -> Iterator[ox.Triple]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    parts = list(message.iter_parts()) if message.is_multipart() else [message]
    for part in parts:
        for quad in ox.parse(
            part.get_content(),
            format=ox.RdfFormat.TURTLE,
            base_iri=base or LOCATION,
            rename_blank_nodes=True,
        ):
            yield quad.triple


@pytest.mark.w3c("GraphStoreProtocolTest")
def test_a_graph_is_read_as_the_graph_store_protocol_says(test: Test, tmp_path: Path) -> None:
    graphs: Graphs = {}
    read = 0
    for request in requests_of(test):
        if request.method not in ("GET", "HEAD"):
            write(graphs, request)
            continue
        path = request.path.replace("$LOCATION$", quote(LOCATION, safe=""))
        with served(graphs, tmp_path) as port:
            response, body = send(port, request, path)
        read += 1
        assert request.expected.takes(response.status), body.decode()
        wanted = request.expected.headers.get("content-type", "").replace(" ", "").lower()
        if wanted:
            assert response.headers["content-type"].replace(" ", "").lower() == wanted
        if request.expected.body:
            found = triples(body, response.headers["content-type"], name_of(path))
            expected = triples(request.expected.body.encode(), wanted, name_of(path))
            assert compare.same_graph(found, expected), body.decode()
        if request.method == "HEAD":
            assert body == b""
    assert read


def test_what_a_test_of_the_w3c_writes_is_refused_by_the_service(tmp_path: Path) -> None:
    if not manifest.tests_of("GraphStoreProtocolTest"):
        pytest.skip("the W3C test suites are not there")
    written = 0
    with served({}, tmp_path) as port:
        for test in manifest.tests_of("GraphStoreProtocolTest"):
            for request in requests_of(test):
                if request.method in ("GET", "HEAD"):
                    continue
                path = request.path.replace("$LOCATION$", quote(LOCATION, safe=""))
                response, _ = send(port, request, path)
                written += 1
                assert response.status == 405
                assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert written
