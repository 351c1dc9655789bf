"""What only rules may say, written by hand: a fact that would have no statement behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from foedus.check.inputs import Inputs
from foedus.check.places import spoken
from foedus.content.names import F
from foedus.content.turtle import parse_turtle
from foedus.findings import ContentError, Finding

#: The shortcuts of ``ontology/rules/5-shortcuts`` and what else rules and build say.
DERIVED = frozenset(
    {
        "absentFrom",
        "basedOn",
        "bearsLabel",
        "committedTo",
        "committedToDefend",
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
            triples = parse_turtle(path)
        except ContentError:  # said by the syntax stage
            continue
        for triple in triples:
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
