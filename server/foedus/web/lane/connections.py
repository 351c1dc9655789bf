"""Where requests come in: the server's connections, with the fast lane before its threads.

Each connection is a channel of waitress in one loop. What :mod:`.answering` can answer at once, or
by a worker whose socket joins the loop, is sent from there; all other requests go to a thread, as
they always do in waitress. A connection has one request under way at a time, whichever way it
takes.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from waitress import wasyncore

from foedus.engine.evaluation import NotLight
from foedus.web.budgets import Budgets, Visit
from foedus.web.lane.answering import Answer, Going
from foedus.web.lane.handover import RAW, Handed
from foedus.web.lane.writing import Task
from foedus.web.observe import Observer
from foedus.web.reload import Service
from foedus.web.strict import StrictChannel, StrictParser

#: Seconds after which a thread goes on with what the lane has begun.
_PATIENCE = 0.05
#: And after which one queues, among the others that threads have queued, for what got no worker.
_QUEUED = 0.25
_ROUTE = "/sparql"
_FORWARDED = re.compile(rb"\r\nx-forwarded-for:([^\r\n]*)\r\n", re.IGNORECASE)


class Front:
    """What the channels of a server share: the application in service, and who counts and observes.

    Each request that is taken is counted in the ``budgets`` of its client until it has ended,
    wherever that is; who is over them is answered in a thread, as by any other way.
    """

    def __init__(
        self, service: Service, observer: Observer, budgets: Budgets | None = None
    ) -> None:
        self.service, self.observer = service, observer
        self.budgets = budgets or Budgets(0, 0)
        self.queue: deque[_Answering] = deque()
        self.under_way: dict[_Answering, float] = {}

    def take(self, channel: Channel, raw: bytes) -> bool:
        """Answer a request, or begin to; ``False``: a thread has to."""
        visit: Visit | None = None
        if self.budgets:
            allowed = self.budgets.visit(self.budgets.client(_environ(channel, raw)))
            if not isinstance(allowed, Visit):
                return False
            visit = allowed
        leave, lane = self.service.hold()

        def release() -> None:
            leave()
            if visit is not None:
                visit.end()

        try:
            found = lane.answer(raw)
        except Exception:
            logging.getLogger("foedus.web").exception("in the fast lane")
            found = None
        if isinstance(found, Answer):
            self.observe(raw, found)
            channel.send_now(found.written())
        elif isinstance(found, Going):
            self.observer.begun()
            answering = _Answering(self, channel, raw, found, release, visit)
            if found.may_wait(len(self.queue)):
                self.queue.append(answering)
                self.advance()
            else:
                answering.hand_over()
            return True
        elif found is not None:
            channel.to_thread(raw, found, release, visit)
            return True
        release()
        return found is not None

    def observe(self, raw: bytes, answer: Answer, begun: bool = False) -> None:
        """Count and log an answer; *begun*: it was counted as begun already."""
        finished = answer.finished
        method, _, rest = raw.partition(b" ")
        path, _, query = rest.partition(b" ")[0].partition(b"?")
        environ = {
            "REQUEST_METHOD": method.decode("ascii"),
            "PATH_INFO": path.decode("ascii"),
            "QUERY_STRING": query.decode("ascii"),
            "foedus.route": _ROUTE,
        }
        if not begun:
            self.observer.begun()
        seconds = time.perf_counter() - answer.begun
        self.observer.ended(environ, finished.status, finished.size, seconds)

    def advance(self) -> None:
        """Begin what waits for a worker, as far as there are workers; what cannot be begun from
        here is a thread's, and nobody else's harm."""
        while self.queue:
            answering = self.queue[0]
            try:
                if not answering.start():
                    return
            except Exception:
                logging.getLogger("foedus.web").exception("in the fast lane")
                answering.hand_over()
            else:
                self.under_way[self.queue.popleft()] = time.monotonic()

    def tick(self) -> float:
        """Hand over what has taken too long; return the seconds until that is due again."""
        self.advance()
        if not self.under_way and not self.queue:
            return 1.0
        now = time.monotonic()
        late = [one for one, since in self.under_way.items() if now - since >= _PATIENCE]
        late += [one for one in self.queue if now - one.come >= _QUEUED]
        for answering in late:
            answering.hand_over()
        return _PATIENCE


class _Answering:
    """A worker's socket in the loop, for as long as the lane waits for its answer.

    It ends once: a worker that dies has both something to read and its end to tell, in one turn of
    the loop, and a request that is answered twice would shift every answer after it.
    """

    accepting = False

    def __init__(
        self,
        front: Front,
        channel: Channel,
        raw: bytes,
        going: Going,
        release: Callable[[], None],
        visit: Visit | None,
    ) -> None:
        self._front, self._channel, self._raw = front, channel, raw
        self._going, self._release, self._visit = going, release, visit
        self.come = time.monotonic()
        self._file = -1
        self._over = False
        channel.waits = True

    def start(self) -> bool:
        """Join the loop, if there is a worker."""
        evaluation = self._going.start()
        if evaluation is None:
            return False
        self._file = evaluation.connection.fileno()
        self._channel._map[self._file] = self
        return True

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        if self._over:
            return
        try:
            answer = self._going.look()
        except NotLight:
            self.hand_over()
            return
        if answer is None:
            return
        self._leave()
        self._front.advance()  # the worker need not wait until this is sent
        try:
            if self._channel.connected:
                self._channel.send_now(answer.written())
        finally:
            self._front.observe(self._raw, answer, begun=True)
            self._release()

    def handle_expt_event(self) -> None:
        """Nothing: a socket of this kind has no urgent data."""

    def handle_close(self) -> None:
        self.handle_read_event()

    def handle_error(self) -> None:
        logging.getLogger("foedus.web").exception("in the fast lane")
        self.hand_over()

    def close(self) -> None:
        """The server ends."""
        if self._over:
            return
        self._leave()
        self._going.hand_over().close()
        self._front.observer.left()
        self._release()

    def hand_over(self) -> None:
        """Have a thread go on."""
        if self._over:
            return
        self._leave()

        def released() -> None:
            self._front.observer.left()
            self._release()

        self._channel.to_thread(self._raw, self._going.hand_over(), released, self._visit)

    def _leave(self) -> None:
        self._over = True
        self._front.under_way.pop(self, None)
        with contextlib.suppress(ValueError):
            self._front.queue.remove(self)
        self._channel._map.pop(self._file, None)
        self._channel.waits = False


class Handing(StrictParser):
    """A request, with what was begun for it before a thread took it."""

    raw = b""
    handed: Handed | None = None
    released: Callable[[], None] | None = None
    visit: Visit | None = None

    def hand(
        self, raw: bytes, handed: Handed, released: Callable[[], None], visit: Visit | None
    ) -> None:
        """Have *handed* go with this request, and *released* called at its end."""
        self.raw, self.handed, self.released, self.visit = raw, handed, released, visit

    def let_go(self) -> None:
        """End what nobody took."""
        handed, self.handed = self.handed, None
        released, self.released = self.released, None
        if handed is not None:
            handed.close()
        if released is not None:
            released()


class _Task(Task):
    def get_environment(self) -> dict[str, Any]:
        """The environment of WSGI, with what was begun for this request."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.handed is not None:
            self.request.handed.put(environ)
            environ[RAW] = self.request.raw
        if self.request.visit is not None:
            self.request.visit.put(environ)
        return environ


class Channel(StrictChannel):
    """A connection; ``waits``: the lane answers its request just now."""

    task_class = _Task
    parser_class = Handing
    request: Handing | None  # being received
    waits = False

    def readable(self) -> bool:
        """Whether there is anything to be read now."""
        return not self.waits and bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Take what the client sent: the lane a whole plain request, else the parser."""
        front: Front | None = getattr(self.server, "front", None)
        if (
            front is not None
            and self.request is None
            and not self.requests
            and not self.total_outbufs_len
            and not self.will_close
            and not self.close_when_flushed
            and front.take(self, data)
        ):
            return True
        return bool(super().received(data))

    def to_thread(
        self, raw: bytes, handed: Handed, released: Callable[[], None], visit: Visit | None = None
    ) -> None:
        """Have a thread answer the request *raw*, and go on with what was begun for it."""
        request = self.request = self.parser_class(self.adj)
        request.hand(raw, handed, released, visit)
        super().received(raw)
        if request not in self.requests and not request.completed:
            self.request = None  # closing, or not read as a whole: nobody will answer it
            request.let_go()

    def send_now(self, data: bytes) -> None:
        """Send an answer from the loop; what the client does not take yet waits in the buffers."""
        sent = self.send(data)
        self.last_activity = time.time()
        if sent < len(data) and self.connected:
            self.write_soon(data[sent:])

    def service(self) -> None:
        """Answer one request, in a thread."""
        request = self.requests[0]
        try:
            super().service()
        finally:
            request.let_go()

    def cancel(self) -> None:
        """End without an answer."""
        requests = list(self.requests)
        super().cancel()
        for request in requests:
            request.let_go()


def _environ(channel: Channel, raw: bytes) -> dict[str, Any]:
    """What tells the client of a request, as the environment of WSGI has it.

    A request that is answered here has no header twice (:mod:`.requests`).
    """
    address = channel.addr[0] if isinstance(channel.addr, tuple) else channel.addr
    found = _FORWARDED.search(raw, 0, max(0, raw.find(b"\r\n\r\n")) + 2)
    forwarded = {"HTTP_X_FORWARDED_FOR": found[1].decode("latin-1")} if found else {}
    return {"REMOTE_ADDR": str(address), **forwarded}


def serve(server: Any, front: Front | None) -> None:
    """Run a server of waitress until it is interrupted, with the lane's clock in its loop."""
    map_ = getattr(server, "map", None) or server._map
    try:
        while map_:
            wasyncore.poll2(front.tick() if front else 1.0, map_)
    except (SystemExit, KeyboardInterrupt):
        server.task_dispatcher.shutdown()
