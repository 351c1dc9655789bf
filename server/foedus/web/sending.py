"""Sending a result: whole with its length, or as a stream that is complete or cut off.

A stream goes out in chunks (RFC 9112, section 7.1). What goes wrong in its middle is raised into
the WSGI server, which closes the connection without the last chunk: no client that reads the
protocol takes that for the end. HTTP/1.0 has no chunks, there the end of the connection is the end
of the body (RFC 9112, section 6.3), so such clients get a result whole or not at all.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator

from flask import Response, request

from foedus.engine.errors import QueryError
from foedus.engine.pieces import Stream
from foedus.web.problems import Problem


class Aborted(RuntimeError):
    """Tells the WSGI server that an answer under way cannot be completed."""


class Until:
    """A body, and what to do when it has been sent or given up."""

    def __init__(self, inner: Iterable[bytes], then: Callable[[], None]) -> None:
        self._inner, self._then = inner, then

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)

    def close(self) -> None:
        """Close the body (PEP 3333), and do what is to be done whatever came of that."""
        try:
            if close := getattr(self._inner, "close", None):
                close()
        finally:
            self._then()


def knows_chunks() -> bool:
    """Whether the client of the current request can tell a whole stream from one cut off."""
    version = str(request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"))
    return version not in ("HTTP/0.9", "HTTP/1.0")


def sendable(result: bytes | Stream) -> bytes | Stream:
    """*result*, if the client of the current request can be sent it; raises :class:`Problem`."""
    if isinstance(result, Stream) and not knows_chunks():
        result.close()
        raise Problem(
            "result-too-large",
            "The result is too large to be held whole (the setting whole_bytes), and HTTP/1.0 has "
            "no way to say that a longer one is complete. Ask by HTTP/1.1, or for less.",
            members={"limit": "whole_bytes"},
        )
    return result


def response(result: bytes | Stream, content_type: str) -> Response:
    """The answer 200; a HEAD ends the evaluation, since no more than the header is sent."""
    if isinstance(result, bytes):
        return Response(result, content_type=content_type)
    if request.method == "HEAD":
        result.close()
        return Response(iter(()), content_type=content_type)
    return Response(_Body(result), content_type=content_type)


class _Body:
    """The pieces of a stream for WSGI; every failure leaves as one exception that servers catch."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._stream)
        except StopIteration:
            raise
        except BaseException as error:
            name = secrets.token_hex(6)
            log = logging.getLogger("foedus.web")
            if isinstance(error, QueryError):
                log.warning("%s: an answer was cut off: %s", name, error)
            else:
                log.error("%s: an answer was cut off: %r", name, error, exc_info=error)
            raise Aborted(name) from None

    def close(self) -> None:
        """End the evaluation when the client is gone, or all is sent."""
        self._stream.close()
