"""Independent ways to classify, held against each other: types that only some of them give.

=================  ================================================================================
the rules          ``ontology/rules/6-types``, by hand: what a release contains
HermiT             OWL 2 DL, all axioms (:mod:`foedus.graph.reasoning`)
the definitions    SPARQL made of the axioms, without the rules (:mod:`foedus.graph.definitions`)
owlrl              OWL 2 RL (:mod:`foedus.graph.closure`), but for the classes it cannot give
=================  ================================================================================

All are given the same plain facts, none of what another inferred. HermiT runs once for everything,
while the others are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.content.names import F
from foedus.graph import closure, definitions, reasoning

RULES, HERMIT, SPARQL, OWLRL = "the rules", "HermiT", "the definition in SPARQL", "owlrl"
#: Types of these are inferred.
CLASSIFIED = ("SecurityArrangement", "Phase", "Proposal", "Commitment")

Types = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A type of an individual that some ways give, and others do not."""

    individual: str
    type: str
    given_by: tuple[str, ...]
    not_by: tuple[str, ...]


@dataclass(frozen=True)
class Ways:
    """What each way gives, what HermiT found besides, and which classes `owlrl` cannot give."""

    verdict: reasoning.Verdict
    types: Mapping[str, Types]
    beyond: Mapping[str, str]

    def disagreements(self) -> list[Disagreement]:
        """Where the ways differ, sorted. A way is not asked for classes that are beyond it."""
        every = {one for types in self.types.values() for one in types}
        found = []
        for individual, cls in sorted(every):
            asked = [way for way in self.types if way != OWLRL or cls not in self.beyond]
            given = tuple(way for way, types in self.types.items() if (individual, cls) in types)
            missing = tuple(way for way in asked if way not in given)
            if missing:
                found.append(Disagreement(individual, cls, given, missing))
        return found


def classify(store: ox.Store) -> Ways:
    """Every way over the facts of *store*, to which the rules have been applied.

    Raises :class:`foedus.findings.CannotRun` when HermiT does not run.
    """
    axioms, facts = reasoning.terminology(store), reasoning.assertions(store)
    return classify_facts(axioms, facts, by_rules(store))


def classify_facts(
    axioms: list[ox.Triple], facts: list[ox.Triple], ruled: Types, *, dl: bool = True
) -> Ways:
    """Every way over *axioms* and *facts*, beside what the rules gave; ``dl=False`` is all of them
    but HermiT. An inconsistent input has no types, and the other ways are not asked."""
    defined = definitions.Definitions(axioms).defined
    with ThreadPoolExecutor(1) as beside:
        reasoned = beside.submit(reasoning.classify, [*axioms, *facts]) if dl else None
        about = _classified(facts)
        types = {
            RULES: ruled,
            SPARQL: _only(definitions.by_definition(axioms, facts), about, defined),
            OWLRL: _only(closure.by_owlrl(axioms, facts), about, defined),
        }
        verdict = reasoned.result() if reasoned else reasoning.Verdict(True, (), frozenset())
    if dl:
        types[HERMIT] = _only(verdict.types, about, defined)
    return Ways(verdict, types, closure.underivable(axioms))


def by_rules(store: ox.Store, without: Collection[ox.NamedNode] = frozenset()) -> Types:
    """The types that the rules gave, for every defined class, but for individuals *without* which
    the others are asked."""
    default = ox.DefaultGraph()
    kinds = [ox.NamedNode(F + kind) for kind in CLASSIFIED]
    about = {
        quad.subject.value
        for kind in kinds
        for quad in store.quads_for_pattern(None, reasoning.TYPE, kind, default)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject not in without
    }
    given = (
        (quad.subject.value, cls)
        for cls in reasoning.defined_classes(store)
        for quad in store.quads_for_pattern(None, reasoning.TYPE, ox.NamedNode(cls), default)
        if isinstance(quad.subject, ox.NamedNode)
    )
    return frozenset(one for one in given if one[0] in about)


def _classified(facts: Iterable[ox.Triple]) -> set[str]:
    kinds = {F + kind for kind in CLASSIFIED}
    return {
        fact.subject.value
        for fact in facts
        if fact.predicate == reasoning.TYPE
        and isinstance(fact.subject, ox.NamedNode)
        and isinstance(fact.object, ox.NamedNode)
        and fact.object.value in kinds
    }


def _only(types: Types, about: set[str], defined: Iterable[str]) -> Types:
    classes = set(defined)
    return frozenset(one for one in types if one[0] in about and one[1] in classes)
