"""Validation over the embedded store: what :mod:`.compiled` makes of shapes, asked and counted.

Memory is that of the results and of one query at a time. A shape that cannot be compiled is judged
by pySHACL over a copy of the data in memory, made only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rdflib import SH, BNode, Graph, URIRef
from rdflib.term import Node

from foedus.check import forked
from foedus.check.shacl.compiled import Compiler, Query, targets
from foedus.check.shacl.data import StoreData
from foedus.check.shacl.memory import Shapes, part_of, path_text, severity_of, validate
from foedus.check.shacl.paths import IllFormed, Unsupported
from foedus.check.shacl.plan import Asked, Asking, Plan, ask_plan, count_focus
from foedus.check.shacl.results import Result
from foedus.content.names import shorten

__all__ = ["StoreData", "Validation", "count_focus_nodes", "judged", "plans", "validate_store"]


@dataclass
class Validation:
    """What a validation found: results, shapes that are broken, shapes that pySHACL judged."""

    results: list[Result] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    by_pyshacl: dict[str, str] = field(default_factory=dict)


def plans(shapes: Shapes, classes: Callable[[Node], Iterable[Node]]) -> list[Plan]:
    """What the store is asked for each node shape; *classes* as of :meth:`StoreData.classes`."""
    compiler = Compiler(shapes.graph, classes)
    found = []
    for node in shapes.targets:
        parts = [URIRef(node), *(URIRef(p) for p, own in shapes.owner.items() if own == node)]
        focus = targets(shapes.graph, URIRef(node), classes)
        start = focus("?this") if focus else None
        try:
            queries = [query for part in parts for query in compiler.shape(part)]
            asked = tuple(_plain(shapes, query) for query in queries)
        except IllFormed as error:
            found.append(Plan(node, focus=start, broken=str(error)))
        except (Unsupported, SyntaxError) as error:
            found.append(Plan(node, focus=start, left=str(error)))
        else:
            found.append(Plan(node, asked, start))
    return found


def validate_store(
    data: StoreData,
    shapes: Shapes,
    tell: Callable[[str], None] | None = None,
    processes: int = 1,
) -> Validation:
    """Validate *data* against *shapes*; the results are sorted.

    With two *processes* a copy of this one, which shares the data, asks every second shape.
    """
    every = plans(shapes, data.classes)

    def ask(some: Iterable[Plan]) -> Asking:
        found = Asking()
        for plan in some:
            if tell:
                tell(shorten(plan.node))
            ask_plan(data.store, plan, found)
        return found

    if processes > 1 and len(every) > 1 and forked.possible():
        wait = forked.start(lambda: ask(every[1::2]))
        found = ask(every[::2])
        other = wait() or ask(every[1::2])  # once more here, where that process was ended
        found.results += other.results
        found.broken |= other.broken
        found.left |= other.left
    else:
        found = ask(every)
    return judged(data, found, lambda: shapes)


def judged(data: StoreData, found: Asking, shapes: Callable[[], Shapes]) -> Validation:
    """What was asked, with the results of the shapes that were left to pySHACL, sorted."""
    results, broken = found.results, dict(found.broken)
    for node in found.left:
        try:
            results += validate(data.graph, part_of(shapes(), node))
        except Exception as wrong:  # pySHACL raises what it likes
            broken[node] = first_line(wrong)
    results.sort()
    return Validation(results, broken, dict(found.left))


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    text = str(getattr(error, "message", "") or error).strip() or type(error).__name__
    return text.split("\n")[0]


def count_focus_nodes(data: StoreData, shapes: Shapes) -> dict[str, int]:
    """How many focus nodes each shape has."""
    counts = {}
    for node in shapes.targets:
        focus = targets(shapes.graph, URIRef(node), data.classes)
        counts[node] = count_focus(data.store, Plan(node, focus=focus("?this") if focus else None))
    return counts


def _plain(shapes: Shapes, query: Query) -> Asked:
    graph, shape = shapes.graph, query.shape
    path = graph.value(shape, SH.path)
    source = str(shape) if not isinstance(shape, BNode) else f"_:{shape}"
    return Asked(
        text=query.text,
        components=tuple(map(str, query.components)),
        unsaid=tuple(_unsaid(graph, shape, component) for component in query.components),
        tested=query.tested,
        sparql=query.constraint is not None,
        own=tuple(map(str, query.constraint.messages)) if query.constraint else (),
        messages=tuple(sorted(str(m) for m in graph.objects(shape, SH.message))),
        on_path=path is not None,
        path=path_text(graph, path),
        shape=shapes.owner.get(str(shape), source),
        source=source,
        advice=str(graph.value(shape, SH.description) or ""),
        severity=str(severity_of(graph, shape)),
    )


def _unsaid(graph: Graph, shape: Node, component: URIRef) -> str:
    name = str(component).rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    parameter = f"{name[0].lower()}{name[1:]}"
    asked = sorted(str(v) for v in graph.objects(shape, URIRef(f"{SH}{parameter}")))
    asked = [shorten(value) for value in asked if not value.startswith("n")]
    return f"sh:{parameter} {' '.join(asked)}".strip() + " is not met"
