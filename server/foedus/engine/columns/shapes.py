"""Which queries are answered from columns: one basic graph pattern and what is asked of it.

A SELECT over triple patterns with named properties, with FILTER (of comparisons, and of expressions
of one variable), [NOT] EXISTS over such patterns, BIND of an expression of one variable, COUNT by
GROUP BY, DISTINCT, ORDER BY of variables, LIMIT and OFFSET. Everything else is the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from foedus.engine.errors import QueryError
from foedus.engine.rewrite.syntax import Filter, Group, NotUnderstood, Other, Term, Triple, read
from foedus.engine.tokens import Token, scan

# Functions with one value for one argument, and no other effect (SPARQL 1.1 Query, section 17.4).
_FUNCTIONS = frozenset((
    "REGEX", "STR", "LCASE", "UCASE", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE",
    "STRAFTER", "STRLEN", "SUBSTR", "REPLACE", "CONCAT", "ENCODE_FOR_URI", "LANG", "LANGMATCHES",
    "DATATYPE", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "YEAR", "MONTH", "DAY",
    "HOURS", "MINUTES", "SECONDS", "TZ", "TIMEZONE", "ABS", "CEIL", "FLOOR", "ROUND", "SAMETERM",
    "IF", "COALESCE", "IN", "NOT", "TRUE", "FALSE", "BOUND",
))  # fmt: skip
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``?left operator right``, the right a variable or a constant."""

    left: str
    operator: str
    right: Term


@dataclass(frozen=True, slots=True)
class Condition:
    """One part of a FILTER that must be true; ``compared`` where it is a mere comparison."""

    text: str
    variables: frozenset[str]
    compared: Comparison | None


@dataclass(frozen=True, slots=True)
class Bound:
    """``BIND(text AS ?target)``, of one variable."""

    text: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Exists:
    """``[NOT] EXISTS`` over triple patterns."""

    triples: tuple[Triple, ...]
    negated: bool

    @property
    def variables(self) -> frozenset[str]:
        """The variables of its patterns."""
        return frozenset().union(*(triple.variables for triple in self.triples))


@dataclass(frozen=True, slots=True)
class Count:
    """``COUNT(*)``, ``COUNT(?of)`` or ``COUNT(DISTINCT ?of)``."""

    of: str | None
    distinct: bool


@dataclass(slots=True)
class Shape:
    """What a query asks; ``counts`` are the aggregates among the ``variables`` of the answer."""

    prologue: str
    prefixes: dict[str, str]
    variables: list[str] = field(default_factory=list)
    counts: dict[str, Count] = field(default_factory=dict)
    distinct: bool = False
    triples: list[Triple] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    binds: list[Bound] = field(default_factory=list)
    exists: list[Exists] = field(default_factory=list)
    group: list[str] | None = None
    order: list[tuple[str, bool]] = field(default_factory=list)  # and whether it descends
    limit: int | None = None
    offset: int = 0

    @property
    def blocks(self) -> bool:
        """Whether any engine has to see every solution before it can answer with the first."""
        return self.group is not None or bool(self.order)

    @property
    def asked(self) -> frozenset[str]:
        """The variables of the patterns whose values are needed to the end."""
        names = {name for name in self.variables if name not in self.counts}
        names |= {count.of for count in self.counts.values() if count.of is not None}
        return frozenset(names | set(self.group or ()) | {name for name, _ in self.order})


def understood(text: str) -> Shape | None:
    """The shape of a query; ``None`` for one that is left to the engine."""
    try:
        tokens = list(scan(text))
        query = read(text, tokens)
        shape = _clause(query.before, list(scan(query.before)))
        _pattern(shape, query.pattern)
        _modifiers(shape, list(scan(query.after)))
        _judge(shape)
    except (NotUnderstood, QueryError):
        return None
    return shape


class _Cursor:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.index = tokens, 0

    @property
    def more(self) -> bool:
        return self.index < len(self.tokens)

    def at(self, *words: str) -> bool:
        return self.more and (
            self.tokens[self.index].is_word(*words) or self.tokens[self.index].text in words
        )

    def take(self, *words: str) -> Token:
        if not self.more or (words and not self.at(*words)):
            raise NotUnderstood(" ".join(words))
        self.index += 1
        return self.tokens[self.index - 1]

    def variable(self) -> str:
        token = self.take()
        if token.kind != "variable":
            raise NotUnderstood(token.text)
        return token.text[1:]


def _clause(text: str, tokens: Sequence[Token]) -> Shape:
    """The prologue and the SELECT clause."""
    cursor, prefixes = _Cursor(tokens), {}
    while cursor.at("PREFIX"):
        cursor.take()
        prefix, iri = cursor.take(), cursor.take()
        prefixes[prefix.text[:-1]] = iri.text[1:-1]
    if not cursor.at("SELECT"):
        raise NotUnderstood("another form, or a base")
    shape = Shape(text[: tokens[cursor.index].start], prefixes)
    cursor.take()
    if cursor.at("DISTINCT"):
        cursor.take()
        shape.distinct = True
    while cursor.more and not cursor.at("WHERE"):
        if cursor.at("("):
            cursor.take()
            count = _count(cursor)
            cursor.take("AS")
            name = cursor.variable()
            cursor.take(")")
            shape.counts[name] = count
        else:
            name = cursor.variable()
        if name in shape.variables:
            raise NotUnderstood(name)
        shape.variables.append(name)
    if cursor.more:
        cursor.take("WHERE")
    if cursor.more or not shape.variables:
        raise NotUnderstood("the clause")
    return shape


def _count(cursor: _Cursor) -> Count:
    cursor.take("COUNT")
    cursor.take("(")
    distinct = cursor.at("DISTINCT")
    if distinct:
        cursor.take()
    if cursor.at("*"):
        cursor.take()
        of = None
        if distinct:
            raise NotUnderstood("COUNT(DISTINCT *)")
    else:
        of = cursor.variable()
    cursor.take(")")
    return Count(of, distinct)


def _pattern(shape: Shape, group: Group) -> None:
    """The elements of the one group; a BIND ends the basic graph pattern (section 18.2.2.5)."""
    for element in group.elements:
        if isinstance(element, Triple):
            if shape.binds or element.verb.kind not in ("iri", "name", "a"):
                raise NotUnderstood(str(element))
            shape.triples.append(element)
        elif isinstance(element, Filter):
            if element.exists is not None:
                shape.exists.append(Exists(_plain(element.exists), element.negated))
            elif any(isinstance(piece, Group) for piece in element.pieces):
                raise NotUnderstood("EXISTS in an expression")
            else:
                shape.conditions += _conditions(" ".join(map(str, element.pieces[1:])))
        elif isinstance(element, Other):
            shape.binds.append(_bind(element))
        else:
            raise NotUnderstood("a union")


def _plain(group: Group) -> tuple[Triple, ...]:
    triples = tuple(e for e in group.elements if isinstance(e, Triple))
    if len(triples) != len(group.elements) or any(
        triple.verb.kind not in ("iri", "name", "a") for triple in triples
    ):
        raise NotUnderstood("EXISTS of more than triple patterns")
    return triples


def _bind(element: Other) -> Bound:
    if len(element.pieces) != 2 or str(element.pieces[0]).upper() != "BIND":
        raise NotUnderstood(str(element))
    text = str(element.pieces[1])
    tokens = _expression_tokens(text)
    if not tokens[-3].is_word("AS") or tokens[-2].kind != "variable":
        raise NotUnderstood(text)
    expression = text[tokens[0].end - 7 : tokens[-3].start - 7].strip()
    variables = _variables(tokens[1:-3])
    if len(variables) != 1:
        raise NotUnderstood(text)
    return Bound(expression, next(iter(variables)), tokens[-2].text[1:])


def _expression_tokens(text: str) -> list[Token]:
    """The tokens of what stands in a FILTER; their places are seven characters further on."""
    return list(scan("FILTER " + text))[1:]


def _variables(tokens: Sequence[Token]) -> frozenset[str]:
    names = set()
    for token in tokens:
        if token.kind == "variable":
            names.add(token.text[1:])
        elif token.kind == "word" and token.upper not in _FUNCTIONS:
            raise NotUnderstood(token.text)
        elif token.kind in ("iri", "name"):
            # A constant, or a datatype; a function that is called by its IRI is not known.
            after = next((t for t in tokens if t.start >= token.end), None)
            if after is not None and after.text == "(":
                raise NotUnderstood(token.text)
        elif token.kind == "blank" or token.text in ("{", "["):
            raise NotUnderstood(token.text)
    return frozenset(names)


def _conditions(text: str) -> Iterator[Condition]:
    """The parts of a FILTER that are joined by ``&&``: each must be true (section 17.2)."""
    tokens = _expression_tokens(text)
    for part in _parts(_unbracketed(tokens)):
        variables = _variables(part)
        compared = _comparison(part)
        if compared is None and len(variables) != 1:
            raise NotUnderstood(text)
        yield Condition(text[part[0].start - 7 : part[-1].end - 7], variables, compared)


def _unbracketed(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[0].text == "(":
        depth = 0
        for token in tokens:
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                break
        if token is not tokens[-1]:
            return tokens
        tokens = tokens[1:-1]
    if not tokens:
        raise NotUnderstood("()")
    return tokens


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    depth, start, parts = 0, 0, []
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += (token.text == "(") - (token.text == ")")
            if not depth and token.text == "||":
                yield tokens
                return
            if not depth and token.text == "&&":
                parts.append(tokens[start:index])
                start = index + 1
    if not parts:
        yield tokens
        return
    for part in (*parts, tokens[start:]):
        yield from _parts(_unbracketed(part))


def _comparison(tokens: Sequence[Token]) -> Comparison | None:
    """``?a < ?b``, ``?a < constant`` or ``constant < ?a``."""
    at = next((i for i, t in enumerate(tokens) if t.text in _COMPARISONS and t.kind == "mark"), 0)
    left, right = _operand(tokens[:at]), _operand(tokens[at + 1 :])
    if left is None or right is None:
        return None
    operator = tokens[at].text
    if left.variable is None:
        left, right, operator = right, left, _MIRRORED[operator]
    return None if left.variable is None else Comparison(left.variable, operator, right)


def _operand(tokens: Sequence[Token]) -> Term | None:
    match [token.kind for token in tokens]:
        case ["variable" | "iri" | "name" as kind]:
            return Term(kind, tokens[0].text)
        case ["string" | "number"]:
            return Term("literal", tokens[0].text)
        case ["string", "mark", "iri" | "name"] if tokens[1].text == "^^":
            return Term("literal", "".join(token.text for token in tokens))
    return None


def _modifiers(shape: Shape, tokens: Sequence[Token]) -> None:
    cursor = _Cursor(tokens)
    if cursor.at("GROUP"):
        cursor.take()
        cursor.take("BY")
        shape.group = [cursor.variable()]
        while cursor.more and cursor.tokens[cursor.index].kind == "variable":
            shape.group.append(cursor.variable())
    if cursor.at("ORDER"):
        cursor.take()
        cursor.take("BY")
        while cursor.more and not cursor.at("LIMIT", "OFFSET"):
            descends = cursor.at("DESC")
            if cursor.at("ASC", "DESC"):
                cursor.take()
                cursor.take("(")
                shape.order.append((cursor.variable(), descends))
                cursor.take(")")
            else:
                shape.order.append((cursor.variable(), False))
    while cursor.more:
        word = cursor.take("LIMIT", "OFFSET").upper
        number = cursor.take()
        if not number.text.isdigit():
            raise NotUnderstood(number.text)
        if word == "LIMIT":
            shape.limit = int(number.text)
        else:
            shape.offset = int(number.text)


def _judge(shape: Shape) -> None:
    """Raise :class:`NotUnderstood` for what names no values, or the engine answers as soon."""
    if shape.counts and shape.group is None:
        shape.group = []
    bound = frozenset().union(*(triple.variables for triple in shape.triples))
    for bind in shape.binds:
        if bind.source not in bound or bind.target in bound:
            raise NotUnderstood(bind.target)
        bound |= {bind.target}
    named = shape.asked - frozenset(shape.counts)
    if not shape.triples or not named <= bound or bound & frozenset(shape.counts):
        raise NotUnderstood("a variable without a value")
    if any(not condition.variables <= bound for condition in shape.conditions):
        raise NotUnderstood("a condition of a variable without a value")
    # Of a variable of an EXISTS that is bound only after it, its pattern knows nothing.
    targets = frozenset(bind.target for bind in shape.binds)
    if any(not e.variables & bound or e.variables & targets for e in shape.exists):
        raise NotUnderstood("EXISTS of nothing bound")
    if shape.group is not None:
        plain = [name for name in shape.variables if name not in shape.counts]
        ordered = [name for name, _ in shape.order if name not in shape.counts]
        if not {*plain, *ordered} <= set(shape.group) or len(set(shape.group)) < len(shape.group):
            raise NotUnderstood("a value of no group")
    elif shape.distinct and not {name for name, _ in shape.order} <= set(shape.variables):
        raise NotUnderstood("an order by what is not answered")
    if shape.limit is not None and not shape.blocks:
        raise NotUnderstood("any rows will do: the engine need not see all")
    if not (shape.blocks or shape.distinct or shape.exists or _searches(shape.conditions)):
        raise NotUnderstood("rows as they come")


def _searches(conditions: Sequence[Condition]) -> bool:
    return any(
        word in condition.text.upper()
        for condition in conditions
        for word in ("REGEX", "CONTAINS", "STRSTARTS")
    )
