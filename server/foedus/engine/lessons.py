"""The mistakes that people make in SPARQL, each with what to write instead.

A lesson takes an error, the tokens of the text and the offset at which the engine gave up, and
returns a better error, or ``None``. It is only asked about texts that are refused already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from foedus.content.names import prefixes
from foedus.engine.errors import QuerySyntaxError
from foedus.engine.tokens import Token, place
from foedus.engine.words import CALLS, WELL_KNOWN, WORDS, nearest

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_TERM = "a variable, an IRI, a prefixed name or a literal"
_ANYTHING = "a . ; or , between triples, or a closing bracket"
_OF_SQL = {
    "AND": "&&",
    "OR": "||",
    "LIKE": "CONTAINS(…, …) or REGEX(…, …)",
    "IS": "BOUND(…) or !BOUND(…)",
    "NULL": "BOUND(…) or !BOUND(…)",
    "JOIN": "two triples that share a variable",
}
_OPERATORS = {"==": "=", "<>": "!="}
_THEN = {
    "OPTIONAL": ("{", "OPTIONAL { … }"),
    "MINUS": ("{", "MINUS { … }"),
    "UNION": ("{", "{ … } UNION { … }"),
    "EXISTS": ("{", "EXISTS { … }"),
    "BIND": ("(", "BIND(… AS ?name)"),
    "ORDER": ("BY", "ORDER BY"),
    "GROUP": ("BY", "GROUP BY"),
}


def _at(
    error: QuerySyntaxError, token: Token, message: str, expected: str | None, hint: str | None
) -> QuerySyntaxError:
    line, column = place(error.text, token.start)
    return QuerySyntaxError(
        message, line=line, column=column, expected=expected, hint=hint, text=error.text
    )


def _prefix(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    token = next((t for t in tokens if t.start == offset), None)
    if error.hint or token is None or token.kind != "name" or "not declared" not in error.message:
        return None
    prefix = token.text.partition(":")[0]
    if error.text[:offset].endswith("<"):
        return _at(
            error,
            token,
            "an IRI that holds what no IRI can",
            "an IRI without spaces, quotes, braces and pointed brackets",
            "A space inside an IRI is written %20.",
        )
    if prefix in WELL_KNOWN:
        hint = f"Write: PREFIX {prefix}: <{WELL_KNOWN[prefix]}>"
    else:
        declared = {
            tokens[i + 1].text.partition(":")[0]
            for i, t in enumerate(tokens[:-1])
            if t.is_word("PREFIX")
        }
        meant = nearest(prefix, declared, 0.6) or nearest(prefix, [*prefixes(), *WELL_KNOWN])
        if meant is None:
            return None
        hint = f"Did you mean {meant}:?"
    return _at(error, token, error.message, error.expected, hint)


def _unknown_word(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    for i, token in enumerate(tokens):
        if token.start > offset or token.kind != "word" or token.upper in WORDS:
            continue
        if i and tokens[i - 1].is_word("LIMIT", "OFFSET"):
            return _at(error, token, f"{tokens[i - 1].upper} takes a number", "as in 10", None)
        names_a_thing = i and (tokens[i - 1].is_word("A") or tokens[i - 1].kind == "name")
        meant = None if names_a_thing else nearest(token.upper, WORDS)
        said = f"“{token.text[:40]}” is no word of SPARQL"
        if token.upper in _OF_SQL:
            return _at(error, token, said, _OF_SQL[token.upper], None)
        hint = (
            f"Did you mean {meant}?"
            if meant
            else "A name carries its prefix, as in f:State; a text stands in quotes."
        )
        return _at(error, token, said, meant, hint)
    return None


def _select_clause(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    inside, depth = False, 0
    for i, token in enumerate(tokens):
        if token.start > offset:
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.is_word("SELECT"):
            inside = True
        elif token.text == "{" or token.is_word("WHERE", "FROM"):
            inside = False
        elif inside and not depth and token.text == ",":
            return _at(
                error, token, "a comma in SELECT", "variables side by side, as in ?a ?b", None
            )
        elif inside and not depth and token.is_word(*_AGGREGATES):
            return _at(
                error,
                token,
                f"{token.upper} in SELECT without brackets and name",
                f"({token.upper}({_operand(tokens, i)}) AS ?name)",
                None,
            )
    return None


def _operand(tokens: Sequence[Token], i: int) -> str:
    following = [token.text for token in tokens[i + 2 : i + 3]]
    return following[0] if following and following[0].startswith(("?", "$")) else "?x"


def _filter(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    brackets: list[str] = []
    for i, token in enumerate(tokens):
        if token.start > offset:
            break
        before = tokens[i - 1] if i else None
        if token.text in ("{", "(", "["):
            brackets.append(token.text)
        elif token.text in ("}", ")", "]") and brackets:
            brackets.pop()
        if before is not None and before.is_word("FILTER") and token.kind == "variable":
            return _at(error, token, "FILTER without brackets", "FILTER(…)", None)
        comparison = token.text in ("=", "!=", "<", ">", "<=", ">=", "&&", "||")
        if comparison and token.kind == "mark" and brackets[-1:] == ["{"]:
            return _at(error, token, "a comparison among the triples", "FILTER(…)", None)
    return None


def _grouping(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    if "variable that is unbound" not in error.message:
        return None
    return QuerySyntaxError(
        "SELECT names a variable that is neither grouped nor inside an aggregate",
        line=error.line,
        column=error.column,
        expected="each variable of SELECT in GROUP BY or in an aggregate",
        hint="For one value of many write (SAMPLE(?x) AS ?one).",
        text=error.text,
    )


def _bound_already(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    seen: set[str] = set()
    for i, token in enumerate(tokens):
        if token.start > offset:
            break
        if token.kind != "variable":
            continue
        if i and tokens[i - 1].is_word("AS") and token.text in seen and token.depth:
            return _at(
                error, token, f"{token.text} has a value already", "a new variable after AS", None
            )
        if token.depth:
            seen.add(token.text)
    return None


def _follows(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    """What must follow a word and does not; operators and orders of other languages."""
    limited: dict[int, bool] = {}
    for token, following in pairwise(tokens):
        if token.start > offset:
            break
        if token.kind == "word" and token.upper in _THEN:
            mark, written = _THEN[token.upper]
            if following.text.upper() != mark:
                return _at(error, following, f"{token.upper} without {mark}", written, None)
        if token.end == following.start and token.text + following.text in _OPERATORS:
            operator = _OPERATORS[token.text + following.text]
            return _at(error, token, "an operator that SPARQL does not have", operator, None)
        if token.is_word("LIMIT", "OFFSET"):
            limited[token.depth] = True
        elif token.is_word("GROUP", "HAVING", "ORDER") and limited.get(token.depth):
            said = f"{token.upper} after LIMIT or OFFSET"
            return _at(error, token, said, "GROUP BY, HAVING, ORDER BY, then LIMIT", None)
        elif token.is_word("SELECT"):
            limited[token.depth] = False
    return None


def _triples(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    """A triple with a term too few or too many, among those that are plain terms."""
    if not error.message.startswith("not SPARQL 1.1"):
        return None
    segment: list[Token] = []
    opened: Token | None = None  # the mark that the segment follows
    plain, values = True, 0
    for i, token in enumerate(tokens):
        if values and token.depth >= values and token.text != "}":
            continue
        values = 0
        if token.text in ("{", "}", ".", ";", ","):
            wanted = {"{": 3, "}": 3, ".": 3, ";": 2, ",": 1}[opened.text] if opened else 0
            here = plain and token.text != "{" and token.depth + (token.text == "}") > 0
            if here and wanted and segment and len(segment) != wanted:
                return _uneven(error, segment, token, wanted)
            segment, opened, plain = [], token, True
            if token.text == "{" and _heads_values(tokens, i):
                values = token.depth + 1
        elif token.kind == "lang" or (i and tokens[i - 1].text == "^^") or token.text == "^^":
            continue
        elif token.kind in ("mark", "word") and not token.is_word("A", "TRUE", "FALSE"):
            plain = False
        else:
            segment.append(token)
    return None


def _heads_values(tokens: Sequence[Token], brace: int) -> bool:
    i = brace - 1
    while i >= 0 and (tokens[i].kind == "variable" or tokens[i].text in ("(", ")")):
        i -= 1
    return i >= 0 and tokens[i].is_word("VALUES")


def _uneven(
    error: QuerySyntaxError, segment: Sequence[Token], end: Token, wanted: int
) -> QuerySyntaxError:
    needed = {3: "subject, predicate and object", 2: "predicate and object", 1: "an object"}
    if len(segment) > wanted:
        said = "a triple with a term too many"
        return _at(error, segment[wanted], said, "a . ; or , before this", None)
    said = "a triple with a term too few"
    return _at(error, end, said, f"{needed[wanted]} before this", None)


def _expectation(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    """Say in words what the parser lists by characters, and own up to an end that says little."""
    message, expected = error.message, error.expected
    if not message.startswith("not SPARQL 1.1"):
        return None
    listed = (expected or "").split(" or ")
    # The engine knows words that are not SPARQL 1.1; where many could stand, so can any value.
    words = [word for word in listed if not word.isalpha() or word.upper() in WORDS]
    if '"?"' in listed and '"<"' in listed:
        expected = _TERM
    elif sum(word.upper() in CALLS for word in words) > 3:
        expected = "an expression"
    elif message.startswith("not SPARQL 1.1, though"):
        expected = _ANYTHING
    else:
        expected = " or ".join(words) or _ANYTHING
    if message.startswith("not SPARQL 1.1, though"):
        message = "what stands before this does not fit together"
    return QuerySyntaxError(
        message,
        line=error.line,
        column=error.column,
        expected=expected,
        hint=error.hint,
        text=error.text,
    )


#: Each looks at an error, the tokens that can be read, and where the engine gave up.
LESSONS: tuple[Callable[[QuerySyntaxError, Sequence[Token], int], QuerySyntaxError | None], ...] = (
    _prefix,
    _unknown_word,
    _select_clause,
    _filter,
    _grouping,
    _bound_already,
    _follows,
    _triples,
    _expectation,
)
