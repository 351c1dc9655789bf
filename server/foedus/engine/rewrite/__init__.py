"""Rewriting before evaluation: the same answer, sooner.

=================  ==========================================================================
:mod:`.syntax`     the groups of a query, where they are fully understood
:mod:`.order`      the most selective triple pattern first, counted in the data
:mod:`.nesting`    EXISTS one pattern at a time; unions whose branches begin where the query is
:mod:`.sorting`    ORDER BY in an order that is one, so that no sort can end the process
:mod:`.counts`     how often a property has a value, asked of the store and remembered
=================  ==========================================================================

Each is proven equal in its module and tested on random queries over random data. A query, or a
part, of any other form is left to the engine as it was written. What the specification leaves open
(the order of rows without ORDER BY, and so which rows a LIMIT keeps) may come out otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from foedus.engine.errors import QueryError
from foedus.engine.parsing import is_query
from foedus.engine.rewrite.counts import Counts
from foedus.engine.rewrite.nesting import nested
from foedus.engine.rewrite.order import Choose, ordered, rarest
from foedus.engine.rewrite.sorting import sorted_totally
from foedus.engine.rewrite.syntax import NotUnderstood, Term, Triple, read
from foedus.engine.templates import Shapes, Template, template
from foedus.engine.tokens import scan

_LONGEST = 20_000  # characters: a longer text is data rather than patterns
# What the rewritings begin with; most light queries have neither, and are not worth reading.
_WORTH = re.compile(r"EXISTS|UNION|ORDER", re.IGNORECASE)
_NAME = r"(?:<[^<>\s]*>|[\w-]*:[\w.-]*)"
_VALUE = re.compile(rf"(?<![\w-]){_NAME}\s+(?:{_NAME}|\"[^\"]*\"\S*)\s*[;.,}}]")
_MOST_ORDERS = 50
_NESTED = (
    "EXISTS is looked up one pattern at a time, from what is bound; in a branch of UNION what adds "
    "no binding is a condition."
)
_SORTED = "ORDER BY got a key that keeps apart what cannot be compared: the engine's sort needs it."


def rewrite(text: str, counts: Counts | None = None) -> str:
    """A query with the answer of *text* that the engine evaluates sooner, or *text* itself.

    ``counts`` knows the data that will be asked; without it only the shape of the query counts.
    A text that is no query comes back unchanged: its errors are told of what was written.
    """
    if len(text) > _LONGEST or not _may_gain(text):
        return text
    known = counts or Counts()
    try:
        known = known.within(list(scan(text)))
        rewritten = _rewritten(text, lambda rivals: rarest(rivals, known))
    except (NotUnderstood, QueryError):
        return text
    if rewritten == text:
        return text
    return rewritten if is_query(text) and is_query(rewritten) else text


def _rewritten(text: str, choose: Choose) -> str:
    query = read(text, list(scan(text)))
    understood = str(query)
    ordered(query.pattern, choose)
    nested(query.pattern)
    rewritten = str(sorted_totally(query))
    return text if rewritten == understood else rewritten


def _may_gain(text: str) -> bool:
    """Whether it may be worth reading; it need not be exact, since reading decides."""
    return _WORTH.search(text) is not None or len(_VALUE.findall(text)) > 1


@dataclass(slots=True)
class _Shape:
    """What is known of the queries of one shape: among which patterns there is a choice, the
    counts of its names, and how it is rewritten for each outcome."""

    choices: list[list[Triple]]
    counts: Counts
    rewritten: dict[tuple[int, ...], str] = field(default_factory=dict)


class Rewriter:
    """:func:`rewrite` for many queries: what does not depend on constants is done once."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._shapes = Shapes(self._shape)

    def __call__(self, text: str) -> str:
        """A query with the answer of *text* that the engine evaluates sooner, or *text* itself."""
        split = template(text)
        if split is None:
            return rewrite(text, self._counts)
        shape = self._shapes(split.text)
        if shape is None:
            return text
        outcome = tuple(
            rarest([_filled(triple, split) for triple in rivals], shape.counts)
            for rivals in shape.choices
        )
        found = shape.rewritten.get(outcome)
        if found is None:
            chosen = iter(outcome)
            found = _rewritten(split.text, lambda _: next(chosen))
            if not is_query(found):
                found = split.text
            if len(shape.rewritten) >= _MOST_ORDERS:
                shape.rewritten.clear()
            shape.rewritten[outcome] = found
        return text if found == split.text else split.fill(found)

    def told(self, text: str) -> tuple[str, list[str]]:
        """*text* as rewritten, and what was done to it and why."""
        rewritten = self(text)
        if rewritten == text:
            return text, []
        said: list[str] = []
        counts = self._counts.within(list(scan(text)))

        def choose(rivals: list[Triple]) -> int:
            best = rarest(rivals, counts)
            if best:
                said.append(f"{rivals[best]} goes before {rivals[0]} It has fewer matches.")
            return best

        query = read(text, list(scan(text)))
        ordered(query.pattern, choose)
        before = str(query)
        nested(query.pattern)
        if str(query) != before:
            said.append(_NESTED)
            before = str(query)
        if str(sorted_totally(query)) != before:
            said.append(_SORTED)
        return rewritten, said

    def _shape(self, text: str) -> _Shape | None:
        if not _may_gain(text) or not is_query(text):
            return None
        choices: list[list[Triple]] = []

        def note(rivals: list[Triple]) -> int:
            choices.append(rivals)
            return 0

        try:
            tokens = list(scan(text))
            if _rewritten(text, note) == text and not choices:
                return None
            return _Shape(choices, self._counts.within(tokens))
        except (NotUnderstood, QueryError):
            return None


def _filled(triple: Triple, split: Template) -> Triple:
    verb, value = (Term(t.kind, split.fill(t.text)) for t in (triple.verb, triple.object))
    return Triple(triple.subject, verb, value)
