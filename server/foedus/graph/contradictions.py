"""A clash found without a reasoner: rules run forward, each conclusion with what it rests on.

What OWL 2 RL would derive and contradict (OWL 2 Profiles, section 4.3) from the axioms of our kind:
subclasses and definitions, domains, ranges, chains, inverses, values; classes and properties that
are disjoint, complements, functional properties. Every conclusion carries a small set of axioms and
facts from which it follows, so that a contradiction names its own. It is a guess until HermiT says
so (:mod:`foedus.graph.justification`), and there are clashes that only HermiT finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import pyoxigraph as ox

from foedus.graph.axioms import Axiom
from foedus.graph.reasoning import OWL, RDF, RDFS, TYPE

#: More conclusions than these in a row rest on each other in no ontology of ours.
ROUNDS = 30
Basis = frozenset[Axiom]
_NOTHING = frozenset[Axiom]()


def foreseen(axioms: Sequence[Axiom], facts: Sequence[Axiom]) -> list[Axiom]:
    """A small set of *axioms* and *facts* that contradict each other; empty where none is seen."""
    return _Chainer(axioms, facts).clash()


class _Chainer:
    def __init__(self, axioms: Sequence[Axiom], facts: Sequence[Axiom]) -> None:
        self._axioms = axioms
        self._facts = facts
        self._parts: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        self._types: dict[object, dict[object, Basis]] = defaultdict(dict)
        self._values: dict[str, dict[tuple[object, object], Basis]] = defaultdict(dict)
        self._implies: dict[object, list[tuple[object, Axiom]]] = defaultdict(list)
        self._recognized: dict[object, None] = {}
        self._apart: dict[frozenset[object], Axiom] = {}
        self._properties: list[tuple[str, list[object], Axiom]] = []
        self._changed = True
        for unit in axioms:
            for triple in unit:
                if isinstance(triple.subject, ox.BlankNode):
                    self._parts[triple.subject][triple.predicate.value].append(triple.object)
        for unit in axioms:
            self._read(unit)
        for unit in facts:
            self._state(unit[0], unit)

    # -- reading

    def _read(self, unit: Axiom) -> None:
        top = unit[0].subject
        for triple in (t for t in unit if t.subject == top):
            predicate, subject, value = triple.predicate.value, triple.subject, triple.object
            if predicate == RDFS + "subClassOf":
                self._rule(subject, value, unit)
            elif predicate == OWL + "equivalentClass":
                self._rule(subject, value, unit)
                self._rule(value, subject, unit)
            elif predicate == OWL + "disjointWith":
                self._apart[frozenset((subject, value))] = unit
            elif predicate == OWL + "members":
                for pair in combinations(self._items(value), 2):
                    self._apart.setdefault(frozenset(pair), unit)
            elif isinstance(subject, ox.NamedNode) and predicate in (
                RDFS + "domain", RDFS + "range", RDFS + "subPropertyOf", OWL + "inverseOf",
                OWL + "propertyDisjointWith", OWL + "propertyChainAxiom",
            ):  # fmt: skip
                chain = predicate == OWL + "propertyChainAxiom"
                ends = self._items(value) if chain else [value]
                self._properties.append((predicate, [subject, *ends], unit))
            elif predicate == RDF + "type" and isinstance(subject, ox.NamedNode):
                if value == ox.NamedNode(OWL + "FunctionalProperty"):
                    self._properties.append((OWL + "FunctionalProperty", [subject], unit))
                elif not str(value).startswith("<" + OWL):
                    self._state(triple, unit)

    def _rule(self, below: object, above: object, unit: Axiom) -> None:
        self._implies[below].append((above, unit))
        self._expressions(below)
        self._expressions(above)

    def _expressions(self, node: object) -> None:
        """Every class expression within *node*, the inner ones first."""
        parts = self._parts.get(node, {})
        for name in ("intersectionOf", "unionOf"):
            for head in parts.get(OWL + name, ()):
                for item in self._items(head):
                    self._expressions(item)
        for name in ("someValuesFrom", "complementOf", "allValuesFrom"):
            for inner in parts.get(OWL + name, ()):
                self._expressions(inner)
        if parts:
            self._recognized.setdefault(node)

    def _items(self, head: object) -> list[object]:
        items: list[object] = []
        while head in self._parts and RDF + "first" in self._parts[head]:
            items += self._parts[head][RDF + "first"]
            head = next(iter(self._parts[head].get(RDF + "rest", ())), None)
        return items

    # -- concluding

    def _state(self, triple: ox.Triple, unit: Axiom) -> None:
        if triple.predicate == TYPE:
            self._is(triple.subject, triple.object, frozenset((unit,)))
        else:
            self._has(triple.subject, triple.predicate.value, triple.object, frozenset((unit,)))

    def _is(self, x: object, cls: object, basis: Basis) -> None:
        known = self._types[x].get(cls)
        if known is None or len(basis) < len(known):
            self._types[x][cls] = basis
            self._changed = True

    def _has(self, x: object, name: str, y: object, basis: Basis) -> None:
        known = self._values[name].get((x, y))
        if known is None or len(basis) < len(known):
            self._values[name][x, y] = basis
            self._changed = True

    def _round(self) -> None:
        for predicate, (name, *ends), unit in self._properties:
            self._by_property(predicate, name, ends, unit)
        for node in self._recognized:
            for x, basis in list(self._members(node)):
                self._is(x, node, basis)
        for x, classes in list(self._types.items()):
            for cls, basis in list(classes.items()):
                for above, unit in self._implies.get(cls, ()):
                    self._is(x, above, basis | {unit})
                self._unfold(x, cls, basis)

    def _by_property(self, predicate: str, name: object, ends: list[object], unit: Axiom) -> None:
        assert isinstance(name, ox.NamedNode)
        pairs = list(self._values.get(name.value, {}).items())
        if predicate == OWL + "propertyChainAxiom":
            links = [self._values.get(str(getattr(end, "value", "")), {}) for end in ends]
            paths = [((x, y), basis) for (x, y), basis in links[0].items()] if links else []
            for _, link in pairwise(links):
                paths = [
                    ((x, z), basis | other)
                    for (x, y), basis in paths
                    for (y2, z), other in link.items()
                    if y == y2
                ]
            for (x, z), basis in paths:
                self._has(x, name.value, z, basis | {unit})
            return
        for (x, y), basis in pairs:
            if predicate == RDFS + "domain":
                self._is(x, ends[0], basis | {unit})
            elif predicate == RDFS + "range" and not isinstance(y, ox.Literal):
                self._is(y, ends[0], basis | {unit})
            elif predicate == RDFS + "subPropertyOf" and isinstance(ends[0], ox.NamedNode):
                self._has(x, ends[0].value, y, basis | {unit})
            elif predicate == OWL + "inverseOf" and isinstance(ends[0], ox.NamedNode):
                self._has(y, ends[0].value, x, basis | {unit})
        if predicate == OWL + "inverseOf" and isinstance(ends[0], ox.NamedNode):
            for (y, x), basis in list(self._values.get(ends[0].value, {}).items()):
                self._has(x, name.value, y, basis | {unit})

    def _members(self, node: object) -> Iterator[tuple[object, Basis]]:
        """What is recognized as a member of a class expression."""
        parts = self._parts[node]
        for head in parts.get(OWL + "intersectionOf", ()):
            wanted = self._items(head)
            for x, classes in self._types.items():
                if all(part in classes for part in wanted):
                    yield x, _NOTHING.union(*(classes[part] for part in wanted))
        for head in parts.get(OWL + "unionOf", ()):
            for part in self._items(head):
                yield from (
                    (x, classes[part]) for x, classes in self._types.items() if part in classes
                )
        for head in parts.get(OWL + "oneOf", ()):
            yield from ((x, _NOTHING) for x in self._items(head))
        on = next(iter(parts.get(OWL + "onProperty", ())), None)
        pairs = self._values.get(on.value, {}) if isinstance(on, ox.NamedNode) else {}
        for wanted_value in parts.get(OWL + "hasValue", ()):
            yield from ((x, basis) for (x, y), basis in pairs.items() if y == wanted_value)
        for filler in parts.get(OWL + "someValuesFrom", ()):
            for (x, y), basis in pairs.items():
                if filler == ox.NamedNode(OWL + "Thing"):
                    yield x, basis
                elif filler in self._types.get(y, {}):
                    yield x, basis | self._types[y][filler]

    def _unfold(self, x: object, cls: object, basis: Basis) -> None:
        """What follows from membership in a class expression."""
        parts = self._parts.get(cls, {})
        for head in parts.get(OWL + "intersectionOf", ()):
            for part in self._items(head):
                self._is(x, part, basis)
        on = next(iter(parts.get(OWL + "onProperty", ())), None)
        if isinstance(on, ox.NamedNode):
            for value in parts.get(OWL + "hasValue", ()):
                self._has(x, on.value, value, basis)
            for filler in parts.get(OWL + "allValuesFrom", ()):
                for (subject, y), other in list(self._values.get(on.value, {}).items()):
                    if subject == x and not isinstance(y, ox.Literal):
                        self._is(y, filler, basis | other)

    # -- contradicting

    def clash(self) -> list[Axiom]:
        for _ in range(ROUNDS):
            if not self._changed:
                break
            self._changed = False
            self._round()
        found = sorted(
            set(self._clashes()), key=lambda basis: (len(basis), sorted(map(str, basis)))
        )
        if not found:
            return []
        return [unit for unit in (*self._axioms, *self._facts) if unit in found[0]]

    def _clashes(self) -> Iterator[Basis]:
        denied = [
            (node, inner)
            for node in self._recognized
            for inner in self._parts[node].get(OWL + "complementOf", ())
        ]
        for classes in self._types.values():
            for node, inner in denied:
                if node in classes and inner in classes:
                    yield classes[node] | classes[inner]
            if ox.NamedNode(OWL + "Nothing") in classes:
                yield classes[ox.NamedNode(OWL + "Nothing")]
            named = [cls for cls in classes if isinstance(cls, ox.NamedNode)]
            for pair in combinations(named, 2):
                if (unit := self._apart.get(frozenset(pair))) is not None:
                    yield classes[pair[0]] | classes[pair[1]] | {unit}
        for predicate, (name, *ends), unit in self._properties:
            assert isinstance(name, ox.NamedNode)
            pairs = self._values.get(name.value, {})
            if predicate == OWL + "propertyDisjointWith" and isinstance(ends[0], ox.NamedNode):
                others = self._values.get(ends[0].value, {})
                yield from (pairs[both] | others[both] | {unit} for both in pairs if both in others)
            elif predicate == OWL + "FunctionalProperty":
                yield from self._two_values(pairs, unit)

    def _two_values(
        self, pairs: dict[tuple[object, object], Basis], unit: Axiom
    ) -> Iterator[Basis]:
        values: dict[object, list[tuple[ox.Literal, Basis]]] = defaultdict(list)
        for (x, y), basis in pairs.items():
            if isinstance(y, ox.Literal):
                values[x].append((y, basis))
        for told in values.values():
            for (one, first), (other, second) in combinations(told, 2):
                if one.value != other.value:
                    yield first | second | {unit}
