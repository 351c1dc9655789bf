"""One evaluation: what a worker was asked, what came of it, and one that waits for nobody.

:class:`~foedus.engine.pool.WorkerPool` hands out workers and keeps the clock; here is the state of
a question on its way. :class:`Evaluation` is for a loop that serves many at once: it looks whether
the answer is there, and hands over to a thread what takes longer, or ends otherwise, than light
queries do.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.engine import timing
from foedus.engine.guard import CheckedQuery
from foedus.engine.pieces import Stream, gather
from foedus.engine.wire import Reader, send
from foedus.engine.worker import raise_error

if TYPE_CHECKING:
    from foedus.engine.pool import WorkerPool


@dataclass(slots=True, eq=False)
class Worker:
    """A worker process, seen from the parent; ``light``: reserved for light queries."""

    pid: int
    connection: socket.socket
    messages: Reader
    keeper: subprocess.Popen[bytes]
    light: bool = False


class NotLight(Exception):
    """A query took longer, or has more to say, than a worker for light ones may give it."""


class Orphaned(Exception):
    """A worker died with its keeper, and had given nothing of an answer away."""


class Asked:
    """A query that is asked of a worker, and what the worker has said so far.

    ``end`` is the last message, which says how it ended; ``waited`` the seconds that have been
    spent on it before somebody began to wait; ``given`` whether any piece was given away.
    """

    def __init__(self, checked: CheckedQuery, media_type: str) -> None:
        self.checked, self.media_type = checked, media_type
        self.sent = self.given = False
        self.size, self.waited = 0, 0.0
        self.end: dict[str, Any] | None = None
        self._bodies: list[bytes] = []

    def send(self, worker: Worker) -> None:
        """Ask the worker; raises :class:`OSError`."""
        dataset = self.checked.dataset
        request = {
            "text": self.checked.text,
            "form": self.checked.form,
            "media_type": self.media_type,
            "dataset": dataset and [dataset.default_graphs, dataset.named_graphs],
        }
        self.sent = True
        send(worker.connection, request)

    def add(self, head: dict[str, Any], body: bytes) -> None:
        """Take a message."""
        self.size += len(body)
        if body:
            self._bodies.append(body)
        if not head.get("more"):
            self.end = head

    def taken(self) -> Iterator[bytes]:
        """The pieces that are there, each given out once."""
        while self._bodies:
            self.given = True
            yield self._bodies.pop(0)

    def rest(self) -> Iterator[bytes]:
        """What is held, when the end is there; raises what a failed evaluation deserves."""
        end = self.end or {}
        timing.note_all(end.get("seconds"))
        if not end.get("ok"):
            raise_error(end, self.checked.text)
        yield from self.taken()


class Evaluation:
    """An evaluation that was begun without waiting.

    Whoever has it either reads it to its end (:meth:`read`), goes on with it in a thread that may
    wait (:meth:`open`), or must :meth:`close` it, which costs the worker its life.
    """

    def __init__(self, pool: WorkerPool, worker: Worker, asked: Asked) -> None:
        self._pool, self._worker, self._asked = pool, worker, asked
        self._begun = time.monotonic()
        self._kept = contextlib.ExitStack()
        self._counted = pool.tally.evaluation(asked.checked, pool.observer)
        self._counted.__enter__()
        self._kept.enter_context(pool.lent(worker))

    @property
    def connection(self) -> socket.socket:
        """The socket that can be read when there is something to :meth:`read`."""
        return self._worker.connection

    @property
    def seconds(self) -> dict[str, float]:
        """How long the parts took, as the worker noted it, when the answer is there."""
        seconds = (self._asked.end or {}).get("seconds")
        return seconds if isinstance(seconds, dict) else {}

    def read(self, whole: int) -> bytes | None:
        """The whole answer if it is there; ``None`` if it is not there yet.

        Raises :class:`NotLight` where it has become larger than *whole* bytes, or ends in any
        other way: to be told by :meth:`open`.
        """
        asked = self._asked
        try:
            while asked.end is None and asked.size <= whole:
                message = self._worker.messages.now()
                if message is None:
                    return None
                asked.add(*message)
        except (EOFError, OSError, ValueError):
            raise NotLight from None
        if asked.size > whole or not (asked.end or {}).get("ok"):
            raise NotLight
        self._kept.close()
        self._counted.__exit__(None, None, None)
        return b"".join(asked.taken())

    def open(self, whole: int) -> bytes | Stream:
        """Go on with it as :meth:`WorkerPool.open` does, waiting for what is still to come."""
        self._asked.waited = time.monotonic() - self._begun
        return gather(self._rest(whole), whole)

    def _rest(self, whole: int) -> Generator[bytes, None, None]:
        pool, asked = self._pool, self._asked
        with self._counting():
            yield from pool.persisting(self._attempt(whole), asked, whole)

    def _attempt(self, whole: int) -> Generator[bytes, None, None]:
        with self._kept:
            yield from self._pool.pieces_of(self._asked, self._worker, whole)
        yield from self._asked.rest()

    @contextlib.contextmanager
    def _counting(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            stack.push(self._counted)
            yield

    def close(self) -> None:
        """End the evaluation that nobody wants any more."""
        gone = GeneratorExit()
        self._kept.__exit__(GeneratorExit, gone, None)
        self._counted.__exit__(GeneratorExit, gone, None)
