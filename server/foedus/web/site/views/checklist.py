"""The institutional checklist: has, plans, lacks by whose word; and where no source says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foedus.content.names import slug
from foedus.web.site.asked import checklist as asked
from foedus.web.site.asked.facts import Fact
from foedus.web.site.views.desk import Desk, Section
from foedus.web.site.views.sections import Known

#: Statements on features that are no facts, on the page of a thing.
_SAID = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One institution: what is said of it (``yes``, ``planned``, ``no``), and who needs it."""

    feature: str
    facts: tuple[tuple[str, Fact], ...]
    needed: tuple[tuple[str, str, str], ...]

    @property
    def disputed(self) -> bool:
        """Whether it is said both to be there and to be lacking."""
        return {"yes", "no"} <= {value for value, _ in self.facts}


def section(desk: Desk, known: Known, ids: Sequence[str], said: Sequence[str]) -> Section | None:
    """The checklist of an arrangement or proposal, from the facts on its features."""
    kinds: Sequence[str] = desk.catalogue.once("feature kinds", asked.feature_kinds)
    needs = desk.catalogue.once("needed features", asked.needed)
    of_thing: dict[str, list[Fact]] = {}
    for fact in known.facts(ids):
        of_thing.setdefault(fact.one("feature"), []).append(fact)
    also = known.statements(said[:_SAID])
    items = [
        Item(
            kind,
            tuple((slug(fact.one("value")), fact) for fact in of_thing.get(kind, ())),
            tuple(needs.get(kind, ())),
        )
        for kind in dict.fromkeys([*kinds, *of_thing])
    ]
    desk.learn(
        [item.feature for item in items],
        (iri for item in items for what, who, _ in item.needed for iri in (what, who)),
    )
    there = [item for item in items if item.facts]
    silent = [] if desk.reader.evidence else [item for item in items if not item.facts]
    if not there and not silent and not also:
        return None
    return Section(
        "feature",
        "Institutions: has, lacks, plans",
        "site/parts/checklist.html",
        {"said": there, "silent": silent, "also": also},
        total=len(there) + len(said),
        hidden=len(said) - len(also),
    )
