"""Asking: examples with fields, the editor, pictures of answers, what can be taken away."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from foedus.release import Release
from visitors import AXE, Visitor, fill_query, follow, path_of, visiting, written_query

pytestmark = pytest.mark.browser

F = "PREFIX f: <https://w3id.org/foedus/ontology#> "
MEMBERSHIPS = F + (
    "SELECT ?member ?arrangement ?begin ?end { ?m a f:Membership ; f:member ?member ; "
    "f:arrangement ?arrangement ; f:earliestBegin ?begin ; f:latestEnd ?end }"
)
NUMBERS = F + "SELECT ?state (COUNT(*) AS ?n) { ?m f:member ?state } GROUP BY ?state ORDER BY ?n"


def asked(visitor: Visitor, query: str, **options: str) -> Page:
    page = visitor.open(f"/query?query={quote(query)}", **options)
    page.get_by_role("tab", name="Table").wait_for()
    return page


@pytest.fixture(autouse=True)
def with_the_editor() -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not here: make assets")


def test_a_question_is_answered_on_its_page(visitor: Visitor) -> None:
    page = visitor.open("/query")
    page.locator("details.topic summary", has_text="Membership").click()
    follow(page.get_by_role("link", name=re.compile("surely a member of the Baghdad Pact")))
    assert "f:Membership" in written_query(page)
    cell = page.get_by_role("region", name="Rows").locator("tbody td")
    expect(cell).to_have_text("Iraq")
    follow(cell.get_by_role("link"))
    assert path_of(page) == "/doc/id/state/iraq"


def test_the_fields_of_a_question_ask_another_one(visitor: Visitor) -> None:
    page = visitor.open("/query?example=membership/possibly-on-a-day")
    page.get_by_label("Alliance or grouping").select_option(label="Gulf Cooperation Council")
    page.get_by_label("Day", exact=True).fill("2000-01-01")
    follow(page.get_by_role("button", name="Ask with these"))
    assert "arrangement:cento" not in written_query(page)
    assert page.get_by_label("Alliance or grouping").input_value() in written_query(page)
    rows = page.get_by_role("region", name="Rows").locator("tbody tr")
    expect(rows.filter(has_text="Kuwait")).to_have_count(1)
    visitor.picture(page, "asked-with-fields")


def test_a_question_of_ones_own_is_typed_and_asked_by_the_keyboard(visitor: Visitor) -> None:
    page = visitor.open("/query")
    fill_query(page, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    page.keyboard.press("Control+Enter")
    cell = page.get_by_role("region", name="Rows").locator("tbody td")
    expect(cell).to_have_text(re.compile(r"^\d{5,}$"))
    assert "query=SELECT" in page.url
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^1 row in \d+ ms"))


def test_a_term_is_completed_by_its_label_and_its_prefix_is_declared(visitor: Visitor) -> None:
    page = visitor.open("/query")
    fill_query(page, "SELECT * { ?x ")
    page.keyboard.type("owes")
    page.keyboard.press("Control+Space")
    hint = page.locator(".CodeMirror-hint", has_text="f:obligor").first
    expect(hint).to_contain_text("who owes")
    visitor.picture(page, "completion")
    page.keyboard.press("Escape")
    for _ in "owes":
        page.keyboard.press("Backspace")
    page.keyboard.type("f:obligo")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("f:obligor")
    page.keyboard.press("Enter")
    page.keyboard.type(" state:pakis")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("Pakistan")
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    text = written_query(page)
    assert "?x f:obligor state:pakistan }" in text
    assert "PREFIX f: <https://w3id.org/foedus/ontology#>" in text
    assert "PREFIX state: <https://w3id.org/foedus/id/state/>" in text
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Table").wait_for()


def test_the_editor_lets_go_of_the_keyboard(visitor: Visitor) -> None:
    page = visitor.open("/query")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Tab")
    assert page.evaluate("() => !document.activeElement.closest('.CodeMirror')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_is_drawn_as_well(visitor: Visitor, scheme: str) -> None:
    drawings = {"Timeline": "rect.bar", "Map": "path.land.named", "Network": "circle.node"}
    for query, drawn in ((NUMBERS, {"Chart": "rect.bar"}), (MEMBERSHIPS, drawings)):
        page = asked(visitor, query, color_scheme=scheme)
        for tab, mark in drawn.items():
            page.get_by_role("tab", name=tab).click()
            picture = page.get_by_role("tabpanel", name=tab).locator("svg")
            picture.locator(mark).first.wait_for()
            assert picture.locator(mark).count() > 5, tab
            assert re.search(r"\d+ ", picture.get_attribute("aria-label") or ""), tab
            visitor.picture(page, f"{tab}-{scheme}")


def test_the_arrows_of_the_keyboard_turn_from_view_to_view(visitor: Visitor) -> None:
    page = asked(visitor, MEMBERSHIPS)
    page.get_by_role("tab", name="Table").focus()
    for title in ("Timeline", "Map", "Network", "Table"):
        page.keyboard.press("ArrowRight")
        expect(page.locator('[role="tab"][aria-selected="true"]')).to_have_text(title)


def test_a_node_of_a_picture_leads_to_its_page(visitor: Visitor) -> None:
    page = asked(visitor, MEMBERSHIPS)
    page.get_by_role("tab", name="Network").click()
    page.get_by_role("tabpanel").locator("svg a", has_text="Iraq").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/id/state/iraq")


def test_an_answer_is_taken_away_in_every_format(visitor: Visitor) -> None:
    page = asked(visitor, MEMBERSHIPS)
    links = page.locator("p.taking a:not(#share)")
    assert links.all_inner_texts() == ["CSV", "TSV", "JSON", "XML"]
    for link in links.all():
        response = page.request.get(visitor.address + (link.get_attribute("href") or ""))
        assert response.status == 200
        assert b"state/iraq" in response.body()
    page = visitor.open("/query?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3"))
    page.get_by_role("tab", name="Table").wait_for()
    links = page.locator("p.taking a:not(#share)")
    assert links.count() == 6
    for link in links.all():
        assert page.request.get(visitor.address + (link.get_attribute("href") or "")).ok


def test_a_link_carries_the_question_the_day_and_the_release(
    visitor: Visitor, release: Release
) -> None:
    page = asked(visitor, MEMBERSHIPS)
    page.locator("#share").wait_for()
    address = page.locator("#share").get_attribute("href") or ""
    carried = parse_qs(urlsplit(address).query)
    assert carried["query"] == [MEMBERSHIPS]
    assert carried["release"] == [release.digest[:16]]
    assert carried["at"] == [release.manifest["knowledge_end"]]
    page.goto(address)
    page.get_by_role("tab", name="Table").wait_for()
    assert page.get_by_text("made over the release").count() == 0


def test_the_program_of_the_page_gives_the_answer_of_the_page(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("/query?example=membership/surely-on-a-day")
    for title, command in (("Python", [sys.executable, "-"]), ("curl", ["sh", "-e"])):
        shown = page.locator("#code details").filter(has=page.get_by_text(title, exact=True))
        shown.locator("summary").click()
        program = shown.locator("pre").inner_text()
        done = subprocess.run(
            command, input=program, capture_output=True, text=True, check=False, timeout=60
        )
        assert "https://w3id.org/foedus/id/state/iraq" in done.stdout, done.stderr


def test_what_is_wrong_in_a_question_is_shown_beside_it(
    browser: Browser, address: str, folder: Path
) -> None:
    visitor = Visitor(browser, address, folder)
    page = visitor.open("/query")
    fill_query(page, "SELECT ?s WHERE {\n  ?s ex:p 1 }")
    page.get_by_role("button", name="Ask", exact=True).click()
    said = page.get_by_role("alert").inner_text()
    assert "line 2, column 6" in said or "line 2, column 5" in said
    assert "ex:" in said
    assert written_query(page).startswith("SELECT ?s WHERE {\n")
    visitor.picture(page, "wrong")
    visitor.close()
    assert not [complaint for complaint in visitor.complaints if "status of 400" not in complaint]


def test_without_script_it_is_a_form_that_works(
    browser: Browser, address: str, folder: Path
) -> None:
    with visiting(browser, address, folder) as visitor:
        page = visitor.open("/query", java_script_enabled=False)
        page.get_by_label("Query").fill("SELECT (1 + 1 AS ?n) {}")
        follow(page.get_by_role("button", name="Ask", exact=True))
        assert page.get_by_role("region", name="Rows").locator("tbody td").inner_text() == "2"
        page = visitor.open(
            "/query?example=membership/possibly-on-a-day", java_script_enabled=False
        )
        page.get_by_label("Alliance or grouping").select_option(label="Gulf Cooperation Council")
        page.get_by_label("Day", exact=True).fill("2000-01-01")
        follow(page.get_by_role("button", name="Ask with these"))
        expect(page.get_by_role("region", name="Rows")).to_contain_text("state:kuwait")
        assert page.get_by_role("tab").count() == 0
        visitor.picture(page, "plain")
