"""The properties of anything as rows of a page: which are shown, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from foedus.content.names import F
from foedus.engine.answers import value

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
HIDDEN = frozenset(
    {F + name for name in ("accepted", "evidence", "basis", "earliestBegin", "latestBegin")}
    | {F + name for name in ("earliestEnd", "latestEnd", "endKind", "statementKind", "rivalValue")}
    | {TYPE, LABEL}
)
_SKOS, _DCTERMS = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
#: What to call the predicates of others that occur on pages.
FOREIGN: Mapping[str, str] = {
    _SKOS + "altLabel": "also called",
    _SKOS + "broader": "a kind of",
    _SKOS + "narrower": "kinds",
    _SKOS + "inScheme": "in the list",
    _SKOS + "prefLabel": "name",
    _SKOS + "exactMatch": "same as",
    _SKOS + "closeMatch": "close to",
    _SKOS + "note": "note",
    _SKOS + "scopeNote": "use",
    _SKOS + "notation": "code",
    _DCTERMS + "source": "defined in",
    _DCTERMS + "title": "title",
    _DCTERMS + "creator": "author",
    _DCTERMS + "publisher": "publisher",
    _DCTERMS + "date": "date",
    _DCTERMS + "language": "language",
    _DCTERMS + "bibliographicCitation": "citation",
    _DCTERMS + "isPartOf": "part of",
    "http://www.w3.org/ns/oa#start": "from character",
    "http://www.w3.org/ns/oa#end": "to character",
    "https://schema.org/url": "address",
}


def properties_of(triples: Iterable[ox.Triple], iri: str) -> dict[str, list[str]]:
    """The values of each property of *iri*, sorted; what is not English names its language."""
    found: dict[str, list[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value == iri:
            values = found.setdefault(triple.predicate.value, [])
            text = value(triple.object)
            if isinstance(triple.object, ox.Literal) and triple.object.language not in (None, "en"):
                text = f"{text} ({triple.object.language})"
            if text not in values and not isinstance(triple.object, ox.BlankNode):
                values.append(text)
    return {predicate: sorted(values) for predicate, values in found.items()}


def first(properties: Mapping[str, Sequence[str]], *predicates: str) -> str:
    """The first value of the first of these properties that has one."""
    return next((properties[p][0] for p in predicates if properties.get(p)), "")


def is_iri(text: str) -> bool:
    """Whether a value is to be named and linked."""
    return text.startswith(("http://", "https://", "urn:")) and " " not in text
