"""The gate in other people's hands: the GitHub Action and the hooks for pre-commit."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from foedus import cli

CHECKOUT = Path(__file__).resolve().parent.parent
ACTION = (CHECKOUT / "action.yml").read_text("utf-8")
SCRIPT = CHECKOUT / "deploy" / "action.sh"
HOOKS = (CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8")

# Stands for the program: writes down how it was called, and ends as it is told to.
PROGRAM = """#!/usr/bin/env bash
printf '%s|' "$@" >> "$CALLS"; echo >> "$CALLS"
if [ "$1" = diff ]; then echo "# What this change means"; exit "${DIFF_CODE:-0}"; fi
exit "${CHECK_CODE:-0}"
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "foedus"
    path.write_text(PROGRAM, "utf-8")
    path.chmod(0o755)
    return path


def act(program: Path, **settings: str) -> tuple[int, list[list[str]], str]:
    """Run the script of the action; its exit code, the calls it made, the summary it wrote."""
    calls, summary = program.parent / "calls", program.parent / "summary.md"
    done = subprocess.run(
        [str(SCRIPT)],
        env={
            "PATH": os.environ["PATH"],
            "FOEDUS": str(program),
            "CALLS": str(calls),
            "ACTION": str(CHECKOUT),
            "DIRECTORY": ".",
            "REQUIRE_TEXTS": "false",
            "STAGES": "",
            "COMPARE_WITH": "",
            "GITHUB_STEP_SUMMARY": str(summary),
            **settings,
        },
        cwd=program.parent,
        capture_output=True,
        text=True,
    )
    made = [line.split("|")[:-1] for line in calls.read_text("utf-8").splitlines()]
    return done.returncode, made, summary.read_text("utf-8") if summary.exists() else ""


def test_the_action_runs_the_gate_with_findings_at_their_lines(program: Path) -> None:
    code, calls, _ = act(program)
    assert code == 0
    assert calls == [["check", ".", "--format", "github"]]


def test_the_action_fails_as_the_gate_does(program: Path) -> None:
    assert act(program, CHECK_CODE="1")[0] == 1
    assert act(program, CHECK_CODE="2")[0] == 2


def test_the_inputs_of_the_action_reach_the_gate(program: Path) -> None:
    _, calls, _ = act(
        program, DIRECTORY="my ontology", REQUIRE_TEXTS="true", STAGES="syntax shapes"
    )
    assert calls[-1] == [
        *("check", "my ontology", "--format", "github", "--require-texts"),
        *("--stage", "syntax", "--stage", "shapes"),
    ]


def test_an_input_is_never_run_as_a_command(program: Path) -> None:
    trap = program.parent / "trapped"
    _, calls, _ = act(program, STAGES=f"$(touch {trap}) `touch {trap}` ;touch", DIRECTORY=".")
    assert not trap.exists()
    assert calls[-1].count("--stage") == 5


def test_the_summary_says_what_the_change_means(program: Path) -> None:
    _, calls, summary = act(program, COMPARE_WITH="origin/main")
    assert calls[0] == ["diff", "origin/main", "."]
    assert summary.startswith("# What this change means")


def test_a_comparison_that_fails_does_not_hide_the_gate(program: Path) -> None:
    code, calls, _ = act(program, COMPARE_WITH="nowhere", DIFF_CODE="2", CHECK_CODE="1")
    assert code == 1
    assert calls[-1][0] == "check"


def test_every_input_of_the_action_is_passed_on_and_none_inside_a_command() -> None:
    inputs = re.search(r"^inputs:\n((?:  .*\n)+)", ACTION, re.MULTILINE)
    assert inputs
    for name in re.findall(r"^  ([a-z-]+):", inputs[1], re.MULTILINE):
        assert f"${{{{ inputs.{name} }}}}" in ACTION
    assert not re.search(r"run:.*\$\{\{", ACTION)


def test_the_hooks_run_commands_that_there_are() -> None:
    entries = re.findall(r"^  entry: foedus (\S+)$", HOOKS, re.MULTILINE)
    assert len(entries) == HOOKS.count("- id: ") == 2
    assert set(entries) <= set(cli.main.commands)


def test_the_hook_of_the_gate_wakes_for_what_the_gate_reads() -> None:
    pattern = re.search(r"id: foedus-check\n(?:  .*\n)*?  files: (\S+)\n", HOOKS)
    assert pattern
    for name in (
        "data/a.ttl",
        "x.trig",
        "ontology/o.owl",
        "q/who.rq",
        "foedus.toml",
        "a/foedus.toml",
    ):
        assert re.search(pattern[1], name), name
    assert not re.search(pattern[1], "server/foedus/cli/content.py")
