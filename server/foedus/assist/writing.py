"""Candidates as the Turtle file of a source, in the project's layout, and the things that are new.

:func:`statements_of` is what stands in ``data/statements/<source>.ttl`` once a curator accepted the
candidates; :func:`things_of` what goes to ``data/things/``. No word of the text is written, only
offsets and digests.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import count

import pyoxigraph as ox
from anyascii import anyascii
from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from foedus.assist.model import Candidate, Document, Extraction, NewThing, Passage
from foedus.content.layout import write_turtle
from foedus.content.names import BASE, OA, F, prefixes, slug, statement_prefixes
from foedus.content.texts import passage_digest

_CONCEPT = BASE + "concept/"
_DCTERMS = "http://purl.org/dc/terms/"
_LONGEST_SLUG = 60


def turtle(extraction: Extraction) -> str:
    """The statements of every candidate, with their evidence, as one Turtle file."""
    names = statement_prefixes(slug(extraction.source))
    return write_turtle(statements_of(extraction, extraction.candidates), names)


def things_turtle(extraction: Extraction) -> str:
    """The source and the new things, as Turtle."""
    return write_turtle(things_of(extraction, extraction.things), dict(prefixes()))


def statements_of(extraction: Extraction, chosen: Iterable[Candidate]) -> Graph:
    """The statements that *chosen* candidates become, each with its evidence."""
    graph, taken = Graph(), set[str]()
    for candidate in chosen:
        name = name_of(candidate, taken)
        taken.add(name)
        graph += statement_of(extraction, candidate, name)
    return graph


def statement_of(extraction: Extraction, candidate: Candidate, name: str) -> Graph:
    """The statement that *candidate* becomes under the slug *name*, with its evidence."""
    graph = Graph()
    source = slug(extraction.source)
    node = URIRef(f"{BASE}id/statement/{source}/{name}")
    graph.add((node, RDF.type, URIRef(F + candidate.kind)))
    graph.add((node, RDFS.label, Literal(candidate.label, lang="en")))
    for slot in candidate.slots:
        term = _term(slot.value)
        if slot.property == "name" and isinstance(term, Literal):
            term = Literal(str(term), lang="en")
        graph.add((node, URIRef(F + slot.property), term))
        if slot.property == "inferredDate" and not candidate.values("note"):
            note = "Counted from the day of the text."
            graph.add((node, URIRef(F + "note"), Literal(note, lang="en")))
    for prop, value in (
        ("modality", candidate.modality),
        ("polarity", candidate.polarity),
        ("tense", candidate.tense),
        ("certainty", candidate.certainty),
    ):
        if value:
            graph.add((node, URIRef(F + prop), URIRef(f"{_CONCEPT}{prop}/{value}")))
    graph.add((node, URIRef(F + "assertedBy"), URIRef(candidate.asserted_by or extraction.source)))
    if candidate.cited_work:
        graph.add((node, URIRef(F + "citedWork"), URIRef(candidate.cited_work)))
    if candidate.kind == "Commitment" and not candidate.values("wording"):
        graph.add((node, URIRef(F + "wording"), Literal(candidate.label, lang="en")))
        if "defense" in {slug(v) for v in candidate.values("commitmentType")}:
            note = "In which case it binds stands in the passage; no condition was made of it."
            graph.add((node, URIRef(F + "note"), Literal(note, lang="en")))
    passages = candidate.passages
    for number, passage in enumerate(passages, 1):
        ending = f".{number}" if len(passages) > 1 else ""
        evidence = URIRef(f"{BASE}id/evidence/{source}/{name}{ending}")
        graph.add((node, URIRef(F + "evidence"), evidence))
        _evidence(graph, evidence, extraction, passage)
        if passage != candidate.passage:
            for slot in candidate.slots:
                if slot.passage == passage:
                    graph.add((evidence, URIRef(F + "supports"), URIRef(F + slot.property)))
    return graph


def _evidence(graph: Graph, evidence: URIRef, extraction: Extraction, passage: Passage) -> None:
    start, end = passage.start, passage.end
    graph.add((evidence, RDF.type, URIRef(F + "Evidence")))
    graph.add((evidence, URIRef(F + "inSource"), URIRef(extraction.source)))
    graph.add((evidence, URIRef(OA + "start"), Literal(start)))
    graph.add((evidence, URIRef(OA + "end"), Literal(end)))
    digest = passage_digest(extraction.document.text[start:end])
    graph.add((evidence, URIRef(F + "passageDigest"), Literal(digest)))


def name_of(candidate: Candidate, taken: Collection[str] = ()) -> str:
    """A slug for a statement, unlike those *taken*: its kind, and what tells it from others."""
    telling = [
        slug(slot.value.value) if isinstance(slot.value, ox.NamedNode) else slot.value.value
        for slot in candidate.slots
        if not slot.property.endswith(("Role", "value", "comparison", "counted", "stage"))
        and slot.property not in ("wording", "note")
    ]
    words = "-".join([candidate.kind, *telling])
    clean = "-".join(re.findall(r"[a-z0-9]+", anyascii(words).casefold()))
    name = clean[:_LONGEST_SLUG].strip("-")
    number = next(n for n in count(1) if (f"{name}-{n}" if n > 1 else name) not in taken)
    return f"{name}-{number}" if number > 1 else name


def _term(value: ox.NamedNode | ox.Literal) -> URIRef | Literal:
    if isinstance(value, ox.NamedNode):
        return URIRef(value.value)
    if value.language:
        return Literal(value.value, lang=value.language)
    if value.datatype.value == str(XSD.string):
        return Literal(value.value)
    return Literal(value.value, datatype=URIRef(value.datatype.value))


def things_of(extraction: Extraction, chosen: Iterable[NewThing]) -> Graph:
    """The source of the article and *chosen* new things, as ``data/things/`` has them."""
    graph = Graph()
    _source(graph, URIRef(extraction.source), extraction.document)
    for thing in chosen:
        told = f"{_SORTS.get(thing.kind, thing.kind)} of which {slug(extraction.source)} speaks."
        graph += entry_of(thing.iri, thing.kind, thing.label, told, thing.other_names)
    return graph


def entry_of(
    iri: str, kind: str, label: str, comment: str, other_names: Iterable[str] = ()
) -> Graph:
    """The entry of the catalogue for a thing: class, name, what tells it apart, other names."""
    graph, node = Graph(), URIRef(iri)
    graph.add((node, RDF.type, URIRef(F + kind)))
    graph.add((node, RDFS.label, Literal(label, lang="en")))
    graph.add((node, RDFS.comment, Literal(comment, lang="en")))
    for name in other_names:
        graph.add((node, SKOS.altLabel, Literal(name, lang="en")))
    return graph


_SORTS: Mapping[str, str] = {
    "SecurityArrangement": "Grouping",
    "ActorGroup": "Group",
    "PoliticalDeclaration": "Declaration",
    "NonStateActor": "Actor that is no state",
}


def _source(graph: Graph, node: URIRef, document: Document) -> None:
    graph.add((node, RDF.type, URIRef(F + "Article")))
    graph.add(
        (node, RDFS.label, Literal(f"Article: {slug(str(node)).replace('-', ' ')}", lang="en"))
    )
    graph.add((node, URIRef(F + "textDigest"), Literal(document.digest)))
    graph.add((node, URIRef(F + "textLength"), Literal(len(document.text))))
    for name, value in (
        ("title", document.title or "Untitled"),
        ("creator", document.author),
        ("publisher", document.publisher),
    ):
        if value:
            text = Literal(value, lang="en") if name == "title" else Literal(value)
            graph.add((node, URIRef(_DCTERMS + name), text))
    if document.published:
        graph.add((node, URIRef(F + "published"), Literal(document.published)))
