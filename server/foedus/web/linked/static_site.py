"""The whole site as files that any web server can carry.

The application itself is asked, page by page: what it links to is followed, whoever wrote the
page, and every IRI of the release is there with each of its documents at its extension. A file is
byte for byte the live answer without parameters and without the texts of sources. Where the live
service redirects, and where a page has no extension, a folder with an ``index.html`` stands in.
What only a running service can do, queries and searches, is left out.
"""

from __future__ import annotations

import html
from collections import deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from flask import Flask
from flask.testing import FlaskClient

from foedus.content.names import BASE
from foedus.findings import CannotRun
from foedus.web.linked.formats import EXTENSIONS

#: Path, how many are done, how many are known of.
Tell = Callable[[str, int, int], None]
#: What needs somebody to answer.
_LIVE = ("/sparql", "/graphs", "/health", "/metrics", "/review")
_VERSION = "http://www.w3.org/2002/07/owl#versionIRI"
_DATA = (".ttl", ".jsonld", ".nt", ".rdf", ".gz", ".zst", ".nq", ".trig", ".csv", ".parquet")
_PAGE = {"Accept": "text/html,*/*;q=0.1"}
#: Pages that are there whether something links to them or not.
_ROOTS = (
    *("/", "/dumps", "/tables", "/disputes", "/problems", "/query", "/search", "/ontology"),
    *("/robots.txt", "/sitemap.xml", "/.well-known/void", "/context.jsonld"),
    *("/dumps/croissant.json", "/dumps/dataset.jsonld", "/static/foedus.css"),
)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "link", "img", "script", "use", "image", "source"):
            self.found += [v for n, v in attrs if n in ("href", "src") and v]


def iris(dataset: Path) -> list[str]:
    """The paths of all IRIs of ours of which a dataset says something, without fragments.

    Files are not among them: the pages that list them lead to them.
    """
    found: set[str] = set()
    for quad in ox.parse(path=str(dataset), format=ox.RdfFormat.N_QUADS):
        version = quad.object if quad.predicate.value == _VERSION else None
        for term in (quad.subject, quad.graph_name, version):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                found.add(term.value[len(BASE) :].partition("#")[0])
    return sorted(p for p in found if p and "/dump." not in p)


def export(app: Flask, dataset: Path, folder: Path, prefix: str, tell: Tell) -> list[str]:
    """Write the site of *app* into *folder*; *prefix* is the path of its public address.

    Returns the addresses that answered with an error though something leads there, which are
    none. Raises :class:`CannotRun` when the folder holds something already or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotRun(f"{folder}: is not empty. Name a folder that is.")
        return list(_Walk(app.test_client(), folder, prefix).run(iris(dataset), tell))
    except OSError as error:
        raise CannotRun(f"{folder}: cannot be written ({error.strerror or error}).") from error


class _Walk:
    def __init__(self, client: FlaskClient, folder: Path, prefix: str) -> None:
        self.client, self.folder, self.prefix = client, folder, prefix
        self.seen: set[str] = set()
        self.waiting: deque[str] = deque()

    def run(self, paths: list[str], tell: Tell) -> Iterator[str]:
        for path in (*_ROOTS, *(a for p in paths for a in _of_iri(p))):
            self._await(path)
        done = 0
        while self.waiting:
            path = self.waiting.popleft()
            if not self._write(path):
                yield path
            done += 1
            tell(path, done, len(self.seen))

    def _await(self, path: str) -> None:
        parts = path.split("/")
        if path not in self.seen and ".." not in parts and not path.startswith(_LIVE):
            self.seen.add(path)
            self.waiting.append(path)

    def _write(self, path: str) -> bool:
        """Ask for one address and write what it answers; whether it did."""
        with self.client.get(path, headers=_PAGE) as response:
            if 300 <= response.status_code < 400:
                self._lead(path, self._local(response.headers["Location"]))
                return True
            if response.status_code != 200:
                return response.status_code == 410  # withdrawn: there is nothing to carry
            is_page = response.mimetype == "text/html"
            body = response.get_data()
        file = path
        if is_page and not path.endswith(".html"):
            if path.startswith("/doc/"):
                self._lead(path, f"{path}.html")
                return True
            file = path.rstrip("/") + "/index.html"
        self._save(file, body)
        if is_page:
            links = _Links()
            links.feed(body.decode("utf-8"))
            for link in links.found:
                self._follow(link)
        return True

    def _follow(self, link: str) -> None:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or parts.query or not parts.path.startswith("/"):
            return
        self._await(self._local(parts.path))

    def _local(self, address: str) -> str:
        """The path below the prefix of an address of ours."""
        parts = urlsplit(address)
        path = unquote(parts.path).removeprefix(self.prefix) or "/"
        return f"{path}?{parts.query}" if parts.query else path

    def _lead(self, path: str, target: str) -> None:
        """A page in the place of a redirect; what is no page is what the redirect leads to."""
        data = path.startswith(("/doc/", "/dumps/")) and path.endswith(_DATA)
        if "?" in target or target.startswith(_LIVE) or data:
            with self.client.get(target, headers={"Accept": "*/*"}) as response:
                if response.status_code == 200:
                    self._save(path, response.get_data())
            return
        if target.startswith("/doc/") and not target.endswith(tuple(f".{e}" for e in EXTENSIONS)):
            target += ".html"
        self._await(target)
        address = html.escape(self.prefix + target)
        page = (
            f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{address}</title>\n'
            f'<meta http-equiv="refresh" content="0; url={address}">\n'
            f'<link rel="canonical" href="{address}"><a href="{address}">{address}</a></html>\n'
        )
        file = path if path.endswith(".html") else path.rstrip("/") + "/index.html"
        self._save(file, page.encode())

    def _save(self, path: str, body: bytes) -> None:
        file = self.folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)


def _of_iri(path: str) -> Iterator[str]:
    """The addresses of an IRI: itself, its documents, its links, how to cite it."""
    yield f"/{path}"
    yield f"/doc/{path}"
    for extension in EXTENSIONS:
        yield f"/doc/{path}.{extension}"
    yield f"/linkset/{path}.json"
    yield f"/cite/{path}.bib"
    yield f"/cite/{path}.csl.json"
    if path.startswith("graph/"):
        for extension in ("ttl", "nt", "rdf", "jsonld"):
            yield f"/{path}.{extension}"
