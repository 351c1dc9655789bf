"""Slots in which sources cannot all be right, and counts beside what the graph can name."""

from __future__ import annotations

from dataclasses import dataclass

from foedus.content.names import BASE, F, shorten, slug
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import LAST_DAY, Bounds
from foedus.web.site.asked.facts import facts
from foedus.web.site.asked.statements import RDFS, Said, grouped, statements

_GRAPH = f"{BASE}graph/disputes"


@dataclass(frozen=True, slots=True)
class Rival:
    """One statement of a dispute, and the value it gives to the slot (text or IRI)."""

    said: Said
    value: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A slot that holds one value and is given several; ``chosen`` is the statement preferred."""

    iri: str
    label: str
    about: str
    slot: str
    chosen: str
    reason: str
    rivals: tuple[Rival, ...]


def disputes(
    knowledge: Knowledge,
    *,
    about: str = "",
    rival: str = "",
    only: str = "",
    source: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[int, list[Dispute]]:
    """How many slots are disputed (about a thing, by a statement, in a source), and some."""
    where = "?d a f:Dispute ."
    where += f" ?d f:about <{about}> ." if about else ""
    where += f" ?d f:rival <{rival}> ." if rival else ""
    where += f" FILTER(?d = <{only}>)" if only else ""
    inside = f"GRAPH <{_GRAPH}> {{ {where} {'?d f:rival ?r .' if source else ''} }}"
    inside += f" ?r f:inSource <{source}> ." if source else ""
    total = int(knowledge.one(f"SELECT (COUNT(DISTINCT ?d) AS ?n) {{ {inside} }}", "n") or 0)
    if not total:
        return 0, []
    rows = knowledge.rows(
        f"SELECT DISTINCT ?d {{ {inside} }} ORDER BY STR(?d) LIMIT {limit} OFFSET {offset}"
    )
    nodes = " ".join(f"<{value(row['d'])}>" for row in rows)
    if not nodes:
        return total, []
    described = grouped(
        knowledge.rows(
            f"SELECT ?d ?p ?o {{ VALUES ?d {{ {nodes} }} GRAPH <{_GRAPH}> {{ ?d ?p ?o }} }}"
        ),
        "d",
    )
    given: dict[tuple[str, str], str] = {}
    for row in knowledge.rows(
        f"""SELECT ?d ?r ?v {{ VALUES ?d {{ {nodes} }}
        GRAPH <{_GRAPH}> {{ ?d f:rival ?r . ?r f:rivalValue ?v }} }}"""
    ):
        key = (value(row["d"]), value(row["r"]))
        given[key] = min(given.get(key, value(row["v"])), value(row["v"]))
    rivals = {r for properties in described.values() for r in properties.get(F + "rival", ())}
    said = {s.iri: s for s in statements(knowledge, rivals)}
    found = []
    for iri, properties in sorted(described.items()):
        of_dispute = [said[r] for r in properties.get(F + "rival", ()) if r in said]
        found.append(
            Dispute(
                iri,
                next(iter(properties.get(RDFS + "label", ())), "") or shorten(iri),
                next(iter(properties.get(F + "about", ())), ""),
                slug(next(iter(properties.get(F + "slotKind", ())), "")),
                next(iter(properties.get(F + "chosen", ())), ""),
                next(iter(properties.get(F + "reason", ())), ""),
                tuple(Rival(s, given.get((iri, s.iri), "")) for s in of_dispute),
            )
        )
    return total, found


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that sources give of a body, beside what the graph can name on the day it is of."""

    fact: str
    body: str
    number: str
    comparison: str
    counted: str
    bounds: Bounds | None
    basis: tuple[Said, ...]
    named_surely: int
    named_possibly: int
    named_ever: int


def claims(
    knowledge: Knowledge, *, about: str = "", limit: int = 50, offset: int = 0
) -> tuple[int, list[Claim]]:
    """The counts that sources give, each against the members that statements name on its day.

    A count of a role is compared with the actors in that role; of what else is counted the graph
    names nobody. The day is the last on which the count can have held.
    """
    where = "?x a f:MemberCount ; f:countOf ?body . ?body a ?class ."
    where += " FILTER(?class IN (f:SecurityArrangement, f:Organization, f:Instrument))"
    where += f" FILTER(?body = <{about}>)" if about else ""
    total = int(knowledge.one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {where} }}", "n") or 0)
    if not total:
        return 0, []
    rows = knowledge.rows(
        f"SELECT DISTINCT ?x ?body {{ {where} }} ORDER BY STR(?body) STR(?x) "
        f"LIMIT {limit} OFFSET {offset}"
    )
    found = facts(knowledge, [value(row["x"]) for row in rows])
    claims_ = []
    for fact in found:
        body, counted = fact.one("countOf"), fact.one("counted")
        surely, possibly, ever = named_on(
            knowledge, body, counted, fact.bounds.latest_end if fact.bounds else LAST_DAY
        )
        claims_.append(
            Claim(
                fact.iri,
                body,
                fact.one("count"),
                slug(fact.one("comparison")),
                counted,
                fact.bounds,
                fact.basis,
                surely,
                possibly,
                ever,
            )
        )
    return total, claims_


def named_on(knowledge: Knowledge, body: str, counted: str, last: str) -> tuple[int, int, int]:
    """How many the graph names in a role on the day *last*: surely, at least possibly, ever."""
    if counted and not counted.startswith(f"{BASE}concept/role/"):
        return 0, 0, 0
    role = f"; f:role <{counted}>" if counted else ""
    if counted.endswith("/member"):
        role = "; f:role ?role . ?role a f:MemberRole ."
    day = f'"{last}"^^xsd:date'
    row = knowledge.rows(
        f"""SELECT (COUNT(DISTINCT ?m) AS ?ever) (COUNT(DISTINCT ?sure) AS ?surely)
                   (COUNT(DISTINCT ?may) AS ?possibly) {{
          ?x a f:Membership ; f:arrangement|f:instrument <{body}> ; f:member ?m ;
             f:earliestBegin ?eb ; f:latestBegin ?lb ; f:earliestEnd ?ee ; f:latestEnd ?le {role}
          BIND(IF(?lb <= {day} && {day} <= ?ee, ?m, ?none) AS ?sure)
          BIND(IF(?eb <= {day} && {day} <= ?le, ?m, ?none) AS ?may) }}"""
    )[0]
    return (
        int(value(row.get("surely")) or 0),
        int(value(row.get("possibly")) or 0),
        int(value(row.get("ever")) or 0),
    )
