"""What we accept: facts about a thing by kind, on a day, counted and in pages.

Every question is bounded by the thing it is asked of and by a limit, never by the whole graph.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foedus.content.names import BASE, F, shorten
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import Bounds
from foedus.web.site.asked.statements import (
    RDFS,
    Properties,
    Said,
    bounds_in,
    grouped,
    parts_of,
    statements,
)

#: Kinds of fact: the class of the ontology, by the name of the kind.
CLASSES: Mapping[str, str] = {
    "membership": "Membership",
    "absence": "Absence",
    "commitment": "Commitment",
    "position": "Position",
    "leadership": "Leadership",
    "act": "Act",
    "involvement": "Involvement",
    "relation": "Relation",
    "feature": "Feature",
    "requirement": "Requirement",
    "purpose": "Purpose",
    "member-count": "MemberCount",
    "classification": "Classification",
    "definition": "Definition",
    "naming": "Naming",
    "assessment": "Assessment",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its parts, its bounds, and the statements behind it."""

    iri: str
    label: str
    kind: str
    bounds: Bounds | None
    basis: tuple[Said, ...]
    parts: Properties = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value of a part, or ``""``."""
        return next(iter(self.parts.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a part."""
        return self.parts.get(name, ())


@dataclass(frozen=True, slots=True)
class Found:
    """A page of facts of one kind: how many there are, and how many hold on the day."""

    total: int
    surely: int
    possibly: int
    facts: Sequence[Fact]
    offset: int = 0

    @property
    def hidden(self) -> int:
        """How many are on no earlier page and not on this one."""
        return max(0, self.total - self.offset - len(self.facts))


_BOUNDS = "?x f:earliestBegin ?eb ; f:latestBegin ?lb ; f:earliestEnd ?ee ; f:latestEnd ?le"


def facts_of(
    knowledge: Knowledge,
    pattern: str,
    day: datetime.date | None,
    *,
    limit: int,
    offset: int = 0,
    by_time: bool = False,
) -> Found:
    """The facts ``?x`` of a graph pattern: those that hold on *day* first, or by time."""
    at = f'"{day.isoformat() if day else "9999-12-31"}"^^xsd:date'
    standing = f"""BIND(IF(!BOUND(?eb), 2, IF(?lb <= {at} && {at} <= ?ee, 0,
        IF(?eb <= {at} && {at} <= ?le, 1, 2))) AS ?standing)"""
    counts = knowledge.rows(
        f"""SELECT ?standing (COUNT(DISTINCT ?x) AS ?n)
        {{ {pattern} OPTIONAL {{ {_BOUNDS} }} {standing} }} GROUP BY ?standing"""
    )
    number = {value(row["standing"]): int(value(row["n"])) for row in counts if "standing" in row}
    total = sum(number.values())
    if not total:
        return Found(0, 0, 0, ())
    order = "?eb ?lb" if by_time else "?standing ?name"
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?x ?standing ?name ?eb ?lb {{ {pattern}
          OPTIONAL {{ ?x rdfs:label ?name }} OPTIONAL {{ {_BOUNDS} }} {standing} }}
        ORDER BY {order} STR(?x) LIMIT {limit} OFFSET {offset}"""
    )
    wanted = list(dict.fromkeys(value(row["x"]) for row in rows))
    known = {fact.iri: fact for fact in facts(knowledge, wanted)}
    return Found(
        total,
        number.get("0", 0),
        number.get("1", 0),
        [known[iri] for iri in wanted if iri in known],
        offset,
    )


def pattern(kind: str, iri: str, *roles: str) -> str:
    """The graph pattern of the facts of a kind in which *iri* has one of these roles, or any."""
    path = "|".join(f"f:{role}" for role in roles)
    return (
        f"?x a f:{CLASSES[kind]} ; {path} <{iri}> ."
        if roles
        else (f"?x a f:{CLASSES[kind]} ; ?anyRole <{iri}> .")
    )


def facts(knowledge: Knowledge, iris: Sequence[str]) -> list[Fact]:
    """These facts, each with the statements behind it, in the order given."""
    if not iris:
        return []
    nodes = " ".join(f"<{iri}>" for iri in dict.fromkeys(iris))
    rows = knowledge.rows(f"SELECT ?fact ?p ?o {{ VALUES ?fact {{ {nodes} }} ?fact ?p ?o }}")
    described = grouped(rows, "fact")
    behind = {st for properties in described.values() for st in properties.get(F + "basis", ())}
    said = {s.iri: s for s in statements(knowledge, behind)}
    found = []
    for iri in dict.fromkeys(iris):
        properties = described.get(iri)
        if properties is None or not properties.get(F + "basis"):
            continue
        basis = tuple(said[st] for st in properties[F + "basis"] if st in said)
        label = next(iter(properties.get(RDFS + "label", ())), "")
        found.append(
            Fact(
                iri,
                label or (basis[0].label if basis else shorten(iri)),
                basis[0].kind if basis else iri[len(BASE) :].split("/")[1],
                bounds_in(properties),
                basis,
                parts_of(properties),
            )
        )
    return found


def facts_on(knowledge: Knowledge, statement: str) -> list[Fact]:
    """The facts that rest on a statement."""
    found = knowledge.rows(f"SELECT DISTINCT ?fact {{ ?fact f:basis <{statement}> }} LIMIT 100")
    return facts(knowledge, sorted(value(row["fact"]) for row in found))


def shared_with_others(
    knowledge: Knowledge, source: str, limit: int
) -> tuple[int, list[tuple[str, tuple[str, ...]]]]:
    """Facts that rest on *source* and on another one too: how many, and some, with the others."""
    where = f"""?mine f:inSource <{source}> . ?fact f:basis ?mine , ?theirs .
      ?theirs f:inSource ?other . FILTER(?other != <{source}>)"""
    total = knowledge.one(f"SELECT (COUNT(DISTINCT ?fact) AS ?n) {{ {where} }}", "n")
    rows = knowledge.rows(
        f"SELECT DISTINCT ?fact ?other {{ {where} }} ORDER BY STR(?fact) STR(?other) LIMIT {limit}"
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(value(row["fact"]), []).append(value(row["other"]))
    return int(total or 0), [(fact, tuple(others)) for fact, others in found.items()]
