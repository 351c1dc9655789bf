"""What the pages ask: fixed questions in SPARQL 1.1, so that every engine can answer them.

Nothing here knows HTML or HTTP. What a user typed enters a question only as an IRI that was checked
or as an escaped literal.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.content.names import BASE, F, shorten
from foedus.engine.answers import Engine, Solutions, Term, Triples, value

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")
_PREFIXES = {
    "f": F,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"

#: The lists of the site: path, heading, class, what it is.
LISTS: Mapping[str, tuple[str, str, str]] = {
    "states": ("States", "State", "States, and what sources say of them."),
    "alliances": (
        "Alliances and coalitions",
        "SecurityArrangement",
        "Alliances, coalitions, security organizations and partnerships.",
    ),
    "organizations": ("Organizations", "Organization", "Bodies and institutions."),
    "instruments": (
        "Treaties and other instruments",
        "Instrument",
        "Texts by which somebody promised something.",
    ),
    "proposals": ("Proposals", "Proposal", "What somebody proposed, whatever came of it."),
    "people": ("People", "Person", "Persons with the offices they held."),
    "events": ("Events and exercises", "Event", "Meetings, conflicts, exercises, episodes."),
    "sources": ("Sources", "Source", "The texts that statements are taken from."),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something held, as four days (``YYYY-MM-DD``): the earliest and the latest it can be."""

    earliest_begin: str
    latest_begin: str
    earliest_end: str
    latest_end: str
    end_kind: str

    def status(self, day: datetime.date) -> str:
        """How it stands on *day*: surely, possibly, ended, not yet."""
        at = day.isoformat()
        if self.latest_begin <= at <= self.earliest_end:
            return "surely"
        if self.earliest_begin <= at <= self.latest_end:
            return "possibly"
        return "ended" if self.latest_end < at else "not yet"

    @property
    def happened(self) -> str:
        """The day or days on which something that does not last took place."""
        return _span(self.earliest_begin, self.latest_end)

    def __str__(self) -> str:
        if (self.earliest_begin, self.latest_begin) == (self.earliest_end, self.latest_end):
            return _span(self.earliest_begin, self.latest_begin)
        begin = _span(self.earliest_begin, self.latest_begin)
        end = _span(self.earliest_end, self.latest_end)
        if self.latest_end == LAST_DAY and self.end_kind != "ended":
            end = "open" if self.end_kind == "open" else "end unknown"
        return f"{begin or 'begin unknown'} – {end or 'end unknown'}"


def _span(first: str, last: str) -> str:
    if first == FIRST_DAY and last == LAST_DAY:
        return ""
    if first == last:
        return first
    if first == FIRST_DAY:
        return f"by {last}"
    if last == LAST_DAY:
        return f"{first} or later"
    if first[:4] == last[:4] and first[4:] == "-01-01" and last[4:] == "-12-31":
        return first[:4]
    return f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement in one line."""

    iri: str
    label: str
    kind: str
    source: str
    modality: str
    polarity: str
    tense: str
    asserted_by: str
    start: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in one line, with the statements behind it."""

    iri: str
    label: str
    kind: str
    bounds: Bounds | None
    basis: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a source says something: code points from *start* to *end*, end exclusive."""

    iri: str
    source: str
    start: int
    end: int
    digest: str
    supports: tuple[str, ...]


class Knowledge:
    """The questions, asked of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # --- Plumbing ---------------------------------------------------------------------------

    def rows(self, text: str) -> list[dict[str, Term]]:
        """The solutions of a SELECT, with the prefixes of the pages."""
        answer = self.engine.query(_with_prefixes(text))
        return answer.dicts() if isinstance(answer, Solutions) else []

    def triples(self, text: str) -> list[ox.Triple]:
        """The triples of a CONSTRUCT."""
        answer = self.engine.query(_with_prefixes(text))
        return answer.triples if isinstance(answer, Triples) else []

    def _one(self, text: str, name: str) -> str:
        rows = self.rows(text)
        return value(rows[0].get(name)) if rows else ""

    # --- Any IRI ----------------------------------------------------------------------------

    def exists(self, iri: str) -> bool:
        """Whether anything is said of *iri* in any graph, or it is a graph or a version itself."""
        if not _IRI.match(iri):
            return False
        node = f"<{iri}>"
        return bool(
            self.rows(
                f"SELECT ?p {{ {{ {node} ?p ?o }} UNION {{ GRAPH ?g {{ {node} ?p ?o }} }} "
                f"UNION {{ GRAPH {node} {{ ?s ?p ?o }} }} "
                f"UNION {{ ?s ?p {node} FILTER(?p = owl:versionIRI) }} "
                f"UNION {{ GRAPH ?g {{ ?s ?p {node} FILTER(?p = owl:versionIRI) }} }} }} LIMIT 1"
            )
        )

    def describe(self, iri: str) -> list[ox.Triple]:
        """The description of *iri*: its triples in any graph, and the evidence of a statement."""
        node = f"<{iri}>"
        return self.triples(
            f"""CONSTRUCT {{ ?s ?p ?o }} {{
              {{ BIND({node} AS ?s) {node} ?p ?o }}
              UNION {{ BIND({node} AS ?s) GRAPH ?g {{ {node} ?p ?o }} }}
              UNION {{ {node} f:evidence ?s . ?s ?p ?o }}
            }}"""
        )

    def graph(self, iri: str) -> list[ox.Triple]:
        """All triples of a named graph."""
        return self.triples(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")

    def graph_size(self, iri: str) -> int:
        """The number of triples of a named graph."""
        text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        return int(self._one(text, "n") or 0)

    def ontology(self, iri: str) -> list[ox.Triple]:
        """The vocabulary: every triple about a term of ours, and the nodes that define them.

        *iri* names an ontology or a version of it.
        """
        return self.triples(
            f"""CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o
              FILTER(isBlank(?s) || STRSTARTS(STR(?s), "{F}") || ?s = <{iri}>
                     || EXISTS {{ ?s owl:versionIRI <{iri}> }}) }}"""
        )

    def ontology_header(self, iri: str) -> list[ox.Triple]:
        """What is said of an ontology itself, named by its IRI or by that of a version."""
        node = f"<{iri}>"
        either = (
            f"{{ {node} ?p ?o BIND({node} AS ?s) }} UNION {{ ?s owl:versionIRI {node} ; ?p ?o }}"
        )
        return self.triples(
            f"CONSTRUCT {{ ?s ?p ?o }} {{ {either} UNION {{ GRAPH ?g {{ {either} }} }} }}"
        )

    def terms(self) -> list[dict[str, str]]:
        """Classes and properties of the vocabulary with label and definition."""
        found = self.rows(
            """SELECT ?term ?type ?label ?definition {
              ?term a ?type .
              FILTER(?type IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty,
                               owl:AnnotationProperty))
              OPTIONAL { ?term rdfs:label ?label FILTER(LANGMATCHES(LANG(?label), "en")) }
              OPTIONAL { ?term skos:definition ?definition
                         FILTER(LANGMATCHES(LANG(?definition), "en")) }
            } ORDER BY STR(?term)"""
        )
        return [
            {name: value(term) for name, term in row.items()}
            for row in found
            if value(row["term"]).startswith(F)
        ]

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """The English label of each, where there is one."""
        nodes = " ".join(f"<{iri}>" for iri in sorted(set(iris)) if _IRI.match(iri))
        if not nodes:
            return {}
        found = self.rows(
            f"""SELECT ?x ?label {{ VALUES ?x {{ {nodes} }}
              ?x rdfs:label|skos:prefLabel|dcterms:title ?label
              FILTER(LANG(?label) = "" || LANGMATCHES(LANG(?label), "en")) }}"""
        )
        named: dict[str, str] = {}
        for row in found:
            iri, label = value(row["x"]), value(row["label"])
            named[iri] = min(named.get(iri, label), label, key=lambda text: (len(text), text))
        return named

    def tombstone(self, iri: str) -> dict[str, str] | None:
        """When and why *iri* was withdrawn and what replaces it, or ``None``."""
        found = self.rows(
            f"""SELECT ?when ?why ?instead {{
              {{ <{iri}> a f:Tombstone }} UNION {{ GRAPH ?g {{ <{iri}> a f:Tombstone }} }}
              {_anywhere(iri, "f:withdrawnOn|f:withdrawn", "when")}
              {_anywhere(iri, "f:withdrawnBecause|f:reason", "why")}
              {_anywhere(iri, "f:replacedBy|dcterms:isReplacedBy", "instead")}
            }} LIMIT 1"""
        )
        return {name: value(term) for name, term in found[0].items()} if found else None

    def renamed(self, iri: str) -> str:
        """The IRI that *iri* was renamed to, or ``""``."""
        return self._one(
            f"SELECT ?new {{ {_anywhere(iri, 'f:renamedTo', 'new', optional=False)} }} LIMIT 1",
            "new",
        )

    def types(self, iri: str) -> list[str]:
        """The classes of *iri* in the default graph."""
        return [value(row["t"]) for row in self.rows(f"SELECT ?t {{ <{iri}> a ?t }}")]

    def inverse(self, iri: str, limit: int, offset: int) -> tuple[int, list[dict[str, str]]]:
        """How many triples lead to *iri*, and some of them."""
        where = f"""{{ {{ ?s ?p <{iri}> }} UNION {{ GRAPH ?g {{ ?s ?p <{iri}> }} }} }}"""
        total = int(
            self._one(
                f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?p {where} }}",
                "n",
            )
            or 0
        )
        found = self.rows(
            f"SELECT DISTINCT ?s ?p {where} ORDER BY STR(?p) STR(?s) LIMIT {limit} OFFSET {offset}"
        )
        return total, [{name: value(term) for name, term in row.items()} for row in found]

    # --- Facts and statements -----------------------------------------------------------------

    def facts_about(self, iri: str, limit: int = 500) -> list[Fact]:
        """The facts in which *iri* takes part, in whatever role."""
        found = self.rows(
            f"""SELECT DISTINCT ?fact {{ ?fact ?role <{iri}> ; f:basis ?any }}
            ORDER BY STR(?fact) LIMIT {limit}"""
        )
        return self.facts([value(row["fact"]) for row in found])

    def facts(self, iris: Sequence[str]) -> list[Fact]:
        """These facts, each with the statements behind it."""
        if not iris:
            return []
        nodes = " ".join(f"<{iri}>" for iri in iris)
        rows = self.rows(
            f"""SELECT ?fact ?label ?eb ?lb ?ee ?le ?end ?st {{
              VALUES ?fact {{ {nodes} }}
              ?fact f:basis ?st .
              OPTIONAL {{ ?fact rdfs:label ?label }}
              OPTIONAL {{ ?fact f:earliestBegin ?eb ; f:latestBegin ?lb ;
                          f:earliestEnd ?ee ; f:latestEnd ?le }}
              OPTIONAL {{ ?fact f:endKind ?end }}
            }}"""
        )
        said = {s.iri: s for s in self.statements([value(row["st"]) for row in rows])}
        grouped: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            texts = {name: value(term) for name, term in row.items()}
            grouped.setdefault(texts["fact"], []).append(texts)
        facts = []
        for iri, group in grouped.items():
            first = group[0]
            basis = sorted(
                {said[row["st"]] for row in group if row["st"] in said}, key=lambda s: s.iri
            )
            label = first.get("label") or (basis[0].label if basis else shorten(iri))
            kind = basis[0].kind if basis else iri[len(BASE) :].split("/")[1]
            facts.append(Fact(iri, label, kind, _bounds(first), tuple(basis)))
        return sorted(facts, key=_by_time)

    def statements(self, iris: Iterable[str]) -> list[Said]:
        """These statements in one line each."""
        nodes = " ".join(f"<{iri}>" for iri in sorted(set(iris)))
        return self._said(f"VALUES ?st {{ {nodes} }}") if nodes else []

    def statements_about(self, iri: str, limit: int = 500) -> list[Said]:
        """What sources say of *iri*, in whatever role."""
        return self._said(
            f"{{ SELECT DISTINCT ?st {{ GRAPH ?g {{ ?st ?role <{iri}> }} "
            f"?st f:statementKind ?k }} ORDER BY STR(?st) LIMIT {limit} }}"
        )

    def statements_of(self, source: str, limit: int, offset: int) -> tuple[int, list[Said]]:
        """The statements of a source in the order of its text, and how many there are."""
        total = self._one(
            f"SELECT (COUNT(DISTINCT ?st) AS ?n) "
            f"{{ ?st f:inSource <{source}> ; f:statementKind ?kind }}",
            "n",
        )
        page = self._said(
            f"""{{ SELECT ?st (MIN(xsd:integer(STR(?o))) AS ?start) {{
                ?st f:inSource <{source}> ; f:statementKind ?k .
                OPTIONAL {{ ?st f:evidence/oa:start ?o }}
              }} GROUP BY ?st ORDER BY ?start STR(?st) LIMIT {limit} OFFSET {offset} }}"""
        )
        return int(total or 0), sorted(page, key=lambda s: (s.start or 0, s.iri))

    def _said(self, which: str) -> list[Said]:
        rows = self.rows(
            f"""SELECT ?st ?label ?kind ?source ?modality ?polarity ?tense ?by ?start ?fact {{
              {which}
              ?st f:statementKind ?kind .
              OPTIONAL {{ ?st rdfs:label ?label }}
              OPTIONAL {{ ?st f:inSource ?source }}
              OPTIONAL {{ ?st f:modality ?modality }}
              OPTIONAL {{ ?st f:polarity ?polarity }}
              OPTIONAL {{ ?st f:tense ?tense }}
              OPTIONAL {{ ?st f:assertedBy ?by }}
              OPTIONAL {{ ?fact f:basis ?st }}
            }}"""
        )
        found: dict[str, Said] = {}
        for row in rows:
            texts = {name: value(term) for name, term in row.items()}
            iri = texts["st"]
            if iri in found:
                continue
            found[iri] = Said(
                iri=iri,
                label=texts.get("label") or shorten(iri),
                kind=_last(texts["kind"]),
                source=texts.get("source", ""),
                modality=texts.get("modality", ""),
                polarity=texts.get("polarity", ""),
                tense=texts.get("tense", ""),
                asserted_by=texts.get("by", ""),
                start=int(texts["start"]) if texts.get("start") else None,
                accepted="fact" in texts,
            )
        return list(found.values())

    def passages(self, statement: str) -> list[Passage]:
        """The evidence of a statement, in the order of the text."""
        rows = self.rows(
            f"""SELECT ?e ?source ?start ?end ?digest ?slot {{
              <{statement}> f:evidence ?e . ?e f:inSource ?source ; oa:start ?start ; oa:end ?end .
              OPTIONAL {{ ?e f:passageDigest ?digest }}
              OPTIONAL {{ ?e f:supports ?slot }}
            }}"""
        )
        found: dict[str, Passage] = {}
        for row in rows:
            texts = {name: value(term) for name, term in row.items()}
            slots = found[texts["e"]].supports if texts["e"] in found else ()
            if texts.get("slot"):
                slots = (*slots, texts["slot"])
            found[texts["e"]] = Passage(
                texts["e"],
                texts["source"],
                int(texts["start"]),
                int(texts["end"]),
                texts.get("digest", ""),
                slots,
            )
        return sorted(found.values(), key=lambda p: (p.start, p.end))

    def text_digest(self, source: str) -> str:
        """The SHA-256 that a source records of its text."""
        return self._one(f"SELECT ?d {{ <{source}> f:textDigest ?d }}", "d")

    def facts_on(self, statement: str) -> list[Fact]:
        """The facts that rest on a statement."""
        found = self.rows(f"SELECT DISTINCT ?fact {{ ?fact f:basis <{statement}> }}")
        return self.facts([value(row["fact"]) for row in found])

    # --- Disputes -----------------------------------------------------------------------------

    def disputes(self, about: str = "", rival: str = "") -> list[dict[str, object]]:
        """Slots in which sources cannot all be right: label, rivals with their values, choice."""
        only = f"?d f:about <{about}> ." if about else ""
        only += f" ?d f:rival <{rival}> ." if rival else ""
        rows = self.rows(
            f"""SELECT ?d ?label ?about ?rival ?chosen ?reason ?undecided {{
              GRAPH <{BASE}graph/disputes> {{
                {only} ?d a f:Dispute ; f:rival ?rival .
                OPTIONAL {{ ?d rdfs:label ?label }}
                OPTIONAL {{ ?d f:about ?about }}
                OPTIONAL {{ ?d f:chosen ?chosen }}
                OPTIONAL {{ ?d f:reason ?reason }}
                OPTIONAL {{ ?d f:undecided ?undecided }}
              }} }} ORDER BY STR(?d)"""
        )
        said = {s.iri: s for s in self.statements([value(row["rival"]) for row in rows])}
        found: dict[str, dict[str, object]] = {}
        for row in rows:
            texts = {name: value(term) for name, term in row.items()}
            entry = found.setdefault(
                texts["d"],
                {
                    "iri": texts["d"],
                    "label": texts.get("label") or shorten(texts["d"]),
                    "about": texts.get("about", ""),
                    "chosen": texts.get("chosen", ""),
                    "reason": texts.get("reason", ""),
                    "rivals": [],
                },
            )
            rivals = entry["rivals"]
            assert isinstance(rivals, list)
            if texts["rival"] in said and said[texts["rival"]] not in rivals:
                rivals.append(said[texts["rival"]])
        return list(found.values())

    # --- Lists and search -----------------------------------------------------------------------

    def listed(self, name: str, limit: int, offset: int) -> tuple[int, list[dict[str, str]]]:
        """The things of a list of :data:`LISTS`: how many, and a page of them by label.

        Those that some statement speaks of come first.
        """
        of_class = _of_class(LISTS[name][1])
        total = self._one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {of_class} }}", "n")
        rows = self.rows(
            f"""SELECT ?x (MIN(STR(?l)) AS ?label) (MIN(STR(?c)) AS ?comment)
                       (COUNT(DISTINCT ?st) AS ?said) {{
              {of_class}
              OPTIONAL {{ ?x rdfs:label ?l FILTER(LANG(?l) = "" || LANGMATCHES(LANG(?l), "en")) }}
              OPTIONAL {{ ?x rdfs:comment ?c }}
              OPTIONAL {{ GRAPH ?g {{ ?st ?role ?x }} ?st f:statementKind ?k }}
            }} GROUP BY ?x ORDER BY (COUNT(DISTINCT ?st) = 0) STR(?label) STR(?x)
            LIMIT {limit} OFFSET {offset}"""
        )
        return int(total or 0), [{n: value(t) for n, t in row.items()} for row in rows]

    def counts(self) -> dict[str, int]:
        """How many things each list holds."""
        return {
            name: int(
                self._one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {_of_class(entry[1])} }}", "n")
                or 0
            )
            for name, entry in LISTS.items()
        }

    def read_sources(self) -> list[tuple[str, int]]:
        """The sources that statements are taken from, with the number of their statements."""
        rows = self.rows(
            """SELECT ?source (COUNT(DISTINCT ?st) AS ?n) {
              ?st f:inSource ?source ; f:statementKind ?kind } GROUP BY ?source ORDER BY DESC(?n)"""
        )
        return [(value(row["source"]), int(value(row["n"]))) for row in rows if "source" in row]

    def totals(self) -> dict[str, int]:
        """How many statements and facts there are."""
        return {
            "statements": int(
                self._one("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s f:statementKind ?k }", "n") or 0
            ),
            "facts": int(
                self._one("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s f:basis ?k }", "n") or 0
            ),
        }

    def search(self, words: str, limit: int) -> list[dict[str, str]]:
        """Things, concepts and statements with all *words* in a label or name."""
        tests = " && ".join(
            f"CONTAINS(?low, {ox.Literal(word.lower())})" for word in words.split()[:8]
        )
        if not tests:
            return []
        rows = self.rows(
            f"""SELECT ?x (MIN(?text) AS ?label) (MIN(?isStatement) AS ?later) {{
              ?x rdfs:label|skos:prefLabel|skos:altLabel|f:name ?l .
              BIND(STR(?l) AS ?text) BIND(LCASE(?text) AS ?low)
              FILTER({tests}) FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{BASE}"))
              BIND(IF(STRSTARTS(STR(?x), "{BASE}id/statement/"), 2,
                   IF(STRSTARTS(STR(?x), "{BASE}id/"), 0, 1)) AS ?isStatement)
            }} GROUP BY ?x ORDER BY ?later STRLEN(?label) STR(?x) LIMIT {limit}"""
        )
        return [{name: value(term) for name, term in row.items()} for row in rows]


def _with_prefixes(text: str) -> str:
    """*text* with the prefixes that it uses: each costs a little in every question."""
    used = (f"PREFIX {name}: <{iri}>\n" for name, iri in _PREFIXES.items() if f"{name}:" in text)
    return "".join(used) + text


def _anywhere(iri: str, path: str, name: str, *, optional: bool = True) -> str:
    where = f"{{ <{iri}> {path} ?{name} }} UNION {{ GRAPH ?g{name} {{ <{iri}> {path} ?{name} }} }}"
    return f"OPTIONAL {{ {where} }}" if optional else where


def _of_class(name: str) -> str:
    return f"?class rdfs:subClassOf* f:{name} . ?x a ?class ."


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _bounds(row: Mapping[str, str]) -> Bounds | None:
    if "eb" not in row:
        return None
    return Bounds(row["eb"], row["lb"], row["ee"], row["le"], _last(row.get("end", "")))


def _by_time(fact: Fact) -> tuple[str, str, str]:
    return (fact.kind, fact.bounds.earliest_begin if fact.bounds else "", fact.iri)
