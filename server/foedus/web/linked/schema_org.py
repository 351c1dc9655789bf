"""What a document is about, in the words of schema.org: for search engines, beside the graph.

It is a view, with less in it than the graph, and claims no more than the graph does: a statement
is a ``Claim`` of its source, a disputed thing is not made a fact by being told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.export.catalogue import SCHEMA_ORG
from foedus.web.linked.context import RDF, RDFS
from foedus.web.linked.signposting import LICENSE

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_SCHEMA = "https://schema.org/"
#: The first class that a thing has decides.
_TYPES: Mapping[str, str] = {
    F + "Statement": "Claim",
    F + "State": "Country",
    F + "Person": "Person",
    F + "Organization": "Organization",
    F + "SecurityArrangement": "Organization",
    F + "Coalition": "Organization",
    F + "NonStateActor": "Organization",
    F + "ActorGroup": "Organization",
    F + "Treaty": "Legislation",
    F + "Instrument": "CreativeWork",
    F + "Provision": "CreativeWork",
    F + "Article": "Article",
    F + "Dataset": "Dataset",
    F + "CitedWork": "CreativeWork",
    F + "Source": "CreativeWork",
    F + "Exercise": "Event",
    F + "Event": "Event",
    F + "Meeting": "Event",
    F + "Conflict": "Event",
    F + "Act": "Event",
    F + "Place": "Place",
    "http://www.w3.org/2002/07/owl#Ontology": "DefinedTermSet",
    _SKOS + "ConceptScheme": "DefinedTermSet",
    "http://www.w3.org/ns/dcat#Dataset": "Dataset",
    "http://rdfs.org/ns/void#Dataset": "Dataset",
}


def view(triples: Iterable[ox.Triple], iri: str, page: str) -> dict[str, Any]:
    """The schema.org description of the thing *iri*, told of at the address *page*."""
    about: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    members: list[str] = []
    for t in triples:
        subject = t.subject.value if isinstance(t.subject, ox.NamedNode) else ""
        if subject == iri:
            about.setdefault(t.predicate.value, []).append(t.object)
        elif t.predicate.value in (RDFS + "label", _SKOS + "prefLabel"):
            names[subject] = _text(t.object)
        elif t.predicate.value == F + "memberOf":
            members.append(subject)
    found: dict[str, Any] = {
        "@context": SCHEMA_ORG,
        "@type": _type(about, iri),
        "@id": iri,
        "url": page,
    }
    named = _best(about, RDFS + "label", _SKOS + "prefLabel", _DCT + "title")
    said = _best(about, _SKOS + "definition", RDFS + "comment", _DCT + "description")
    if named:
        found["name"] = named
    others = sorted(
        {_text(o) for p in (_SKOS + "altLabel", RDFS + "label") for o in about.get(p, ())} - {named}
    )
    if others:
        found["alternateName"] = others
    if said:
        found["description"] = said
    same = sorted(o.value for o in about.get(_SKOS + "exactMatch", ()) if _is_iri(o))
    if same:
        found["sameAs"] = same
    found |= _special(found["@type"], about, names, members)
    if iri.startswith(BASE):
        found["license"] = LICENSE if found["@type"] in _WORKS else found.get("license")
        if found["license"] is None:
            del found["license"]
    return found


#: What schema.org lets have a licence: of the claims and terms it is ours, of articles it is not.
_WORKS = frozenset({"Claim", "DefinedTermSet"})


def _special(
    kind: str, about: Mapping[str, list[Any]], names: Mapping[str, str], members: list[str]
) -> dict[str, Any]:
    if kind == "Claim":
        return _claim(about, names)
    if kind == "Organization" and members:
        return {
            "member": [
                {"@type": "Organization", "@id": m, "name": names.get(m, m)}
                for m in sorted(set(members))
            ]
        }
    if kind == "Country":
        codes = [_text(o) for o in about.get(F + "isoAlpha3", ())]
        return {"identifier": sorted(codes)} if codes else {}
    if kind == "DefinedTerm":
        scheme = next((o.value for o in about.get(_SKOS + "inScheme", ()) if _is_iri(o)), "")
        code = _best(about, _SKOS + "notation")
        found = {"inDefinedTermSet": scheme} if scheme else {}
        return found | ({"termCode": code} if code else {})
    if kind in ("Article", "CreativeWork", "Legislation", "Dataset"):
        found = {}
        authors = sorted(_text(o) for o in about.get(_DCT + "creator", ()) if not _is_iri(o))
        if authors:
            found["author"] = [{"@type": "Person", "name": name} for name in authors]
        if published := _best(about, F + "published"):
            found["datePublished"] = published
        if address := next((o.value for o in about.get(_SCHEMA + "url", ()) if _is_iri(o)), ""):
            found["isBasedOn"] = address
        return found
    return {}


def _claim(about: Mapping[str, list[Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """A statement: who says it, and where it stands."""
    found: dict[str, Any] = {}
    speakers = [o.value for o in about.get(F + "assertedBy", ()) if _is_iri(o)]
    sources = [o.value for o in about.get(F + "inSource", ()) if _is_iri(o)]
    if speakers:
        found["claimInterpreter"] = [
            {"@type": "Person" if "/id/person/" in s else "Organization", "@id": s}
            | ({"name": names[s]} if s in names else {})
            for s in sorted(set(speakers))
        ]
    if sources:
        found["appearance"] = [
            {"@type": "CreativeWork", "@id": s} | ({"name": names[s]} if s in names else {})
            for s in sorted(set(sources))
        ]
    return found


def _type(about: Mapping[str, list[Any]], iri: str) -> str:
    classes = {o.value for o in about.get(RDF + "type", ()) if _is_iri(o)}
    found = next((name for cls, name in _TYPES.items() if cls in classes), "")
    if found:
        return found
    return "DefinedTerm" if iri.startswith((BASE + "concept/", F)) else "Thing"


def _best(about: Mapping[str, list[Any]], *predicates: str) -> str:
    for predicate in predicates:
        literals = [o for o in about.get(predicate, ()) if isinstance(o, ox.Literal)]
        if literals:
            return min(literals, key=_rank).value
    return ""


def _rank(literal: ox.Literal) -> tuple[bool, int, str]:
    english = (literal.language or "en").split("-")[0] == "en"
    return (not english, len(literal.value), literal.value)


def _text(term: Any) -> str:
    return str(term.value)


def _is_iri(term: Any) -> bool:
    return isinstance(term, ox.NamedNode)
