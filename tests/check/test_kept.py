"""What a former run found is used where nothing changed, and never where something did."""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from foedus import release
from foedus.check import CheckReport
from foedus.content import kept as keeping
from foedus.content.kept import FILE, Kept
from foedus.content.locate import Content
from foedus.content.texts import Texts
from foedus.engine.reads import reads

from .conftest import Small

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
STAGES = ("syntax", "shapes", "evidence")


@pytest.fixture(scope="module")
def edits() -> Iterator[ModuleType]:
    """tools/gate_proof/edits.py: random edits, and what two reports say differently."""
    sys.path.insert(0, str(TOOLS))
    try:
        from gate_proof import edits

        yield edits
    finally:
        sys.path.remove(str(TOOLS))


def check(small: Small, home: Path | None, **options: int) -> CheckReport:
    content = Content(small.root, kept=Kept(home))
    return release.check(content, texts=Texts(small.texts), stages=STAGES, **options)


def anew(report: CheckReport) -> dict[str, int]:
    return {name: number for stage in report.stages for name, number in stage.anew.items()}


def test_after_random_edits_the_incremental_check_says_what_the_full_one_says(
    small: Small, edits: ModuleType, tmp_path: Path
) -> None:
    small.texts.rename(small.root / "texts")
    outcome = edits.series(small.root, tmp_path / "home", 8, 5, stages=STAGES)
    assert outcome.edits.total() == 8
    assert not outcome.different


def test_after_random_edits_facts_proofs_and_questions_are_the_same_too(
    small: Small, edits: ModuleType, tmp_path: Path
) -> None:
    small.texts.rename(small.root / "texts")
    outcome = edits.series(small.root, tmp_path / "home", 2, 11, every=2)
    assert outcome.reasoned == 1
    assert not outcome.different


def test_one_statement_changed_is_one_statement_looked_at(small: Small, tmp_path: Path) -> None:
    check(small, tmp_path / "home")
    assert anew(check(small, tmp_path / "home")) == {}
    small.replace(small.STATEMENTS, '"1955-06"', '"1955-07"')
    report = check(small, tmp_path / "home")
    assert anew(report)["statements grounded"] == 1
    assert anew(report)["layouts"] == 1
    assert "examples" not in anew(report)
    assert report.findings == check(small, None).findings
    assert any(finding.rule == "slot-ungrounded" for finding in report.findings)


def test_two_processes_find_what_one_finds(small: Small, edits: ModuleType, tmp_path: Path) -> None:
    small.replace(small.STATEMENTS, '"1955-06"', '"1955-06-31"')
    content, texts = Content(small.root), Texts(small.texts)
    one, two = (
        release.check(
            content, texts=texts, stages=("syntax", "evidence", "questions"), processes=number
        )
        for number in (1, 2)
    )
    assert edits.difference(one, two) == ""
    assert one.findings


def test_a_damaged_or_foreign_file_of_former_runs_is_as_none(small: Small, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = check(small, home)
    with sqlite3.connect(home / FILE) as connection:
        rows = connection.execute("SELECT key, value FROM kept").fetchall()
        for number, (key, value) in enumerate(rows):
            damaged = value[:-1] + bytes([value[-1] ^ 1]) if number % 2 else b"\x00" + value
            connection.execute("UPDATE kept SET value = ? WHERE key = ?", (damaged, key))
    connection.close()
    again = check(small, home)
    assert sum(stage.former for stage in again.stages) == 0, "no damaged entry is used"
    assert again.findings == first.findings
    (home / FILE).write_bytes(b"not a database, " * 400)
    assert check(small, home).findings == first.findings
    assert anew(check(small, home)) == {}, "a file that is none is replaced"


def test_where_nothing_can_be_written_everything_is_looked_at(small: Small, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    assert check(small, tmp_path / "home").findings == check(small, None).findings


def test_another_version_of_the_program_looks_again(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(small, tmp_path / "home")
    monkeypatch.setattr(keeping, "code_digest", lambda: b"of another version")
    report = check(small, tmp_path / "home")
    assert anew(report)["statements grounded"] == 3


def test_where_nothing_changed_the_whole_report_is_that_of_the_former_run(
    small: Small, tmp_path: Path
) -> None:
    first = check(small, tmp_path / "home")
    again = check(small, tmp_path / "home")
    assert (first.as_before, again.as_before) == (False, True)
    assert again == first
    text = next(path for path in small.texts.iterdir() if path.is_file())
    text.write_bytes(text.read_bytes() + b"\n")
    assert not check(small, tmp_path / "home").as_before, "the texts are looked at too"


def test_a_query_that_may_look_at_anything_is_known_to() -> None:
    triple = "?s <urn:p> ?o FILTER NOT EXISTS { ?s <urn:q> 1 ; ^<urn:r> ?o }"
    assert reads(f"SELECT * {{ {triple} }}") == ["<urn:p>", "<urn:q>", "<urn:r>"]
    for more in (
        f"SELECT * {{ {triple} }} LIMIT 1",
        f"SELECT * {{ {triple} }} ORDER BY RAND()",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s <urn:p>* ?o }",
        "SELECT * { ?s !<urn:p> ?o }",
        "SELECT * { ?s <urn:p> ?o GRAPH ?g {} }",
        "SELECT * { ?s <urn:p> ?o FILTER EXISTS { ?s ?q ?o } }",
        "SELECT * { ?s <urn:p> ?o FILTER EXISTS { GRAPH ?g {} } }",
        "DESCRIBE <urn:s>",
        "no query",
    ):
        assert reads(more) is None, more
