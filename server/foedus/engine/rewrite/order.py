"""The order of triple patterns: of those the engine may begin with, the most selective first.

A basic graph pattern is a set (SPARQL 1.1 Query, section 18.2.2.5): the order in which its triple
patterns are written changes no solution. The engine orders joins by shape alone: two patterns with
a constant predicate and object, ``?p f:commitmentType commitment:defense`` and ``?p f:obligee
state:iran``, count the same for it, and the one written first wins. Here they are counted in the
data. What it joins next it knows well, so the rest stays as it was written.
"""

from __future__ import annotations

from collections.abc import Callable

from foedus.engine.rewrite.syntax import Element, Filter, Group, Term, Triple, Union

Count = Callable[[Term, Term], int]

_FEW = 100  # so many are walked in less time than is gained
_UNKNOWN = 5_000
_NAMED, _VALUED = 50, 500  # a label in a language is borne by few; a day or a flag by more


def assumed(value: Term) -> int:
    """How many subjects have this value, when the data cannot be asked."""
    if value.kind == "literal":
        return _NAMED if "@" in value.text[-12:] else _VALUED
    return _UNKNOWN


Choose = Callable[[list[Triple]], int]


def ordered(group: Group, choose: Choose) -> None:
    """Order the triple patterns of *group* and of the groups in it, in place.

    ``choose`` says which of several the engine should begin with (:func:`rarest`).
    Triple patterns are moved within one basic graph pattern only: as far as filters, which end
    none (section 18.2.2.2), but nothing else stands between them.
    """
    result: list[Element] = []
    block: list[Triple] = []
    filters: list[Element] = []
    for element in group.elements:
        if isinstance(element, Triple):
            block.append(element)
            continue
        inner = element.groups if isinstance(element, Union) else element.pieces
        for piece in inner:
            if isinstance(piece, Group):
                ordered(piece, choose)
        if isinstance(element, Filter):
            if element.exists is not None:
                ordered(element.exists, choose)
            filters.append(element)
            continue
        result += [*_begun(block, choose), *filters, element]
        block, filters = [], []
    group.elements = [*result, *_begun(block, choose), *filters]


def rarest(rivals: list[Triple], count: Count) -> int:
    """Which of them has the rarest value; the first, where that is rare enough."""
    first = _count(rivals[0], count)
    if first <= _FEW:
        return 0
    counted = [first, *(_count(triple, count) for triple in rivals[1:])]
    return counted.index(min(counted))


def _begun(block: list[Triple], choose: Choose) -> list[Triple]:
    """The block with the rarest value before the others that the engine may begin with."""
    rivals = [triple for triple in block if _is_rival(triple)]
    if len(rivals) < 2:
        return block
    best = rivals[choose(rivals)]
    if best is rivals[0]:
        return block
    first = block.index(rivals[0])
    rest = [triple for triple in block if triple is not best]
    return [*rest[:first], best, *rest[first:]]


def _is_rival(triple: Triple) -> bool:
    """Whether the engine may begin here: many or few, to it all these count the same.

    A type, it knows, says little: it does not begin there while it has another choice.
    """
    return (
        triple.subject.kind == "variable"
        and triple.object.kind != "variable"
        and triple.verb.kind in ("iri", "name")
    )


def _count(triple: Triple, count: Count) -> int:
    if triple.object.kind == "literal":
        return assumed(triple.object)
    return count(triple.verb, triple.object)
