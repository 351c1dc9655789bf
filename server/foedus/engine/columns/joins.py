"""Triple patterns joined over columns: all solutions at once, as columns of numbers.

The pattern with the fewest pairs goes first; then, of those connected to what is there, the one
that leaves the fewest solutions by the figures of its property.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from foedus.engine.columns.store import BLANK, IRI, Ids, Property

MOST_ROWS = 5_000_000  # solutions at a time; what needs more is left to the engine, which streams
_SPARSE = 16  # numbers that might occur for one that does
_WORTH_UNITING = 64  # rows below which it is cheaper to go on with equal ones


class LeftToEngine(Exception):
    """Answering this from columns would be no gain, or is not known to be equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A triple pattern; a subject or object is the name of a variable or the number of a term."""

    subject: str | int
    verb: Property | None  # of which nothing is in the data: no solution
    object: str | int
    text: str = ""
    variables: frozenset[str] = field(init=False)
    pairs: int = field(init=False)  # of its property that have its subject or its object

    def __post_init__(self) -> None:
        ends = (self.subject, self.object)
        pairs = 0
        if self.verb is not None and isinstance(self.object, int):
            pairs = len(_slice(self.verb.by_object, self.object))
        elif self.verb is not None and isinstance(self.subject, int):
            pairs = len(_slice(self.verb.by_subject, self.subject))
        elif self.verb is not None:
            pairs = self.verb.pairs
        object.__setattr__(
            self, "variables", frozenset(end for end in ends if isinstance(end, str))
        )
        object.__setattr__(self, "pairs", pairs)


@dataclass(slots=True)
class Rows:
    """Solutions: one column for each variable, and of which kinds its values may be."""

    count: int
    columns: dict[str, Ids] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def take(self, which: npt.NDArray[Any]) -> None:
        """Keep these rows, by their places or by a truth value for each."""
        if which.dtype == np.bool_:
            which = np.flatnonzero(which)
            if len(which) == self.count:
                return
        self.columns = {name: column[which] for name, column in self.columns.items()}
        self.count = len(which)

    def keep(self, names: Iterable[str], *, once: bool) -> None:
        """Keep these columns only; ``once``: and of equal rows one."""
        wanted = {name: self.columns[name] for name in self.columns if name in set(names)}
        dropped = len(wanted) < len(self.columns)
        self.columns = wanted
        if once and dropped and self.count > _WORTH_UNITING:
            if not wanted:
                self.count = min(self.count, 1)
            else:
                self.take(first_of_each(list(wanted.values())))


def distinct(column: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """The numbers in a column, ascending and each once, and the place of each row's among them."""
    most = int(column.max()) + 1 if len(column) else 0
    if most > _SPARSE * len(column):
        return np.unique(column, return_inverse=True)
    # Where the numbers are dense, a mark for each is sooner set than they are sorted.
    marks = np.zeros(most, np.bool_)
    marks[column] = True
    numbers = np.flatnonzero(marks)
    places = np.empty(most, np.intp)
    places[numbers] = np.arange(len(numbers))
    return numbers.astype(column.dtype), places[column]


def groups(columns: Sequence[npt.NDArray[Any]]) -> tuple[npt.NDArray[np.intp], int]:
    """For each row the number of its group, of rows that are equal in all columns; and how many."""
    found, of = distinct(columns[0])
    for column in columns[1:]:
        others, other = distinct(column)
        found, of = distinct(of * np.int64(max(1, len(others))) + other)
    return of, len(found)


def first_of_each(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.intp]:
    """The places of one row of each group, in the order of the groups."""
    of, count = groups(columns)
    first = np.empty(count, np.intp)
    first[of[::-1]] = np.arange(len(of) - 1, -1, -1)
    return first


def join(
    rows: Rows | None,
    patterns: Sequence[Pattern],
    needed: frozenset[str],
    filters: Filters,
    *,
    once: bool,
) -> Rows:
    """The solutions of *patterns* that agree with *rows*, of which ``needed`` columns are wanted.

    ``once``: equal solutions count once.
    """
    left = list(patterns)
    while left:
        best = left[0]
        if len(left) > 1:
            bound, size = (None, 1) if rows is None else (frozenset(rows.columns), rows.count)
            best = min(left, key=lambda pattern: _estimate(pattern, bound, size))
        left.remove(best)
        rows = _first(best) if rows is None else _further(rows, best)
        filters.apply(rows)
        later = frozenset().union(*(pattern.variables for pattern in left))
        rows.keep(needed | later | filters.waiting, once=once)
        if not rows.count:
            for name in needed.union(*(pattern.variables for pattern in left)):
                rows.columns.setdefault(name, _NONE)
                rows.kinds.setdefault(name, 0)
            break
    assert rows is not None
    return rows


def planned(patterns: Sequence[Pattern]) -> list[tuple[str, float]]:
    """The patterns in their order, each with the solutions expected after it."""
    order: list[tuple[str, float]] = []
    left, size = list(patterns), 1.0
    bound: frozenset[str] | None = None
    while left:
        best = min(left, key=lambda pattern: _estimate(pattern, bound, size))
        size = _estimate(best, bound, size)
        order.append((best.text, size))
        left.remove(best)
        bound = (bound or frozenset()) | best.variables
    return order


class Filters:
    """Conditions on solutions, each applied as soon as its variables have values."""

    def apply(self, rows: Rows) -> None:
        """Keep the rows that meet the conditions that can be judged now."""

    @property
    def waiting(self) -> frozenset[str]:
        """The variables of the conditions that could not be judged yet."""
        return frozenset()


def _estimate(pattern: Pattern, bound: frozenset[str] | None, size: float) -> float:
    """How many solutions so many become with *pattern*, by the averages of its property.

    ``bound`` are the variables that have values; ``None`` where nothing is there yet.
    """
    known = pattern.verb
    if known is None:
        return 0.0
    given = bound or frozenset()
    at_subject = not isinstance(pattern.subject, str) or pattern.subject in given
    at_object = not isinstance(pattern.object, str) or pattern.object in given
    pairs = float(pattern.pairs)
    if bound is None:
        return pairs
    if at_subject and at_object:
        # Whether it is so, for each: a share, and it costs next to nothing.
        return size * min(1.0, pairs / max(1, known.subjects))
    if at_subject and isinstance(pattern.subject, str):
        return size * pairs / max(1, known.subjects)
    if at_object and isinstance(pattern.object, str):
        return size * pairs / max(1, known.objects)
    return size * pairs * 1e6  # not connected: last


def _slice(pairs: tuple[Ids, Ids], number: int) -> Ids:
    """What goes with *number*."""
    keys, values = pairs
    begin, end = np.searchsorted(keys, np.array((number, number + 1), np.int32))
    return values[begin:end]


_NONE: Ids = np.zeros(0, np.int32)


def _first(pattern: Pattern) -> Rows:
    known, subject, value = pattern.verb, pattern.subject, pattern.object
    kinds = {subject: IRI | BLANK} if isinstance(subject, str) else {}
    if isinstance(value, str):
        kinds[value] = known.kinds if known is not None else 0
    if known is None:
        return Rows(0, {name: _NONE for name in pattern.variables}, kinds)
    if isinstance(subject, str) and isinstance(value, str):
        return Rows(known.pairs, {subject: known.by_subject[0], value: known.by_subject[1]}, kinds)
    if isinstance(subject, str):
        found = _slice(known.by_object, value)  # type: ignore[arg-type]
        return Rows(len(found), {subject: found}, kinds)
    found = _slice(known.by_subject, subject)
    if isinstance(value, str):
        return Rows(len(found), {value: found}, kinds)
    return Rows(int(np.count_nonzero(found == value)), {}, {})


def _further(rows: Rows, pattern: Pattern) -> Rows:
    """*rows* joined with one more pattern, in place."""
    known, subject, value = pattern.verb, pattern.subject, pattern.object
    if known is None:
        return _joined_with(rows, _first(pattern))
    from_subject = isinstance(subject, str) and subject in rows.columns
    from_object = isinstance(value, str) and value in rows.columns
    if from_subject and isinstance(value, int):
        rows.take(_among(rows.columns[str(subject)], _slice(known.by_object, value)))
        return rows
    if from_object and isinstance(subject, int):
        rows.take(_among(rows.columns[str(value)], _slice(known.by_subject, subject)))
        return rows
    if from_subject:
        return _expand(rows, known, str(subject), str(value), subjects=True)
    if from_object:
        return _expand(rows, known, str(value), str(subject), subjects=False)
    return _joined_with(rows, _first(pattern))


def _among(column: Ids, among: Ids) -> npt.NDArray[np.bool_]:
    """Of each number whether it is in a sorted array."""
    if not len(among):
        return np.zeros(len(column), np.bool_)
    at = np.searchsorted(among, column)
    at[at == len(among)] = 0
    return cast("npt.NDArray[np.bool_]", among[at] == column)


def _expand(rows: Rows, known: Property, source: str, target: str, *, subjects: bool) -> Rows:
    """*rows* with what each value of *source*, a subject or an object, is paired with."""
    values = (known.by_subject if subjects else known.by_object)[1]
    begin, counts = known.reach(rows.columns[source], subjects=subjects)
    both = target in rows.columns
    total = int(counts.sum())
    if total > MOST_ROWS:
        raise LeftToEngine("more solutions at a time than are held")
    if total == rows.count and (not total or int(counts.max()) == 1):
        found = values[begin]
    else:
        before = np.cumsum(counts) - counts
        found = values[np.repeat(begin - before, counts) + np.arange(total)]
        rows.take(np.repeat(np.arange(rows.count), counts))
    if both:
        rows.take(rows.columns[target] == found)
    else:
        rows.columns[target] = found
        rows.kinds[target] = known.kinds if subjects else IRI | BLANK
        rows.count = total
    return rows


def _joined_with(rows: Rows, other: Rows) -> Rows:
    """Two sets of solutions that have no variable in common: each with each."""
    total = rows.count * other.count
    if total > MOST_ROWS:
        raise LeftToEngine("more solutions at a time than are held")
    left = np.repeat(np.arange(rows.count), other.count)
    right = np.tile(np.arange(other.count), rows.count)
    rows.take(left)
    rows.columns |= {name: column[right] for name, column in other.columns.items()}
    rows.kinds |= other.kinds
    rows.count = total
    return rows


def is_true_of(rows: Rows, patterns: Sequence[Pattern]) -> npt.NDArray[np.bool_]:
    """Of each row whether the patterns have a solution that agrees with it."""
    names = sorted(frozenset().union(*(p.variables for p in patterns)) & set(rows.columns))
    wanted = [rows.columns[name] for name in names]
    first, (of, _) = first_of_each(wanted), groups(wanted)
    seed = Rows(
        len(first),
        {name: rows.columns[name][first] for name in names}
        | {"": np.arange(len(first), dtype=np.int32)},
        {name: rows.kinds[name] for name in names},
    )
    found = join(seed, patterns, frozenset({""}), Filters(), once=True)
    true = np.zeros(len(first), np.bool_)
    true[found.columns[""]] = True
    return true[of]
