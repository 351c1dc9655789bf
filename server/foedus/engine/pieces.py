"""A result in pieces: written by the engine into a sink that counts, read by whoever sends it on.

What lives here knows neither processes nor HTTP. :class:`Pieces` is the sink in a worker, bounded
in rows and bytes; :class:`Stream` is the result at the other end, whose end nobody has seen yet.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Self, TypeVar

from foedus.engine import timing
from foedus.engine.errors import LimitReached
from foedus.engine.limits import Limits

T = TypeVar("T")
PIECE = 262_144
_XML_ROW = re.compile(rb"<result/?>")
# What is between two rows. In a string a quotation mark is escaped, so that the first is a seam
# but where a string ends so, which the next two tell. The last is one before a row without any
# value (in a string that holds JSON it may be taken for one). Counted, not matched: ten times as
# fast, and a tenth of what writing JSON costs rather than five times as much.
_JSON_SEAMS = ((b'},{"', 1), (b'},{",', -1), (b'},{"}', -1), (b",{}", 1))


class Pieces:
    """A file to write a serialised result into; hands it on in pieces of about 256 kB.

    Raises :class:`LimitReached` (``result_rows``, ``result_bytes``) out of ``write``; what was not
    handed on by then never will be. ``form`` is what each piece passes through, told the last two
    bytes before it.
    """

    def __init__(
        self,
        emit: Callable[[bytes], object],
        limits: Limits,
        media_type: str | None,
        form: Callable[[bytes, bytes], bytes] | None = None,
    ) -> None:
        self._emit = emit
        self._limits = limits
        self._rows = rows_of(media_type) if media_type else None
        self._form = form
        self._before = b""
        self._piece = bytearray()
        self._size = 0
        self._begun, self._first = time.perf_counter(), 0.0

    def write(self, data: bytes) -> int:
        """Take some bytes of the document."""
        self._first = self._first or time.perf_counter()
        self._piece += data
        self._size += len(data)
        if self._size > self._limits.result_bytes:
            raise too_large(self._limits.result_bytes)
        if len(self._piece) >= PIECE:
            self._emit(self.rest())
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is handed on when it is full."""

    def rest(self) -> bytes:
        """The piece begun, counted; the next begins."""
        piece, self._piece = bytes(self._piece), bytearray()
        if self._rows is not None and self._rows(piece) > self._limits.result_rows:
            raise too_many(self._limits.result_rows)
        if self._form is not None:
            before, self._before = self._before, (self._before + piece)[-2:]
            return self._form(piece, before)
        return piece

    def note_times(self) -> None:
        """Note when the first bytes came, and how long the rest took."""
        first = self._first or time.perf_counter()
        timing.note("evaluate", first - self._begun)
        timing.note("serialise", time.perf_counter() - first)


class Stream:
    """A serialised result that is still being made: an iterator of its bytes.

    It either comes to its end or raises :class:`~foedus.engine.errors.QueryError`. Whoever leaves
    it before its end must :meth:`close` it, which ends the evaluation.
    """

    def __init__(self, begun: bytes, rest: Generator[bytes, None, None]) -> None:
        self._begun: bytes | None = begun
        self._rest = rest

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._begun is not None:
            begun, self._begun = self._begun, None
            return begun
        return next(self._rest)

    def close(self) -> None:
        """End the evaluation, if it has not ended."""
        self._begun = None
        self._rest.close()


def gather(pieces: Generator[bytes, None, None], whole: int) -> bytes | Stream:
    """The result whole, or as a stream once it has grown beyond *whole* bytes."""
    begun = bytearray()
    try:
        for piece in pieces:
            begun += piece
            if len(begun) > whole:
                return Stream(bytes(begun), pieces)
    except BaseException:
        pieces.close()
        raise
    return bytes(begun)


def rows_of(media_type: str) -> Callable[[bytes], int]:
    """A function to be called with piece after piece of results, that tells the rows so far.

    Exact, but for literals with a piece of JSON in them (see above), which may count as rows.
    """
    if media_type.endswith("json"):
        return _json_rows()
    if media_type.endswith("xml"):
        return _counter(_XML_ROW, 8)
    return _lines(quoted=media_type == "text/csv")


def _json_rows() -> Callable[[bytes], int]:
    tail, rows = b"", 0

    def count(piece: bytes) -> int:
        nonlocal tail, rows
        data = tail + piece
        if not rows and b"[{" in data:  # nothing before the first row looks like it
            rows = 1
        for seam, sign in _JSON_SEAMS:
            rows += sign * (data.count(seam) - tail.count(seam))
        tail = data[-4:]  # one byte less than the longest
        return rows

    return count


def _counter(pattern: re.Pattern[bytes], overlap: int) -> Callable[[bytes], int]:
    tail, rows = b"", 0

    def count(piece: bytes) -> int:
        nonlocal tail, rows
        data, end = tail + piece, 0
        for match in pattern.finditer(data):
            rows, end = rows + 1, match.end()
        tail = data[max(end, len(data) - overlap) :]
        return rows

    return count


def _lines(*, quoted: bool) -> Callable[[bytes], int]:
    rows, inside = -1, False  # the first line is the header

    def count(piece: bytes) -> int:
        nonlocal rows, inside
        if quoted:
            parts = piece.split(b'"')
            rows += sum(part.count(b"\n") for part in parts[inside::2])
            inside ^= len(parts) % 2 == 0
        else:
            rows += piece.count(b"\n")
        return rows

    return count


def bounded(triples: Iterable[T], rows: int) -> Iterator[T]:
    """*triples*, as long as they are no more than *rows*; then :class:`LimitReached`."""
    for count, triple in enumerate(triples, 1):
        if count > rows:
            raise too_many(rows)
        yield triple


def too_large(size: int) -> LimitReached:
    """The limit ``result_bytes``, reached."""
    return LimitReached(
        "result_bytes", f"The result is larger than the limit result_bytes, {size:,} bytes."
    )


def too_many(rows: int) -> LimitReached:
    """The limit ``result_rows``, reached."""
    return LimitReached(
        "result_rows", f"The result has more rows than the limit result_rows, {rows:,}."
    )
