"""The pages in a real browser: Chromium against `foedus serve` on the release of the content.

No test says how a page looks; each leaves screenshots in its temporary folder.
"""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from foedus.release import Release

pytestmark = pytest.mark.browser

CHECKOUT = Path(__file__).resolve().parent.parent
BASE = "https://w3id.org/foedus/"
#: One page of every kind.
PAGES = (
    "/",
    "/states",
    "/alliances",
    "/doc/id/arrangement/imctc",
    "/doc/id/state/pakistan",
    "/doc/id/source/rfi",
    "/doc/ontology",
    "/disputes",
    "/search?q=pact",
    "/query",
    "/query?example=membership/surely-on-a-day",
)


@pytest.fixture(scope="module")
def address(release: Release) -> Iterator[str]:
    """`foedus serve`, as somebody types it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "foedus", "serve", "--port", str(port)],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT / "server"),
            "FOEDUS_HOME": str(release.path.parents[1]),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"no address in {said!r}"
        yield found[0].rstrip("/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


class Visitor:
    """Opens pages and watches what they do; other options are another context of the browser."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.browser, self.address, self.folder = browser, address, folder
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self._pages: dict[str, Page] = {}

    def open(self, path: str, **options: Any) -> Page:
        page = self._page(options)
        response = page.goto(self.address + path)
        assert response is not None
        assert response.status == 200, (path, response.status)
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        page.screenshot(path=self.folder / f"{name[:80]}.png")
        return page

    def _page(self, options: dict[str, Any]) -> Page:
        if repr(options) not in self._pages:
            page = self.browser.new_context(**options).new_page()
            page.on("request", lambda request: self.requested.append(request.url))
            page.on("console", self._console)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self._pages[repr(options)] = page
        return self._pages[repr(options)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location})")

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@contextmanager
def visiting(browser: Browser, address: str, folder: Path) -> Iterator[Visitor]:
    """A visitor; afterwards no page may have asked another origin, nor have complained."""
    visitor = Visitor(browser, address, folder)
    try:
        yield visitor
    finally:
        visitor.close()
    origin = urlsplit(address)[:2]
    assert visitor.requested
    assert not [url for url in visitor.requested if urlsplit(url)[:2] != origin]
    assert not visitor.complaints


@pytest.fixture
def visitor(browser: Browser, address: str, tmp_path: Path) -> Iterator[Visitor]:
    with visiting(browser, address, tmp_path) as visitor:
        yield visitor


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


# --- reading ------------------------------------------------------------------------------------


def test_home_says_what_is_here_and_leads_on(visitor: Visitor, release: Release) -> None:
    page = visitor.open("/")
    counts = release.manifest["counts"]
    lead = page.locator("p.lead").inner_text()
    assert f"{counts['statements']} statements" in lead
    assert f"{counts['facts']} facts" in lead
    assert page.locator("main h1").count() == 1
    assert release.digest[:16] in page.locator("footer").inner_text()
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Alliances").click()
    assert path_of(page) == "/alliances"
    assert page.locator("main a").count() >= 10


def test_searching_finds_a_thing_by_its_name(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.get_by_role("searchbox").fill("baghdad")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("main").get_by_role("link", name=re.compile("Baghdad Pact")).first.click()
    assert path_of(page) == "/doc/id/arrangement/cento"


def test_the_iri_of_an_alliance_leads_to_its_page(visitor: Visitor) -> None:
    page = visitor.open("/id/arrangement/imctc")
    assert path_of(page) == "/doc/id/arrangement/imctc"
    assert "Islamic Military" in page.locator("h1").inner_text()
    for heading in ("Memberships", "Absences", "Institutions: has, lacks, plans"):
        assert page.get_by_role("heading", name=heading, exact=True).is_visible(), heading
    status = page.locator(".status:visible").all_inner_texts()
    assert any(words for words in status)
    fact = page.locator("li.fact").first
    fact.locator(".basis a").first.click()
    assert path_of(page).startswith("/doc/id/statement/")


def test_an_alliance_is_shown_as_of_the_day_that_is_chosen(visitor: Visitor) -> None:
    page = visitor.open("/id/arrangement/cento")
    page.get_by_label("As of").fill("1958-06-01")
    page.get_by_role("button", name="Show").click()
    assert "at=1958-06-01" in page.url
    assert page.get_by_label("As of").input_value() == "1958-06-01"
    iraq = page.locator("li.fact", has_text="Iraq").filter(has=page.locator(".status.surely"))
    assert iraq.count() >= 1
    page.get_by_label("As of").fill("1965-01-01")
    page.get_by_role("button", name="Show").click()
    member = page.locator("#membership + ul > li.fact", has_text=re.compile("^Iraq"))
    assert member.count() >= 1
    assert member.locator("> .status.surely").count() == 0


Row = dict[str, str]


@pytest.fixture(scope="module")
def ask(release: Release) -> Callable[[str], list[Row]]:
    store = release.store()

    def ask(query: str) -> list[Row]:
        head = (
            f"PREFIX f: <{BASE}ontology#> PREFIX oa: <http://www.w3.org/ns/oa#> "
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        )
        found = store.query(head + query)
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name].value for name in names} for row in found]

    return ask


def test_a_statement_shows_the_passage_that_says_so(
    visitor: Visitor, articles_dir: Path, ask: Callable[[str], list[Row]]
) -> None:
    texts = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.read_bytes().decode("utf-8")
        for path in articles_dir.glob("*.txt")
    }
    sources = ask(
        "SELECT ?source (SAMPLE(?d) AS ?digest) { ?source f:textDigest ?d } GROUP BY ?source"
    )
    assert len(sources) == 5
    for source in sources:
        (row,) = ask(
            f"""SELECT ?s ?label ?start ?end ?digest {{
                ?s f:inSource <{source["source"]}> ; f:evidence ?e ; rdfs:label ?label ;
                   f:statementKind ?kind .
                ?e oa:start ?start ; oa:end ?end ; f:passageDigest ?digest }}
                ORDER BY DESC(?start) ?s LIMIT 1"""
        )
        page = visitor.open("/" + row["s"].removeprefix(BASE))
        assert row["label"] in page.locator("h1").inner_text()
        passage = texts[source["digest"]][int(row["start"]) : int(row["end"])]
        shown = page.locator("figure.passage").filter(has_text=row["digest"])
        assert shown.locator("blockquote").inner_text().split() == passage.split()
        assert f"characters {row['start']} to {row['end']}" in shown.inner_text()
        wrong = page.get_by_role("heading", name="Is it wrong?").locator("+ p").inner_text()
        assert re.search(r"data/statements/[\w-]+\.ttl, line \d+", wrong)
        assert row["s"] in wrong


# --- asking -------------------------------------------------------------------------------------


def test_a_question_is_answered_on_its_page(visitor: Visitor) -> None:
    page = visitor.open("/query")
    page.get_by_role("link", name=re.compile("surely a member of the Baghdad Pact")).click()
    assert "f:Membership" in page.get_by_label("Query").input_value()
    page.get_by_role("button", name="Ask", exact=True).click()
    assert page.get_by_role("heading", name="Answer").is_visible()
    (cell,) = page.locator("main table").first.locator("tbody td").all()
    cell.get_by_role("link", name=re.compile("iraq", re.IGNORECASE)).click()
    assert path_of(page) == "/doc/id/state/iraq"


def test_a_question_of_ones_own_is_answered(visitor: Visitor) -> None:
    page = visitor.open("/query")
    page.get_by_label("Query").fill("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    page.get_by_role("button", name="Ask", exact=True).click()
    number = page.locator("main table").first.locator("tbody td").inner_text()
    assert int(re.sub(r"\D", "", number)) > 10_000


def test_what_is_wrong_in_a_question_is_shown_beside_it(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    visitor = Visitor(browser, address, tmp_path)
    page = visitor.open("/query")
    page.get_by_label("Query").fill("SELECT ?s WHERE {\n  ?s ex:p 1 }")
    page.get_by_role("button", name="Ask", exact=True).click()
    said = page.get_by_role("alert").inner_text()
    assert "line 2, column 6" in said or "line 2, column 5" in said
    assert "ex:" in said
    assert page.get_by_label("Query").input_value().startswith("SELECT ?s WHERE {\n")
    visitor.close()
    assert not [complaint for complaint in visitor.complaints if "status of 400" not in complaint]


# --- for everybody ------------------------------------------------------------------------------

#: The lowest contrast of any text with what lies behind it (WCAG 2.2, 1.4.3), and that text.
CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const channel = (v) => v <= 10.31475 ? v / 3294.6 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = (c) => {
    const [r, g, b] = parse(c).map(channel);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor, p = parse(c);
      if (p.length < 4 || p[3] === 1) return c;
    }
    return "rgb(255, 255, 255)";
  };
  let worst = [21, ""];
  for (const e of document.querySelectorAll("body *")) {
    const texts = [...e.childNodes].filter((n) => n.nodeType === 3);
    const words = texts.map((n) => n.data.trim()).join("");
    if (!words || !e.checkVisibility()) continue;
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < worst[0]) worst = [contrast, `${e.tagName}.${e.className}: ${words}`];
  }
  return worst;
}"""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_in_light_and_in_dark(visitor: Visitor, scheme: str) -> None:
    for path in PAGES:
        page = visitor.open(path, color_scheme=scheme)
        shade = sum(page.evaluate(BACKGROUND)[:3]) / 3
        assert (shade > 200) if scheme == "light" else (shade < 60), path
        contrast, words = page.evaluate(CONTRAST)
        assert contrast >= 4.5, f"{path}: {contrast:.1f}, {words}"


#: What juts out of the window on the right, where the page scrolls sideways at all.
JUTTING = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth)
    .map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`).slice(0, 5)"""


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_on_a_phone(
    visitor: Visitor, width: int, ask: Callable[[str], list[Row]]
) -> None:
    (longest,) = ask(
        "SELECT ?s { ?s f:statementKind ?kind } ORDER BY DESC(STRLEN(STR(?s))) ?s LIMIT 1"
    )
    statement = "/doc/" + longest["s"].removeprefix(BASE)
    answered = "/query?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+20"
    for path in (*PAGES, statement, answered):
        page = visitor.open(path, viewport={"width": width, "height": 740}, is_mobile=True)
        assert not page.evaluate(JUTTING), path


FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {
    name: e.innerText || e.name || "", href: e.getAttribute("href"),
    seen: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
  };
}"""


def test_the_keyboard_reaches_every_link_of_the_head_and_shows_where_it_is(
    visitor: Visitor,
) -> None:
    page = visitor.open("/")
    reached = []
    for _ in range(13):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused
        assert focused["marked"], focused
        reached.append(focused["href"])
    assert reached[0] == "#content"
    head = page.locator("header a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert [href for href in reached if href in head] == head
    assert {"/", "/alliances", "/states", "/disputes", "/query"} <= set(head)


def test_the_keyboard_alone_leads_past_the_head_and_to_a_page(visitor: Visitor) -> None:
    page = visitor.open("/alliances")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "/id/arrangement/" in (page.evaluate(FOCUSED)["href"] or ""):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/id/arrangement/*")


def test_every_field_has_a_name_and_every_page_one_heading_and_a_language(
    visitor: Visitor,
) -> None:
    for path in PAGES:
        page = visitor.open(path)
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").count() == 1, path
        assert page.title(), path
        nameless = page.locator("input:not([type=hidden]), textarea, select").evaluate_all(
            "fields => fields.filter(f => !f.labels.length && !f.ariaLabel).map(f => f.outerHTML)"
        )
        assert not nameless, path


def test_the_pages_need_no_script(visitor: Visitor) -> None:
    page = visitor.open("/query?example=membership/surely-on-a-day", java_script_enabled=False)
    page.get_by_role("button", name="Ask", exact=True).click()
    (cell,) = page.locator("main table").first.locator("tbody td").all_inner_texts()
    assert "iraq" in cell.lower()
