"""The terms of an ontology as a reader wants them: what each means, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from foedus.content.names import F
from foedus.graph.explain import OWL, RDF, RDFS, Explainer

SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
_TYPE = ox.NamedNode(RDF + "type")
#: The kinds of term, and the classes of OWL 2 behind them (Structural Specification, section 5).
KINDS: Mapping[str, tuple[str, ...]] = {
    "class": ("Class",),
    "property": ("ObjectProperty", "DatatypeProperty"),
    "annotation": ("AnnotationProperty",),
}
_CHARACTERISTICS = {
    "FunctionalProperty": "functional",
    "InverseFunctionalProperty": "inverse functional",
    "TransitiveProperty": "transitive",
    "SymmetricProperty": "symmetric",
    "AsymmetricProperty": "asymmetric",
    "IrreflexiveProperty": "irreflexive",
    "ReflexiveProperty": "reflexive",
}


@dataclass(frozen=True)
class Term:
    """One term. ``axioms`` are worded in the Manchester syntax; the rest are IRIs and texts."""

    iri: str
    kind: str
    label: str
    definition: str = ""
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    disjoint: tuple[str, ...] = ()
    characteristics: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    deprecated: bool = False

    @property
    def name(self) -> str:
        """The part of the IRI after the ``#``."""
        return self.iri.removeprefix(F)


@dataclass(frozen=True)
class Codebook:
    """Every term of ours, by its IRI, and what the ontology says of itself."""

    terms: Mapping[str, Term]
    version: str = ""
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Codebook:
        """The codebook of an ontology; what is not a term of ours is left out."""
        store = ox.Store()
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        reader = _Reader(store)
        terms = _with_below({term.iri: term for term in reader.terms()})
        ontology = F.removesuffix("#")
        version = next(iter(reader.values(ontology, OWL + "versionInfo")), "")
        about = {
            name: tuple(reader.values(ontology, DCT + name))
            for name in ("title", "description", "license", "source", "creator")
        }
        return cls(terms, version, about)

    def of_kind(self, kind: str) -> list[Term]:
        """The terms of a kind, by their labels."""
        chosen = [term for term in self.terms.values() if term.kind == kind]
        return sorted(chosen, key=lambda term: (term.label.casefold(), term.iri))

    def roots(self) -> list[Term]:
        """The classes with no class of ours above them."""
        return [t for t in self.of_kind("class") if not set(t.above) & set(self.terms)]

    def properties_of(self, iri: str) -> list[Term]:
        """The properties that are used of a class or of one above it."""
        above = self.all_above(iri) | {iri}
        found = [t for t in self.terms.values() if t.kind != "class" and above & set(t.domain)]
        return sorted(found, key=lambda term: term.label.casefold())

    def all_above(self, iri: str) -> set[str]:
        """Every term above *iri*."""
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            term = self.terms.get(waiting.pop())
            new = set(term.above) - found if term else set()
            found |= new
            waiting += new
        return found


def _with_below(terms: Mapping[str, Term]) -> dict[str, Term]:
    below: dict[str, list[str]] = {}
    for term in terms.values():
        for iri in term.above:
            below.setdefault(iri, []).append(term.iri)
    return {iri: replace(t, below=tuple(sorted(below.get(iri, ())))) for iri, t in terms.items()}


class _Reader:
    def __init__(self, store: ox.Store) -> None:
        self.store, self.explainer = store, Explainer(store)

    def terms(self) -> Iterator[Term]:
        kinds: dict[str, str] = {}
        for kind, classes in KINDS.items():
            for name in classes:
                for quad in self.store.quads_for_pattern(None, _TYPE, ox.NamedNode(OWL + name)):
                    if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(F):
                        kinds.setdefault(quad.subject.value, kind)
        for iri, kind in sorted(kinds.items()):
            yield self._term(iri, kind)

    def _term(self, iri: str, kind: str) -> Term:
        up = RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
        labels = self.values(iri, RDFS + "label", english=True)
        types = {value.removeprefix(OWL) for value in self.values(iri, _TYPE.value)}
        return Term(
            iri=iri,
            kind=kind,
            label=labels[0] if labels else iri.removeprefix(F),
            definition=next(iter(self.values(iri, SKOS + "definition", english=True)), ""),
            names=tuple(self.values(iri, SKOS + "altLabel")),
            notes=tuple(
                [*self.values(iri, SKOS + "scopeNote"), *self.values(iri, RDFS + "comment")]
            ),
            sources=tuple(self.values(iri, DCT + "source")),
            above=tuple(dict.fromkeys([*self.values(iri, up), *self._conjuncts(iri)])),
            domain=tuple(
                [*self.values(iri, RDFS + "domain"), *self.values(iri, SCHEMA + "domainIncludes")]
            ),
            range=tuple(
                [*self.values(iri, RDFS + "range"), *self.values(iri, SCHEMA + "rangeIncludes")]
            ),
            inverse=tuple(
                [*self.values(iri, OWL + "inverseOf"), *self._subjects(iri, OWL + "inverseOf")]
            ),
            disjoint=tuple(self.values(iri, OWL + "disjointWith")),
            characteristics=tuple(w for n, w in _CHARACTERISTICS.items() if n in types),
            axioms=tuple(self._axioms(iri, up)),
            deprecated="true" in self.values(iri, OWL + "deprecated"),
        )

    def values(self, iri: str, predicate: str, *, english: bool = False) -> list[str]:
        """The IRIs and texts that *predicate* leads to, in order; blank nodes are axioms."""
        found = []
        for quad in self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None):
            if isinstance(quad.object, ox.Literal):
                if not english or (quad.object.language or "en").startswith("en"):
                    found.append((quad.object.language != "en", quad.object.value))
            elif isinstance(quad.object, ox.NamedNode):
                found.append((False, quad.object.value))
        return [value for _, value in sorted(set(found))]

    def _subjects(self, iri: str, predicate: str) -> list[str]:
        quads = self.store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(iri))
        return sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})

    def _conjuncts(self, iri: str) -> list[str]:
        """The named classes of which a class is defined as a part."""
        found = []
        for quad in self.store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(OWL + "equivalentClass"), None
        ):
            if isinstance(quad.object, ox.BlankNode):
                found += self.explainer.conjuncts(quad.object)
        return sorted(found)

    def _axioms(self, iri: str, up: str) -> list[str]:
        worded = []
        worded_as = {
            OWL + "equivalentClass": "is exactly",
            up: "is also",
            RDFS + "domain": "is used of",
            RDFS + "range": "leads to",
        }
        for predicate, words in worded_as.items():
            for quad in self.store.quads_for_pattern(
                ox.NamedNode(iri), ox.NamedNode(predicate), None
            ):
                if isinstance(quad.object, ox.BlankNode):
                    worded.append(f"{words} {self.explainer.words(quad.object)}")
        for quad in self.store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(OWL + "propertyChainAxiom"), None
        ):
            if isinstance(quad.object, ox.BlankNode):
                chain = self.explainer.words(quad.object)
                worded.append(f"follows from the chain {chain}")
        return sorted(worded)
