"""The competency questions as RDF: ``sh:SPARQLExecutable``, as SPARQL examples are published.

SHACL Advanced Features 1.1, section 8 (``sh:SPARQLExecutable``) with ``schema:target`` for the
endpoint, the vocabulary that catalogues of examples read. Each stands as it can be run anywhere:
the day of ``?at`` is written in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from foedus.content.names import BASE, prefixes
from foedus.content.questions import Question
from foedus.engine.as_of import substitute
from foedus.engine.guard import check
from foedus.engine.tokens import scan
from foedus.web.querying.parameters import without_header

_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FORMS = {
    "SELECT": ("Select", "select"),
    "ASK": ("Ask", "ask"),
    "DESCRIBE": ("Describe", "describe"),
}
COLLECTION = BASE + "query/examples"


def iri(question: Question) -> str:
    """The IRI of a question as an example."""
    return f"{BASE}query/{question.name}"


def text_of(question: Question, knowledge_end: datetime.date | None) -> str:
    """The query of a question with its day written in."""
    text = without_header(question.text)
    day = question.at or knowledge_end
    return substitute(text, list(scan(text)), day) if day else text


def triples(
    questions: Iterable[Question], endpoint: str, knowledge_end: datetime.date | None
) -> list[ox.Triple]:
    """The examples, each with question, query, kind, tags and the endpoint that answers it."""
    made = list(_prefixes())
    for question in questions:
        made.extend(_example(question, endpoint, text_of(question, knowledge_end)))
    return made


def _example(question: Question, endpoint: str, text: str) -> Iterator[ox.Triple]:
    node = ox.NamedNode(iri(question))
    form = check(text).form
    kind, holds = _FORMS.get(form, ("Construct", "construct"))
    yield ox.Triple(node, _TYPE, ox.NamedNode(_SH + "SPARQLExecutable"))
    yield ox.Triple(node, _TYPE, ox.NamedNode(f"{_SH}SPARQL{kind}Executable"))
    yield ox.Triple(
        node, ox.NamedNode(_RDFS + "comment"), ox.Literal(question.summary, language="en")
    )
    yield ox.Triple(node, ox.NamedNode(_SH + holds), ox.Literal(text))
    yield ox.Triple(node, ox.NamedNode(_SH + "prefixes"), ox.NamedNode(COLLECTION))
    yield ox.Triple(node, ox.NamedNode(_SCHEMA + "target"), ox.NamedNode(endpoint))
    for tag in question.tags:
        yield ox.Triple(node, ox.NamedNode(_SCHEMA + "keywords"), ox.Literal(tag))


def _prefixes() -> Iterator[ox.Triple]:
    collection = ox.NamedNode(COLLECTION)
    any_uri = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
    for prefix, namespace in prefixes().items():
        declared = ox.NamedNode(f"{COLLECTION}#{prefix}")
        yield ox.Triple(collection, ox.NamedNode(_SH + "declare"), declared)
        yield ox.Triple(declared, ox.NamedNode(_SH + "prefix"), ox.Literal(prefix))
        yield ox.Triple(
            declared, ox.NamedNode(_SH + "namespace"), ox.Literal(namespace, datatype=any_uri)
        )
