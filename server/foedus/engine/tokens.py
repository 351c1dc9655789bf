"""The tokens of a SPARQL 1.1 query (section 19.8), with their places.

Strings, IRIs and comments are told from words, so that nothing is ever searched for by text. Where
a scannerless parser, as the engine's is, could read something else than a longest match would give,
the reading that could hide less is taken:

- after an operand inside the parentheses of an expression ``<`` is an operator, never the begin of
  an IRI: ``FILTER(1<2)SERVICE?s#>`` hides nothing;
- words are cut as long as possible and judged by what they *contain*: see :mod:`.guard`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from foedus.engine.errors import QuerySyntaxError

Kind = Literal["iri", "string", "lang", "name", "blank", "variable", "number", "word", "mark"]

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\u[0-9A-Fa-f]{4}[^<>"{}|^`\\\x00-\x20]*
        |\\U[0-9A-Fa-f]{8}[^<>"{}|^`\\\x00-\x20]*)*>)
  | (?P<string>\"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        | \"(?:[^\"\\\r\n]|\\.)*\" | '(?:[^'\\\r\n]|\\.)*')
  | (?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
  | (?P<variable>[?$][\w\u00B7\u203F\u2040]+)
  | (?P<blank>_:\w(?:[\w.\-\u00B7]*[\w\-\u00B7])?)
  | (?P<name>(?:[^\W\d_](?:[\w.\-\u00B7]{0,200}[\w\-\u00B7])?)?:
        (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
           (?:(?:[\w.\-:\u00B7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
              (?:[\w\-:\u00B7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
  | (?P<number>(?:\d+\.\d*|\.\d+|\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|<<|>>|[{}()\[\].,;|/^*+?!=<>&~@-])
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERAND = frozenset({"string", "lang", "name", "blank", "variable", "number", "iri"})
_CONSTANT_WORDS = frozenset({"TRUE", "FALSE"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, where it starts, and how many braces are open around it."""

    kind: Kind
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """Where it stops, end exclusive."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """The text in capitals: SPARQL's keywords know no case (section 19.8, note 1)."""
        return self.text.upper()

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords."""
        return self.kind == "word" and self.upper in words


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def scan(text: str) -> Iterator[Token]:
    """The tokens of *text*, without spaces and comments.

    Raises :class:`QuerySyntaxError` where no token of SPARQL begins, and for brackets that do not
    close. Takes time in proportion to the text.
    """
    offset, braces = 0, 0
    open_brackets: list[tuple[str, int, bool]] = []  # the mark, its place, whether an expression
    before: Token | None = None
    earlier: Token | None = None
    in_solution = False  # in a SELECT clause or among the solution modifiers
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, offset)
        kind, word = match.lastgroup, match.group()
        if word[0] == "<" and _is_comparison(before, open_brackets):
            kind, word = "mark", "<=" if text.startswith("<=", offset) else "<"
        offset += len(word)
        if kind in ("space", "comment"):
            continue
        token = Token(kind, word, offset - len(word), braces)  # type: ignore[arg-type]
        if kind == "mark":
            if word in "{([":
                expression = word == "(" and (
                    in_solution or _opens_expression(before, earlier, open_brackets)
                )
                open_brackets.append((word, token.start, expression))
                if word == "{":
                    braces, in_solution = braces + 1, False
            elif word in "})]":
                if not open_brackets or open_brackets[-1][0] + word not in ("{}", "()", "[]"):
                    raise _unbalanced(text, token, open_brackets)
                open_brackets.pop()
                if word == "}":
                    braces, in_solution = braces - 1, False
                    token = Token("mark", word, token.start, braces)
        elif token.is_word("SELECT", "GROUP", "ORDER", "HAVING"):
            in_solution = True
        elif token.is_word("VALUES"):
            in_solution = False
        earlier, before = before, token
        yield token
    if open_brackets:
        mark, start, _ = open_brackets[-1]
        line, column = place(text, start)
        closing = {"{": "}", "(": ")", "[": "]"}[mark]
        raise QuerySyntaxError(
            f"the bracket {mark} is never closed",
            line=line,
            column=column,
            expected=f"a {closing} before the end of the query",
            text=text,
        )


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERAND or token.text == ")" or token.is_word(*_CONSTANT_WORDS)


def _is_comparison(before: Token | None, brackets: list[tuple[str, int, bool]]) -> bool:
    return before is not None and bool(brackets) and brackets[-1][2] and _is_operand(before)


def _opens_expression(
    before: Token | None, earlier: Token | None, brackets: list[tuple[str, int, bool]]
) -> bool:
    """Whether a ``(`` opens an expression, rather than a list of terms or a path."""
    if brackets and brackets[-1][2]:
        return True
    if before is None:
        return False
    if before.kind == "word":
        return before.upper not in ("A", "TRUE", "FALSE", "VALUES")
    return (
        before.kind in ("iri", "name")
        and earlier is not None
        and earlier.is_word("FILTER", "HAVING", "BY", "ASC", "DESC")
    )


def _unreadable(text: str, offset: int) -> QuerySyntaxError:
    line, column = place(text, offset)
    if text[offset] in "\"'":
        return QuerySyntaxError(
            "a string that is never closed",
            line=line,
            column=column,
            expected=f"a closing {text[offset]} on the same line",
            hint='A string over several lines stands between """ and """.',
            text=text,
        )
    return QuerySyntaxError(
        "a character that begins nothing in SPARQL",
        line=line,
        column=column,
        expected="a keyword, an IRI, a prefixed name, a variable, a literal or a bracket",
        text=text,
    )


def _unbalanced(text: str, token: Token, brackets: list[tuple[str, int, bool]]) -> QuerySyntaxError:
    line, column = place(text, token.start)
    if not brackets:
        return QuerySyntaxError(
            f"a {token.text} that closes nothing",
            line=line,
            column=column,
            expected="the end of the query",
            text=text,
        )
    mark, start, _ = brackets[-1]
    opened = place(text, start)
    return QuerySyntaxError(
        f"a {token.text} where the {mark} of line {opened[0]}, column {opened[1]} is still open",
        line=line,
        column=column,
        expected={"{": "}", "(": ")", "[": "]"}[mark],
        text=text,
    )
