"""Somebody who visits pages in Chromium, watches what they do and keeps a picture of each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

CHECKOUT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/foedus/"
SCREENSHOTS = CHECKOUT / "build" / "screenshots"
AXE = CHECKOUT / "build" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
Row = dict[str, str]
#: One page of every kind.
PAGES = (
    "/",
    "/states",
    "/alliances",
    "/doc/id/arrangement/imctc",
    "/doc/id/arrangement/cento?at=1958-06-01",
    "/doc/id/state/pakistan",
    "/doc/id/instrument/saudi-pakistan-smda",
    "/doc/id/proposal/saudi-muslim-alliance",
    "/doc/id/label/muslim-nato",
    "/doc/id/person/raheel-sharif",
    "/doc/id/exercise/north-thunder",
    "/doc/id/source/rfi",
    "/doc/id/statement/rfi/membership-cento-iraq",
    "/doc/concept/commitment/defense",
    "/doc/graph/disputes",
    "/doc/ontology",
    "/doc/ontology/concepts",
    "/doc/ontology/alignments",
    "/ontology/classes",
    "/ontology/terms/Membership",
    "/ontology/terms/committedToDefend",
    "/ontology/changes",
    "/disputes",
    "/clashes?of=state/pakistan",
    "/positions?of=arrangement/imctc",
    "/positions?of=arrangement/imctc&with=state/pakistan",
    "/evidence?rests=one&voice=analyst",
    "/doc/id/state/pakistan?evidence=several",
    "/network",
    "/timeline",
    "/map?of=arrangement/imctc",
    "/matrix",
    "/compare",
    "/search?q=pact",
    "/query",
    "/query?example=membership/surely-on-a-day",
    "/sparql/explain?query=ASK%20%7B%7D&format=html",
    "/problems",
    "/dumps",
    "/tables",
)


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that page is whole.

    A click alone returns when the first bytes are there: what is read at once is half a page.
    """
    with link.page.expect_navigation():
        link.click()


class Visitor:
    """Opens pages and watches what they do; other options are another context of the browser."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.browser, self.address, self.folder = browser, address, folder
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self._pages: dict[str, Page] = {}

    def open(self, path: str, **options: Any) -> Page:
        page = self.page(**options)
        response = page.goto(self.address + path)
        assert response is not None
        assert response.status == 200, (path, response.status)
        self.picture(page, path)
        return page

    def page(self, **options: Any) -> Page:
        if repr(options) not in self._pages:
            page = self.browser.new_context(**options).new_page()
            page.set_default_timeout(60_000)
            page.on("request", lambda request: self.requested.append(request.url))
            page.on("console", self._console)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self._pages[repr(options)] = page
        return self._pages[repr(options)]

    def picture(self, page: Page, name: str) -> None:
        name = re.sub(r"\W+", "-", name).strip("-") or "home"
        page.screenshot(path=self.folder / f"{name[:80]}.png")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location})")

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@contextmanager
def visiting(browser: Browser, address: str, folder: Path) -> Iterator[Visitor]:
    """A visitor; afterwards no page may have asked another origin, nor have complained."""
    folder.mkdir(parents=True, exist_ok=True)
    visitor = Visitor(browser, address, folder)
    try:
        yield visitor
    finally:
        visitor.close()
    origin = urlsplit(address)[:2]
    assert visitor.requested
    assert not [url for url in visitor.requested if urlsplit(url)[:2] != origin]
    assert not visitor.complaints


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def fill_query(page: Page, text: str) -> None:
    """Put *text* in the place of the query, by the keyboard where the field is an editor."""
    if page.locator(".CodeMirror").count():
        page.locator(".CodeMirror").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
    else:
        page.get_by_label("Query").fill(text)


def written_query(page: Page) -> str:
    """What stands in the field for the query."""
    return page.locator("textarea#query").input_value()
