"""An evaluation that was begun before a thread took the request: what is handed on with it.

:mod:`.answering` begins evaluations in the loop of the server, where nobody may wait. What takes
longer than a light query does goes on in the thread that answers the request in the usual way; it
travels in the environment of WSGI.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foedus.engine.evaluation import Evaluation
from foedus.engine.pieces import Stream
from foedus.web.cache import Flight, ResultCache

_KEY = "foedus.handed"
RAW = "foedus.raw"


class Handed:
    """An evaluation for the answer *etag*, the flight in *cache* that it is, or neither.

    Whoever takes a request out of the lane closes it at the end, used or not.
    """

    def __init__(
        self,
        cache: ResultCache | None = None,
        etag: str | None = None,
        flight: Flight | None = None,
        evaluation: Evaluation | None = None,
    ) -> None:
        self.cache, self.etag = cache, etag
        self.flight, self._evaluation = flight, evaluation
        self._taken = False

    def put(self, environ: dict[str, Any]) -> None:
        """Have it travel with a request."""
        environ[_KEY] = self

    def take(self) -> None:
        """Take over what is to be done with the flight: it is no longer closed from here."""
        self._taken = True

    def open(self, whole: int) -> bytes | Stream | None:
        """Go on with the evaluation, if there is one (once)."""
        evaluation, self._evaluation = self._evaluation, None
        return evaluation.open(whole) if evaluation else None

    def close(self) -> None:
        """End what nobody took."""
        evaluation, self._evaluation = self._evaluation, None
        if evaluation is not None:
            evaluation.close()
        if self.flight is not None and not self._taken:
            self._taken = True
            if self.cache is not None and self.etag is not None:
                self.cache.leave(self.etag, self.flight)


def of(environ: Mapping[str, Any], cache: ResultCache, etag: str | None) -> Handed:
    """What was handed on with a request, if it is for this answer and this cache."""
    found = environ.get(_KEY)
    if isinstance(found, Handed) and found.cache is cache and found.etag == etag:
        found.take()
        return found
    return Handed()
