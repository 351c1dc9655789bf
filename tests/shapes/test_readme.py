"""The command in shapes/README.md does what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("kind", "code"), [("pass", 0), ("fail", 1)])
def test_another_engine_gives_the_same_verdict(kind: str, code: int) -> None:
    readme = (ROOT / "shapes" / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(pyshacl .*)\n```", readme)
    assert block
    example = f"shapes/examples/membership.{kind}.ttl"
    words = [example if word == "my-data.ttl" else word for word in shlex.split(block.group(1))]
    ran = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
