"""What there is: the lists, how many things each holds, the sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from foedus.engine.answers import value
from foedus.web.knowledge import LISTS, Knowledge
from foedus.web.remembered import Remembered

Answer = TypeVar("Answer")
#: Answers on single things that are kept from request to request.
_MOST_RECENT = 2_000


class Catalogue:
    """The lists, each ordered once where the dataset does not change (``lasting``)."""

    def __init__(self, knowledge: Knowledge, *, lasting: bool) -> None:
        self.knowledge, self.lasting = knowledge, lasting
        self._ordered: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, Any] = {}
        self._recent: Remembered[tuple[str, str], Any] = Remembered(_MOST_RECENT)

    def once(self, name: str, ask: Callable[[Knowledge], Answer]) -> Answer:
        """What *ask* finds, asked once of a dataset that does not change."""
        if not self.lasting:
            return ask(self.knowledge)
        if name not in self._known:
            self._known[name] = ask(self.knowledge)
        answer: Answer = self._known[name]
        return answer

    def once_of(self, name: str, iri: str, ask: Callable[[Knowledge], Answer]) -> Answer:
        """Likewise of one thing; the things asked for last are kept."""
        if not self.lasting:
            return ask(self.knowledge)
        found = self._recent.each([(name, iri)], lambda keys: {keys[0]: ask(self.knowledge)})
        answer: Answer = found[name, iri]
        return answer

    def ordered(self, name: str) -> tuple[str, ...]:
        """The things of a list of :data:`LISTS`: those of which something is said first."""
        return self.once(f"list {name}", lambda knowledge: _ordered(knowledge, LISTS[name][1]))

    def listed(self, name: str, limit: int, offset: int) -> tuple[int, list[Listed]]:
        """How many things a list holds, and a page of them."""
        iris = self.ordered(name)[offset : offset + limit]
        page = self.once_of(f"list {name} {limit}", str(offset), lambda k: described(k, iris))
        return len(self.ordered(name)), page

    def counts(self) -> dict[str, int]:
        """How many things each list holds."""
        return {name: len(self.ordered(name)) for name in LISTS}


def _ordered(knowledge: Knowledge, class_name: str) -> tuple[str, ...]:
    rows = knowledge.rows(
        f"""SELECT ?x ?known (MIN(STR(?l)) AS ?label) {{
          {{ SELECT DISTINCT ?x {{ ?class rdfs:subClassOf* f:{class_name} . ?x a ?class }} }}
          OPTIONAL {{ ?x rdfs:label ?l FILTER(LANG(?l) = "" || LANGMATCHES(LANG(?l), "en")) }}
          BIND(EXISTS {{ ?fact ?role ?x ; f:basis ?any }}
               || EXISTS {{ ?st f:inSource ?x ; f:statementKind ?kind }} AS ?known)
        }} GROUP BY ?x ?known ORDER BY DESC(?known) ?label STR(?x)"""
    )
    return tuple(value(row["x"]) for row in rows if "x" in row)


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing in a list: what it is in our words, and how many statements speak of it."""

    iri: str
    comment: str
    said: int


def described(knowledge: Knowledge, iris: Sequence[str]) -> list[Listed]:
    """These things as a list shows them."""
    if not iris:
        return []
    nodes = " ".join(f"<{iri}>" for iri in iris)
    comments = knowledge.rows(
        f"SELECT ?x (MIN(STR(?c)) AS ?comment) {{ VALUES ?x {{ {nodes} }} "
        "?x rdfs:comment|skos:definition ?c } GROUP BY ?x"
    )
    said = knowledge.rows(
        f"""SELECT ?x (COUNT(DISTINCT ?st) AS ?n) {{ VALUES ?x {{ {nodes} }}
          {{ GRAPH ?g {{ ?st ?role ?x }} ?st f:statementKind ?k }} UNION
          {{ ?st f:inSource ?x ; f:statementKind ?k }} }} GROUP BY ?x"""
    )
    words = {value(row["x"]): value(row.get("comment")) for row in comments if "x" in row}
    number = {value(row["x"]): int(value(row["n"])) for row in said if "x" in row}
    return [Listed(iri, words.get(iri, ""), number.get(iri, 0)) for iri in iris]


def read_sources(knowledge: Knowledge) -> list[tuple[str, int]]:
    """The sources that statements are taken from, with the number of their statements."""
    rows = knowledge.rows(
        """SELECT ?source (COUNT(DISTINCT ?st) AS ?n) {
          ?st f:inSource ?source ; f:statementKind ?kind } GROUP BY ?source ORDER BY DESC(?n)"""
    )
    return [(value(row["source"]), int(value(row["n"]))) for row in rows if "source" in row]


def totals(knowledge: Knowledge) -> dict[str, int]:
    """How many statements and facts there are."""
    return {
        "statements": int(
            knowledge.one("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s f:statementKind ?k }", "n") or 0
        ),
        "facts": int(
            knowledge.one("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s f:basis ?k }", "n") or 0
        ),
    }
