"""Requests as strangers send them, byte by byte: the right status, in one shape.

Each row is what is sent (method, target, headers, body) and the status; some say what the answer
must hold besides. What every refusal must be is checked for each of them.
"""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
JSON = "application/sparql-results+json"
ASK = "/sparql?query=ASK%7B%7D"
SELECT = "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201"
GRAPH = "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201"
CHUNKED = {"Content-Type": QUERY, "Transfer-Encoding": "chunked"}


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


Say = Callable[..., Reply]


@pytest.fixture(scope="module")
def say(talk: Callable[..., bytes]) -> Say:
    """Send a request; ``headers`` may repeat a name as a list of pairs."""

    def send(
        method: str,
        target: str,
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        body: bytes | str = b"",
        version: str = "1.1",
        host: str | None = "x",
    ) -> Reply:
        pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or ())
        body = body.encode() if isinstance(body, str) else body
        names = {name.lower() for name, _ in pairs}
        if host is not None:
            pairs.insert(0, ("Host", host))
        if method in ("POST", "QUERY") and not names & {"content-length", "transfer-encoding"}:
            pairs.append(("Content-Length", str(len(body))))
        lines = [f"{method} {target} HTTP/{version}", *(f"{n}: {v}" for n, v in pairs)]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
        return read(talk(head + body, close=False), method)

    return send


def read(received: bytes, method: str = "GET") -> Reply:
    """The last reply in what came (100 may come before it)."""
    head, _, body = received.partition(b"\r\n\r\n")
    if head.split(b" ")[1:2] == [b"100"]:
        return read(body, method)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
    reply = Reply(int(first.split(" ")[1]), headers, body)
    if method == "HEAD":
        assert body == b""
    elif reply.status >= 400:
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        if headers["content-type"] in ("application/problem+json", "application/json"):
            problem = json.loads(body)
            assert problem["status"] == reply.status
            assert problem["title"]
            assert problem["type"].startswith("http://foedus.example/problems#")
        else:
            assert headers["content-type"] == "text/html; charset=utf-8"
    return reply


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON), ("*/*", JSON), ("*", JSON), ("application/*", JSON), ("text/*", "text/csv"),
        ("TEXT/CSV", "text/csv"), ("text/csv;charset=utf-8", "text/csv"),
        (",,,text/csv", "text/csv"),
        ("text/csv ; q = 0.5", "text/csv"), ("application/json", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.6", "application/json"),
        (f"{JSON};q=0, */*", "application/sparql-results+xml"),
        ("text/html, */*;q=0.1", JSON), ("text/html;q=0.5, text/csv;q=0.4", "text/csv"),
        ("text/csv;q=abc, application/json;q=0.1", "application/json"),
        (f"{JSON};q=0.000, text/csv;q=0.001", "text/csv"),
        ("text/csv;header=present;q=0.3, application/json;q=0.2", "text/csv"),
        ('text/csv;x=";q=0"', "text/csv"),
        ('text/html;x="a,text/csv", application/xml', "application/xml"),
        ("text/html", 406), ("text/html;q=0.5", 406), ("image/png", 406), ("*/*;q=0", 406),
        ("text/turtle", 406), ("text/csv;q=1.5", 406), ("garbage", 406), (";q=1", 406),
        ("text/csv;q=0", 406), ("*/csv", 406), ("text/*;q=0, text/csv;q=0", 406),
    ],
)  # fmt: skip
def test_the_format_is_what_the_client_likes_best(
    say: Say, accept: str | None, expected: str | int
) -> None:
    reply = say("GET", SELECT, {"Accept": accept} if accept is not None else {})
    assert "accept" in reply.headers["vary"].lower()
    if isinstance(expected, int):
        assert reply.status == expected
        assert "formats" in json.loads(reply.body) if "html" not in (accept or "") else True
    else:
        assert reply.status == 200
        assert reply.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"), ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/csv", 406), (JSON, 406), ("text/n3", 406),
    ],
)  # fmt: skip
def test_a_graph_never_comes_as_a_table(say: Say, accept: str | None, expected: str | int) -> None:
    reply = say("GET", GRAPH, {"Accept": accept} if accept is not None else {})
    found = reply.status if reply.status != 200 else reply.headers["content-type"].partition(";")[0]
    assert found == expected


def test_repeated_headers_are_one_list(say: Say) -> None:
    reply = say("GET", SELECT, [("Accept", "image/png"), ("Accept", "text/csv")])
    assert reply.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("json", 200), ("CSV", 200), ("", 200), ("application/sparql-results%2Bxml", 200),
     ("ttl", 406),
     ("html", 406), ("nonsense", 406), ("csv&format=csv", 200), ("csv&format=json", 400),
     ("csv%0d%0aX-Evil:%201", 406)],
)  # fmt: skip
def test_a_format_by_name(say: Say, wanted: str, status: int) -> None:
    reply = say("GET", f"{SELECT}&format={wanted}", {"Accept": JSON if status == 200 else "*/*"})
    assert reply.status == status
    assert "x-evil" not in reply.headers


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {"Content-Type": FORM}, "query=ASK+%7B%7D", 200),
        ("POST", {"Content-Type": FORM + "; charset=UTF-8"}, "query=ASK{}", 200),
        ("POST", {"Content-Type": FORM + '; charset="utf-8"'}, "query=ASK{}", 200),
        ("POST", {"Content-Type": FORM + "; charset=iso-8859-1"}, "query=ASK{}", 415),
        ("POST", {"Content-Type": "Application/SPARQL-Query"}, "ASK{}", 200),
        ("POST", {"Content-Type": QUERY, "Content-Encoding": "identity"}, "ASK{}", 200),
        ("POST", {"Content-Type": QUERY, "Content-Encoding": "gzip"}, b"\x1f\x8b", 415),
        ("POST", {"Content-Type": QUERY, "X-HTTP-Method-Override": "DELETE"}, "ASK{}", 200),
        ("POST", {"Content-Type": QUERY, "Expect": "100-continue"}, "ASK{}", 200),
        ("POST", {"Content-Type": QUERY}, "ASK{}".encode("utf-16"), 400),
        ("POST", {"Content-Type": QUERY}, "", 400),
        ("POST", {"Content-Type": QUERY}, "CLEAR ALL", 403),
        ("POST", {"Content-Type": QUERY}, "PREFIX a: <urn:> DELETE WHERE {?s ?p ?o}", 403),
        ("POST", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 403),
        ("POST", {"Content-Type": FORM}, "update=CLEAR+ALL", 403),
        ("POST", {"Content-Type": FORM}, "", 400),
        ("POST", {"Content-Type": FORM}, "QUERY=ASK{}", 400),
        ("POST", {"Content-Type": "application/json"}, '{"query":"ASK{}"}', 415),
        ("POST", {"Content-Type": "multipart/form-data; boundary=x"}, "--x--", 415),
        ("POST", {}, "ASK{}", 415),
        ("POST", {}, "", 415),
        ("QUERY", {"Content-Type": QUERY}, "ASK{}", 200),
        ("QUERY", {"Content-Type": FORM}, "query=ASK{}", 200),
        ("QUERY", {"Content-Type": QUERY}, "", 400),
        ("QUERY", {}, "ASK{}", 415),
        ("POST", CHUNKED, "3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n", 200),
        ("POST", {**CHUNKED, "Trailer": "X"}, "5;a=b\r\nASK{}\r\n0\r\nX: y\r\n\r\n", 200),
        ("POST", CHUNKED, "zz\r\nASK{}\r\n0\r\n\r\n", 400),
        ("POST", {**CHUNKED, "Transfer-Encoding": "gzip, chunked"}, "0\r\n\r\n", 501),
        ("POST", {**CHUNKED, "Content-Length": "5"}, "0\r\n\r\n", 400),
        ("POST", {"Content-Type": QUERY, "Content-Length": "-1"}, "", 400),
        ("POST", {"Content-Type": QUERY, "Content-Length": "+5"}, "ASK{}", 400),
        ("POST", {"Content-Type": QUERY, "Content-Length": "5, 5"}, "ASK{}", 400),
        ("POST", {"Content-Type": QUERY, "Content-Length": "99999999999"}, "", 413),
        ("POST", {"Content-Type": QUERY, "Content-Length": "9999999",
         "Expect": "100-continue"}, "", 413),
        ("POST", {"Content-Type": QUERY}, "#" * 310_000, 413),
    ],
)  # fmt: skip
def test_a_body_is_taken_or_refused(
    say: Say, method: str, headers: dict[str, str], body: bytes | str, status: int
) -> None:
    reply = say(method, "/sparql", headers, body)
    assert reply.status == status
    if status == 415:
        assert QUERY in reply.headers["accept-post"]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/sparql?", 200), ("/sparql?query=", 400), ("/sparql?query", 400),
        ("/sparql?query=%20", 400),
        ("/sparql?query=%23x", 400), (f"{ASK}&query=ASK%7B%7D", 400), ("/sparql?x=1", 400),
        (f"{ASK}&x=1", 200), (f"{ASK}&default-graph-uri=", 400), (f"{ASK}&named-graph-uri=", 400),
        (f"{ASK}&default-graph-uri=a/b", 400), (f"{ASK}&default-graph-uri=urn:a%20b", 400),
        (f"{ASK}&default-graph-uri=urn:none", 200), ("/sparql?default-graph-uri=urn:g", 400),
        (f"{ASK}%ZZ", 400), ("/sparql?query=ASK{}%", 400), ("/sparql?query=ASK%257B%257D", 400),
        ("/sparql?query=ASK+%7B%7D", 200), ("/sparql?query=ASK%7B%FF%7D", 400),
        ("/sparql?query=%ED%A0%80", 400), ("/sparql?query=ASK%7B%C0%AF%7D", 400),
        ("/sparql?query=ASK%7B%00%7D", 400), (f"{ASK}&update=x", 400), ("/sparql?update=", 403),
        (f"{ASK}&at=x", 400), (f"{ASK}&at=", 200), (f"{ASK}&at=2000-01-01&at=2001-01-01", 400),
        ("/sparql?" + "a=1&" * 1001 + "query=ASK{}", 400), (f"{ASK}%23{'x' * 33_000}", 414),
        (f"{ASK}%23{'x' * 90_000}", 414), ("http://evil.example" + ASK, 200), ("/SPARQL", 404),
        ("/sparql;x=1", 404), ("/%2e%2e/etc/passwd", 404), ("/static/../app.py", 404),
        ("/static/", 404),
        ("/graphs", 400), ("/graphs?default", 200), ("/graphs?default=", 200),
        ("/graphs?graph=", 400),
        ("/graphs?default&default", 400), ("/graphs?default&graph=urn:g", 400),
        ("/graphs?graph=urn:none", 404), ("/graphs?graph=rel", 400),
        ("/graphs?graph=urn:a&graph=urn:b", 400), ("/nothing?x=%3Cscript%3E", 404),
        ("/release/x/dump.nq", 404), ("/doc/nothing.ttl", 404), ("/id/", 404),
        ("/health/live", 200),
    ],
)  # fmt: skip
def test_an_address_is_answered_with_its_status(say: Say, target: str, status: int) -> None:
    assert say("GET", target).status == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "FOO", "PROPFIND", "TRACE", "LINK"])
def test_other_methods_are_405_with_what_is_taken(say: Say, method: str) -> None:
    assert say(method, "/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert say(method, "/graphs?default").headers["allow"] == "GET, HEAD, OPTIONS"
    assert say(method, "/health/live").status == 405
    assert say(method, "/nothing").status == 404


@pytest.mark.parametrize(
    "target", [ASK, "/sparql", "/sparql?query=SELEC", "/graphs?default", "/", "/nothing"]
)
def test_head_is_get_without_its_body(say: Say, target: str) -> None:
    head, get = say("HEAD", target), say("GET", target)
    assert head.status == get.status
    left = {"date", "server-timing"}
    assert {n: v for n, v in head.headers.items() if n not in left} == {
        n: v for n, v in get.headers.items() if n not in left
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "*"}, 304), ({"If-None-Match": '"x"'}, 200),
        ({"If-None-Match": "x"}, 200),
        ({"If-Modified-Since": "Fri, 31 Dec 2099 00:00:00 GMT"}, 200),
        ({"Range": "bytes=0-3"}, 200),
        ({"If-None-Match": "*", "Accept": "image/png"}, 406),
        ({"Accept-Encoding": "gzip;q=0"}, 200),
        ({"Accept-Encoding": "*;q=0"}, 200), ({"Content-Type": FORM}, 200),
    ],
)  # fmt: skip
def test_conditions_and_ranges(say: Say, headers: dict[str, str], status: int) -> None:
    assert say("GET", ASK, headers).status == status


def test_what_was_wrong_is_wrong_again(say: Say) -> None:
    assert say("GET", "/sparql?query=SELEC", {"If-None-Match": "*"}).status == 400


@pytest.mark.parametrize(
    ("version", "host", "status"),
    [
        ("1.1", None, 400), ("1.0", None, 200), ("1.1", "", 200), ("1.1", "[::1]:80", 200),
        ("1.1", "x.example:8000", 200), ("1.1", 'x"><script>', 400), ("1.1", "a b", 400),
        ("1.1", "x/y", 400), ("1.1", "user@x", 400), ("1.1", "x\r\nHost: y", 400),
        ("2.0", "x", 505), ("9.9", "x", 505), ("3.0", "x", 505), ("1.2", "x", 200),
    ],
)  # fmt: skip
def test_version_and_host(say: Say, version: str, host: str | None, status: int) -> None:
    assert say("GET", ASK, version=version, host=host).status == status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"Host : y", 400), (b"foo", 400), (b"X: a\0b", 400), (b"X: a\r\n b", 400),
        (b"X: a\rY: b", 400),
        (b"X: " + b"y" * 70_000, 431), (b"X: \xff\xfe", 200), (b"", 200),
    ],
)  # fmt: skip
def test_a_line_that_is_no_header(talk: Callable[..., bytes], line: bytes, status: int) -> None:
    start = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
    lines = start + (line + b"\r\n" if line else b"") + b"\r\n"
    assert read(talk(lines, close=False)).status == status


@pytest.mark.parametrize(
    "lines",
    [b"GET /sparql HTTP/1.1\nHost: x\n\n", b"GET /sparql HTTP/1.1\r\nHost: x\n\n",
     b"GET /sparql HTTP/1.1\r\nHost: x\r\n\n", b"GET /sparql HTTP/1.1\n"],
)  # fmt: skip
def test_a_line_that_ends_with_a_line_feed_alone_is_refused_at_once(
    talk: Callable[..., bytes], lines: bytes
) -> None:
    assert read(talk(lines, close=False)).status == 400


@pytest.mark.parametrize(
    "line",
    [b"GET /sparql XTTP/1.1", b"GET /sparql?query=ASK {} HTTP/1.1", b"get / HTTP/1.1",
     b"GET\t/ HTTP/1.1", b"GET", b"\x16\x03\x01", 'GET /sparql?query="Größe" HTTP/1.1'.encode()],
)  # fmt: skip
def test_a_first_line_that_is_none(talk: Callable[..., bytes], line: bytes) -> None:
    assert read(talk(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n", close=False)).status == 400


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "http://x", 200), ("GET", "http://x?query=1", 200), ("GET", "HTTP://x/sparql", 200),
        ("GET", "?query=ASK{}", 400), ("GET", "sparql", 400), ("GET", "x:80", 400),
        ("GET", "*", 400), ("OPTIONS", "*", 200), ("CONNECT", "x:80", 400), ("GET", "/a\tb", 400),
        ("GET", "http://[::1/sparql", 400), ("GET", "http://x:abc/sparql", 400),
        ("GET", "http://u@x/sparql", 400), ("GET", "http:///sparql", 400), ("GET", "ftp://x/", 400),
    ],
)  # fmt: skip
def test_the_forms_of_a_target(say: Say, method: str, target: str, status: int) -> None:
    reply = say(method, target, {"Accept": "*/*"})
    assert reply.status == status
    assert "location" not in reply.headers


NEXT = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
ASKED = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n".encode()
POSTED = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\n".encode()


@pytest.mark.parametrize(
    ("first", "statuses"),
    [
        (ASKED + b"\r\n" + ASKED + b"\r\n", ["200", "200", "200"]),
        (ASKED.replace(b"GET", b"HEAD") + b"\r\n", ["200", "200"]),
        (ASKED + b"If-None-Match: *\r\n\r\n", ["304", "200"]),
        (ASKED + b"Content-Length: 5\r\n\r\nASK{}", ["200", "200"]),
        (ASKED + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", ["200", "200"]),
        (ASKED + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", ["200", "200"]),
        (ASKED + b"Connection: keep-alive, Close\r\n\r\n", ["200"]),
        (b"PUT /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nASK{}", ["405", "200"]),
        (POSTED + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nASK{}", ["100", "200", "200"]),
        (POSTED + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\nContent-Length: 5\r\n\r\n",
         ["200", "200"]),
        (ASKED.replace(b"/1.1", b"/1.0")
         + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ["400"]),
        (POSTED + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", ["400"]),
        (POSTED + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", ["501"]),
        (POSTED + b"Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nASK{}", ["400"]),
        (POSTED + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nASK{}", ["400"]),
        (POSTED + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF0\r\nASK{}", ["413"]),
        (POSTED + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}XX0\r\n\r\n", ["400"]),
        (POSTED + b"Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nASK{}\r\n0\r\n\r\n", ["400"]),
    ],
)  # fmt: skip
def test_the_next_request_begins_where_this_one_ends(
    talk: Callable[..., bytes], first: bytes, statuses: list[str]
) -> None:
    replies = re.findall(rb"HTTP/1\.[01] (\d{3})", talk(first + NEXT, close=False))
    assert [status.decode() for status in replies] == statuses


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", "text/html; charset=utf-8"), ("application/json", "application/json"),
        ("text/turtle", "application/problem+json"), ("image/png", "application/problem+json"),
        ("text/html;q=0", "application/problem+json"), ("*/*", "application/problem+json"),
    ],
)  # fmt: skip
def test_an_error_comes_as_its_reader_likes_it(say: Say, accept: str, expected: str) -> None:
    assert say("GET", "/nothing", {"Accept": accept}).headers["content-type"] == expected
