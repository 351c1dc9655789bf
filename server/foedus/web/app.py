"""The application: a release, an engine for each purpose, and the routes over them."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, Response, request

from foedus.content.names import prefixes
from foedus.content.questions import Question
from foedus.content.texts import Texts
from foedus.engine.answers import Engine
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.federation import Federation
from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.engine.remote import RemoteEngine
from foedus.engine.shapes import Reader
from foedus.release import Release
from foedus.web import (
    budgets,
    compression,
    cors,
    degraded,
    explaining,
    linked,
    problems,
    protocol,
    timings,
)
from foedus.web.cache import ResultCache
from foedus.web.knowledge import Knowledge
from foedus.web.lane.answering import Lane
from foedus.web.ontology_docs.pages import OntologyDocs
from foedus.web.policy import POLICY
from foedus.web.problems import Problem
from foedus.web.protocol import Evaluator
from foedus.web.querying import routes as querying
from foedus.web.querying.page import QueryPage
from foedus.web.querying.vocabulary import Vocabulary
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.site import Site
from foedus.web.suggestions import Suggestions
from foedus.web.urls import Urls


def _engines(
    served: Served, evaluator: Evaluator | None, reader: Engine | None, settings: Settings
) -> tuple[Evaluator, Engine]:
    """What is not given yet, loaded side by side: the pool has a process of its own for it."""
    with ThreadPoolExecutor(1) as beside:
        loading = None
        if reader is None:
            limits = Limits(query_characters=10_000_000)
            loading = beside.submit(
                EmbeddedEngine.load, *served.dataset, limits=limits, proven=evaluator is None
            )
        if evaluator is None:
            pool = WorkerPool(*served.dataset, limits=settings.limits)
            atexit.register(pool.close)
            evaluator = pool
        if loading is not None:
            reader = loading.result()
        assert reader is not None
    return evaluator, reader


def create_app(
    release: Release | Served,
    *,
    evaluator: Evaluator | None = None,
    reader: Engine | None = None,
    questions: Sequence[Question] = (),
    texts: Texts | None = None,
    settings: Settings | None = None,
    cacheable: bool | None = None,
    lasting: bool | None = None,
    federation: Federation | None = None,
) -> Flask:
    """The WSGI application over *release*.

    ``evaluator`` answers what strangers ask (default: a pool of workers over the release);
    ``reader`` what the pages ask (default: the release in this process, so that pages stay fast
    while every worker is busy). Both given, as for a foreign endpoint, nothing is loaded here.
    ``cacheable`` says that the evaluator asks just this release (default: if it is a pool), so that
    its answers have validators; ``lasting`` that the release is known not to change while it is
    served (default: the same), so that pages need not ask twice.
    ``federation`` answers SERVICE (default: by the services that *settings* allow).
    """
    settings = settings or Settings()
    served = release if isinstance(release, Served) else Served.release(release)
    if cacheable is None:
        cacheable = evaluator is None or isinstance(evaluator, WorkerPool)
    if lasting is None:
        lasting = cacheable
    evaluator, reader = _engines(served, evaluator, reader, settings)
    urls = Urls(settings.public)
    federation = federation or federated(settings)
    # The pages ask only what this program asks: see EmbeddedEngine.trusting.
    trusting: Engine = reader
    if isinstance(reader, EmbeddedEngine | RemoteEngine):
        trusting = reader.trusting()
    knowledge = Knowledge(trusting, lasting=lasting)
    suggestions = Suggestions(knowledge, lasting=lasting)
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.extensions["foedus"] = evaluator
    app.extensions["foedus.cache"] = cache = ResultCache(
        settings.cache_bytes, evaluator.limits.queue_length
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    dump = f"release/{served.digest}/dump.nq" if served.manifest else ""
    rules = Reader(
        evaluator.limits, urls.absolute("sparql"), prefixes(), allowed=federation.allowed
    )
    pool = evaluator if isinstance(evaluator, WorkerPool) else None
    app.extensions["foedus.lane"] = lane = Lane(
        app, served, pool, rules, cache, suggestions, settings, cacheable=cacheable
    )
    lane.install()
    problems.install(app, urls, dump)
    if isinstance(evaluator, RemoteEngine):
        degraded.install(app, evaluator.line, urls, settings)
    budgets.install(app)
    timings.install(app)
    compression.install(app)
    cors.install(app)
    site = Site(served, knowledge, urls, settings, tuple(questions), texts, evaluator, suggestions)
    site.install(app)
    documents = linked.documents_of(served, knowledge, lasting=lasting)
    docs = OntologyDocs(knowledge, urls, questions, documents.describe, lasting=lasting)
    page_of = docs.instead_of(site.page_of)
    query_page = QueryPage(
        served,
        settings,
        tuple(questions),
        evaluator,
        suggestions,
        Vocabulary(knowledge, lasting=lasting),
        urls,
        federation,
    )
    app.register_blueprint(
        protocol.blueprint(
            served,
            evaluator,
            urls,
            query_page,
            suggestions,
            cacheable=cacheable,
            cache=cache,
            reader=rules,
            settings=settings,
            federation=federation,
        )
    )
    linked.install(app, served, knowledge, documents, urls, page_of, cacheable=cacheable)
    app.register_blueprint(
        explaining.blueprint(
            served, evaluator, suggestions, cacheable=cacheable, allowed=federation.allowed
        )
    )
    app.register_blueprint(docs.blueprint())
    app.register_blueprint(querying.blueprint(query_page))
    app.register_blueprint(site.blueprint())

    @app.before_request
    def bound_address() -> None:
        length = len(request.query_string) + len(request.path)
        if length > settings.url_characters:
            raise Problem(
                "address-too-long",
                f"The address has {length:,} characters; the limit url_characters is "
                f"{settings.url_characters:,}.",
            )

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Content-Security-Policy"] = POLICY
        headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def federated(settings: Settings) -> Federation:
    """The services that *settings* allow; raises :class:`ValueError` for what is none."""
    return Federation(
        settings.allow_service.split(),
        own=Urls(settings.public).absolute("sparql"),
        limits=settings.limits,
        private=settings.service_private,
    )
