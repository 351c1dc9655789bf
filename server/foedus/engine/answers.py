"""What an engine gives back, and what an engine is.

Terms are pyoxigraph's (``NamedNode``, ``BlankNode``, ``Literal``): the one term model of the
program.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to SELECT: rows of terms, ``None`` where a variable is unbound."""

    variables: tuple[str, ...]
    rows: list[Row]

    def dicts(self) -> list[dict[str, Term]]:
        """Each row as a mapping that leaves out what is unbound."""
        return [
            {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Boolean:
    """The answer to ASK."""

    value: bool


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to CONSTRUCT and DESCRIBE: a set of triples, in the order of their appearance."""

    triples: list[ox.Triple] = field(default_factory=list)


Answer = Solutions | Boolean | Triples


@dataclass(frozen=True, slots=True)
class Dataset:
    """An RDF dataset named from outside the query (SPARQL 1.1 Protocol, section 2.1.4).

    When there is one at all, it is the whole dataset: what is in neither list is not asked.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


class Engine(Protocol):
    """Anything that answers SPARQL 1.1 queries."""

    def query(
        self,
        text: str,
        *,
        at: datetime.date | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer *text*; raises :class:`~foedus.engine.errors.QueryError`."""


def value(term: Term | None) -> str:
    """The plain text of a term: an IRI, a lexical form, a blank node's label, or ``""``."""
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, ox.Triple):
        return str(term)
    return term.value
