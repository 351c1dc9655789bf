"""What becomes of a plain request: an answer, an evaluation that is begun, or a thread takes it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from flask import Flask, Response, g, request

from foedus.engine import timing
from foedus.engine.evaluation import Evaluation
from foedus.engine.guard import CheckedQuery
from foedus.engine.pool import WorkerPool
from foedus.engine.shapes import Read, Reader, Shape
from foedus.web import compression, protocol, validators
from foedus.web.cache import Flight, ResultCache
from foedus.web.lane.answers import Finished, FinishedAnswers, Head
from foedus.web.lane.handover import RAW, Handed
from foedus.web.lane.requests import PlainRequest
from foedus.web.lane.requests import read as read_plain
from foedus.web.negotiation import GRAPHS, RESULTS, Offer, choose, named
from foedus.web.problems import Problem
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.suggestions import Suggestions

LONGEST = 262_144  # bytes of a result that is sent from the loop
_LIGHT = 0.02  # seconds: a query whose shape took less is thought to be light
_LONGEST_CODED = 32_768  # and of one that has to be compressed first


class Kind(NamedTuple):
    """What the head of an answer depends on, but for its blanks."""

    content_type: str
    method: str
    tagged: bool
    coded: bool
    known: bool  # 304


@dataclass(slots=True)
class Answer:
    """An answer that can be sent at once, and what it took."""

    finished: Finished
    begun: float
    parts: str = ""

    def written(self) -> bytes:
        """All its bytes."""
        return self.finished.written(self.begun, self.parts)


class Going:
    """A request of the lane that a worker has to evaluate: it waits for one, or is under way."""

    def __init__(
        self,
        lane: Lane,
        raw: bytes,
        kind: Kind,
        etag: str | None,
        flight: Flight | None,
        read: Read,
        checked: CheckedQuery,
        writes: str,
        begun: float,
    ) -> None:
        self.evaluation: Evaluation | None = None
        self.begun = begun
        self._lane, self._raw, self._kind, self._checked = lane, raw, kind, checked
        self._etag, self._flight, self._writes, self._shape = etag, flight, writes, read.shape
        self._parsed = time.perf_counter()
        self._asked = self._parsed
        self._ended = False

    def may_wait(self, others: int) -> bool:
        """Whether one more may wait here, beside so many *others* and those of the threads."""
        pool = self._lane.pool
        return pool is not None and others + pool.waiting < pool.limits.queue_length

    def start(self) -> Evaluation | None:
        """Begin the evaluation, if a worker is idle; ``None`` while none is."""
        pool = self._lane.pool
        if pool is not None:
            light = self._shape is not None and self._lane.took.get(self._shape, 1.0) < _LIGHT
            self.evaluation = pool.begin(self._checked, self._writes, light=light)
            self._asked = time.perf_counter()
        return self.evaluation

    def look(self) -> Answer | None:
        """The answer if it is there; raises :class:`NotLight` when a thread has to go on."""
        evaluation = self.evaluation
        if evaluation is None:
            return None
        result = evaluation.read(self._lane.longest(self._kind))
        if result is None:
            return None
        self._ended = True
        lane, etag = self._lane, self._etag
        if self._shape is not None:
            lane.took[self._shape] = time.perf_counter() - self._asked
        if etag is not None and self._flight is not None:
            lane.cache.land(etag, self._flight, result)
        finished = lane.finished(self._kind, etag, result)
        if etag is not None:
            lane.answers.keep(self._raw, finished)
        seconds = {
            "queue": self._asked - self._parsed,
            "parse": self._parsed - self.begun,
            **evaluation.seconds,
        }
        return Answer(finished, self.begun, _parts(seconds))

    def hand_over(self) -> Handed:
        """What a thread goes on with."""
        if self._ended:
            return Handed()
        return Handed(self._lane.cache, self._etag, self._flight, self.evaluation)


class Lane:
    """The fast lane of one application.

    ``pool`` is ``None`` where the evaluator is elsewhere; then nothing is evaluated from here.
    """

    def __init__(
        self,
        app: Flask,
        served: Served,
        pool: WorkerPool | None,
        reader: Reader,
        cache: ResultCache,
        suggestions: Suggestions,
        settings: Settings,
        *,
        cacheable: bool,
    ) -> None:
        self.app, self.pool, self.reader, self.cache = app, pool, reader, cache
        self.suggestions, self.settings, self.cacheable = suggestions, settings, cacheable
        self.at = served.knowledge_end
        self.digest = served.named(getattr(pool, "loaded", ""))
        self.answers = FinishedAnswers(settings.answers_bytes)
        prefix = urlsplit(settings.public).path.rstrip("/")
        self.paths = {f"{prefix}/sparql"} | ({"/sparql"} if prefix != "/sparql" else set())
        self._heads: dict[Kind, Head | None] = {}
        #: The seconds that the last evaluation of a shape took.
        self.took: WeakKeyDictionary[Shape, float] = WeakKeyDictionary()

    def install(self) -> None:
        """Learn the answers that the application gives; before all other hooks are installed."""

        @self.app.after_request
        def learn(response: Response) -> Response:
            raw = request.environ.get(RAW)
            lasts = g.get("complete") and response.status_code in (200, 304)
            if raw and lasts and not response.is_streamed and "Server-Timing" in response.headers:
                self.answers.keep(raw, _as_finished(response))
            return response

    def answer(self, raw: bytes) -> Answer | Going | Handed | None:
        """What becomes of a request that consists of these bytes; ``None``: it is not plain."""
        begun = time.perf_counter()
        finished = self.answers.get(raw)
        if finished is not None:
            return Answer(finished, begun)
        plain = read_plain(raw)
        if plain is None or plain.path not in self.paths:
            return None
        return self._ask(raw, plain, begun) or Handed()

    def _ask(self, raw: bytes, plain: PlainRequest, begun: float) -> Answer | Going | Handed | None:
        settings = self.settings
        if len(plain.query) + len(plain.path) > settings.url_characters:
            return None
        if len(plain.body) > settings.body_bytes:
            return None
        try:
            operation = protocol.operation(plain.method, plain.query, plain.media_type, plain.body)
        except Problem:
            return None
        if operation.query is None:
            return None
        read = self.reader.known(operation.query, operation.at or self.at)
        if read is None or read.checked.calls or not self.suggestions.silent(read):
            return None
        checked = read.checked.over(operation.dataset)
        offers = protocol.offers_of(checked)
        offer = _offer(plain.accept, operation.format, offers)
        if offer is None:
            return None
        etag = None
        if self.cacheable:
            etag = validators.strong(
                checked,
                digest=self.digest,
                content_type=offer.content_type,
                public=settings.public,
                text=read.normal,
            )
        parsed = time.perf_counter() - begun
        if etag is not None and plain.if_none_match:
            known = self._known(plain, offer, etag)
            if known is not None:
                self.answers.keep(raw, known)
                return Answer(known, begun, _parts({"parse": parsed}))
        coded = _coded(plain.accept_encoding) and compression.is_text(offer.content_type)
        kind = Kind(offer.content_type, plain.method, etag is not None, coded, known=False)
        if etag is not None:
            result = self.cache.find(etag)
            if result is not None:
                if len(result) > self.longest(kind):
                    return None
                finished = self.finished(kind, etag, result)
                self.answers.keep(raw, finished)
                return Answer(finished, begun, _parts({"parse": parsed}))
        flight = None
        if self.pool is None or self._head(kind) is None:
            return None
        if etag is not None and (flight := self.cache.lead(etag)) is None:
            return None
        return Going(self, raw, kind, etag, flight, read, checked, offer.writes, begun)

    def longest(self, kind: Kind) -> int:
        """The size of a result that is sent from the loop; what is streamed never is."""
        return min(_LONGEST_CODED if kind.coded else LONGEST, self.settings.stream_bytes)

    def _known(self, plain: PlainRequest, offer: Offer, etag: str) -> Finished | None:
        """The answer 304, if the client says that it has this one."""
        wanted = _coded(plain.accept_encoding)
        header, coded = plain.if_none_match, False
        if wanted and compression.is_coded(header):
            header, coded = compression.uncoded(header), True
        if not validators.names(header, etag, plain.method):
            return None
        coded = wanted and (coded or header.strip() == "*")
        head = self._head(
            Kind(offer.content_type, plain.method, tagged=True, coded=coded, known=True)
        )
        return None if head is None else head.finished(b"", 0, Etag=_etag(etag, coded))

    def finished(self, kind: Kind, etag: str | None, result: bytes) -> Finished:
        """The answer 200 of a kind with a whole result."""
        head = self._head(kind)
        assert head is not None
        body = compression.compressed(result) if kind.coded else result
        values = {"Content_Length": str(len(body)).encode()}
        if etag:
            values["Etag"] = _etag(etag, kind.coded)
        if kind.method == "HEAD":
            body = b""
        return head.finished(body, len(body), **values)

    def _head(self, kind: Kind) -> Head | None:
        """The head that the application writes for answers of a kind."""
        if kind not in self._heads:
            self._heads[kind] = self._written(kind)
        return self._heads[kind]

    def _written(self, kind: Kind) -> Head | None:
        headers: Mapping[str, str] = {"Accept-Encoding": "gzip"} if kind.coded else {}
        environ = {"foedus.coded_validator": True} if kind.coded and kind.known else {}
        with self.app.test_request_context(
            "/sparql?query=", method=kind.method, headers=headers, environ_overrides=environ
        ):
            if self.app.preprocess_request() is not None:
                return None
            timing.note("parse", 0.0)  # so that there is something to be told of
            if kind.known:
                response = Response(status=304)
            else:
                response = Response(b"-", content_type=kind.content_type)
            protocol.complete(response, '"-"' if kind.tagged else None, {})
            response = self.app.process_response(response)
            return _head_of(response) if "Server-Timing" in response.headers else None


def _head_of(response: Response) -> Head:
    return Head(response.status, response.get_wsgi_headers(request.environ))


def _as_finished(response: Response) -> Finished:
    """A whole answer of the application, as it will be sent to the current request."""
    body = b"" if request.method == "HEAD" or response.status_code == 304 else response.get_data()
    return _head_of(response).finished(body, len(body))


def _etag(etag: str, coded: bool) -> bytes:
    return (compression.coded_validator(etag) if coded else etag).encode("ascii")


def _offer(accept: str | None, format_: str | None, offers: tuple[Offer, ...]) -> Offer | None:
    return named(format_, offers) if format_ else _chosen(accept, offers is GRAPHS)


@lru_cache(maxsize=500)
def _chosen(accept: str | None, graph: bool) -> Offer | None:
    return choose(accept, GRAPHS if graph else RESULTS)


@lru_cache(maxsize=500)
def _coded(accept_encoding: str | None) -> bool:
    return compression.accepts_gzip(accept_encoding)


def _parts(seconds: Mapping[str, float]) -> str:
    names = [name for name in timing.PARTS if name in seconds]
    return "".join(f"{name};dur={seconds[name] * 1000:.3f}, " for name in names)
