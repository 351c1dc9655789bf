"""The threat model names a test for each property, and each of them exists."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "threat-model.md"
ROWS = [
    line
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| threat |"))
]


def shown_by(row: str) -> str:
    return row.rstrip(" |").rpartition(" | ")[2]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0].strip("| "))
def test_every_property_links_to_tests_that_exist(row: str) -> None:
    cell = shown_by(row)
    links = re.findall(r"\[([\w.]+)\]\(([^)]+)\)([^\[]*)", cell)
    assert links, "no test is named"
    for name, target, rest in links:
        path = (PAGE.parent / target).resolve()
        assert path.is_file(), target
        assert path.name == name
        source = path.read_text("utf-8")
        for test in re.findall(r"`(\w+)`", rest):
            assert re.search(rf"^def {test}\(", source, re.M), f"{name}: {test}"


def test_every_test_of_safety_is_named_in_the_threat_model() -> None:
    text = PAGE.read_text("utf-8")
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            for test in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.M):
                assert test in text, f"{path.name}: {test}"
