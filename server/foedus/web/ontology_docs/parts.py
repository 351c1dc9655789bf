"""What a vocabulary beside the ontology holds: value lists, typologies, alignments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.content.names import F
from foedus.engine.answers import value
from foedus.graph.explain import OWL, RDF, RDFS
from foedus.web.ontology_docs.codebook import DCT, SKOS

PATHS = ("ontology/concepts", "ontology/typologies", "ontology/alignments")
_TYPE = RDF + "type"
#: How a term stands to another, in words (SKOS Reference, section 10): what it is to that one.
_RELATIONS = {
    SKOS + "exactMatch": "the same as",
    SKOS + "closeMatch": "close to",
    SKOS + "broadMatch": "narrower than",
    SKOS + "narrowMatch": "broader than",
    SKOS + "relatedMatch": "related to",
    RDFS + "seeAlso": "see also",
    RDFS + "subClassOf": "a kind of",
    RDFS + "subPropertyOf": "a kind of",
}
_ABOUT = ("title", "description", "license")

Said = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


@dataclass(frozen=True)
class Alignment:
    """How a term stands to one of another vocabulary, and why the curators say so."""

    term: str
    relation: str
    other: str
    reason: str = ""

    @property
    def words(self) -> str:
        """The relation as words that go before the other term."""
        return _RELATIONS[self.relation]


@dataclass(frozen=True)
class Part:
    """A vocabulary: what it says of itself, its terms by what they belong to, its alignments.

    ``groups`` are pairs of an IRI, a value list or ``""``, and the IRIs in it with their names.
    """

    about: dict[str, str] = field(default_factory=dict)
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    alignments: list[Alignment] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def read(triples: Iterable[ox.Triple], iri: str) -> Part:
    """The vocabulary that a document holds; *iri* is its own, or that of its version."""
    said: dict[ox.NamedNode | ox.BlankNode, Said] = {}
    for t in triples:
        if not isinstance(t.subject, ox.Triple) and not isinstance(t.object, ox.Triple):
            said.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
    named = {node.value: about for node, about in said.items() if isinstance(node, ox.NamedNode)}
    own = next(
        (a for i, a in named.items() if i == iri or iri in _values(a, OWL + "versionIRI")), {}
    )
    about = {name: _first(own, DCT + name) for name in _ABOUT}
    about |= {"version": _first(own, OWL + "versionInfo"), "note": _first(own, RDFS + "comment")}
    terms = {i: a for i, a in named.items() if OWL + "Ontology" not in _values(a, _TYPE)}
    names = {
        i: _first(a, SKOS + "prefLabel") or _first(a, RDFS + "label") for i, a in terms.items()
    }
    alignments = _alignments(said)
    return Part(about, [] if alignments else _groups(terms, names), alignments, names)


def _groups(
    terms: dict[str, Said], names: dict[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The terms by their value lists; those in none, which are classes, come first."""
    schemes = {i for i, a in terms.items() if SKOS + "ConceptScheme" in _values(a, _TYPE)}
    groups: dict[str, list[tuple[str, str]]] = {}
    for iri, about in terms.items():
        if iri not in schemes:
            scheme = next(iter(_values(about, SKOS + "inScheme")), "")
            groups.setdefault(scheme, []).append((iri, names[iri] or iri.removeprefix(F)))
    return [
        (scheme, sorted(members, key=lambda member: (member[1].casefold(), member[0])))
        for scheme, members in sorted(groups.items(), key=lambda g: names.get(g[0], "").casefold())
    ]


def _alignments(said: dict[ox.NamedNode | ox.BlankNode, Said]) -> list[Alignment]:
    reasons = {
        tuple(_first(about, OWL + part) for part in _ANNOTATED): _first(about, RDFS + "comment")
        for node, about in said.items()
        if isinstance(node, ox.BlankNode) and OWL + "Axiom" in _values(about, _TYPE)
    }
    if not reasons:
        return []
    found = [
        Alignment(node.value, relation, other, reasons.get((node.value, relation, other), ""))
        for node, about in said.items()
        if isinstance(node, ox.NamedNode) and node.value.startswith(F)
        for relation in _RELATIONS
        for other in _values(about, relation)
    ]
    return sorted(found, key=lambda a: (a.term.casefold(), a.relation, a.other))


_ANNOTATED = ("annotatedSource", "annotatedProperty", "annotatedTarget")


def _values(about: Said, predicate: str) -> list[str]:
    return [value(term) for term in about.get(predicate, ())]


def _first(about: Said, predicate: str) -> str:
    """The text of a property, in English where there are several."""
    texts = about.get(predicate, [])
    english = [t for t in texts if isinstance(t, ox.Literal) and t.language in (None, "en")]
    return min((value(t) for t in english or texts), default="")
