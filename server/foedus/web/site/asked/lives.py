"""The lives of things: acts from proposal to end, phases, and what became of what."""

from __future__ import annotations

from dataclasses import dataclass

from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import OPTIONAL_BOUNDS, Bounds, bounds_of


@dataclass(frozen=True, slots=True)
class Phase:
    """An arrangement between two acts that change it."""

    iri: str
    label: str
    bounds: Bounds | None
    opened_by: str
    closed_by: str


def phases(knowledge: Knowledge, arrangement: str) -> list[Phase]:
    """The phases of an arrangement, in order."""
    rows = knowledge.rows(
        f"""SELECT ?x ?label ?eb ?lb ?ee ?le ?end ?opened ?closed {{
          ?x f:phaseOf <{arrangement}> .
          OPTIONAL {{ ?x rdfs:label ?label }} OPTIONAL {{ ?x f:openedBy ?opened }}
          OPTIONAL {{ ?x f:closedBy ?closed }}
          {OPTIONAL_BOUNDS} OPTIONAL {{ ?x f:endKind ?end }} }} ORDER BY STR(?x) LIMIT 100"""
    )
    found: dict[str, Phase] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        found.setdefault(
            texts["x"],
            Phase(
                texts["x"],
                texts.get("label", ""),
                bounds_of(texts),
                texts.get("opened", ""),
                texts.get("closed", ""),
            ),
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Became:
    """A proposal that a curator identifies with an arrangement, and why."""

    iri: str
    proposal: str
    arrangement: str
    note: str
    behind: tuple[str, ...]


def became(knowledge: Knowledge, iri: str) -> list[Became]:
    """What a proposal became, or which proposals an arrangement came of."""
    rows = knowledge.rows(
        f"""SELECT ?x ?proposal ?arrangement ?note ?st {{
          ?x a f:Identification ; f:proposal ?proposal ; f:arrangement ?arrangement .
          FILTER(<{iri}> IN (?proposal, ?arrangement))
          OPTIONAL {{ ?x f:note ?note }}
          OPTIONAL {{ ?x <http://www.w3.org/ns/prov#wasDerivedFrom> ?st }} }} LIMIT 200"""
    )
    found: dict[str, Became] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        behind = found[texts["x"]].behind if texts["x"] in found else ()
        if texts.get("st") and texts["st"] not in behind:
            behind = (*behind, texts["st"])
        found[texts["x"]] = Became(
            texts["x"],
            texts["proposal"],
            texts["arrangement"],
            texts.get("note", ""),
            tuple(sorted(behind)),
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts, for a timeline."""

    iri: str
    about: str
    role: str
    bounds: Bounds


def spans(knowledge: Knowledge, pattern: str, limit: int, offset: int = 0) -> list[Bar]:
    """What the graph pattern finds: ``?x`` with bounds, ``?about`` and maybe ``?role``."""
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?x ?about ?role ?eb ?lb ?ee ?le ?end {{ {pattern}
          ?x f:earliestBegin ?eb ; f:latestBegin ?lb ; f:earliestEnd ?ee ; f:latestEnd ?le .
          OPTIONAL {{ ?x f:endKind ?end }}
        }} ORDER BY ?lb ?le STR(?about) STR(?x) LIMIT {limit} OFFSET {offset}"""
    )
    found = []
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        bounds = bounds_of(texts)
        if bounds:
            found.append(Bar(texts["x"], texts["about"], texts.get("role", ""), bounds))
    return found


def memberships_of(body: str) -> str:
    """The pattern of the memberships in a body, about their members."""
    return (
        f"?x a f:Membership ; f:arrangement|f:instrument <{body}> ; "
        "f:member ?about ; f:role ?role ."
    )


def memberships_by(member: str) -> str:
    """The pattern of the memberships of an actor, about the bodies."""
    return (
        f"?x a f:Membership ; f:member <{member}> ; "
        "f:arrangement|f:instrument ?about ; f:role ?role ."
    )


#: The pattern of the life of every arrangement, by its phases.
LIVES = "?x a f:Phase ; f:phaseOf ?about ."
