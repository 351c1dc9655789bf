"""The order of triple patterns: the most selective first.

A basic graph pattern is a set (SPARQL 1.1 Query, section 18.2.2.5): the order in which its triple
patterns are written changes no solution. The engine orders joins by shape alone: two patterns with
a constant predicate and object, ``?p a f:Commitment`` and ``?p f:obligee state:iran``, count the
same for it, and the one written first wins. Here they are counted in the data.
"""

from __future__ import annotations

from collections.abc import Callable

from foedus.engine.rewrite.syntax import Element, Filter, Group, Term, Triple, Union

Count = Callable[[Term, Term], int]

_BOUND_SUBJECT, _OPEN = 10, 1_000_000
_UNKNOWN, _TYPE = 5_000, 10_000
_NAMED, _VALUED = 50, 500  # a label in a language is borne by few; a day or a flag by more


def assumed(verb: Term, value: Term) -> int:
    """How many subjects have this value, when the data cannot be asked."""
    return _TYPE if verb.text == "a" else _UNKNOWN


def ordered(group: Group, count: Count, outer: frozenset[str] = frozenset()) -> None:
    """Order the triple patterns of *group* and of the groups in it, in place.

    Triple patterns are moved within one basic graph pattern only: as far as filters, which end
    none (section 18.2.2.2), but nothing else stands between them.
    """
    certain = outer | group.certain
    result: list[Element] = []
    block: list[Triple] = []
    filters: list[Filter] = []
    bound = outer
    for element in [*group.elements, None]:
        if isinstance(element, Triple):
            block.append(element)
            continue
        if isinstance(element, Filter):
            filters.append(element)
            if element.exists is not None:
                ordered(element.exists, count, certain)
            _inside(element.pieces, count, certain)
            continue
        result += _greedy(block, filters, count, bound)
        result += filters
        bound = bound.union(*(triple.variables for triple in block))
        block, filters = [], []
        if element is None:
            break
        if isinstance(element, Union):
            for inner in element.groups:
                ordered(inner, count, certain)
        else:
            # A sub-select is evaluated on its own, and so are the groups in it.
            alone = isinstance(element.pieces[0], str) and _is_select(element.pieces[0])
            _inside(element.pieces, count, frozenset() if alone else certain)
        result.append(element)
    group.elements = result


def _is_select(text: str) -> bool:
    return text[:6].upper() == "SELECT"


def _inside(pieces: list[str | Group], count: Count, certain: frozenset[str]) -> None:
    for piece in pieces:
        if isinstance(piece, Group):
            ordered(piece, count, certain)


def _greedy(
    block: list[Triple], filters: list[Filter], count: Count, bound: frozenset[str]
) -> list[Triple]:
    """The cheapest first, then always the cheapest of those that are connected with it."""
    if sum(map(_is_rival, block)) < 2:
        return block
    left, result = list(block), []
    filtered = frozenset().union(*(f.variables for f in filters if f.exists is None))
    while left:
        connected = [t for t in left if not t.variables or t.variables & bound] or left
        best = min(connected, key=lambda t: _cost(t, count, bound, filtered))
        left.remove(best)
        result.append(best)
        bound |= best.variables
    return result


def _is_rival(triple: Triple) -> bool:
    """Whether the engine may begin here: many or few, to it all these count the same."""
    return (
        triple.subject.kind == "variable"
        and triple.object.kind != "variable"
        and triple.verb.kind in ("iri", "name")
    )


def _cost(
    triple: Triple, count: Count, bound: frozenset[str], filtered: frozenset[str]
) -> tuple[float, int]:
    """Expected matches; among equals what a filter thins out comes first, a type last."""
    subject, value = _is_bound(triple.subject, bound), _is_bound(triple.object, bound)
    constant = triple.verb.kind in ("iri", "name", "a") and triple.object.kind in ("iri", "name")
    thinned = int(not (triple.variables & filtered - bound))
    if triple.verb.kind in ("variable", "path"):
        expected = 1e9 if not (subject or value) else 1e4
    elif subject and value:
        expected = 1
    elif subject:
        expected = _BOUND_SUBJECT
    elif constant:
        expected = count(triple.verb, triple.object)
    elif triple.object.kind == "literal":
        expected = _NAMED if "@" in triple.object.text[-12:] else _VALUED
    else:
        expected = _UNKNOWN if value else _OPEN
    return expected, thinned


def _is_bound(term: Term, bound: frozenset[str]) -> bool:
    name = term.variable
    return name is None or name in bound
