"""Mutants of competency questions: one thing of a query changed, its expected answer left as it is.

The text of a query is cut into its groups and patterns, and each operator is applied at every place
where it fits:

* *pattern dropped*: one predicate with its object taken away, or a whole triple pattern;
* *filter dropped*, *filter negated* (EXISTS and NOT EXISTS are each other's negation);
* *optional made required*;
* *arm dropped*: one side of a UNION;
* *variable swapped*: one occurrence in a pattern becomes another variable of the query;
* *comparison shifted*: ``<`` becomes ``<=``, ``=`` becomes ``!=``, and back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

OPERATORS = ("pattern dropped", "filter dropped", "filter negated", "optional made required",
             "arm dropped", "variable swapped", "comparison shifted")  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<var>[?$]\w+)|(?P<compare><=|>=|!=|<|>|=)
    |(?P<word>[A-Za-z_][\w.-]*(?::[\w/.-]*\w)?(?![\w]*\()|:[\w.-]+|[A-Za-z_]\w*)
    |(?P<number>[+-]?\d+(?:\.\d+)?)|(?P<mark>&&|\|\||\^\^|.)""",
    re.VERBOSE | re.DOTALL,
)
_SHIFT = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_KEYWORDS = frozenset({"FILTER", "OPTIONAL", "UNION", "MINUS", "BIND", "VALUES", "GRAPH", "SELECT",
                       "SERVICE"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query, without blanks and comments."""

    kind: str
    text: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed query: by which operator, at which line, and what was changed into what."""

    operator: str
    line: int
    change: str
    text: str
    #: Where a type was dropped: the class, and the properties that the same subject still has.
    dropped_type: str = ""
    still: tuple[str, ...] = ()
    #: Where a variable was swapped: the one before, and the place of the new one among the tokens.
    swapped: tuple[str, int] | None = None


def tokens(text: str) -> list[Token]:
    """The tokens of a query."""
    return [
        Token(str(found.lastgroup), found[0], found.start(), found.end())
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "space"
    ]


def mutants(text: str, seed: int) -> list[Mutant]:
    """Every mutant of a query; which variable stands in for another is drawn by *seed*."""
    return list(_Mutator(text, seed).all())


class _Mutator:
    def __init__(self, text: str, seed: int) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.chance = random.Random(f"{seed} {text}")
        self.variables = sorted({t.text for t in self.tokens if t.kind == "var"} - {"?at"})
        self.closing = self._pairs()

    def _pairs(self) -> dict[int, int]:
        closing, open_ = {}, []
        for place, token in enumerate(self.tokens):
            if token.text in "{([":
                open_.append(place)
            elif token.text in "})]" and open_:
                closing[open_.pop()] = place
        return closing

    def all(self) -> Iterator[Mutant]:
        """The mutants of every group, and of every comparison."""
        start = next(
            (n for n, t in enumerate(self.tokens)
             if t.text == "{" and t.kind == "mark"), None
        )  # fmt: skip
        if start is None:
            return
        yield from self._group(start)
        for place, token in enumerate(self.tokens):
            if token.kind == "compare" and place > start:
                yield self._edit("comparison shifted", token, token, _SHIFT[token.text])

    def _edit(self, operator: str, first: Token, last: Token, new: str) -> Mutant:
        old = self.text[first.begin : last.end]
        text = self.text[: first.begin] + new + self.text[last.end :]
        line = self.text.count("\n", 0, first.begin) + 1
        shown = " ".join(old.split())
        change = f"{shown} -> {' '.join(new.split()) or 'nothing'}"
        return Mutant(operator, line, change, text)

    def _group(self, open_: int) -> Iterator[Mutant]:
        place, end = open_ + 1, self.closing[open_]
        triples: list[int] = []
        if place < end and self.tokens[place].text.upper() == "SELECT":  # a query within the query
            inner = next(n for n in range(place, end) if self.tokens[n].text == "{")
            yield from self._group(inner)
            return
        while place < end:
            token = self.tokens[place]
            word = token.text.upper()
            if word == "{":
                place = yield from self._arms(place)
            elif token.kind == "word" and word in _KEYWORDS:
                yield from self._triples(triples)
                triples = []
                place = yield from self._keyword(word, place)
                continue
            else:
                triples.append(place)
                if token.text in "([" and place in self.closing:
                    triples += range(place + 1, self.closing[place] + 1)
                    place = self.closing[place]
                place += 1
                continue
        yield from self._triples(triples)

    def _arms(self, place: int):  # type: ignore[no-untyped-def]  # yields mutants, returns a place
        """A group, or the arms of a union; the place after it."""
        arms = [place]
        after = self.closing[place] + 1
        while after < len(self.tokens) and self.tokens[after].text.upper() == "UNION":
            arms.append(after + 1)
            after = self.closing[after + 1] + 1
        for number, arm in enumerate(arms):
            if len(arms) > 1:  # the keyword goes with the arm
                first = self.tokens[arm] if not number else self.tokens[arm - 1]
                last = self.tokens[self.closing[arm] + (not number)]
                yield self._edit("arm dropped", first, last, "")
            yield from self._group(arm)
        return after

    def _keyword(self, word: str, place: int):  # type: ignore[no-untyped-def]
        token = self.tokens[place]
        if word == "OPTIONAL":
            yield self._edit("optional made required", token, token, "")
            yield from self._group(place + 1)
            return self.closing[place + 1] + 1
        if word == "FILTER":
            following = self.tokens[place + 1].text.upper()
            if following == "NOT":  # NOT EXISTS { }
                open_ = place + 3
                negated = self._edit("filter negated", self.tokens[place + 1],
                                     self.tokens[place + 2], "EXISTS")  # fmt: skip
            elif following == "EXISTS":
                open_ = place + 2
                exists = self.tokens[place + 1]
                negated = self._edit("filter negated", exists, exists, "NOT EXISTS")
            else:
                open_ = place + 1
                while self.tokens[open_].text != "(":
                    open_ += 1
                first, last = self.tokens[place + 1], self.tokens[self.closing[open_]]
                inner = self.text[first.begin : last.end]
                negated = self._edit("filter negated", first, last, f"(!({inner}))")
            last_ = self.closing[open_]
            yield negated
            yield self._edit("filter dropped", token, self.tokens[last_], "")
            if self.tokens[open_].text == "{":
                yield from self._group(open_)
            return last_ + 1
        open_ = next(n for n in range(place, len(self.tokens)) if self.tokens[n].text in "{(")
        if word == "VALUES" and self.tokens[open_].text == "(":
            open_ = next(n for n in range(open_, len(self.tokens)) if self.tokens[n].text == "{")
        elif word in ("GRAPH", "MINUS"):
            yield from self._group(open_)
        return self.closing[open_] + 1

    def _triples(self, places: Sequence[int]) -> Iterator[Mutant]:
        statement: list[int] = []
        depth = 0
        for place in places:
            text = self.tokens[place].text
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if text == "." and depth == 0:
                yield from self._statement(statement, place)
                statement = []
            else:
                statement.append(place)
        yield from self._statement(statement, None)

    def _statement(self, places: Sequence[int], dot: int | None) -> Iterator[Mutant]:
        """One subject with its predicates and objects."""
        if len(places) < 3:
            return
        parts: list[list[int]] = [[]]
        depth = 0
        for place in places[1:]:
            text = self.tokens[place].text
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if text == ";" and depth == 0:
                parts.append([])
            else:
                parts[-1].append(place)
        parts = [part for part in parts if part]
        if len(parts) == 1:
            last = self.tokens[dot if dot is not None else places[-1]]
            yield self._edit("pattern dropped", self.tokens[places[0]], last, "")
        else:
            for number, part in enumerate(parts):
                first = part[0] - (number > 0)  # the semicolon before it
                last_place = part[-1] + (number == 0)  # or after the first
                mutant = self._edit(
                    "pattern dropped", self.tokens[first], self.tokens[last_place], " "
                )
                words = [self.tokens[place].text for place in part]
                if words[0] == "a" and len(words) == 2:
                    still = (self.tokens[p[0]].text for p in parts if p is not part)
                    mutant = replace(mutant, dropped_type=words[1], still=tuple(still))
                yield mutant
        for place in places:
            token = self.tokens[place]
            others = [name for name in self.variables if name != token.text]
            if token.kind == "var" and token.text != "?at" and others:
                other = self.chance.choice(others)
                mutant = self._edit("variable swapped", token, token, other)
                yield replace(mutant, swapped=(token.text, place))
