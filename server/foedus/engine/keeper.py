"""The keeper: one small single-threaded process that holds the data and forks the workers.

Started by :class:`~foedus.engine.pool.WorkerPool` as ``python -m foedus.engine.keeper FD``. It
obeys a socket: load files, fork a worker on the socket that comes along, kill a worker. A threaded
web server must not fork; this process may. When its parent is gone it ends its workers and itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
from mmap import mmap
from pathlib import Path

# Arithmetic in one thread: a process with threads must not fork.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from foedus.engine import seccomp
from foedus.engine.columns import Columns, abandon, room, shared
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.errors import QueryError
from foedus.engine.limits import Limits
from foedus.engine.wire import receive, send
from foedus.engine.worker import run, warm

_PR_SET_PDEATHSIG = 1
_NICENESS = 5


def main(descriptor: int) -> None:
    """Obey the socket *descriptor* until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    request, _ = receive(control)
    limits = Limits(**request["limits"])
    paths = [Path(p) for p in request["load"]]
    try:
        engine = EmbeddedEngine.load(*paths, limits=limits)
        columns, writable = _mapped(engine, paths) if limits.columns else (None, 0)
        engine = EmbeddedEngine(engine.store, limits, columns)
        warm(engine)
    except QueryError as error:
        send(control, {"error": str(error)})
        return
    gc.collect()
    gc.freeze()
    builder = _build(engine, writable) if columns is not None else 0
    locks = 2 if seccomp.available() else 1
    send(control, {"ok": True, "quads": len(engine.store), "locks": locks})
    workers: set[int] = set()
    try:
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 64, 1)
            if not message:
                return
            if builder and os.waitpid(builder, os.WNOHANG)[0]:
                abandon(writable)
                builder = 0
            command, _, argument = message.decode().strip().partition(" ")
            if command == "fork":
                pid = _fork(engine, descriptors[0], locks, int(argument or 0))
                workers.add(pid)
                control.sendall(f"{pid}\n".encode())
            elif command == "kill":
                _end(int(argument), workers)
                control.sendall(b"0\n")
            for descriptor in descriptors:
                os.close(descriptor)
    finally:
        for pid in [*workers, builder] if builder else list(workers):
            _end(pid, {*workers, builder})


def _mapped(engine: EmbeddedEngine, paths: list[Path]) -> tuple[Columns | None, int]:
    """The memory for the columns, which every process forked from now on can read."""
    try:
        return shared(room(len(engine.store), sum(path.stat().st_size for path in paths)))
    except (OSError, ValueError):
        return None, 0


def _build(engine: EmbeddedEngine, writable: int) -> int:
    """Begin to build the columns, in a process of its own: the first answers need not wait."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _die_with_parent()
        os.nice(_NICENESS)
        Columns(mmap(writable, os.fstat(writable).st_size)).build(engine.store)
    finally:
        os._exit(0)


def _fork(engine: EmbeddedEngine, descriptor: int, locks: int, niceness: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _die_with_parent()
        run(engine, socket.socket(fileno=descriptor), locks=locks, niceness=niceness)
    finally:
        os._exit(71)


def _end(pid: int, workers: set[int]) -> None:
    if pid in workers:
        workers.remove(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


_LIBC = ctypes.CDLL(None)

if __name__ == "__main__":
    main(int(sys.argv[1]))
