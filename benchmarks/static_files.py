"""`make bench ARGS=static`: the whole site as files, compared with the live answers, and crawled.

Exports the release that the content makes, asks `foedus serve` for the address of every file and
compares byte for byte; then serves the folder by Python's own `http.server` and follows every link
from the home page. Prints seconds, files, bytes, and what is not as it should be.
"""

from __future__ import annotations

import argparse
import html
import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from foedus.web.linked.static_files import LIVE, led_to, live

CHECKOUT = Path(__file__).resolve().parent.parent
PUBLIC = "http://foedus.example"
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')


def main(arguments: Sequence[str]) -> None:
    """Export, compare, crawl; ends with 1 where something is broken or differs."""
    parser = argparse.ArgumentParser(prog="bench static", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="compare every how manieth file")
    parser.add_argument("--folder", type=Path, help="a site that was exported before")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="foedus-static-") as temporary:
        folder = options.folder or Path(temporary) / "site"
        if options.folder is None:
            export(folder)
        files = sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())
        with serving("foedus", "serve", "--port", "PORT", "--public", PUBLIC,
                     "--set", "show_passages=no") as connection:  # fmt: skip
            different = list(differences(connection, folder, files[:: options.every]))
        print(f"{len(files[:: options.every]):,} files compared, {len(different)} differ")
        with serving("http.server", "--bind", "127.0.0.1", "--directory", str(folder), "PORT") as c:
            pages, links, broken = crawl(c)
        print(f"{pages:,} pages crawled, {links:,} addresses asked for, {len(broken)} broken")
    for line in (*different[:20], *broken[:20]):
        print(line)
    sys.exit(bool(different or broken))


def export(folder: Path) -> None:
    """Run the command, and print what it took."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "foedus", "export", "--static", str(folder)]
    subprocess.run([*command, "--public", PUBLIC], check=True, env=environment(), cwd=CHECKOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{time.monotonic() - begun:.0f} s, {spent:.0f} s of processor time")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT / "server"), "PYTHONUNBUFFERED": "1"}


@contextmanager
def serving(*command: str) -> Iterator[http.client.HTTPConnection]:
    """A server, its port in the place of PORT, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *(str(port) if word == "PORT" else word for word in command)],
        cwd=CHECKOUT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it says when it is ready
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        yield connection
        connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str, str, bytes]:
    """Status, type, location and body."""
    connection.request("GET", quote(path, safe="/?&=%:"), headers={"Accept": "text/html,*/*;q=0.1"})
    answer = connection.getresponse()
    kind, location = answer.headers.get("Content-Type", ""), answer.headers.get("Location", "")
    return answer.status, kind, location, answer.read()


def differences(
    connection: http.client.HTTPConnection, folder: Path, files: Sequence[str]
) -> Iterator[str]:
    """The files that are not what is answered at their address."""
    while get(connection, "/dumps")[0] == 503:  # its files are being made
        time.sleep(1)
    for file in files:
        body, address = (folder / file).read_bytes(), live(file)
        status, _, location, answered = get(connection, address)
        target = led_to(body)
        if target is not None:
            page = address.startswith("/doc/") and status == 200  # it has an extension here
            there = address if page else urlsplit(location).path
            if target not in (there, f"{there}.html") or not (page or 300 <= status < 400):
                yield f"{file} leads to {target}, and not to {there} ({status})"
            continue
        if status in (301, 307):
            where = urlsplit(location)
            address = where.path + (f"?{where.query}" if where.query else "")
            status, _, _, answered = get(connection, unquote(address) if not where.query
                                         else address)  # fmt: skip
        if status != 200 or answered != body:
            yield f"{file} differs from {address} ({status})"


def crawl(connection: http.client.HTTPConnection) -> tuple[int, int, list[str]]:
    """Follow every link from the home page: pages read, addresses asked for, broken ones."""
    pages, broken = 0, []
    seen, waiting = {"/"}, deque([("/", "")])
    while waiting:
        path, origin = waiting.popleft()
        status, kind, location, body = get(connection, path)
        if status == 301:  # a folder, whose page is behind the slash
            status, kind, _, body = get(connection, unquote(urlsplit(location).path))
        if status != 200:
            broken.append(f"{status} {path} (from {origin})")
        elif kind.startswith("text/html"):
            pages += 1
            for link in set(_LINK.findall(body.decode("utf-8"))):
                parts = urlsplit(urljoin(PUBLIC + path, html.unescape(link)))
                target = unquote(parts.path)
                ours = f"{parts.scheme}://{parts.netloc}" == PUBLIC
                if ours and target not in seen and not target.startswith(LIVE):
                    seen.add(target)
                    waiting.append((target, path))
    return pages, len(seen), broken
