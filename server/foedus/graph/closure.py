"""Types by `owlrl`: the rules of OWL 2 RL (OWL 2 Profiles, section 4.3) run forward over the facts.

A reasoner of its own kind beside HermiT. It costs by the triple, so it gets only those axioms and
facts from which a defined class can be concluded (:func:`relevant`). OWL 2 RL concludes less than
OWL 2 DL: :func:`underivable` reads off the axioms which classes it can never give, and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from foedus.content.names import shorten
from foedus.graph.axioms import Axiom, terms, units
from foedus.graph.modules import module
from foedus.graph.reasoning import OWL, RDF, RDFS, TYPE

#: What only contradicts: it gives nothing a type.
_DENYING = tuple(
    OWL + name for name in ("disjointWith", "members", "distinctMembers", "propertyDisjointWith")
)
#: Class expressions that OWL 2 RL allows where members are recognized (section 4.2.3).
_RECOGNIZED = ("intersectionOf", "unionOf", "oneOf", "someValuesFrom", "hasValue")


def by_owlrl(axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]) -> frozenset[tuple[str, str]]:
    """The types that OWL 2 RL gives to the individuals of *facts*: (individual, defined class)."""
    import owlrl
    from rdflib import RDF as rdf
    from rdflib import Graph

    defined = _defined(axioms)
    seen_axioms, seen_facts = relevant(axioms, facts)
    graph = Graph()
    triples = dict.fromkeys([*(t for unit in seen_axioms for t in unit), *seen_facts])
    text = ox.serialize(list(triples), format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=text, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    about = {fact.subject.value for fact in facts if isinstance(fact.subject, ox.NamedNode)}
    return frozenset(
        (str(individual), str(cls))
        for individual, cls in graph.subject_objects(rdf.type)
        if str(individual) in about and str(cls) in defined
    )


def relevant(
    axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]
) -> tuple[list[Axiom], list[ox.Triple]]:
    """The axioms and facts from which membership in a defined class can be concluded.

    Backwards from the defined classes: an axiom matters when what it concludes does, and then what
    it asks for matters too; of those, the ones that are about the facts at all.
    """
    wanted = set(_defined(axioms))
    left = [unit for unit in units(axioms) if not any(t.predicate.value in _DENYING for t in unit)]
    left = [unit for unit in left if isinstance(unit[0].subject, ox.NamedNode)]
    chosen: list[Axiom] = []
    while True:
        new = [unit for unit in left if _concluded(unit) & wanted]
        if not new:
            break
        chosen += new
        taken = set(new)
        left = [unit for unit in left if unit not in taken]
        wanted |= {term for unit in new for term in terms(unit)}
    used = [
        fact
        for fact in facts
        if (fact.object.value if fact.predicate == TYPE else fact.predicate.value) in wanted  # type: ignore[union-attr]
    ]
    return module(chosen, used), used


def _concluded(unit: Axiom) -> set[str]:
    """The classes and properties of which a unit can conclude something."""
    head = unit[0]
    predicate = head.predicate.value
    if predicate in (RDFS + "subClassOf", RDFS + "domain", RDFS + "range", RDF + "type"):
        # The superclass: a name, or all that hangs on it.
        if isinstance(head.object, ox.NamedNode):
            own = head.subject.value if isinstance(head.subject, ox.NamedNode) else ""
            return {own} if head.object.value.startswith(OWL) else {head.object.value}
        if any(t.predicate.value == OWL + "unionOf" for t in unit if t.subject == head.object):
            return set()  # of a union as such nothing more is concluded
        return {term for term in terms(unit) if term != getattr(head.subject, "value", "")}
    if predicate in (RDFS + "subPropertyOf", OWL + "inverseOf"):
        return {term for term in terms(unit)}
    return {head.subject.value} if isinstance(head.subject, ox.NamedNode) else terms(unit)


def underivable(axioms: Sequence[ox.Triple]) -> dict[str, str]:
    """The defined classes that OWL 2 RL gives to nothing, each with the reason.

    A class expression that recognizes members is a name, a union or an intersection of such,
    ``oneOf``, ``someValuesFrom`` or ``hasValue``. Anything else in a definition, or in that of a
    class it rests on, and the profile only uses it the other way: from membership to what follows.
    """
    parts: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in axioms:
        parts[triple.subject][triple.predicate.value].append(triple.object)

    def items(head: object) -> list[object]:
        found: list[object] = []
        while head in parts and RDF + "first" in parts[head]:
            found += parts[head][RDF + "first"]
            head = next(iter(parts[head].get(RDF + "rest", ())), None)
        return found

    def reasons(node: object, open_: frozenset[object]) -> list[str]:
        """Why nothing is recognized as a member of *node*; empty where something can be."""
        if node in open_:
            return []
        if isinstance(node, ox.NamedNode):
            same = parts[node].get(OWL + "equivalentClass", []) if node in parts else []
            found = [reasons(other, open_ | {node}) for other in same]
            if not found or not all(found):
                return []
            why = found[0][0]
            return [why if why.startswith("it rests on") or not open_ else
                    f"it rests on {shorten(node.value)}, and there {why}"]  # fmt: skip
        own = parts.get(node, {})
        for name in ("intersectionOf", "unionOf"):
            for head in own.get(OWL + name, ()):
                each = [reasons(part, open_) for part in items(head)]
                if name == "intersectionOf":
                    return next((why for why in each if why), [])
                return each[0] if each and all(each) else []
        for filler in own.get(OWL + "someValuesFrom", ()):
            return reasons(filler, open_)
        if any(OWL + name in own for name in _RECOGNIZED):
            return []
        name = next(
            (key.removeprefix(OWL) for key in own if key.startswith(OWL) and key[-2:] != "on"),
            "expression",
        )
        return [f"OWL 2 RL recognizes no member by owl:{name}"]

    found = {cls: reasons(ox.NamedNode(cls), frozenset()) for cls in sorted(_defined(axioms))}
    return {cls: why[0] for cls, why in found.items() if why}


def _defined(axioms: Iterable[ox.Triple]) -> set[str]:
    return {
        triple.subject.value
        for triple in axioms
        if triple.predicate.value == OWL + "equivalentClass"
        and isinstance(triple.subject, ox.NamedNode)
    }
