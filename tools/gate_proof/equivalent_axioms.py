"""Which mutants of axioms say the same, by computation.

One rule: the axioms with the change follow from those without it, and those without it from those
with it. What follows is asked of HermiT, over the axioms alone: a class that has what is left of an
axiom and not what is right of it must have no possible member.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from foedus.graph import reasoning
from foedus.graph.reasoning import OWL, RDF, RDFS, F

_CLASS = ox.NamedNode(OWL + "Class")
_NIL = ox.NamedNode(RDF + "nil")


def equivalent(
    rest: Sequence[ox.Triple], before: Sequence[ox.Triple], after: Sequence[ox.Triple]
) -> bool:
    """Whether *rest* with *before* and *rest* with *after* say the same.

    ``False`` too for axioms that are no implication between classes, such as chains.
    """
    if not _implications(before) or (after and not _implications(after)):
        return False
    return _follows([*rest, *after], before) and (not after or _follows([*rest, *before], after))


def _implications(unit: Sequence[ox.Triple]) -> list[tuple[object, object]]:
    """What implies what by the first triple of a unit."""
    head = unit[0]
    pair = (head.subject, head.object)
    if head.predicate.value == RDFS + "subClassOf":
        return [pair]
    if head.predicate.value == OWL + "equivalentClass":
        return [pair, pair[::-1]]
    return []


def _follows(axioms: Sequence[ox.Triple], unit: Sequence[ox.Triple]) -> bool:
    probes: list[str] = []
    added: list[ox.Triple] = []
    for number, (less, more) in enumerate(_implications(unit)):
        name = ox.NamedNode(f"{F}Probe{number}")
        probes.append(name.value)
        added += _without(
            name, _copied(less, unit, number, added), _copied(more, unit, number, added)
        )
    verdict = reasoning.classify([*dict.fromkeys(axioms), *added])
    return not verdict.consistent or set(probes) <= set(verdict.unsatisfiable)


def _copied(
    node: object, unit: Sequence[ox.Triple], number: int, added: list[ox.Triple]
) -> ox.NamedNode | ox.BlankNode:
    """A class expression of *unit* under blank nodes of its own, among *added*."""
    assert isinstance(node, ox.NamedNode | ox.BlankNode)
    if isinstance(node, ox.NamedNode):
        return node
    own = {t.subject: ox.BlankNode() for t in unit if isinstance(t.subject, ox.BlankNode)}
    below, waiting = {node}, [node]
    while waiting:
        here = waiting.pop()
        for t in unit:
            if t.subject == here and t.object in own and t.object not in below:
                below.add(t.object)  # type: ignore[arg-type]
                waiting.append(t.object)  # type: ignore[arg-type]
    added += [
        ox.Triple(own[t.subject], t.predicate, own.get(t.object, t.object))  # type: ignore[call-overload]
        for t in unit
        if t.subject in below and not _implies(t)
    ]
    return own[node]


def _implies(t: ox.Triple) -> bool:
    return t.predicate.value in (RDFS + "subClassOf", OWL + "equivalentClass")


def _without(
    name: ox.NamedNode, less: ox.NamedNode | ox.BlankNode, more: ox.NamedNode | ox.BlankNode
) -> Iterator[ox.Triple]:
    """*name* has what *less* has and not what *more* has."""
    both, denied, first, second = (ox.BlankNode() for _ in range(4))
    kind = reasoning.TYPE
    for subject, predicate, value in (
        (name, OWL + "equivalentClass", both),
        (both, OWL + "intersectionOf", first),
        (first, RDF + "first", less),
        (first, RDF + "rest", second),
        (second, RDF + "first", denied),
        (second, RDF + "rest", _NIL),
        (denied, OWL + "complementOf", more),
    ):
        yield ox.Triple(subject, ox.NamedNode(predicate), value)
    for node in (name, both, denied):
        yield ox.Triple(node, kind, _CLASS)
