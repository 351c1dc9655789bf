"""A query as a tree of its groups, for those forms that the rewritings understand.

Only group graph patterns (SPARQL 1.1 Query, section 17 of the grammar: ``GroupGraphPattern`` and
what it is made of) are told apart; expressions, paths and data blocks are kept as they were
written. Whatever is not understood raises :class:`NotUnderstood`, and the query stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from foedus.engine.tokens import Token

_TERMS = frozenset({"variable", "iri", "name", "string"})
_MODIFIERS = frozenset({"*", "+", "?"})


class NotUnderstood(Exception):
    """The text has a form that is left to the engine as it is."""


@dataclass(frozen=True, slots=True)
class Term:
    """A subject, predicate or object as written; a path too, of which only the text is known."""

    kind: str  # variable, iri, name, literal, path
    text: str

    @property
    def variable(self) -> str | None:
        """The name, without the mark, of a variable."""
        return self.text[1:] if self.kind == "variable" else None


@dataclass(frozen=True)
class Triple:
    """One triple pattern, written out in full."""

    subject: Term
    verb: Term
    object: Term

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of its variables."""
        terms = (self.subject, self.verb, self.object)
        return frozenset(name for term in terms if (name := term.variable) is not None)

    def __str__(self) -> str:
        return f"{self.subject.text} {self.verb.text} {self.object.text} ."


@dataclass(slots=True)
class Group:
    """What stands between two braces."""

    elements: list[Element] = field(default_factory=list)

    def __str__(self) -> str:
        return "{ " + " ".join(str(element) for element in self.elements) + " }"

    @property
    def triples(self) -> list[Triple]:
        """The triple patterns directly in it: every solution binds all their variables."""
        return [element for element in self.elements if isinstance(element, Triple)]

    @property
    def certain(self) -> frozenset[str]:
        """The variables that are bound in every solution because a triple pattern says so."""
        return frozenset().union(*(triple.variables for triple in self.triples))


@dataclass(slots=True)
class Filter:
    """A constraint. ``exists`` is the group of a bare ``[NOT] EXISTS``."""

    pieces: list[str | Group]
    variables: frozenset[str]
    exists: Group | None = None
    negated: bool = False

    def __str__(self) -> str:
        if self.exists is not None:
            return f"FILTER {'NOT ' if self.negated else ''}EXISTS {self.exists}"
        return " ".join(str(piece) for piece in self.pieces)


@dataclass(slots=True)
class Union:
    """Groups, one or the other; a single nested group too."""

    groups: list[Group]

    def __str__(self) -> str:
        return " UNION ".join(str(group) for group in self.groups)


@dataclass(slots=True)
class Other:
    """Anything else: text, and the groups in it."""

    pieces: list[str | Group]

    def __str__(self) -> str:
        return " ".join(str(piece) for piece in self.pieces)


Element = Triple | Filter | Union | Other


@dataclass(frozen=True, slots=True)
class Query:
    """A query: text before its pattern, the pattern, and text after it."""

    before: str
    pattern: Group
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.pattern}{self.after}"


def read(text: str, tokens: Sequence[Token]) -> Query:
    """The tree of *text*, whose tokens these are; raises :class:`NotUnderstood`."""
    parentheses = 0
    for index, token in enumerate(tokens):
        if token.is_word("CONSTRUCT") and not parentheses:
            return _read_construct(text, tokens, index)
        if token.kind == "mark":
            parentheses += (token.text == "(") - (token.text == ")")
            if token.text == "{" and not parentheses:
                return _read_pattern(text, tokens, index)
    raise NotUnderstood("no pattern")


def _read_construct(text: str, tokens: Sequence[Token], index: int) -> Query:
    """The pattern after the template; of the short form nothing."""
    if index + 1 >= len(tokens) or tokens[index + 1].text != "{":
        raise NotUnderstood("CONSTRUCT WHERE")
    depth = tokens[index + 1].depth
    closing = _closing(tokens, index + 1, depth)
    for following in range(closing + 1, len(tokens)):
        if tokens[following].text == "{":
            return _read_pattern(text, tokens, following)
    raise NotUnderstood("no pattern")


def _read_pattern(text: str, tokens: Sequence[Token], index: int) -> Query:
    reader = _Reader(text, tokens, index)
    pattern = reader.group()
    after = text[tokens[reader.index - 1].end :]
    return Query(text[: tokens[index].start], pattern, after)


def _closing(tokens: Sequence[Token], opening: int, depth: int) -> int:
    for index in range(opening + 1, len(tokens)):
        if tokens[index].text == "}" and tokens[index].depth == depth:
            return index
    raise NotUnderstood("a brace")


class _Reader:
    def __init__(self, text: str, tokens: Sequence[Token], index: int) -> None:
        self.text, self.tokens, self.index = text, tokens, index

    @property
    def here(self) -> Token:
        if self.index >= len(self.tokens):
            raise NotUnderstood("the end")
        return self.tokens[self.index]

    def take(self, mark: str | None = None) -> Token:
        token = self.here
        if mark is not None and (token.kind != "mark" or token.text != mark):
            raise NotUnderstood(token.text)
        self.index += 1
        return token

    def at(self, mark: str) -> bool:
        return self.here.kind == "mark" and self.here.text == mark

    def group(self) -> Group:
        """``{ … }``, from the brace before to behind the brace after it."""
        self.take("{")
        group = Group()
        if self.here.is_word("SELECT"):
            group.elements.append(self.subselect())
            self.take("}")
            return group
        while not self.at("}"):
            first = self.here
            if first.kind == "word":
                group.elements.append(self.clause())
            elif self.at("{"):
                group.elements.append(self.union())
            else:
                group.elements += self.triples()
                if not self.at("."):
                    # Without a point no further triple can follow.
                    following = self.here
                    if following.kind != "word" and following.text not in ("{", "}"):
                        raise NotUnderstood(following.text)
                    continue
            if self.at("."):
                self.take()
        self.take("}")
        return group

    def subselect(self) -> Other:
        """A sub-select: its clause, its pattern and its modifiers."""
        start, parentheses = self.here.start, 0
        while parentheses or not self.at("{"):
            token = self.take()
            parentheses += (token.text == "(") - (token.text == ")")
        head = self.text[start : self.here.start]
        pieces: list[str | Group] = [head, self.group()]
        end = self.tokens[self.index - 1].end
        while not self.at("}"):
            if self.at("{"):  # VALUES, or an EXISTS in HAVING or ORDER BY
                self.index = _closing(self.tokens, self.index, self.here.depth) + 1
            else:
                self.take()
        pieces.append(self.text[end : self.here.start])
        return Other(pieces)

    def union(self) -> Union:
        groups = [self.group()]
        while self.here.is_word("UNION"):
            self.take()
            groups.append(self.group())
        return Union(groups)

    def clause(self) -> Element:
        word = self.here
        if word.is_word("FILTER"):
            return self.filter()
        if word.is_word("OPTIONAL", "MINUS"):
            self.take()
            return Other([word.text, self.group()])
        if word.is_word("GRAPH"):
            self.take()
            name = self.take()
            if name.kind not in ("variable", "iri", "name"):
                raise NotUnderstood(name.text)
            return Other([f"{word.text} {name.text}", self.group()])
        if word.is_word("BIND"):
            self.take()
            pieces, _ = self.bracketed()
            return Other([word.text, *pieces])
        if word.is_word("VALUES"):
            start = self.take().start
            while not self.at("{"):
                self.take()
            closing = _closing(self.tokens, self.index, self.here.depth)
            self.index = closing + 1
            return Other([self.text[start : self.tokens[closing].end]])
        raise NotUnderstood(word.text)

    def filter(self) -> Filter:
        word = self.take()
        negated = self.here.is_word("NOT")
        if negated:
            self.take()
        if self.here.is_word("EXISTS"):
            self.take()
            group = self.group()
            return Filter([], _mentioned(group), group, negated)
        if negated:
            raise NotUnderstood("NOT")
        pieces: list[str | Group] = [word.text]
        if not self.at("("):
            name = self.take()
            if name.kind not in ("word", "iri", "name"):
                raise NotUnderstood(name.text)
            pieces.append(name.text)
        inner, variables = self.bracketed()
        return Filter(pieces + inner, variables)

    def bracketed(self) -> tuple[list[str | Group], frozenset[str]]:
        """``( … )`` with the groups of EXISTS in it, and the variables it mentions."""
        pieces: list[str | Group] = []
        variables: set[str] = set()
        start, end, depth = self.here.start, self.take("(").end, 1
        while depth:
            if self.at("{"):
                if not self.tokens[self.index - 1].is_word("EXISTS"):
                    raise NotUnderstood("{")
                pieces.append(self.text[start : self.here.start])
                group = self.group()
                pieces.append(group)
                variables |= _mentioned(group)
                start = end = self.tokens[self.index - 1].end
                continue
            token = self.take()
            end = token.end
            depth += (token.text == "(") - (token.text == ")") if token.kind == "mark" else 0
            if token.kind == "variable":
                variables.add(token.text[1:])
        pieces.append(self.text[start:end])
        return pieces, frozenset(variables)

    def triples(self) -> Iterator[Triple]:
        """``TriplesSameSubjectPath``, without blank nodes and lists."""
        subject = self.term()
        while True:
            verb = self.verb()
            while True:
                yield Triple(subject, verb, self.term())
                if not self.at(","):
                    break
                self.take()
            if not self.at(";"):
                return
            while self.at(";"):
                self.take()
            if self.at(".") or self.at("}"):
                return

    def term(self) -> Term:
        token = self.take()
        if token.kind == "string":
            end = token.end
            if self.here.kind == "lang":
                end = self.take().end
            elif self.at("^^"):
                self.take()
                datatype = self.take()
                if datatype.kind not in ("iri", "name"):
                    raise NotUnderstood(datatype.text)
                end = datatype.end
            return Term("literal", self.text[token.start : end])
        if token.kind in _TERMS:
            return Term(token.kind, token.text)
        if token.kind == "number" or token.is_word("TRUE", "FALSE"):
            return Term("literal", token.text)
        raise NotUnderstood(token.text)

    def verb(self) -> Term:
        """A variable, a predicate, or a path (section 9.1)."""
        start = self.index
        if self.here.kind == "variable":
            return Term("variable", self.take().text)
        self.path()
        taken = self.tokens[start : self.index]
        if len(taken) > 1:
            return Term("path", self.text[taken[0].start : taken[-1].end])
        return Term("a" if taken[0].text == "a" else taken[0].kind, taken[0].text)

    def path(self) -> None:
        while True:
            if self.at("^"):
                self.take()
            token = self.take()
            if token.kind == "mark" and token.text == "(":
                self.path()
                self.take(")")
            elif not (token.kind in ("iri", "name") or token.text == "a"):
                raise NotUnderstood(token.text)
            if self.here.kind == "mark" and self.here.text in _MODIFIERS:
                self.take()
            if not (self.at("/") or self.at("|")):
                return
            self.take()


def _mentioned(group: Group) -> frozenset[str]:
    """Every variable that may be read somewhere in *group*: more rather than fewer."""
    names: set[str] = set()
    for element in group.elements:
        if isinstance(element, (Triple, Filter)):
            names |= element.variables
        elif isinstance(element, Union):
            for inner in element.groups:
                names |= _mentioned(inner)
        else:
            names.add("")  # not looked into: such a group is not rewritten
    return frozenset(names)
