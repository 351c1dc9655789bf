"""What the pages show: plain HTML, written by the server, complete without script.

Each page asks :class:`~foedus.web.knowledge.Knowledge`, names what it found, and hands plain values
to a template. Links to IRIs of ours stay here, whatever the public address is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, g, render_template, request

from foedus import __version__
from foedus.content.names import F, prefixes, shorten
from foedus.content.questions import Question
from foedus.content.texts import Texts, passage_digest
from foedus.engine.answers import Boolean, Solutions, value
from foedus.engine.errors import QueryError
from foedus.engine.federation import Federation
from foedus.engine.guard import check
from foedus.engine.serialize import JSON, TURTLE, parse_results
from foedus.web import problems
from foedus.web.knowledge import LISTS, Fact, Knowledge, Said
from foedus.web.problems import Problem
from foedus.web.protocol import Evaluator, parse_day
from foedus.web.served import Served
from foedus.web.settings import Settings, table
from foedus.web.suggestions import Suggestions
from foedus.web.urls import Urls

_KINDS: Mapping[str, str] = {
    "membership": "Memberships",
    "absence": "Absences",
    "commitment": "Commitments",
    "position": "Positions",
    "leadership": "Offices",
    "act": "What was done",
    "involvement": "Involvement",
    "relation": "Relations",
    "feature": "Institutions: has, lacks, plans",
    "requirement": "Requirements",
    "purpose": "Purposes",
    "member-count": "Counts",
    "classification": "What it is called",
    "definition": "Definitions",
    "naming": "Names",
    "assessment": "Assessments, by their authors",
}
#: Facts and statements of one kind that the page of a thing shows at once.
_SECTION = 10
#: Links that lead to a thing, on one page of them.
_LINKS = 25
_HIDDEN = frozenset(
    {F + name for name in ("accepted", "evidence", "basis", "earliestBegin", "latestBegin")}
    | {F + name for name in ("earliestEnd", "latestEnd", "endKind", "statementKind")}
    | {"http://www.w3.org/1999/02/22-rdf-syntax-ns#type"}
    | {"http://www.w3.org/2000/01/rdf-schema#label"}
)
_VOICE = ("inSource", "citedWork", "assertedBy", "modality", "polarity", "tense", "certainty")


class Site:
    """The pages over one dataset."""

    def __init__(
        self,
        served: Served,
        knowledge: Knowledge,
        urls: Urls,
        settings: Settings,
        questions: tuple[Question, ...],
        texts: Texts | None,
        evaluator: Evaluator,
        suggestions: Suggestions,
        federation: Federation,
    ) -> None:
        self.served, self.knowledge, self.urls = served, knowledge, urls
        self.settings, self.questions, self.texts = settings, questions, texts
        self.evaluator, self.suggestions = evaluator, suggestions
        self.federation = federation

    def install(self, app: Flask) -> None:
        """Give the templates what all of them use."""

        @app.context_processor
        def shared() -> dict[str, Any]:
            return {
                "url": self.urls.path,
                "link": self.urls.local,
                "name": self.name,
                "lists": LISTS,
                "served": self.served,
                "version": __version__,
                "extensions": ("ttl", "jsonld", "rdf", "nt"),
                "document": self.urls.document,
                "at": self._day() if request.endpoint != "static" else None,
            }

    # --- Names ------------------------------------------------------------------------------

    def name(self, iri: str) -> str:
        """What to call an IRI on a page: its label, else its short form."""
        if iri in _FOREIGN:
            return _FOREIGN[iri]
        known: dict[str, str] = g.setdefault("names", {})
        if iri not in known:
            self._learn([iri])
        return known.get(iri) or shorten(iri)

    def _learn(self, iris: Iterable[str]) -> None:
        known: dict[str, str] = g.setdefault("names", {})
        missing = {iri for iri in iris if iri and iri not in known}
        found = self.knowledge.labels(missing) if missing else {}
        for iri in missing:
            known[iri] = found.get(iri, "")

    def _day(self) -> datetime.date | None:
        try:
            return parse_day(request.args.get("at")) or self.served.knowledge_end
        except Problem:
            return self.served.knowledge_end

    def _page_number(self) -> int:
        text = request.args.get("page", "1")
        if not re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII):
            raise Problem("parameters", "page expects a number from 1.")
        return int(text)

    def _sources_of(self, said: Iterable[Said]) -> None:
        self._learn(
            iri for s in said for iri in (s.source, s.modality, s.polarity, s.tense, s.asserted_by)
        )

    # --- Routes -----------------------------------------------------------------------------

    def blueprint(self) -> Blueprint:
        """The routes of the pages."""
        site = Blueprint("pages", __name__)
        site.get("/")(self.home)
        site.get("/search")(self.search)
        site.get("/query")(self.query_page)
        site.get("/disputes")(self.disputes)
        site.get("/problems")(self.problems)
        site.get("/health/live")(self.live)
        site.get("/health/ready")(self.ready)
        site.get("/robots.txt")(self.robots)
        for name in LISTS:
            site.add_url_rule(f"/{name}", f"list_{name}", self._lister(name))
        return site

    def home(self) -> str:
        """What is here, and where to begin."""
        sources = self.knowledge.read_sources()
        self._learn(iri for iri, _ in sources)
        return render_template(
            "home.html",
            counts=self.knowledge.counts(),
            totals=self.knowledge.totals(),
            sources=sources,
            at_home=True,
            questions=self.questions[:8],
            disputes=len(self.knowledge.disputes()),
        )

    def search(self) -> str:
        """Things by their names."""
        words = request.args.get("q", "")[:200].strip()
        return render_template("search.html", words=words, found=self.knowledge.search(words, 60))

    def disputes(self) -> str:
        """Every slot in which sources cannot all be right, side by side."""
        found = self.knowledge.disputes()
        for entry in found:
            rivals = entry["rivals"]
            assert isinstance(rivals, list)
            self._sources_of(rivals)
        self._learn(str(entry["about"]) for entry in found)
        return render_template("disputes.html", disputes=found)

    def problems(self) -> str:
        """Every type of problem, and the settings behind the limits."""
        return render_template("problems.html", types=problems.TYPES, settings=table())

    def live(self) -> Response:
        """200 as long as this process answers at all."""
        return Response("live\n", content_type="text/plain; charset=utf-8")

    def ready(self) -> Response:
        """200 when a query is answered."""
        checked = check("ASK {}")
        try:
            self.evaluator.evaluate(checked, JSON)
        except QueryError as error:
            return Response(f"not ready: {error}\n", 503, content_type="text/plain; charset=utf-8")
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    def robots(self) -> Response:
        """Crawlers may read the pages; queries are for those who ask."""
        closed = "".join(f"Disallow: {self.urls.path(p)}\n" for p in ("sparql", "query", "search"))
        text = f"User-agent: *\n{closed}Sitemap: {self.urls.absolute('sitemap.xml')}\n"
        return Response(text, content_type="text/plain; charset=utf-8")

    def _lister(self, name: str) -> Callable[[], str]:
        def show() -> str:
            page, size = self._page_number(), self.settings.page_rows
            total, rows = self.knowledge.listed(name, size, (page - 1) * size)
            heading, _, what = LISTS[name]
            return render_template(
                "list.html",
                heading=heading,
                what=what,
                rows=rows,
                total=total,
                page=page,
                pages=-(-total // size),
            )

        return show

    # --- The query page -----------------------------------------------------------------------

    def query_page(self) -> str:
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
            allowed=self.federation.allowed,
        )
        checked = self.federation.inlined(checked, self.evaluator.evaluate)
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

    # --- The page of an IRI -------------------------------------------------------------------

    def page_of(self, iri: str, path: str) -> str:
        """The page of any IRI of ours."""
        if path == "ontology" or path.startswith("ontology/"):
            return render_template(
                "ontology.html", iri=iri, path=path, terms=self.knowledge.terms()
            )
        triples = self.knowledge.describe(iri)
        properties = _properties(triples, iri)
        types = set(properties.get(_TYPE, ()))
        common = {"iri": iri, "path": path, "title": self.name(iri)}
        if F + "Statement" in types:
            return self._statement(properties, common)
        if F + "Dispute" in types:
            found = [d for d in self.knowledge.disputes() if d["iri"] == iri]
            return render_template("disputes.html", disputes=found, **common)
        if path.startswith("id/source/"):
            return self._source(properties, common)
        if F + "basis" in properties:
            return self._fact(properties, common)
        if path.startswith("graph/"):
            size = self.knowledge.graph_size(iri)
            return render_template(
                "thing.html", size=size, **common, **self._thing_parts(iri, properties)
            )
        return render_template(
            "thing.html", size=None, **common, **self._thing_parts(iri, properties)
        )

    def _thing_parts(self, iri: str, properties: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        facts = self.knowledge.facts_about(iri)
        behind = {said.iri for fact in facts for said in fact.basis}
        also = [s for s in self.knowledge.statements_about(iri) if s.iri not in behind]
        self._sources_of([*also, *(s for fact in facts for s in fact.basis)])
        page, size = self._page_number(), _LINKS
        total, inverse = self.knowledge.inverse(iri, size, (page - 1) * size)
        self._learn(name for row in inverse for name in row.values())
        return {
            "comment": _first(properties, _COMMENT, _DEFINITION),
            "types": properties.get(_TYPE, ()),
            "properties": self._shown(properties),
            "sections": _sections(facts, also, request.args.get("all", "")),
            "day_given": bool(request.args.get("at")),
            "disputes": self.knowledge.disputes(about=iri),
            "inverse": inverse,
            "total": total,
            "page": page,
            "pages": -(-total // size),
        }

    def _fact(self, properties: Mapping[str, Sequence[str]], common: dict[str, str]) -> str:
        facts = self.knowledge.facts([common["iri"]])
        self._sources_of(s for fact in facts for s in fact.basis)
        return render_template(
            "fact.html",
            fact=facts[0] if facts else None,
            types=properties.get(_TYPE, ()),
            properties=self._shown(properties),
            **common,
        )

    def _statement(self, properties: Mapping[str, Sequence[str]], common: dict[str, str]) -> str:
        iri = common["iri"]
        facts = self.knowledge.facts_on(iri)
        disputes = self.knowledge.disputes(rival=iri)
        for entry in disputes:
            rivals = entry["rivals"]
            assert isinstance(rivals, list)
            self._sources_of(rivals)
        voice = [(name, properties[F + name]) for name in _VOICE if F + name in properties]
        rest = {
            predicate: values
            for predicate, values in properties.items()
            if predicate not in {F + name for name in _VOICE}
        }
        self._learn(v for _, values in voice for v in values if _is_iri(v))
        return render_template(
            "statement.html",
            kind=_first(properties, F + "statementKind"),
            properties=self._shown(rest),
            voice=voice,
            passages=self._passages(iri),
            facts=facts,
            disputes=disputes,
            place=self.served.place(iri),
            **common,
        )

    def _passages(self, statement: str) -> list[dict[str, Any]]:
        """The evidence, with the passage where the text is at hand and it is the right text."""
        shown = []
        for passage in self.knowledge.passages(statement):
            words, state = None, "none"
            if self.settings.show_passages and self.texts is not None:
                text = self.texts.text(self.knowledge.text_digest(passage.source))
                if text is not None:
                    found = text[passage.start : passage.end]
                    fits = passage_digest(found) == passage.digest
                    words, state = (found, "shown") if fits else (None, "differs")
            shown.append({"passage": passage, "words": words, "state": state})
        return shown

    def _source(self, properties: Mapping[str, Sequence[str]], common: dict[str, str]) -> str:
        page, size = self._page_number(), self.settings.page_rows
        total, said = self.knowledge.statements_of(common["iri"], size, (page - 1) * size)
        self._sources_of(said)
        return render_template(
            "source.html",
            comment=_first(properties, _COMMENT),
            types=properties.get(_TYPE, ()),
            properties=self._shown(properties),
            said=said,
            total=total,
            page=page,
            pages=-(-total // size),
            **common,
        )

    def _shown(self, properties: Mapping[str, Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
        """The properties worth a line, named, in a stable order."""
        shown = [(p, v) for p, v in properties.items() if p not in _HIDDEN and p != _COMMENT]
        self._learn([p for p, _ in shown])
        self._learn(v for _, values in shown for v in values if _is_iri(v))
        return sorted(shown, key=lambda item: (not item[0].startswith(F), self.name(item[0])))


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
#: What to call the predicates of others that occur on pages.
_FOREIGN: Mapping[str, str] = {
    "http://www.w3.org/2004/02/skos/core#altLabel": "also called",
    "http://www.w3.org/2004/02/skos/core#broader": "a kind of",
    "http://www.w3.org/2004/02/skos/core#narrower": "kinds",
    "http://www.w3.org/2004/02/skos/core#inScheme": "in the list",
    "http://www.w3.org/2004/02/skos/core#prefLabel": "name",
    "http://www.w3.org/2004/02/skos/core#exactMatch": "same as",
    "http://www.w3.org/2004/02/skos/core#closeMatch": "close to",
    "http://www.w3.org/2004/02/skos/core#note": "note",
    "http://www.w3.org/2004/02/skos/core#scopeNote": "use",
    "http://www.w3.org/2004/02/skos/core#notation": "code",
    "http://purl.org/dc/terms/source": "defined in",
    "http://purl.org/dc/terms/title": "title",
    "http://purl.org/dc/terms/creator": "author",
    "http://purl.org/dc/terms/publisher": "publisher",
    "http://purl.org/dc/terms/date": "date",
    "http://purl.org/dc/terms/language": "language",
    "http://purl.org/dc/terms/bibliographicCitation": "citation",
    "http://purl.org/dc/terms/isPartOf": "part of",
    "http://www.w3.org/ns/oa#start": "from character",
    "http://www.w3.org/ns/oa#end": "to character",
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


def _properties(triples: Iterable[ox.Triple], iri: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value == iri:
            values = found.setdefault(triple.predicate.value, [])
            text = value(triple.object)
            if isinstance(triple.object, ox.Literal) and triple.object.language not in (None, "en"):
                text = f"{text} ({triple.object.language})"
            if text not in values and not isinstance(triple.object, ox.BlankNode):
                values.append(text)
    return {predicate: sorted(values) for predicate, values in found.items()}


def _first(properties: Mapping[str, Sequence[str]], *predicates: str) -> str:
    return next((properties[p][0] for p in predicates if properties.get(p)), "")


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://", "urn:")) and " " not in text


@dataclass(frozen=True, slots=True)
class _Section:
    """One kind of facts and statements on the page of a thing; ``hidden`` more are not shown."""

    kind: str
    heading: str
    facts: Sequence[Fact]
    also: Sequence[Said]
    hidden: int


def _sections(facts: Sequence[Fact], also: Sequence[Said], shown_whole: str) -> list[_Section]:
    """Facts and other statements by kind, in the order in which a reader wants them."""
    found = {fact.kind for fact in facts} | {said.kind for said in also}
    sections = []
    for kind in [*_KINDS, *sorted(found - set(_KINDS))]:
        if kind not in found:
            continue
        of_kind = [fact for fact in facts if fact.kind == kind]
        said = [s for s in also if s.kind == kind]
        bound = len(facts) + len(also) if kind == shown_whole else _SECTION
        shown = (of_kind[:bound], said[: max(0, bound - len(of_kind))])
        hidden = len(of_kind) + len(said) - len(shown[0]) - len(shown[1])
        sections.append(_Section(kind, _KINDS.get(kind, kind), *shown, hidden))
    return sections


def _cell(term: Any) -> dict[str, str]:
    text = value(term)
    iri = text if isinstance(term, ox.NamedNode) else ""
    return {"iri": iri, "text": shorten(text) if iri else text}


def _without_header(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"
