"""The documentation: its links lead somewhere, its decisions are listed, its examples are true."""

import re
from pathlib import Path

import pytest
from rdflib import Graph

from foedus.content.names import prefixes, statement_prefixes

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), CHECKOUT / "data/README.md"]
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8"))
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    assert broken == []


def test_every_decision_is_numbered_in_turn_and_listed() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    records = sorted(folder.glob("0*.md"))
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        title = record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(": ")
        assert f"[{number}]({record.name}) | {words} |" in listed
        for part in ("**Question.**", "**Decision.**", "**Because**", "**Costs.**"):
            assert part in record.read_text(encoding="utf-8"), f"{record.name}: {part}"


def test_the_turtle_of_the_page_on_stability_is_turtle_of_declared_terms() -> None:
    text = (CHECKOUT / "docs" / "stability.md").read_text(encoding="utf-8")
    declared = Graph().parse(CHECKOUT / "ontology" / "foedus.ttl")
    table = {**prefixes(), **statement_prefixes("example")}
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table.items())
    blocks = re.findall(r"(?s)```turtle\n(.*?)```", text)
    assert len(blocks) == 2
    for block in blocks:
        for predicate in Graph().parse(data=head + block, format="turtle").predicates():
            assert (predicate, None, None) in declared or "rdf-syntax-ns" in predicate


def test_the_page_on_stability_says_what_the_server_answers() -> None:
    """A rename is 301 and a withdrawal 410: `tests/web` shows it, here it is what the page says."""
    text = (CHECKOUT / "docs" / "stability.md").read_text(encoding="utf-8")
    assert "`301`" in text
    assert "`410`" in text
    assert "not registered" in text
