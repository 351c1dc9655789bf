"""What the pictures show: the numbers of a drawing, its table, and the query behind it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foedus.content.names import BASE, F, slug
from foedus.engine.answers import value
from foedus.web.site.asked import lives, promises
from foedus.web.site.asked.bounds import OPTIONAL_BOUNDS, Bounds
from foedus.web.site.asked.states import numeric_codes
from foedus.web.site.pictures import network as drawn_network
from foedus.web.site.pictures import timeline as drawn_timeline
from foedus.web.site.pictures import world as drawn_world
from foedus.web.site.views.desk import Desk

_HEAD = f"PREFIX f: <{F}>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n\n"
#: Promises and bars of one picture; more would not be read.
_PAIRS, _BARS = 600, 45


def query(body: str) -> str:
    """A query for the query page, with its prefixes."""
    return _HEAD + body


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The network of a day: the drawing, its table, the query, whether more there is."""

    drawing: drawn_network.Network
    pairs: Sequence[promises.Pair]
    query: str
    cut: bool


def network(
    desk: Desk, *, type_: str = "", of: str = "", only: str = "", most: int = _PAIRS
) -> NetworkView | None:
    """The commitments of the chosen day; ``None`` where no day is known."""
    day = desk.reader.day
    if day is None:
        return None
    pairs = promises.on_day(desk.knowledge, day, type_=type_, of=of, only=only, limit=most + 1)
    circle: list[str] = desk.catalogue.once(
        "circle", lambda knowledge: drawn_network.order(promises.partners(knowledge))
    )
    if of or only:
        among = {actor for pair in pairs for actor in (pair.obligor, pair.obligee)}
        circle = [actor for actor in circle if actor in among]
    cut, pairs = len(pairs) > most, pairs[:most]
    drawing = drawn_network.network(
        circle, [(p.obligor, p.obligee, p.type, p.possible) for p in pairs]
    )
    desk.learn(node.iri for node in drawing.nodes)
    desk.learn((p.type for p in pairs), (a for p in pairs for a in (p.obligor, p.obligee)))
    where = promises.pattern(day, type_, of, only)
    return NetworkView(
        drawing, pairs, query(f"SELECT ?obligor ?obligee ?type WHERE {{\n  {where}\n}}"), cut
    )


@dataclass(frozen=True, slots=True)
class TimelineView:
    """A timeline with the query behind it, and how many lines there are in all."""

    drawing: drawn_timeline.Timeline
    query: str
    more: bool


def timeline(
    desk: Desk, pattern: str, *, offset: int = 0, most: int = _BARS
) -> TimelineView | None:
    """A timeline of what *pattern* finds (:func:`lives.spans`)."""
    bars = lives.spans(desk.knowledge, pattern, most + 1, offset)
    desk.learn((b.about for b in bars), (b.role for b in bars))
    rows = [
        (
            bar.iri,
            str(desk.reader.named(bar.about)),
            str(desk.reader.named(bar.role)) if bar.role else "",
            bar.bounds,
        )
        for bar in bars[:most]
    ]
    drawing = drawn_timeline.timeline(rows, desk.reader.day, desk.served.knowledge_end)
    if drawing is None:
        return None
    where = (
        f"SELECT * WHERE {{\n  {pattern}\n  ?x f:earliestBegin ?earliestBegin ; "
        "f:latestBegin ?latestBegin ;\n     f:earliestEnd ?earliestEnd ; "
        "f:latestEnd ?latestEnd .\n}"
    )
    return TimelineView(drawing, query(where), len(bars) > most)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one actor stands to the thing of a map: its class for the colour, and in words."""

    actor: str
    kind: str
    words: str
    fact: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map: coloured shapes, dots for what is too small, the table, the part that is shown."""

    standings: Sequence[Standing]
    shapes: Sequence[tuple[Standing, str]]
    dots: Sequence[tuple[Standing, float, float]]
    view: tuple[float, float, float, float]
    outlines: bool
    query: str

    @property
    def weight(self) -> int:
        """How many characters its outlines have."""
        return sum(len(path) for _, path in self.shapes)


_FOR = {"proposes", "supports", "endorses", "joins", "accepts", "welcomes", "is-interested"}
_AGAINST = {"opposes", "declines", "doubts", "rejects", "denies", "criticizes"}


def map_of(desk: Desk, iri: str) -> MapView | None:
    """Members, absentees and positions of states on a map, as of the chosen day."""
    day = desk.reader.day
    if day is None:
        return None
    pattern = f"""{{ ?x a f:Membership ; f:arrangement|f:instrument <{iri}> ; f:member ?actor ;
      f:role ?how }}
  UNION {{ ?x a f:Absence ; f:arrangement|f:event <{iri}> ; f:absentee ?actor ;
      f:absenceKind ?how }}
  UNION {{ ?x a f:Involvement ; f:event <{iri}> ; f:participant ?actor ; f:involvementRole ?how }}
  UNION {{ ?x a f:Position ; f:object <{iri}> ; f:holder ?actor ; f:stance ?how }}"""
    rows = desk.knowledge.rows(
        f"""SELECT DISTINCT ?x ?class ?actor ?how ?eb ?lb ?ee ?le {{ {pattern}
        ?x a ?class . {OPTIONAL_BOUNDS}
        FILTER(?class IN (f:Membership, f:Absence, f:Involvement, f:Position))
        }} ORDER BY STR(?actor) STR(?x) LIMIT 900"""
    )
    desk.learn((value(r["actor"]) for r in rows), (value(r["how"]) for r in rows))
    best: dict[str, Standing] = {}
    for row in rows:
        standing = _standing(desk, {n: value(t) for n, t in row.items()}, day)
        if standing is None:
            continue
        known = best.get(standing.actor)
        if known is None or _RANK[standing.kind] < _RANK[known.kind]:
            best[standing.actor] = standing
    if not best:
        return None
    standings = sorted(
        best.values(), key=lambda s: (_RANK[s.kind], str(desk.reader.named(s.actor)))
    )
    return _drawn(desk, standings, query(f"SELECT ?actor ?how ?x WHERE {{\n  {pattern}\n}}"))


_RANK: Mapping[str, int] = {
    "member": 0,
    "maybe": 1,
    "part": 2,
    "former": 3,
    "for": 4,
    "against": 5,
    "absent": 6,
    "other": 7,
}


def _standing(desk: Desk, row: Mapping[str, str], day: datetime.date) -> Standing | None:
    if not row["actor"].startswith(f"{BASE}id/"):
        return None
    how, words = slug(row["how"]), str(desk.reader.named(row["how"]))
    status = ""
    if "eb" in row:
        status = Bounds(row["eb"], row["lb"], row["ee"], row["le"], "").status(day)
    class_ = slug(row["class"])
    if class_ == "Membership":
        if how not in ("member", "founding-member", "leader", "party"):
            kind = "part" if status in ("surely", "possibly") else "former"
        else:
            kind = {"surely": "member", "possibly": "maybe", "ended": "former"}.get(status, "other")
        return Standing(row["actor"], kind, f"{words}, {status}", row["x"])
    if class_ == "Absence":
        return Standing(row["actor"], "absent", f"absent: {words}", row["x"])
    if class_ == "Involvement":
        return Standing(row["actor"], "part", words, row["x"])
    kind = "for" if how in _FOR else "against" if how in _AGAINST else "other"
    return Standing(row["actor"], kind, words, row["x"])


#: From this width on (of 1,600) a map shows outlines that are rough.
_WIDE = 500


def _drawn(desk: Desk, standings: Sequence[Standing], text: str) -> MapView:
    outlines = drawn_world.world()
    found: list[tuple[Standing, drawn_world.Shape]] = []
    dots: list[tuple[Standing, float, float]] = []
    boxes = []
    if outlines is not None:
        codes = numeric_codes(desk.knowledge, (s.actor for s in standings))
        for standing in standings:
            shape = outlines.shapes.get(codes.get(standing.actor, ""))
            if shape is None:
                continue
            x, y = (round(number, 1) for number in shape.middle)
            boxes.append((x, y, x, y) if shape.box[2] - shape.box[0] > 500 else shape.box)
            found.append((standing, shape))
            if shape.small:
                dots.append((standing, x, y))
    view = drawn_world.around(boxes)
    shapes = [(s, shape.rough if view[2] > _WIDE else shape.path) for s, shape in found]
    return MapView(standings, shapes, dots, view, outlines is not None, text)
