"""Two bodies or texts side by side: members, promises, institutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foedus.content.names import BASE, slug
from foedus.web.site.asked import checklist
from foedus.web.site.asked import facts as asked
from foedus.web.site.asked.facts import Fact
from foedus.web.site.views.commitments import Clause, clauses
from foedus.web.site.views.desk import Desk, iris_in_facts

_MOST = 400


@dataclass(frozen=True, slots=True)
class Compared:
    """Who is in the first only, in both, in the second only; clauses and institutions of each."""

    first: str
    second: str
    only_first: Sequence[Fact]
    both: Sequence[tuple[Fact, Fact]]
    only_second: Sequence[Fact]
    clauses: tuple[Sequence[Clause], Sequence[Clause]]
    features: Sequence[tuple[str, Sequence[Fact], Sequence[Fact]]]


def compared(desk: Desk, first: str, second: str) -> Compared:
    """*first* and *second* on the chosen day; members are those who can have been in on it."""
    one, other = _members(desk, first), _members(desk, second)
    in_both = [actor for actor in one if actor in other]
    features = checklist.features(desk.knowledge, [first, second])
    names = dict.fromkeys([*features.get(first, {}), *features.get(second, {})])
    promised = (_clauses(desk, first), _clauses(desk, second))
    desk.learn(
        (first, second),
        iris_in_facts(one.values()),
        iris_in_facts(other.values()),
        names,
        iris_in_facts(f for of in features.values() for fs in of.values() for f in fs),
    )

    def name(fact: Fact) -> str:
        return str(desk.reader.named(fact.one("member")))

    return Compared(
        first,
        second,
        sorted((f for actor, f in one.items() if actor not in other), key=name),
        sorted(((one[a], other[a]) for a in in_both), key=lambda pair: name(pair[0])),
        sorted((f for actor, f in other.items() if actor not in one), key=name),
        promised,
        [
            (name, features.get(first, {}).get(name, ()), features.get(second, {}).get(name, ()))
            for name in names
        ],
    )


def _members(desk: Desk, iri: str) -> dict[str, Fact]:
    """Everybody with a role in a body who can have been in on the day."""
    where = asked.pattern("membership", iri, "arrangement", "instrument")
    day = desk.reader.day
    members: dict[str, Fact] = {}
    for fact in asked.facts_where(desk.knowledge, where, _MOST):
        status = fact.bounds.status(day) if fact.bounds and day else "possibly"
        if status in ("surely", "possibly") and slug(fact.one("role")) not in _NOT_IN:
            members.setdefault(fact.one("member"), fact)
    return members


_NOT_IN = {"former", "invited", "observer", "prospective-member", "suspended", "supporter"}


def _clauses(desk: Desk, iri: str) -> list[Clause]:
    where = (
        f"?x a f:Commitment . {{ ?x f:arrangement|f:instrument <{iri}> }} "
        f"UNION {{ <{iri}> f:hasCommitment ?x }}"
    )
    found = asked.facts_where(desk.knowledge, where, _MOST)
    desk.learn(iris_in_facts(found))
    return clauses(found)[:8]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One body: what it promises (yes, no by somebody's word), and what it has."""

    iri: str
    types: dict[str, str]
    features: dict[str, tuple[str, ...]]


def matrix(
    desk: Desk, iris: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], Sequence[MatrixRow]]:
    """Types of commitment and features as columns, bodies as rows; columns nobody fills are out."""
    promised = checklist.commitment_types(desk.knowledge, iris)
    denied = checklist.denied_types(desk.knowledge, iris)
    features = checklist.features(desk.knowledge, iris)
    rows = [
        MatrixRow(
            iri,
            {
                **dict.fromkeys(denied.get(iri, ()), "no"),
                **dict.fromkeys(promised.get(iri, {}), "yes"),
            },
            {
                name: tuple(dict.fromkeys(slug(f.one("value")) for f in found))
                for name, found in features.get(iri, {}).items()
            },
        )
        for iri in iris
    ]
    kinds: Sequence[str] = desk.catalogue.once("feature kinds", checklist.feature_kinds)
    used_types = {name for row in rows for name in row.types}
    used = {name for row in rows for name in row.features}
    order = [f"{BASE}concept/commitment/{n}" for n in _ALLIANCE]
    types = [t for t in order if t in used_types] + sorted(used_types - set(order))
    columns = [kind for kind in kinds if kind in used] + sorted(used - set(kinds))
    desk.learn(iris, types, columns)
    return types, columns, rows


_ALLIANCE = ("defense", "offense", "neutrality", "nonaggression", "consultation")
