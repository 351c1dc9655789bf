"""The page on which anybody asks in SPARQL, without script."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from flask import render_template, request

from foedus.content.names import F, prefixes, shorten
from foedus.content.questions import Question
from foedus.engine.answers import Boolean, Solutions, value
from foedus.engine.errors import QueryError
from foedus.engine.guard import check
from foedus.engine.serialize import JSON, TURTLE, parse_results
from foedus.web import problems
from foedus.web.protocol import Evaluator, parse_day
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.suggestions import Suggestions


class QueryPage:
    """A form for SPARQL, the competency questions as examples, and the answer as a table."""

    def __init__(
        self,
        served: Served,
        settings: Settings,
        questions: Sequence[Question],
        evaluator: Evaluator,
        suggestions: Suggestions,
    ) -> None:
        self.served, self.settings, self.questions = served, settings, questions
        self.evaluator, self.suggestions = evaluator, suggestions

    def __call__(self) -> str:
        """A form for SPARQL, the competency questions as examples, and the answer as a table."""
        text = request.args.get("query", "").replace("\r\n", "\n")
        example = next((q for q in self.questions if q.name == request.args.get("example")), None)
        day = parse_day(request.args.get("at"))
        if example and not text:
            text = _without_header(example.text)
            day = day or example.at
        shown: dict[str, Any] = {"answer": None, "problem": None}
        if text and request.path.endswith("/query"):
            try:
                shown["answer"] = self._answer(text, day)
            except QueryError as error:
                shown["problem"] = problems.of_query(error)
        return render_template(
            "query.html",
            text=text or _BEGINNING,
            asked=bool(text),
            hints=self.suggestions.hints(text) if shown["answer"] else (),
            day=day.isoformat() if day else "",
            example=example,
            questions=self.questions,
            prefixes=prefixes(),
            shorten=shorten,
            **shown,
        )

    def _answer(self, text: str, day: datetime.date | None) -> dict[str, Any]:
        checked = check(
            text,
            at=day or self.served.knowledge_end,
            limits=self.evaluator.limits,
            known_prefixes=prefixes(),
        )
        if checked.form in ("CONSTRUCT", "DESCRIBE"):
            document = self.evaluator.evaluate(checked, TURTLE).decode("utf-8")
            return {"graph": document[:200_000]}
        answer = parse_results(self.evaluator.evaluate(checked, JSON))
        if isinstance(answer, Boolean):
            return {"boolean": answer.value}
        assert isinstance(answer, Solutions)
        rows = answer.rows[: self.settings.table_rows]
        return {
            "variables": answer.variables,
            "rows": [[_cell(term) for term in row] for row in rows],
            "total": len(answer.rows),
        }


_BEGINNING = f"""PREFIX f: <{F}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?member ?arrangement WHERE {{
  ?membership a f:Membership ;
    f:member/rdfs:label ?member ;
    f:arrangement/rdfs:label ?arrangement ;
    f:latestBegin ?begin ; f:earliestEnd ?end .
  FILTER(?begin <= ?at && ?at <= ?end)
}} ORDER BY ?arrangement ?member LIMIT 100"""


def _cell(term: Any) -> dict[str, str]:
    text = value(term)
    iri = text if isinstance(term, ox.NamedNode) else ""
    return {"iri": iri, "text": shorten(text) if iri else text}


def _without_header(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"
