"""Which commitments of one state overlap or clash, by the rules of :mod:`foedus.graph.clashes`.

A pair overlaps as long as both hold, and what sets them against each other too: the bounds of that
time follow from the bounds of each, so that it is sure only where all of them are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foedus.engine.answers import value
from foedus.graph.clashes import Clash, rules
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import FIRST_DAY, LAST_DAY, Bounds
from foedus.web.site.asked.facts import Fact, facts

#: Pairs that one rule finds for one state.
MOST = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """Two facts that a rule asks about, and the one that sets them against each other, if any.

    ``together`` is when all of them hold; ``None`` where no source gives any days.
    """

    rule: Clash
    one: Fact
    other: Fact
    why: Fact | None
    together: Bounds | None


def clashes(knowledge: Knowledge, state: str) -> list[Pair]:
    """What the rules ask about the facts of *state*, on whatever day, rule by rule.

    Facts that cannot have held on the same day make no pair.
    """
    found: list[tuple[Clash, tuple[str, ...]]] = []
    for rule in rules():
        rows = knowledge.rows(f"{rule.asked_of(state)}ORDER BY ?one ?other ?why LIMIT {MOST}")
        seen: set[tuple[str, str]] = set()
        for row in rows:
            one, other, why = (value(row.get(name)) for name in ("one", "other", "why"))
            if (one, other) not in seen:
                seen.add((one, other))
                found.append((rule, (one, other, why)))
    names = dict.fromkeys(iri for _, pair in found for iri in pair if iri)
    known = {fact.iri: fact for fact in facts(knowledge, list(names))}
    pairs = []
    for rule, (one, other, why) in found:
        if one not in known or other not in known:
            continue
        of = [known[iri] for iri in (one, other, why) if iri in known]
        together = _together([fact.bounds for fact in of if fact.bounds])
        if together is None or together.earliest_begin <= together.latest_end:
            pairs.append(Pair(rule, known[one], known[other], known.get(why), together))
    return pairs


def _together(bounds: Sequence[Bounds]) -> Bounds | None:
    """When all of these hold at once: from the last begin to the first end."""
    if not bounds:
        return None
    last = min(bounds, key=lambda b: (b.latest_end, b.end_kind == "ended"))
    return Bounds(
        max(FIRST_DAY, *(b.earliest_begin for b in bounds)),
        max(FIRST_DAY, *(b.latest_begin for b in bounds)),
        min(LAST_DAY, *(b.earliest_end for b in bounds)),
        min(LAST_DAY, *(b.latest_end for b in bounds)),
        last.end_kind if last.latest_end != LAST_DAY else _open(bounds),
    )


def _open(bounds: Sequence[Bounds]) -> str:
    return "open" if all(b.end_kind == "open" for b in bounds) else "unknown"
