"""One result of a validation as plain values, whoever found it."""

from __future__ import annotations

from dataclasses import dataclass

from foedus.findings import Severity


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One validation result: what is wrong with which node, by which shape.

    ``source`` is the shape that was violated, ``shape`` the one with targets to which it belongs.
    """

    focus: str
    path: str
    component: str
    shape: str
    value: str
    message: str
    advice: str
    severity: Severity
    source: str = ""
