"""A cache of serialised results: bounded in bytes, and one evaluation for any number who ask.

Keys are strong ETags (:mod:`.validators`), so nothing in here can be out of date: another release
has another digest. What has no strong ETag never comes here, an error is never kept, and neither is
a result that is streamed because it is large. All threads of the one process that serves share one
cache, and so does the loop of its fast lane (:mod:`.lane.answering`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from foedus.engine.errors import EngineFailed, LimitReached, QuerySyntaxError
from foedus.engine.pieces import Stream

# What an entry takes beyond its bytes: key, places in the table, headers of the objects.
_OVERHEAD = 300


@dataclass(slots=True, eq=False)
class Flight:
    """An evaluation under way, and those who wait for it."""

    landed: threading.Event | None = None  # there when somebody waits
    result: bytes | None = None
    error: Exception | None = None


class ResultCache:
    """The least recently used results within *size* bytes.

    Counters are plain attributes: ``hits``, ``misses`` (each an evaluation), ``shared`` (answered
    by an evaluation that somebody else had begun), ``stored``, ``evicted``, ``refused`` (too large
    to keep, or streamed), ``entries`` and ``bytes``. Thread-safe.
    """

    def __init__(self, size: int, waiting: int = 32) -> None:
        self.size = size
        self.waiting = waiting
        self._waiters = 0
        self.hits = self.misses = self.shared = 0
        self.stored = self.evicted = self.refused = 0
        self.bytes = 0
        self._lock = threading.Lock()
        self._results: OrderedDict[str, bytes] = OrderedDict()
        self._flights: dict[str, Flight] = {}

    @property
    def entries(self) -> int:
        """How many results are kept."""
        return len(self._results)

    def find(self, key: str) -> bytes | None:
        """The result kept under *key*; whoever finds none may :meth:`lead`."""
        with self._lock:
            return self._kept(key)

    def _kept(self, key: str) -> bytes | None:
        found = self._results.get(key)
        if found is not None:
            self._results.move_to_end(key)
            self.hits += 1
        return found

    def lead(self, key: str) -> Flight | None:
        """Begin to make what is kept under *key*; ``None`` where somebody else does, or did.

        Who leads gives the flight to :meth:`land` or to :meth:`get`, or must :meth:`leave` it.
        """
        with self._lock:
            if key in self._flights or key in self._results:
                return None
            self.misses += 1
            flight = self._flights[key] = Flight()
            return flight

    def land(self, key: str, flight: Flight, result: bytes) -> None:
        """Keep the result of a flight, and give it to all who wait for it."""
        flight.result = result
        self.leave(key, flight)

    def leave(self, key: str, flight: Flight) -> None:
        """End a flight; who waits for it, and got nothing, makes its own.

        Once: a client that goes while its request changes hands may end it from either side.
        """
        with self._lock:
            if self._flights.get(key) is not flight:
                return
            if flight.result is not None:
                self._keep(key, flight.result)
            elif flight.error is None:
                self.refused += 1
            del self._flights[key]
            landed = flight.landed
        if landed is not None:
            landed.set()

    def get(
        self,
        key: str | None,
        make: Callable[[], bytes | Stream],
        flight: Flight | None = None,
    ) -> bytes | Stream:
        """The result kept under *key*, or what *make* gives; ``None`` as key is never kept.

        While one caller makes it, the others with the same key wait for it and share what came of
        it, an error too, which nobody after them will see. Only where the engine broke down, where
        the error has a place in one spelling of the question, or where the result turned out to be
        a stream, which cannot be shared, does each make its own. Raises :class:`LimitReached`
        (``queue_length``) when *waiting* wait already. With a *flight* this caller leads it.
        """
        if key is None:
            return make()
        if flight is not None:
            return self._make(key, flight, make)
        with self._lock:
            if (found := self._kept(key)) is not None:
                return found
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Flight()
                self.misses += 1
            elif self._waiters >= self.waiting:
                raise LimitReached(
                    "queue_length",
                    f"{self._waiters} wait already for answers under way, the limit queue_length. "
                    "Try again.",
                )
            else:
                self._waiters += 1
                flight.landed = landed = flight.landed or threading.Event()
        if leads:
            return self._make(key, flight, make)
        landed.wait()
        with self._lock:
            self._waiters -= 1
        if flight.result is not None or flight.error is not None:
            with self._lock:
                self.shared += 1
        if flight.result is not None:
            return flight.result
        if flight.error is not None:
            raise flight.error.with_traceback(None)
        with self._lock:
            self.misses += 1
        return make()

    def _make(self, key: str, flight: Flight, make: Callable[[], bytes | Stream]) -> bytes | Stream:
        try:
            result = make()
        except (EngineFailed, QuerySyntaxError):
            raise
        except Exception as error:
            flight.error = error
            raise
        else:
            if isinstance(result, bytes):
                flight.result = result
            return result
        finally:
            self.leave(key, flight)

    def _keep(self, key: str, result: bytes) -> None:
        size = len(result) + _OVERHEAD
        if size > self.size:
            self.refused += 1
            return
        self._results[key] = result
        self.bytes += size
        self.stored += 1
        while self.bytes > self.size:
            _, dropped = self._results.popitem(last=False)
            self.bytes -= len(dropped) + _OVERHEAD
            self.evicted += 1
