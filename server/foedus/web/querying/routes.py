"""The addresses of the query page: the page, its examples as RDF, and what its scripts ask for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, redirect, request

from foedus.content.names import prefixes
from foedus.content.questions import Question
from foedus.engine.serialize import write_triples
from foedus.web.negotiation import DOCUMENTS, GRAPHS, HTML, Offer, choose, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.querying import examples
from foedus.web.querying.page import QueryPage


def blueprint(page: QueryPage) -> Blueprint:
    """The routes below ``/query``."""
    routes = Blueprint("querying", __name__)
    by_name = {question.name: question for question in page.questions}

    @routes.get("/query")
    def query() -> str:
        return page()

    @routes.get("/query/terms.json")
    def terms() -> Response:
        """Terms and concepts, for the editor's completion."""
        return _kept(jsonify(page.vocabulary.terms()))

    @routes.get("/query/things.json")
    def things() -> Response:
        """Things of a kind by some letters of their names, for the editor's completion."""
        kind, words = request.args.get("kind", ""), request.args.get("q", "")[:100]
        return _kept(jsonify(page.vocabulary.things(kind, words)))

    @routes.get("/query/code")
    def code() -> Response:
        """The question in another language, as a file."""
        return Response(page.code(), content_type="text/plain; charset=utf-8")

    @routes.get("/query/examples")
    def collection() -> Response:
        """Every example, as RDF or as the page that lists them (RFC 9110, section 12.5.1)."""
        offer = choose(request.headers.get("Accept"), DOCUMENTS)
        return _answer(offer, list(by_name.values()), page.urls.path("query"))

    @routes.get("/query/examples.<extension>")
    def collection_as(extension: str) -> Response:
        return _answer(_extension(extension), list(by_name.values()), "")

    @routes.get("/query/<path:name>")
    def example(name: str) -> Response:
        """One example by its IRI, as RDF or as the form that holds it."""
        if name not in by_name:
            raise Problem("unknown", "There is no example of this name.")
        offer = choose(request.headers.get("Accept"), DOCUMENTS)
        return _answer(offer, [by_name[name]], page.urls.path("query", {"example": name}))

    def _answer(offer: Offer | None, chosen: Sequence[Question], form: str) -> Response:
        if offer is None:
            raise not_acceptable(DOCUMENTS)
        if offer is HTML:
            response: Response = redirect(form, 303)  # type: ignore[assignment]
        else:
            made = examples.triples(chosen, page.urls.absolute("sparql"), page.served.knowledge_end)
            response = _kept(
                Response(
                    write_triples(made, offer.writes, dict(prefixes())),
                    content_type=offer.content_type,
                )
            )
        response.vary.add("Accept")
        return response

    return routes


def _extension(extension: str) -> Offer:
    offer = named(extension, GRAPHS)
    if offer is None:
        raise Problem("unknown", "There is no such format of the examples.")
    return offer


def _kept(response: Response) -> Response:
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache"
    return response.make_conditional(request.environ)  # type: ignore[return-value]
