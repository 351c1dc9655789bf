"""The pages on which statements are weighed: promises hard to keep together, and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from foedus.content.names import BASE
from foedus.graph.clashes import rules
from foedus.web.problems import Problem
from foedus.web.site.asked import quality
from foedus.web.site.asked.courses import SAYS, towards
from foedus.web.site.asked.facts import facts
from foedus.web.site.asked.promises import obligors
from foedus.web.site.asked.statements import Said, statements
from foedus.web.site.views import clashing, courses
from foedus.web.site.views.desk import iris_in_facts, iris_in_statements

if TYPE_CHECKING:
    from foedus.web.site.site import Site


#: Claims on one page, and values of a facet that has many.
_CLAIMS, _VALUES = 30, 24
#: Things to choose from.
_CHOICES = 100


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

    @site.get("/positions")
    def positions() -> str:
        """How actors came to stand to a body, text or proposal: all of them, or one in time."""
        of, actor = pages.reader.thing("of"), pages.reader.thing("with")
        ordered = pages.catalogue.ordered
        choices = [*ordered("alliances"), *ordered("proposals"), *ordered("instruments")][:_CHOICES]
        pages.reader.learn([*choices, of, actor])
        view = courses.view(pages.desk(), of, actor) if of else None
        things = towards(pages.knowledge, actor) if actor and not of else []
        pages.reader.learn(things)
        return render_template(
            "site/positions.html",
            of=of,
            actor=actor,
            view=view,
            things=sorted(things, key=pages.name),
            says=SAYS,
            choices=sorted({*choices, *filter(None, [of])}, key=pages.name),
            page=pages.reader.page,
            pages=max(1, -(-view.total // courses.ACTORS)) if view else 1,
        )

    @site.get("/evidence")
    def evidence() -> str:
        """Claims by what they rest on: sources, named or anonymous, in what voice."""
        chosen = _chosen(pages)
        claims = pages.catalogue.once("claims", quality.read_claims)
        page = pages.reader.page
        total, found = claims.page(chosen, _CLAIMS, (page - 1) * _CLAIMS)
        of_facts = [iri for iri, signature in found if signature.taken == "fact"]
        known = {fact.iri: fact for fact in facts(pages.knowledge, of_facts)}
        said = {s.iri: s for s in statements(pages.knowledge, (iri for iri, _ in found))}
        counts = {
            facet: dict(list(claims.counts(chosen, facet).items())[:_VALUES])
            for facet in quality.FACETS
        }
        pages.desk().learn(
            iris_in_facts(known.values()),
            iris_in_statements(said.values()),
            (f"{BASE}id/source/{name}" for name in counts["source"]),
        )
        return render_template(
            "site/evidence.html",
            chosen=chosen,
            counts=counts,
            claims=[known.get(iri) or said[iri] for iri, _ in found if iri in known or iri in said],
            is_said=lambda claim: isinstance(claim, Said),
            total=total,
            page=page,
            pages=max(1, -(-total // _CLAIMS)),
        )


def _chosen(pages: Site) -> dict[str, str]:
    """The value of each facet that the address names.

    Raises :class:`Problem` (400) for a value that a facet does not have.
    """
    chosen = {}
    for facet, values in quality.FACETS.items():
        text = pages.reader.parameter(facet, 80)
        if text and values and text not in values:
            raise Problem("parameters", f"{facet} expects one of: {', '.join(values)}.")
        if text:
            chosen[facet] = text
    return chosen
