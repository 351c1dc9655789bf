"""A journey for each of the users' stories: where somebody begins, what they do, what they read.

What a page says must be visible to a reader who opens what is folded; a picture of the last page
of each journey is kept as ``story-NN.png``.
"""

import csv
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from visitors import Visitor
from visitors import follow as go

pytestmark = pytest.mark.browser

Step = Callable[[Page], None]


def follow(name: str) -> Step:
    """Follow the first link in the page with this name (a regular expression)."""

    def step(page: Page) -> None:
        unfold(page)
        go(page.get_by_role("main").get_by_role("link", name=re.compile(name)).first)

    return step


def search(words: str) -> Step:
    """Search from wherever one is."""

    def step(page: Page) -> None:
        page.get_by_role("searchbox").first.fill(words)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    return step


def on(day: str) -> Step:
    """Choose a day."""

    def step(page: Page) -> None:
        page.get_by_label("As of").first.fill(day)
        go(page.get_by_role("button", name="Show").first)

    return step


def choose(label: str, value: str) -> Step:
    """Choose one of a list by its label."""

    def step(page: Page) -> None:
        page.get_by_label(label, exact=True).select_option(label=value)

    return step


def press(name: str) -> Step:
    """Press a button."""

    def step(page: Page) -> None:
        go(page.get_by_role("button", name=name, exact=True))

    return step


def answered(page: Page) -> None:
    """Wait for the answer of the query page."""
    page.locator("#answer table, #answer .lead").first.wait_for()


def unfold(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def downloaded(page: Page, name: str) -> str:
    """The text of the file to which the first link with this name leads."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(name)).first.click()
    return waiting.value.path().read_text(encoding="utf-8")


def linked(page: Page, name: str) -> str:
    """The text of what the first link with this name leads to."""
    address = page.get_by_role("link", name=re.compile(name)).first.evaluate("a => a.href")
    return page.request.get(address).text()


def pairs_by_year(page: Page) -> None:
    """Both directions of a mutual promise are 1, a one-sided one has one, silence is NA."""
    rows = list(csv.DictReader(downloaded(page, r"^dyad-years\.csv$").splitlines()))
    flags = [name for name in rows[0] if name.startswith("atop_")]
    assert flags == [f"atop_{x}" for x in ("defense", "offense", "neutral", "nonagg", "consul")]
    assert {row[flag] for row in rows for flag in flags} <= {"0", "1", "NA"}
    found = {(row["state1"], row["state2"], row["year"]): row for row in rows}
    for pair in (("Saudi Arabia", "Kuwait"), ("Kuwait", "Saudi Arabia")):
        assert found[(*pair, "2005")]["atop_defense"] == "1", pair
        assert found[(*pair, "2005")]["atop_offense"] == "NA", "no source covers it"
        assert (*pair, "1995") not in found, "no source covers the year"
    fresh = found[("Pakistan", "Saudi Arabia", "2022")]
    assert {fresh[flag] for flag in flags} == {"NA"}, "it only can have been in force"
    pairs = {pair[:2] for pair in found}
    assert ("Pakistan", "Iran") not in pairs, "an assurance is below the threshold"


def cited(page: Page) -> None:
    """Both forms of the reference name this release and an address that stays."""
    page.wait_for_load_state()
    shown = re.search(r"[0-9a-f]{16}", page.locator("p.lead code").inner_text())
    assert shown
    bib = linked(page, "^BibTeX$")
    (item,) = json.loads(linked(page, "^CSL-JSON$"))
    assert f"/release/{shown[0]}" in bib
    assert f"/release/{shown[0]}" in item["URL"]
    assert item["version"]


def back_to(path: str) -> Step:
    """Read on at another page of the same site."""

    def step(page: Page) -> None:
        page.goto(re.sub(r"^(https?://[^/]+).*", rf"\1{path}", page.url))

    return step


@dataclass(frozen=True)
class Story:
    """A story by its number: the steps from *begin*, and what must then be there to read."""

    number: int
    asks: str
    begin: str
    steps: Sequence[Step]
    reads: Sequence[str]


STORIES = (
    Story(
        1,
        "what exactly did two states promise, what triggers it, is it in force, who says so",
        "/instruments",
        [follow("Saudi-Pakistani strategic mutual")],
        [
            "Pakistan\\s*→\\s*Saudi Arabia",
            "Trigger\\s+Aggression",
            "possibly now",
            "whether it binds|Binding",
            "RFI",
        ],
    ),
    Story(
        2,
        "who were the members on a day",
        "/alliances",
        [follow("Central Treaty Organization"), on("1958-06-01")],
        ["Iraq\\s+founding member\\s+surely", "1 surely and \\d+ possibly on 1 June 1958"],
    ),
    Story(
        3,
        "does a Muslim NATO exist",
        "/",
        [search("muslim nato"), follow("^Muslim NATO")],
        ["Nickname for several", "Pezeshkian"],
    ),
    Story(
        4,
        "why do sources give different numbers",
        "/disputes",
        [follow("How many: Islamic Military")],
        ["41", "43", "Undecided|Preferred"],
    ),
    Story(
        5,
        "directed dyad-years with 0, 1 and NA",
        "/dumps",
        [follow("What every column means"), pairs_by_year],
        ["dyad-years", "1: surely on some day of the year", "NA: no source covers it"],
    ),
    Story(
        6,
        "under which conditions does the obligation apply",
        "/query?example=commitments/what-sets-it-off",
        [answered],
        ["Kind of commitment", "ggression"],
    ),
    Story(
        7,
        "compare defence clauses side by side",
        "/compare",
        [
            choose("One", "GCC joint defence agreement"),
            choose("The other", "Saudi-Pakistani strategic mutual defence agreement"),
            press("Compare"),
        ],
        ["Trigger", "how much choice it leaves|Discretion", "whether it binds|Binding"],
    ),
    Story(
        8,
        "which states were listed unasked, denied, or joined later",
        "/alliances",
        [
            follow("Islamic Military Counter Terrorism"),
            follow("Who was asked, listed, for, against, in"),
            follow("^Next$"),
            follow("^Pakistan$"),
        ],
        [
            "Asked or invited\\s+requested",
            "Listed by another\\s+no source says",
            "Joined, or in\\s+joined January 2016",
            "Step by step",
            "On a timeline",
        ],
    ),
    Story(
        9,
        "signed and ratified by whom, in force since when",
        "/instruments",
        [follow("Saudi-Pakistani strategic mutual")],
        ["Signed, ratified, in force", "signed", "17 September"],
    ),
    Story(
        10,
        "alliance, coalition, organization or partnership, and by which criterion",
        "/alliances",
        [follow("Islamic Military Counter Terrorism")],
        ["coalition", "not a collective defense alliance", "What follows", "because|Why|from"],
    ),
    Story(
        11,
        "was it ever invoked, and was it honoured",
        "/alliances",
        [follow("^Gulf Cooperation Council")],
        [
            "Was it ever invoked",
            "No source says that it was ever invoked, and none that it was not",
            "meant to activate the mutual defence clause",
            "said, not taken as a fact",
        ],
    ),
    Story(
        12,
        "which commitments of one state overlap or clash",
        "/states",
        [search("pakistan"), follow("^Pakistan$")],
        [
            "Commitments it owes",
            "Overlaps and clashes",
            "possibly now",
            "Pakistan to Saudi Arabia: defense",
            "Pakistan to Iran: security assurance",
            "rivalry",
            "Does not claim",
        ],
    ),
    Story(
        13,
        "which claims rest on one or on anonymous sources",
        "/disputes",
        [
            follow("What claims rest on"),
            follow("^one only"),
            follow("^nobody named"),
            follow("^Pakistan Pushes"),
        ],
        ["\\d+ claims of these", "one source, anonymous", "Unnamed officials"],
    ),
    Story(
        14,
        "when did a withdrawal take effect",
        "/alliances",
        [follow("Central Treaty Organization")],
        ["Iraq\\s+left", "24 March 1959", "Life, from proposal to end"],
    ),
    Story(
        15,
        "keep supporter, leader, listed apart from member",
        "/alliances",
        [follow("Islamic Military Counter Terrorism")],
        ["Indonesia\\s+supporter", "Malaysia\\s+member", "Saudi Arabia\\s+leader", "Absences"],
    ),
    Story(
        16,
        "codes of COW, Gleditsch and Ward, ISO, Wikidata",
        "/",
        [search("pakistan"), follow("^Pakistan$")],
        ["COW code\\s+770", "PAK", "586|ISO", "Q843|Wikidata"],
    ),
    Story(
        17,
        "successor and renamed states",
        "/",
        [search("north yemen"), follow("^North Yemen")],
        ["In the system of states", "1990"],
    ),
    Story(
        18,
        "draw the network for a year and a kind of commitment",
        "/network",
        [on("2026-01-01"), follow("^defense")],
        ["Who is bound to whom", "Pakistan\\s+Saudi Arabia\\s+defense"],
    ),
    Story(
        19,
        "which pacts have a published text, and where",
        "/instruments",
        [follow("Saudi-Pakistani strategic mutual")],
        [
            "The text",
            "No source says whether the text is published",
            "to be read at\\s+No source says where",
        ],
    ),
    Story(
        20,
        "how institutionalised is it",
        "/alliances",
        [follow("Islamic Military Counter Terrorism")],
        ["Institutions: has, lacks, plans", "integrated command", "lacks|no"],
    ),
    Story(
        22,
        "imprecise dates stay imprecise",
        "/instruments",
        [follow("Saudi-Pakistani strategic mutual")],
        ["17 September 2022 to 17 September 2026"],
    ),
    Story(
        23,
        "attacks by non-state actors",
        "/alliances",
        [follow("Islamic Military Counter Terrorism")],
        [
            "Attacks by non-state actors\\s+covered",
            "Against\\s+terrorist groups[^\\n]*group",
            "counterterrorism",
        ],
    ),
    Story(
        24,
        "cite a version, see the codebook, know the licence",
        "/states",
        [
            search("pakistan"),
            follow("^Pakistan$"),
            back_to("/dumps"),
            cited,
            follow("every term with its definition"),
            back_to("/dumps"),
        ],
        ["CC BY 4.0", "How to cite this release", "The codebook", "SHA-256", "N-Quads"],
    ),
    Story(
        25,
        "why something was inferred, and the same thing elsewhere",
        "/",
        [search("islamic military counter"), follow("Islamic Military Counter Terrorism")],
        ["What follows", "not NATO-style", "lacks|says"],
    ),
)


def test_there_is_a_journey_for_every_story_but_the_assistants() -> None:
    assert [story.number for story in STORIES] == [n for n in range(1, 26) if n != 21]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"story-{story.number:02}")
def test_a_journey(visitor: Visitor, story: Story) -> None:
    page = visitor.open(story.begin)
    for step in story.steps:
        step(page)
    unfold(page)
    said = page.locator("body").inner_text()
    visitor.picture(page, f"story-{story.number:02}")
    for words in story.reads:
        assert re.search(words, said), f"{story.asks}: no {words!r} on {page.url}"
