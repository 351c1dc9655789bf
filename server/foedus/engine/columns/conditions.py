"""FILTER and BIND over columns.

Days, integers and IRIs are compared as numbers. Any other expression, of one variable, is asked of
the engine itself, once for each value that occurs; where a text is searched for, the values in
which it cannot be are found out beforehand. So no function is defined twice.
"""

from __future__ import annotations

import operator
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.engine.columns.joins import Filters, LeftToEngine, Rows, distinct
from foedus.engine.columns.shapes import Bound, Comparison, Condition
from foedus.engine.columns.store import BLANK, DATE, INTEGER, IRI, Columns, Ids
from foedus.engine.columns.terms import Terms

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NODES = IRI | BLANK
_MOST_VALUES = 50_000  # asked of the engine for one expression
_TEXTS = 8  # haystacks, and expressions whose values are remembered
_SEARCH = re.compile(
    r"""(REGEX|CONTAINS|STRSTARTS)\s*\(\s*(?:(?:STR|LCASE)\s*\(\s*)*\?\w+[\s)]*,\s*"([^"\\]*)"
        \s*(?:,\s*"([a-z]*)"\s*)?\)""",
    re.VERBOSE | re.IGNORECASE,
)
_LITERAL = re.compile(r"\^?([A-Za-z0-9 ]+)")
_NOTHING = ox.Store()


class Judge(Filters):
    """The conditions of one query, and those of them that wait for values."""

    def __init__(self, conditions: Sequence[Condition], evaluator: Evaluator, prologue: str):
        self._left = list(conditions)
        self._evaluator, self._prologue = evaluator, prologue

    @property
    def waiting(self) -> frozenset[str]:
        """Their variables."""
        return frozenset().union(*(condition.variables for condition in self._left))

    def apply(self, rows: Rows) -> None:
        """Keep the rows that meet those that can be judged now."""
        have = rows.columns.keys()
        now = [condition for condition in self._left if condition.variables <= have]
        if now:
            self._left = [condition for condition in self._left if condition not in now]
            # The cheap ones first.
            for condition in sorted(now, key=lambda c: c.compared is None):
                rows.take(self._evaluator.is_true(condition, rows, self._prologue))


class Evaluator:
    """Evaluates conditions and expressions over *columns*, and remembers what pays."""

    def __init__(self, columns: Columns, terms: Terms) -> None:
        self._columns, self._terms = columns, terms
        self._haystacks: OrderedDict[bytes, tuple[str, npt.NDArray[np.int64]]] = OrderedDict()
        self._results: OrderedDict[str, tuple[Ids, Ids]] = OrderedDict()

    def is_true(self, condition: Condition, rows: Rows, prologue: str) -> npt.NDArray[np.bool_]:
        """Of each row whether a condition is true."""
        if not rows.count:
            return np.zeros(0, np.bool_)
        if condition.compared is not None:
            compared = self._compared(condition.compared, rows, prologue)
            if compared is not None:
                return compared
        if len(condition.variables) != 1:
            raise LeftToEngine("a comparison of values that are no days, numbers or IRIs")
        (name,) = condition.variables
        values, of = distinct(rows.columns[name])
        places = self._candidates(condition.text, values)
        true = np.zeros(len(values), np.bool_)
        if len(places):
            true[
                places[self._asked(f"FILTER({condition.text})", name, values[places], prologue)]
            ] = True
        return cast("npt.NDArray[np.bool_]", true[of])

    def bind(self, bound: Bound, rows: Rows, prologue: str) -> None:
        """Add the column of a BIND; its values are remembered, for the same ones come again."""
        wanted, of = distinct(rows.columns[bound.source])
        if len(wanted) > _MOST_VALUES:  # all, not the new ones: it must not depend on the past
            raise LeftToEngine("an expression of very many values")
        key = f"{prologue} {bound.source} {bound.text}"
        known, values = self._results.get(key, (_NONE, _NONE))
        new = np.setdiff1d(wanted, known, assume_unique=True)
        if len(new):
            found = self._values(bound, new, prologue)
            known, values = np.concatenate((known, new)), np.concatenate((values, found))
            order = np.argsort(known)
            known, values = known[order], values[order]
        self._results[key] = known, values
        self._results.move_to_end(key)
        while len(self._results) > _TEXTS:
            self._results.popitem(last=False)
        rows.columns[bound.target] = values[np.searchsorted(known, wanted)][of]
        rows.kinds[bound.target] = 0

    def forget(self) -> None:
        """Forget the values of expressions, whose terms are no longer known."""
        self._results.clear()

    def _compared(
        self, compared: Comparison, rows: Rows, prologue: str
    ) -> npt.NDArray[np.bool_] | None:
        """The comparison by numbers; ``None`` where the engine has to be asked."""
        kinds, column = rows.kinds[compared.left], rows.columns[compared.left]
        compare = _OPERATORS[compared.operator]
        by_name = compared.operator in ("=", "!=")
        other = compared.right.variable
        if other is not None:
            kinds |= rows.kinds[other]
            if kinds in (DATE, INTEGER):
                values = self._columns.values
                return cast(
                    "npt.NDArray[np.bool_]", compare(values[column], values[rows.columns[other]])
                )
            if by_name and kinds and not kinds & ~_NODES:
                return cast("npt.NDArray[np.bool_]", compare(column, rows.columns[other]))
            raise LeftToEngine("a comparison of values that are no days, numbers or IRIs")
        if kinds in (DATE, INTEGER):
            kind, value = self._terms.value(compared.right)
            if kind == kinds:
                return cast("npt.NDArray[np.bool_]", compare(self._columns.values[column], value))
        elif by_name and kinds and not kinds & ~_NODES and compared.right.kind in ("iri", "name"):
            return cast(
                "npt.NDArray[np.bool_]", compare(column, self._terms.number(compared.right))
            )
        return None

    def _candidates(self, text: str, values: Ids) -> npt.NDArray[np.intp]:
        """The places of the values of which a condition may be true."""
        found = _SEARCH.fullmatch(text.strip())
        needle, begins = _needle(found) if found else ("", False)
        if not needle:
            return np.arange(len(values))
        key = values.tobytes()
        if key not in self._haystacks:
            texts = [text.decode().casefold() for text in self._terms.texts(values)]
            # Each behind a line break of its own, and the mark that begins it.
            lengths = np.fromiter((len(t) + 1 for t in texts), np.int64, len(texts))
            self._haystacks[key] = "\n" + "\n".join(texts), np.cumsum(lengths)
            while len(self._haystacks) > _TEXTS:
                self._haystacks.popitem(last=False)
        self._haystacks.move_to_end(key)
        haystack, ends = self._haystacks[key]
        wanted = [f'\n"{needle}', f"\n<{needle}"] if begins else [needle]
        places: list[int] = []
        for one in wanted:
            at = haystack.find(one)
            while at >= 0:
                places.append(at)
                at = haystack.find(one, at + 1)
        which = np.searchsorted(ends, np.array(places, np.int64), "right")
        return distinct(which)[0]

    def _values(self, bound: Bound, numbers: Ids, prologue: str) -> Ids:
        lines = self._ask(
            f"BIND({bound.text} AS ?{bound.target})", bound.source, bound.target, numbers, prologue
        )
        values = np.full(len(numbers), -1, np.int32)
        for place, text in lines:
            values[place] = self._terms.number_of(text) if text else -1
        if len(values) and values.min() < 0:
            raise LeftToEngine("an expression without a value")
        return values

    def _asked(self, clause: str, name: str, numbers: Ids, prologue: str) -> npt.NDArray[np.intp]:
        lines = self._ask(clause, name, name, numbers, prologue)
        return np.fromiter((place for place, _ in lines), np.intp)

    def _ask(
        self, clause: str, name: str, wanted: str, numbers: Ids, prologue: str
    ) -> list[tuple[int, bytes]]:
        """What the engine answers for each of these values: their places, and a value."""
        if len(numbers) > _MOST_VALUES:
            raise LeftToEngine("an expression of very many values")
        texts = self._terms.texts(numbers)
        if any(text[:2] in (b"_:", b"<<") for text in texts):
            raise LeftToEngine("an expression of a blank node")
        data = b" ".join(b"(%d %b)" % (place, text) for place, text in enumerate(texts)).decode()
        query = (
            f"{prologue} SELECT ?foedus_place ?{wanted} "
            f"{{ VALUES (?foedus_place ?{name}) {{ {data} }} {clause} }}"
        )
        try:
            found = _NOTHING.query(query)
            assert isinstance(found, ox.QuerySolutions)
            document = found.serialize(format=ox.QueryResultsFormat.TSV) or b""
        except (SyntaxError, RuntimeError, OSError, ValueError):
            raise LeftToEngine("an expression that the engine does not take") from None
        lines = (line.split(b"\t") for line in document.split(b"\n")[1:] if line)
        return [(int(place), value) for place, value in lines]


_NONE: Ids = np.zeros(0, np.int32)


def _needle(found: re.Match[str]) -> tuple[str, bool]:
    """A text that stands, in any case of its letters, in every value that is found.

    And whether it stands at its beginning. Of a regular expression (XPath Functions 3.1, section
    5.6.1) it is what it begins with, but for the last character, which a quantifier may make
    optional; nothing where there are alternatives.
    """
    name, text, flags = found[1].upper(), found[2], found[3] or ""
    if name != "REGEX":
        plain = re.fullmatch("[A-Za-z0-9 ]+", text)
        return (text.casefold() if plain else ""), name == "STRSTARTS"
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            return "", False
    begin = _LITERAL.match(text)
    if begin is None or "[" in text or set(flags) - set("i"):
        return "", False
    whole = begin.end() == len(text)
    return (begin[1] if whole else begin[1][:-1]).casefold(), text[0] == "^"
