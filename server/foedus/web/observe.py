"""What the operator sees: an access log, a log of slow queries, and figures for Prometheus.

The logs are one JSON object a line. What people ask is their business: without ``log_queries``
neither the text of a query nor the part of an address after ``?`` is written, and never an address
of a client. The figures are those of the Prometheus text format, version 0.0.4.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Flask, Response, request

from foedus import __version__
from foedus.engine.guard import CheckedQuery
from foedus.engine.tally import FIGURES
from foedus.web.settings import Settings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"})
_BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
_ROUTE = "foedus.route"

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Log:
    """A file of JSON lines: ``-`` is standard error, ``""`` nothing. Thread-safe.

    Raises :class:`OSError` when the file cannot be written.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self.reopen()

    def reopen(self) -> None:
        """Open the file anew, as after it was rotated away."""
        with self._lock:
            if self.name in ("", "-"):
                self._descriptor = 2 if self.name else None
                return
            old = self._descriptor
            self._descriptor = os.open(self.name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            if old is not None:
                os.close(old)

    def write(self, event: str, **members: object) -> None:
        """One line; every character beyond ASCII is escaped, line ends and control codes too."""
        if self._descriptor is None:
            return
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **members}) + "\n"
        # A log that cannot be written is no reason to answer nobody.
        with self._lock, contextlib.suppress(OSError):
            if self._descriptor is not None:
                os.write(self._descriptor, line.encode("ascii"))


class Observer:
    """Sees every request from outside the application, whatever becomes of it."""

    def __init__(self, settings: Settings, log: Log) -> None:
        self.settings, self.log = settings, log
        self.release, self.reloads = "", Counter[str]()
        self.figures: Callable[[], Mapping[str, float]] = dict
        self.in_flight = 0
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._seconds, self._bytes = 0.0, 0
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._started = time.time()

    # --- Requests -----------------------------------------------------------------------------

    def around(self, inner: WsgiApp) -> WsgiApp:
        """*inner*, observed (PEP 3333: an iterable is closed when the answer is sent or lost)."""

        def observed(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            seen = _Seen(self, environ)

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                seen.status = status[:3]
                return start_response(status, headers, *rest)

            try:
                return _Sent(inner(environ, start), seen)
            except BaseException:
                seen.end()
                raise

        return observed

    def install(self, app: Flask) -> None:
        """Let *app* say which route answered, and answer ``/metrics`` itself."""

        @app.before_request
        def note() -> None:
            request.environ[_ROUTE] = request.url_rule.rule if request.url_rule else "none"

        if self.settings.metrics:

            @app.get("/metrics")
            def metrics() -> Response:
                response = Response(self.text(), content_type=CONTENT_TYPE)
                response.headers["Cache-Control"] = "no-store"
                return response

    def evaluated(self, checked: CheckedQuery, seconds: float, outcome: str) -> None:
        """Log an evaluation that took long; by its digest, unless texts are wanted."""
        if seconds < self.settings.slow_seconds:
            return
        text = {"query": checked.text} if self.settings.log_queries else {}
        self.log.write(
            "slow-query",
            digest=hashlib.sha256(checked.text.encode("utf-8", "replace")).hexdigest()[:16],
            form=checked.form,
            characters=len(checked.text),
            seconds=round(seconds, 3),
            outcome=outcome,
            **text,
        )

    def begun(self) -> None:
        """Count a request that is being answered."""
        with self._lock:
            self.in_flight += 1

    def left(self) -> None:
        """Count no longer a request that somebody else counts from now on."""
        with self._lock:
            self.in_flight -= 1

    def ended(self, environ: Environ, status: str, size: int, seconds: float) -> None:
        """Count and log a request that was answered, or given up."""
        method = environ.get("REQUEST_METHOD", "")
        route = environ.get(_ROUTE, "none")
        key = (method if method in _METHODS else "other", route, status)
        with self._lock:
            self.in_flight -= 1
            self._requests[key] += 1
            self._seconds += seconds
            self._bytes += size
            self._buckets[sum(seconds > bound for bound in _BOUNDS)] += 1
        asked = environ.get("QUERY_STRING", "")
        self.log.write(
            "request",
            method=key[0],
            path=str(environ.get("PATH_INFO", ""))[:500],
            route=route,
            status=int(status),
            bytes=size,
            seconds=round(seconds, 4),
            release=self.release[:16],
            **({"query": asked} if self.settings.log_queries and asked else {}),
        )

    # --- Figures ------------------------------------------------------------------------------

    def text(self) -> str:
        """The figures in the Prometheus text format."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        with self._lock:
            requests, buckets = dict(self._requests), list(self._buckets)
            seconds, size, in_flight = self._seconds, self._bytes, self.in_flight
        yield from _head("foedus_release_info", "gauge", "The release that is served.")
        yield f"foedus_release_info{_labels(digest=self.release, version=__version__)} 1"
        yield from _head("foedus_start_time_seconds", "gauge", "When the service began.")
        yield f"foedus_start_time_seconds {self._started:.3f}"
        yield from _head("foedus_reloads_total", "counter", "New releases taken into service.")
        for outcome in ("done", "failed"):
            yield f"foedus_reloads_total{_labels(outcome=outcome)} {self.reloads[outcome]}"
        yield from _head("foedus_requests_in_flight", "gauge", "Requests being answered.")
        yield f"foedus_requests_in_flight {in_flight}"
        yield from _head("foedus_response_bytes_total", "counter", "Bytes of bodies sent.")
        yield f"foedus_response_bytes_total {size}"
        yield from _head("foedus_requests_total", "counter", "Requests answered.")
        for (method, route, status), count in sorted(requests.items()):
            labels = _labels(method=method, route=route, status=status)
            yield f"foedus_requests_total{labels} {count}"
        yield from _head("foedus_request_seconds", "histogram", "Time to answer a request.")
        for bound, total in zip((*map(str, _BOUNDS), "+Inf"), _running(buckets), strict=True):
            yield f"foedus_request_seconds_bucket{_labels(le=bound)} {total}"
        yield f"foedus_request_seconds_sum {seconds:.6f}"
        yield f"foedus_request_seconds_count {sum(buckets)}"
        for name, figure in self.figures().items():
            kind, doc = FIGURES.get(name, ("gauge", name.replace("_", " ")))
            full = f"foedus_evaluator_{name}" + ("_total" if kind == "counter" else "")
            yield from _head(full, kind, doc)
            yield f"{full} {figure:.10g}"


class _Seen:
    """One request."""

    def __init__(self, observer: Observer, environ: Environ) -> None:
        self.observer, self.environ = observer, environ
        self.status, self.size, self.begun = "500", 0, time.monotonic()
        self._open = True
        observer.begun()

    def end(self) -> None:
        if self._open:
            self._open = False
            seconds = time.monotonic() - self.begun
            self.observer.ended(self.environ, self.status, self.size, seconds)


class _Sent:
    """The body as it is sent."""

    def __init__(self, inner: Iterable[bytes], seen: _Seen) -> None:
        self._inner, self._seen = inner, seen

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            self._seen.size += len(part)
            yield part

    def close(self) -> None:
        try:
            if close := getattr(self._inner, "close", None):
                close()
        finally:
            self._seen.end()


def _head(name: str, kind: str, doc: str) -> tuple[str, str]:
    return f"# HELP {name} {doc}", f"# TYPE {name} {kind}"


def _labels(**labels: str) -> str:
    def escaped(text: str) -> str:
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return "{" + ",".join(f'{name}="{escaped(text)}"' for name, text in labels.items()) + "}"


def _running(counts: Iterable[int]) -> Iterator[int]:
    total = 0
    for count in counts:
        total += count
        yield total
