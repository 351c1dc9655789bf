"""Answers in gzip for whoever accepts it (RFC 9110, sections 8.4.1.3 and 12.5.3).

The coding is chosen from ``Accept-Encoding`` and the type of the answer alone, never from its
size, so that the validator of what would be sent is known before anything is evaluated. A coded
answer has a strong validator of its own (section 8.8.3.3): the validator of the plain one with the
coding and the version of the program that writes it. A stream stays a stream; what fails in the
middle never gets the end that gzip asks for.

Only gzip: it is in the standard library. Bodies of *requests* are never decoded: they are refused
(:mod:`.protocol`), so that there is no decompression bomb.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
_SUFFIX = f"-gzip.{zlib.ZLIB_RUNTIME_VERSION}"
_TEXTS = frozenset(
    {
        "application/json",
        "application/n-quads",
        "application/n-triples",
        "application/trig",
        "application/xml",
    }
)
#: Above this size speed counts for more than the last tenth of the size.
_LARGE = 1_000_000


def is_coded(if_none_match: str) -> bool:
    """Whether a validator of a coded answer is named."""
    return _SUFFIX in if_none_match


def coded_validator(etag: str) -> str:
    """The validator of an answer in gzip, from that of the plain one."""
    return f'{etag[:-1]}{_SUFFIX}"'


def uncoded(if_none_match: str) -> str:
    """If-None-Match with the validators of the plain answers in the place of those of coded."""
    return if_none_match.replace(f'{_SUFFIX}"', '"')


def compressed(body: bytes) -> bytes:
    """A whole body in gzip."""
    compressor = _compressor(1 if len(body) > _LARGE else 6)
    return compressor.compress(body) + compressor.flush()


def accepts_gzip(header: str | None) -> bool:
    """Whether a client with this Accept-Encoding is sent gzip.

    Named beats ``*``; ``q=0`` excludes; a client that likes ``identity`` better gets that. Without
    the header any coding would be allowed, but many who send none cannot decode one.
    """
    qualities: dict[str, float] = {}
    for part in (header or "").lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip() == "q":
                quality = float(text) if _QUALITY.match(text.strip()) else 0.0
        qualities.setdefault("gzip" if coding == "x-gzip" else coding, quality)
    wanted = qualities.get("gzip", qualities.get("*", 0.0))
    return wanted > 0 and wanted >= qualities.get("identity", 0.0)


def is_text(content_type: str | None) -> bool:
    """Whether a type is worth compressing."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return (
        media_type.startswith("text/")
        or media_type.endswith(("+json", "+xml"))
        or media_type in _TEXTS
    )


def install(app: Flask) -> None:
    """Code the answers of *app*, and know their validators again."""

    @app.before_request
    def plain_validators() -> None:
        """Give the handlers the validators they made: those of gzip count where gzip is sent."""
        header = request.environ.get("HTTP_IF_NONE_MATCH")
        if header and is_coded(header) and accepts_gzip(request.headers.get("Accept-Encoding")):
            request.environ["HTTP_IF_NONE_MATCH"] = uncoded(header)
            request.environ["foedus.coded_validator"] = True

    @app.after_request
    def code(response: Response) -> Response:
        if response.status_code == 204 or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        wanted = accepts_gzip(request.headers.get("Accept-Encoding"))
        if response.status_code == 304:
            any_ = request.environ.get("HTTP_IF_NONE_MATCH", "").strip() == "*"
            if wanted and (any_ or request.environ.get("foedus.coded_validator")):
                _mark(response)
            return response
        if (
            not wanted
            or response.status_code == 206
            or not is_text(response.content_type)
            or "no-transform" in response.headers.get("Cache-Control", "")
        ):
            return response
        if response.is_streamed and not response.direct_passthrough:
            close = getattr(response.response, "close", None)
            response.response = _stream(response.iter_encoded())
            if close is not None:
                response.call_on_close(close)
            response.headers.pop("Content-Length", None)
        else:
            response.direct_passthrough = False
            body = response.get_data()
            response.set_data(compressed(body))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
        _mark(response)
        return response


def _mark(response: Response) -> None:
    etag = response.headers.get("ETag")
    if etag and etag.endswith('"') and not etag.endswith(f'{_SUFFIX}"'):
        response.headers["ETag"] = coded_validator(etag)


def _compressor(level: int) -> zlib._Compress:
    """A writer of gzip (RFC 1952) that writes no time, so that the same body is the same bytes."""
    return zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)


def _stream(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """*chunks* coded as they come; a failure passes through and leaves the end unwritten."""
    compressor = _compressor(1)
    try:
        for chunk in chunks:
            if coded := compressor.compress(chunk):
                yield coded
        yield compressor.flush()
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
