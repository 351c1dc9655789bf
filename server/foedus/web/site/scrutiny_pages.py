"""The pages on which statements are weighed: promises that would be hard to keep together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from foedus.graph.clashes import rules
from foedus.web.site.asked.promises import obligors
from foedus.web.site.views import clashing

if TYPE_CHECKING:
    from foedus.web.site.site import Site


def add(site: Blueprint, pages: Site) -> None:
    """The routes of these pages."""

    @site.get("/clashes")
    def clashes() -> str:
        """The rules of clash, and what they ask of one state."""
        choices = pages.catalogue.once("obligors", obligors)
        of = pages.reader.thing("of")
        desk = pages.desk()
        desk.learn(choices, [of])
        heading = "Overlaps and clashes"
        section = clashing.section(desk, of, "clashes", heading, whole=True) if of else None
        return render_template(
            "site/clashes.html",
            choices=sorted(choices, key=pages.name),
            of=of,
            section=section,
            rules=rules(),
        )
