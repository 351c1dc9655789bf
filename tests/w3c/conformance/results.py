"""Results documents, read without the engine: its own reader could share a fault with its writer.

SPARQL 1.1 Query Results JSON, SPARQL Query Results XML (second edition), SPARQL 1.1 Query Results
CSV and TSV; and the vocabulary in which some manifests write a table of results as a graph.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | str
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SR = "{http://www.w3.org/2005/sparql-results#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions: a row leaves out what is unbound. A term of CSV is its text."""

    variables: tuple[str, ...]
    rows: tuple[dict[str, Term], ...]


def read(document: bytes, name: str) -> Table | bool:
    """The table, or the truth value, of a document.

    *name* is its media type or the extension of its file. Raises :class:`ValueError`.
    """
    match name.partition(";")[0].strip():
        case ".srx" | "application/sparql-results+xml":
            return _xml(document)
        case ".srj" | "application/sparql-results+json":
            return _json(document)
        case ".csv" | "text/csv":
            return _csv(document)
        case ".tsv" | "text/tab-separated-values":
            return _tsv(document)
    raise ValueError(f"{name} is no format of results")


def read_graph(triples: Iterable[ox.Triple]) -> Table | None:
    """The table that a graph describes, or ``None`` when it is a result of CONSTRUCT."""
    graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    tables = [q.subject for q in graph if q.object == ox.NamedNode(_RS + "ResultSet")]
    if not tables:
        return None

    def objects(subject: Any, name: str) -> list[Any]:
        found = graph.quads_for_subject(subject)
        return [quad.object for quad in found if quad.predicate.value == _RS + name]

    rows = tuple(
        {
            objects(binding, "variable")[0].value: objects(binding, "value")[0]
            for binding in objects(solution, "binding")
        }
        for solution in objects(tables[0], "solution")
    )
    return Table(tuple(name.value for name in objects(tables[0], "resultVariable")), rows)


def _xml(document: bytes) -> Table | bool:
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    if root.tag != f"{_SR}sparql":
        raise ValueError(f"{root.tag} is not sparql")
    boolean = root.find(f"{_SR}boolean")
    if boolean is not None:
        return _truth((boolean.text or "").strip())
    names = tuple(v.attrib["name"] for v in root.findall(f"{_SR}head/{_SR}variable"))
    results = root.find(f"{_SR}results")
    if results is None:
        raise ValueError("neither boolean nor results")
    rows = tuple(
        {b.attrib["name"]: _xml_term(b[0]) for b in result.findall(f"{_SR}binding")}
        for result in results.findall(f"{_SR}result")
    )
    return Table(names, rows)


def _xml_term(element: ElementTree.Element) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(_SR):
        case "uri":
            return ox.NamedNode(text)
        case "bnode":
            return ox.BlankNode(text)
        case "literal":
            return _literal(text, element.get(_LANG), element.get("datatype"))
    raise ValueError(f"{element.tag} is no term")


def _json(document: bytes) -> Table | bool:
    found: dict[str, Any] = json.loads(document)
    if "boolean" in found:
        if not isinstance(found["boolean"], bool):
            raise ValueError("boolean is not true or false")
        return found["boolean"]
    rows = tuple(
        {name: _json_term(term) for name, term in row.items()}
        for row in found["results"]["bindings"]
    )
    return Table(tuple(found["head"]["vars"]), rows)


def _json_term(term: dict[str, str]) -> Term:
    match term["type"]:
        case "uri":
            return ox.NamedNode(term["value"])
        case "bnode":
            return ox.BlankNode(term["value"])
        case "literal" | "typed-literal":
            return _literal(term["value"], term.get("xml:lang"), term.get("datatype"))
    raise ValueError(f"{term['type']} is no type of a term")


def _csv(document: bytes) -> Table:
    """Plain texts: CSV does not tell IRIs from literals (section 3 of the note on CSV and TSV)."""
    lines = list(csv.reader(io.StringIO(document.decode("utf-8"), newline=""), strict=True))
    names = tuple(lines[0]) if lines else ()
    if any(len(line) not in (len(names), 0 if not names else len(names)) for line in lines[1:]):
        raise ValueError("a line has more or fewer columns than the header")
    rows = tuple(
        {name: _csv_term(text) for name, text in zip(names, line, strict=False) if text}
        for line in lines[1:]
    )
    return Table(names, rows)


def _csv_term(text: str) -> Term:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else text


def _tsv(document: bytes) -> Table:
    """Terms in Turtle's syntax (section 4 of the note on CSV and TSV)."""
    lines = document.decode("utf-8").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    header = lines[0].split("\t") if lines[0] else []
    if any(not name.startswith("?") for name in header):
        raise ValueError("a name of the header is no variable")
    names = tuple(name[1:] for name in header)
    rows = []
    for line in lines[1:]:
        cells = line.split("\t") if names else []
        if len(cells) != len(names):
            raise ValueError("a line has more or fewer columns than the header")
        rows.append({n: _turtle(cell) for n, cell in zip(names, cells, strict=True) if cell})
    return Table(names, tuple(rows))


def _turtle(term: str) -> Term:
    try:
        quads = list(ox.parse(f"<urn:s> <urn:p> {term} .", format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise ValueError(f"{term}: {error}") from None
    return quads[0].object


def _literal(text: str, language: str | None, datatype: str | None) -> ox.Literal:
    if language:
        return ox.Literal(text, language=language)
    return ox.Literal(text, datatype=ox.NamedNode(datatype) if datatype else None)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text} is neither true nor false")
    return text == "true"
