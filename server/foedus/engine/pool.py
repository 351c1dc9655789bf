"""Evaluation that can be killed: a pool of worker processes over one loaded dataset.

One process here holds the data (:mod:`.keeper`), its forks answer (:mod:`.worker`). This side,
which may have as many threads as it likes, keeps the clock: a query that takes too long is killed
with its worker, a worker that died is replaced, and the next query never notices.

Some workers are reserved for light queries. While every other one is busy a query gets a short time
(``light_seconds``) on one of them; what that does not answer, or not whole, waits for one of the
others and begins there anew. So nobody has to say beforehand which query is light, and hopeless
ones hold up only each other.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pyoxigraph as ox

from foedus.engine import timing
from foedus.engine.answers import Answer, Dataset, Triples
from foedus.engine.errors import EngineFailed, LimitReached
from foedus.engine.evaluation import Asked, Evaluation, NotLight, Orphaned, Worker
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.pieces import Stream, gather, too_large
from foedus.engine.serialize import JSON, N_TRIPLES, parse_results
from foedus.engine.tally import Tally
from foedus.engine.wire import Reader, receive, send

_NICENESS = 5
_MOST_KEEPERS = 3  # that may be lost under one query
# A piece is hardly larger than PIECE: the engine writes eight kilobytes at a time, or one literal.
_MESSAGE = 256_000_000


class WorkerPool:
    """SPARQL 1.1 over the dataset in *paths*, evaluated in ``limits.workers`` processes.

    Use it as a context manager, or call :meth:`close`. Thread-safe.
    Raises :class:`EngineFailed` when the data cannot be loaded.
    """

    def __init__(self, *paths: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.paths = paths
        self._changed = threading.Condition()
        self._control_lock = threading.Lock()
        self._idle: list[Worker] = []
        self._idle_light: list[Worker] = []
        self._waiting = {True: 0, False: 0}  # by whether a worker for light queries would do
        self._closed = False
        self.tally = Tally()
        #: Told of each evaluation: the query, its seconds, and what became of it.
        self.observer: Callable[[CheckedQuery, float, str], None] | None = None
        self._start_keeper()
        try:
            self._idle = [self._fork() for _ in range(self.limits.workers)]
            self._idle_light = [self._fork(light=True) for _ in range(self.limits.light_workers)]
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query(
        self,
        text: str,
        *,
        at: datetime.date | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer *text*, as :meth:`EmbeddedEngine.query` does, but in a worker."""
        checked = check(text, at=at, limits=self.limits).over(
            Dataset(tuple(default_graphs or ()), tuple(named_graphs or ()))
        )
        if checked.form in ("CONSTRUCT", "DESCRIBE"):
            document = self.evaluate(checked, N_TRIPLES)
            return Triples([q.triple for q in ox.parse(document, format=ox.RdfFormat.N_TRIPLES)])
        return parse_results(self.evaluate(checked, JSON))

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        """The whole serialised answer to *checked*.

        Raises :class:`LimitReached` (``query_seconds``, ``queue_length``, ``queue_seconds``,
        ``result_rows``, ``result_bytes``, ``memory_bytes``), :class:`EngineFailed` when the worker
        died, and what the query itself deserves.
        """
        return b"".join(self._pieces(checked, media_type, self.limits.result_bytes))

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes | Stream:
        """The serialised answer: whole up to *whole* bytes, a larger one while it is being made.

        Raises as :meth:`evaluate` does, and so may the stream. The limit ``query_seconds`` counts
        the time spent waiting for the worker, not the time in which nobody takes what it has made.
        """
        return gather(self._pieces(checked, media_type, whole), whole)

    def figures(self) -> Mapping[str, float]:
        """What the pool has done and is doing, by the names of :data:`.tally.FIGURES`."""
        with self._changed:
            limits = self.limits
            idle, idle_light = len(self._idle), len(self._idle_light)
            now = {
                "waiting": sum(self._waiting.values()),
                "busy": limits.workers - idle,
                "busy_light": limits.light_workers - idle_light,
                "locks": self.locks,
            }
        return {**self.tally.counts(), **now}

    def begin(
        self, checked: CheckedQuery, media_type: str, *, light: bool = False
    ) -> Evaluation | None:
        """An evaluation that does not wait, begun; ``None`` where it would have to wait now.

        What it costs and how it ends is bounded and counted as that of :meth:`open`. One that is
        thought to be *light* gets a worker for light ones first, who yields to nobody.
        """
        with self._changed:
            if self._closed or any(self._waiting.values()):  # who waits goes first
                return None
            available = (light and self._idle_light) or self._available(True)
            if not available:
                return None
            worker = available.pop()
        asked = Asked(checked, media_type)
        try:
            if worker.connection.gettimeout() != 0:
                worker.connection.settimeout(0)
            asked.send(worker)
        except OSError:
            # It has died. Others first; then whoever may wait until it is replaced.
            with self._changed:
                (self._idle_light if worker.light else self._idle).insert(0, worker)
            return None
        return Evaluation(self, worker, asked)

    @property
    def waiting(self) -> int:
        """How many queries wait in threads for a worker."""
        return sum(self._waiting.values())

    def _pieces(
        self, checked: CheckedQuery, media_type: str, whole: int
    ) -> Generator[bytes, None, None]:
        with self.tally.evaluation(checked, self.observer):
            asked = Asked(checked, media_type)
            yield from self.persisting(self._attempt(asked, whole, light=True), asked, whole)

    def persisting(
        self, attempt: Iterator[bytes], asked: Asked, whole: int
    ) -> Generator[bytes, None, None]:
        """What *attempt* to answer gives; another is made where it gave nothing away and ended.

        That is so where a query turned out not to be light, and where the worker died with its
        keeper, which is no fault of the query's.
        """
        light, orphaned = True, 0
        while True:
            try:
                yield from attempt
                return
            except NotLight:
                self.tally.add("moved")
                light = False
            except Orphaned:
                orphaned += 1
                if orphaned > _MOST_KEEPERS:
                    raise EngineFailed("The process that holds the data ended.") from None
            anew = Asked(asked.checked, asked.media_type)
            attempt = self._attempt(anew, whole, light=light)

    def _attempt(self, asked: Asked, whole: int, *, light: bool) -> Generator[bytes, None, None]:
        with timing.measured("queue"):
            worker = self._take_living(light)
        with self.lent(worker):
            yield from self.pieces_of(asked, worker, whole)
        yield from asked.rest()

    def pieces_of(self, asked: Asked, worker: Worker, whole: int) -> Generator[bytes, None, None]:
        """The answer as a worker sends it, but for what *asked* has to say of its end.

        That of a worker for light queries is held until it is there, up to *whole* bytes: what is
        to begin anew (:class:`NotLight`) has given nothing away yet. Nor has a worker that died
        with its keeper (:class:`Orphaned`).
        """
        left = self.limits.query_seconds
        if worker.light:
            left = min(left, self.limits.light_seconds)
        left -= asked.waited
        while True:
            if worker.light:
                if asked.size > whole:
                    raise NotLight
            else:
                yield from asked.taken()
            if asked.end is not None:
                return
            began = time.monotonic()
            try:
                if not asked.sent:
                    worker.connection.settimeout(left)
                    asked.send(worker)
                head, body = worker.messages.next(began + left)
            except TimeoutError:
                if worker.light:
                    raise NotLight from None
                raise LimitReached(
                    "query_seconds",
                    "The evaluation took longer than the limit query_seconds, "
                    f"{self.limits.query_seconds:g} s.",
                ) from None
            except (EOFError, OSError, ValueError):
                if not asked.given and self._has_ended(worker.keeper):
                    raise Orphaned from None
                raise EngineFailed(
                    "The engine broke down over this query. Nothing else was harmed."
                ) from None
            left -= time.monotonic() - began
            asked.add(head, body)
            if asked.size > self.limits.result_bytes:
                raise too_large(self.limits.result_bytes)

    def close(self) -> None:
        """End the workers and the process that holds the data."""
        with self._changed:
            self._closed = True
            idle, self._idle, self._idle_light = [*self._idle, *self._idle_light], [], []
            self._changed.notify_all()
        for worker in idle:
            worker.connection.close()
        self._control.close()
        self._process.wait()

    @contextlib.contextmanager
    def lent(self, worker: Worker) -> Iterator[None]:
        """A worker for one query; whatever goes wrong with it costs the worker its life."""
        try:
            yield
        except BaseException:
            self._replace(worker)
            raise
        self._give(worker)

    def _take_living(self, light: bool) -> Worker:
        worker = self._take(light)
        while _is_dead(worker):
            self._replace(worker)
            worker = self._take(light)
        return worker

    def _take(self, light: bool) -> Worker:
        """A worker that is idle; one for light queries only if *light*, and no other is."""
        deadline = time.monotonic() + self.limits.queue_seconds
        with self._changed:
            # Each queue has its own length: those who wait for long turn no light query away.
            if not self._available(light) and self._waiting[light] >= self.limits.queue_length:
                raise LimitReached(
                    "queue_length",
                    f"{self._waiting[light]} queries wait already, the limit queue_length. "
                    "Try again.",
                )
            self._waiting[light] += 1
            try:
                while not (available := self._available(light)):
                    left = deadline - time.monotonic()
                    if self._closed:
                        raise EngineFailed("The service is ending.")
                    if left <= 0:
                        raise LimitReached(
                            "queue_seconds",
                            "No worker became free within the limit queue_seconds, "
                            f"{self.limits.queue_seconds:g} s. Try again.",
                        )
                    self._changed.wait(left)
                return available.pop()
            finally:
                self._waiting[light] -= 1

    def _available(self, light: bool) -> list[Worker]:
        return self._idle or (self._idle_light if light else [])

    def _give(self, worker: Worker) -> None:
        with self._changed:
            (self._idle_light if worker.light else self._idle).append(worker)
            # Who waits may need the other kind: all look.
            self._changed.notify_all()

    def _replace(self, worker: Worker) -> None:
        worker.connection.close()
        self.tally.add("replaced")
        keeper = self._process
        try:
            self._command(f"kill {worker.pid}")
            fresh = self._fork(worker.light)
        except (OSError, EngineFailed):
            if self._closed:
                return
            try:
                fresh = self._start_again(worker.light, keeper)
            except (OSError, EngineFailed):
                self._give(worker)  # dead as it is: who takes it tries again
                raise
        self._give(fresh)

    def _start_again(self, light: bool, gone: subprocess.Popen[bytes]) -> Worker:
        """The keeper *gone* obeys no more (somebody killed it): load the data once more.

        Whoever comes first does so, the others find another keeper here.
        """
        with self._control_lock:
            if self._process is gone and not self._closed:
                self._control.close()
                self._process.kill()
                self._process.wait()
                for more in reversed(range(_MOST_KEEPERS)):
                    try:
                        self._start_keeper()
                        break
                    except EngineFailed:
                        # Killed while it was loading: no fault of the data's.
                        if not more or (self._process.returncode or 0) >= 0:
                            raise
        return self._fork(light)

    def _has_ended(self, keeper: subprocess.Popen[bytes]) -> bool:
        """Whether a keeper is gone; its workers may be so a moment before, and while it is reaped
        by another thread nobody else can see that it is."""
        deadline = time.monotonic() + 0.3
        while keeper is self._process and keeper.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _start_keeper(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "foedus.engine.keeper", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        self._control = ours
        self.loaded = secrets.token_hex(8)  # names this loading, and with it labels given anew
        try:
            send(
                ours,
                {
                    "load": [str(path.resolve()) for path in self.paths],
                    "limits": asdict(self.limits),
                },
            )
            head, _ = receive(ours)
        except (EOFError, OSError):
            ours.close()
            self._process.wait()
            raise EngineFailed("The process that holds the data did not start.") from None
        if "error" in head:
            ours.close()
            self._process.wait()
            raise EngineFailed(str(head["error"]))
        self.locks = int(head.get("locks", 1))

    def _fork(self, light: bool = False) -> Worker:
        ours, theirs = socket.socketpair()
        keeper = self._process
        with theirs:
            try:
                # Where processors are short, light queries and the pages go first.
                pid = int(self._command(f"fork {0 if light else _NICENESS}", theirs))
            except (OSError, EngineFailed):
                ours.close()
                raise
        return Worker(pid, ours, Reader(ours, _MESSAGE), keeper, light)

    def _command(self, text: str, attached: socket.socket | None = None) -> str:
        with self._control_lock:
            descriptors = [attached.fileno()] if attached else []
            socket.send_fds(self._control, [text.encode()], descriptors)
            reply = self._control.recv(32)
        if not reply:
            raise EngineFailed("The process that holds the data is gone.")
        return reply.decode().strip()


def _is_dead(worker: Worker) -> bool:
    """Whether a worker that should be waiting has closed its side: no query need suffer for it."""
    if worker.connection.gettimeout() != 0:
        worker.connection.settimeout(0)
    try:
        return not worker.connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
