"""A network of promises: actors on a circle, an arrow from who owes to whom it is owed.

The place of an actor follows from all promises of all days, so that it is the same on every day
and with every filter: who compares two days sees what changed, and nothing else moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SIZE = 560.0
_RADIUS = 225.0


@dataclass(frozen=True, slots=True)
class Node:
    """An actor: place, where its label goes, whether it promises anything on the day."""

    iri: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    active: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """Promises of one type from one actor to another; ``both``: the same in return."""

    source: str
    target: str
    type: str
    path: str
    both: bool
    possible: bool


@dataclass(frozen=True, slots=True)
class Network:
    """The drawing, and the types in it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    types: tuple[str, ...]
    size: float


#: Obligor, obligee, type of commitment, and whether it only possibly holds.
Promise = tuple[str, str, str, bool]


def order(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The actors in their order on the circle: partners near each other, the same every time.

    Begins with who has most partners and goes on with the partner who shares most of those already
    placed; ties are broken by IRI.
    """
    partners: dict[str, set[str]] = {}
    for one, other in pairs:
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    placed: list[str] = []
    left = set(partners)
    while left:
        recent = set(placed[-6:])
        placed.append(
            min(
                left,
                key=lambda a: (
                    (-len(partners[a] & recent), -len(partners[a]), a)
                    if placed
                    else (0, -len(partners[a]), a)
                ),
            )
        )
        left.discard(placed[-1])
    return placed


def network(
    actors: Sequence[str], promises: Sequence[Promise], shown: Iterable[str] = ()
) -> Network:
    """The drawing of *promises* among *actors*, who are in the order of the circle.

    ``shown`` are actors to show although they promise nothing on this day.
    """
    active = {actor for one, other, _, _ in promises for actor in (one, other)}
    visible = [actor for actor in actors if actor in active or actor in set(shown)]
    places = _places(actors)
    middle = SIZE / 2
    nodes = []
    for actor in visible:
        angle = places[actor]
        x, y = middle + _RADIUS * math.cos(angle), middle + _RADIUS * math.sin(angle)
        away = _RADIUS + 12
        label_x, label_y = middle + away * math.cos(angle), middle + away * math.sin(angle) + 4
        side = math.cos(angle)
        anchor = "middle" if abs(side) < 0.18 else ("start" if side > 0 else "end")
        if anchor == "middle":
            label_y += 8 if math.sin(angle) > 0 else -6
        nodes.append(
            Node(
                actor,
                round(x, 1),
                round(y, 1),
                round(label_x, 1),
                round(label_y, 1),
                anchor,
                actor in active,
            )
        )
    edges = _edges(promises, places)
    types = sorted({type_ for _, _, type_, _ in promises})
    return Network(tuple(nodes), tuple(edges), tuple(types), SIZE)


def _places(actors: Sequence[str]) -> Mapping[str, float]:
    step = 2 * math.pi / max(1, len(actors))
    return {actor: -math.pi / 2 + number * step for number, actor in enumerate(actors)}


def _edges(promises: Sequence[Promise], places: Mapping[str, float]) -> list[Edge]:
    every = {(one, other, type_): possible for one, other, type_, possible in promises}
    found = []
    for (one, other, type_), possible in sorted(every.items()):
        both = (other, one, type_) in every
        if both and other < one:
            continue
        if one not in places or other not in places:
            continue
        if one == other:
            found.append(Edge(one, other, type_, _loop(places[one]), False, possible))
            continue
        found.append(Edge(one, other, type_, _path(places[one], places[other]), both, possible))
    return found


def _loop(angle: float) -> str:
    """What a group promises among its own: a loop, inside the circle."""
    middle, r = SIZE / 2, _RADIUS - 7
    x, y = middle + r * math.cos(angle), middle + r * math.sin(angle)
    parts = [f"M{x:.0f} {y:.0f}C"]
    for turn in (0.7, -0.7):
        inward = angle + math.pi + turn
        parts.append(f"{x + 48 * math.cos(inward):.0f} {y + 48 * math.sin(inward):.0f} ")
    return "".join(parts) + f"{x:.0f} {y + 0.1:.1f}"


def _path(begin: float, end: float) -> str:
    """A curve through the circle, bent towards its middle; it stops short of the nodes."""
    middle = SIZE / 2
    r = _RADIUS - 7

    def point(angle: float, radius: float) -> str:
        return f"{middle + radius * math.cos(angle):.0f} {middle + radius * math.sin(angle):.0f}"

    apart = abs(math.remainder(begin - end, 2 * math.pi)) / math.pi
    bend = _RADIUS * (0.72 - 0.62 * apart)
    between = math.atan2(
        math.sin(begin) + math.sin(end) + 1e-9, math.cos(begin) + math.cos(end) + 1e-9
    )
    return f"M{point(begin, r)}Q{point(between, bend)} {point(end, r)}"
