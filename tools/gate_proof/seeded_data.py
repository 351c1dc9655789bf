"""Mutants of data: a copy of a node that conforms, with one thing changed so that it does no more.

For every property shape and each of its constraints: all values taken away (minimal count), one
more given than may be (maximal count), a value of another class, datatype, kind, or out of the list
or pattern. Each is a copy under a name of its own of what is said of the node and what leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.check.shacl.store import StoreData
from foedus.content.names import shorten

#: So many nodes of a shape are copied for each constraint.
NODES = 2
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_COMPONENTS = {
    SH.minCount: SH.MinCountConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH["class"]: SH.ClassConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH["in"]: SH.InConstraintComponent,
    SH.hasValue: SH.HasValueConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.minInclusive: SH.MinInclusiveConstraintComponent,
    SH.maxInclusive: SH.MaxInclusiveConstraintComponent,
    SH.minExclusive: SH.MinExclusiveConstraintComponent,
    SH.minLength: SH.MinLengthConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.node: SH.NodeConstraintComponent,
}
_STRANGE = ox.NamedNode("urn:seeded:nothing")


@dataclass(frozen=True)
class Seeded:
    """A copied node with one thing wrong: its name, the constraint it breaks, its triples."""

    focus: str
    component: Node
    change: str
    quads: tuple[ox.Quad, ...]


def seeded(shape: Graph, node: URIRef, data: StoreData) -> Iterator[Seeded]:
    """The mutants of data for one shape."""
    number = 0
    for target, value in sorted(_targets(shape, node)):
        focus_nodes = list(_focus(data, target, value))[: NODES * 8]
        for part in sorted(
            shape.objects(node, SH.property), key=lambda p: str(shape.value(p, SH.path))
        ):
            path = shape.value(part, SH.path)
            if not isinstance(path, URIRef):
                continue
            with_it = [f for f in focus_nodes if _values(data, f, path)]
            chosen = (with_it or focus_nodes)[:NODES]
            for parameter, component in _COMPONENTS.items():
                for wanted in shape.objects(part, parameter):
                    for focus in chosen:
                        number += 1
                        name = ox.NamedNode(f"urn:seeded:{number}")
                        new = _broken(shape, data, focus, name, path, parameter, wanted)
                        if new is None:
                            continue
                        change = f"{shorten(str(path))} breaks {shorten(str(parameter))}"
                        yield Seeded(name.value, component, change, tuple(new))


def _targets(shape: Graph, node: URIRef) -> Iterator[tuple[str, str]]:
    for predicate in (SH.targetClass, SH.targetSubjectsOf):
        for value in shape.objects(node, predicate):
            yield str(predicate), str(value)


def _focus(data: StoreData, target: str, value: str) -> Iterator[ox.NamedNode]:
    if target == str(SH.targetClass):
        classes = [str(c) for c in data.classes(URIRef(value))]
        quads = [
            q for c in classes for q in data.store.quads_for_pattern(None, _TYPE, ox.NamedNode(c))
        ]
    else:
        quads = list(data.store.quads_for_pattern(None, ox.NamedNode(value), None))
    named = {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}
    yield from sorted(named, key=str)


def _values(data: StoreData, focus: ox.NamedNode, path: URIRef) -> list[ox.Quad]:
    return list(data.store.quads_for_pattern(focus, ox.NamedNode(str(path)), None))


def _copy(data: StoreData, focus: ox.NamedNode, name: ox.NamedNode) -> list[ox.Quad]:
    said = [
        ox.Quad(name, q.predicate, q.object)
        for q in data.store.quads_for_pattern(focus, None, None)
    ]
    led = [
        ox.Quad(q.subject, q.predicate, name)
        for q in data.store.quads_for_pattern(None, None, focus)
    ]
    return said + led


def _broken(
    shape: Graph, data: StoreData, focus: ox.NamedNode, name: ox.NamedNode,
    path: URIRef, parameter: Node, wanted: Node,
) -> list[ox.Quad] | None:  # fmt: skip
    """A copy of *focus* that breaks one parameter at *path*; ``None`` where nothing would."""
    predicate = ox.NamedNode(str(path))
    copied = _copy(data, focus, name)
    values = [q for q in copied if q.subject == name and q.predicate == predicate]
    others = [q for q in copied if q not in values]

    def say(*terms: ox.NamedNode | ox.Literal) -> list[ox.Quad]:
        return [*others, *(ox.Quad(name, predicate, term) for term in terms)]

    if parameter in (SH.minCount, SH.hasValue):
        count = int(str(wanted)) if parameter == SH.minCount else 1
        return say(*[q.object for q in values[: count - 1]]) if count else None  # type: ignore[misc]
    if parameter == SH.maxCount:
        more = int(str(wanted)) + 1 - len(values)
        kind = next((q.object for q in values if isinstance(q.object, ox.Literal)), None)
        extra: list[ox.NamedNode | ox.Literal] = [
            ox.NamedNode(f"urn:seeded:more:{n}") if kind is None
            else ox.Literal(f"{kind.value}{n}", datatype=kind.datatype) if not kind.language
            else ox.Literal(f"{kind.value}{n}", language=kind.language)
            for n in range(max(more, 0))
        ]  # fmt: skip
        return [*copied, *(ox.Quad(name, predicate, term) for term in extra)]
    if parameter in (SH["class"], SH.nodeKind) and wanted != SH.Literal:
        return say(ox.Literal("seeded") if parameter == SH.nodeKind else _STRANGE)
    if parameter == SH["in"]:
        return say(_STRANGE) if list(Collection(shape, wanted)) else None
    if parameter == SH.datatype:
        number = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
        text = (
            ox.Literal("seeded") if "integer" in str(wanted) else ox.Literal("1", datatype=number)
        )
        return say(text)
    if parameter in (SH.nodeKind, SH.node, SH["or"]):
        return say(_STRANGE if parameter != SH.node else ox.Literal("no such thing"))
    if parameter == SH.pattern:
        return say(ox.Literal("\u2620"))
    if isinstance(wanted, Literal) and parameter != SH.minLength:
        step = -1 if parameter in (SH.minInclusive, SH.minExclusive) else 1
        kind_ = ox.NamedNode(str(wanted.datatype))
        return say(ox.Literal(str(wanted.toPython() + step), datatype=kind_))
    return say(ox.Literal("")) if parameter == SH.minLength else None
