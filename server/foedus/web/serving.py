"""The WSGI server, and the release it is started with."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from waitress import create_server

from foedus.content.imported import Import
from foedus.content.locate import find_content
from foedus.findings import CannotRun, ContentError
from foedus.release import (
    CURRENT,
    Progress,
    Release,
    build,
    default_out,
    is_built_from,
    silent,
)
from foedus.web.lane.connections import Channel, Front, serve
from foedus.web.lane.requests import LONGEST
from foedus.web.observe import Observer, WsgiApp
from foedus.web.reload import Service
from foedus.web.settings import Settings
from foedus.web.strict import HEADER_ROOM, strict


def open_release(
    directory: Path | None,
    out: Path | None,
    tell: Progress = silent,
    imports: tuple[Import, ...] = (),
) -> tuple[Release, str]:
    """The release of the content in *directory* and *imports*, built if need be, and a warning
    (or ``""``).

    The current release is taken when it was built from this content; a content that does not build
    leaves the last good release in service, with the findings as the warning.
    Raises :class:`CannotRun` or :class:`ContentError` when there is nothing to open.
    """
    try:
        current = Release.open(out)
    except CannotRun:
        return build(find_content(directory, imports), out, tell), ""
    try:
        content = find_content(directory, imports)
        if is_built_from(current, content):
            return current, ""
        return build(content, out, tell), ""
    except (CannotRun, ContentError) as error:
        if imports or (directory is not None and isinstance(error, CannotRun)):
            raise  # the last release may be without them, and would answer as if they were silent
        return current, f"{error}\nThe last good release, {current.digest[:16]}, is used."


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach *host*."""
    return host in ("localhost", "::1") or host.startswith("127.")


def free_port(host: str, port: int) -> int:
    """*port*, or for 0 one that is free.

    Raises :class:`CannotRun` when nobody could listen there, before anything is loaded.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except OSError as error:
            raise _cannot_listen(host, port, error) from None


def pointer(out: Path | None) -> str:
    """The name of the current release as the folder *out* says it now (``""``: it says none)."""
    try:
        return (out or default_out()).joinpath(CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


@contextlib.contextmanager
def signals(service: Service | None, observer: Observer, settings: Settings) -> Iterator[None]:
    """While serving: a new release on SIGHUP or where one appears; on SIGTERM end in good order.

    Outside the main thread nobody can take signals; then only new releases are looked for.
    """
    if service is not None:
        threading.Thread(target=service.watch, args=(settings.reload_seconds,), daemon=True).start()
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, _leave)
        threading.Thread(target=_drain, args=(observer,), daemon=True).start()

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGTERM, end)
    if service is not None:
        signal.signal(signal.SIGHUP, lambda *_: service.ask())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _drain(observer: Observer) -> None:
    """End the process when what has been asked is answered, at the latest after a while."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while observer.in_flight and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)  # what is answered has still to leave
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(*_: object) -> None:
    raise SystemExit(0)


DRAIN_SECONDS = 25


def run(
    app: WsgiApp,
    host: str,
    port: int,
    settings: Settings,
    started: Callable[[int], None],
    front: Front | None = None,
) -> None:
    """Serve *app* until interrupted; *started* is told the port (asked for 0, the system chooses).

    waitress reads a request whole before a thread sees it, and takes an answer from its thread as
    fast as it comes: beyond a megabyte it waits in a file for a client that is slow, who so holds
    neither a thread nor a worker. An exception in the middle of an answer closes the connection
    without the last chunk. Why this server: ``docs/decisions/0009-waitress-stays.md``. With a
    *front* the fast lane answers what it can before a thread is taken.
    """
    try:
        server = listen(app, host, port, settings, front)
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    started(int(server.effective_port))
    try:
        serve(server, front)
    finally:
        server.close()


def listen(
    app: WsgiApp, host: str, port: int, settings: Settings, front: Front | None = None
) -> Any:
    """A server of waitress that listens, and does not serve yet; raises :class:`OSError`."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=settings.threads,
        ident=None,
        max_request_body_size=settings.body_bytes * 2,
        max_request_header_size=settings.url_characters + HEADER_ROOM,
        channel_timeout=30,
        recv_bytes=LONGEST,
        outbuf_high_watermark=settings.limits.result_bytes * 2,
        # Only the budgets read what a proxy says of a client, and only of proxies trusted.
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    return strict(server, Channel, settings.public, front)


def _cannot_listen(host: str, port: int, error: OSError) -> CannotRun:
    if error.errno == errno.EADDRINUSE:
        return CannotRun(
            f"Port {port} of {host} is in use: another program, perhaps another `foedus serve`, "
            f"listens there. Stop it, or name a free port: --port {port + 1}."
        )
    return CannotRun(
        f"Nobody can listen on port {port} of {host}: {error.strerror or error}. "
        "Name another with --port and --host."
    )
