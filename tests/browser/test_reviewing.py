"""A curator's session: paste, review by the keyboard, accept, check, rebuild, ask."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from foedus.content.locate import ROOMS
from visitors import CHECKOUT, Visitor, follow

pytestmark = pytest.mark.browser

ARTICLE = """A pact remembered

Malaysia joined the Organisation of Islamic Cooperation in 1969.

The band played on, and the old town was full of people.
"""
QUESTION = """PREFIX f: <https://w3id.org/foedus/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/foedus/id/source/>
SELECT ?label { ?s f:inSource source:a-pact-remembered ; f:statementKind ?k ; rdfs:label ?label }
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(CHECKOUT / room, tmp_path / "content" / room)
    (tmp_path / "articles").mkdir()
    return tmp_path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT / "server"),
        "FOEDUS_ARTICLES": str(home / "articles"),
        "FOEDUS_HOME": str(home / "releases"),
    }


@pytest.fixture
def reviewing(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """`foedus review --page`, as somebody types it; the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "foedus", "review", "--page", str(home / "content")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"no address in {said!r}"
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stdout.close()


def foedus(environment: dict[str, str], *words: str, given: str = "") -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "foedus", *words],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_curator_pastes_decides_by_the_keyboard_and_the_graph_has_it(
    browser: Browser, reviewing: str, environment: dict[str, str], home: Path, folder: Path
) -> None:
    visitor = Visitor(browser, reviewing.split("/?")[0], folder)
    page = visitor.page()
    page.goto(reviewing)
    page.get_by_label("Text, as plain text").fill(ARTICLE)
    follow(page.get_by_role("button", name="Read it"))
    expect(page.locator("h1")).to_have_text("A pact remembered")
    expect(page.locator("p.tally")).to_contain_text("0 accepted")
    first = page.locator("#candidate").inner_text()
    assert "Malaysia" in first
    visitor.picture(page, "pasted")
    # An edit that does not fit comes back as it was typed; the keyboard alone is used.
    page.keyboard.press("e")
    block = page.locator("#block")
    expect(block).to_be_focused()
    written = block.input_value()
    block.fill(written.replace("state:malaysia", "state:malaysea"))
    follow(page.get_by_role("button", name="Accept as edited"))
    expect(page.get_by_role("alert")).to_contain_text("nothing is called state:malaysea")
    assert "state:malaysea" in page.locator("#block").input_value()
    visitor.picture(page, "refused")
    page.locator("#block").fill(written)
    page.keyboard.press("Escape")
    for key, then in (("r", "1 rejected"), ("u", "0 rejected"), ("a", "1 accepted")):
        with page.expect_navigation():
            page.keyboard.press(key)
        expect(page.locator("p.tally")).to_contain_text(then)
    while page.locator("p.tally strong").inner_text() != "0 left":
        with page.expect_navigation():
            page.keyboard.press("r")
    visitor.picture(page, "decided")
    with page.expect_navigation(timeout=240_000):
        page.keyboard.press("c")
    visitor.picture(page, "checked")
    assert page.locator("h1").inner_text() == "The content is clean", page.locator(
        "main"
    ).inner_text()
    assert all(url.startswith("http://127.0.0.1:") for url in visitor.requested)
    visitor.close()
    # The one complaint is about the edit that was refused.
    assert [words for words in visitor.complaints if "status of 422" not in words] == []
    statements = home / "content" / "data" / "statements" / "a-pact-remembered.ttl"
    assert "state:malaysia" in statements.read_text(encoding="utf-8")
    foedus(environment, "build", str(home / "content"))
    answer = foedus(environment, "query", "-", str(home / "content"), given=QUESTION)
    assert "Malaysia" in answer
