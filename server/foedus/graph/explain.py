"""Why an inferred type is there: the axioms and the facts that made it so, and who says the facts.

A proof is read off the definitions: a class defined by ``owl:equivalentClass`` holds of a thing
when every part of its definition does, and a part is a fact, a chain of facts, or another class.
What is denied must be denied by a fact (``f:lacksFeature``, ``f:doesNotPromise``): silence refutes
nothing. The tests hand each proof to HermiT, which must draw the same conclusion from it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE, F, shorten

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"

Node = ox.NamedNode | ox.BlankNode
_TYPE = ox.NamedNode(RDF + "type")
_DENIALS = {F + "promises": F + "doesNotPromise", F + "hasFeature": F + "lacksFeature"}
_INFERRED = ox.NamedNode(BASE + "graph/inferred")


@dataclass(slots=True)
class Proof:
    """The axioms (in the words of the Manchester syntax) and facts from which something follows."""

    axioms: list[str] = field(default_factory=list)
    facts: list[ox.Triple] = field(default_factory=list)

    def __add__(self, other: Proof) -> Proof:
        return Proof(
            list(dict.fromkeys(self.axioms + other.axioms)),
            list(dict.fromkeys(self.facts + other.facts)),
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """One inferred type of a thing, its proof, and the statements behind the facts of the proof."""

    thing: str
    type: str
    proof: Proof
    statements: tuple[str, ...]


class Explainer:
    """Explains what is in a release; ``store`` holds the whole dataset."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._default = ox.DefaultGraph()

    def types(self, iri: str) -> list[Explanation]:
        """An explanation for each inferred type of *iri*, sorted by type."""
        thing = ox.NamedNode(iri)
        found = []
        inferred = self._store.quads_for_pattern(thing, _TYPE, None, _INFERRED)
        for quad in sorted(inferred, key=lambda q: str(q.object)):
            cls = quad.object
            assert isinstance(cls, ox.NamedNode)
            proof = self._class(thing, cls, frozenset()) or self._by_rule(thing, cls)
            statements = sorted({s for fact in proof.facts for s in self.statements(fact)})
            found.append(Explanation(iri, cls.value, proof, tuple(statements)))
        return found

    def _by_rule(self, thing: ox.NamedNode, cls: ox.NamedNode) -> Proof:
        """Types that only a rule gives: a treaty is what two states signed."""
        signed = [
            quad.triple
            for quad in self._store.quads_for_pattern(
                None, ox.NamedNode(F + "signatoryOf"), thing, self._default
            )
        ]
        return Proof(
            [f"rule 6-types/01-treaty: what two states signed is a {shorten(cls.value)}"],
            [ox.Triple(thing, _TYPE, cls), *signed],
        )

    # -- reading the ontology

    def _objects(self, subject: Node, predicate: str) -> Iterator[ox.NamedNode | ox.BlankNode]:
        for quad in self._store.quads_for_pattern(
            subject, ox.NamedNode(predicate), None, self._default
        ):
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                yield quad.object

    def _one(self, subject: Node, predicate: str) -> Node | None:
        return next(self._objects(subject, predicate), None)

    def _list(self, head: Node | None) -> list[Node]:
        items: list[Node] = []
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            first = self._one(head, RDF + "first")
            if first is not None:
                items.append(first)
            head = self._one(head, RDF + "rest")
        return items

    def conjuncts(self, expression: Node) -> list[str]:
        """The named classes among the parts of an intersection; empty for anything else."""
        parts = self._list(self._one(expression, OWL + "intersectionOf"))
        return [part.value for part in parts if isinstance(part, ox.NamedNode)]

    def words(self, expression: Node) -> str:
        """A class expression in (nearly) the Manchester syntax of OWL 2."""
        if isinstance(expression, ox.NamedNode):
            return shorten(expression.value)
        parts = self._list(self._one(expression, OWL + "intersectionOf"))
        if parts:
            return "(" + " and ".join(self.words(p) for p in parts) + ")"
        parts = self._list(self._one(expression, OWL + "unionOf"))
        if parts:
            return "(" + " or ".join(self.words(p) for p in parts) + ")"
        parts = self._list(self._one(expression, OWL + "oneOf"))
        if parts:
            return "{" + ", ".join(self.words(p) for p in parts) + "}"
        negated = self._one(expression, OWL + "complementOf")
        if negated is not None:
            return f"not {self.words(negated)}"
        on = self._one(expression, OWL + "onProperty")
        name = self.words(on) if on is not None else "?"
        filler = self._one(expression, OWL + "someValuesFrom")
        if filler is not None:
            return f"({name} some {self.words(filler)})"
        for quad in self._store.quads_for_pattern(
            expression, ox.NamedNode(OWL + "hasValue"), None, self._default
        ):
            value = quad.object
            text = shorten(value.value) if isinstance(value, ox.NamedNode) else str(value)
            return f"({name} value {text})"
        return "(…)"

    # -- proofs that something is so

    def _asserted(self, triple: ox.Triple) -> bool:
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, self._default)
        inferred = ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED)
        return quad in self._store and inferred not in self._store

    def _class(self, thing: Node, cls: Node, seen: frozenset[tuple[Node, Node]]) -> Proof | None:
        if (thing, cls) in seen:
            return None
        seen |= {(thing, cls)}
        if isinstance(cls, ox.BlankNode):
            return self._expression(thing, cls, seen)
        fact = ox.Triple(thing, _TYPE, cls)
        if self._asserted(fact):
            return Proof([], [fact])
        for definition in self._objects(cls, OWL + "equivalentClass"):
            proof = self._class(thing, definition, seen)
            if proof:
                axiom = f"{self.words(cls)} EquivalentTo {self.words(definition)}"
                return Proof([axiom]) + proof
        for quad in self._store.quads_for_pattern(
            None, ox.NamedNode(RDFS + "subClassOf"), cls, self._default
        ):
            if isinstance(quad.subject, ox.NamedNode):
                proof = self._class(thing, quad.subject, seen)
                if proof:
                    axiom = f"{self.words(quad.subject)} SubClassOf {self.words(cls)}"
                    return Proof([axiom]) + proof
        inferred = ox.Quad(thing, _TYPE, cls, _INFERRED) in self._store
        if (
            inferred
            and isinstance(thing, ox.NamedNode)
            and self._one(cls, OWL + "equivalentClass") is None
        ):
            return self._by_rule(thing, cls)
        return None

    def _expression(
        self, thing: Node, expression: ox.BlankNode, seen: frozenset[tuple[Node, Node]]
    ) -> Proof | None:
        parts = self._list(self._one(expression, OWL + "intersectionOf"))
        if parts:
            whole = Proof()
            for part in parts:
                proof = self._class(thing, part, seen)
                if proof is None:
                    return None
                whole += proof
            return whole
        for part in self._list(self._one(expression, OWL + "unionOf")):
            proof = self._class(thing, part, seen)
            if proof:
                return proof
        negated = self._one(expression, OWL + "complementOf")
        if negated is not None:
            return self._refuted(thing, negated)
        on = self._one(expression, OWL + "onProperty")
        if not isinstance(on, ox.NamedNode):
            return None
        for quad in self._store.quads_for_pattern(
            expression, ox.NamedNode(OWL + "hasValue"), None, self._default
        ):
            return self._has(thing, on, quad.object, seen)
        filler = self._one(expression, OWL + "someValuesFrom")
        if filler is None:
            return None
        for quad in self._store.quads_for_pattern(thing, on, None, self._default):
            if isinstance(quad.object, ox.NamedNode):
                link = self._has(thing, on, quad.object, seen)
                inside = self._class(quad.object, filler, seen)
                if link and inside:
                    return link + inside
        return None

    def _has(
        self,
        thing: Node,
        predicate: ox.NamedNode,
        value: object,
        seen: frozenset[tuple[Node, Node]],
    ) -> Proof | None:
        fact = ox.Triple(thing, predicate, value)  # type: ignore[arg-type]
        if self._asserted(fact):
            return Proof([], [fact])
        chain = self._list(self._one(predicate, OWL + "propertyChainAxiom"))
        if len(chain) == 2 and all(isinstance(step, ox.NamedNode) for step in chain):
            first, second = chain
            for quad in self._store.quads_for_pattern(
                thing,
                first,  # type: ignore[arg-type]
                None,
                self._default,
            ):
                onward = ox.Triple(quad.object, second, value)  # type: ignore[arg-type]
                if self._asserted(onward):
                    axiom = (
                        f"{self.words(first)} o {self.words(second)} SubPropertyOf "
                        f"{self.words(predicate)}"
                    )
                    return Proof([axiom], [quad.triple, onward])
        return self._by_superclass(thing, predicate, value, seen)

    def _by_superclass(
        self,
        thing: Node,
        predicate: ox.NamedNode,
        value: object,
        seen: frozenset[tuple[Node, Node]],
    ) -> Proof | None:
        """A class of which every member has this value: what is treaty-based has a treaty."""
        for quad in self._store.quads_for_pattern(
            None,
            ox.NamedNode(OWL + "hasValue"),
            value,  # type: ignore[arg-type]
            self._default,
        ):
            if self._one(quad.subject, OWL + "onProperty") != predicate:  # type: ignore[arg-type]
                continue
            for axiom in self._store.quads_for_pattern(
                None, ox.NamedNode(RDFS + "subClassOf"), quad.subject, self._default
            ):
                if isinstance(axiom.subject, ox.NamedNode):
                    proof = self._class(thing, axiom.subject, seen)
                    if proof:
                        line = f"{self.words(axiom.subject)} SubClassOf {self.words(quad.subject)}"  # type: ignore[arg-type]
                        return Proof([line]) + proof
        return None

    # -- proofs that something is not so

    def _refuted(self, thing: Node, expression: Node) -> Proof | None:
        if isinstance(expression, ox.NamedNode):
            for definition in self._objects(expression, OWL + "equivalentClass"):
                proof = self._refuted(thing, definition)
                if proof:
                    axiom = f"{self.words(expression)} EquivalentTo {self.words(definition)}"
                    return Proof([axiom]) + proof
            return None
        for part in self._list(self._one(expression, OWL + "intersectionOf")):
            proof = self._refuted(thing, part)
            if proof:
                return proof
        on = self._one(expression, OWL + "onProperty")
        denial = _DENIALS.get(on.value) if isinstance(on, ox.NamedNode) else None
        if denial is None or not isinstance(on, ox.NamedNode):
            return None
        for quad in self._store.quads_for_pattern(
            expression, ox.NamedNode(OWL + "hasValue"), None, self._default
        ):
            fact = ox.Triple(thing, ox.NamedNode(denial), quad.object)
            if self._asserted(fact):
                value = shorten(getattr(quad.object, "value", ""))
                axiom = (
                    f"({shorten(denial)} value {value}) SubClassOf not "
                    f"({shorten(on.value)} value {value})"
                )
                return Proof([axiom], [fact])
        return None

    # -- who says it

    def statements(self, fact: ox.Triple) -> set[str]:
        """The statements behind a fact of a proof: of the situation that it is about or sums up."""
        situations: set[object] = {fact.subject, fact.object}
        if fact.predicate.value in (F + "hasFeature", F + "lacksFeature"):
            situations |= self._features(fact)
        elif fact.predicate.value == F + "doesNotPromise":
            lacks = ox.NamedNode(BASE + "concept/feature/mutual-defense-guarantee")
            situations |= self._features(ox.Triple(fact.subject, fact.predicate, lacks))
        elif fact.predicate.value == F + "signatoryOf":
            for quad in self._store.quads_for_pattern(
                None, ox.NamedNode(F + "object"), fact.object, self._default
            ):
                situations.add(quad.subject)
        return {
            quad.object.value
            for situation in situations
            if isinstance(situation, ox.NamedNode)
            for quad in self._store.quads_for_pattern(
                situation, ox.NamedNode(F + "basis"), None, self._default
            )
            if isinstance(quad.object, ox.NamedNode)
        }

    def _features(self, fact: ox.Triple) -> set[object]:
        owners: set[Node] = {fact.subject}  # type: ignore[arg-type]
        owners |= set(self._objects(fact.subject, F + "phaseOf"))  # type: ignore[arg-type]
        return {
            quad.subject
            for owner in owners
            for quad in self._store.quads_for_pattern(
                None, ox.NamedNode(F + "arrangement"), owner, self._default
            )
            if ox.Quad(quad.subject, ox.NamedNode(F + "feature"), fact.object, self._default)
            in self._store
        }

    # -- for readers

    def known(self, iri: str) -> bool:
        """Whether the release says anything of *iri* in its default graph."""
        pattern = self._store.quads_for_pattern(ox.NamedNode(iri), None, None, self._default)
        return any(True for _ in pattern)

    def basis(self, iri: str) -> list[str]:
        """The statements behind a fact, sorted; empty for what is no fact."""
        found = self._store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(F + "basis"), None, self._default
        )
        return sorted(q.object.value for q in found if isinstance(q.object, ox.NamedNode))

    def said(self, statement: str) -> str:
        """A statement in the words of its curators."""
        found = self._store.quads_for_pattern(
            ox.NamedNode(statement), ox.NamedNode(RDFS + "label"), None, self._default
        )
        return next((q.object.value for q in found if isinstance(q.object, ox.Literal)), "")


def in_words(explainer: Explainer, iri: str, place: Callable[[str], tuple[Any, ...] | None]) -> str:
    """The explanation of *iri* as text; ``place`` leads from a statement to its file and line."""
    lines = []

    def statement(name: str) -> None:
        where = place(name)
        lines.append(f"    said   {explainer.said(name)}")
        lines.append(f"           {name}" + (f"  {where[0]}:{where[1]}" if where else ""))

    for found in explainer.types(iri):
        lines.append(f"{shorten(iri)} is a {shorten(found.type)}, inferred")
        lines += [f"    axiom  {axiom}" for axiom in found.proof.axioms]
        for fact in found.proof.facts:
            words = (shorten(getattr(t, "value", "")) for t in fact)
            lines.append(f"    fact   {' '.join(words)}")
        for name in found.statements:
            statement(name)
    basis = explainer.basis(iri)
    if basis:
        lines.append(f"{shorten(iri)} is a fact; behind it:")
        for name in basis:
            statement(name)
    if not lines:
        where = place(iri)
        lines.append(
            f"{shorten(iri)} is neither a fact nor has it inferred types"
            + (f"; it is written in {where[0]}:{where[1]}" if where else "")
        )
    return "\n".join(lines) + "\n"
