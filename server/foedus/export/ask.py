"""The questions behind the tables, each a file in ``queries/``, asked of the store of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pyoxigraph as ox


def question(name: str) -> str:
    """The text of a question; its ``#+`` lines are comments to SPARQL."""
    return (files(__package__) / "queries" / f"{name}.rq").read_text(encoding="utf-8")


def ask(
    store: ox.Store, name: str, **values: ox.NamedNode | ox.Literal
) -> Iterator[dict[str, str]]:
    """The solutions of a question, as plain texts; *values* stand for its variables.

    What is unbound in a solution is not in it.
    """
    text = question(name)
    for key, term in values.items():
        text = re.sub(rf"\?{key}\b", str(term).replace("\\", r"\\"), text)
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    for solution in found:
        row: dict[str, str] = {}
        for key in names:
            term = solution[key]
            if isinstance(term, ox.NamedNode | ox.Literal):
                row[key] = term.value
        yield row
