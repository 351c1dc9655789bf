"""Directed dyad-years: who owed what to whom in which year, as ATOP's users expect it.

Each ordered pair has its own row, both directions are there, and a flag is 1, 0 or not known:

- 1 where a commitment that we accept held on some day of the year surely, by its bounds;
- 0 where a source says that it did not: it denies the promise for a day of the year, or it is a
  data set that codes this type of commitment and codes no such promise of the one to the other,
  though it codes the pair in that year, or covers that year and both states;
- not known (NA) everywhere else. Silence of an article is not absence, and the end of a data set
  is not the end of an alliance.

A pair has rows where anything is known of it, each in both directions: the years in which some
flag is known, or in which a promise possibly held, up to the last year of which a source can know.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.export.ask import ask
from foedus.export.covered import Covered
from foedus.export.tables import DYAD_TYPES, Row

_FIRST, _LAST = datetime.date.min.isoformat(), datetime.date.max.isoformat()
_TYPE = BASE + "concept/commitment/"

Pair = tuple[str, str]


@dataclass(slots=True)
class _Promises:
    """What is known of one direction: by type and year, which sources say yes or no."""

    yes: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    no: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    perhaps: set[int] = field(default_factory=set)
    maybe: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    coded: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def dyad_years(
    store: ox.Store,
    labels: Mapping[str, str],
    iso3: Mapping[str, str],
    cow: Mapping[str, str],
) -> Iterator[Row]:
    """The rows of the table, by pair and year; *labels* and codes are those of the states."""
    coders: dict[str, set[str]] = defaultdict(set)
    for row in ask(store, "coded"):
        coders[row["source"]].add(_kind(row["type"]))
    covered = Covered(store)
    known = _read(store, frozenset(coders), covered)
    pairs = {pair for pair in known} | {(b, a) for a, b in known}
    for one, other in sorted(pairs, key=lambda p: (_code(cow, p[0]), _code(cow, p[1]), p)):
        here = known.get((one, other), _Promises())
        back = known.get((other, one), _Promises())
        years = {year for side in (here, back) for _, year in (*side.yes, *side.no)}
        years |= here.perhaps | back.perhaps | set(covered.years(one, other))
        for year in sorted(years):
            flags: list[int | None] = []
            sources: set[str] = set()
            coding = here.coded[year] | back.coded[year]
            for kind in DYAD_TYPES:
                yes, no = here.yes.get((kind, year), set()), here.no.get((kind, year), set())
                no = no | {source for source in coding if kind in coders[source]}
                # Who says that it perhaps held does not deny it.
                no |= covered.deniers(kind, one, other, year) - here.maybe.get((kind, year), set())
                flags.append(1 if yes else 0 if no else None)
                sources |= yes or no
            yield (
                _number(cow, one),
                _number(cow, other),
                year,
                *flags,
                *(labels.get(one), one, iso3.get(one)),
                *(labels.get(other), other, iso3.get(other)),
                sorted(sources),
            )


def _read(store: ox.Store, coders: frozenset[str], covered: Covered) -> dict[Pair, _Promises]:
    states = {
        quad.subject.value
        for quad in store.quads_for_pattern(
            None,
            ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            ox.NamedNode(F + "State"),
            ox.DefaultGraph(),
        )
        if isinstance(quad.subject, ox.NamedNode)
    }
    known: dict[Pair, _Promises] = defaultdict(_Promises)
    bounds: dict[str, dict[str, str]] = {}
    sources: dict[str, set[str]] = defaultdict(set)
    for row in ask(store, "facts", **{"class": ox.NamedNode(F + "Commitment")}):
        bounds[row["fact"]] = row
        sources[row["fact"]].add(row["source"])
    last = max(
        (_year(day) for row in bounds.values() if (day := row.get("earliest_end", _LAST)) != _LAST),
        default=0,
    )
    for row in ask(store, "commitments"):
        pair, kind = (row["obligor"], row["obligee"]), _kind(row["commitment_type"])
        at = bounds.get(row["fact"])
        if at is None or kind not in DYAD_TYPES or not states.issuperset(pair):
            continue
        side = known[pair]
        sure = _years(at.get("latest_begin", _LAST), at.get("earliest_end", _FIRST))
        for year in sure:
            side.yes[kind, year] |= sources[row["fact"]]
            side.coded[year] |= sources[row["fact"]] & coders
        first = at.get("earliest_begin", _FIRST)
        if first != _FIRST:
            side.perhaps |= set(range(_year(first), min(last, _year(at["latest_end"])) + 1))
        perhaps = range(
            max(covered.first, _year(first)), min(covered.last, _year(at["latest_end"])) + 1
        )
        for year in set(perhaps).difference(sure):
            side.maybe[kind, year] |= sources[row["fact"]]
    for row in ask(store, "denied"):
        pair, kind = (row["obligor"], row["obligee"]), _kind(row["type"])
        if kind in DYAD_TYPES and states.issuperset(pair):
            for year in _years(row["latest_begin"], row["earliest_end"]):
                known[pair].no[kind, year].add(row["source"])
    return dict(known)


def _years(first: str, last: str) -> range:
    """The years of which some day surely lies within; none where no day does."""
    if first > last or first == _LAST or last == _FIRST:
        return range(0)
    return range(_year(first), _year(last) + 1)


def _year(day: str) -> int:
    return int(day[:4])


def _kind(iri: str) -> str:
    return iri.removeprefix(_TYPE)


def _number(codes: Mapping[str, str], state: str) -> int | None:
    code = codes.get(state, "")
    return int(code) if code.isdigit() else None


def _code(codes: Mapping[str, str], state: str) -> tuple[int, str]:
    number = _number(codes, state)
    return (number if number is not None else 10_000, state)
