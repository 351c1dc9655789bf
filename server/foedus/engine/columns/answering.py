"""The answer to a query of a known shape: solutions, grouped, ordered and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from foedus.engine.columns.conditions import Evaluator, Judge
from foedus.engine.columns.joins import (
    LeftToEngine,
    Pattern,
    Rows,
    distinct,
    first_of_each,
    groups,
    is_true_of,
    join,
    planned,
)
from foedus.engine.columns.shapes import Comparison, Shape, understood
from foedus.engine.columns.store import DATE, INTEGER, IRI, Columns
from foedus.engine.columns.terms import Terms
from foedus.engine.parsing import is_query
from foedus.engine.rewrite.syntax import Term, Triple
from foedus.engine.templates import Shapes, Template, template
from foedus.engine.tokens import scan

#: Expected solutions above which an answer that an engine could begin at once is left to it.
MOST_UNORDERED = 500_000


class Answering:
    """Answers queries over the default graph of a dataset from its columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._terms = Terms(columns)
        self._evaluator = Evaluator(columns, self._terms)
        self._shapes = Shapes(_understood)

    def answer(self, text: str) -> bytes | None:
        """The answer as SPARQL 1.1 Query Results TSV; ``None`` for what is left to the engine."""
        found = self._shape(text)
        if found is None:
            return None
        try:
            return self._written(found, self._solutions(found))
        except LeftToEngine:
            return None

    def plan(self, text: str) -> dict[str, Any] | None:
        """How it would be answered from columns; ``None`` where it is not.

        The entries are those of :func:`foedus.engine.planning.plan`.
        """
        found = self._shape(text)
        if found is None:
            return None
        try:
            patterns = self._patterns(found)
            expected = planned(patterns)
        except LeftToEngine:
            return None
        if not found.blocks and expected[-1][1] > MOST_UNORDERED:
            return None
        kinds = (
            (found.group is not None, "It groups or counts"),
            (bool(found.order), "It sorts"),
            (found.distinct, "It keeps of equal rows one"),
            (bool(found.exists), "It asks of each row whether something exists"),
        )
        why = [f"{said}, for which all solutions are joined at once." for so, said in kinds if so]
        pairs = {pattern.text: pattern.pairs for pattern in patterns}
        return {
            "because": why
            or ["It searches in texts, of which only those that may match are read."],
            "patterns": [
                {"pattern": name, "matches": pairs[name], "solutions": round(size, 1)}
                for name, size in expected
            ],
            "rewritings": [
                "The pattern with the fewest triples first, then the one that leaves the fewest "
                "solutions; each condition as soon as its variables have values."
            ],
        }

    def matches(self, text: str, triples: Sequence[Triple]) -> list[int | None]:
        """How many triples match each pattern by itself, with the prefixes of *text*."""
        if not self._columns.there():
            return [None] * len(triples)
        tokens = list(scan(text))
        self._terms.prefixes = {
            name.text[:-1]: iri.text[1:-1]
            for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
            if word.is_word("PREFIX")
        }
        return [self._matches(triple) for triple in triples]

    def _matches(self, triple: Triple) -> int | None:
        if triple.verb.kind not in ("iri", "name", "a"):
            return None
        try:
            return self._pattern(triple).pairs
        except LeftToEngine:
            return None

    def _shape(self, text: str) -> Shape | None:
        if not (split := template(text)):
            return None
        shape = self._shapes(split.text)
        # What most queries are is told by their shape alone: no column need be there for them.
        if shape is None or not self._columns.there():
            return None
        if self._terms.too_many:
            self._terms.forget()
            self._evaluator.forget()
        return _filled(shape, split)

    def _solutions(self, shape: Shape) -> Rows:
        self._terms.prefixes = shape.prefixes
        patterns = self._patterns(shape)
        if not shape.blocks and planned(patterns)[-1][1] > MOST_UNORDERED:
            raise LeftToEngine("an answer that the engine can begin with at once")
        once = shape.distinct or (shape.group is not None and _counts_only_distinct(shape))
        judge = Judge(shape.conditions, self._evaluator, shape.prologue)
        outer = frozenset().union(*(pattern.variables for pattern in patterns))
        needed = (shape.asked - frozenset(shape.counts)).union(
            (bind.source for bind in shape.binds), *(e.variables & outer for e in shape.exists)
        )
        rows = join(None, patterns, needed & outer, judge, once=once)
        for exists in shape.exists:
            inner = [self._pattern(triple) for triple in exists.triples]
            true = is_true_of(rows, inner) if rows.count else np.zeros(0, np.bool_)
            rows.take(~true if exists.negated else true)
        for bind in shape.binds:
            self._evaluator.bind(bind, rows, shape.prologue)
        judge.apply(rows)
        return rows

    def _patterns(self, shape: Shape) -> list[Pattern]:
        self._terms.prefixes = shape.prefixes
        return [self._pattern(triple) for triple in shape.triples]

    def _pattern(self, triple: Triple) -> Pattern:
        verb = self._columns.properties.get(self._terms.number(triple.verb))
        subject, value = (
            self._terms.number(term) if term.variable is None else term.variable
            for term in (triple.subject, triple.object)
        )
        if subject == value:
            raise LeftToEngine("one variable twice")
        return Pattern(subject, verb, value, str(triple))

    def _written(self, shape: Shape, rows: Rows) -> bytes:
        counts: dict[str, npt.NDArray[np.int64]] = {}
        if shape.group is not None:
            rows, counts = _grouped(shape, rows)
        elif shape.distinct and rows.count:
            rows.take(first_of_each([rows.columns[name] for name in shape.variables]))
        if shape.binds:
            in_order = self._settled(shape, rows)
            rows.take(in_order)
            counts = {name: count[in_order] for name, count in counts.items()}
        order = self._order(shape, rows, counts)
        end = None if shape.limit is None else shape.offset + shape.limit
        order = order[shape.offset : end]
        written: list[list[bytes]] = []
        for name in shape.variables:
            if name in counts:
                written.append([b"%d" % count for count in counts[name][order].tolist()])
            else:
                numbers, of = distinct(rows.columns[name][order])
                texts = self._terms.texts(numbers)
                written.append([texts[place] for place in of.tolist()])
        lines = map(b"\t".join, zip(*written, strict=True))
        head = b"\t".join(b"?" + name.encode() for name in shape.variables)
        return b"\n".join((head, *lines, b""))

    def _settled(self, shape: Shape, rows: Rows) -> npt.NDArray[np.intp]:
        """The places of the rows in an order that the same question always has.

        Terms that expressions made are numbered as they come, in each process otherwise.
        """
        made = {bind.target for bind in shape.binds}
        keys: list[npt.NDArray[Any]] = []
        for name, column in sorted(rows.columns.items()):
            if name in made:
                numbers, of = distinct(column)
                texts = self._terms.texts(numbers)
                ranks = np.empty(len(texts), np.intp)
                ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
                keys.append(ranks[of])
            else:
                keys.append(column)
        return np.lexsort(keys) if keys else np.arange(rows.count)

    def _order(
        self, shape: Shape, rows: Rows, counts: dict[str, npt.NDArray[np.int64]]
    ) -> npt.NDArray[np.intp]:
        """The places of the rows in the order that is asked (SPARQL 1.1 Query, section 15.1)."""
        keys: list[npt.NDArray[Any]] = []
        for name, descends in shape.order:
            if name in counts:
                key: npt.NDArray[Any] = counts[name]
            elif rows.kinds.get(name) in (DATE, INTEGER):
                key = self._columns.values[rows.columns[name]]
            elif rows.count and self._all_iris(rows.columns[name]):
                key = self._columns.ranks[rows.columns[name]]
            elif rows.count:
                raise LeftToEngine("an order of other values than days, numbers and IRIs")
            else:
                key = np.zeros(0, np.int64)
            keys.append(-key.astype(np.int64) if descends else key)
        places = np.arange(rows.count)
        if not keys:
            return places
        if shape.limit is not None and shape.offset + shape.limit < rows.count:
            most = shape.offset + shape.limit
            if not most:
                return places[:0]
            # What comes after the last that is wanted, by the first key alone, need not be sorted.
            last = np.partition(keys[0], most - 1)[most - 1]
            places = np.flatnonzero(keys[0] <= last)
        return places[np.lexsort([key[places] for key in reversed(keys)])]

    def _all_iris(self, column: npt.NDArray[np.int32]) -> bool:
        if int(column.max()) >= self._columns.count:
            return False
        return bool((self._columns.kinds[column] == IRI).all())


def _understood(text: str) -> Shape | None:
    """The shape, of what the engine's parser takes: what is no query has no answer."""
    shape = understood(text)
    return shape if shape is not None and is_query(text) else None


def _counts_only_distinct(shape: Shape) -> bool:
    """Whether a group may lose solutions that are like others of it."""
    return all(count.distinct for count in shape.counts.values())


def _grouped(shape: Shape, rows: Rows) -> tuple[Rows, dict[str, npt.NDArray[np.int64]]]:
    """One row for each group (section 18.5), and its counts."""
    group = shape.group or []
    if group:
        named = [rows.columns[name] for name in group]
        first, (of, _) = first_of_each(named), groups(named)
    else:  # one group, of nothing too
        first, of = np.zeros(1, np.intp), np.zeros(rows.count, np.intp)
    counts: dict[str, npt.NDArray[np.int64]] = {}
    for name, count in shape.counts.items():
        members = of
        if count.distinct and count.of is not None and rows.count:
            members = of[first_of_each([of, rows.columns[count.of]])]
        counts[name] = np.bincount(members, minlength=len(first)).astype(np.int64)
    columns = {name: rows.columns[name][first] for name in group}
    return Rows(len(first), columns, {name: rows.kinds[name] for name in group}), counts


def _filled(shape: Shape, split: Template) -> Shape:
    """The shape with the constants of one query."""
    if not split.constants:
        return shape
    fill = split.fill

    def term(written: Term) -> Term:
        return Term(written.kind, fill(written.text))

    def triple(written: Triple) -> Triple:
        return Triple(term(written.subject), term(written.verb), term(written.object))

    def comparison(written: Comparison | None) -> Comparison | None:
        return written and replace(written, right=term(written.right))

    return replace(
        shape,
        triples=[triple(t) for t in shape.triples],
        conditions=[
            replace(c, text=fill(c.text), compared=comparison(c.compared)) for c in shape.conditions
        ],
        binds=[replace(bind, text=fill(bind.text)) for bind in shape.binds],
        exists=[replace(e, triples=tuple(map(triple, e.triples))) for e in shape.exists],
    )
