"""One layout for the Turtle of statements, so that a difference shows what changed in meaning.

A file is written as: the prefixes it uses, then one block per subject. Subjects follow the text
they speak about: a statement stands at the place of its first passage and its evidence follows it.
Predicates follow :data:`PREDICATE_ORDER`, the rest alphabetically.

Hand-written files (ontology, shapes, queries) keep the layout of their authors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path

from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

FOEDUS = "https://w3id.org/foedus/"
F = FOEDUS + "ontology#"
OA = "http://www.w3.org/ns/oa#"

#: What a reader wants first: the kind, the claim in words, who and what, when, how it is said, and
#: the passage last.
PREDICATE_ORDER: tuple[str, ...] = (
    str(RDF.type),
    str(RDFS.label),
    *(
        F + name
        for name in (
            "member",
            "absentee",
            "countOf",
            "actKind",
            "agent",
            "obligor",
            "obligee",
            "commitmentType",
            "requiredFor",
            "requires",
            "holder",
            "stance",
            "person",
            "office",
            "participant",
            "from",
            "to",
            "relationKind",
            "named",
            "name",
            "classified",
            "type",
            "defined",
            "purposeOf",
            "purpose",
            "assessmentKind",
            "about",
            "arrangement",
            "instrument",
            "object",
            "event",
            "role",
            "feature",
            "value",
            "begin",
            "end",
            "date",
            "inferredDate",
        )
    ),
)
_LATE = (
    *(
        F + name
        for name in (
            "modality",
            "polarity",
            "tense",
            "certainty",
            "assertedBy",
            "citedWork",
            "saidOn",
            "note",
            "evidence",
            "inSource",
        )
    ),
    OA + "start",
    OA + "end",
    F + "passageDigest",
    F + "supports",
)

#: Literals that Turtle lets stand without quotes, as they must look for that (section 2.5.2).
_BARE: dict[URIRef, re.Pattern[str]] = {
    XSD.integer: re.compile(r"[+-]?[0-9]+\Z"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD.boolean: re.compile(r"(?:true|false)\Z"),
}

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")


def _rank(predicate: str) -> tuple[int, int, str]:
    if predicate in PREDICATE_ORDER:
        return (0, PREDICATE_ORDER.index(predicate), predicate)
    if predicate in _LATE:
        return (2, _LATE.index(predicate), predicate)
    return (1, 0, predicate)


class _Names:
    """Shortens IRIs by the longest matching prefix and remembers which prefixes were used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.used: dict[str, str] = {}

    def write(self, term: Node) -> str:
        if isinstance(term, URIRef):
            text = str(term)
            for prefix, base in self._by_length:
                if text.startswith(base) and _LOCAL.match(text[len(base) :]):
                    self.used[prefix] = base
                    return f"{prefix}:{text[len(base) :]}"
            return f"<{text}>"
        if isinstance(term, Literal):
            if term.datatype in _BARE and _BARE[term.datatype].match(str(term)):
                return str(term)
            quoted = '"' + _escape(str(term)) + '"'
            if term.language:
                return f"{quoted}@{term.language}"
            if term.datatype and term.datatype != XSD.string:
                return f"{quoted}^^{self.write(term.datatype)}"
            return quoted
        raise ValueError(f"a blank node has no place in the data: {term!r}")


def _escape(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )


def _subjects(graph: Graph) -> Iterable[URIRef]:
    """Subjects in the order of the text: each where its first passage starts, its evidence next."""
    start = {s: int(str(o)) for s, o in graph.subject_objects(URIRef(OA + "start"))}
    evidence_of: dict[Node, list[Node]] = {}
    for subject, evidence in graph.subject_objects(URIRef(F + "evidence")):
        evidence_of.setdefault(subject, []).append(evidence)
    owned = {evidence for group in evidence_of.values() for evidence in group}
    nowhere = -1

    def place(node: Node) -> tuple[int, str]:
        places = [start[e] for e in evidence_of.get(node, ()) if e in start]
        return (min(places) if places else start.get(node, nowhere), str(node))

    written: set[Node] = set()
    for subject in sorted((s for s in set(graph.subjects()) if s not in owned), key=place):
        if not isinstance(subject, URIRef):
            raise ValueError(f"a blank node has no place in the data: {subject!r}")
        yield subject
        for evidence in sorted(evidence_of.get(subject, ()), key=place):
            if evidence not in written and (evidence, None, None) in graph:
                written.add(evidence)
                yield URIRef(str(evidence))
    # Evidence whose statement stands elsewhere, or that is evidence of itself, is still written.
    left = [node for node in owned - written if (node, None, None) in graph]
    for node in sorted(left, key=str):
        yield URIRef(str(node))


def write_turtle(graph: Graph, prefixes: Mapping[str, str]) -> str:
    """Return *graph* as Turtle in the project's layout.

    ``prefixes`` maps prefix to namespace IRI; only those used are declared.
    Raises :class:`ValueError` for a blank node: names in the data are never blank.
    """
    names = _Names(prefixes)
    blocks = []
    for subject in _subjects(graph):
        by_predicate: dict[str, list[Node]] = {}
        for predicate, value in graph.predicate_objects(subject):
            by_predicate.setdefault(str(predicate), []).append(value)
        lines = []
        for iri in sorted(by_predicate, key=_rank):
            name = "a" if iri == str(RDF.type) else names.write(URIRef(iri))
            values = ", ".join(sorted(names.write(value) for value in by_predicate[iri]))
            lines.append(f"{name} {values}")
        blocks.append(f"{names.write(subject)} " + " ;\n    ".join(lines) + " .\n")
    header = "".join(f"@prefix {p}: <{base}> .\n" for p, base in sorted(names.used.items()))
    return header + "\n" + "\n".join(blocks)


def in_layout(root: Path, path: Path) -> bool:
    """Whether the project's layout is asked of a file: it is one of a source's."""
    return path.relative_to(root).parts[:2] in (("data", "statements"), ("data", "coverage"))


def laid_out(path: Path) -> str:
    """The Turtle file *path* as it should be written; comments above the first prefix are kept.

    Raises :class:`foedus.findings.ContentError` for what is no Turtle, :class:`ValueError` for a
    blank node.
    """
    from foedus.content.files import read_utf8
    from foedus.content.names import prefixes, statement_prefixes
    from foedus.content.turtle import parse_turtle

    parse_turtle(path)
    text = read_utf8(path)
    head = "".join(takewhile(lambda line: line.startswith("#"), text.splitlines(keepends=True)))
    graph = Graph()
    graph.parse(data=text, format="turtle")
    of_source = path.parent.name in ("statements", "coverage")
    table = statement_prefixes(path.stem) if of_source else prefixes()
    return head + write_turtle(graph, table)


def rewrite(path: Path) -> bool:
    """Write the Turtle file *path* in the layout; whether that changed it."""
    new = laid_out(path)
    if new.encode("utf-8") == path.read_bytes():
        return False
    path.write_text(new, encoding="utf-8", newline="\n")
    return True
