"""A new release without a failed request.

The whole application is made anew over the new release, engine, cache and all, beside the one
that serves; then it takes its place in one step. Requests that the old one has begun it finishes,
then it is closed. While both exist the data is in memory twice.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from foedus.web.lane.answering import Lane
from foedus.web.observe import Environ, Observer
from foedus.web.sending import Until
from foedus.web.served import Served


@dataclass(slots=True)
class _Serving:
    app: Flask
    requests: int = 0
    retired: bool = False


class Service:
    """The application that serves now, as WSGI.

    ``opened()`` is what is to be served, read from the disk; ``make(served)`` the application over
    it; ``pointer()`` a cheap text that changes when there is something new (``""``: never).
    """

    def __init__(
        self,
        opened: Callable[[], Served],
        make: Callable[[Served], Flask],
        observer: Observer,
        pointer: Callable[[], str] = str,
    ) -> None:
        self._opened, self._make, self._pointer = opened, make, pointer
        self._observer = observer
        self._lock = threading.Lock()
        self._reloading = threading.Lock()
        self._asked = threading.Event()
        self._ended = threading.Event()
        self._seen = pointer()
        served = opened()
        self._current = _Serving(make(served))
        self._observe(served, None)

    @property
    def app(self) -> Flask:
        """The application that answers the next request."""
        return self._current.app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer by the application that serves when the request begins (PEP 3333)."""
        with self._lock:
            serving = self._current
            serving.requests += 1
        try:
            return Until(serving.app(environ, start_response), lambda: self._leave(serving))
        except BaseException:
            self._leave(serving)
            raise

    def hold(self) -> tuple[Callable[[], None], Lane]:
        """The lane of the application that serves now, and how to say that it is let go again."""
        with self._lock:
            serving = self._current
            serving.requests += 1
        lane: Lane = serving.app.extensions["foedus.lane"]
        return lambda: self._leave(serving), lane

    def reload(self) -> bool:
        """Serve what is on the disk now; what serves is kept when that cannot be done."""
        with self._reloading:
            try:
                served = self._opened()
                fresh = _Serving(self._make(served))
            except Exception as error:
                self._observer.reloads["failed"] += 1
                logging.getLogger("foedus.web").error("not reloaded: %s", error)
                self._observer.log.write("reload", outcome="failed", reason=str(error)[:500])
                return False
            with self._lock:
                old, self._current = self._current, fresh
                old.retired = True
                idle = not old.requests
            self._observe(served, old.app)
            self._observer.reloads["done"] += 1
            self._observer.log.write("reload", outcome="done", release=served.digest)
            if idle:
                _close(old.app)
            # An application is full of cycles, and holds the whole data until they are found.
            del old
            gc.collect()
            _give_back()
            return True

    def ask(self) -> None:
        """Have :meth:`watch` reload soon; may be called by a handler of a signal."""
        self._asked.set()

    def watch(self, every: float) -> None:
        """Reload whenever asked, and where the pointer has changed, looked at *every* seconds."""
        while not self._ended.is_set():
            asked = self._asked.wait(every or None)
            if self._ended.is_set():
                return
            now = self._pointer()
            if asked:
                self._asked.clear()
                with contextlib.suppress(OSError):
                    self._observer.log.reopen()
            if asked or now != self._seen:
                self._seen = now
                self.reload()

    def close(self) -> None:
        """End the watch and the application."""
        self._ended.set()
        self._asked.set()
        _close(self._current.app)

    def _observe(self, served: Served, old: Flask | None) -> None:
        evaluator = self._current.app.extensions["foedus"]
        before = old.extensions["foedus"] if old else None
        if hasattr(evaluator, "tally"):
            # Counters go on counting.
            evaluator.tally = getattr(before, "tally", evaluator.tally)
            evaluator.observer = self._observer.evaluated
        self._observer.figures = getattr(evaluator, "figures", dict)
        self._observer.release = served.digest

    def _leave(self, serving: _Serving) -> None:
        with self._lock:
            serving.requests -= 1
            last = serving.retired and not serving.requests
        if last:
            _close(serving.app)


def _give_back() -> None:
    """Return to the system what the old data held; the allocator of glibc keeps it otherwise."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _close(app: Flask) -> None:
    close = app.extensions["foedus"].close
    atexit.unregister(close)
    close()
