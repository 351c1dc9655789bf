"""The one substitution of Foedus: in a query, ``?at`` is a day.

``foedus query --at 1958-06-01``, ``?at=1958-06-01`` of the endpoint, and ``at`` of a competency
question put the literal ``"1958-06-01"^^xsd:date`` in the place of the variable ``?at`` wherever it
is read; in a SELECT clause it becomes a column that holds the day. Without a day given the end of
knowledge of the release is used, never the clock.

A query that gives ``?at`` a value of its own (``VALUES ?at``, ``BIND(… AS ?at)``), or makes it the
subject of a triple, keeps it: nothing is substituted. So any query that carries a
``VALUES ?at { … }`` runs unchanged everywhere.

The substitution works on tokens, for every engine alike. (pyoxigraph's ``substitutions=`` follows
SPARQL-dev SEP-0007, which only allows variables of the projection: it refuses
``SELECT ?m { … FILTER(?b <= ?at) }``.)
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from foedus.engine.tokens import Token

VARIABLE = "at"
_XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"


def literal(day: datetime.date) -> str:
    """The day as SPARQL writes it."""
    return f'"{day.isoformat()}"^^<{_XSD_DATE}>'


def asks_for_a_day(tokens: Sequence[Token]) -> bool:
    """Whether the query reads ``?at`` and gives it no value itself."""
    here = [i for i, token in enumerate(tokens) if _is_at(token)]
    return bool(here) and not any(_is_its_own(tokens, i) for i in here)


def substitute(text: str, tokens: Sequence[Token], day: datetime.date) -> str:
    """*text* with the day in the place of ``?at``; unchanged where the query has its own."""
    if not asks_for_a_day(tokens):
        return text
    pieces: list[str] = []
    position, clause, parentheses = 0, "", 0
    for token in tokens:
        if token.kind == "word" and token.upper in _CLAUSES:
            clause = token.upper
        elif token.text in ("{", "}"):
            clause = ""
        parentheses += (token.text == "(") - (token.text == ")")
        if not _is_at(token):
            continue
        pieces.append(text[position : token.start])
        if clause == "SELECT" and not parentheses:
            pieces.append(f"({literal(day)} AS ?{VARIABLE})")
        elif clause in ("GROUP", "ORDER") and not parentheses:
            pieces.append(f"({literal(day)})")
        else:
            pieces.append(literal(day))
        position = token.end
    return "".join(pieces) + text[position:]


_CLAUSES = frozenset({"SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FROM"})


def _is_at(token: Token) -> bool:
    return token.kind == "variable" and token.text[1:] == VARIABLE


def _is_its_own(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1] if index else None
    if before is None:
        return False
    if before.is_word("AS", "VALUES") or before.text in ("{", "}", "."):
        return True
    if before.text == ";" or before.is_word("GRAPH", "SERVICE", "DESCRIBE"):
        return True
    return _in_head_of_values(tokens, index)


def _in_head_of_values(tokens: Sequence[Token], index: int) -> bool:
    """Whether the variable stands in ``VALUES (?a ?at) { … }``."""
    while index and tokens[index - 1].kind == "variable":
        index -= 1
    return index >= 2 and tokens[index - 1].text == "(" and tokens[index - 2].is_word("VALUES")
