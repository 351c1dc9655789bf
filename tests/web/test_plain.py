"""The plainest requests: read as the server's own parser reads them, or not at all."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from waitress.adjustments import Adjustments

from foedus.web.lane.requests import parameters, read
from foedus.web.strict import StrictParser

PLAIN = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"


def test_a_plain_request_is_read() -> None:
    found = read(PLAIN)
    assert found is not None
    assert (found.method, found.path, found.query) == ("GET", "/sparql", b"query=ASK%7B%7D")
    assert (found.accept, found.accept_encoding, found.if_none_match) == ("text/csv", None, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"GET", b"get"),
        (b"GET", b"DELETE"),
        (b" HTTP/1.1", b"  HTTP/1.1"),
        (b"/sparql?", b"/sparql#?"),
        (b"/sparql?", b"http://x/sparql?"),
        (b"Host: x\r\n", b""),
        (b"Host: x\r\n", b"Host: x y\r\n"),
        (b"Host: x\r\n", b"Host: x\r\nHost: x\r\n"),
        (b"Accept:", b"Accept :"),
        (b"Accept: text/csv", b"Accept: text/csv\r\n folded"),
        (b"Accept: text/csv", b"Accept: text/csv\r\nAccept: text/tab-separated-values"),
        (b"Accept: text/csv", b"Accept: text/\xe9"),
        (b"Accept: text/csv", b"Accept: a\0b"),
        (b"Accept: text/csv", b"Accept: a\rb"),
        (b"Accept: text/csv", b"Content-Length: 0"),
        (b"Accept: text/csv", b"Transfer-Encoding: chunked"),
        (b"Accept: text/csv", b"Expect: 100-continue"),
        (b"Accept: text/csv", b"Upgrade: h2c"),
        (b"Accept: text/csv", b"Connection: close"),
        (b"Accept: text/csv", b"X_Y: z"),
        (b"\r\n\r\n", b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        (b"\r\n\r\n", b"\r\n"),
        (b"\r\n", b"\n"),
        (b"GET", b"\r\nGET"),
        (b"GET", b"POST"),
    ],
)
def test_what_could_be_read_in_another_way_is_left_to_the_server(old: bytes, new: bytes) -> None:
    changed = PLAIN.replace(old, new)
    assert changed != PLAIN
    assert read(changed) is None


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"Accept: a/b", b"accept:c/d", b"Host: x", b"Content-Length: 3", b"X-A: \t b ", b"",
             b"Content-Type: application/sparql-query", b"If-None-Match: \"x\"", b"Via:", b"abc",
             b"Content-Length: 03", b"Content-Length: +3", b"Connection: Keep-Alive", b" x"]
        ),
        max_size=5,
    ),
    st.sampled_from([b"GET", b"HEAD", b"POST", b"QUERY", b"PUT"]),
    st.sampled_from([b"", b"ASK", b"a", b"\r\n\r\n"]),
)  # fmt: skip
def test_a_request_is_read_as_the_server_reads_it(
    lines: list[bytes], method: bytes, body: bytes
) -> None:
    data = b"\r\n".join([method + b" /sparql?a=%41 HTTP/1.1", *lines, b"", b""]) + body
    found = read(data)
    if found is None:
        return
    parser = StrictParser(Adjustments(max_request_header_size=64_000))
    consumed = 0
    while consumed < len(data) and not parser.completed:
        consumed += parser.received(data[consumed:])
    assert (parser.completed, consumed, parser.error) == (True, len(data), None)
    headers = parser.headers
    assert (found.method, found.path) == (parser.command, parser.path)
    assert found.query.decode() == parser.query
    assert found.body == parser.get_body_stream().read()
    assert found.accept == headers.get("ACCEPT")
    assert found.if_none_match == headers.get("IF_NONE_MATCH", "")


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"a", b"%41", b"%3D", b"%26", b"%25", b"%2541", b"%20", b"+", b"=", b"==", b"&", b"&&",
             b"%c3%a9", b"%C3", b"%00", b"%0A", b"%0d%0a", b"_", b"%", b"%4", b"%zz", b"\xc3", b" ",
             b".", b"~", b"%09", b"\t"]
        ),
        max_size=14,
    ).map(b"".join)
)  # fmt: skip
def test_parameters_are_decoded_once_as_by_the_library(raw: bytes) -> None:
    try:
        found = parameters(raw)
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
        return
    if found is not None:
        assert found == parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
