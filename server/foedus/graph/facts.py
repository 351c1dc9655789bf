"""From statements to facts, by the SPARQL CONSTRUCT files of ``ontology/rules/``.

What is ours in Python is only what SPARQL cannot say: reading EDTF. :func:`describe_statements`
puts beside each statement what may be said of it in the default graph, its bounds among that;
:mod:`.rules` runs the rules over it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Iterator

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.content.read import Reading
from foedus.content.versions import Digests, Versions, digests
from foedus.findings import ContentError, Finding
from foedus.graph.bounds import (
    FIRST,
    LAST,
    Bounds,
    NotEdtf,
    Window,
    Writing,
    bounds_of_happening,
    bounds_of_state,
    parse_window,
)
from foedus.graph.rules import Rule, apply_rules, read_rules

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
XSD_DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")

#: What a statement keeps in the default graph. Its participants stay in the graph of its source.
KEPT = (
    "modality",
    "polarity",
    "tense",
    "certainty",
    "assertedBy",
    "citedWork",
    "saidOn",
    "evidence",
    "note",
    "rank",
    "rankReason",
)

#: Kinds that happen on a day; the others last.
HAPPENINGS = frozenset({"Act", "Involvement", "MemberCount"})

KINDS = (
    "Absence",
    "Act",
    "Assessment",
    "Classification",
    "Commitment",
    "Definition",
    "Feature",
    "Involvement",
    "Leadership",
    "MemberCount",
    "Membership",
    "Naming",
    "Position",
    "Purpose",
    "Relation",
    "Requirement",
)


def kind_concept(kind: str) -> ox.NamedNode:
    """The concept of a kind of statement: ``MemberCount`` → ``concept/kind/member-count``."""
    slug = re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()
    return ox.NamedNode(f"{BASE}concept/kind/{slug}")


def foedus(name: str) -> ox.NamedNode:
    """A term of our ontology."""
    return ox.NamedNode(F + name)


_NORMAL = ox.NamedNode(BASE + "concept/rank/normal")
_KEPT = (RDFS_LABEL, *(foedus(name) for name in KEPT))
Said = dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]


def _said(store: ox.Store, graph: ox.NamedNode) -> dict[ox.NamedNode, Said]:
    """What a graph says, by subject and predicate."""
    found: dict[ox.NamedNode, Said] = {}
    for quad in store.quads_for_pattern(None, None, None, graph):
        if isinstance(quad.subject, ox.NamedNode):
            found.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    return found


def _value(said: Said, name: str) -> str | None:
    for term in said.get(foedus(name), ()):
        return str(term.value)  # type: ignore[union-attr]
    return None


def writing_of(reading: Reading, source: ox.NamedNode) -> Writing:
    """When a source was written, from what its catalogue entry says.

    ``f:writtenNotBefore`` and ``f:writtenNotAfter`` are a curator's; else ``f:published`` and, at
    the latest, ``f:retrieved``. ``f:yearlessNotBefore`` is the first day that a date without a
    year can mean.
    """
    default = ox.DefaultGraph()

    def text(name: str) -> str | None:
        for quad in reading.store.quads_for_pattern(source, foedus(name), None, default):
            return str(quad.object.value)  # type: ignore[union-attr]
        return None

    def first(name: str) -> datetime.date | None:
        found = text(name)
        return parse_window(found)[0].first if found else None

    def last(name: str) -> datetime.date | None:
        found = text(name)
        return parse_window(found)[1].last if found else None

    not_before = first("writtenNotBefore") or first("published") or FIRST
    not_after = last("writtenNotAfter") or last("published") or last("retrieved") or LAST
    return Writing(Window(not_before, not_after), first("yearlessNotBefore") or not_before)


def describe_statements(reading: Reading, versions: Versions | None = None) -> int:
    """Put into the default graph what may be said there of each statement.

    That is its kind, source, modality, voice, rank, passage and bounds. Returns how many there are;
    *versions* is told what was added.
    Raises :class:`ContentError` naming file and line for each statement of two kinds, and for each
    date that is not EDTF or ends before it begins.
    """
    wrong: list[Finding] = []
    described: dict[str, str] = {}
    default, rank = ox.DefaultGraph(), foedus("rank")
    store, content = reading.store, reading.content
    # A curator may have ranked a statement outside of the file of its source.
    ranked = {q.subject for q in store.quads_for_pattern(None, rank, None, default)}
    made: list[bytes] = []
    for graph_iri in reading.source_graphs:
        writing = writing_of(reading, ox.NamedNode(_source_of(graph_iri)))
        files = [content.root / file.path for file in reading.files if file.graph == graph_iri]
        also = (graph_iri, repr(writing), *sorted(map(str, ranked)))
        quads, kinds, dates, digested = content.kept.of_files(
            "sources described",
            files,
            lambda graph_iri=graph_iri, writing=writing: _of_source(  # type: ignore[misc]
                store, graph_iri, writing, ranked
            ),
            also,
        )
        made.append(quads)
        if versions is not None:
            versions.add(digested)
        for statement, kind in kinds:
            if statement in described:
                wrong.append(_two_kinds(reading, statement, described[statement], kind))
            described.setdefault(statement, kind)
        wrong += (_no_date(reading, statement, message) for statement, message in dates)
    if wrong:
        raise ContentError(*wrong)
    store.extend(ox.parse(b"".join(made), format=ox.RdfFormat.N_QUADS))
    return len(described)


def _source_of(graph_iri: str) -> str:
    return f"{BASE}id/source/{graph_iri.rsplit('/', 1)[-1]}"


def _of_source(
    store: ox.Store, graph_iri: str, writing: Writing, ranked: Container[object]
) -> tuple[bytes, list[tuple[str, str]], list[tuple[str, str]], Digests]:
    """What may be said in the default graph of the statements of one source, as N-Quads; their
    kinds; those whose date is none, with the reason; and the digests of the quads."""
    default, evidence, rank = ox.DefaultGraph(), foedus("Evidence"), foedus("rank")
    source, kinds = ox.NamedNode(_source_of(graph_iri)), {foedus(kind): kind for kind in KINDS}
    made: list[ox.Quad] = []
    found: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for statement, values in _said(store, ox.NamedNode(graph_iri)).items():
        types = values.get(RDF_TYPE, ())
        own = sorted(kinds[t] for t in types if isinstance(t, ox.NamedNode) and t in kinds)
        found += ((statement.value, kind) for kind in own)
        for kind in own[:1]:
            made += _describe(statement, kind, source, values)
            if rank not in values and statement not in ranked:
                made.append(ox.Quad(statement, rank, _NORMAL, default))
            try:
                bounds = _bounds(values, kind, writing)
            except NotEdtf as error:
                wrong.append((statement.value, str(error)))
                continue
            for name, value in _bound_terms(bounds):
                made.append(ox.Quad(statement, foedus(name), value, default))
        if evidence in types:
            made += (
                ox.Quad(statement, predicate, term, default)
                for predicate, terms in values.items()
                for term in terms
            )
    written = ox.serialize(made, format=ox.RdfFormat.N_QUADS) or b""
    return written, found, wrong, digests(written.decode("utf-8").split("\n"))


def _no_date(reading: Reading, statement: str, message: str) -> Finding:
    file, line = reading.lines.get(statement, (None, None))
    return Finding(
        "date",
        message,
        file=reading.content.root / file if file else None,
        line=line,
        focus=statement,
        remedy="Write the date as the source gives it, in EDTF.",
    )


def _two_kinds(reading: Reading, statement: str, one: str, other: str) -> Finding:
    file, line = reading.lines.get(statement, (None, None))
    return Finding(
        "statement-of-two-kinds",
        f"the statement is of two kinds, f:{one} and f:{other}: it would count as two",
        file=reading.content.root / file if file else None,
        line=line,
        focus=statement,
        remedy="Write one statement for each kind, or take one kind away.",
    )


def _describe(
    statement: ox.NamedNode, kind: str, source: ox.NamedNode, said: Said
) -> Iterator[ox.Quad]:
    default = ox.DefaultGraph()
    yield ox.Quad(statement, RDF_TYPE, foedus("Statement"), default)
    yield ox.Quad(statement, foedus("statementKind"), kind_concept(kind), default)
    yield ox.Quad(statement, foedus("inSource"), source, default)
    for predicate in _KEPT:
        for term in said.get(predicate, ()):
            yield ox.Quad(statement, predicate, term, default)


def _bounds(said: Said, kind: str, writing: Writing) -> Bounds:
    date = _value(said, "inferredDate") or _value(said, "date")
    if kind in HAPPENINGS:
        return bounds_of_happening(date, writing)
    tense = (_value(said, "tense") or "").rsplit("/", 1)[-1]
    begin, end = _value(said, "begin") or date, _value(said, "end")
    return bounds_of_state(begin, end, tense, writing, _value(said, "knownUntil"))


def _bound_terms(bounds: Bounds) -> Iterator[tuple[str, ox.Literal | ox.NamedNode]]:
    for name, day in (
        ("earliestBegin", bounds.earliest_begin),
        ("latestBegin", bounds.latest_begin),
        ("earliestEnd", bounds.earliest_end),
        ("latestEnd", bounds.latest_end),
    ):
        yield name, ox.Literal(day.isoformat(), datatype=XSD_DATE)
    yield "endKind", ox.NamedNode(f"{BASE}concept/endkind/{bounds.end_kind}")


__all__ = [
    "KINDS",
    "Rule",
    "apply_rules",
    "describe_statements",
    "foedus",
    "kind_concept",
    "read_rules",
    "writing_of",
]
