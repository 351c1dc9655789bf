"""The plainest requests, read from their bytes without a detour: what almost every client sends.

One complete request of HTTP/1.1 (RFC 9112) with nothing that could be read in two ways: no header
twice, none folded, none with an underscore, no coding, no expectation, a body of just its length.
:func:`read` gives up on anything else, which is then read by the server's own parser and answered
in the usual way; so it decides nothing but which way a request takes.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
LONGEST = 65_536

_LINE = re.compile(rb"(GET|HEAD|POST|QUERY) (/[!-\"$-~]*) HTTP/1\.1\r\n")
_HEADERS = re.compile(rb"(?:[!#$%&'*+.^`|~0-9A-Za-z-]+:[\t -~]*\r\n)+")
_REMEMBERED = 2_000  # bytes: the headers of a client are mostly the same from request to request
_NOT_ENCODED = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST = 20
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?\Z|\[[0-9A-Fa-f:.]+\](?::\d+)?\Z")
# What changes how a request is read or answered, and is not understood here.
_NOT_PLAIN = frozenset(
    {
        "transfer-encoding",
        "content-encoding",
        "expect",
        "upgrade",
        "http2-settings",
        "te",
        "trailer",
        "keep-alive",
        "proxy-connection",
        "range",
        "if-range",
        "if-match",
        "if-modified-since",
        "if-unmodified-since",
        "x-http-method-override",
    }
)


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request as :func:`read` understood it; ``body`` has the type ``media_type``."""

    method: str
    path: str
    query: bytes
    accept: str | None
    accept_encoding: str | None
    if_none_match: str
    media_type: str
    body: bytes


def read(data: bytes) -> PlainRequest | None:
    """The request that *data* is, whole and alone, or ``None``: it is to be read by others."""
    match = _LINE.match(data) if len(data) <= LONGEST else None
    end = data.find(b"\r\n\r\n", match.end()) if match else -1
    if match is None or end < 0:
        return None
    written = data[match.end() : end + 2]
    headers = _remembered(written) if len(written) <= _REMEMBERED else _headers(written)
    if headers is None:
        return None
    method = match[1].decode("ascii")
    body, media_type = data[end + 4 :], ""
    length = headers.get("content-length")
    if method in ("POST", "QUERY"):
        if length != str(len(body)):
            return None
        media_type = headers.get("content-type", "").lower()
        if media_type not in (FORM, QUERY):
            media_type, _, charset = media_type.partition(";")
            if media_type not in (FORM, QUERY) or charset.strip() != "charset=utf-8":
                return None
    elif body or length is not None:
        return None
    path, _, query = match[2].partition(b"?")
    return PlainRequest(
        method,
        path.decode("ascii"),
        query,
        headers.get("accept"),
        headers.get("accept-encoding"),
        headers.get("if-none-match", ""),
        media_type,
        body,
    )


def _headers(written: bytes) -> Mapping[str, str] | None:
    """The headers by their names in small letters; ``None`` for any that are not plain."""
    if not _HEADERS.fullmatch(written):
        return None
    headers: dict[str, str] = {}
    for line in written.decode("ascii").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name = name.lower()
        if name in headers:
            return None
        headers[name] = value.strip(" \t")
    if not _NOT_PLAIN.isdisjoint(headers) or not _HOST.match(headers.get("host", "")):
        return None
    if headers.get("connection", "keep-alive").lower() != "keep-alive":
        return None
    return headers


_remembered = lru_cache(maxsize=500)(_headers)


def parameters(raw: bytes) -> list[tuple[str, str]] | None:
    """Parameters as forms write them (WHATWG URL, section 5.1), or ``None`` for unusual ones.

    The same as :func:`urllib.parse.parse_qsl` with blank values kept, several times as fast; which
    counts, since a query is mostly percent signs. Raises :class:`UnicodeDecodeError`.
    """
    if not raw.isascii() or _NOT_ENCODED.search(raw) or raw.count(b"&") > _MOST:
        return None
    if b"\r" in raw or b"\n" in raw:
        return None
    pairs = []
    for part in raw.replace(b"+", b"%20").split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(text: bytes) -> str:
    """Percent-decoded once: quoted-printable (RFC 2045) is the same with another sign."""
    if b"%" in text:
        text = a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"="))
    return text.decode("utf-8")
