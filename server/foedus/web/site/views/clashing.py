"""The overlaps and clashes of one state's commitments: questions to look at, never facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from foedus.graph.clashes import Clash
from foedus.web.site.asked.clashes import Pair, clashes
from foedus.web.site.views.desk import WHOLE, Desk, Section, iris_in_facts

#: Pairs on the page of a state.
_PAIRS = 3
_ORDER = ("surely", "possibly", "not yet", "ended")


def of_state(desk: Desk, state: str) -> list[Pair]:
    """The pairs that the rules find for a state, those first that hold on the day."""
    found = desk.catalogue.once_of("clashes", state, lambda knowledge: clashes(knowledge, state))
    day = desk.reader.day

    def order(pair: Pair) -> int:
        return _ORDER.index(pair.together.status(day)) if pair.together and day else 1

    return sorted(found, key=order)


def by_rule(pairs: Sequence[Pair]) -> list[tuple[Clash, list[Pair]]]:
    """Pairs by the rule that asks about them, in the order of the first of each."""
    place = {rule: n for n, rule in enumerate(dict.fromkeys(pair.rule for pair in pairs))}
    ordered = sorted(pairs, key=lambda pair: place[pair.rule])
    return [(rule, list(of)) for rule, of in groupby(ordered, key=lambda pair: pair.rule)]


def section(desk: Desk, state: str, name: str, heading: str, *, whole: bool = False) -> Section:
    """The section on the page of a state that owes something, whether there is any or not.

    ``whole``: as on a page of its own, that pages through all of them.
    """
    every = of_state(desk, state)
    limit, offset = desk.span(name, _PAIRS)
    if whole:
        limit, offset = WHOLE, (desk.reader.page - 1) * WHOLE
    shown = every[offset : offset + limit]
    desk.learn(*(iris_in_facts(filter(None, (p.one, p.other, p.why))) for p in shown))
    return Section(
        name,
        heading,
        "site/parts/clashes.html",
        {"rules": by_rule(shown), "of": state},
        total=len(every),
        hidden=max(0, len(every) - offset - len(shown)),
        page=desk.reader.page if whole or desk.reader.opened == name else 1,
        pages=max(1, -(-len(every) // WHOLE)),
    )
