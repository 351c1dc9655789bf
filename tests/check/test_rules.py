"""Every rule has a page, and every page a rule."""

import re
from pathlib import Path

import pytest

from foedus.check.rules import CODED, all_rules
from foedus.content.locate import Content

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
RULES = all_rules(Content(ROOT))


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_a_page_with_problem_example_and_remedy(rule: str) -> None:
    page = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule}\n")
    for heading in ("## Problem", "## Example", "## Remedy"):
        assert heading in page
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert f"[{rule}]({rule}.md)" in index


def test_a_page_has_a_rule() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages == set(RULES)


def test_every_rule_that_code_names_is_listed() -> None:
    named = set()
    for path in (ROOT / "server" / "foedus").rglob("*.py"):
        if {"importers", "assist"} & set(path.parts):
            continue  # not of the gate: docs/guide/ has them, importing.md and review.md
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"Finding\(\s*\"([a-z0-9-]+)\"", source))
    assert named <= set(CODED)


def test_a_page_of_a_shape_says_what_its_messages_say() -> None:
    from rdflib import RDF, SH, Graph

    for path in Content(ROOT).files("shapes"):
        if path.parent.name == "examples":
            continue
        graph = Graph().parse(path)
        for node in graph.subjects(RDF.type, SH.NodeShape):
            page = PAGES / f"shape-{str(node).rsplit('/', 1)[-1]}.md"
            if not page.is_file():
                continue  # a shape without a target, used by others
            text = page.read_text(encoding="utf-8")
            for part in graph.objects(node, SH.property):
                assert str(graph.value(part, SH.message)) in text
