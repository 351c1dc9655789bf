"""Two readings of the texts: what is kept of them, how they were settled, and the figures."""

import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rdflib import RDF, Graph, URIRef

from foedus.content.names import BASE, F, statement_prefixes
from foedus.content.texts import Texts

Record = dict[str, Any]
PROSE = re.compile(r"<!-- agreement -->\n(.*?)<!-- /agreement -->", re.DOTALL)
RUN = 7
"""So many words in a row, the same as in a text, are a copy."""


@pytest.fixture(scope="module")
def tool(content_dir: Path) -> ModuleType:
    path = content_dir / "tools" / "agreement.py"
    spec = importlib.util.spec_from_file_location("foedus_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def second(tool: ModuleType, content_dir: Path) -> dict[str, list[Record]]:
    return {
        source: tool.read_lines(content_dir / tool.READINGS / f"{source}.jsonl")
        for source in tool.text_digests(content_dir)
    }


@pytest.fixture(scope="module")
def first(tool: ModuleType, content_dir: Path) -> dict[tuple[str, str], str]:
    """The kind of each statement of the first reading, by source and slug."""
    records = tool.read_lines(content_dir / tool.READINGS / tool.FIRST)
    return {(r["source"], r["statement"]): r["kind"] for r in records}


@pytest.fixture(scope="module")
def statements(tool: ModuleType, content_dir: Path) -> dict[tuple[str, str], str]:
    """The kind of each statement of today, by source and slug."""
    found = {}
    for source in tool.text_digests(content_dir):
        graph = Graph().parse(content_dir / "data" / "statements" / f"{source}.ttl")
        mine = statement_prefixes(source)["st"]
        for subject, kind in graph.subject_objects(RDF.type):
            if str(subject).startswith(mine):
                found[source, str(subject).removeprefix(mine)] = str(kind).removeprefix(F)
    return found


@pytest.fixture(scope="module")
def texts(tool: ModuleType, content_dir: Path, articles_dir: Path) -> dict[str, str]:
    folder = Texts(articles_dir)
    found = {s: folder.text(d) for s, d in tool.text_digests(content_dir).items()}
    if missing := sorted(source for source, text in found.items() if text is None):
        pytest.skip(f"{articles_dir} lacks the text of {', '.join(missing)}")
    return {source: text for source, text in found.items() if text is not None}


def test_all_five_texts_have_two_readings(
    second: dict[str, list[Record]], first: dict[tuple[str, str], str]
) -> None:
    five = {"defence-ties", "muslim-nato-debate", "qumber-2017", "rfi", "roomi"}
    assert set(second) == five
    assert {source for source, _ in first} == five


def test_every_claim_of_the_second_reading_is_settled(
    tool: ModuleType,
    second: dict[str, list[Record]],
    first: dict[tuple[str, str], str],
    statements: dict[tuple[str, str], str],
) -> None:
    wrong = []
    for source, records in second.items():
        for record in records:
            if record["kind"] not in tool.KINDS:
                continue
            outcome, _, target = record.get("settled", "").partition(":")
            known = statements.get((source, target))
            before = first.get((source, target))
            right = {
                "same": known is not None and before == record["kind"],
                "other-kind": known is not None and before not in (None, record["kind"]),
                "added": known is not None and before is None,
                "no": len(target.split()) > 2,
            }.get(outcome, False)
            if not right:
                wrong.append((record["id"], record["kind"], record.get("settled"), before, known))
    assert not wrong


def test_what_was_removed_says_why(
    tool: ModuleType,
    content_dir: Path,
    first: dict[tuple[str, str], str],
    statements: dict[tuple[str, str], str],
) -> None:
    path = content_dir / tool.READINGS / "removed.jsonl"
    removed = tool.read_lines(path) if path.exists() else []
    assert all(len(record["reason"].split()) > 2 for record in removed)
    assert {(r["source"], r["statement"]) for r in removed} == set(first) - set(statements)


def test_the_readings_hold_no_text(
    tool: ModuleType, second: dict[str, list[Record]], texts: dict[str, str]
) -> None:
    """Passages are kept as offsets and digests; the words are the readers' own."""

    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())

    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}

    def strings(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value
        return [s for v in inner for s in strings(v)] if isinstance(inner, Iterable) else []

    for source, records in second.items():
        text = texts[source]
        theirs = runs(text)
        for record in records:
            passage = text[record["start"] : record["end"]]
            assert hashlib.sha256(passage.encode()).hexdigest() == record["sha256"], record["id"]
            said = [record.get(key, "") for key in ("gloss", "reason", "settled", "participants")]
            copied = [s for s in strings(said) if runs(s) & theirs]
            assert not copied, record["id"]


@pytest.mark.parametrize(
    ("cells", "kappa", "f1"),
    [
        ((20, 5, 10, 15), 0.4, 40 / 55),  # a textbook table: 0.7 observed, 0.5 by chance
        ((10, 0, 0, 10), 1.0, 1.0),
        ((0, 10, 10, 0), -1.0, 0.0),
        ((0, 0, 0, 10), None, None),
        ((0, 0, 0, 0), None, None),
    ],
)
def test_kappa_and_f1(
    tool: ModuleType, cells: tuple[int, ...], kappa: float | None, f1: float | None
) -> None:
    agreement = tool.Agreement(*cells)
    assert agreement.kappa == (None if kappa is None else pytest.approx(kappa))
    assert agreement.f1 == (None if f1 is None else pytest.approx(f1))


def test_a_sentence_counts_once_per_kind_however_often_it_is_marked(tool: ModuleType) -> None:
    text = {"x": "One here. Two there."}
    cuts = {"x": [(0, 9), (10, 20)]}
    marks = [("x", "Act", 0, 3), ("x", "Act", 4, 8), ("x", "Naming", 0, 10), ("x", "Act", 8, 12)]
    assert tool.units(marks, text, cuts) == {("x", 0, "Act"), ("x", 0, "Naming"), ("x", 1, "Act")}


def test_the_figures_in_the_readme_are_those_of_the_tool(
    tool: ModuleType, content_dir: Path, texts: dict[str, str], articles_dir: Path
) -> None:
    written = PROSE.search((content_dir / "data" / "README.md").read_text(encoding="utf-8"))
    assert written is not None, "data/README.md lacks its block <!-- agreement -->"
    report = tool.measure(content_dir, articles_dir)
    now = tool.text(report, tool.settled(content_dir), markdown=True)
    assert written.group(1).strip() == now.strip(), (
        "write the output of `python tools/agreement.py --markdown` into the block"
    )


def test_without_the_texts_the_tool_says_what_it_needs(
    tool: ModuleType, content_dir: Path, tmp_path: Path
) -> None:
    with pytest.raises(tool.NoTexts, match="FOEDUS_ARTICLES"):
        tool.measure(content_dir, tmp_path)


def test_a_source_with_a_second_reading_is_in_the_catalogue(
    content_dir: Path, second: dict[str, list[Record]]
) -> None:
    files = {p.stem for p in (content_dir / "data" / "second-reading").glob("*.jsonl")}
    assert files - {"first-reading", "removed"} == set(second)
    catalogue = Graph().parse(content_dir / "data" / "things" / "sources.ttl")
    assert all((URIRef(f"{BASE}id/source/{source}"), None, None) in catalogue for source in second)


def test_records_are_one_json_object_a_line(content_dir: Path) -> None:
    for path in sorted((content_dir / "data" / "second-reading").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert isinstance(json.loads(line), dict), f"{path.name}:{number}"
