"""One request to another service, on a leash: its address, its time, its size, its format.

The connection goes to a pinned address and to no other: nothing is resolved here, no proxy of the
environment is used, no redirect is followed, no cookie or credential is sent. The clock runs from
before the connection to the last byte, so that a service that sends a byte now and then gains
nothing; every byte counts, those of the header too.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import urlencode

from foedus import __version__
from foedus.engine.endpoints import Endpoint, Pinned
from foedus.engine.errors import LimitReached, ServiceFailed
from foedus.engine.serialize import JSON

#: What an answer may take beyond its body: the header, the frames of its chunks.
_AROUND = 65_536
_AGENT = f"Foedus/{__version__} (SPARQL 1.1 Federated Query)"
_JSON_TYPES = (JSON, "application/json")


class TooMuch(Exception):
    """A service sends more than it may."""


class BrokenOff(Exception):
    """A service ends before the end of what it announced, or announces none."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: ``target`` is the path with its query; ``headers`` beside those always sent."""

    target: str
    body: bytes = b""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole."""

    status: int
    headers: Message
    body: bytes

    @property
    def media_type(self) -> str:
        """The type of the body, without parameters, in small letters."""
        return self.headers.get_content_type()


class _Leash(io.RawIOBase):
    """A socket to read from until a moment and up to a number of bytes.

    With *idle* the moment is that many seconds after the last byte, not ``deadline``.
    """

    def __init__(
        self, connection: socket.socket, deadline: float, most: int, idle: float | None = None
    ) -> None:
        self._connection, self._deadline, self._left = connection, deadline, most
        self._idle = idle

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._idle if self._idle else self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._left <= 0:
            raise TooMuch
        self._connection.settimeout(left)
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def makefile(self, _mode: str) -> IO[bytes]:
        """What ``http.client`` reads its answer from."""
        return io.BufferedReader(self, 16_384)


def post(service: Pinned, query: str, *, deadline: float, seconds: float, most: int) -> bytes:
    """The results document that *service* answers *query* with (SPARQL 1.1 Protocol, 2.1.2).

    ``deadline`` is a time of :func:`time.monotonic`, ``seconds`` the limit that it comes from,
    ``most`` the bytes of the body. Raises :class:`ServiceFailed`, and :class:`LimitReached`
    (``service_seconds``, ``service_bytes``).
    """
    endpoint = service.endpoint
    try:
        with _connected(endpoint, service.addresses(), deadline) as connection:
            connection.settimeout(max(0.001, deadline - time.monotonic()))
            connection.sendall(_request(endpoint, _federated(endpoint, query)))
            return _body(endpoint, _Leash(connection, deadline, most + _AROUND), most)
    except TimeoutError:
        raise LimitReached(
            "service_seconds",
            f"{endpoint} did not answer within the limit service_seconds, {seconds:g} s.",
        ) from None
    except TooMuch:
        raise LimitReached(
            "service_bytes",
            f"{endpoint} sends more than the limit service_bytes, {most:,} bytes.",
        ) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ServiceFailed(f"{endpoint} cannot be asked: {reason(error)}.") from None


def exchange(service: Pinned, request: Request, *, deadline: float, most: int) -> Reply:
    """One request and its whole answer, whatever its status and its type.

    Raises :class:`TimeoutError` after ``deadline``, :class:`TooMuch` beyond ``most`` bytes,
    :class:`BrokenOff` for an answer whose end was not seen, :class:`ServiceFailed` for a host that
    cannot be found, :class:`OSError`, and :class:`http.client.HTTPException` or
    :class:`ValueError` for what is no HTTP.
    """
    with opened(service, request, deadline=deadline, most=most) as response:
        body = response.read(most + 1)
        if len(body) > most:
            raise TooMuch
        if response.length:
            raise BrokenOff
        return Reply(response.status, response.headers, body)


@contextlib.contextmanager
def opened(
    service: Pinned, request: Request, *, deadline: float, most: int, idle: float | None = None
) -> Iterator[http.client.HTTPResponse]:
    """The same, to be read as it comes; with *idle* it may take its time, but no pause as long."""
    endpoint = service.endpoint
    with _connected(endpoint, service.addresses(), deadline) as connection:
        connection.settimeout(idle or max(0.001, deadline - time.monotonic()))
        # An engine may refuse, and close, before it has taken everything: then it has said why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(_request(endpoint, request))
        leash = _Leash(connection, deadline, most + _AROUND, idle)
        response = http.client.HTTPResponse(leash, method=request.method)  # type: ignore[arg-type]
        try:
            response.begin()
            lengths = set(response.headers.get_all("Content-Length") or ())
            whole = response.chunked or lengths or response.status in (204, 304)
            if not whole or len(lengths) > 1 or (lengths and response.chunked):
                raise BrokenOff
            if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
                raise ValueError("a coding that was not asked for")
            yield response
        finally:
            response.close()


def reason(error: Exception) -> str:
    """Why a connection failed, in words that tell nothing of where."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, OSError):
        return "the connection failed"
    return "its answer is no HTTP"


def _connected(endpoint: Endpoint, addresses: tuple[str, ...], deadline: float) -> socket.socket:
    """A connection to the first of *addresses* that takes one."""
    failed: OSError = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            connection = socket.create_connection((address, endpoint.port), timeout=left)
        except OSError as error:
            failed = error
            continue
        if endpoint.scheme == "http":
            return connection
        try:
            connection.settimeout(max(0.001, deadline - time.monotonic()))
            context = ssl.create_default_context()
            return context.wrap_socket(connection, server_hostname=endpoint.host)
        except BaseException:
            connection.close()
            raise
    raise failed


def _federated(endpoint: Endpoint, query: str) -> Request:
    form = {"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"query": query}).encode("ascii")
    return Request(endpoint.target, body, headers={"User-Agent": _AGENT, **form})


def _request(endpoint: Endpoint, request: Request) -> bytes:
    headers = {
        "Host": endpoint.authority,
        "User-Agent": f"Foedus/{__version__}",
        **request.headers,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if request.body or request.method in ("POST", "PUT"):
        headers["Content-Length"] = str(len(request.body))
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    if "\n" in lines.replace("\r\n", ""):
        raise ValueError("a header over several lines")
    return (
        f"{request.method} {request.target} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + request.body
    )


def _body(endpoint: Endpoint, leash: _Leash, most: int) -> bytes:
    response = http.client.HTTPResponse(leash, method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
        said = response.headers
        if 300 <= response.status < 400:
            raise ServiceFailed(f"{endpoint} leads elsewhere ({response.status}): not followed.")
        if response.status != 200:
            raise ServiceFailed(f"{endpoint} answered {response.status}.")
        if said.get_content_type() not in _JSON_TYPES:
            raise ServiceFailed(f"{endpoint} did not answer in {JSON}.")
        if (said.get_content_charset() or "utf-8") not in ("utf-8", "utf8"):
            raise ServiceFailed(f"{endpoint} did not answer in UTF-8.")
        if said.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise ServiceFailed(f"{endpoint} answered in a coding that was not asked for.")
        lengths = set(said.get_all("Content-Length") or ())
        if len(lengths) > 1 or (lengths and response.chunked):
            raise ServiceFailed(f"{endpoint} says the length of its answer twice.")
        body = response.read(most + 1)
        if len(body) > most:
            raise TooMuch
        if response.length:
            raise ServiceFailed(f"{endpoint} broke off in the middle of its answer.")
        return body
    finally:
        response.close()
