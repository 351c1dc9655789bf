"""Compiled shapes as plain values, and how a store is asked with them.

What :mod:`.compiled` makes of shapes is a plan: the text of each query and all that a result says
besides the solution. A plan needs no graph of shapes, so that it can be kept from one run to the
next, and a hundred thousand results cost no look-ups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

import pyoxigraph as ox

from foedus.check.shacl.results import Result
from foedus.content.names import shorten
from foedus.findings import Severity

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_SH = "http://www.w3.org/ns/shacl#"
_CLOSED = _SH + "ClosedConstraintComponent"
_HAS_VALUE = _SH + "HasValueConstraintComponent"


class NoSelect(Exception):
    """The query of a SPARQL constraint is not a SELECT."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its text, and what its results say besides their solution.

    ``components`` holds one for each solution, or, where ``tested``, one for each of the variables
    ``?c0``, ``?c1``, …, which are true where the constraint holds; ``unsaid`` is the message of
    each component where the shape has none. ``sparql``: it is a SPARQL constraint of the shape,
    with ``own`` messages.
    """

    text: str
    components: tuple[str, ...]
    unsaid: tuple[str, ...]
    tested: bool
    sparql: bool
    own: tuple[str, ...]
    messages: tuple[str, ...]
    on_path: bool
    path: str
    shape: str
    source: str
    advice: str
    severity: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One node shape: its queries and how its focus nodes are found (``None``: it has none).

    ``broken`` says why it is no shape, ``left`` why only pySHACL can judge it.
    """

    node: str
    asked: tuple[Asked, ...] = ()
    focus: str | None = None
    broken: str | None = None
    left: str | None = None

    def plain(self) -> tuple[Any, ...]:
        """The plan as tuples of texts; :func:`from_plain` reads it."""
        queries = tuple(astuple(query) for query in self.asked)
        return (self.node, queries, self.focus, self.broken, self.left)


def from_plain(values: tuple[Any, ...]) -> Plan:
    """A plan as :meth:`Plan.plain` writes it."""
    node, queries, focus, broken, left = values
    return Plan(node, tuple(Asked(*query) for query in queries), focus, broken, left)


@dataclass
class Asking:
    """Results of plans over one store, and what could not be asked."""

    results: list[Result] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def ask_plan(store: ox.Store, plan: Plan, found: Asking) -> None:
    """Ask *store* everything of one plan; a shape is judged as a whole or left to pySHACL."""
    if plan.broken is not None:
        found.broken[plan.node] = plan.broken
        return
    if plan.left is not None:
        found.left[plan.node] = plan.left
        return
    try:
        results = [result for query in plan.asked for result in _ask(store, query)]
    except NoSelect as error:
        found.broken[plan.node] = str(error)
    except SyntaxError as error:
        # A pattern of XPath that the engine does not know.
        found.left[plan.node] = str(error)
    else:
        found.results += results


def count_focus(store: ox.Store, plan: Plan) -> int:
    """How many focus nodes a shape has."""
    if plan.focus is None:
        return 0
    answer = store.query(f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {plan.focus} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return int(next(iter(answer))["n"].value)


def _ask(store: ox.Store, query: Asked) -> Iterator[Result]:
    answer = store.query(query.text)
    if not isinstance(answer, ox.QuerySolutions):
        raise NoSelect("its sh:select is no SELECT")
    names = [(variable.value, variable) for variable in answer.variables]
    severity, every = Severity(query.severity), range(len(query.components))
    for solution in answer:
        row: dict[str, Term | None] = {name: solution[variable] for name, variable in names}
        failed = every
        if query.tested:
            failed = [n for n in every if getattr(row.get(f"c{n}"), "value", "false") != "true"]  # type: ignore[assignment]
        for number in failed:
            yield _result(query, number, row, severity)


def _result(query: Asked, number: int, row: dict[str, Term | None], severity: Severity) -> Result:
    component, written = query.components[number], query.path
    this, value = row["this"], row.get("value")
    if query.sparql:
        reached = row.get("path")
        if not query.on_path and isinstance(reached, ox.NamedNode):
            written = shorten(reached.value)
        value = value if value is not None else (None if query.on_path else this)
    elif component == _CLOSED:
        written = shorten(_text(row["p"]))
    elif not query.on_path and component != _HAS_VALUE:
        value = value if value is not None else this
    return Result(
        focus=_text(this),
        path=written,
        component=component,
        shape=query.shape,
        value=_text(value),
        message=_message(query, number, row),
        advice=query.advice,
        severity=severity,
        source=query.source,
    )


def _message(query: Asked, number: int, row: dict[str, Term | None]) -> str:
    messages = query.own or query.messages
    if query.sparql and row.get("message") is not None:
        messages = (_text(row["message"]),)
    if not messages:
        return query.unsaid[number]
    said = " ".join(messages)
    if query.sparql and "{" in said:
        for name, term in row.items():
            for sign in ("?", "$"):
                said = said.replace(f"{{{sign}{name}}}", shorten(_text(term)))
    return said


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value
