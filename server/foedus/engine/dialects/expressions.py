"""Expressions of a query (SPARQL 1.1 Query, section 17): which can only be true or false, and how
a text is changed in places."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands in the place of a text; ``closes``: it ends what an edit before began."""

    start: int
    end: int
    text: str
    closes: bool = False


def edited(text: str, edits: Iterable[Edit]) -> str:
    """*text* with every edit made; where several begin, what closes goes before what opens."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, not e.closes, e.end)):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join(pieces) + text[position:]


def truths(tokens: Sequence[Token]) -> frozenset[str]:
    """The names that a query gives to what can only be true or false: ``(… AS ?name)``."""
    found: frozenset[str] = frozenset()
    named = [(expression, name) for expression, name in _named(tokens)]
    while True:
        more = {name for expression, name in named if is_truth(expression, found)}
        if more <= found:
            return found
        found |= more


def conditions(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The places of what is judged inside such expressions: each EXISTS that is a part of one, and
    each variable that ``&&`` or ``||`` joins."""
    for expression, _ in _named(tokens):
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


def filtered_choices(tokens: Sequence[Token]) -> list[str]:
    """The names of what COALESCE makes of variables that BOUND asks for, where a FILTER uses it."""
    asked = {
        tokens[i + 2].text
        for i in range(len(tokens) - 2)
        if tokens[i].is_word("BOUND") and tokens[i + 2].kind == "variable"
    }
    filtered: set[str] = set()
    for i, end in _closing(tokens).items():
        if i and tokens[i].text == "(" and _filters(tokens, i):
            filtered |= {token.text for token in tokens[i:end] if token.kind == "variable"}
    return [
        name
        for expression, name in _named(tokens)
        if any(token.is_word("COALESCE") for token in expression)
        and asked & {token.text for token in expression}
        and filtered & {f"?{name}", f"${name}"}
    ]


def _filters(tokens: Sequence[Token], i: int) -> bool:
    """Whether the bracket at *i* is that of a FILTER, or of the function that it calls."""
    return tokens[i - 1].is_word("FILTER") or (i > 1 and tokens[i - 2].is_word("FILTER"))


def _named(tokens: Sequence[Token]) -> Iterator[tuple[Sequence[Token], str]]:
    """The expressions that are given a name, and the name."""
    closing = _closing(tokens)
    for i, token in enumerate(tokens):
        if token.text != "(" or i not in closing:
            continue
        end = closing[i]
        if end - i > 3 and tokens[end - 2].is_word("AS") and tokens[end - 1].kind == "variable":
            yield tokens[i + 1 : end - 2], tokens[end - 1].text[1:]


def _braces(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token with the number of braces around it."""
    depth = 0
    for token in tokens:
        depth += token.kind == "mark" and token.text == "{"
        yield token, depth
        depth -= token.kind == "mark" and token.text == "}"


def is_truth(expression: Sequence[Token], known: Container[str] = ()) -> bool:
    """Whether *expression* can only be true, false, or an error; as the variables *known* are."""
    if not expression:
        return False
    first, last = expression[0], len(expression) - 1
    if last == 0 and first.kind == "variable":
        return first.text[1:] in known
    top = [token for token, depth in _depths(expression) if depth == 0]
    if any(
        (token.kind == "mark" and token.text in _COMPARISONS) or token.is_word("IN")
        for token in top
    ):
        return True
    if first.text == "!" or first.is_word("EXISTS", "NOT", "TRUE", "FALSE"):
        return True
    closing = _closing(expression)
    if first.text == "(" and closing.get(0) == last:
        return is_truth(expression[1:-1], known)
    if first.kind != "word" or closing.get(1) != last:
        return False
    if first.upper in _TRUTHS:
        return True
    arguments = _arguments(expression[2:-1])
    if first.is_word("IF"):
        return len(arguments) == 3 and all(is_truth(part, known) for part in arguments[1:])
    kept = first.is_word("COALESCE", "MIN", "MAX", "SAMPLE")
    return kept and all(is_truth(part, known) for part in arguments)


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
