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

from foedus.engine.errors import QueryError
from foedus.engine.parsing import is_query
from foedus.engine.rewrite.counts import Counts
from foedus.engine.rewrite.nesting import nested
from foedus.engine.rewrite.order import ordered
from foedus.engine.rewrite.sorting import sorted_totally
from foedus.engine.rewrite.syntax import NotUnderstood, read
from foedus.engine.tokens import scan

_LONGEST = 20_000  # characters: a longer text is data rather than patterns
# What the rewritings begin with; most light queries have neither, and are not worth reading.
_WORTH = re.compile(r"EXISTS|UNION|ORDER", re.IGNORECASE)
_NAME = r"(?:<[^<>\s]*>|[\w-]*:[\w.-]*)"
_VALUE = re.compile(rf"(?<![\w-]){_NAME}\s+(?:{_NAME}|\"[^\"]*\"\S*)\s*[;.,}}]")


def rewrite(text: str, counts: Counts | None = None) -> str:
    """A query with the answer of *text* that the engine evaluates sooner, or *text* itself.

    ``counts`` knows the data that will be asked; without it only the shape of the query counts.
    A text that is no query comes back unchanged: its errors are told of what was written.
    """
    if len(text) > _LONGEST or not _may_gain(text):
        return text
    try:
        tokens = list(scan(text))
        query = read(text, tokens)
        understood = str(query)
        counts = (counts or Counts()).within(tokens)
        ordered(query.pattern, counts)
        nested(query.pattern)
        rewritten = str(sorted_totally(query))
    except (NotUnderstood, QueryError):
        return text
    if rewritten == understood:
        return text
    return rewritten if is_query(text) and is_query(rewritten) else text


def _may_gain(text: str) -> bool:
    """Whether it may be worth reading; it need not be exact, since reading decides."""
    return _WORTH.search(text) is not None or len(_VALUE.findall(text)) > 1
