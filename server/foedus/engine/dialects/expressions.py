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
    for expression in _named(tokens):
        if is_truth(expression):
            yield expression[0].start, expression[-1].end


def conditions(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The places of what is judged inside such expressions: each EXISTS that is a part of one, and
    each variable that ``&&`` or ``||`` joins."""
    for expression in _named(tokens):
        whole = (expression[0].start, expression[-1].end)
        yield from (place for place in _existences(expression) if place != whole)
        top = [token for token, depth in _braces(expression) if depth == 0]
        for i, token in enumerate(top):
            before = top[i - 1].text if i else "("
            after = top[i + 1].text if i + 1 < len(top) else ")"
            joined = {before, after} & {"&&", "||"}
            alone = before in ("&&", "||", "(") and after in ("&&", "||", ")")
            if token.kind == "variable" and joined and alone:
                yield token.start, token.end


def _named(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The expressions that are given a name."""
    closing = _closing(tokens)
    for i, token in enumerate(tokens):
        if token.text != "(" or i not in closing:
            continue
        end = closing[i]
        if end - i > 3 and tokens[end - 2].is_word("AS") and tokens[end - 1].kind == "variable":
            yield tokens[i + 1 : end - 2]


def _braces(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token with the number of braces around it."""
    depth = 0
    for token in tokens:
        depth += token.kind == "mark" and token.text == "{"
        yield token, depth
        depth -= token.kind == "mark" and token.text == "}"


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


def _existences(expression: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where each EXISTS of *expression* begins, with its NOT, and ends; none inside another."""
    closing = _closing(expression)
    i = 0
    while i < len(expression):
        if expression[i].is_word("EXISTS") and i + 1 in closing:
            first = i - 1 if i and expression[i - 1].is_word("NOT") else i
            i = closing[i + 1]
            yield expression[first].start, expression[i].end
        i += 1


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
