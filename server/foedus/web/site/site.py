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
from flask import Blueprint, Flask, g, render_template, request

from foedus import __version__
from foedus.content.names import F, shorten
from foedus.content.questions import Question
from foedus.content.texts import Texts, passage_digest
from foedus.engine.answers import value
from foedus.web.knowledge import LISTS, Knowledge
from foedus.web.problems import Problem
from foedus.web.protocol import Evaluator, parse_day
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.site import operations
from foedus.web.site.asked import catalogue, disputes, search, statements
from foedus.web.site.asked.statements import Fact, Said
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
    ) -> None:
        self.served, self.knowledge, self.urls = served, knowledge, urls
        self.settings, self.questions, self.texts = settings, questions, texts
        self.evaluator = evaluator

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
        site.get("/disputes")(self.disputes)
        operations.add(site, self.urls, self.evaluator)
        for name in LISTS:
            site.add_url_rule(f"/{name}", f"list_{name}", self._lister(name))
        return site

    def home(self) -> str:
        """What is here, and where to begin."""
        sources = catalogue.read_sources(self.knowledge)
        self._learn(iri for iri, _ in sources)
        return render_template(
            "home.html",
            counts=catalogue.counts(self.knowledge),
            totals=catalogue.totals(self.knowledge),
            sources=sources,
            at_home=True,
            questions=self.questions[:8],
            disputes=len(disputes.disputes(self.knowledge)),
        )

    def search(self) -> str:
        """Things by their names."""
        words = request.args.get("q", "")[:200].strip()
        return render_template(
            "search.html", words=words, found=search.search(self.knowledge, words, 60)
        )

    def disputes(self) -> str:
        """Every slot in which sources cannot all be right, side by side."""
        found = disputes.disputes(self.knowledge)
        for entry in found:
            rivals = entry["rivals"]
            assert isinstance(rivals, list)
            self._sources_of(rivals)
        self._learn(str(entry["about"]) for entry in found)
        return render_template("disputes.html", disputes=found)

    def _lister(self, name: str) -> Callable[[], str]:
        def show() -> str:
            page, size = self._page_number(), self.settings.page_rows
            total, rows = catalogue.listed(self.knowledge, name, size, (page - 1) * size)
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

    # --- The page of an IRI -------------------------------------------------------------------

    def page_of(self, iri: str, path: str) -> str:
        """The page of any IRI of ours."""
        triples = self.knowledge.describe(iri)
        properties = _properties(triples, iri)
        types = set(properties.get(_TYPE, ()))
        common = {"iri": iri, "path": path, "title": self.name(iri)}
        if F + "Statement" in types:
            return self._statement(properties, common)
        if F + "Dispute" in types:
            found = [d for d in disputes.disputes(self.knowledge) if d["iri"] == iri]
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
        facts = statements.facts_about(self.knowledge, iri)
        behind = {said.iri for fact in facts for said in fact.basis}
        also = [s for s in statements.statements_about(self.knowledge, iri) if s.iri not in behind]
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
            "disputes": disputes.disputes(self.knowledge, about=iri),
            "inverse": inverse,
            "total": total,
            "page": page,
            "pages": -(-total // size),
        }

    def _fact(self, properties: Mapping[str, Sequence[str]], common: dict[str, str]) -> str:
        facts = statements.facts(self.knowledge, [common["iri"]])
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
        facts = statements.facts_on(self.knowledge, iri)
        rival = disputes.disputes(self.knowledge, rival=iri)
        for entry in rival:
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
            disputes=rival,
            place=self.served.place(iri),
            **common,
        )

    def _passages(self, statement: str) -> list[dict[str, Any]]:
        """The evidence, with the passage where the text is at hand and it is the right text."""
        shown = []
        for passage in statements.passages(self.knowledge, statement):
            words, state = None, "none"
            if self.settings.show_passages and self.texts is not None:
                text = self.texts.text(statements.text_digest(self.knowledge, passage.source))
                if text is not None:
                    found = text[passage.start : passage.end]
                    fits = passage_digest(found) == passage.digest
                    words, state = (found, "shown") if fits else (None, "differs")
            shown.append({"passage": passage, "words": words, "state": state})
        return shown

    def _source(self, properties: Mapping[str, Sequence[str]], common: dict[str, str]) -> str:
        page, size = self._page_number(), self.settings.page_rows
        total, said = statements.statements_of(
            self.knowledge, common["iri"], size, (page - 1) * size
        )
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
