"""The page on which anybody asks in SPARQL: a plain form, which scripts make an editor."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from foedus.content.names import BASE, F, prefixes
from foedus.content.questions import Question
from foedus.engine.errors import QueryError
from foedus.engine.federation import Federation
from foedus.engine.guard import CheckedQuery, check
from foedus.web import assets, problems
from foedus.web.problems import Problem
from foedus.web.protocol import Evaluator, parse_day
from foedus.web.querying import answer, snippets
from foedus.web.querying.parameters import (
    NotThat,
    Parameter,
    given,
    parameters,
    reads_a_day,
    with_values,
)
from foedus.web.querying.vocabulary import Vocabulary
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.suggestions import Suggestions
from foedus.web.urls import Urls


@dataclass
class _Asked:
    """What the address of the page asks for."""

    text: str = ""
    day: datetime.date | None = None
    example: Question | None = None
    fields: list[tuple[Parameter, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    run: bool = False


class QueryPage:
    """The page, and the small documents that its scripts ask for."""

    def __init__(
        self,
        served: Served,
        settings: Settings,
        questions: Sequence[Question],
        evaluator: Evaluator,
        suggestions: Suggestions,
        vocabulary: Vocabulary,
        urls: Urls,
        federation: Federation,
    ) -> None:
        self.served, self.settings, self.questions = served, settings, questions
        self.evaluator, self.suggestions = evaluator, suggestions
        self.vocabulary, self.urls, self.federation = vocabulary, urls, federation

    def __call__(self) -> str:
        """The form with the question of the address, and its answer where it was asked."""
        asked = self._asked()
        shown: dict[str, Any] = {"answer": None, "problem": None, "form": ""}
        if asked.run and asked.text and request.path.endswith("/query"):
            try:
                checked = self.checked(asked.text, asked.day)
                shown["form"] = checked.form
                checked = self.federation.inlined(checked, self.evaluator.evaluate)
                shown["answer"] = answer.shown(self.evaluator, checked, self.settings.table_rows)
            except QueryError as error:
                shown["problem"] = problems.of_query(error)
        other = request.args.get("release", "")
        return render_template(
            "query.html",
            text=asked.text or _BEGINNING,
            asked=asked,
            hints=self.suggestions.hints(asked.text) if shown["answer"] else (),
            day=asked.day.isoformat() if asked.day else "",
            questions=self.questions,
            topics=_by_topic(self.questions),
            choices=self.vocabulary.choices,
            prefixes=prefixes(),
            base=BASE,
            has_editor=assets.has("@zazuko/yasqe"),
            has_outlines=assets.has("world-atlas"),
            page_rows=self.settings.page_rows,
            other_release=other if other and not self.served.digest.startswith(other) else "",
            link_to_this=self._link(asked),
            formats=answer.formats(shown["form"]),
            code=self._code(asked, shown["form"]),
            languages=snippets.LANGUAGES,
            **shown,
        )

    def checked(self, text: str, day: datetime.date | None) -> CheckedQuery:
        """The query that may be evaluated; raises :class:`QueryError`."""
        return check(
            text,
            at=day or self.served.knowledge_end,
            limits=self.evaluator.limits,
            known_prefixes=prefixes(),
            base=self.urls.absolute("sparql"),
            allowed=self.federation.allowed,
        )

    def code(self) -> str:
        """The query of the address in the language that it names; raises :class:`Problem`."""
        language = request.args.get("language", "")
        if language not in snippets.LANGUAGES:
            raise Problem("parameters", f"language expects one of {', '.join(snippets.LANGUAGES)}.")
        text, day = _text(), parse_day(request.args.get("at"))
        if not text:
            raise Problem("parameters", "The parameter query is missing.")
        return self._snippet(language, self.checked(text, day).form, text, day)

    # --- Parts ----------------------------------------------------------------------------------

    def _asked(self) -> _Asked:
        asked = _Asked(text=_text(), day=parse_day(request.args.get("at")))
        asked.run = True
        name = request.args.get("example")
        asked.example = next((q for q in self.questions if q.name == name), None)
        if asked.example is None or asked.text:
            return asked
        for parameter in parameters(asked.example):
            typed = request.args.get(parameter.name, "")
            try:
                chosen = given(parameter, typed, self._choices(parameter))
            except NotThat as wrong:
                asked.problems.append(str(wrong))
                chosen, asked.run = parameter, False
            asked.fields.append((chosen, parameter.value))
        asked.text = with_values(asked.example, [chosen for chosen, _ in asked.fields])
        if reads_a_day(asked.text):
            asked.day = asked.day or asked.example.at or self.served.knowledge_end
        return asked

    def _choices(self, parameter: Parameter) -> Any:
        is_list = parameter.folder.startswith(("id/", "concept/"))
        return self.vocabulary.choices(parameter.folder) if is_list else {}

    def _link(self, asked: _Asked) -> str:
        """The address of this very question over this very release."""
        day = asked.day or self.served.knowledge_end
        return self.urls.absolute(
            "query",
            {
                "query": asked.text,
                "at": day.isoformat() if day else "",
                "release": self.served.digest[:16],
            },
        )

    def _code(self, asked: _Asked, form: str) -> list[tuple[str, str]]:
        if not form:
            return []
        return [
            (title, self._snippet(language, form, asked.text, asked.day))
            for language, title in snippets.LANGUAGES.items()
        ]

    def _snippet(self, language: str, form: str, text: str, day: datetime.date | None) -> str:
        at = {"at": day.isoformat()} if day else {}
        return snippets.snippet(language, form, text, self.urls.absolute("sparql"), at)


def _text() -> str:
    return request.args.get("query", "").replace("\r\n", "\n")


def _by_topic(questions: Sequence[Question]) -> dict[str, list[Question]]:
    topics: dict[str, list[Question]] = {}
    for question in questions:
        topics.setdefault(question.name.partition("/")[0], []).append(question)
    return topics


_BEGINNING = f"""PREFIX f: <{F}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?member ?arrangement WHERE {{
  ?membership a f:Membership ;
    f:member/rdfs:label ?member ;
    f:arrangement/rdfs:label ?arrangement ;
    f:latestBegin ?begin ; f:earliestEnd ?end .
  FILTER(?begin <= ?at && ?at <= ?end)
}} ORDER BY ?arrangement ?member LIMIT 100"""
