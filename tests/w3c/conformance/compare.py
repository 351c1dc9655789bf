"""The same result: equal terms in equal numbers, but for the names of blank nodes.

Rows have no order here. Terms are equal when their lexical forms are (RDF 1.1 Concepts, section
3.3), so that ``"01"^^xsd:integer`` is not ``"1"^^xsd:integer``; they are when compared by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from conformance.results import Table, Term

Row = Mapping[str, Term]


_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMERIC = frozenset({"integer", "decimal", "float", "double"})


def difference(found: Table | bool, wanted: Table | bool, *, by_value: bool = False) -> str:
    """What is different, in words; ``""`` when nothing is."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return "" if found is wanted else f"wanted {wanted}, found {found}"
    if set(found.variables) != set(wanted.variables):
        return f"wanted the variables {wanted.variables}, found {found.variables}"
    left, right = (
        [_valued(row) for row in t.rows] if by_value else t.rows for t in (found, wanted)
    )
    if same_rows(left, right):
        return ""
    missing = [row for row in right if _ground(row) not in [_ground(r) for r in left]]
    added = [row for row in left if _ground(row) not in [_ground(r) for r in right]]
    if not missing and not added:
        return f"the same rows in other numbers, or linked by other blank nodes: {_shown(left)}"
    return f"missing: {_shown(missing)}\ntoo much: {_shown(added)}"


def same_rows(found: Iterable[Row], wanted: Iterable[Row]) -> bool:
    """Whether one renaming of blank nodes, one to one, makes the two multisets of rows equal."""
    left, right = sorted(found, key=_ground), sorted(wanted, key=_ground)
    if [_ground(row) for row in left] != [_ground(row) for row in right]:
        return False
    return _match(left, list(right), {}, {})


def same_graph(found: Iterable[ox.Triple], wanted: Iterable[ox.Triple]) -> bool:
    """Whether two graphs are isomorphic (RDF 1.1 Concepts, section 3.6)."""
    return _canonical(found) == _canonical(wanted)


def _match(left: list[Row], right: list[Row], there: dict[Any, Any], back: dict[Any, Any]) -> bool:
    if not left:
        return True
    row, rest = left[0], left[1:]
    tried: list[Row] = []
    for i, candidate in enumerate(right):
        if _ground(candidate) != _ground(row) or candidate in tried:
            continue
        tried.append(candidate)
        more, less = dict(there), dict(back)
        if _bind(row, candidate, more, less) and _match(
            rest, right[:i] + right[i + 1 :], more, less
        ):
            return True
        if not any(isinstance(term, ox.BlankNode) for term in row.values()):
            return False
    return False


def _bind(row: Row, candidate: Row, there: dict[Any, Any], back: dict[Any, Any]) -> bool:
    for name, term in row.items():
        other = candidate[name]
        if isinstance(term, ox.BlankNode) and (
            there.setdefault(term, other) != other or back.setdefault(other, term) != term
        ):
            return False
    return True


def _valued(row: Row) -> Row:
    """A row with numbers and truth values in one spelling each."""
    return {name: _value(term) for name, term in row.items()}


def _value(term: Term) -> Term:
    if isinstance(term, str):
        return _number(term) or term
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(_XSD):
        return term
    name, text = term.datatype.value.removeprefix(_XSD), term.value
    if name == "boolean":
        text = {"1": "true", "0": "false"}.get(text, text)
    elif name in _NUMERIC:
        text = _number(text) or text
    return ox.Literal(text, datatype=term.datatype)


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    return str(number.normalize() + 0) if number.is_finite() else text


def _ground(row: Row) -> list[tuple[str, str]]:
    """A row without the names of its blank nodes, to be sorted and compared."""
    return sorted(
        (name, "_:" if isinstance(term, ox.BlankNode) else str(term)) for name, term in row.items()
    )


def _canonical(triples: Iterable[ox.Triple]) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _shown(rows: Iterable[Row]) -> str:
    return "\n  ".join(
        ["", *(", ".join(f"?{n} {t}" for n, t in sorted(row.items())) for row in rows)]
    )
