"""The tests that are known to fail, each with its reason, in two lists that can only shrink."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILE = Path(__file__).resolve().parents[1] / "expected-failures.toml"


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """One test that fails: whose fault it is, and why.

    ``equal_by_value``: the answer differs in nothing but the spelling of numbers and truth values.
    """

    test: str
    whose: Literal["engine", "ours"]
    reason: str
    equal_by_value: bool = False


def exceptions() -> dict[str, ExpectedFailure]:
    """Every exception, by the id of its test."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found: dict[str, ExpectedFailure] = {}
    for whose in ("engine", "ours"):
        for reason in listed[whose]:
            for test in reason["tests"]:
                assert test not in found, f"{test} is listed twice"
                found[test] = ExpectedFailure(
                    test, whose, reason["because"], reason.get("equal_by_value", False)
                )
    return found


def most() -> dict[str, int]:
    """How many there may be in each list."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {str(name): int(number) for name, number in listed["at_most"].items()}
