"""What README.md shows is what the commands print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from foedus.release import Release

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"<!-- answer: (?P<query>\S+) -->\n```console\n\$ (?P<command>[^\n]+)\n(?P<answer>.*?)```\n"
    r"<!-- /answer -->",
    re.DOTALL,
)


def printed(command: str, home: Path) -> str:
    """What a command of the README prints on a terminal of a hundred columns."""
    program, *arguments = command.split()
    assert program == "foedus"
    done = subprocess.run(
        [sys.executable, "-m", "foedus", *arguments, "--format", "table"],
        cwd=ROOT,
        env={**os.environ, "FOEDUS_HOME": str(home), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


@pytest.mark.parametrize("block", list(BLOCK.finditer(README)), ids=lambda b: b["query"])
def test_the_answer_in_the_readme_is_the_one_that_is_printed(
    block: re.Match[str], release: Release
) -> None:
    assert block["query"] in block["command"]
    assert printed(block["command"], release.path.parents[1]) == block["answer"]


def test_the_readme_shows_an_answer() -> None:
    assert BLOCK.search(README)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_what_the_readme_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()
