"""A crawl: from the home page to everything, no link is broken and every IRI of ours answers.

By plain requests over one kept connection: links need no browser.
"""

import http.client
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from visitors import BASE, Row

pytestmark = pytest.mark.browser

LINK = re.compile(r'\b(?:href|src|action|formaction)="([^"]+)"')
#: Addresses that a crawler meets without end are followed this often for each form of address.
OF_A_FORM = 3
#: Forms of address that are asked for at all; the rest of them differ by their parameters only.
MOST = 1200
#: How large a page may be, the data in it too.
BYTES = 60_000
#: Seconds to wait in all for what a server makes when it is first asked for (Retry-After).
PATIENCE = 120


class Site:
    """One connection to the server, kept until the end of its block."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.patience = PATIENCE

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, accept: str) -> tuple[int, str, str, bytes]:
        """Status, type, location and body; where a server asks to come back, it is done so."""
        while True:
            status, kind, location, body, again = self._get(path, accept)
            if status != 503 or not again or self.patience < int(again):
                return status, kind, location, body
            self.patience -= int(again)
            time.sleep(int(again))

    def _get(self, path: str, accept: str) -> tuple[int, str, str, bytes, str]:
        try:
            self.connection.request("GET", path, headers={"Accept": accept})
            answer = self.connection.getresponse()
            body = answer.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection.request("GET", path, headers={"Accept": accept})
            answer = self.connection.getresponse()
            body = answer.read()
        return (
            answer.status,
            answer.headers.get("Content-Type", ""),
            answer.headers.get("Location", ""),
            body,
            answer.headers.get("Retry-After", ""),
        )


def form_of(path: str) -> str:
    """What kind of address it is: its folder, its extension and the names of its parameters."""
    parts = urlsplit(path)
    names = sorted(re.findall(r"(?:^|[&;])([^=&;]+)=", parts.query))
    folder, _, last = parts.path.rpartition("/")
    return f"{folder}/*{last[last.rfind('.') :] if '.' in last else ''}?{','.join(names)}"


def links(body: str) -> Iterator[str]:
    for link in LINK.findall(body):
        address = unescape(link)
        if not address.startswith(("#", "mailto:", "data:")):
            yield address


def test_no_link_is_broken(address: str) -> None:
    with Site(address) as site:
        seen: set[str] = set()
        forms: dict[str, int] = {}
        waiting: deque[tuple[str, str]] = deque([("/", "")])
        broken: list[str] = []
        fragments: list[tuple[str, str]] = []
        identifiers: dict[str, set[str]] = {}
        while waiting and len(seen) < MOST:
            path, came_from = waiting.popleft()
            path, _, fragment = path.partition("#")
            if fragment:
                fragments.append((path, fragment))
            form = form_of(path)
            if path in seen or forms.get(form, 0) >= OF_A_FORM:
                continue
            seen.add(path)
            forms[form] = forms.get(form, 0) + 1
            status, kind, location, body = site.get(path, "text/html,*/*;q=0.5")
            if status in (301, 303):
                waiting.append((urlsplit(urljoin(address, location))._replace(scheme="", netloc="")
                                .geturl(), path))  # fmt: skip
            elif status != 200:
                broken.append(f"{status} {path} (from {came_from})")
            elif kind.startswith("text/html"):
                text = body.decode("utf-8")
                if len(body) > BYTES:
                    broken.append(f"{len(body)} bytes: {path}")
                identifiers[path] = set(re.findall(r'\bid="([^"]+)"', text))
                for link in links(text):
                    target = urljoin(address + path, link)
                    if target.startswith(address):
                        waiting.append((target.removeprefix(address) or "/", path))
        assert not broken
        assert len(seen) > 150
        lost = {f"{p}#{f}" for p, f in fragments if p in identifiers and f not in identifiers[p]}
        assert not lost


def test_every_iri_of_ours_answers(address: str, ask: Callable[[str], list[Row]]) -> None:
    with Site(address) as site:
        found = {
            row["x"]
            for pattern in ("?x ?p ?o", "?s ?p ?x", "?s ?x ?o")
            for graph in (pattern, f"GRAPH ?g {{ {pattern} }}")
            for row in ask(
                f"SELECT DISTINCT ?x {{ {graph} "
                f'FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{BASE}")) }}'
            )
        }
        assert len(found) > 3000
        by_folder: dict[str, list[str]] = {}
        for iri in sorted(found):
            by_folder.setdefault(iri.removeprefix(BASE).rpartition("/")[0], []).append(iri)
        silent = []
        for folder, iris in sorted(by_folder.items()):
            # All of the short folders, and a spread of the long ones.
            for iri in iris[:: max(1, len(iris) // 12)]:
                path = "/" + iri.removeprefix(BASE).partition("#")[0]
                status, _, location, _ = site.get(path, "text/turtle")
                if status in (301, 303):
                    status, *_ = site.get(urlsplit(location).path, "text/turtle")
                if status not in (200, 410):
                    silent.append(f"{status} {iri} (of {folder})")
        assert not silent
