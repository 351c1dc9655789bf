"""Solutions of another service: read strictly, written as VALUES.

SPARQL 1.1 Query Results JSON Format, section 3. What is not in the format is an error, not passed
over: who gets the query's answer has no way to see what was left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyoxigraph as ox

from foedus.engine.answers import Term

Row = tuple[Term | None, ...]


def read(document: bytes, label: Callable[[str], str] = str) -> tuple[tuple[str, ...], list[Row]]:
    """The variables and the solutions of a document; raises :class:`ValueError`.

    ``label`` makes of what a service calls a blank node what RDF calls one.
    """
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 at byte {error.start}") from None
    try:
        read_ = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON at character {error.pos}") from None
    variables = _variables(_member(read_, "head", dict))
    bindings = _member(_member(read_, "results", dict), "bindings", list)
    return variables, [_row(binding, variables, label) for binding in bindings]


def values(variables: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> str:
    """A group whose solutions are *rows* (SPARQL 1.1 Query, section 10.2)."""
    head = " ".join(f"?{name}" for name in variables)
    data = " ".join(f"({' '.join(map(_written, row))})" for row in rows)
    return f" {{ VALUES ({head}) {{ {data} }} }} "


def _written(term: Term | None) -> str:
    return "UNDEF" if term is None else str(term)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _member(of: Any, name: str, kind: type) -> Any:
    found = of.get(name) if isinstance(of, dict) else None
    if not isinstance(found, kind):
        raise ValueError(f"it has no {name}")
    return found


def _variables(head: dict[str, Any]) -> tuple[str, ...]:
    names = _member(head, "vars", list)
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise ValueError("its vars are no list of different names")
    return tuple(names)


def _row(binding: Any, variables: Sequence[str], label: Callable[[str], str]) -> Row:
    if not isinstance(binding, dict) or not set(binding) <= set(variables):
        raise ValueError("a binding is of none of its variables")
    return tuple(_term(binding[name], label) if name in binding else None for name in variables)


def _term(written: Any, label: Callable[[str], str]) -> Term:
    """An RDF term (section 3.2.2)."""
    if not isinstance(written, dict) or not isinstance(written.get("value"), str):
        raise ValueError("a term has no value")
    value, kind = written["value"], written.get("type")
    try:
        if kind == "uri":
            return ox.NamedNode(value)
        if kind == "bnode":
            return ox.BlankNode(label(value))
        if kind in ("literal", "typed-literal"):
            datatype, language = written.get("datatype"), written.get("xml:lang")
            if datatype is not None and language is None:
                return ox.Literal(value, datatype=ox.NamedNode(datatype))
            if datatype is None or datatype == _LANG_STRING:
                return ox.Literal(value, language=language) if language else ox.Literal(value)
    except (TypeError, UnicodeError) as error:
        raise ValueError(f"a term is none of RDF: {error}") from None
    raise ValueError(f"a term is of the type {str(kind)[:40]!r}")


_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
