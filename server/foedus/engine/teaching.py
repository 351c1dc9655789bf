"""Syntax errors that teach: what was meant, where the engine only says what it could not read.

The engine's parser gives up where its last attempt failed, which is often behind the mistake, and
lists what that attempt wanted. Here the tokens up to that place are looked at once more for the
mistakes that people make. Nothing here decides whether a query is right: it is already refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

from foedus.content.names import prefixes
from foedus.engine.errors import QuerySyntaxError
from foedus.engine.tokens import Token, place, scan

_ALL_WORDS = """
    A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT
    CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP
    ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN INSERT
    INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT LOAD MAX MD5 MIN
    MINUS MINUTES MONTH MOVE NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE
    ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR
    STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TO TRUE TZ
    UCASE UNDEF UNION URI USING UUID VALUES VERSION WHERE WITH YEAR
"""
#: Every word that stands in SPARQL 1.1 without a prefix (section 19.8).
WORDS = frozenset(_ALL_WORDS.split())
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_WELL_KNOWN = {
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TERM = "a variable, an IRI, a prefixed name or a literal"


def nearest(word: str, known: Iterable[str], alike: float = 0.7) -> str | None:
    """What of *known* was probably meant by *word*: without regard to case, or ``None``.

    *alike*, from 0 to 1, is how much of the two must agree.
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=alike)
    return by_lower[found[0]] if found else None


def taught(error: QuerySyntaxError) -> QuerySyntaxError:
    """*error* with the mistake named and what to write instead, where that can be told."""
    if not error.line or not error.column or len(error.text) > 100_000:
        return error
    tokens = _tokens(error.text)
    offset = _offset(error.text, error.line, error.column)
    for lesson in _LESSONS:
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
    if prefix in _WELL_KNOWN:
        hint = f"Write: PREFIX {prefix}: <{_WELL_KNOWN[prefix]}>"
    else:
        declared = {
            tokens[i + 1].text.partition(":")[0]
            for i, t in enumerate(tokens[:-1])
            if t.is_word("PREFIX")
        }
        meant = nearest(prefix, declared, 0.6) or nearest(prefix, [*prefixes(), *_WELL_KNOWN])
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
        hint = (
            f"Did you mean {meant}?"
            if meant
            else "A name carries its prefix, as in f:State; a text stands in quotes."
        )
        said = f"“{token.text[:40]}” is no word of SPARQL"
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


def _expectation(
    error: QuerySyntaxError, tokens: Sequence[Token], offset: int
) -> QuerySyntaxError | None:
    """Say in words what the parser lists by characters, and own up to an end that says little."""
    listed = (error.expected or "").split(" or ")
    message, expected = error.message, error.expected
    if '"?"' in listed and '"<"' in listed:
        expected = _TERM
    elif sum(word.isupper() and word in WORDS for word in listed) > 3 and "STRENDS" in listed:
        expected = "an expression"
    if message.startswith("not SPARQL 1.1, though"):
        message = "what stands before this does not fit together"
    if (message, expected) == (error.message, error.expected):
        return None
    return QuerySyntaxError(
        message,
        line=error.line,
        column=error.column,
        expected=expected,
        hint=error.hint,
        text=error.text,
    )


_LESSONS: tuple[
    Callable[[QuerySyntaxError, Sequence[Token], int], QuerySyntaxError | None], ...
] = (_prefix, _unknown_word, _select_clause, _filter, _grouping, _bound_already, _expectation)
