"""One layout for the Turtle of statements, so that a difference shows what changed in meaning.

A file is written as: the prefixes it uses, then one block per subject. Subjects follow the text
they speak about: a statement stands at the place of its first passage and its evidence follows it.
Predicates follow :data:`PREDICATE_ORDER`, the rest alphabetically.

Hand-written files (ontology, shapes, queries) keep the layout of their authors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

FOEDUS = "https://w3id.org/foedus/"
F = FOEDUS + "ontology#"
OA = "http://www.w3.org/ns/oa#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"
#: An IRI, or a literal: its lexical form, its language as it is written, its datatype.
Term = str | tuple[str, str, str]
#: What is said of each subject: its predicates with their values.
Blocks = dict[str, dict[str, set[Term]]]
#: A language tag with capitals, which the engine's parser does not keep.
_CAPITALS = re.compile(r"[\"']@[A-Za-z0-9-]*[A-Z]")

#: What a reader wants first: the kind, the claim in words, who and what, when, how it is said, and
#: the passage last.
PREDICATE_ORDER: tuple[str, ...] = (
    _TYPE,
    _LABEL,
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
_BARE = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    _XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")


@cache
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
        self._written: dict[str, tuple[str | None, str, str]] = {}

    def write(self, term: Term) -> str:
        if isinstance(term, str):
            if term not in self._written:
                self._written[term] = self._short(term)
            prefix, base, name = self._written[term]
            if prefix is not None:
                self.used[prefix] = base
            return name
        text, language, datatype = term
        if datatype in _BARE and _BARE[datatype].match(text):
            return text
        quoted = '"' + _escape(text) + '"'
        if language:
            return f"{quoted}@{language}"
        return quoted if datatype == _STRING else f"{quoted}^^{self.write(datatype)}"

    def _short(self, text: str) -> tuple[str | None, str, str]:
        for prefix, base in self._by_length:
            if text.startswith(base) and _LOCAL.match(text[len(base) :]):
                return prefix, base, f"{prefix}:{text[len(base) :]}"
        return None, "", f"<{text}>"


def _escape(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )


def _subjects(blocks: Blocks) -> Iterable[str]:
    """Subjects in the order of the text: each where its first passage starts, its evidence next."""
    start: dict[Term, int] = {}
    for subject, said in blocks.items():
        for value in said.get(OA + "start", ()):
            start[subject] = int(value if isinstance(value, str) else value[0])
    evidence_of = {s: list(said[F + "evidence"]) for s, said in blocks.items() if _rests(said)}
    owned = {evidence for group in evidence_of.values() for evidence in group}
    nowhere = -1

    def place(node: Term) -> tuple[int, str]:
        own = evidence_of.get(node, ()) if isinstance(node, str) else ()
        places = [start[e] for e in own if e in start]
        return (min(places) if places else start.get(node, nowhere), str(node))

    written: set[str] = set()
    for subject in sorted((s for s in blocks if s not in owned), key=place):
        yield subject
        for evidence in sorted(evidence_of.get(subject, ()), key=place):
            if isinstance(evidence, str) and evidence in blocks and evidence not in written:
                written.add(evidence)
                yield evidence
    # Evidence whose statement stands elsewhere, or that is evidence of itself, is still written.
    yield from sorted(node for node in blocks if node in owned and node not in written)


def _rests(said: Mapping[str, object]) -> bool:
    return F + "evidence" in said


def write_turtle(graph: Graph | Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Return *graph*, of rdflib or as triples, as Turtle in the project's layout.

    ``prefixes`` maps prefix to namespace IRI; only those used are declared.
    Raises :class:`ValueError` for a blank node: names in the data are never blank.
    """
    blocks: Blocks = {}
    for subject, predicate, value in _plain(graph):
        blocks.setdefault(subject, {}).setdefault(predicate, set()).add(value)
    names = _Names(prefixes)
    parts = []
    for subject in _subjects(blocks):
        lines = []
        for iri in sorted(blocks[subject], key=_rank):
            name = "a" if iri == _TYPE else names.write(iri)
            values = ", ".join(sorted(names.write(value) for value in blocks[subject][iri]))
            lines.append(f"{name} {values}")
        parts.append(f"{names.write(subject)} " + " ;\n    ".join(lines) + " .\n")
    header = "".join(f"@prefix {p}: <{base}> .\n" for p, base in sorted(names.used.items()))
    return header + "\n" + "\n".join(parts)


def _plain(graph: Graph | Iterable[ox.Triple]) -> Iterator[tuple[str, str, Term]]:
    for triple in graph:
        if isinstance(triple, ox.Triple):
            subject, value = triple.subject, triple.object
            if not isinstance(subject, ox.NamedNode):
                raise _blank(subject)
            yield subject.value, triple.predicate.value, _of_engine(value)
        else:
            yield from _of_rdflib(*triple)


def _of_engine(value: object) -> Term:
    if isinstance(value, ox.NamedNode):
        return value.value
    if isinstance(value, ox.Literal):
        return value.value, value.language or "", value.datatype.value
    raise _blank(value)


def _of_rdflib(subject: Node, predicate: Node, value: Node) -> Iterator[tuple[str, str, Term]]:
    from rdflib import Literal, URIRef

    if not isinstance(subject, URIRef):
        raise _blank(subject)
    if isinstance(value, Literal):
        datatype = str(value.datatype or _STRING)
        yield str(subject), str(predicate), (str(value), value.language or "", datatype)
    elif isinstance(value, URIRef):
        yield str(subject), str(predicate), str(value)
    else:
        raise _blank(value)


def _blank(node: object) -> ValueError:
    return ValueError(f"a blank node has no place in the data: {node}")


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

    triples = parse_turtle(path)
    text = read_utf8(path)
    head = "".join(takewhile(lambda line: line.startswith("#"), text.splitlines(keepends=True)))
    of_source = path.parent.name in ("statements", "coverage")
    table = statement_prefixes(path.stem) if of_source else prefixes()
    if _CAPITALS.search(text):
        from rdflib import Graph

        return head + write_turtle(Graph().parse(data=text, format="turtle"), table)
    return head + write_turtle(triples, table)


def rewrite(path: Path) -> bool:
    """Write the Turtle file *path* in the layout; whether that changed it."""
    new = laid_out(path)
    if new.encode("utf-8") == path.read_bytes():
        return False
    path.write_text(new, encoding="utf-8", newline="\n")
    return True
