"""Which expressions of a query can only be true or false (SPARQL 1.1 Query, section 17)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foedus.engine.tokens import Token

_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||"})
_TRUTHS = frozenset(
    {
        "BOUND",
        "CONTAINS",
        "ISBLANK",
        "ISIRI",
        "ISLITERAL",
        "ISNUMERIC",
        "ISURI",
        "LANGMATCHES",
        "REGEX",
        "SAMETERM",
        "STRENDS",
        "STRSTARTS",
    }
)
_PAIRS = {"(": ")", "{": "}", "[": "]"}


def truths(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The places, from start to end, of the expressions ``(… AS ?name)`` that are truths."""
    closing = _closing(tokens)
    for i, token in enumerate(tokens):
        if token.text != "(" or i not in closing:
            continue
        end = closing[i]
        if end - i > 3 and tokens[end - 2].is_word("AS") and tokens[end - 1].kind == "variable":
            expression = tokens[i + 1 : end - 2]
            if is_truth(expression):
                yield expression[0].start, expression[-1].end


def is_truth(expression: Sequence[Token]) -> bool:
    """Whether *expression* can only be true, false, or an error."""
    if not expression:
        return False
    top = [token for token, depth in _depths(expression) if depth == 0]
    if any(
        (token.kind == "mark" and token.text in _COMPARISONS) or token.is_word("IN")
        for token in top
    ):
        return True
    first = expression[0]
    if first.text == "!" or first.is_word("EXISTS", "NOT", "TRUE", "FALSE"):
        return True
    if first.text == "(" and _closing(expression).get(0) == len(expression) - 1:
        return is_truth(expression[1:-1])
    if first.kind != "word" or len(expression) < 3 or expression[1].text != "(":
        return False
    if _closing(expression).get(1) != len(expression) - 1:
        return False
    if first.upper in _TRUTHS:
        return True
    arguments = _arguments(expression[2:-1])
    if first.is_word("IF") and len(arguments) == 3:
        return all(map(is_truth, arguments[1:]))
    return first.is_word("COALESCE") and all(map(is_truth, arguments))


def _depths(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in tokens:
        if token.kind == "mark" and token.text in _PAIRS:
            depth += 1
        yield token, depth
        if token.kind == "mark" and token.text in _PAIRS.values():
            depth -= 1


def _closing(tokens: Sequence[Token]) -> dict[int, int]:
    """Where the bracket that opens at each place closes."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in _PAIRS:
            opened.append(i)
        elif token.text in _PAIRS.values() and opened:
            found[opened.pop()] = i
    return found


def _arguments(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    parts: list[list[Token]] = [[]]
    for token, depth in _depths(tokens):
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]
