"""A worker: one process that answers one query after the other and can do nothing else.

It is forked by :mod:`.keeper` with the loaded data, so that it starts in milliseconds. Before the
first query it lowers its limit of descriptors to those it holds, and where the system has seccomp
it gives up every system call that computing does not need (:mod:`.seccomp`): two locks, each of
which alone keeps it from opening a file or a socket. It tries, and ends itself if it could.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import socket
from collections.abc import Callable

import pyoxigraph as ox

from foedus.engine import seccomp, timing
from foedus.engine.answers import Dataset
from foedus.engine.columns import Answering, Columns
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.errors import EngineFailed, LimitReached, QueryError, QuerySyntaxError
from foedus.engine.guard import CheckedQuery
from foedus.engine.pieces import PIECE
from foedus.engine.serialize import GRAPH_FORMATS, RESULT_FORMATS, NotSerializable
from foedus.engine.wire import Reader, send

_SOCKET = 3
_MORE: dict[str, object] = {"more": True}
_NODE = ox.NamedNode("urn:a:b")
_DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
_WARMING = """SELECT ?x ?z (COUNT(?y) AS ?n) { ?x <urn:a:b> ?y BIND(STR(?y) AS ?z)
FILTER(?y < "2001-01-01"^^<http://www.w3.org/2001/XMLSchema#date> && REGEX(STR(?y), "^2", "i"))
FILTER NOT EXISTS { ?x <urn:c:d> <urn:a:b> } } GROUP BY ?x ?z ORDER BY ?n ?x LIMIT 1"""


def warm(engine: EmbeddedEngine) -> None:
    """Answer in every format once: what is loaded late cannot be loaded when files are closed."""
    for media_type in RESULT_FORMATS:
        for text, form in (("SELECT * { ?s ?p ?o } LIMIT 1", "SELECT"), ("ASK {}", "ASK")):
            engine.evaluate(CheckedQuery(text, form, None, True), media_type)  # type: ignore[arg-type]
    construct = "CONSTRUCT { <urn:a:b> <urn:c:d> 'e'@en } WHERE {}"
    for media_type in GRAPH_FORMATS:
        engine.evaluate(CheckedQuery(construct, "CONSTRUCT", None, True), media_type)
    # The columns of the data may not be there yet: those of one triple do as well.
    store = ox.Store()
    store.add(ox.Quad(_NODE, _NODE, ox.Literal("2000-01-01", datatype=_DATE)))
    assert Answering(Columns.of(store)).answer(_WARMING) is not None


def run(
    engine: EmbeddedEngine, connection: socket.socket, *, locks: int = 1, niceness: int = 0
) -> None:
    """Serve queries from *connection* until it closes; never returns.

    ``locks`` is 2 where :func:`.seccomp.available` said so; what it promises must hold.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(connection.fileno(), _SOCKET)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(_SOCKET + 1, _open_descriptors())
    connection.detach()
    connection = socket.socket(fileno=_SOCKET)
    _bound_memory(engine.limits.memory_bytes)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_SOCKET + 1, _SOCKET + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(niceness)
    if opened():
        os._exit(70)
    if locks > 1:
        try:
            seccomp.lock()
        except OSError:
            os._exit(72)
        if opened(errno.EPERM) or not seccomp.locked():
            os._exit(70)
    requests = Reader(connection)
    while True:
        try:
            request, _ = requests.next()
        except (EOFError, OSError):
            os._exit(0)
        last: list[bytes] = []

        def emit(piece: bytes, last: list[bytes] = last) -> None:
            # A full piece leaves at once; what is less is the end, and goes with the last message.
            if len(piece) < PIECE and not last:
                last.append(piece)
            else:
                send(connection, _MORE, b"".join((*last, piece)))
                last.clear()

        head = _answer(engine, request, emit)
        try:
            send(connection, head, b"".join(last) if "ok" in head else b"")
        except OSError:
            os._exit(0)


def _answer(
    engine: EmbeddedEngine, request: dict[str, object], emit: Callable[[bytes], object]
) -> dict[str, object]:
    """Hand the answer to *emit* in pieces; return the last message, which says how it ended."""
    dataset = request["dataset"]
    checked = CheckedQuery(
        str(request["text"]),
        request["form"],  # type: ignore[arg-type]
        Dataset(*(tuple(names) for names in dataset)) if isinstance(dataset, list) else None,
        True,
    )
    try:
        with timing.collect() as seconds:
            engine.write(checked, str(request["media_type"]), emit)
        return {"ok": True, "seconds": seconds}
    except QuerySyntaxError as error:
        return {
            "error": "syntax",
            "message": error.message,
            "line": error.line,
            "column": error.column,
            "expected": error.expected,
        }
    except LimitReached as error:
        return {"error": "limit", "limit": error.limit, "message": str(error)}
    except NotSerializable as error:
        return {"error": "format", "message": str(error)}
    except MemoryError:
        return {"error": "limit", "limit": "memory_bytes", "message": _OUT_OF_MEMORY}
    except (QueryError, Exception) as error:
        return {"error": "engine", "message": f"{type(error).__name__}: {error}"}


_OUT_OF_MEMORY = "The evaluation needed more memory than the limit memory_bytes."


def raise_error(head: dict[str, object], text: str) -> None:
    """Raise what a worker reported, in the process that asked."""
    message = str(head.get("message"))
    match head.get("error"):
        case "syntax":
            line, column, expected = head.get("line"), head.get("column"), head.get("expected")
            raise QuerySyntaxError(
                message,
                line=line if isinstance(line, int) else None,
                column=column if isinstance(column, int) else None,
                expected=str(expected) if expected else None,
                text=text,
            )
        case "limit":
            raise LimitReached(str(head.get("limit")), message)
        case "format":
            raise NotSerializable(message)
        case "engine":
            raise EngineFailed(message)


def _open_descriptors() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        return max(int(name) for name in os.listdir("/proc/self/fd")) + 1
    except OSError:
        return min(soft, 65536)


def _bound_memory(size: int) -> None:
    """Bound the address space to what is in use and *size* bytes more, where the system tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + size, used + size))
    except (OSError, ValueError):
        return


def opened(refusal: int | None = None) -> list[str]:
    """What this process could open, by name, or could not for another reason than *refusal*.

    An empty list is what a worker needs. The errno tells the locks apart: the limit of descriptors
    says EMFILE (or that there is no IPv6 here), seccomp, which is asked first, EPERM.
    """
    found = []
    for name, attempt in _ATTEMPTS.items():
        try:
            os.close(attempt())
        except OSError as error:
            if refusal in (None, error.errno):
                continue
        found.append(name)
    return found


def _socket(family: int, kind: int) -> int:
    return socket.socket(family, kind).detach()


_ATTEMPTS: dict[str, Callable[[], int]] = {
    "a file to read": lambda: os.open(os.devnull, os.O_RDONLY),
    "a file to write": lambda: os.open(os.devnull, os.O_WRONLY),
    "a folder": lambda: os.open("/", os.O_RDONLY),
    "a stream over IPv4": lambda: _socket(socket.AF_INET, socket.SOCK_STREAM),
    "a stream over IPv6": lambda: _socket(socket.AF_INET6, socket.SOCK_STREAM),
    "datagrams": lambda: _socket(socket.AF_INET, socket.SOCK_DGRAM),
    "a local socket": lambda: _socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "a copy of a descriptor": lambda: os.dup(_SOCKET),
}
