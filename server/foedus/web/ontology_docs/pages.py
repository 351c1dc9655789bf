"""The pages of the ontology: overview, parts, lists of terms, each term, changes, versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from foedus.content.names import BASE, F, prefixes, shorten
from foedus.content.questions import Question
from foedus.engine.answers import value
from foedus.engine.serialize import write_triples
from foedus.web.knowledge import Knowledge
from foedus.web.negotiation import DOCUMENTS, HTML, Offer, choose, named
from foedus.web.ontology_docs import diagrams, parts, versions
from foedus.web.ontology_docs.codebook import KINDS, Codebook, Term
from foedus.web.ontology_docs.uses import MOST, asked_by, uses
from foedus.web.ontology_docs.versions import Change
from foedus.web.problems import Problem, not_acceptable
from foedus.web.urls import Urls

PageOf = Callable[[str, str], str]
ONTOLOGY = F.removesuffix("#")
_LISTS = {
    "classes": ("Classes", ("class",)),
    "properties": ("Properties", ("property", "annotation")),
}


class OntologyDocs:
    """The documentation over one dataset; read once where the dataset is ``lasting``."""

    def __init__(
        self,
        knowledge: Knowledge,
        urls: Urls,
        questions: Sequence[Question],
        describe: Callable[[str], Iterable[ox.Triple]],
        *,
        lasting: bool,
    ) -> None:
        self.knowledge, self.urls, self.questions = knowledge, urls, questions
        self.describe, self.lasting = describe, lasting

    @cached_property
    def _asked_by(self) -> Any:
        return asked_by(self.questions)

    @cached_property
    def _kept_book(self) -> Codebook:
        return self._read_book()

    @property
    def book(self) -> Codebook:
        """The codebook of the ontology that is served."""
        return self._kept_book if self.lasting else self._read_book()

    def _read_book(self) -> Codebook:
        return Codebook.of(self.knowledge.ontology(ONTOLOGY))

    def link(self, iri: str) -> str:
        """Where a link to a term leads."""
        known = iri in self.book.terms
        return self.urls.path(f"ontology/terms/{iri[len(F) :]}") if known else self.urls.local(iri)

    def instead_of(self, page_of: PageOf) -> PageOf:
        """*page_of* with the page of the ontology and of its version done here."""

        def page(iri: str, path: str) -> str:
            if path.startswith(parts.PATHS):
                return self._part(iri, path)
            if path == "ontology" or path.startswith("ontology/"):
                return self._overview(self.book, iri, path)
            return page_of(iri, path)

        return page

    # --- Routes -----------------------------------------------------------------------------

    def blueprint(self) -> Blueprint:
        """The routes below ``/ontology``; the ontology itself and its version are resources."""
        routes = Blueprint("ontology_docs", __name__)
        routes.get("/ontology/terms/<name>")(self.term)
        routes.get("/ontology/changes")(self.changes)
        for name in _LISTS:
            routes.add_url_rule(f"/ontology/{name}", f"list_{name}", self._lister(name))
        for version in versions.kept():
            routes.add_url_rule(f"/ontology/{version}", f"v{version.replace('.', '_')}",
                                self._version(version))  # fmt: skip
            routes.add_url_rule(
                f"/doc/ontology/{version}",
                f"doc_v{version.replace('.', '_')}",
                self._document(version, ""),
            )
            for extension in ("html", "ttl", "nt", "rdf", "jsonld"):
                routes.add_url_rule(
                    f"/doc/ontology/{version}.{extension}",
                    f"doc_v{version.replace('.', '_')}_{extension}",
                    self._document(version, extension),
                )
        return routes

    def term(self, name: str) -> str:
        """The page of a term: what it means, how it hangs together, where it is used."""
        book = self.book
        term = book.terms.get(F + name)
        if term is None:
            raise Problem("unknown", "The ontology has no term of this name.")
        return render_template(
            "ontology_term.html",
            term=term,
            uses=uses(self.knowledge, term),
            most=MOST,
            questions=self._asked_by.get(term.iri, ()),
            properties=book.properties_of(term.iri) if term.kind == "class" else (),
            picture=diagrams.neighbours(book, term, self.link),
            shorten=shorten,
            **self._common(book),
        )

    def _lister(self, name: str) -> Callable[[], str]:
        heading, kinds = _LISTS[name]

        def show() -> str:
            book = self.book
            groups = [(kind, book.of_kind(kind)) for kind in kinds]
            return render_template(
                "ontology_terms.html", heading=heading, groups=groups, **self._common(book)
            )

        return show

    def changes(self) -> str:
        """What changed from each version to the next, the newest first."""
        return render_template(
            "ontology_changes.html",
            changes=self._changes(),
            shorten=shorten,
            **self._common(self.book),
        )

    def _changes(self) -> list[Change]:
        known = list(versions.kept())
        if not known:
            return []
        found = [versions.change("", Codebook({}), known[0], versions.codebook(known[0]))]
        for older, newer in pairwise(known):
            before, after = versions.codebook(older), versions.codebook(newer)
            found.append(versions.change(older, before, newer, after))
        latest = versions.change(known[-1], versions.codebook(known[-1]), "", self.book)
        if self.book.terms and not latest.nothing:
            found.append(latest)
        return found[::-1]

    # --- Versions ---------------------------------------------------------------------------

    def _version(self, version: str) -> Callable[[], BaseResponse]:
        def see() -> BaseResponse:
            response = redirect(self.urls.document(f"ontology/{version}"), 303)
            response.vary.add("Accept")
            return response

        return see

    def _document(self, version: str, extension: str) -> Callable[[], Any]:
        path = f"ontology/{version}"

        def show() -> Any:
            if version == self.book.version:
                dotted = f"{path}.{extension}" if extension else path
                return current_app.view_functions["resources.document"](path=dotted)
            offer = _offer(extension)
            if offer is HTML:
                text = self._overview(versions.codebook(version), BASE + path, path)
                response = Response(text, content_type=offer.content_type)
            else:
                triples = versions.read(versions.kept()[version])
                body = write_triples(triples, offer.writes, prefixes())
                response = Response(body, content_type=offer.content_type)
            if not extension:
                response.vary.add("Accept")
            response.headers["Cache-Control"] = "public, no-cache"
            response.add_etag()
            return response.make_conditional(request.environ)

        return show

    # --- Parts ------------------------------------------------------------------------------

    def _overview(self, book: Codebook, iri: str, path: str) -> str:
        current = self.lasting and book is self._kept_book
        return render_template(
            "ontology.html",
            iri=iri,
            path=path,
            roots=book.roots(),
            kinds=[(kind, book.of_kind(kind)) for kind in KINDS],
            picture=self._kept_tree if current else self._tree(book),
            versions=list(versions.kept()),
            **(self._kept_beside if self.lasting else self._beside()),
            **self._common(book),
        )

    def _tree(self, book: Codebook) -> Any:
        return diagrams.tree(book, self.link)

    @cached_property
    def _kept_tree(self) -> Any:
        return self._tree(self._kept_book)

    def _beside(self) -> dict[str, Any]:
        """What the overview leads to that is not in the ontology itself."""
        there = [path for path in parts.PATHS if self.knowledge.exists(BASE + path)]
        return {"schemes": self._schemes(), "parts": there}

    @cached_property
    def _kept_beside(self) -> dict[str, Any]:
        return self._beside()

    def _part(self, iri: str, path: str) -> str:
        """The page of a vocabulary beside the ontology: what it holds."""
        part = parts.read(self.describe(path), iri)
        return render_template(
            "ontology_part.html",
            iri=iri,
            path=path,
            part=part,
            shorten=shorten,
            **self._common(self.book),
        )

    def _common(self, book: Codebook) -> dict[str, Any]:
        return {"book": book, "term_link": self.link, "term_name": self._name}

    def _name(self, iri: str) -> str:
        term: Term | None = self.book.terms.get(iri)
        return term.label if term else shorten(iri)

    def _schemes(self) -> list[dict[str, str]]:
        rows = self.knowledge.rows(
            """SELECT ?scheme (MIN(STR(?l)) AS ?label) (COUNT(DISTINCT ?c) AS ?size) {
              ?scheme a skos:ConceptScheme ; skos:prefLabel|rdfs:label|dcterms:title ?l .
              ?c skos:inScheme ?scheme
            } GROUP BY ?scheme ORDER BY ?label"""
        )
        return [{n: value(t) for n, t in row.items()} for row in rows if row.get("scheme")]


def _offer(extension: str) -> Offer:
    accept = request.headers.get("Accept")
    offer = named(extension, DOCUMENTS) if extension else choose(accept, DOCUMENTS)
    if offer is None:
        raise not_acceptable(DOCUMENTS)
    return offer
