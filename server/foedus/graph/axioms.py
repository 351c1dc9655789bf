"""Axioms and facts as units: what can be left out of an ontology, and how each reads in words.

A unit is one triple about a named term together with the blank structure that hangs on it, so that
a class expression is kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from foedus.content.names import shorten
from foedus.graph.reasoning import OWL, RDF, RDFS, RESERVED, TYPE

_GENERAL = (RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith")
Axiom = tuple[ox.Triple, ...]


def is_declaration(triple: ox.Triple) -> bool:
    """Whether a triple only declares a class or a property."""
    return (
        triple.predicate == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in (OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty")
    )


def units(axioms: Sequence[ox.Triple]) -> list[Axiom]:
    """One group for each axiom about a named term, with the blank structure that it carries."""
    by_subject: dict[object, list[ox.Triple]] = {}
    for triple in axioms:
        by_subject.setdefault(triple.subject, []).append(triple)

    def closure(triple: ox.Triple) -> list[ox.Triple]:
        found, queue = [triple], [triple.object]
        while queue:
            node = queue.pop()
            if isinstance(node, ox.BlankNode):
                for inner in by_subject.get(node, ()):
                    found.append(inner)
                    queue.append(inner.object)
        return found

    used = {t.object for t in axioms if isinstance(t.object, ox.BlankNode)}
    groups: list[Axiom] = []
    for subject, triples in by_subject.items():
        if isinstance(subject, ox.BlankNode):
            if subject not in used:  # a general axiom: [ … ] rdfs:subClassOf [ … ]
                groups.append(tuple(dict.fromkeys(t for own in triples for t in closure(own))))
            continue
        groups.extend(tuple(closure(t)) for t in triples if not is_declaration(t))
    return groups


def terms(axiom: Axiom) -> set[str]:
    """The names in a unit, without those of RDF and OWL themselves."""
    return {
        term.value
        for triple in axiom
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode) and not term.value.startswith(RESERVED)
    }


def wording(axiom: Axiom) -> str:
    """An axiom or fact in short words, class expressions as in the Manchester syntax."""
    inside: dict[object, dict[str, object]] = {}
    for triple in axiom:
        inside.setdefault(triple.subject, {})[triple.predicate.value] = triple.object

    def listed(node: object) -> list[str]:
        words = []
        while node in inside:
            words.append(expression(inside[node].get(RDF + "first")))
            node = inside[node].get(RDF + "rest")
        return words

    def expression(node: object) -> str:
        if not isinstance(node, ox.BlankNode):
            return shorten(node.value) if isinstance(node, ox.NamedNode) else str(node)
        parts = inside.get(node, {})
        on = expression(parts[OWL + "onProperty"]) if OWL + "onProperty" in parts else ""
        for name, word in (("someValuesFrom", "some"), ("allValuesFrom", "only")):
            if OWL + name in parts:
                return f"({on} {word} {expression(parts[OWL + name])})"
        if OWL + "hasValue" in parts:
            return f"({on} value {expression(parts[OWL + 'hasValue'])})"
        if OWL + "complementOf" in parts:
            return f"not {expression(parts[OWL + 'complementOf'])}"
        for name, word in (("intersectionOf", " and "), ("unionOf", " or ")):
            if OWL + name in parts:
                return f"({word.join(listed(parts[OWL + name]))})"
        if OWL + "oneOf" in parts:
            return "{" + ", ".join(listed(parts[OWL + "oneOf"])) + "}"
        for name in ("members", "distinctMembers"):
            if OWL + name in parts:
                return f"all of ({', '.join(listed(parts[OWL + name]))})"
        return f"({', '.join(listed(node))})"

    head = axiom[0]
    if isinstance(head.subject, ox.BlankNode):
        general = [t for t in axiom if t.subject == head.subject and t.predicate.value in _GENERAL]
        if not general:
            return f"{expression(head.subject)} are disjoint"
        head = general[0]
    predicate = shorten(head.predicate.value)
    return f"{expression(head.subject)} {predicate} {expression(head.object)}"
