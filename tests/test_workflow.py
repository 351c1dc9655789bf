"""A pull request is validated by the same commands here, in `.ci/run` and in the workflow."""

import os
import re
import shlex
from pathlib import Path

import click
import pytest

from foedus.cli.content import check

CHECKOUT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
CI = CHECKOUT / ".ci" / "run"


def commands(text: str) -> list[str]:
    """The lines of a workflow or a shell script that run something, without comments."""
    lines = (line.strip() for line in text.split("\n"))
    return [
        line.removeprefix("- ").removeprefix("run: ")
        for line in lines
        if line and not line.startswith("#")
    ]


def validating() -> str:
    """The workflow that validates pull requests."""
    found = [
        text
        for text in (path.read_text(encoding="utf-8") for path in WORKFLOWS)
        if re.search(r"^on:\n(?:  .*\n)*?  pull_request:", text, re.MULTILINE)
    ]
    assert len(found) == 1
    return found[0]


def gates() -> list[str]:
    """Every call of the gate, in the workflow, in `.ci/run` and in the Makefile."""
    texts = (validating(), CI.read_text(encoding="utf-8"), makefile("test"))
    return [line for text in texts for line in commands(text) if re.search(r"\bfoedus check", line)]


def makefile(target: str) -> str:
    """The commands of one target of the Makefile."""
    text = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    assert found
    return found[1].replace("\t", "")


def test_every_pull_request_is_tested_and_checked() -> None:
    ran = commands(validating())
    assert "make test" in ran
    assert any(re.fullmatch(r"\S*foedus check.*", line) for line in ran)


def test_every_branch_of_a_pull_request_is_looked_at() -> None:
    pull_request = re.search(r"^  pull_request:(.*)\n((?:    .*\n)*)", validating(), re.MULTILINE)
    assert pull_request
    assert not pull_request[1].strip()
    assert not pull_request[2], "no filter by branch or path lets a change through"


def test_ci_runs_the_same_commands() -> None:
    ran = commands(CI.read_text(encoding="utf-8"))
    assert any(line.endswith("make test") for line in ran)
    assert any(re.search(r"\bfoedus check\b", line) for line in ran)
    assert os.access(CI, os.X_OK)
    assert any(line.startswith("set -e") for line in ran)


def test_in_ci_nothing_is_skipped() -> None:
    text = CI.read_text(encoding="utf-8")
    assert "FOEDUS_REQUIRE_ALL=1 make test" in text
    assert "foedus check --require-texts" in text


def test_make_test_is_code_tests_and_gate() -> None:
    text = makefile("test")
    assert re.search(r"^test: check-code\b", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    assert "-m pytest" in text
    assert "foedus check" in text
    code = makefile("check-code")
    for tool in ("ruff format --check", "ruff check", "mypy", "lint-imports"):
        assert tool in code


@pytest.mark.parametrize("text", [validating(), CI.read_text(encoding="utf-8"), makefile("test")])
def test_no_failure_is_passed_over(text: str) -> None:
    for word in ("continue-on-error", "|| true", "|| :", "set +e", "exit 0"):
        assert word not in text
    assert not [line for line in text.split("\n") if line.startswith("-")], "make ignores these"


@pytest.mark.parametrize("line", gates())
def test_the_gate_takes_the_options_that_it_is_given(line: str) -> None:
    arguments = shlex.split(line)
    options = arguments[arguments.index("check") + 1 :]
    assert isinstance(check, click.Command)
    context = check.make_context("check", options, resilient_parsing=False)
    assert not context.params["stages"], "every stage runs"
