"""ORDER BY over terms of every kind, in an order that is one.

SPARQL 1.1 Query (section 15.1) orders unbound before blank nodes before IRIs before literals, and
literals by ``<`` where that is defined; between, say, a date and a string it leaves the order open.
The engine fills the gaps term by term, so that its order has circles, and its sort may end the
process over one. A key put before the variable keeps what cannot be compared apart: within equal
keys ``<`` is a total order, and whatever the specification orders stays in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foedus.engine.rewrite.syntax import Filter, Group, Other, Query, Triple, Union
from foedus.engine.tokens import Token, scan

_XSD = "http://www.w3.org/2001/XMLSchema#"
# Numbers compare with numbers. Of the others each datatype stands alone; with a zone and without
# one, times do not compare; durations of months and of seconds do not either.
_KEY = (
    'IF(isLiteral({0}), IF(isNumeric({0}), " ", CONCAT(STR(DATATYPE({0})), '
    f"IF(DATATYPE({{0}}) = <{_XSD}string>, '', "
    'IF(REGEX(STR({0}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$"), "Z", "")), '
    f"IF(DATATYPE({{0}}) = <{_XSD}duration>, STR({{0}}), ''))), '')"
)
_ENDS = ("LIMIT", "OFFSET", "VALUES", "HAVING", "GROUP")


def sorted_totally(query: Query) -> Query:
    """*query* with a key before each variable of an ORDER BY that may hold literals."""
    _in_group(query.pattern)
    return Query(query.before, query.pattern, _keyed(query.before, query.pattern, query.after))


def _in_group(group: Group) -> None:
    for element in group.elements:
        if isinstance(element, Union):
            for inner in element.groups:
                _in_group(inner)
        elif isinstance(element, Filter):
            if element.exists is not None:
                _in_group(element.exists)
        elif isinstance(element, Other):
            for piece in element.pieces:
                if isinstance(piece, Group):
                    _in_group(piece)
            match element.pieces:
                case [str(head), Group() as pattern, str(after)] if head[:6].upper() == "SELECT":
                    element.pieces = [head, pattern, _keyed(head, pattern, after)]


def _keyed(head: str, pattern: Group, after: str) -> str:
    if "ORDER" not in after.upper():
        return after
    tokens = list(scan(after))
    start = next((i + 2 for i, token in enumerate(tokens) if token.is_word("ORDER")), len(tokens))
    safe = _never_literals(pattern) | _counts(list(scan(head)))
    pieces, position = [], 0
    for variable, direction, where in _plain_variables(tokens, start):
        if variable.text[1:] not in safe:
            pieces += [after[position:where], f"{direction}({_KEY.format(variable.text)}) "]
            position = where
    return "".join(pieces) + after[position:]


def _plain_variables(tokens: Sequence[Token], start: int) -> Iterator[tuple[Token, str, int]]:
    """The conditions that are a mere variable: ``?x``, ``(?x)``, ``ASC(?x)``, ``DESC(?x)``.

    Each with its direction and where the condition begins.
    """
    index = start
    while index < len(tokens) and not tokens[index].is_word(*_ENDS):
        begin, direction = tokens[index], "ASC"
        if begin.is_word("ASC", "DESC"):
            direction, index = begin.upper, index + 1
        elif begin.kind in ("word", "name", "iri"):
            index += 1
        if index < len(tokens) and tokens[index].kind == "variable":
            yield tokens[index], direction, begin.start
            index += 1
            continue
        closing, depth = index, 0
        while closing < len(tokens):
            depth += (tokens[closing].text == "(") - (tokens[closing].text == ")")
            closing += 1
            if not depth:
                break
        inner = tokens[index + 1 : closing - 1]
        if len(inner) == 1 and inner[0].kind == "variable" and _is_direction(begin):
            yield inner[0], direction, begin.start
        index = max(closing, index + 1)


def _is_direction(token: Token) -> bool:
    return token.text == "(" or token.is_word("ASC", "DESC")


def _never_literals(pattern: Group) -> frozenset[str]:
    """Variables that stand for a subject or a predicate (a path may begin at a literal)."""
    names: set[str] = set()
    for triple in pattern.elements:
        if isinstance(triple, Triple) and triple.verb.kind != "path":
            names |= {n for t in (triple.subject, triple.verb) if (n := t.variable) is not None}
    return frozenset(names)


def _counts(tokens: Sequence[Token]) -> frozenset[str]:
    """The variables of ``(COUNT(…) AS ?n)``: numbers only."""
    names: set[str] = set()
    for i, token in enumerate(tokens):
        if token.is_word("COUNT") and i and tokens[i - 1].text == "(":
            rest = iter(range(i + 1, len(tokens)))
            depth = 0
            for j in rest:
                depth += (tokens[j].text == "(") - (tokens[j].text == ")")
                if not depth:
                    if j + 2 < len(tokens) and tokens[j + 1].is_word("AS"):
                        names.add(tokens[j + 2].text[1:])
                    break
    return frozenset(names)
