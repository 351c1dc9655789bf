"""Home, search, the lists, the disputes: where a reader begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template

from foedus.web.knowledge import LISTS
from foedus.web.site.asked import catalogue as asked
from foedus.web.site.asked.disputes import claims, disputes
from foedus.web.site.asked.index import FACETS
from foedus.web.site.views import drawings
from foedus.web.site.views.desk import iris_in_disputes, iris_in_statements

if TYPE_CHECKING:
    from foedus.web.site.site import Site

#: Disputes, counts and hits on one page.
_DISPUTES, _COUNTS, _HITS = 15, 40, 40
#: Promises in the picture of the home page.
_PICTURE = 300


def add(site: Blueprint, pages: Site) -> None:
    """The routes of home, search, lists and disputes."""

    @site.get("/")
    def home() -> str:
        """What is here, and where to begin."""
        catalogue = pages.catalogue
        sources = catalogue.once("sources", asked.read_sources)
        pages.reader.learn(iri for iri, _ in sources)
        counted = pages.served.manifest.get("counts")
        total, _ = catalogue.once("disputes", lambda k: disputes(k, limit=1))
        return render_template(
            "site/home.html",
            counts=catalogue.counts(),
            totals=counted or catalogue.once("totals", asked.totals),
            sources=sources,
            at_home=True,
            questions=pages.questions[:8],
            disputes=total,
            network=drawings.network(pages.desk(), most=_PICTURE),
        )

    @site.get("/search")
    def search() -> str:
        """Things by their names, in any spelling and script."""
        words = pages.reader.parameter("q")
        kind = pages.reader.parameter("kind", 20)
        facet = kind if kind in FACETS else ""
        results = pages.index.search(words, facet)
        page = pages.reader.page
        hits = results.hits[(page - 1) * _HITS : page * _HITS]
        pages.reader.learn(hit.iri for hit in hits)
        return render_template(
            "site/search.html",
            words=words,
            results=results,
            hits=hits,
            total=len(results.hits),
            facet=facet,
            facets=FACETS,
            page=page,
            pages=max(1, -(-len(results.hits) // _HITS)),
        )

    @site.get("/disputes")
    def disputed() -> str:
        """Every slot in which sources cannot all be right, and the counts beside the named."""
        page = pages.reader.page
        total, found = disputes(pages.knowledge, limit=_DISPUTES, offset=(page - 1) * _DISPUTES)
        counts_total, counts = claims(pages.knowledge, limit=_COUNTS) if page == 1 else (0, [])
        desk = pages.desk()
        desk.learn(
            iris_in_disputes(found),
            (iri for claim in counts for iri in (claim.body, claim.counted)),
            (iri for claim in counts for iri in iris_in_statements(claim.basis)),
        )
        return render_template(
            "site/disputes.html",
            disputes=found,
            total=total,
            claims=counts,
            claims_total=counts_total,
            page=page,
            pages=max(1, -(-total // _DISPUTES)),
        )

    for name in LISTS:
        site.add_url_rule(f"/{name}", f"list_{name}", _lister(pages, name))


def _lister(pages: Site, name: str) -> Callable[[], str]:
    def show() -> str:
        page, size = pages.reader.page, pages.settings.page_rows
        total, rows = pages.catalogue.listed(name, size, (page - 1) * size)
        pages.reader.learn(row.iri for row in rows)
        heading, _, what = LISTS[name]
        return render_template(
            "site/list.html",
            key=name,
            heading=heading,
            what=what,
            rows=rows,
            total=total,
            page=page,
            pages=max(1, -(-total // size)),
        )

    return show


def dispute(pages: Site, iri: str, path: str) -> str:
    """The page of one dispute."""
    total, found = disputes(pages.knowledge, only=iri)
    pages.desk().learn(iris_in_disputes(found))
    common: dict[str, Any] = {"iri": iri, "path": path, "title": pages.name(iri)}
    return render_template(
        "site/disputes.html", disputes=found, total=total, claims=(), page=1, pages=1, **common
    )
