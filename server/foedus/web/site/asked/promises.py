"""Promises as pairs, for the network: who is bound to whom on a day, and by what type."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Pair:
    """A promise of one actor to another; ``possible``: it only can have held on the day."""

    fact: str
    obligor: str
    obligee: str
    type: str
    possible: bool


def pattern(day: datetime.date, type_: str = "", of: str = "", only: str = "") -> str:
    """The graph pattern of the promises that can have held on *day*."""
    at = f'"{day.isoformat()}"^^xsd:date'
    where = f"""?x a f:Commitment ; f:obligor ?obligor ; f:obligee ?obligee ;
    f:commitmentType ?type ; f:earliestBegin ?eb ; f:latestBegin ?lb ;
    f:earliestEnd ?ee ; f:latestEnd ?le .
  FILTER(?eb <= {at} && {at} <= ?le)"""
    if type_:
        where += f"\n  FILTER(?type = <{type_}>)"
    if of:
        where += f"\n  FILTER(?obligor = <{of}> || ?obligee = <{of}>)"
    if only:
        where += (
            f"\n  FILTER EXISTS {{ {{ <{only}> f:hasCommitment ?x }} UNION "
            f"{{ ?x f:instrument|f:arrangement <{only}> }} }}"
        )
    return where


def on_day(
    knowledge: Knowledge,
    day: datetime.date,
    *,
    type_: str = "",
    of: str = "",
    only: str = "",
    limit: int,
) -> list[Pair]:
    """The promises on *day*: of a type, of an actor, of an arrangement or instrument."""
    at = f'"{day.isoformat()}"^^xsd:date'
    rows = knowledge.rows(
        f"""SELECT ?obligor ?obligee ?type (MIN(STR(?x)) AS ?fact) (MAX(?sure) AS ?surely) {{
          {pattern(day, type_, of, only)}
          BIND(IF(?lb <= {at} && {at} <= ?ee, 1, 0) AS ?sure)
        }} GROUP BY ?obligor ?obligee ?type
        ORDER BY STR(?obligor) STR(?obligee) STR(?type) LIMIT {limit}"""
    )
    return [
        Pair(
            value(row["fact"]),
            value(row["obligor"]),
            value(row["obligee"]),
            value(row["type"]),
            value(row["surely"]) == "0",
        )
        for row in rows
        if "obligor" in row
    ]


def partners(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Everybody who ever promised something to somebody."""
    rows = knowledge.rows(
        "SELECT DISTINCT ?a ?b { ?x a f:Commitment ; f:obligor ?a ; f:obligee ?b }"
    )
    return sorted({(value(row["a"]), value(row["b"])) for row in rows})


def types(knowledge: Knowledge) -> list[str]:
    """The types of commitment that are made at all."""
    rows = knowledge.rows(
        "SELECT DISTINCT ?t { ?x a f:Commitment ; f:commitmentType ?t } ORDER BY STR(?t)"
    )
    return [value(row["t"]) for row in rows]


def obligors(knowledge: Knowledge) -> list[str]:
    """The states that ever promised something, no more than 500."""
    rows = knowledge.rows(
        "SELECT DISTINCT ?a { ?x a f:Commitment ; f:obligor ?a . ?a a f:State } "
        "ORDER BY STR(?a) LIMIT 500"
    )
    return [value(row["a"]) for row in rows if "a" in row]
