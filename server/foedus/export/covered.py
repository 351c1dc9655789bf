"""Of which pairs of states, in which years, a data set says that there was no promise.

A data set that records every promise of a type among the states of the interstate system, over a
stretch of time, denies what it does not record: of two states that both were members, in a year
that lies within. Outside of that it says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.export.ask import ask

_TYPE = BASE + "concept/commitment/"


class Covered:
    """The coverages and the membership in the interstate system of a release."""

    def __init__(self, store: ox.Store) -> None:
        self._types: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in ask(store, "coverage"):
            first, last = row["first"], row["last"]
            whole = range(
                int(first[:4]) + (first[5:] != "01-01"), int(last[:4]) + (last[5:] == "12-31")
            )
            for year in whole:
                self._types[row["type"].removeprefix(_TYPE)][year].add(row["source"])
        self._known = {year for by_year in self._types.values() for year in by_year}
        self.first = min(self._known, default=1)
        self.last = max(self._known, default=0)
        self._system: dict[str, set[int]] = defaultdict(set)
        if self._types:
            for row in ask(store, "statehoods"):
                end = row.get("end") or row.get("known_until") or row["begin"]
                self._system[row["state"]] |= set(range(int(row["begin"][:4]), int(end[:4]) + 1))

    def years(self, one: str, other: str) -> Iterator[int]:
        """The years in which some data set covers the pair."""
        both = self._system.get(one, set()) & self._system.get(other, set())
        return iter(sorted(both & self._known))

    def deniers(self, kind: str, one: str, other: str, year: int) -> set[str]:
        """The data sets that would have recorded a promise of *kind* of the pair in *year*."""
        here, there = self._system.get(one, ()), self._system.get(other, ())
        if year not in here or year not in there or kind not in self._types:
            return set()
        return self._types[kind].get(year, set())
