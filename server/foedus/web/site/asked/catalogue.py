"""What there is: the lists, how many things each holds, the sources."""

from __future__ import annotations

from foedus.engine.answers import value
from foedus.web.knowledge import LISTS, Knowledge


def listed(
    knowledge: Knowledge, name: str, limit: int, offset: int
) -> tuple[int, list[dict[str, str]]]:
    """The things of a list of :data:`LISTS`: how many, and a page of them by label.

    Those that some statement speaks of come first.
    """
    of_class = _of_class(LISTS[name][1])
    total = knowledge.one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {of_class} }}", "n")
    rows = knowledge.rows(
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


def counts(knowledge: Knowledge) -> dict[str, int]:
    """How many things each list holds."""
    return {
        name: int(
            knowledge.one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {_of_class(entry[1])} }}", "n")
            or 0
        )
        for name, entry in LISTS.items()
    }


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


def _of_class(name: str) -> str:
    return f"?class rdfs:subClassOf* f:{name} . ?x a ?class ."
