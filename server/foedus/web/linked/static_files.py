"""One address of the site as a file: what the application answers there, and where it leads.

The application is called as a server calls it (PEP 3333), in this process and without a
connection. A file is byte for byte the live answer without parameters. Where the live service
redirects, and where a page has no extension, a folder with an ``index.html`` stands in.
"""

from __future__ import annotations

import html
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask

from foedus.web.linked.formats import EXTENSIONS
from foedus.web.linked.signposting import is_graph

#: What needs somebody to answer.
LIVE = ("/sparql", "/graphs", "/health", "/metrics", "/review")
_DATA = (".ttl", ".jsonld", ".nt", ".rdf", ".gz", ".zst", ".nq", ".trig", ".csv", ".parquet")
_PAGE = "text/html,*/*;q=0.1"
#: Templates write attributes in double quotes, and escape all else that looks like one.
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
_REDIRECT = (
    '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{0}</title>\n'
    '<meta http-equiv="refresh" content="0; url={0}">\n'
    '<link rel="canonical" href="{0}"><a href="{0}">{0}</a></html>\n'
)
_LEADING = re.compile(
    re.escape(_REDIRECT.partition("{0}")[0]).encode()
    + rb"([^<]*)</title>\n<meta http-equiv=\"refresh\""
)


@dataclass(slots=True)
class Written:
    """What became of some addresses: how many, how many files and bytes, what they lead to."""

    addresses: int = 0
    files: int = 0
    bytes: int = 0
    broken: list[str] = field(default_factory=list)
    leading: set[str] = field(default_factory=set)

    def add(self, other: Written) -> None:
        """Count what *other* counted; what it leads to is for whoever asked for it."""
        self.addresses += other.addresses
        self.files += other.files
        self.bytes += other.bytes
        self.broken += other.broken


class Writer:
    """Writes answers of *app* into *folder*; *prefix* is the path of its public address."""

    def __init__(self, app: Flask, folder: Path, prefix: str) -> None:
        self.app, self.folder, self.prefix = app, folder, prefix

    def write_iri(self, path: str) -> Written:
        """Everything of the IRI with this path: its documents, its links, how to cite it."""
        written = Written()
        first, *others = addresses(path)
        self._write(first, written)
        document = f"/doc/{path}"
        if not written.broken and (self.folder / first.lstrip("/")).is_file():
            self._lead(document, first, written)
            written.addresses += 1
        else:  # renamed, withdrawn
            self._write(document, written)
        for address in others:
            self._write(address, written)
        return written

    def write(self, path: str) -> Written:
        """One address."""
        written = Written()
        self._write(path, written)
        return written

    def _write(self, path: str, written: Written) -> None:
        written.addresses += 1
        status, headers, body = ask(self.app, path, _PAGE)
        if 300 <= status < 400:
            self._lead(path, self._local(headers["location"]), written)
        elif status == 200:
            is_page = headers["content-type"].startswith("text/html")
            if is_page:
                written.leading.update(self._leading(body.decode("utf-8")))
            if is_page and not path.endswith(".html"):
                if path.startswith("/doc/"):
                    self._lead(path, f"{path}.html", written)
                    return
                path = path.rstrip("/") + "/index.html"
            self._save(path, body, written)
        elif status != 410:  # withdrawn: there is nothing to carry
            written.broken.append(path)

    def _leading(self, page: str) -> Iterator[str]:
        for link in set(_LINK.findall(page)):
            parts = urlsplit(html.unescape(link))
            if parts.scheme or parts.netloc or parts.query or not parts.path.startswith("/"):
                continue
            yield self._local(parts.path)

    def _local(self, address: str) -> str:
        """The path below the prefix of an address of ours."""
        parts = urlsplit(address)
        path = unquote(parts.path).removeprefix(self.prefix) or "/"
        return f"{path}?{parts.query}" if parts.query else path

    def _lead(self, path: str, target: str, written: Written) -> None:
        """A page in the place of a redirect; what is no page is what the redirect leads to."""
        data = path.startswith(("/doc/", "/dumps/")) and path.endswith(_DATA)
        if "?" in target or target.startswith(LIVE) or data:
            status, _, body = ask(self.app, target, "*/*")
            if status == 200:
                self._save(path, body, written)
            else:
                written.broken.append(path)
            return
        if target.startswith("/doc/") and not target.endswith(tuple(f".{e}" for e in EXTENSIONS)):
            target += ".html"
        written.leading.add(target)
        address = html.escape(self.prefix + target)
        page = _REDIRECT.format(address)
        file = path if path.endswith(".html") else path.rstrip("/") + "/index.html"
        self._save(file, page.encode(), written)

    def _save(self, path: str, body: bytes, written: Written) -> None:
        file = self.folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        written.files += 1
        written.bytes += len(body)


def addresses(path: str) -> Iterator[str]:
    """The addresses of an IRI beside that of its document without extension; the page is first."""
    yield from (f"/doc/{path}.{extension}" for extension in EXTENSIONS)
    yield f"/{path}"
    yield f"/linkset/{path}.json"
    yield f"/cite/{path}.bib"
    yield f"/cite/{path}.csl.json"
    if is_graph(path):
        yield from (f"/{path}.{extension}" for extension in ("ttl", "nt", "rdf", "jsonld"))


def live(file: str) -> str:
    """The live address of a file, by its path in the folder with ``/`` between the parts."""
    return "/" + file.removesuffix("index.html").rstrip("/")


def led_to(body: bytes) -> str | None:
    """Where a page leads that stands in the place of a redirect; ``None`` for any other file."""
    found = _LEADING.match(body)
    return html.unescape(found[1].decode()) if found else None


def ask(app: Flask, address: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their names in small letters, and body of what *app* answers to a GET."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": accept,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        head.append((status, headers))
        return lambda _: None

    pieces = app.wsgi_app(environ, start)
    try:
        body = b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, headers = head[-1]
    return int(status.partition(" ")[0]), {k.lower(): v for k, v in headers}, body
