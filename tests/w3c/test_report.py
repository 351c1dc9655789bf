"""The report in EARL, and the page that tells a reader of it."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from conformance import earl, manifest
from conformance.expected import exceptions
from conformance.manifest import APART, CHECKOUT, Test

PAGE = CHECKOUT / "docs" / "conformance.md"
TESTS = [
    Test("urn:m#a", "s", "QueryEvaluationTest", "a"),
    Test("urn:m#b", "s", "QueryEvaluationTest", "b"),
    Test("urn:m#c", "s", "QueryEvaluationTest", "c"),
    Test("urn:m#d", "t", "UpdateEvaluationTest", "d", apart="update"),
]
OUTCOMES = {"s/a": "passed", "s/b": "failed"}


def test_the_report_has_one_assertion_for_each_test_of_the_w3c(tmp_path: Path) -> None:
    path = tmp_path / "build" / "earl.ttl"
    earl.write(TESTS, OUTCOMES, {"s/b": "so it is"}, path)
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"""PREFIX earl: <{earl.EARL}>
        SELECT ?test ?outcome {{
          ?a a earl:Assertion ; earl:test ?test ; earl:subject <{earl.PROJECT}> ;
             earl:assertedBy <{earl.PROJECT}> ; earl:mode earl:automatic ; earl:result ?r .
          ?r a earl:TestResult ; earl:outcome ?outcome .
        }} ORDER BY ?test"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = [(row["test"].value[-1], row["outcome"].value.removeprefix(earl.EARL)) for row in rows]
    assert found == [("a", "passed"), ("b", "failed"), ("c", "untested"), ("d", "inapplicable")]


def test_every_suite_and_every_kind_of_test_is_run_or_listed_with_its_reason() -> None:
    if not manifest.folder().is_dir():
        pytest.skip(f"the W3C test suites are not at {manifest.folder()}")
    folders = {path.name for path in manifest.folder().iterdir() if path.is_dir()}
    assert folders == {test.suite for test in manifest.tests()}
    run = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for kinds in re.findall(r"^@pytest\.mark\.w3c\((.*)\)$", path.read_text("utf-8"), re.M):
            run |= set(re.findall(r'"(\w+)"', kinds))
    assert {test.kind for test in manifest.tests() if not test.apart} == run
    assert {test.apart for test in manifest.tests()} - {""} == set(APART)


def test_the_counts_keep_apart_what_is_not_run() -> None:
    lines = earl.table(TESTS, OUTCOMES, {}).splitlines()
    assert lines[-2].split() == ["all", "that", "are", "run", "1", "1", "1"]
    assert lines[-1].strip() == f"1 apart: {APART['update']}"


def test_the_page_on_conformance_names_every_exception_with_its_reason() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    for failure in exceptions().values():
        assert failure.reason in text, failure.test
        assert f"`{failure.test}`" in text, failure.test
    for reason in APART.values():
        assert reason in text
