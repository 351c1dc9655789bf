"""What those who run or crawl the service ask: is it alive, what can go wrong, what may be read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from foedus.engine.errors import QueryError
from foedus.engine.guard import check
from foedus.engine.serialize import JSON
from foedus.web import problems
from foedus.web.protocol import Evaluator
from foedus.web.settings import table
from foedus.web.urls import Urls


def add(site: Blueprint, urls: Urls, evaluator: Evaluator) -> None:
    """The routes of health, problem types and robots."""

    @site.get("/problems", endpoint="problems")
    def types() -> str:
        """Every type of problem, and the settings behind the limits."""
        return render_template("site/problems.html", types=problems.TYPES, settings=table())

    @site.get("/health/live")
    def live() -> Response:
        """200 as long as this process answers at all."""
        return Response("live\n", content_type="text/plain; charset=utf-8")

    @site.get("/health/ready")
    def ready() -> Response:
        """200 when a query is answered."""
        try:
            evaluator.evaluate(check("ASK {}"), JSON)
        except QueryError as error:
            return Response(f"not ready: {error}\n", 503, content_type="text/plain; charset=utf-8")
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    @site.get("/robots.txt")
    def robots() -> Response:
        """Crawlers may read the pages; queries are for those who ask."""
        closed = "".join(f"Disallow: {urls.path(p)}\n" for p in ("sparql", "query", "search"))
        text = f"User-agent: *\n{closed}Sitemap: {urls.absolute('sitemap.xml')}\n"
        return Response(text, content_type="text/plain; charset=utf-8")
