"""What is asked of any IRI: fixed questions in SPARQL 1.1, so that every engine can answer them.

What only the pages ask is in :mod:`foedus.web.site.asked`. Nothing here knows HTML or HTTP. What a
user typed enters a question only as an IRI that was checked or as an escaped literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pyoxigraph as ox

from foedus.content.names import F
from foedus.engine.answers import Engine, Solutions, Term, Triples, value
from foedus.web.remembered import Remembered

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
Found = TypeVar("Found")
#: Things of which the answer to a question is kept, for each question that is.
_MOST_REMEMBERED = 8_000

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


class Knowledge:
    """The questions, asked of one engine; ``lasting`` says that its dataset does not change."""

    def __init__(self, engine: Engine, *, lasting: bool = False) -> None:
        self.engine, self.lasting = engine, lasting
        self._remembered: dict[str, Remembered[str, Any]] = {}

    # --- Plumbing ---------------------------------------------------------------------------

    def rows(self, text: str) -> list[dict[str, Term]]:
        """The solutions of a SELECT, with the prefixes of the pages."""
        answer = self.engine.query(_with_prefixes(text))
        return answer.dicts() if isinstance(answer, Solutions) else []

    def triples(self, text: str) -> list[ox.Triple]:
        """The triples of a CONSTRUCT."""
        answer = self.engine.query(_with_prefixes(text))
        return answer.triples if isinstance(answer, Triples) else []

    def one(self, text: str, name: str) -> str:
        """The text of one variable in the first solution, or ``""``."""
        rows = self.rows(text)
        return value(rows[0].get(name)) if rows else ""

    def remembered(
        self,
        name: str,
        iris: Iterable[str],
        ask: Callable[[Knowledge, Sequence[str]], Mapping[str, Found]],
    ) -> dict[str, Found]:
        """What *ask* finds of each of *iris*; of a dataset that does not change, asked once.

        Only for answers that depend on nothing but the thing, under a *name* for each question.
        """
        if not self.lasting:
            wanted = list(dict.fromkeys(iris))
            found = ask(self, wanted) if wanted else {}
            return {iri: found[iri] for iri in wanted if iri in found}
        kept = self._remembered.setdefault(name, Remembered(_MOST_REMEMBERED))
        return kept.each(iris, lambda missing: ask(self, missing))

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
        return int(self.one(text, "n") or 0)

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
        return self.one(
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
            self.one(
                f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?p {where} }}",
                "n",
            )
            or 0
        )
        if not limit or offset >= total:
            return total, []
        found = self.rows(
            f"SELECT DISTINCT ?s ?p {where} ORDER BY STR(?p) STR(?s) LIMIT {limit} OFFSET {offset}"
        )
        return total, [{name: value(term) for name, term in row.items()} for row in found]

    # --- Facts and statements -----------------------------------------------------------------


def _with_prefixes(text: str) -> str:
    """*text* with the prefixes that it uses: each costs a little in every question."""
    used = (f"PREFIX {name}: <{iri}>\n" for name, iri in _PREFIXES.items() if f"{name}:" in text)
    return "".join(used) + text


def _anywhere(iri: str, path: str, name: str, *, optional: bool = True) -> str:
    where = f"{{ <{iri}> {path} ?{name} }} UNION {{ GRAPH ?g{name} {{ <{iri}> {path} ?{name} }} }}"
    return f"OPTIONAL {{ {where} }}" if optional else where
