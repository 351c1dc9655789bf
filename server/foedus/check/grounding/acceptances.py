"""What a reviewer accepted although no words tie it: read from the data, and held to it.

An ``f:Acceptance`` names one statement, the slots that were judged, who judged when and why, and
the digests of the statement and of its passages at that time. When one of the two is another now,
the acceptance holds no longer and the slots are open again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.content.names import F

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One judgement: of which statement and slots, on what state of statement and passages."""

    iri: str
    statement: str
    slots: frozenset[str]
    statement_digest: str
    passages_digest: str


def acceptances(store: ox.Store) -> Mapping[str, list[Acceptance]]:
    """The acceptances in the default graph of *store*, by statement."""
    default = ox.DefaultGraph()
    found: dict[str, list[Acceptance]] = {}
    for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(F + "Acceptance"), default):
        values: dict[str, list[str]] = {}
        for said in store.quads_for_pattern(quad.subject, None, None, default):
            if isinstance(said.object, ox.NamedNode | ox.Literal):
                name = said.predicate.value.removeprefix(F)
                values.setdefault(name, []).append(said.object.value)
        for statement in values.get("accepts", ()):
            found.setdefault(statement, []).append(
                Acceptance(
                    str(getattr(quad.subject, "value", "")),
                    statement,
                    frozenset(values.get("acceptedSlot", ())),
                    "".join(values.get("statementDigest", ())),
                    "".join(values.get("passagesDigest", ())),
                )
            )
    return found
