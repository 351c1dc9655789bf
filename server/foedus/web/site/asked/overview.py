"""What a thing takes part in, at a glance: every fact with its kind, role and standing on a day.

One question for a whole page; what is shown of it is then read by name. Bounded: of a thing that
takes part in more than :data:`MOST` facts, such as a role of thousands of memberships, some.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.content.names import F, slug
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import OPTIONAL_BOUNDS
from foedus.web.site.asked.facts import CLASSES

#: Facts, and statements that are no facts, that one page looks at.
MOST = 4_000
_KINDS = {F + name: kind for kind, name in CLASSES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in which the thing has a role; ``standing``: 0 surely on the day, 1 possibly, 2 no."""

    fact: str
    kind: str
    role: str
    name: str
    standing: int
    begin: str


def facts_about(knowledge: Knowledge, iri: str, day: datetime.date | None) -> list[Entry]:
    """Every fact in which *iri* takes part, once for each role."""
    at = f'"{day.isoformat() if day else "9999-12-31"}"^^xsd:date'
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?x ?class ?role ?name ?eb ?standing {{
          {{ ?x ?role <{iri}> }}
          UNION {{ <{iri}> f:hasCommitment ?x . BIND(f:hasCommitment AS ?role) }}
          ?x a ?class .
          FILTER EXISTS {{ ?x f:basis ?any }}
          OPTIONAL {{ ?x rdfs:label ?name }}
          {OPTIONAL_BOUNDS}
          BIND(IF(!BOUND(?eb), 2, IF(?lb <= {at} && {at} <= ?ee, 0,
               IF(?eb <= {at} && {at} <= ?le, 1, 2))) AS ?standing) }} LIMIT {MOST}"""
    )
    found = []
    for row in rows:
        kind = _KINDS.get(value(row["class"]))
        if kind:
            found.append(
                Entry(
                    value(row["x"]),
                    kind,
                    slug(value(row["role"])),
                    value(row.get("name")),
                    int(value(row.get("standing")) or 2),
                    value(row.get("eb")),
                )
            )
    return found


def only_said_about(knowledge: Knowledge, iri: str) -> dict[str, Sequence[str]]:
    """The statements on *iri* that nobody could take as facts, by kind."""
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?st ?kind {{
          GRAPH ?g {{ ?st ?role <{iri}> }} ?st f:statementKind ?kind .
          FILTER NOT EXISTS {{ ?fact f:basis ?st }} }} LIMIT {MOST}"""
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(slug(value(row["kind"])), []).append(value(row["st"]))
    return {kind: sorted(names) for kind, names in found.items()}
