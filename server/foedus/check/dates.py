"""Dates that are not EDTF, and ends before beginnings, in what sources say and in the catalogue.

What a date can mean is :mod:`foedus.graph.bounds`' business; days without a year are compared only
with each other's bounds, so that nothing is invented.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import pyoxigraph as ox

from foedus.check.inputs import Inputs
from foedus.check.places import spoken
from foedus.content.names import F
from foedus.findings import Finding
from foedus.graph.bounds import NotEdtf, Window, parse_window

#: Properties whose values are EDTF.
DATED = (
    "begin",
    "end",
    "date",
    "saidOn",
    "inferredDate",
    "published",
    "retrieved",
    "writtenNotBefore",
    "writtenNotAfter",
    "yearlessNotBefore",
)
#: Pairs of which the second may not lie before the first.
ORDERED = (("begin", "end"), ("writtenNotBefore", "writtenNotAfter"), ("published", "retrieved"))


def check_dates(inputs: Inputs) -> tuple[int, list[Finding]]:
    """How many dates there are, and what is wrong with them."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for name in DATED:
        for quad in inputs.reading.store.quads_for_pattern(
            None, ox.NamedNode(F + name), None, None
        ):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                values[quad.subject.value][name] = quad.object.value
    findings = [
        finding
        for subject, dates in sorted(values.items())
        for finding in _of_subject(inputs, subject, dates)
    ]
    return sum(map(len, values.values())), findings


def _of_subject(inputs: Inputs, subject: str, dates: dict[str, str]) -> Iterator[Finding]:
    windows: dict[str, tuple[Window, Window]] = {}
    for name, text in dates.items():
        try:
            windows[name] = _window(text)
        except NotEdtf as error:
            yield Finding(
                "date",
                f"{spoken(subject)}: {error}",
                **inputs.places.block(subject),
                focus=subject,
                path=f"f:{name}",
                value=text,
                remedy="Write the date as the source gives it, in EDTF.",
            )
    for first, second in ORDERED:
        if (
            first in windows
            and second in windows
            and windows[second][1].last < windows[first][0].first
        ):
            yield Finding(
                "end-before-begin",
                f"{spoken(subject)}: f:{second} {dates[second]!r} lies before "
                f"f:{first} {dates[first]!r}",
                **inputs.places.block(subject),
                focus=subject,
                path=f"f:{second}",
                value=dates[second],
                remedy="Correct one of the two dates.",
            )


@cache
def _window(text: str) -> tuple[Window, Window]:
    """As :func:`foedus.graph.bounds.parse_window`; a plain day is read without a parser."""
    if len(text) == 10 and "X" not in text:
        with suppress(ValueError):
            day = datetime.date.fromisoformat(text)
            return Window(day, day), Window(day, day)
    return parse_window(text)
