"""What ``make assets`` brought: files of other people's work, or their absence."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"


@cache
def versions() -> dict[str, str]:
    """The version of each package that the site carries files of; empty without assets."""
    try:
        listed = json.loads((VENDOR / "assets.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, str] = listed.get("versions", {})
    return found


def has(package: str) -> bool:
    """Whether the site carries the files of *package*."""
    return package in versions()
