"""Linked data over HTTP: every IRI and its documents, their links, catalogues, files, citations."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from foedus.web.knowledge import Knowledge
from foedus.web.linked import citing, discovery, feeds, head, resources, taking
from foedus.web.linked.documents import Documents
from foedus.web.linked.files import Files
from foedus.web.served import Served
from foedus.web.urls import Urls


def documents_of(served: Served, knowledge: Knowledge, *, lasting: bool) -> Documents:
    """The documents of what is served; ``lasting`` says that it does not change."""
    lines = served.manifest.get("lines", {})
    return Documents(
        knowledge, lasting=lasting, files={iri: str(place[0]) for iri, place in lines.items()}
    )


def install(
    app: Flask,
    served: Served,
    knowledge: Knowledge,
    documents: Documents,
    urls: Urls,
    page: Callable[[str, str], str],
    *,
    cacheable: bool,
) -> None:
    """Add every route of linked data to *app*. ``page(iri, path)`` writes the page of an IRI."""
    head.install(app, served, documents, urls)
    app.register_blueprint(
        resources.blueprint(served, knowledge, documents, urls, page, cacheable=cacheable)
    )
    app.register_blueprint(taking.blueprint(served, Files(served), urls, cacheable=cacheable))
    app.register_blueprint(
        citing.blueprint(served, knowledge, documents, urls, documents.describes)
    )
    app.register_blueprint(feeds.blueprint(served, knowledge, documents, urls))
    app.register_blueprint(discovery.blueprint(served, knowledge, urls, page, cacheable=cacheable))
