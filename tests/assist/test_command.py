"""``foedus extract`` on files and folders, as a curator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from click.testing import CliRunner
from rdflib import Graph

from foedus.assist.interchange import SCHEMA, from_json
from foedus.cli import main

NEWS = Path(__file__).with_name("texts") / "news.txt"
ENTRY = Path(__file__).with_name("texts") / "encyclopedia.txt"


def test_json_is_what_the_schema_says_and_is_read_again() -> None:
    result = CliRunner().invoke(main, ["extract", str(NEWS)])
    assert result.exit_code == 0, result.output
    jsonschema.validate(json.loads(result.stdout), json.loads(SCHEMA.read_text()))
    found = from_json(result.stdout)
    assert len({c.key for c in found.candidates}) == len(found.candidates) > 5
    for candidate in found.candidates:
        assert 0 <= candidate.passage.start < candidate.passage.end <= len(found.document.text)
        assert 0 < candidate.confidence < 1


def test_turtle_holds_offsets_and_digests_and_no_sentence_of_the_text() -> None:
    result = CliRunner().invoke(main, ["extract", str(ENTRY), "--format", "turtle"])
    assert result.exit_code == 0, result.output
    graph = Graph().parse(data=result.stdout, format="turtle")
    assert len(graph) > 200
    assert "territorial integrity" not in result.stdout


def test_a_folder_is_read_once_and_gone_on_with_and_bad_files_are_named(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"a{number}.txt").write_text(f"Peru signed the Treaty of Lima in 199{number}.")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xff\xff")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    first = CliRunner().invoke(main, ["extract", str(tmp_path)])
    assert first.exit_code == 2
    assert "bad.txt: no text in UTF-8" in first.output
    made = sorted(p.name for p in (tmp_path / "extracted").iterdir())
    assert made == ["a0.txt.json", "a1.txt.json", "a2.txt.json"]
    (tmp_path / "bad.txt").unlink()
    (tmp_path / "extracted" / "a1.txt.json").unlink()
    stamp = (tmp_path / "extracted" / "a0.txt.json").stat().st_mtime_ns
    again = CliRunner().invoke(main, ["extract", str(tmp_path)])
    assert again.exit_code == 0, again.output
    assert "2 articles were read before" in again.output
    assert (tmp_path / "extracted" / "a0.txt.json").stat().st_mtime_ns == stamp
    assert from_json((tmp_path / "extracted" / "a1.txt.json").read_text()).candidates


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["extract", str(tmp_path)])
    assert result.exit_code == 2
    assert "no article in it" in result.output
