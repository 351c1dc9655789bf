"""The JSON-LD context: what the keys of our JSON mean (JSON-LD 1.1, section 3.1).

It is made from the ontology, so that neither can drift from the other: a property is a key by its
own name, ``id`` and ``type`` stand for ``@id`` and ``@type``, a name in several languages is an
object with a key for each, and links are lists. Only what JSON-LD 1.0 has is used, so that older
readers understand it too. ``/context.jsonld`` is the whole of it; a document carries the part that
it uses, so that nothing has to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from foedus.content.names import F, prefixes
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_LANG = RDF + "langString"
#: Literal types that a key can stand for; numbers and truths are JSON's own.
_COERCED = frozenset({XSD + "date", XSD + "dateTime", XSD + "gYear", XSD + "decimal"})
_NATIVE = frozenset({XSD + "boolean", XSD + "integer"})
#: Whose name a key is when two vocabularies have the same: ours, then these in their order.
_ORDER = ("rdfs", "skos", "dcterms", "schema", "oa", "prov", "void", "dcat", "sd", "owl")
#: Properties of others that the ontology need not declare, with what they hold.
_ALWAYS = {
    RDFS + "label": _LANG,
    RDFS + "comment": _LANG,
    "http://www.w3.org/2004/02/skos/core#prefLabel": _LANG,
    "http://www.w3.org/2004/02/skos/core#altLabel": _LANG,
    "http://www.w3.org/2004/02/skos/core#definition": _LANG,
    "http://www.w3.org/2004/02/skos/core#scopeNote": _LANG,
    "http://purl.org/dc/terms/title": _LANG,
    "http://purl.org/dc/terms/description": _LANG,
    "http://purl.org/dc/terms/rights": _LANG,
}
#: What leads to a thing, by the name under which its document lists it.
REVERSE: Mapping[str, str] = {
    "memberOf": "members",
    "supporterOf": "supporters",
    "absentFrom": "absentees",
    "partyTo": "parties",
    "signatoryOf": "signatories",
    "leaderOf": "leaders",
    "tookPartIn": "participants",
    "bearsLabel": "bearers",
    "phaseOf": "phases",
    "provisionOf": "provisions",
    "realizedAs": "realizes",
    "proposedBy": "proposals",
}


@dataclass(frozen=True)
class Context:
    """Keys by property, and what each of them stands for.

    ``keys`` leads from the IRI of a property to its key, ``reverse`` likewise for properties that
    lead to the thing, ``terms`` from a key to its definition.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    reverse: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Any] = field(default_factory=dict)

    def kind(self, predicate: str) -> str:
        """What the values of a property are written as: link, language, a datatype, or nothing."""
        term = self.terms.get(self.keys.get(predicate, ""))
        if not isinstance(term, dict):
            return ""
        if term.get("@container") == "@language":
            return "language"
        coerced = str(term.get("@type", ""))
        return {"@id": "link"}.get(coerced, coerced)

    def whole(self) -> dict[str, Any]:
        """The document of ``/context.jsonld``."""
        head = {"id": "@id", "type": "@type", "@vocab": F}
        return {"@context": head | dict(prefixes()) | dict(self.terms)}

    def part(self, keys: Iterable[str], used: Iterable[str]) -> dict[str, Any]:
        """What a document needs that has these *keys* and, in compact IRIs, *used* prefixes."""
        table = prefixes()
        terms = {key: self.terms[key] for key in sorted(set(keys)) if key in self.terms}
        named = set(used)
        for term in terms.values():
            parts = (
                (term,)
                if isinstance(term, str)
                else [str(term.get(p, "")) for p in ("@id", "@type", "@reverse")]
            )
            named |= {text.partition(":")[0] for text in parts if ":" in text}
        head = {"id": "@id", "type": "@type", "@vocab": F}
        return head | {p: table[p] for p in sorted(named) if p in table} | terms


def from_ontology(knowledge: Knowledge) -> Context:
    """The context of the vocabulary that is served."""
    found: dict[str, set[str]] = {}
    rows = knowledge.rows(
        """SELECT DISTINCT ?p ?type ?range {
          ?p a ?type .
          FILTER(?type IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))
          OPTIONAL { ?p rdfs:range|<https://schema.org/rangeIncludes> ?range FILTER(isIRI(?range)) }
        }"""
    )
    for row in rows:
        ranges = found.setdefault(value(row["p"]), set())
        if value(row["type"]) == _OWL + "ObjectProperty":
            ranges.add("@id")
        if "range" in row:
            ranges.add(value(row["range"]))
    for iri, holds in _ALWAYS.items():
        found[iri] = {holds}
    return _context(found)


def _context(found: Mapping[str, set[str]]) -> Context:
    bases = {"f": F} | {name: prefixes()[name] for name in _ORDER if name in prefixes()}
    keys: dict[str, str] = {}
    terms: dict[str, Any] = {}
    for prefix, base in bases.items():
        for iri in sorted(found):
            local = iri[len(base) :]
            if not iri.startswith(base) or not local or "/" in local or local in terms:
                continue
            if local in ("id", "type") or local in REVERSE.values():
                continue
            keys[iri] = local
            terms[local] = _term(f"{prefix}:{local}", found[iri])
    reverse = {}
    for name, key in REVERSE.items():
        if F + name in keys and key not in terms:
            reverse[F + name] = key
            terms[key] = {"@reverse": f"f:{name}"}
    return Context(keys, reverse, terms)


def _term(name: str, ranges: set[str]) -> Any:
    if ranges == {_LANG}:
        return {"@id": name, "@container": "@language"}
    coerced = ranges & _COERCED
    if len(ranges) == 1 and coerced:
        return {"@id": name, "@type": "xsd:" + next(iter(coerced))[len(XSD) :]}
    if ranges and not any(r.startswith(XSD) or r == _LANG for r in ranges):
        return {"@id": name, "@type": "@id", "@container": "@set"}
    return name if ranges & _NATIVE else {"@id": name, "@container": "@set"}
