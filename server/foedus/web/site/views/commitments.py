"""Commitments as clauses: one promise among many states is one row, not one for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foedus.content.names import BASE
from foedus.web.site.asked.bounds import Bounds
from foedus.web.site.asked.facts import Fact
from foedus.web.site.asked.statements import Said
from foedus.web.site.asked.texts import classes_of
from foedus.web.site.views.desk import WHOLE, Desk, Section, iris_in_statements
from foedus.web.site.views.sections import Known

#: Facts read for one page: a clause among thirty states makes some nine hundred of them.
MOST = 1_000
_CLAUSES = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise: who owes it to whom, what sets it off, how far it binds, and who says so.

    ``mutual``: each of the obligors owes it to each other one. ``non_state``: whether it covers
    attacks by actors that are no states, ``true``, ``false`` or ``""`` (no source says).
    """

    type: str
    obligors: tuple[str, ...]
    obligees: tuple[str, ...]
    mutual: bool
    instrument: str
    arrangement: str
    provisions: tuple[str, ...]
    conditions: tuple[str, ...]
    discretion: tuple[str, ...]
    force: tuple[str, ...]
    publicity: tuple[str, ...]
    wording: tuple[str, ...]
    adversaries: tuple[str, ...]
    non_state: str
    bounds: Bounds | None
    basis: tuple[Said, ...]
    facts: tuple[str, ...]

    @property
    def of_attacks(self) -> bool:
        """Whether it is a promise of which one asks whose attacks it covers."""
        return self.type.rsplit("/", 1)[-1] in ("defense", "offense", "security-assurance")


def clauses(facts: Iterable[Fact]) -> list[Clause]:
    """The promises behind commitments of single pairs, the strongest and widest first."""
    grouped: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        key = (
            fact.one("commitmentType"),
            fact.one("instrument"),
            fact.one("arrangement"),
            fact.all("condition"),
            fact.all("wording"),
            frozenset(said.iri for said in fact.basis),
        )
        grouped.setdefault(key, []).append(fact)
    found: list[Clause] = []
    for group in grouped.values():
        found += _split(group)
    return sorted(found, key=lambda c: (-_strength(c.type), -len(c.obligors), c.type, c.obligors))


def _split(group: Sequence[Fact]) -> list[Clause]:
    """One clause where each owes it to each other, else one for each set of obligees."""
    owes: dict[str, set[str]] = {}
    for fact in group:
        owes.setdefault(fact.one("obligor"), set()).add(fact.one("obligee"))
    everybody = set(owes) | {obligee for obligees in owes.values() for obligee in obligees}
    if len(everybody) > 1 and all(owes.get(one) == everybody - {one} for one in everybody):
        return [_clause(group, tuple(sorted(everybody)), tuple(sorted(everybody)), mutual=True)]
    by_obligees: dict[frozenset[str], set[str]] = {}
    for obligor, obligees in owes.items():
        by_obligees.setdefault(frozenset(obligees), set()).add(obligor)
    return [
        _clause(
            [fact for fact in group if fact.one("obligor") in obligors],
            tuple(sorted(obligors)),
            tuple(sorted(obligees)),
            mutual=obligors == obligees,
        )
        for obligees, obligors in by_obligees.items()
    ]


def _clause(
    facts: Sequence[Fact], obligors: tuple[str, ...], obligees: tuple[str, ...], *, mutual: bool
) -> Clause:
    def every(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for fact in facts for v in fact.all(name)))

    first = facts[0]
    return Clause(
        first.one("commitmentType"),
        obligors,
        obligees,
        mutual,
        first.one("instrument"),
        first.one("arrangement"),
        every("provision"),
        every("condition"),
        every("discretion"),
        every("force"),
        every("publicity"),
        every("wording"),
        every("namedAdversary"),
        next(iter(sorted(every("addressesNonState"), reverse=True)), ""),
        first.bounds,
        tuple({said.iri: said for fact in facts for said in fact.basis}.values()),
        tuple(fact.iri for fact in facts),
    )


_ORDER = ("defense", "offense", "neutrality", "nonaggression", "consultation")


def _strength(commitment_type: str) -> int:
    name = commitment_type.rsplit("/", 1)[-1]
    return len(_ORDER) - _ORDER.index(name) if name in _ORDER else 0


def section(
    desk: Desk,
    known: Known,
    name: str,
    heading: str,
    ids: Sequence[str],
    said: Sequence[str],
    *,
    always: bool = False,
) -> Section | None:
    """The promises behind these facts, with what is only said."""
    facts = known.facts(ids)
    also = known.statements(said[:_CLAUSES])
    if not facts and not also and not always:
        return None
    every = clauses(facts)
    limit, offset = desk.span(name, _CLAUSES)
    shown = every[offset : offset + limit]
    desk.learn(named_in(shown), iris_in_statements(also))
    classes = classes_of(desk.knowledge, (a for clause in shown for a in clause.adversaries))
    desk.learn(classes.values())
    return Section(
        name,
        heading,
        "site/parts/commitments.html",
        {
            "clauses": shown,
            "also": also,
            "of_facts": len(ids),
            "facts": facts,
            "classes": classes,
        },
        total=len(every) + len(said),
        hidden=max(0, len(every) - offset - len(shown)) + len(said) - len(also),
        page=desk.reader.page if desk.reader.opened == name else 1,
        pages=max(1, -(-len(every) // WHOLE)),
    )


def named_in(shown: Iterable[Clause]) -> Iterable[str]:
    """Every IRI that these clauses name."""
    for clause in shown:
        yield from (
            iri
            for group in (
                clause.obligors,
                clause.obligees,
                clause.provisions,
                clause.conditions,
                clause.discretion,
                clause.force,
                clause.publicity,
                clause.adversaries,
                (clause.type, clause.instrument, clause.arrangement),
            )
            for iri in group
            if iri.startswith(BASE)
        )
        yield from iris_in_statements(clause.basis)
