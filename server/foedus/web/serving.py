"""The WSGI server, and the release it is started with."""

from __future__ import annotations

import errno
import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from foedus.content.locate import Content, find_content
from foedus.findings import CannotRun, ContentError
from foedus.release import Progress, Release, build, silent
from foedus.web.settings import Settings


def open_release(
    directory: Path | None, out: Path | None, tell: Progress = silent
) -> tuple[Release, str]:
    """The release of the content in *directory*, built if need be, and a warning (or ``""``).

    The current release is taken when it was built from this content; a content that does not build
    leaves the last good release in service, with the findings as the warning.
    Raises :class:`CannotRun` or :class:`ContentError` when there is nothing to open.
    """
    try:
        current = Release.open(out)
    except CannotRun:
        return build(find_content(directory), out, tell), ""
    try:
        content = find_content(directory)
        if _is_built_from(current, content):
            return current, ""
        return build(content, out, tell), ""
    except (CannotRun, ContentError) as error:
        if directory is not None and isinstance(error, CannotRun):
            raise
        return current, f"{error}\nThe last good release, {current.digest[:16]}, is used."


def _is_built_from(release: Release, content: Content) -> bool:
    """Whether every file that went into *release* is in *content* as it was, and no other."""
    built = release.dataset_path.stat().st_mtime
    if any(rule.stat().st_mtime > built for rule in content.rules.rglob("*.rq")):
        return False
    recorded = {str(f["path"]): f["sha256"] for f in release.manifest.get("files", [])}
    rooms = {path.split("/")[0] for path in recorded}
    present = {content.relative(path): path for room in rooms for path in content.files(room)}
    # A file that a build does not read (a template, say) may be present without being recorded.
    return (
        bool(recorded)
        and all(
            name in present and hashlib.sha256(present[name].read_bytes()).hexdigest() == sha256
            for name, sha256 in recorded.items()
        )
        and not any(name.startswith("data/") and name not in recorded for name in present)
    )


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


class _Task(WSGITask):  # type: ignore[misc]
    def finish(self) -> None:
        """End the answer; to a HEAD there is no last chunk either (RFC 9110, section 9.3.2)."""
        if self.request.command == "HEAD":
            if not self.wrote_header:
                self.write(b"")
            self.chunked_response = False
        super().finish()

    def set_close_on_finish(self) -> None:
        """Close after this answer; not because a 304 or 204 has no length: it has no body."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or self.wrote_header or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


def listen(app: Flask, host: str, port: int, settings: Settings) -> Any:
    """The server, listening: ``.effective_port``, ``.run()``, ``.close()``.

    waitress reads a request whole before a thread sees it, and takes an answer from its thread as
    fast as it comes: beyond a megabyte it waits in a file for a client that is slow, who so holds
    neither a thread nor a worker. An exception in the middle of an answer closes the connection
    without the last chunk. Why this server: ``docs/decisions/0009-waitress-stays.md``.
    """
    parts: dict[int, Any] = {}
    try:
        server = create_server(
            app,
            map=parts,
            host=host,
            port=port,
            threads=settings.threads,
            ident=None,
            max_request_body_size=settings.body_bytes * 2,
            max_request_header_size=settings.url_characters + 32_000,
            channel_timeout=30,
            outbuf_high_watermark=settings.limits.result_bytes * 2,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    for part in parts.values():
        if isinstance(part, BaseWSGIServer):
            part.channel_class = _Channel
    return server


def run(
    app: Flask, host: str, port: int, settings: Settings, started: Callable[[int], None]
) -> None:
    """Serve *app* until interrupted; *started* is told the port (for 0, the system chooses)."""
    server = listen(app, host, port, settings)
    started(int(server.effective_port))
    try:
        server.run()
    finally:
        server.close()


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
