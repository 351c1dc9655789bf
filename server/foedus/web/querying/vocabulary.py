"""What the editor completes: terms and concepts with label and definition, and things by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pyoxigraph as ox

from foedus.content.names import BASE, F, shorten
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge

#: The class of the things whose IRIs lie in each folder.
_CLASSES: Mapping[str, str] = {
    "id/state": "State",
    "id/actor": "NonStateActor",
    "id/group": "ActorGroup",
    "id/organization": "Organization",
    "id/arrangement": "SecurityArrangement",
    "id/instrument": "Instrument",
    "id/proposal": "Proposal",
    "id/label": "Label",
    "id/person": "Person",
    "id/exercise": "Exercise",
    "id/event": "Event",
    "id/place": "Place",
    "id/source": "Source",
}
#: More of a kind than this are not offered as a list.
_MOST = 300
_FOUND = 20
_KINDS = {"Class": "class", "ObjectProperty": "property", "AnnotationProperty": "property"}


class Vocabulary:
    """Terms, concepts and things; kept where the dataset is ``lasting``."""

    def __init__(self, knowledge: Knowledge, *, lasting: bool) -> None:
        self.knowledge = knowledge
        size = 64 if lasting else 0
        self.choices = lru_cache(maxsize=size)(self._choices)
        self.terms = lru_cache(maxsize=size)(self._terms)

    def _choices(self, folder: str) -> Mapping[str, str]:
        """Prefixed name to label of what lies in *folder*; empty where that is too much."""
        rows = self.knowledge.rows(
            f"""SELECT ?x (MIN(STR(?l)) AS ?label) {{ {_members(folder)}
              FILTER(LANG(?l) = "" || LANGMATCHES(LANG(?l), "en")) }}
            GROUP BY ?x LIMIT {_MOST + 1}"""
        )
        found = {shorten(value(row["x"])): value(row["label"]) for row in rows if row.get("x")}
        if len(found) > _MOST:
            return {}
        return dict(sorted(found.items(), key=lambda item: item[1].casefold()))

    def _terms(self) -> list[tuple[str, str, str, str]]:
        """Prefixed name, kind, label and definition of every term and concept."""
        terms = [
            (
                shorten(term["term"]),
                _KINDS.get(term["type"].rpartition("#")[2], "property"),
                term.get("label", ""),
                term.get("definition", ""),
            )
            for term in self.knowledge.terms()
        ]
        concepts = self.knowledge.rows(
            """SELECT ?x (MIN(STR(?l)) AS ?label) (MIN(STR(?d)) AS ?definition) {
              ?x skos:inScheme ?any ; skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "en"))
              OPTIONAL { ?x skos:definition ?d FILTER(LANGMATCHES(LANG(?d), "en")) }
            } GROUP BY ?x ORDER BY STR(?x)"""
        )
        return [
            *dict.fromkeys(terms),
            *(
                (
                    shorten(value(row["x"])),
                    "concept",
                    value(row["label"]),
                    value(row["definition"]) if row.get("definition") else "",
                )
                for row in concepts
                if row.get("x")
            ),
        ]

    def things(self, kind: str, words: str) -> list[tuple[str, str, str, str]]:
        """Some things of a kind (``state``) with *words* in their names, as in :meth:`terms`."""
        folder = f"id/{kind}"
        if folder not in _CLASSES:
            return []
        told = ox.Literal(words.lower())
        rows = self.knowledge.rows(
            f"""SELECT ?x (MIN(STR(?l)) AS ?label) {{ {_members(folder)}
              FILTER(CONTAINS(LCASE(STR(?l)), {told}) || CONTAINS(LCASE(STR(?x)), {told}))
            }} GROUP BY ?x ORDER BY STR(?x) LIMIT {_FOUND}"""
        )
        return [
            (shorten(value(row["x"])), kind, value(row["label"]), "")
            for row in rows
            if row.get("x")
        ]


def _members(folder: str) -> str:
    """The pattern of what lies in a folder: things by their class, concepts by their scheme."""
    if folder in _CLASSES:
        return f"?c rdfs:subClassOf* <{F}{_CLASSES[folder]}> . ?x a ?c ; rdfs:label ?l ."
    return f"?x skos:inScheme <{BASE}{folder}> ; skos:prefLabel ?l ."
