"""Syntax errors that teach: what was meant, where the engine only says what it could not read.

The engine's parser gives up where its last attempt failed, which is often behind the mistake, and
lists what that attempt wanted. Here the tokens up to that place are looked at once more for the
mistakes that people make. Nothing here decides whether a query is right: it is already refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from foedus.engine.errors import QuerySyntaxError
from foedus.engine.lessons import LESSONS
from foedus.engine.tokens import Token, place, scan


def taught(error: QuerySyntaxError) -> QuerySyntaxError:
    """*error* with the mistake named and what to write instead, where that can be told."""
    if not error.line or not error.column or len(error.text) > 100_000:
        return error
    tokens = _tokens(error.text)
    offset = _offset(error.text, error.line, error.column)
    for lesson in LESSONS:
        better = lesson(error, tokens, offset)
        if better is not None:
            return better
    return error


def relocated(error: QuerySyntaxError, asked: str) -> QuerySyntaxError:
    """*error* at its place in the query as it was *asked*.

    The engine reads another text: days stand for ``?at``, and silent calls of services are gone.
    """
    if not error.line or not error.column or error.text == asked or len(asked) > 20_000:
        return error
    offset = _offset(error.text, error.line, error.column)
    read, written = _tokens(error.text), _tokens(asked)
    here = next((i for i, token in enumerate(read) if token.end > offset), len(read))
    alike = difflib.SequenceMatcher(
        None, [t.text for t in read], [t.text for t in written], autojunk=False
    )
    start = len(asked)
    for a, b, size in alike.get_matching_blocks():
        if here < a + size:
            same = here >= a
            token = written[b + here - a if same else max(0, b - 1)]
            start = token.start + (max(0, offset - read[here].start) if same else 0)
            break
    line, column = place(asked, start)
    return QuerySyntaxError(
        error.message,
        line=line,
        column=column,
        expected=error.expected,
        hint=error.hint,
        text=asked,
    )


def _tokens(text: str) -> Sequence[Token]:
    tokens: list[Token] = []
    try:
        for token in scan(text):
            tokens.append(token)
    except QuerySyntaxError:
        pass  # the rest cannot be read; what stands before it can
    return tokens


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1
