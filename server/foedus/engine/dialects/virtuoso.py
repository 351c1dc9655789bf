"""Virtuoso 7 (open source), as it was found to differ; every line is held by a test.

How a query is written for it:

- a comparison with ``<=`` or ``>=`` and a constant day leaves out the last of those that are equal,
  where it is answered from an index: the constant becomes a cast, which is not;
- a part of an expression that is an EXISTS gives an error of its SQL, and one that is a variable
  counts as true when it is false: both are judged by IF;
- what COALESCE made, when it is filtered, has what it was made of bound as well: a query that asks
  both would be answered wrongly, and is not asked;
- IRIs of its own (``bif:``, ``sql:``) call functions of its SQL: refused;
- with no named graph in the dataset it asks all that it has: one that nobody has is named.

What its answers mean: ``xsd:boolean`` comes as 1 and 0 in results, and what an expression says is
true or false as an integer, which is a truth wherever the query shows that it can be nothing else
(:mod:`.expressions`; a cast to ``xsd:boolean`` is at times wrong). ASK comes as a table of one cell
or none, blank nodes as ``nodeID://…``.

What it keeps: numbers, days and moments by value (:mod:`.values`); a whole number beyond 64 bits as
a decimal, ``wktLiteral`` under a type of its own. Two literals of one subject and predicate that
have one number inside (``true`` and ``1``) are one to it; a duration and a year before Christ it
changes: `foedus publish` finds that, and says that not all arrived.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyoxigraph as ox

from foedus.engine.answers import Boolean, Dataset, Solutions, Term
from foedus.engine.dialects import values
from foedus.engine.dialects.any import NOTHING, AnyEngine
from foedus.engine.dialects.expressions import (
    Edit,
    conditions,
    edited,
    filtered_choices,
    truths,
)
from foedus.engine.errors import EngineFailed, QueryRefused
from foedus.engine.guard import CheckedQuery, mentions
from foedus.engine.serialize import GRAPH_FORMATS, distinct
from foedus.engine.solutions import read
from foedus.engine.tokens import Token, scan

_XSD = values.XSD
_DAYS = frozenset({_XSD + "date", _XSD + "dateTime"})
_ITS_OWN = ("bif:", "sql:", "http://www.openlinksw.com/schemas/bif#")
_BOOLEAN = ox.NamedNode(_XSD + "boolean")
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_GEOMETRY = "http://www.openlinksw.com/schemas/virtrdf#Geometry"
_LARGEST = 2**63
_TRUTHS = {"0": "false", "1": "true"}


class Virtuoso(AnyEngine):
    """Virtuoso 7.2."""

    name = "virtuoso"
    sign = "virtuoso"
    chunk = 20_000

    def written(self, checked: CheckedQuery) -> str:
        """Days of comparisons and truths cast; raises :class:`QueryRefused`."""
        text = checked.text
        named = {token.start: iri for token, iri in mentions(text)}
        if any(iri.lower().startswith(_ITS_OWN) for iri in named.values()):
            raise QueryRefused("service", "Functions of the engine itself are not called here.")
        tokens = list(scan(text))
        if names := filtered_choices(tokens):
            raise EngineFailed(
                "The engine behind this service would answer this wrongly: it takes what COALESCE "
                f"chooses from to be bound where ?{names[0]} is filtered. Write it with UNION."
            )
        edits: list[Edit] = []
        for start, end in conditions(tokens):
            edits += [Edit(start, start, "IF("), Edit(end, end, ", true, false)", closes=True)]
        for i, token in enumerate(tokens):
            kind = named.get(tokens[i + 2].start) if i + 2 < len(tokens) else None
            if kind in _DAYS and token.kind == "string" and _compared(tokens, i):
                edits.append(Edit(token.start, tokens[i + 2].end, f"<{kind}>({token.text})"))
        return edited(text, edits)

    def dataset(self, dataset: Dataset) -> list[tuple[str, str]]:
        """As for any engine; but no named graph would mean all."""
        named = dataset.named_graphs or (NOTHING,)
        return super().dataset(Dataset(dataset.default_graphs, named))

    def results(self, body: bytes, checked: CheckedQuery) -> Solutions | Boolean:
        """The answer, with truths, blank nodes and strings as RDF 1.1 writes them."""
        if checked.form == "ASK":
            return _truth(body)
        variables, rows = read(body, label=_label)
        known = truths(list(scan(checked.text)))
        columns = [name in known for name in variables]
        return Solutions(
            variables,
            [tuple(map(_term, row, columns)) for row in rows],
        )

    def graph(self, body: bytes, media_type: str) -> list[ox.Triple]:
        """The same of a graph."""
        rdf = GRAPH_FORMATS.get(media_type)
        if rdf is None:
            raise ValueError(f"{media_type or 'nothing known'} instead of a graph")
        quads = ox.parse(body, format=rdf)
        return sorted(distinct(values.normal(quad.triple) for quad in quads), key=str)

    def normal(self, triple: ox.Triple) -> ox.Triple:
        """By value; and what this engine has no own kind for, under the kind that it takes."""
        triple = values.normal(triple)
        found = triple.object
        if not isinstance(found, ox.Literal):
            return triple
        kind, text = found.datatype.value, found.value
        if kind == _XSD + "integer" and text == values.whole(text) and _is_large(text):
            kept = ox.Literal(text, datatype=ox.NamedNode(_XSD + "decimal"))
        elif kind == _WKT:
            kept = ox.Literal(text, datatype=ox.NamedNode(_GEOMETRY))
        else:
            return triple
        return ox.Triple(triple.subject, triple.predicate, kept)

    @property
    def normalisation(self) -> str:
        """The values, and the two kinds of :meth:`normal`."""
        return f"{values.NAME}+virtuoso-7"

    def stores(self, query: str) -> Sequence[str]:
        """The store that asks for a password, then the one that everybody may read."""
        before = query.rstrip("/").rpartition("/")[0]
        return (f"{before}/sparql-graph-crud-auth", f"{before}/sparql-graph-crud")


def _term(term: Term | None, truth: bool) -> Term | None:
    if not isinstance(term, ox.Literal):
        return term
    if truth and term.value in _TRUTHS:
        return ox.Literal(_TRUTHS[term.value], datatype=_BOOLEAN)
    return values.literal(term)


def _label(label: str) -> str:
    return label.removeprefix("nodeID://").replace("/", "_") or "b"


def _is_large(text: str) -> bool:
    try:
        return not -_LARGEST <= int(text) < _LARGEST
    except ValueError:
        return False


def _truth(body: bytes) -> Boolean:
    try:
        found = json.loads(body)
        if isinstance(found.get("boolean"), bool):
            return Boolean(found["boolean"])
        rows = found["results"]["bindings"]
        if not rows:
            return Boolean(False)
        (term,) = rows[0].values()
        return Boolean({"0": False, "1": True}[term["value"]])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("it answers ASK with neither true nor false") from None


def _compared(tokens: Sequence[Token], i: int) -> bool:
    """Whether the literal at *i* stands beside ``<=`` or ``>=``."""
    before = tokens[i - 1].text if i else ""
    after = tokens[i + 3].text if i + 3 < len(tokens) else ""
    return before in ("<=", ">=") or after in ("<=", ">=")
