"""The promises of defense of a state on a day: to whom, from whom, and through whom.

A promise *surely* held on a day that lies between its latest beginning and its earliest end, and
*possibly* on one between its earliest beginning and its latest end. Promises have a direction: who
must defend is not therefore defended. An ally of an ally is owed nothing: it is a state that one
is drawn to by two promises and by none directly.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.export.ask import ask

_DAY = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")


@dataclass(slots=True)
class Bond:
    """That one party is bound to defend another: surely or perhaps, by which sources."""

    sure: bool = False
    sources: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is known of the promises of defense of one state on one day, by the other party."""

    must_defend: dict[str, Bond]
    defended_by: dict[str, Bond]
    through: dict[str, set[str]]


def bonds(store: ox.Store, day: datetime.date) -> dict[tuple[str, str], Bond]:
    """Who was bound to defend whom on *day*, by any source, surely or possibly."""
    found: dict[tuple[str, str], Bond] = defaultdict(Bond)
    for row in ask(store, "bound", at=ox.Literal(day.isoformat(), datatype=_DAY)):
        bond = found[row["obligor"], row["obligee"]]
        bond.sure |= row["sure"] == "true"
        bond.sources.add(row["source"])
    return dict(found)


def portfolio(store: ox.Store, state: str, day: datetime.date) -> Portfolio:
    """The promises of *state*, and the allies of those whom it surely must defend."""
    known = bonds(store, day)
    must = {other: bond for (one, other), bond in known.items() if one == state}
    by = {one: bond for (one, other), bond in known.items() if other == state}
    through: dict[str, set[str]] = defaultdict(set)
    for (ally, third), bond in known.items():
        if bond.sure and ally in must and must[ally].sure and third != state and third not in must:
            through[third].add(ally)
    return Portfolio(must, by, dict(through))


def in_lines(found: Portfolio, name: Callable[[str], str]) -> Iterator[str]:
    """The portfolio in words, one line for each other party; *name* shortens an IRI."""
    for title, side in (("must defend", found.must_defend), ("is defended by", found.defended_by)):
        yield f"{title} ({len(side)})"
        for other, bond in sorted(side.items()):
            how = "surely" if bond.sure else "possibly"
            yield f"  {name(other)}: {how} ({', '.join(sorted(map(name, bond.sources)))})"
    yield f"is drawn to only through others ({len(found.through)})"
    for third, allies in sorted(found.through.items()):
        yield f"  {name(third)}: through {', '.join(sorted(map(name, allies)))}"
