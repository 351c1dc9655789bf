"""Answers as bytes, ready to be sent: the head as the server writes it, with its few blanks.

What differs from one answer to the next of the same kind is the date, the timing, the length and
the validator; all the rest of a head is written once, by the same functions that write the head of
every other answer. So a finished answer has the headers that any other way would have given it.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

from waitress.adjustments import Adjustments
from waitress.utilities import build_http_date

from foedus.web.lane.writing import Task
from foedus.web.strict import StrictParser

_BLANK = re.compile(rb"(?<=\r\n)(Content-Length|Date|Etag|Server-Timing): ([^\r]*)")
_OVERHEAD = 600  # what an entry takes beyond its bytes


class Head:
    """The head of an answer, with blanks for what differs."""

    def __init__(self, status: str, headers: Iterable[tuple[str, str]]) -> None:
        # The server's own writer of heads, given what it looks at.
        adj = Adjustments(ident=None)
        parser = StrictParser(adj)
        parser.received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        task = Task(SimpleNamespace(server=SimpleNamespace(adj=adj)), parser)
        task.status, task.response_headers = status, list(headers)
        written = task.build_response_header()
        self.status = status[:3]
        self._parts: list[bytes] = []
        self._names: list[bytes] = []
        self._values: dict[bytes, bytes] = {}
        place = 0
        for match in _BLANK.finditer(written):
            self._parts.append(written[place : match.start(2)])
            self._names.append(match[1])
            self._values[match[1]] = match[2]
            place = match.end(2)
        self._parts.append(written[place:])

    def filled(self, **values: bytes) -> bytes:
        """The head with *values* (``Date``, ``Etag``, …) in its blanks; else what was there."""
        parts: list[bytes] = []
        for before, name in zip(self._parts, self._names, strict=False):
            parts += (before, values.get(_PYTHON[name]) or self._values[name])
        parts.append(self._parts[-1])
        return b"".join(parts)

    def finished(self, body: bytes, size: int, **values: bytes) -> Finished:
        """The answer with *body*, of *size* bytes if sent, and blanks for date and timing only."""
        written = self.filled(Date=b"\0", Server_Timing=b"\0", **values)
        before, between, after = written.split(b"\0")
        return Finished(self.status, before, between, after, body, size)


_PYTHON = {
    b"Content-Length": "Content_Length",
    b"Date": "Date",
    b"Etag": "Etag",
    b"Server-Timing": "Server_Timing",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer but for the time it is sent at and what it took; ``body`` is empty to a HEAD."""

    status: str
    before: bytes
    between: bytes
    after: bytes
    body: bytes
    size: int

    def written(self, begun: float, parts: str = "") -> bytes:
        """All its bytes, for a request that was *begun* then (:func:`time.perf_counter`).

        ``parts`` stands in Server-Timing before the total.
        """
        timing = f"{parts}total;dur={(time.perf_counter() - begun) * 1000:.3f}"
        return b"".join((self.before, date(), self.between, timing.encode(), self.after, self.body))


def date() -> bytes:
    """The date of an answer sent now (RFC 9110, section 6.6.1)."""
    global _dated
    now = int(time.time())
    if _dated[0] != now:
        _dated = (now, build_http_date(now).encode())
    return _dated[1]


_dated = (0, b"")


class FinishedAnswers:
    """Finished answers by the bytes of the request, the least recently used within *size* bytes.

    Only for answers that are the same whenever the same bytes ask, as long as the release is the
    same: whoever keeps one here has a strong validator for it. Thread-safe.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.bytes = self.hits = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[bytes, Finished] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, asked: bytes) -> Finished | None:
        """The answer to a request of these bytes."""
        with self._lock:
            found = self._answers.get(asked)
            if found is not None:
                self._answers.move_to_end(asked)
                self.hits += 1
            return found

    def keep(self, asked: bytes, answer: Finished) -> None:
        """Keep an answer, if there is room for it at all."""
        size = _size(asked, answer)
        if size > self.size // 4:
            return
        with self._lock:
            before = self._answers.pop(asked, None)
            if before is not None:
                self.bytes -= _size(asked, before)
            self._answers[asked] = answer
            self.bytes += size
            while self.bytes > self.size:
                self.bytes -= _size(*self._answers.popitem(last=False))


def _size(asked: bytes, answer: Finished) -> int:
    head = len(answer.before) + len(answer.between) + len(answer.after)
    return len(asked) + head + len(answer.body) + _OVERHEAD
