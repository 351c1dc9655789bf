"""Validation over the embedded store: what :mod:`.compiled` makes of shapes, asked and counted.

Memory is that of the results and of one query at a time. A shape that cannot be compiled is judged
by pySHACL over a copy of the data in memory, made only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox
from rdflib import RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Node

from foedus.check.shacl.compiled import Compiler, Query, targets
from foedus.check.shacl.memory import (
    DataGraph,
    Result,
    Shapes,
    part_of,
    path_text,
    severity_of,
    to_rdflib,
    validate,
)
from foedus.check.shacl.paths import IllFormed, Unsupported
from foedus.content.names import shorten

Term = ox.NamedNode | ox.BlankNode | ox.Literal
_SUBCLASS = ox.NamedNode(str(RDFS.subClassOf))


@dataclass
class StoreData:
    """A data graph in the default graph of a store."""

    store: ox.Store = field(default_factory=ox.Store)

    @classmethod
    def of(cls, triples: Iterable[ox.Quad | ox.Triple]) -> StoreData:
        """A data graph of *triples*, whatever graph they stand in."""
        data = cls()
        data.store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        return data

    @cached_property
    def graph(self) -> DataGraph:
        """The same in memory, for what only pySHACL can judge."""
        return to_rdflib(self.store)

    def __len__(self) -> int:
        return len(self.store)

    def classes(self, kind: Node) -> list[Node]:
        """A class and all its subclasses (SHACL, section 3.2)."""
        found: dict[str, Node] = {str(kind): kind}
        waiting = [ox.NamedNode(str(kind))] if isinstance(kind, URIRef) else []
        while waiting:
            for quad in self.store.quads_for_pattern(None, _SUBCLASS, waiting.pop()):
                narrower = quad.subject
                if isinstance(narrower, ox.NamedNode) and narrower.value not in found:
                    found[narrower.value] = URIRef(narrower.value)
                    waiting.append(narrower)
        return [found[name] for name in sorted(found)]


@dataclass
class Validation:
    """What a validation found: results, shapes that are broken, shapes that pySHACL judged."""

    results: list[Result] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    by_pyshacl: dict[str, str] = field(default_factory=dict)


def validate_store(
    data: StoreData, shapes: Shapes, tell: Callable[[str], None] | None = None
) -> Validation:
    """Validate *data* against *shapes*; the results are sorted."""
    found = Validation()
    compiler = Compiler(shapes.graph, data.classes)
    for node in shapes.targets:
        if tell:
            tell(shorten(node))
        parts = [URIRef(node), *(URIRef(p) for p, own in shapes.owner.items() if own == node)]
        try:
            queries = [query for part in parts for query in compiler.shape(part)]
            results = [result for query in queries for result in _ask(data, shapes, query)]
        except IllFormed as error:
            found.broken[node] = str(error)
        except (Unsupported, SyntaxError) as error:
            # A pattern of XPath that the engine does not know, or another thing only pySHACL can.
            found.by_pyshacl[node] = str(error)
            try:
                found.results += validate(data.graph, part_of(shapes, node))
            except Exception as wrong:  # pySHACL raises what it likes
                found.broken[node] = first_line(wrong)
        else:
            found.results += results
    found.results.sort()
    return found


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    text = str(getattr(error, "message", "") or error).strip() or type(error).__name__
    return text.split("\n")[0]


def count_focus_nodes(data: StoreData, shapes: Shapes) -> dict[str, int]:
    """How many focus nodes each shape has."""
    counts = {}
    for node in shapes.targets:
        focus = targets(shapes.graph, URIRef(node), data.classes)
        text = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {focus('?this') if focus else ''} }}"
        answer = data.store.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        counts[node] = int(next(iter(answer))["n"].value) if focus else 0
    return counts


def _ask(data: StoreData, shapes: Shapes, query: Query) -> Iterator[Result]:
    for row in _select(data.store, query.text):
        if query.tested:
            failed = [
                component
                for number, component in enumerate(query.components)
                if getattr(row.get(f"c{number}"), "value", "false") != "true"
            ]
        else:
            failed = list(query.components)
        for component in failed:
            yield _result(shapes, query, component, row)


def _select(store: ox.Store, text: str) -> Iterator[dict[str, Term | None]]:
    """The solutions of a query by the names of their variables."""
    answer = store.query(text)
    if not isinstance(answer, ox.QuerySolutions):
        raise IllFormed("its sh:select is no SELECT")
    names = [(variable.value, variable) for variable in answer.variables]
    for solution in answer:
        yield {name: solution[variable] for name, variable in names}


def _result(shapes: Shapes, query: Query, component: URIRef, row: dict[str, Term | None]) -> Result:
    graph, shape = shapes.graph, query.shape
    path = graph.value(shape, SH.path)
    this, value, written = row["this"], row.get("value"), path_text(graph, path)
    if query.constraint is not None:
        reached = row.get("path")
        if path is None and isinstance(reached, ox.NamedNode):
            written = shorten(reached.value)
        value = value if value is not None else (this if path is None else None)
    elif component == SH.ClosedConstraintComponent:
        written = shorten(_text(row["p"]))
    elif path is None and component != SH.HasValueConstraintComponent:
        value = value if value is not None else this
    source = str(shape) if not isinstance(shape, BNode) else f"_:{shape}"
    return Result(
        focus=_text(this),
        path=written,
        component=str(component),
        shape=shapes.owner.get(str(shape), source),
        value=_text(value),
        message=_message(graph, query, component, row),
        advice=str(graph.value(shape, SH.description) or ""),
        severity=severity_of(graph, shape),
        source=source,
    )


def _message(graph: Graph, query: Query, component: URIRef, row: dict[str, Term | None]) -> str:
    own = query.constraint.messages if query.constraint else ()
    messages = own or tuple(sorted(str(m) for m in graph.objects(query.shape, SH.message)))
    if "message" in row and row["message"] is not None and query.constraint:
        messages = (_text(row["message"]),)
    if not messages:
        name = str(component).rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
        parameter = f"{name[0].lower()}{name[1:]}"
        asked = sorted(str(v) for v in graph.objects(query.shape, URIRef(f"{SH}{parameter}")))
        asked = [shorten(value) for value in asked if not value.startswith("n")]
        return f"sh:{parameter} {' '.join(asked)}".strip() + " is not met"
    said = " ".join(messages)
    for name, term in row.items() if query.constraint else ():
        for sign in ("?", "$"):
            said = said.replace(f"{{{sign}{name}}}", shorten(_text(term)))
    return said


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value
