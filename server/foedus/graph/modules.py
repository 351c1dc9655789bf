"""What of an ontology and of the facts can matter to a clash, told without a reasoner.

:func:`module` is the part of the ontology that is not local to the terms of some facts (bottom
locality: Cuenca Grau, Horrocks, Kazakov and Sattler, *Modular Reuse of Ontologies*, 2008): the rest
adds nothing to what follows about them. :func:`suspicious` puts those facts first in which simple
rules see a clash coming.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pyoxigraph as ox

from foedus.graph.axioms import Axiom, terms
from foedus.graph.reasoning import OWL, RDF, RDFS, TYPE

_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class _Structure:
    """The class expressions of a unit, and whether they are empty where unknown terms are."""

    def __init__(self, axiom: Axiom, known: set[str]) -> None:
        self._known = known
        self._parts: dict[object, dict[str, _Node]] = {}
        for triple in axiom:
            self._parts.setdefault(triple.subject, {})[triple.predicate.value] = triple.object

    def listed(self, head: object) -> list[_Node]:
        """The items of an RDF list."""
        items = []
        while head in self._parts and RDF + "first" in self._parts[head]:
            items.append(self._parts[head][RDF + "first"])
            head = self._parts[head].get(RDF + "rest")
        return items

    def empty(self, node: object) -> bool:
        """Whether a class expression has no member when no unknown term has."""
        if isinstance(node, ox.NamedNode):
            return node.value not in self._known and node.value != OWL + "Thing"
        parts = self._parts.get(node, {})
        if OWL + "intersectionOf" in parts:
            return any(self.empty(item) for item in self.listed(parts[OWL + "intersectionOf"]))
        if OWL + "unionOf" in parts:
            return all(self.empty(item) for item in self.listed(parts[OWL + "unionOf"]))
        if OWL + "onProperty" in parts and OWL + "allValuesFrom" not in parts:
            filler = parts.get(OWL + "someValuesFrom")
            return self.empty(parts[OWL + "onProperty"]) or (
                filler is not None and self.empty(filler)
            )
        return False

    def full(self, node: object) -> bool:
        """Whether a class expression has everything as a member then."""
        parts = self._parts.get(node, {})
        if OWL + "complementOf" in parts:
            return self.empty(parts[OWL + "complementOf"])
        if OWL + "allValuesFrom" in parts:
            return self.empty(parts[OWL + "onProperty"])
        return False


def _local(axiom: Axiom, known: set[str]) -> bool:
    """Whether a unit says nothing of the known terms."""
    inside = _Structure(axiom, known)
    verdicts = []
    top = axiom[0].subject
    for triple in (t for t in axiom if t.subject == top):
        predicate, subject, value = triple.predicate.value, triple.subject, triple.object
        if predicate == RDFS + "subClassOf":
            verdicts.append(inside.empty(subject) or inside.full(value))
        elif predicate == OWL + "equivalentClass":
            verdicts.append(inside.empty(subject) and inside.empty(value))
        elif predicate == OWL + "disjointWith":
            verdicts.append(inside.empty(subject) or inside.empty(value))
        elif predicate == OWL + "members":
            verdicts.append(sum(not inside.empty(item) for item in inside.listed(value)) < 2)
        elif predicate == OWL + "propertyChainAxiom":
            verdicts.append(any(inside.empty(item) for item in inside.listed(value)))
        elif predicate == OWL + "inverseOf":
            verdicts.append(inside.empty(subject) and inside.empty(value))
        elif isinstance(subject, ox.NamedNode):  # of properties; and types of named individuals
            verdicts.append(subject.value not in known)
    return all(verdicts)


def module(groups: Sequence[Axiom], facts: Sequence[ox.Triple]) -> list[Axiom]:
    """The axioms among *groups* that can matter to what follows from *facts*."""
    known = {term for fact in facts for term in terms((fact,))}
    chosen: list[Axiom] = []
    left = list(groups)
    while True:
        new = [group for group in left if not _local(group, known)]
        if not new:
            return chosen
        chosen += new
        left = [group for group in left if group not in set(new)]
        known |= {term for group in new for term in terms(group)}


def suspicious(facts: Sequence[ox.Triple], groups: Sequence[Axiom]) -> list[Axiom]:
    """The facts, each as a unit, those first in which a clash can be seen coming: types of one
    individual that are disjoint, and a denial beside what can make it false."""
    denying = _denying(groups)
    denials = [f for f in facts if f.predicate.value in denying]
    by_subject: dict[object, list[ox.Triple]] = defaultdict(list)
    for fact in facts:
        by_subject[fact.subject].append(fact)
    first: dict[ox.Triple, None] = {}
    for denial in denials:
        first[denial] = None
        for step in by_subject[denial.subject]:
            if step is not denial and step.object == denial.object:
                first[step] = None
                break
            onward = [f for f in by_subject[step.object] if f.object == denial.object]
            if onward:
                first |= {step: None, onward[0]: None}
                break
    apart = _of_disjoint_types(facts, groups)
    first |= dict.fromkeys(f for f in facts if f.subject in apart and f.predicate == TYPE)
    first |= dict.fromkeys(f for f in facts if f.subject in apart or f.object in apart)
    return [(fact,) for fact in dict.fromkeys([*first, *facts])]


def _denying(groups: Sequence[Axiom]) -> set[str]:
    """Properties of which some value excludes something: (p value v) SubClassOf not …"""
    found = set()
    for group in groups:
        if any(t.predicate.value == OWL + "complementOf" for t in group):
            head = group[0].subject
            found |= {
                t.object.value
                for t in group
                if t.subject == head
                and t.predicate.value == OWL + "onProperty"
                and isinstance(t.object, ox.NamedNode)
            }
    return found


def _of_disjoint_types(facts: Sequence[ox.Triple], groups: Sequence[Axiom]) -> set[object]:
    """Individuals with two types, told or by domain and range, that are declared disjoint."""
    above: dict[str, set[str]] = defaultdict(set)
    ends: dict[str, dict[str, set[str]]] = {
        RDFS + "domain": defaultdict(set),
        RDFS + "range": defaultdict(set),
    }
    apart: set[frozenset[str]] = set()
    for group in groups:
        head = group[0]
        predicate = head.predicate.value
        if isinstance(head.subject, ox.NamedNode) and isinstance(head.object, ox.NamedNode):
            if predicate == RDFS + "subClassOf":
                above[head.subject.value].add(head.object.value)
            elif predicate == OWL + "disjointWith":
                apart.add(frozenset((head.subject.value, head.object.value)))
            elif predicate in ends:
                ends[predicate][head.subject.value].add(head.object.value)
        elif any(t.predicate.value == OWL + "members" for t in group):
            named = [
                t.object.value
                for t in group
                if t.predicate.value == RDF + "first" and isinstance(t.object, ox.NamedNode)
            ]
            apart |= {frozenset((a, b)) for a in named for b in named if a != b}
    types: dict[object, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.predicate == TYPE and isinstance(fact.object, ox.NamedNode):
            types[fact.subject].add(fact.object.value)
        else:
            types[fact.subject] |= ends[RDFS + "domain"][fact.predicate.value]
            types[fact.object] |= ends[RDFS + "range"][fact.predicate.value]
    for classes in types.values():
        queue = list(classes)
        while queue:
            new = above[queue.pop()] - classes
            classes |= new
            queue += new
    return {
        individual
        for individual, classes in types.items()
        if any(frozenset((a, b)) in apart for a in classes for b in classes if a != b)
    }
