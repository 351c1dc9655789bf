"""Mutants of shapes: one constraint of one shape dropped, loosened, tightened or turned.

Made of the triples of a shape and of the shapes it asks for:

* *constraint dropped*: any parameter of SHACL (section 4), a SPARQL constraint, the closing;
* *bound shifted*: a count, a length or a value by one, both ways;
* *value swapped*: the class, datatype, kind of node, value or list member asked for is another one;
* *alternative dropped*: a member of ``sh:in``, ``sh:or``, ``sh:and``, ``sh:xone``, of what a closed
  shape ignores;
* *path swapped*: the path of another property of the shape, or the way back;
* *target dropped*, *severity swapped*;
* *query mutated*: the operators of :mod:`gate_proof.query_mutants` in a SPARQL constraint.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.check.shacl import path_text
from foedus.content.names import shorten
from gate_proof import query_mutants

OPERATORS = ("constraint dropped", "bound shifted", "value swapped", "alternative dropped",
             "path swapped", "target dropped", "severity swapped", "query mutated")  # fmt: skip
_BOUNDS = frozenset(
    {SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.minInclusive, SH.maxInclusive,
     SH.minExclusive, SH.maxExclusive, SH.qualifiedMinCount, SH.qualifiedMaxCount}
)  # fmt: skip
_LISTS = frozenset({SH["in"], SH["or"], SH["and"], SH.xone, SH.languageIn})
_ASKED = frozenset({SH["class"], SH.datatype, SH.nodeKind, SH.hasValue})
_OTHERS = frozenset(
    {SH.pattern, SH["not"], SH.node, SH.closed, SH.equals, SH.disjoint, SH.lessThan,
     SH.lessThanOrEquals, SH.uniqueLang, SH.sparql, SH.qualifiedValueShape}
)  # fmt: skip
_TARGETS = frozenset({SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf})
_KINDS = (SH.IRI, SH.Literal, SH.BlankNode)
_TYPES = (XSD.string, XSD.integer, XSD.boolean, XSD.date, RDF.langString)
Change = tuple[list[tuple[Node, Node, Node]], list[tuple[Node, Node, Node]]]


@dataclass(frozen=True)
class ShapeMutant:
    """A changed shape: by which operator, what was changed, and the triples of all of it."""

    operator: str
    change: str
    graph: Graph
    #: Whether it judges as the shape does, whatever the data (:func:`_never_told`).
    equivalent: bool = False


def closure(graph: Graph, node: Node) -> Graph:
    """The triples of a shape and of everything it leads to."""
    part, waiting, seen = Graph(), [node], set[Node]()
    while waiting:
        subject = waiting.pop()
        if subject in seen:
            continue
        seen.add(subject)
        for predicate, value in graph.predicate_objects(subject):
            part.add((subject, predicate, value))
            if isinstance(value, BNode | URIRef) and predicate != SH["class"]:
                waiting.append(value)
    return part


def mutants(graph: Graph, node: Node, seed: int) -> Iterator[ShapeMutant]:
    """Every mutant of the shape *node*; what stands in for a value is drawn by *seed*."""
    shape = closure(graph, node)
    chance = random.Random(f"{seed} {node}")
    for triple in sorted(shape, key=lambda t: _key(shape, t)):
        for operator, change, (taken, added) in _changes(shape, node, triple, chance):
            changed = Graph()
            for kept in shape:
                changed.add(kept)
            for gone in taken:
                changed.remove(gone)
            for new in added:
                changed.add(new)
            same = triple[1] == SH.severity and _never_told(shape, triple[0])
            yield ShapeMutant(operator, f"{shorten(str(node))}: {change}", changed, same)


def _never_told(shape: Graph, node: Node) -> bool:
    """Whether no result can name *node* itself, so that its severity is never told.

    A result names the shape whose constraint failed (SHACL, section 3.6.2.6), and a node shape that
    only collects property shapes has none: each of these has a severity of its own.
    """
    own = {predicate for predicate in shape.predicates(node)}
    closed = (node, SH.closed, Literal(True)) in shape
    return not closed and not own & (_BOUNDS | _LISTS | _ASKED | _OTHERS - {SH.closed})


def _key(shape: Graph, triple: tuple[Node, Node, Node]) -> tuple[str, str, str]:
    subject, predicate, value = triple
    return _name(shape, subject), str(predicate), _name(shape, value)


def _name(shape: Graph, node: Node) -> str:
    """A node in words that are the same every time: a blank one by its path or its message."""
    if not isinstance(node, BNode):
        return str(node)
    path = path_text(shape, shape.value(node, SH.path)) or path_text(shape, node)
    return path or str(sorted(str(o) for o in shape.objects(node) if not isinstance(o, BNode)))


def _changes(
    shape: Graph, node: Node, triple: tuple[Node, Node, Node], chance: random.Random
) -> Iterator[tuple[str, str, Change]]:
    subject, predicate, value = triple
    where = _name(shape, subject) if isinstance(subject, BNode) else shorten(str(subject))
    said = f"{where} {shorten(str(predicate))}"
    if predicate in _BOUNDS | _LISTS | _ASKED | _OTHERS and not _off(predicate, value):
        yield "constraint dropped", f"{said} dropped", ([triple], [])
    if predicate in _BOUNDS and isinstance(value, Literal):
        for step in (-1, 1):
            new = value.toPython() + step
            if new >= 0 or predicate not in (SH.minCount, SH.maxCount, SH.minLength):
                other = (subject, predicate, Literal(new))
                yield "bound shifted", f"{said} {value} -> {new}", ([triple], [other])
    if predicate in _ASKED:
        others = [o for o in _rivals(shape, predicate, value) if o != value]
        if others:
            other_value = chance.choice(others)
            change = f"{said} {shorten(str(value))} -> {shorten(str(other_value))}"
            yield "value swapped", change, ([triple], [(subject, predicate, other_value)])
    if predicate in _LISTS | {SH.ignoredProperties}:
        members = list(Collection(shape, value))
        for member in members if len(members) > 1 else ():
            head = BNode()
            rest = Graph()
            Collection(rest, head, [m for m in members if m != member])
            added = [(subject, predicate, head), *rest]
            yield (
                "alternative dropped",
                f"{said} without {_short(shape, member)}",
                ([triple], list(added)),
            )
    if predicate == SH.path:
        yield from _paths(shape, node, triple, chance)
    if predicate in _TARGETS and subject == node:
        yield "target dropped", f"{said} {shorten(str(value))} dropped", ([triple], [])
    if predicate == SH.severity:
        other_severity = SH.Warning if value != SH.Warning else SH.Violation
        other = (subject, predicate, other_severity)
        yield "severity swapped", f"{said} -> {shorten(str(other_severity))}", ([triple], [other])
    if predicate == SH.select:
        for mutant in query_mutants.mutants(str(value), 1):
            other = (subject, predicate, Literal(mutant.text))
            change = f"{said}: {mutant.operator}, {mutant.change}"
            yield "query mutated", change, ([triple], [other])


def _off(predicate: Node, value: Node) -> bool:
    return predicate in (SH.closed, SH.uniqueLang) and str(value) != "true"


def _rivals(shape: Graph, predicate: Node, value: Node) -> Iterable[Node]:
    if predicate == SH.nodeKind:
        return _KINDS
    if predicate == SH.datatype:
        return _TYPES
    if predicate == SH["class"]:
        return [URIRef(str(value).rsplit("#", 1)[0] + f"#{name}") for name in ("Place", "State")]
    return [Literal("other")] if isinstance(value, Literal) else [URIRef("urn:other")]


def _paths(
    shape: Graph, node: Node, triple: tuple[Node, Node, Node], chance: random.Random
) -> Iterator[tuple[str, str, Change]]:
    subject, predicate, value = triple
    others = sorted(
        {
            path
            for part in shape.objects(node, SH.property)
            for path in shape.objects(part, SH.path)
            if isinstance(path, URIRef) and path != value
        }
    )
    old = path_text(shape, value)
    if others:
        other = chance.choice(others)
        change = f"sh:path {old} -> {shorten(str(other))}"
        yield "path swapped", change, ([triple], [(subject, predicate, other)])
    if isinstance(value, URIRef):
        back = BNode()
        added: list[tuple[Node, Node, Node]] = [
            (subject, predicate, back),
            (back, SH.inversePath, value),
        ]
        yield "path swapped", f"sh:path {old} -> ^{old}", ([triple], added)


def _short(shape: Graph, node: Node) -> str:
    return _name(shape, node)[:80] if isinstance(node, BNode) else shorten(str(node))
