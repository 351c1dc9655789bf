"""The site over one dataset: what its parts share, and the page of any IRI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, request

from foedus import __version__
from foedus.content.names import BASE, F
from foedus.content.questions import Question
from foedus.content.texts import Texts
from foedus.web.knowledge import LISTS, Knowledge
from foedus.web.linked.citing import cited_page
from foedus.web.problems import Problem
from foedus.web.protocol import Evaluator
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.site import (
    lists,
    operations,
    pictures_pages,
    scrutiny_pages,
    source_pages,
    thing_pages,
)
from foedus.web.site.asked.bounds import in_words
from foedus.web.site.asked.catalogue import Catalogue
from foedus.web.site.asked.index import NameIndex
from foedus.web.site.asked.names import Name
from foedus.web.site.asked.quality import weight
from foedus.web.site.properties import COMMENT, FOREIGN, HIDDEN, TYPE, is_iri, properties_of
from foedus.web.site.reader import Reader
from foedus.web.site.views.desk import Desk
from foedus.web.site.views.sections import by_author, by_part
from foedus.web.suggestions import Suggestions
from foedus.web.urls import Urls


class Site:
    """The pages over one dataset.

    ``page_of(iri, path)`` writes the page of any IRI of ours, ``query_page()`` the page for SPARQL;
    :meth:`blueprint` has everything else.
    """

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
        self.catalogue = Catalogue(knowledge, lasting=suggestions.lasting)
        self.index = NameIndex(knowledge, lasting=suggestions.lasting)
        self.reader = Reader(served, knowledge, lasting=suggestions.lasting)

    def install(self, app: Flask) -> None:
        """Give the templates what all of them use, and the pages their languages."""

        @app.context_processor
        def shared() -> dict[str, Any]:
            try:
                at, given = self.reader.day, self.reader.given_day is not None
            except Problem:
                at, given = self.served.knowledge_end, False
            return {
                "url": self.urls.path,
                "link": self.link,
                "short": self.short,
                "name": self.name,
                "named_of": self.reader.named,
                "again": self.again,
                "lists": LISTS,
                "served": self.served,
                # A dataset that describes itself is a release, of which there are files.
                "downloads": bool(self.served.graphs.get(BASE + "graph/description")),
                "version": __version__,
                "extensions": ("ttl", "jsonld", "rdf", "nt"),
                "document": self.urls.document,
                "at": at,
                "day_given": given,
                "day_words": in_words(at.isoformat()) if at else "",
                "kept": self.reader.state(),
                "by_author": by_author,
                "by_part": by_part,
                "quotes_of": self._quotes,
                "weight_of": weight,
                "cited_page": cited_page,
            }

        @app.after_request
        def vary(response: Response) -> Response:
            if response.mimetype == "text/html" and "languages" in g:
                response.vary.add("Accept-Language")
            return response

    def desk(self) -> Desk:
        """The release, the reader and the evidence for the present request."""
        if "desk" not in g:
            g.desk = Desk(
                self.served, self.knowledge, self.catalogue, self.reader, self.settings, self.texts
            )
        desk: Desk = g.desk
        return desk

    def _quotes(self, said: Any) -> Any:
        return self.desk().evidence.quotes(said)

    # --- Names and addresses ------------------------------------------------------------------

    def name(self, iri: str) -> str:
        """What to call an IRI on a page: its label, else its short form."""
        return FOREIGN.get(iri) or str(self.reader.named(iri))

    def named(self, iri: str) -> Name:
        """What to call an IRI, and in which language that is."""
        return self.reader.named(iri)

    def link(self, iri: str) -> str:
        """Where a link to *iri* leads; a day that the reader chose goes along."""
        given = request.args.get("at", "")
        if given and iri.startswith((BASE + "id/", BASE + "concept/")):
            path = iri[len(BASE) :]
            return self.urls.document(path) + "?" + urlencode({"at": given[:10]})
        return self.urls.local(iri)

    @staticmethod
    def short(iri: str) -> str:
        """The part of an IRI of a thing that names it in an address: ``arrangement/nato``."""
        return iri.removeprefix(BASE + "id/")

    def again(self, **changed: Any) -> str:
        """The present address with other parameters; ``""`` takes one away."""
        kept = {**self.reader.state(), **{k: str(v) for k, v in changed.items()}}
        if kept.get("page") == "1":
            del kept["page"]
        return "?" + urlencode({k: v for k, v in kept.items() if v != ""})

    # --- Routes -------------------------------------------------------------------------------

    def blueprint(self) -> Blueprint:
        """The routes of the pages."""
        site = Blueprint("pages", __name__)
        lists.add(site, self)
        pictures_pages.add(site, self)
        scrutiny_pages.add(site, self)
        source_pages.add(site, self)
        operations.add(site, self.urls, self.evaluator)
        return site

    def page_of(self, iri: str, path: str) -> str:
        """The page of any IRI of ours."""
        _ = self.reader.page  # whatever it is used for: what is no number is told
        properties = properties_of(self.knowledge.describe(iri), iri)
        types = set(properties.get(TYPE, ()))
        if F + "Statement" in types:
            return thing_pages.statement(self, iri, path, properties)
        if F + "Dispute" in types:
            return lists.dispute(self, iri, path)
        if path.startswith("id/source/"):
            return source_pages.source(self, iri, path, properties)
        if F + "basis" in properties:
            return thing_pages.fact(self, iri, path, properties)
        return thing_pages.thing(self, iri, path, properties)

    def shown(
        self, properties: Mapping[str, Sequence[str]], *hidden: str
    ) -> list[tuple[str, Sequence[str]]]:
        """The properties worth a line, named, in a stable order."""
        left_out = HIDDEN | set(hidden)
        shown = [(p, v) for p, v in properties.items() if p not in left_out and p != COMMENT]
        self.reader.learn([p for p, _ in shown])
        self.reader.learn(v for _, values in shown for v in values if is_iri(v))
        return sorted(shown, key=lambda item: (not item[0].startswith(F), self.name(item[0])))
