"""Slots in which sources cannot all be right."""

from __future__ import annotations

from foedus.content.names import BASE, shorten
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.statements import statements


def disputes(knowledge: Knowledge, about: str = "", rival: str = "") -> list[dict[str, object]]:
    """Slots in which sources cannot all be right: label, rivals with their values, choice."""
    only = f"?d f:about <{about}> ." if about else ""
    only += f" ?d f:rival <{rival}> ." if rival else ""
    rows = knowledge.rows(
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
    said = {s.iri: s for s in statements(knowledge, [value(row["rival"]) for row in rows])}
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
