"""For everybody: axe, contrast, a phone, the keyboard, no script, small pages, one policy."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from visitors import AXE, BASE, PAGES, Row, Visitor, fill_query

pytestmark = pytest.mark.browser

#: How large a page may be, the data in it that equals its document too.
BYTES = 60_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA = re.compile(r'<script type="application/ld\+json".*?</script>', re.DOTALL)


def violations(page: Page) -> list[str]:
    """What axe finds in a page: WCAG 2.2 A and AA, and its best practices."""
    if not page.evaluate("() => 'axe' in window"):
        # The policy lets no script in that is not ours: this one comes in by the driver.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{v['id']}: {node['html'][:150]} ({(node['any'] or [{}])[0].get('message', '')[:150]})"
        for v in found["violations"]
        for node in v["nodes"]
    ]


@pytest.fixture
def with_axe() -> None:
    if not AXE.is_file():
        pytest.skip("axe is not here: make assets")


@pytest.mark.usefixtures("with_axe")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visitor: Visitor, path: str) -> None:
    phone = {"viewport": {"width": 390, "height": 740}, "is_mobile": True}
    for options in ({}, {**phone, "color_scheme": "dark"}):
        page = visitor.open(path, **options)
        if "example=" in path:
            page.get_by_role("tab", name="Table").wait_for()
            page.locator("#code details").first.wait_for()
        assert violations(page) == [], options


@pytest.mark.usefixtures("with_axe")
def test_axe_finds_nothing_in_the_pictures_of_an_answer(visitor: Visitor) -> None:
    page = visitor.open("/query")
    fill_query(
        page,
        "PREFIX f: <https://w3id.org/foedus/ontology#> SELECT ?who ?where ?begin (1 AS ?n) "
        "{ ?m f:member ?who ; f:arrangement ?where ; f:earliestBegin ?begin } LIMIT 40",
    )
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Table").wait_for()
    titles = page.get_by_role("tab").all_inner_texts()
    assert titles == ["Table", "Chart", "Timeline", "Map", "Network"]
    for title in titles:
        page.get_by_role("tab", name=title).click()
        page.get_by_role("tabpanel", name=title).locator("table, svg").first.wait_for()
        assert violations(page) == [], title


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small_complete_without_script_and_under_one_policy(
    visitor: Visitor, path: str
) -> None:
    page = visitor.page(java_script_enabled=False)
    response = page.goto(visitor.address + path)
    assert response is not None
    assert response.status == 200
    text = response.text()
    size = len(text.encode("utf-8"))
    assert size <= BYTES, f"{path}: {size} bytes"
    assert response.headers["content-security-policy"] == POLICY
    assert not re.search(r"<script(?![^>]*( src=| type=.application/ld\+json))", text)
    assert not re.search(r"<style|<[^>]+ (style|on[a-z]+)=", DATA.sub("", text))
    assert page.locator("main").inner_text().strip()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1, path
    assert page.title(), path
    nameless = page.locator("input:not([type=hidden]), textarea, select").all()
    for field in nameless:
        named = field.get_attribute("aria-label") or field.get_attribute("id")
        assert named, field
    for url in re.findall(r'(?:src|href)="([^"]*)"', text):
        if url.startswith("/static/"):
            assert page.request.get(visitor.address + url).status == 200, url


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
    assert [href for href in reached if href in head][: len(head)] == head
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


def test_the_keyboard_alone_asks_a_question_and_reads_its_answer(visitor: Visitor) -> None:
    page = visitor.open("/query?example=membership/surely-on-a-day")
    page.get_by_role("tab", name="Table").wait_for()
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        names.append(focused["name"])
        if focused["href"] == "/id/state/iraq":
            break
    assert any("Ask with these" in name for name in names)
    assert "Ask" in names
    assert "Table" in names
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/id/state/iraq")


def test_no_page_asks_for_anything_but_its_origin(visitor: Visitor) -> None:
    for path in PAGES:
        page = visitor.open(path)
        page.wait_for_load_state("networkidle")
    assert {urlsplit(url).netloc for url in visitor.requested} == {urlsplit(visitor.address).netloc}
