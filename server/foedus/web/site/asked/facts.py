"""What we accept: facts with their parts, their bounds and the statements behind them.

Every question is bounded by the thing it is asked of and by a limit, never by the whole graph.
"""

from __future__ import annotations

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
    """A fact with its parts, its bounds, and the statements behind it.

    ``polarity`` is that of a fact that somebody holds or denies something, else ``""``.
    """

    iri: str
    label: str
    kind: str
    bounds: Bounds | None
    basis: tuple[Said, ...]
    parts: Properties = field(default_factory=dict)
    polarity: str = ""

    def one(self, name: str) -> str:
        """The first value of a part, or ``""``."""
        return next(iter(self.parts.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a part."""
        return self.parts.get(name, ())


def facts_where(knowledge: Knowledge, where: str, limit: int) -> list[Fact]:
    """The facts ``?x`` of a graph pattern, no more than *limit*."""
    rows = knowledge.rows(f"SELECT DISTINCT ?x {{ {where} }} ORDER BY STR(?x) LIMIT {limit}")
    return facts(knowledge, [value(row["x"]) for row in rows])


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
    return list(knowledge.remembered("facts", iris, _facts).values())


def _facts(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, Fact]:
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(f"SELECT ?fact ?p ?o {{ VALUES ?fact {{ {nodes} }} ?fact ?p ?o }}")
    described = grouped(rows, "fact")
    behind = {st for properties in described.values() for st in properties.get(F + "basis", ())}
    said = {s.iri: s for s in statements(knowledge, behind)}
    found = {}
    for iri in iris:
        properties = described.get(iri)
        if properties is None or not properties.get(F + "basis"):
            continue
        basis = tuple(said[st] for st in properties[F + "basis"] if st in said)
        label = next(iter(properties.get(RDFS + "label", ())), "")
        found[iri] = Fact(
            iri,
            label or (basis[0].label if basis else shorten(iri)),
            basis[0].kind if basis else iri[len(BASE) :].split("/")[1],
            bounds_in(properties),
            basis,
            parts_of(properties),
            next(iter(properties.get(F + "polarity", ())), ""),
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
