"""The answer to a query as the page writes it without script."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from foedus.content.names import shorten
from foedus.engine.answers import Boolean, Solutions, value
from foedus.engine.guard import CheckedQuery
from foedus.engine.serialize import JSON, TURTLE, parse_results
from foedus.web.negotiation import GRAPHS, RESULTS
from foedus.web.protocol import Evaluator

#: How much of a graph the page writes out.
_CHARACTERS = 20_000
_NAMES = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
    "nq": "N-Quads",
    "trig": "TriG",
}


def shown(evaluator: Evaluator, checked: CheckedQuery, most_rows: int) -> dict[str, Any]:
    """The answer: ``boolean``, ``graph`` or ``variables`` with ``rows`` and their ``total``.

    Raises :class:`foedus.engine.errors.QueryError`.
    """
    if checked.form in ("CONSTRUCT", "DESCRIBE"):
        document = evaluator.evaluate(checked, TURTLE).decode("utf-8")
        return {"graph": document[:_CHARACTERS], "more": len(document) > _CHARACTERS}
    answer = parse_results(evaluator.evaluate(checked, JSON))
    if isinstance(answer, Boolean):
        return {"boolean": answer.value}
    assert isinstance(answer, Solutions)
    return {
        "variables": answer.variables,
        "rows": [[_cell(term) for term in row] for row in answer.rows[:most_rows]],
        "total": len(answer.rows),
    }


def formats(form: str) -> list[tuple[str, str]]:
    """The formats in which an answer to a query of this form can be taken away: name and title."""
    offers = GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else RESULTS
    offers = tuple(offer for offer in offers if offer.names)
    if form == "ASK":
        offers = tuple(offer for offer in offers if offer.names[0] in ("json", "xml"))
    return [(offer.names[0], _NAMES[offer.names[0]]) for offer in offers]


def _cell(term: Any) -> dict[str, str]:
    text = value(term)
    iri = text if isinstance(term, ox.NamedNode) else ""
    return {"iri": iri, "text": shorten(text) if iri else text}
