"""Clients that are slow, vanish, or send what is hardly HTTP."""

import contextlib
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

pytestmark = pytest.mark.usefixtures("unharmed")

HOST = b"Host: foedus.example\r\n"
LARGE = quote("SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 15000")
SLOW = quote(
    "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"
)


def statuses(received: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"(?:\A|\n|\}|>)HTTP/1\.[01] (\d{3})", received)]


def connect(address: str) -> socket.socket:
    place = urlsplit(address)
    return socket.create_connection((place.hostname, place.port), timeout=20)


def reset(connection: socket.socket) -> None:
    """Close without a word, as a client that lost its line."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_slow_clients_keep_nobody_waiting(address: str, fetch: Callable) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(address)) for _ in range(60)]
        for number, connection in enumerate(slow):
            connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"[: 1 + number % 40])
        for _ in range(3):
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.sendall(b"X")
            assert fetch("/sparql?query=ASK%7B%7D").status == 200


def test_clients_that_never_read_keep_nobody_waiting(address: str, fetch: Callable) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(address))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.sendall(f"GET /sparql?query={LARGE} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        for _ in range(5):
            assert fetch("/sparql?query=ASK%7B%7D").status == 200


def test_clients_that_vanish_leave_nothing_behind(address: str, fetch: Callable) -> None:
    fetch("/sparql?query=ASK%7B%7D")
    descriptors = Path("/proc/self/fd")
    before = len(os.listdir(descriptors)) if descriptors.exists() else 0
    request = f"GET /sparql?query={LARGE} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    for number in range(40):
        connection = connect(address)
        connection.sendall(request[: len(request) - (number % 4) * 20])
        if number % 4 == 0:
            connection.recv(10)  # gone in the middle of the answer
        reset(connection)
    threads_before = threading.active_count()
    for _ in range(3):
        connection = connect(address)
        connection.sendall(f"GET /sparql?query={SLOW} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        time.sleep(0.05)
        reset(connection)
    deadline = time.monotonic() + 30
    while descriptors.exists() and len(os.listdir(descriptors)) > before + 3:
        assert time.monotonic() < deadline, "descriptors are left open"
        assert fetch("/sparql?query=ASK%7B%7D").status == 200
        time.sleep(0.2)
    assert threading.active_count() <= threads_before


@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("one long header", b"X: " + b"x" * 200_000),
        ("many headers", b"\r\n".join(b"X-%d: x" % i for i in range(20_000))),
        ("a long Accept", b"Accept: " + b",".join([b"text/csv;q=0.1"] * 10_000)),
        ("a long cookie", b"Cookie: " + b"a=b;" * 50_000),
    ],
)
def test_oversized_headers_are_refused(talk: Callable, what: str, headers: bytes) -> None:
    received = talk(b"GET /sparql HTTP/1.1\r\n" + HOST + headers + b"\r\n\r\n")
    assert statuses(received) in ([431], [400], [])


@pytest.mark.parametrize(
    "accept",
    [
        b",".join([b"text/csv;q=0.1"] * 2000),
        b";" * 20_000,
        b'text/csv;a="' + b"\\" * 20_000,
        b"text/" * 5000,
        b"\xff\xfe/\x01",
        b"q=" * 8000,
        b"*/*;q=" + b"9" * 10_000,
        b",,,,;;;;====",
    ],
)
def test_no_accept_header_is_too_much(talk: Callable, accept: bytes) -> None:
    received = talk(
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HOST + b"Accept: " + accept + b"\r\n\r\n"
    )
    assert statuses(received)[0] in (200, 400, 406)


@pytest.mark.parametrize("path", ["/sparql?query={}", "/{}", "/doc/{}", "/sparql?at={}",
                                  "/search?q={}", "/query?query={}&at={}", "/id/{}?at={}",
                                  "/sparql?query=ASK%7B%7D&format={}"])  # fmt: skip
def test_no_header_can_be_injected(talk: Callable, path: str) -> None:
    for attack in ("%0D%0AX-Injected: yes", "%0d%0a%0d%0aX-Injected: yes", "%0AX-Injected: yes",
                   "%E5%98%8A%E5%98%8DX-Injected: yes", "%00%0DX-Injected: yes"):  # fmt: skip
        target = path.replace("{}", attack.replace(" ", "%20")).encode()
        received = talk(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        head = received.partition(b"\r\n\r\n")[0]
        assert statuses(received), received[:200]
        assert not re.search(rb"^x-injected", head, re.M | re.I)


BODY = b"query=ASK%7B%7D"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /sparql HTTP/1.1\r\n" + HOST + FORM
HIDDEN = b"GET /hidden-request HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.mark.parametrize(
    ("what", "request_"),
    [
        ("CL.TE", POST + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
         % (5 + len(HIDDEN)) + HIDDEN),
        ("TE.CL", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n%x\r\n"
         % len(HIDDEN) + HIDDEN + b"\r\n0\r\n\r\n"),
        ("TE.TE", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
         b"Content-Length: 5\r\n\r\n0\r\n\r\n" + HIDDEN),
        ("an unknown TE", POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n"
         + HIDDEN),
        ("TE with a tab", POST + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 0\r\n\r\n"
         + HIDDEN),
        ("two lengths", POST + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN)
         + HIDDEN),
        ("two lengths in one", POST + b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN) + HIDDEN),
        ("a length with a sign", POST + b"Content-Length: +0\r\n\r\n" + HIDDEN),
        ("a negative length", POST + b"Content-Length: -1\r\n\r\n" + HIDDEN),
        ("a length in hexadecimal", POST + b"Content-Length: 0x0\r\n\r\n" + HIDDEN),
        ("a space before the colon", POST + b"Content-Length : 0\r\n\r\n" + HIDDEN),
        ("a folded header", POST + b"Content-Length:\r\n 0\r\n\r\n" + HIDDEN),
        ("a bare carriage return", POST + b"X: y\rContent-Length: 0\r\n\r\n" + HIDDEN),
        ("a null character", POST + b"X: y\0\r\nContent-Length: 0\r\n\r\n" + HIDDEN),
        ("a chunk of a negative size", POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"
         + HIDDEN),
        ("a chunk size with an underscore", POST + b"Transfer-Encoding: chunked\r\n\r\n0_0\r\n\r\n"
         + HIDDEN),
        ("an endless chunk size", POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 100_000),
        ("a header without a colon", POST + b"Content-Length 0\r\n\r\n" + HIDDEN),
    ],
)  # fmt: skip
def test_no_request_is_smuggled_in_another(talk: Callable, what: str, request_: bytes) -> None:
    """RFC 9112, section 6.3: one request, one answer, or the connection ends."""
    received = talk(request_)
    found = statuses(received)
    assert len(found) <= 1, (what, received)
    assert b"hidden-request" not in received
    assert not found or found[0] in (200, 400, 413, 415, 501), (what, found)


@pytest.mark.parametrize(
    "line",
    [b"", b"\r\n", b"GET", b"GET /", b"GET / HTTP/9.9", b"GET  /  HTTP/1.1", b"get / http/1.1",
     b"GET http://evil.example/ HTTP/1.1", b"GET //evil.example/ HTTP/1.1", b"GET * HTTP/1.1",
     b"OPTIONS * HTTP/1.1", b"CONNECT evil.example:80 HTTP/1.1", b"TRACE / HTTP/1.1",
     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /\xff\xfe HTTP/1.1",
     b"GET /" + b"a/" * 15_000 + b" HTTP/1.1", b"PRI * HTTP/2.0", b"GET /%zz%00 HTTP/1.1",
     b"G" * 5000 + b" / HTTP/1.1", b"GET /#fragment HTTP/1.1", b"GET /?%FF=%FE HTTP/1.1"],
)  # fmt: skip
def test_no_line_of_a_request_harms(talk: Callable, line: bytes) -> None:
    received = talk(line + b"\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert b"Traceback" not in received
    assert not any(status >= 500 and status not in (501, 505) for status in statuses(received))
    assert b"location: //" not in received.lower()
    assert b"location: http://evil" not in received.lower()


def test_a_body_of_megabytes_is_refused(talk: Callable) -> None:
    length = b"Content-Length: 50000000\r\n\r\n"
    received = talk(POST + length, *([b"x" * 1_000_000] * 50))
    assert statuses(received) in ([413], [])
    chunks = b"Transfer-Encoding: chunked\r\n\r\n"
    received = talk(POST + chunks, *([b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"] * 50))
    assert statuses(received) in ([413], [])
