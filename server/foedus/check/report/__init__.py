"""A report as people and as programs read it: every format from the one model of findings.

``text`` for a terminal, ``data`` (JSON), ``sarif`` (SARIF 2.1.0, for code scanning), ``junit`` (for
build servers), ``github`` (annotations of a pull request), ``shacl`` (a validation report in
Turtle).
"""

from __future__ import annotations

from collections.abc import Callable

from foedus.check.report.data import as_json
from foedus.check.report.github import as_github
from foedus.check.report.junit import as_junit
from foedus.check.report.sarif import as_sarif
from foedus.check.report.shacl import as_shacl
from foedus.check.report.text import as_text
from foedus.check.result import CheckReport

#: The formats by name.
FORMATS: dict[str, Callable[[CheckReport], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_github,
    "shacl": as_shacl,
}

__all__ = ["FORMATS", "as_github", "as_json", "as_junit", "as_sarif", "as_shacl", "as_text"]
