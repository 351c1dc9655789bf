"""Reading: home, search, the page of an alliance on a day, a statement with its passage."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.release import Release
from visitors import BASE, Row, Visitor, follow, path_of

pytestmark = pytest.mark.browser


def test_home_says_what_is_here_and_leads_on(visitor: Visitor, release: Release) -> None:
    page = visitor.open("/")
    counts = release.manifest["counts"]
    lead = page.locator("p.lead").inner_text()
    assert f"{counts['statements']} statements" in lead
    assert f"{counts['facts']} facts" in lead
    assert page.locator("main h1").count() == 1
    assert release.digest[:16] in page.locator("footer").inner_text()
    follow(page.get_by_role("navigation", name="Site").get_by_role("link", name="Alliances"))
    assert path_of(page) == "/alliances"
    assert page.locator("main a").count() >= 10


def test_searching_finds_a_thing_by_its_name(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.get_by_role("searchbox").fill("baghdad")
    follow(page.get_by_role("button", name="Find"))
    follow(page.locator("main li", has_text="Baghdad Pact").first.get_by_role("link").first)
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
    follow(fact.locator(".basis a").first)
    assert path_of(page).startswith("/doc/id/statement/")


def test_an_alliance_is_shown_as_of_the_day_that_is_chosen(visitor: Visitor) -> None:
    page = visitor.open("/id/arrangement/cento")
    page.get_by_label("As of").fill("1958-06-01")
    follow(page.get_by_role("button", name="Show"))
    assert "at=1958-06-01" in page.url
    assert page.get_by_label("As of").input_value() == "1958-06-01"
    iraq = page.locator("li.fact", has_text="Iraq").filter(has=page.locator(".status.surely"))
    assert iraq.count() >= 1
    page.get_by_label("As of").fill("1965-01-01")
    follow(page.get_by_role("button", name="Show"))
    member = page.locator("#membership + ul > li.fact", has_text=re.compile("^Iraq"))
    assert member.count() >= 1
    assert member.locator("> .status.surely").count() == 0


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
