"""The line to one engine elsewhere: who is asked, how many at once, and whether it is up.

One address, pinned (:mod:`.endpoints`), and requests on a leash (:mod:`.outgoing`). What a request
shows of the engine is remembered: while it is down every question fails at once, so that nobody
waits for a hanging socket in turn; whoever watches it (:meth:`Line.probe`) finds out when it is
back. Pages and strangers have places of their own, so that neither takes the other's.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPException

from foedus.engine import outgoing
from foedus.engine.credentials import Credentials
from foedus.engine.endpoints import Endpoint, Pinned
from foedus.engine.errors import (
    EngineAnswersNonsense,
    EngineTooSlow,
    EngineUnreachable,
    LimitReached,
    ServiceFailed,
)
from foedus.engine.limits import Limits
from foedus.engine.outgoing import BrokenOff, Reply, Request, TooMuch

#: What is said of an engine that is up and takes no more, or asks for patience (RFC 9110).
_BUSY = (429, 503)


class Line:
    """The way to the engine at *endpoint*. Thread-safe.

    ``trouble`` says why it cannot be asked now (``""``: it can); ``holds`` which release it has.
    """

    def __init__(
        self, endpoint: Endpoint, limits: Limits, credentials: Credentials | None = None
    ) -> None:
        self.service = Pinned(endpoint, private=True)  # named by whoever runs this
        self.limits = limits
        self.trouble = self.holds = ""
        self._credentials = credentials
        self._strangers = threading.BoundedSemaphore(limits.engine_requests)
        self._pages = threading.BoundedSemaphore(limits.engine_requests)

    def ask(self, request: Request, *, most: int, ours: bool = False) -> Reply:
        """The answer, whatever its status, within ``query_seconds``; ``ours``: asked by a page.

        Raises :class:`EngineUnreachable`, :class:`EngineTooSlow`, :class:`EngineAnswersNonsense`
        and :class:`LimitReached` (``result_bytes``, ``queue_length``).
        """
        if self.trouble:
            raise EngineUnreachable(self.trouble)
        seconds = self.limits.query_seconds
        with self._place(self._pages if ours else self._strangers):
            try:
                return self.exchange(request, seconds=seconds, most=most)
            except EngineUnreachable as error:
                self.trouble = str(error)
                raise
            except EngineTooSlow:
                # A stranger's question may simply be hard. A page's is not: something hangs.
                if ours:
                    self.trouble = "The engine behind this service does not answer."
                raise

    def probe(self, request: Request, *, most: int) -> Reply:
        """The answer to a small question, within ``engine_seconds``, also while it is down."""
        return self.exchange(request, seconds=self.limits.engine_seconds, most=most)

    def exchange(self, request: Request, *, seconds: float, most: int) -> Reply:
        """One answer, authenticated where the engine asks for it."""
        deadline = time.monotonic() + seconds
        try:
            reply = outgoing.exchange(self.service, request, deadline=deadline, most=most)
            if reply.status == 401 and (signed := self.signed(request, reply)):
                reply = outgoing.exchange(self.service, signed, deadline=deadline, most=most)
        except TimeoutError:
            raise EngineTooSlow(
                f"The engine behind this service took longer than {seconds:g} s."
            ) from None
        except TooMuch:
            raise LimitReached(
                "result_bytes", f"The result is larger than the limit result_bytes, {most:,} bytes."
            ) from None
        except BrokenOff:
            raise EngineAnswersNonsense(
                "The engine behind this service broke off in the middle of its answer."
            ) from None
        except ServiceFailed:
            raise EngineUnreachable("The host of the engine cannot be found.") from None
        except (HTTPException, ValueError) as error:
            raise _nonsense(error) from None
        except OSError as error:
            raise EngineUnreachable(
                f"The engine behind this service cannot be asked: {outgoing.reason(error)}."
            ) from None
        if reply.status in _BUSY:
            raise EngineUnreachable("The engine behind this service takes no questions just now.")
        return reply

    def signed(self, request: Request, reply: Reply) -> Request | None:
        """*request* with what the engine asked for, where we have it and may say it."""
        if self._credentials is None:
            return None
        for challenge in reply.headers.get_all("WWW-Authenticate") or ():
            given = self._credentials.answer(
                challenge, self.service, request.method, request.target
            )
            if given is not None:
                return replace(request, headers={**request.headers, "Authorization": given})
        return None

    @contextlib.contextmanager
    def _place(self, places: threading.BoundedSemaphore) -> Iterator[None]:
        """A place among those who ask, waited for within ``queue_seconds``."""
        if not places.acquire(timeout=self.limits.queue_seconds):
            raise LimitReached(
                "queue_seconds",
                f"No place to ask the engine came free in {self.limits.queue_seconds:g} s.",
            )
        try:
            yield
        finally:
            places.release()


def _nonsense(error: Exception) -> EngineAnswersNonsense:
    cut = "IncompleteRead" in type(error).__name__
    what = "broke off in the middle of its answer" if cut else "answers with what is no HTTP"
    return EngineAnswersNonsense(f"The engine behind this service {what}.")
