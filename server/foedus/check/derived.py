"""What only rules may say, written by hand: a fact that would have no statement behind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from foedus.check.inputs import Inputs
from foedus.check.places import spoken
from foedus.content.names import F
from foedus.content.turtle import parse_turtle
from foedus.findings import ContentError, Finding, finding_of

#: The shortcuts of ``ontology/rules/5-shortcuts`` and what else rules and build say.
DERIVED = frozenset(
    {
        "absentFrom",
        "basedOn",
        "bearsLabel",
        "committedTo",
        "committedToDefend",
        "identifiedWith",
        "leaderOf",
        "memberOf",
        "partyTo",
        "proposedBy",
        "realizedAs",
        "signatoryOf",
        "supporterOf",
        "tookPartIn",
        "accepted",
        "basis",
        "earliestBegin",
        "latestBegin",
        "earliestEnd",
        "latestEnd",
        "endKind",
        "statementKind",
    }
)


def by_hand(inputs: Inputs) -> Iterator[Finding]:
    """A finding for each triple of ``data/`` that only a rule may make."""
    for path in inputs.content.files("data"):
        try:
            found = inputs.content.kept.of_files(
                "facts by hand",
                (path,),
                partial(_plainly, inputs, path),
            )
        except ContentError:  # said by the syntax stage
            continue
        yield from map(finding_of, found)


def _plainly(inputs: Inputs, path: Path) -> list[tuple[object, ...]]:
    return [finding.plain() for finding in _in_file(inputs, path)]


def _in_file(inputs: Inputs, path: Path) -> Iterator[Finding]:
    for triple in parse_turtle(path):
        name = triple.predicate.value.removeprefix(F)
        if name not in DERIVED or not isinstance(triple.subject, ox.NamedNode):
            continue
        subject = triple.subject.value
        yield Finding(
            "fact-by-hand",
            f"{spoken(subject)} has f:{name}, which only a rule may say",
            **inputs.places.term(path, triple.predicate.value, subject),
            focus=subject,
            path=f"f:{name}",
            remedy="Write the statement of a source that says so, with its passage.",
        )
