"""Things by their names."""

from __future__ import annotations

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge


def search(knowledge: Knowledge, words: str, limit: int) -> list[dict[str, str]]:
    """Things, concepts and statements with all *words* in a label or name."""
    tests = " && ".join(f"CONTAINS(?low, {ox.Literal(word.lower())})" for word in words.split()[:8])
    if not tests:
        return []
    rows = knowledge.rows(
        f"""SELECT ?x (MIN(?text) AS ?label) (MIN(?isStatement) AS ?later) {{
          ?x rdfs:label|skos:prefLabel|skos:altLabel|f:name ?l .
          BIND(STR(?l) AS ?text) BIND(LCASE(?text) AS ?low)
          FILTER({tests}) FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{BASE}"))
          BIND(IF(STRSTARTS(STR(?x), "{BASE}id/statement/"), 2,
               IF(STRSTARTS(STR(?x), "{BASE}id/"), 0, 1)) AS ?isStatement)
        }} GROUP BY ?x ORDER BY ?later STRLEN(?label) STR(?x) LIMIT {limit}"""
    )
    return [{name: value(term) for name, term in row.items()} for row in rows]
