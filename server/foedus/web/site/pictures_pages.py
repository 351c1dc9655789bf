"""The pages of the pictures: network, timeline, map, matrix, comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template

from foedus.content.names import BASE
from foedus.web.problems import Problem
from foedus.web.site.asked import lives, promises
from foedus.web.site.pictures import world as outlines
from foedus.web.site.views import compare, drawings

if TYPE_CHECKING:
    from foedus.web.site.site import Site

#: Things to choose from, rows of the matrix, bars of a timeline, on one page.
_CHOICES, _ROWS, _BARS = 30, 25, 40


def add(site: Blueprint, pages: Site) -> None:
    """The routes of the pictures."""

    @site.get("/pictures")
    def pictures() -> str:
        """Which pictures there are."""
        return render_template("site/pictures.html")

    @site.get("/network")
    def network() -> str:
        """Who is bound to whom on a day."""
        types = pages.catalogue.once("commitment types", promises.types)
        wanted = pages.reader.parameter("type", 40)
        type_ = next((t for t in types if t.rsplit("/", 1)[-1] == wanted), "")
        of = _thing(pages, "of")
        actor = "" if of.startswith((f"{BASE}id/arrangement/", f"{BASE}id/instrument/")) else of
        pages.reader.learn(types)
        view = drawings.network(pages.desk(), type_=type_, of=actor, only="" if actor else of)
        return _picture(
            pages,
            "network",
            "Promises in force",
            "Who is bound to whom on the day, by what type of commitment.",
            view=view if view and view.drawing.edges else None,
            of=of,
            types=types,
            type=type_,
        )

    @site.get("/timeline")
    def timeline() -> str:
        """Lives of alliances, members of one, memberships of a state."""
        of, page = _thing(pages, "of"), pages.reader.page
        pattern = lives.LIVES
        if of:
            by_actor = of.startswith((f"{BASE}id/state/", f"{BASE}id/group/"))
            pattern = lives.memberships_by(of) if by_actor else lives.memberships_of(of)
        view = drawings.timeline(pages.desk(), pattern, offset=(page - 1) * _BARS, most=_BARS)
        more = page + 1 if view and view.more else page
        return _picture(
            pages,
            "timeline",
            "Memberships over time" if of else "Lives of alliances",
            "From the earliest to the latest day that sources allow.",
            view=view,
            of=of,
            page=page,
            pages=more,
        )

    @site.get("/map")
    def map_() -> str:
        """Who is in, out, for or against."""
        of = _thing(pages, "of")
        choices = [*pages.catalogue.ordered("alliances"), *pages.catalogue.ordered("proposals")]
        shown = choices[:_CHOICES]
        pages.reader.learn(shown)
        return _picture(
            pages,
            "map",
            "Parties and positions",
            "Who is in, who is out, who is for it and who against.",
            view=drawings.map_of(pages.desk(), of) if of else None,
            of=of,
            choices=shown,
        )

    @site.get("/map/world.svg")
    def land() -> Response:
        """All land as one picture, on which the maps colour."""
        world = outlines.world()
        if world is None:
            raise Problem("unknown", "The outlines of the world are not installed here.")
        body = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {outlines.WIDTH:.0f} '
            f'{outlines.HEIGHT:.0f}"><path fill="#888" fill-opacity=".28" stroke="#888" '
            f'stroke-opacity=".35" stroke-width=".6" d="{world.land}"/></svg>'
        )
        response = Response(body, content_type="image/svg+xml")
        response.add_etag()
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    @site.get("/matrix")
    def matrix() -> str:
        """Promises and institutions of many, side by side."""
        wanted = pages.reader.parameter("of", 20)
        name = wanted if wanted in ("alliances", "instruments", "proposals") else "alliances"
        page = pages.reader.page
        every = pages.catalogue.ordered(name)
        chosen = every[(page - 1) * _ROWS : page * _ROWS]
        types, features, rows = compare.matrix(pages.desk(), chosen)
        values = " ".join(f"<{iri}>" for iri in chosen)
        text = drawings.query(
            f"SELECT ?thing ?promised ?has ?lacks WHERE {{\n  VALUES ?thing {{ {values} }}\n"
            "  { ?thing f:promises ?promised } UNION { ?thing f:hasFeature ?has }\n"
            "  UNION { ?thing f:lacksFeature ?lacks }\n}"
        )
        return render_template(
            "site/matrix.html",
            of=name,
            types=types,
            features=features,
            rows=rows,
            what=f"{len(every)} in all.",
            query=text,
            page=page,
            pages=max(1, -(-len(every) // _ROWS)),
        )

    @site.get("/compare")
    def compared() -> str:
        """Two bodies or texts side by side."""
        alliances = pages.catalogue.ordered("alliances")[:100]
        choices = [*alliances, *pages.catalogue.ordered("instruments")[:100]]
        a, b = _thing(pages, "a"), _thing(pages, "b")
        pages.reader.learn([*choices, a, b])
        problem = "These are one and the same: choose two." if a and a == b else ""
        view = compare.compared(pages.desk(), a, b) if a and b and not problem else None
        named = sorted(
            dict.fromkeys([*choices, *filter(None, (a, b))]), key=lambda iri: pages.name(iri)
        )
        return render_template(
            "site/compare.html", view=view, a=a, b=b, choices=named, problem=problem
        )


def _thing(pages: Site, parameter: str) -> str:
    return pages.reader.thing(parameter)


def _picture(site: Site, kind: str, heading: str, what: str, **shown: Any) -> str:
    given: dict[str, Any] = {
        "kind": kind,
        "heading": heading,
        "what": what,
        "types": (),
        "choices": (),
        "type": "",
        "page": 1,
        "pages": 1,
        **shown,
    }
    if given["of"]:
        site.reader.learn([given["of"]])
    return render_template("site/picture.html", **given)
