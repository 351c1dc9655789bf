"""What is known of states as states: codes, when they were in the system of states, succession."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Statehood:
    """A period in which a state was a member of the interstate system, as a data set has it."""

    iri: str
    begin: str
    end: str
    known_until: str
    source: str


def statehoods(knowledge: Knowledge, state: str) -> list[Statehood]:
    """The periods of a state."""
    rows = knowledge.rows(
        f"""SELECT ?x ?begin ?end ?until ?source {{ ?x a f:Statehood ; ?of <{state}> .
          OPTIONAL {{ ?x f:begin ?begin }} OPTIONAL {{ ?x f:end ?end }}
          OPTIONAL {{ ?x f:knownUntil ?until }}
          OPTIONAL {{ ?x dcterms:source|f:inSource ?source }} }} ORDER BY ?begin LIMIT 50"""
    )
    return [
        Statehood(*(value(row.get(name)) for name in ("x", "begin", "end", "until", "source")))
        for row in rows
    ]


def numeric_codes(knowledge: Knowledge, states: Iterable[str]) -> dict[str, str]:
    """The ISO 3166-1 numeric code of each state that has one."""
    nodes = " ".join(f"<{iri}>" for iri in sorted(set(states)))
    if not nodes:
        return {}
    rows = knowledge.rows(f"SELECT ?x ?code {{ VALUES ?x {{ {nodes} }} ?x f:isoNumeric ?code }}")
    return {value(row["x"]): value(row["code"]) for row in rows}
