"""Answers in every format, by one table of formats.

Results: SPARQL 1.1 Query Results JSON, XML (second edition), CSV and TSV. Graphs: Turtle,
N-Triples, N-Quads, TriG, RDF/XML, JSON-LD 1.1, all RDF 1.1. The writers are pyoxigraph's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from foedus.engine.answers import Answer, Boolean, Row, Solutions, Term, Triples, value
from foedus.engine.errors import QueryError

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
RDF_XML = "application/rdf+xml"
JSON_LD = "application/ld+json"
N_QUADS = "application/n-quads"
TRIG = "application/trig"

RESULT_FORMATS: Mapping[str, ox.QueryResultsFormat] = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Mapping[str, ox.RdfFormat] = {
    TURTLE: ox.RdfFormat.TURTLE,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    RDF_XML: ox.RdfFormat.RDF_XML,
    JSON_LD: ox.RdfFormat.JSON_LD,
    N_QUADS: ox.RdfFormat.N_QUADS,
    TRIG: ox.RdfFormat.TRIG,
}
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_XML_NAME = re.compile(r"[^\W\d][\w.\-\u00B7]*\Z")


_NOT_IN_XML = bytes(sorted({*range(32)} - {0x09, 0x0A, 0x0D}))
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())


class NotSerializable(QueryError):
    """The answer cannot be said in this format (RDF/XML, section 5.1: not every graph can)."""


def well_formed(piece: bytes, before: bytes = b"") -> bytes:
    """A piece of a document that the engine wrote as XML, if it is XML; *before* it came what did.

    Raises :class:`NotSerializable` for a character that XML has no way to write (XML 1.0, section
    2.2). A carriage return is written as a reference, or a reader would take it for a line feed
    (section 2.11).
    """
    seam = before[-2:] + piece
    if len(piece.translate(None, _NOT_IN_XML)) != len(piece) or any(
        character in seam for character in _NONCHARACTERS
    ):
        raise NotSerializable(
            "The answer holds a character that XML cannot write. Ask for another format."
        )
    return piece.replace(b"\r", b"&#xD;")


def serialize(answer: Answer, media_type: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """*answer* in a format of :data:`RESULT_FORMATS` or :data:`GRAPH_FORMATS`.

    Raises :class:`ValueError` when the answer is of the other kind, and
    :class:`NotSerializable` when RDF/XML cannot write a predicate.
    """
    if isinstance(answer, Triples):
        if media_type not in GRAPH_FORMATS:
            raise ValueError(f"{media_type} is no format of a graph")
        return write_triples(answer.triples, media_type, prefixes or {})
    if media_type not in RESULT_FORMATS:
        raise ValueError(f"{media_type} is no format of query results")
    document = json.dumps(_json(answer), ensure_ascii=False, separators=(",", ":")).encode()
    if media_type == JSON:
        return document
    if media_type in (CSV, TSV) and isinstance(answer, Boolean):
        return b"true" if answer.value else b"false"
    parsed = ox.parse_query_results(document, format=ox.QueryResultsFormat.JSON)
    written = parsed.serialize(format=RESULT_FORMATS[media_type]) or b""
    return well_formed(written) if media_type == XML else written


def parse_results(document: bytes, media_type: str = JSON) -> Solutions | Boolean:
    """The answer that a results document holds; raises :class:`ValueError` when it is none."""
    try:
        parsed = ox.parse_query_results(document, format=RESULT_FORMATS[media_type])
        if isinstance(parsed, ox.QueryBoolean):
            return Boolean(bool(parsed))
        return solutions(parsed)
    except SyntaxError as error:
        raise ValueError(str(error)) from None


def solutions(found: ox.QuerySolutions) -> Solutions:
    """pyoxigraph's solutions, read to their end."""
    names = tuple(variable.value for variable in found.variables)
    rows: list[Row] = [tuple(solution[name] for name in names) for solution in found]
    return Solutions(names, rows)


def write_triples(
    triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str]
) -> bytes:
    """A graph in one of :data:`GRAPH_FORMATS`; only prefixes that occur are declared."""
    listed = list(triples)
    if media_type == RDF_XML:
        _check_predicates(listed)
    iris = {
        term.value
        for triple in listed
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode)
    } | {t.object.datatype.value for t in listed if isinstance(t.object, ox.Literal)}
    # A prefix that is a part of another's would only be noise: keep those that some IRI needs.
    folders: dict[str, list[str]] = {}
    for iri in iris:
        folders.setdefault(iri[: iri.rfind("/") + 1], []).append(iri)
    used = {
        prefix: base
        for prefix, base in prefixes.items()
        if any(iri.startswith(base) for iri in folders.get(base[: base.rfind("/") + 1], ()))
    }
    written = ox.serialize(listed, format=GRAPH_FORMATS[media_type], prefixes=used) or b""
    return well_formed(written) if media_type == RDF_XML else written


def write_graph(triples: Iterable[ox.Triple], media_type: str, sink: Any) -> None:
    """Write a graph into *sink* as its triples come, without prefixes.

    Raises :class:`NotSerializable` at the first triple that RDF/XML cannot write.
    """
    checked = _each_checked(triples) if media_type == RDF_XML else triples
    ox.serialize(checked, output=sink, format=GRAPH_FORMATS[media_type])


def distinct(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Each triple once (a graph is a set), blank nodes named b0, b1… in the order of appearance.

    The engine names the blank nodes of a template at random; a document must not change when
    nothing has.
    """
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    seen: set[ox.Triple] = set()
    blank = ox.BlankNode

    def stable(term: Any) -> Any:
        if isinstance(term, blank):
            return names.setdefault(term, blank(f"b{len(names)}"))
        return term

    for triple in triples:
        subject, value = triple.subject, triple.object
        # Most have none: what is not made anew costs a third.
        if isinstance(subject, blank) or isinstance(value, blank):
            triple = ox.Triple(stable(subject), triple.predicate, stable(value))
        if triple not in seen:
            seen.add(triple)
            yield triple


def _check_predicates(triples: Iterable[ox.Triple]) -> None:
    for _ in _each_checked(triples):
        pass


def _each_checked(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for triple in triples:
        local = re.split(r"[/#:]", triple.predicate.value)[-1]
        if not _XML_NAME.match(local):
            raise NotSerializable(
                f"RDF/XML cannot write the predicate <{triple.predicate.value}>: "
                "its last part is no XML name. Ask for another format."
            )
        yield triple


def _json(answer: Solutions | Boolean) -> dict[str, Any]:
    """SPARQL 1.1 Query Results JSON Format, section 3."""
    if isinstance(answer, Boolean):
        return {"head": {}, "boolean": answer.value}
    return {
        "head": {"vars": list(answer.variables)},
        "results": {
            "bindings": [
                {name: _json_term(term) for name, term in row.items()} for row in answer.dicts()
            ]
        },
    }


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        return {"type": "literal", "value": value(term)}
    written: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype.value != _XSD_STRING:
        written["datatype"] = term.datatype.value
    return written
