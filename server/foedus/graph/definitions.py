"""What a class requires, as a SPARQL query: made of the axioms, asked of the plain facts.

The rules in ``ontology/rules/6-types`` are written by hand; these queries are not, and read none
of what the rules inferred. A class expression becomes a pattern (Manchester syntax on the left)::

    A and B         both patterns
    A or B          one of them
    p some A        ?x p ?y, and the pattern of A for ?y
    p value v       ?x p v, by chains, inverses and subproperties too, or what is a subclass of it
    {a, b}          ?x is one of them
    not A           A is *denied*: it would contradict an axiom and a fact that is there

Silence denies nothing (OWL's open world): ``not (p value v)`` holds by a value of a property that
is disjoint with *p*, or that excludes it by a general axiom; ``not (A and B)`` where A or where B
is denied. What only follows from all values being known, or from a case distinction, is not
derived: :class:`Definition` says so of a class by its ``left_out``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.content.names import shorten
from foedus.graph.reasoning import OWL, RDF, RDFS

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_THING = OWL + "Thing"
_UNKNOWN = ("allValuesFrom", "minCardinality", "maxCardinality", "cardinality", "hasSelf",
            "minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality",
            "onDataRange", "complementOf")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """A class as a query for its members (``?x``), and what of its definition no pattern says."""

    cls: str
    query: str
    left_out: tuple[str, ...]


class Definitions:
    """The axioms of an ontology, ready to be made into queries."""

    def __init__(self, axioms: Iterable[ox.Triple]) -> None:
        self._parts: dict[object, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for triple in axioms:
            self._parts[triple.subject][triple.predicate.value].append(triple.object)
        self._above: dict[str, list[Node]] = defaultdict(list)
        self._general: list[tuple[Node, Node]] = []
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._fresh = 0
        self._left: list[str] = []
        self._under: dict[str, set[str]] = defaultdict(set)
        self._ends: list[tuple[str, str, bool]] = []  # property, class, whether by its range
        self._links: dict[str, list[tuple[str, ox.NamedNode]]] = defaultdict(list)
        self._known_below: dict[str, list[str]] = {}
        for subject, parts in list(self._parts.items()):
            self._read(subject, parts)
        for name, classes in self._above.items():
            for superclass in classes:
                if isinstance(superclass, ox.NamedNode):
                    self._under[superclass.value].add(name)

    @property
    def defined(self) -> list[str]:
        """The classes that have a definition, sorted."""
        return sorted(
            subject.value
            for subject, parts in self._parts.items()
            if isinstance(subject, ox.NamedNode) and OWL + "equivalentClass" in parts
        )

    def definition(self, cls: str) -> Definition:
        """The query whose answers ``?x`` are surely members of *cls*."""
        self._fresh, self._left = 0, []
        pattern = self._named(cls, "?x", frozenset()) or "FILTER(false)"
        # What makes a class hold is asked last of the facts, so the evaluation starts small.
        query = f"SELECT DISTINCT ?x WHERE {{ {pattern} }}"
        return Definition(cls, query, tuple(dict.fromkeys(self._left)))

    # -- reading

    def _read(self, subject: object, parts: dict[str, list[Node]]) -> None:
        for above in parts.get(RDFS + "subClassOf", ()):
            if isinstance(subject, ox.NamedNode):
                self._above[subject.value].append(above)
            elif isinstance(subject, ox.BlankNode):
                self._general.append((subject, above))
        for same in parts.get(OWL + "equivalentClass", ()):
            for part in self._list(same, "intersectionOf"):
                if isinstance(subject, ox.NamedNode):
                    self._above[subject.value].append(part)
            for part in self._list(same, "unionOf"):
                if isinstance(part, ox.NamedNode) and isinstance(subject, ox.NamedNode):
                    self._above[part.value].append(subject)
        groups = [self._items(head) for head in parts.get(OWL + "members", ())]
        for other in parts.get(OWL + "disjointWith", ()):
            if isinstance(subject, ox.NamedNode):
                groups.append([subject, other])
        for group in groups:
            named = [item.value for item in group if isinstance(item, ox.NamedNode)]
            for one in named:
                self._apart[one] |= set(named) - {one}

        if isinstance(subject, ox.NamedNode):
            self._read_property(subject, parts)

    def _read_property(self, subject: ox.NamedNode, parts: dict[str, list[Node]]) -> None:
        for name, flip in ((RDFS + "domain", False), (RDFS + "range", True)):
            for end in parts.get(name, ()):
                if isinstance(end, ox.NamedNode):
                    self._ends.append((subject.value, end.value, flip))
        for name in (OWL + "inverseOf", RDFS + "subPropertyOf", OWL + "propertyDisjointWith"):
            for other in parts.get(name, ()):
                if isinstance(other, ox.NamedNode):
                    self._links[other.value].append((name, subject))

    def _items(self, head: object) -> list[Node]:
        items: list[Node] = []
        while head in self._parts and RDF + "first" in self._parts[head]:
            items += self._parts[head][RDF + "first"]
            head = next(iter(self._parts[head].get(RDF + "rest", ())), None)
        return items

    def _list(self, node: object, name: str) -> list[Node]:
        heads = self._parts[node].get(OWL + name, ()) if node in self._parts else ()
        return [item for head in heads for item in self._items(head)]

    def _value(self, node: object, name: str) -> Node | None:
        values = self._parts[node].get(OWL + name, ()) if node in self._parts else ()
        return next(iter(values), None)

    # -- positive

    def _pattern(self, node: Node, x: str, above: frozenset[object]) -> str | None:
        """Where *x* is surely of the class expression *node*; ``None`` where nothing tells."""
        if isinstance(node, ox.NamedNode):
            return self._named(node.value, x, above)
        if parts := self._list(node, "intersectionOf"):
            return _all(self._pattern(part, x, above) for part in parts)
        if parts := self._list(node, "unionOf"):
            return _any(self._pattern(part, x, above) for part in parts)
        if parts := self._list(node, "oneOf"):
            return f"VALUES {x} {{ {' '.join(map(str, parts))} }}"
        on = self._value(node, "onProperty")
        if isinstance(on, ox.NamedNode):
            filler = self._value(node, "someValuesFrom")
            if filler is not None:
                y = self._new()
                inner = self._pattern(filler, y, above)
                if filler == ox.NamedNode(_THING):
                    return self._step(on.value, x, y)
                return _all([self._step(on.value, x, y), inner])
            wanted = self._value(node, "hasValue")
            if wanted is not None:
                return self._has_value(on.value, wanted, x, above)
        if (denied := self._value(node, "complementOf")) is not None:
            return self._denied(denied, x, above)
        self._left.append(self._words(node))
        return None

    def _named(self, cls: str, x: str, above: frozenset[object]) -> str | None:
        if cls == _THING:
            return ""
        key = ("is", cls)
        if key in above:
            return None
        above = above | {key}
        below = self._below(cls)
        ways: list[str | None] = [self._told(below, x)]
        ways += self._by_property(below, x)
        for name in below:
            for same in self._parts[ox.NamedNode(name)].get(OWL + "equivalentClass", ()):
                if name == cls or not self._requires(same, cls):
                    ways.append(self._pattern(same, x, above))
        for general, superclass in self._general:
            if isinstance(superclass, ox.NamedNode) and superclass.value in below:
                ways.append(self._pattern(general, x, above))
        return _any(ways)

    def _below(self, cls: str) -> list[str]:
        """*cls* and the named classes under it, as told."""
        if cls not in self._known_below:
            found, waiting = {cls}, [cls]
            while waiting:
                new = self._under[waiting.pop()] - found
                found |= new
                waiting += new
            self._known_below[cls] = sorted(found)
        return self._known_below[cls]

    def _requires(self, node: Node, cls: str) -> bool:
        """Whether an intersection has *cls* among its parts, or a class under it: it adds none."""
        below = self._below(cls)
        return any(
            isinstance(part, ox.NamedNode) and part.value in below
            for part in self._list(node, "intersectionOf")
        )

    def _by_property(self, below: Sequence[str], x: str) -> Iterator[str]:
        """Membership by what a property's domain or range says."""
        for name, end, flip in self._ends:
            if end in below:
                y = self._new()
                yield self._step(name, *((y, x) if flip else (x, y)))

    def _has_value(self, on: str, wanted: Node, x: str, above: frozenset[object]) -> str | None:
        key = ("has", on, str(wanted))
        if key in above:
            return self._step(on, x, str(wanted))
        above = above | {key}
        ways: list[str | None] = [self._step(on, x, str(wanted))]
        for subject, parts in list(self._parts.items()):
            told = parts.get(RDFS + "subClassOf", ())
            if isinstance(subject, ox.NamedNode) and any(
                self._is_value(node, on, wanted) for node in told
            ):
                ways.append(self._named(subject.value, x, above))
        parts_of = [
            name
            for name, classes in self._above.items()
            if any(self._is_value(node, on, wanted) for node in classes)
        ]
        if parts_of:
            ways.append(self._told(parts_of, x))
        for general, superclass in self._general:
            if self._is_value(superclass, on, wanted):
                ways.append(self._pattern(general, x, above))
        return _any(ways)

    def _is_value(self, node: Node, on: str, wanted: Node) -> bool:
        return (
            self._value(node, "onProperty") == ox.NamedNode(on)
            and self._value(node, "hasValue") == wanted
        )

    def _step(self, on: str, x: str, y: str, seen: frozenset[str] = frozenset()) -> str:
        """``x on y``, with the property's chains, inverses and subproperties."""
        if on in seen:
            return f"{x} <{on}> {y}"
        seen = seen | {on}
        ways = [f"{x} <{on}> {y}"]
        name = ox.NamedNode(on)
        for head in self._parts[name].get(OWL + "propertyChainAxiom", ()):
            links, steps, here = self._items(head), [], x
            for number, link in enumerate(links, 1):
                there = y if number == len(links) else self._new()
                assert isinstance(link, ox.NamedNode)
                steps.append(self._step(link.value, here, there, seen))
                here = there
            ways.append(" . ".join(steps))
        for axiom, other in self._links.get(on, ()):
            if axiom == OWL + "inverseOf":
                ways.append(self._step(other.value, y, x, seen))
            elif axiom == RDFS + "subPropertyOf":
                ways.append(self._step(other.value, x, y, seen))
        for inverse in self._parts[name].get(OWL + "inverseOf", ()):
            if isinstance(inverse, ox.NamedNode):
                ways.append(self._step(inverse.value, y, x, seen))
        return _any(ways) or ""

    # -- denied

    def _denied(self, node: Node, x: str, above: frozenset[object]) -> str | None:
        """Where *x* is surely not of the class expression *node*."""
        key = ("not", node)
        if key in above:
            return None
        above = above | {key}
        if isinstance(node, ox.NamedNode):
            ways = [self._of_disjoint(node.value, x)]
            named = self._parts[node]
            for axiom in (OWL + "equivalentClass", RDFS + "subClassOf"):
                ways += [self._denied(wider, x, above) for wider in named.get(axiom, ())]
            return _any(ways)
        if parts := self._list(node, "intersectionOf"):
            return _any(self._denied(part, x, above) for part in parts)
        if parts := self._list(node, "unionOf"):
            return _all(self._denied(part, x, above) for part in parts)
        if (positive := self._value(node, "complementOf")) is not None:
            return self._pattern(positive, x, above)
        on, wanted = self._value(node, "onProperty"), self._value(node, "hasValue")
        if isinstance(on, ox.NamedNode) and wanted is not None:
            ways = [
                self._pattern(general, x, above)
                for general, superclass in self._general
                if (other := self._value(superclass, "complementOf")) is not None
                and self._is_value(other, on.value, wanted)
            ]
            rivals = [p for axiom, p in self._links.get(on.value, ()) if "Disjoint" in axiom]
            rivals += [
                other
                for other in self._parts[on].get(OWL + "propertyDisjointWith", ())
                if isinstance(other, ox.NamedNode)
            ]
            ways += [self._step(rival.value, x, str(wanted)) for rival in rivals]
            return _any(ways)
        self._left.append(f"not {self._words(node)}")
        return None

    def _of_disjoint(self, cls: str, x: str) -> str | None:
        """Where *x* is told to be of a class that *cls*, or a class above it, is apart from."""
        waiting, above = [cls], {cls}
        while waiting:
            for superclass in self._above[waiting.pop()]:
                if isinstance(superclass, ox.NamedNode) and superclass.value not in above:
                    above.add(superclass.value)
                    waiting.append(superclass.value)
        apart = sorted({b for a in above for other in self._apart[a] for b in self._below(other)})
        if not apart:
            return None
        return self._told(apart, x)

    def _told(self, classes: Sequence[str], x: str) -> str:
        """Where *x* is told to be of one of *classes*."""
        kind = self._new()
        return f"{x} a {kind} VALUES {kind} {{ {' '.join(f'<{name}>' for name in classes)} }}"

    def _words(self, node: Node) -> str:
        if isinstance(node, ox.NamedNode):
            return shorten(node.value)
        parts = self._parts.get(node, {})
        on = self._value(node, "onProperty")
        name = next((n for n in (*_UNKNOWN, "someValuesFrom") if OWL + n in parts), "expression")
        about = f" on {shorten(on.value)}" if isinstance(on, ox.NamedNode) else ""
        return f"owl:{name}{about}"

    def _new(self) -> str:
        self._fresh += 1
        return f"?v{self._fresh}"


def _all(patterns: Iterable[str | None]) -> str | None:
    """All patterns together; ``None`` where one can never hold."""
    parts = list(patterns)
    if any(part is None for part in parts):
        return None
    return " ".join(f"{{ {part} }}" for part in parts if part)


def _any(patterns: Iterable[str | None]) -> str | None:
    """One of the patterns; ``None`` where none can ever hold."""
    parts = list(dict.fromkeys(part for part in patterns if part is not None))
    if "" in parts:
        return ""
    if len(parts) < 2:
        return parts[0] if parts else None
    return " UNION ".join(f"{{ {part} }}" for part in parts)


def by_definition(
    axioms: Iterable[ox.Triple], facts: Iterable[ox.Triple]
) -> frozenset[tuple[str, str]]:
    """The types that the definitions of *axioms* give to what *facts* are about."""
    known = list(axioms)
    definitions = Definitions(known)
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*known, *facts))
    found = set()
    for cls in definitions.defined:
        answer = store.query(definitions.definition(cls).query)
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            member = row["x"]
            if isinstance(member, ox.NamedNode):
                found.add((member.value, cls))
    return frozenset(found)
