"""Whether a node conforms to a shape (SHACL, sections 3.4 and 4), as one SPARQL expression.

Shapes that others ask for (``sh:node``, ``sh:not``, ``sh:and``, ``sh:or``, ``sh:xone``,
``sh:qualifiedValueShape``) become expressions with EXISTS, however deeply they are nested. What is
not said that way, SPARQL constraints and recursion, raises
:class:`~foedus.check.shacl.paths.Unsupported`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from foedus.check.shacl.paths import Unsupported, items, sparql_path
from foedus.check.shacl.values import term, value_tests, whole

#: So many values are told apart pair by pair; more are left to pySHACL.
_PAIRED = 8


class Conformance:
    """Makes expressions out of the shapes of one graph."""

    def __init__(self, graph: Graph, classes: Callable[[Node], Iterable[Node]]) -> None:
        self.graph = graph
        self.classes = classes
        self._fresh = 0
        self._open: list[Node] = []
        self._custom = {
            path
            for parameter in graph.objects(None, SH.parameter)
            for path in graph.objects(parameter, SH.path)
        }

    def fresh(self) -> str:
        """A variable that is used nowhere else."""
        self._fresh += 1
        return f"?v{self._fresh}"

    def is_on(self, shape: Node) -> bool:
        """Whether a shape is not deactivated (section 2.1.5)."""
        return not any(str(v) in ("true", "1") for v in self.graph.objects(shape, SH.deactivated))

    def refuse_custom(self, shape: Node) -> None:
        """Raise :class:`Unsupported` for a shape with parameters of somebody's own component."""
        for predicate in self.graph.predicates(shape):
            if predicate in self._custom:
                raise Unsupported(f"{predicate} is a parameter of a SPARQL constraint component")

    def of(self, shape: Node, variable: str) -> str:
        """True where the node *variable* conforms to *shape*."""
        if not self.is_on(shape):
            return "true"
        if shape in self._open:
            raise Unsupported(f"{shape} is recursive (section 3.4.3)")
        if (shape, SH.sparql, None) in self.graph:
            raise Unsupported(f"{shape} has a SPARQL constraint and is asked for by another shape")
        self.refuse_custom(shape)
        self._open.append(shape)
        try:
            path = self.graph.value(shape, SH.path)
            parts = (
                self._node(shape, variable)
                if path is None
                else self._property(shape, sparql_path(self.graph, path), variable)
            )
        finally:
            self._open.pop()
        return "(" + (" && ".join(parts) or "true") + ")"

    def values(self, shape: Node, variable: str) -> list[tuple[URIRef, str]]:
        """Component and expression of each constraint on one value, those by other shapes too."""
        graph = self.graph
        tests = [
            (component, test(variable))
            for component, test in value_tests(graph, shape, self.classes)
        ]
        for other in graph.objects(shape, SH.node):
            tests.append((SH.NodeConstraintComponent, self.of(other, variable)))
        for other in graph.objects(shape, SH["not"]):
            tests.append((SH.NotConstraintComponent, f"!({self.of(other, variable)})"))
        for parameter, component in (
            (SH["and"], SH.AndConstraintComponent),
            (SH["or"], SH.OrConstraintComponent),
            (SH.xone, SH.XoneConstraintComponent),
        ):
            for head in graph.objects(shape, parameter):
                members = [self.of(other, variable) for other in items(graph, head)]
                tests.append((component, _together(parameter, members)))
        return tests

    def _node(self, shape: Node, variable: str) -> list[str]:
        graph = self.graph
        parts = [test for _, test in self.values(shape, variable)]
        parts += [self.of(part, variable) for part in graph.objects(shape, SH.property)]
        parts += [f"sameTerm({variable}, {term(v)})" for v in graph.objects(shape, SH.hasValue)]
        for other in graph.objects(shape, SH.equals):
            value = self.fresh()
            parts.append(f"EXISTS {{ {variable} {term(other)} {variable} }}")
            differs = f"FILTER(!sameTerm({value}, {variable}))"
            parts.append(f"NOT EXISTS {{ {variable} {term(other)} {value} . {differs} }}")
        for other in graph.objects(shape, SH.disjoint):
            parts.append(f"NOT EXISTS {{ {variable} {term(other)} {variable} }}")
        if self.is_closed(shape):
            predicate, value = self.fresh(), self.fresh()
            parts.append(
                f"NOT EXISTS {{ {variable} {predicate} {value} . "
                f"FILTER({self.strange(shape, predicate)}) }}"
            )
        return parts

    def is_closed(self, shape: Node) -> bool:
        """Whether only the properties of its property shapes are allowed (section 4.8.1)."""
        return any(str(v) in ("true", "1") for v in self.graph.objects(shape, SH.closed))

    def strange(self, shape: Node, predicate: str) -> str:
        """True for a predicate that a closed shape does not allow."""
        graph = self.graph
        allowed = {
            path
            for part in graph.objects(shape, SH.property)
            for path in graph.objects(part, SH.path)
            if isinstance(path, URIRef)
        }
        for head in graph.objects(shape, SH.ignoredProperties):
            allowed.update(items(graph, head))  # type: ignore[arg-type]
        names = ", ".join(sorted(term(iri) for iri in allowed))
        return f"{predicate} NOT IN ({names})"

    def _property(self, shape: Node, path: str, focus: str) -> list[str]:
        graph = self.graph
        value = self.fresh()
        tests = [test for _, test in self.values(shape, value)]
        tests += [self.of(part, value) for part in graph.objects(shape, SH.property)]
        parts = []
        if tests:
            wrong = f"FILTER(!({' && '.join(tests)}))"
            parts.append(f"NOT EXISTS {{ {focus} {path} {value} . {wrong} }}")
        for number in graph.objects(shape, SH.minCount):
            parts.append(self._at_least(focus, path, whole(number, "sh:minCount"), None))
        for number in graph.objects(shape, SH.maxCount):
            more = self._at_least(focus, path, whole(number, "sh:maxCount") + 1, None)
            parts.append(f"!({more})")
        for required in graph.objects(shape, SH.hasValue):
            parts.append(f"EXISTS {{ {focus} {path} {term(required)} }}")
        for query in self.pairs(shape, path, focus, self.fresh(), self.fresh()):
            parts.append(f"NOT EXISTS {{ {query[1]} }}")
        for qualified in graph.objects(shape, SH.qualifiedValueShape):
            least = graph.value(shape, SH.qualifiedMinCount)
            most = graph.value(shape, SH.qualifiedMaxCount)
            if least is not None:
                wanted = whole(least, "sh:qualifiedMinCount")
                parts.append(self._at_least(focus, path, wanted, (shape, qualified)))
            if most is not None:
                wanted = whole(most, "sh:qualifiedMaxCount") + 1
                parts.append(f"!({self._at_least(focus, path, wanted, (shape, qualified))})")
        return parts

    def _at_least(
        self, focus: str, path: str, number: int, qualified: tuple[Node, Node] | None
    ) -> str:
        """True where *focus* has so many different values, of a qualified shape if one is given."""
        if number <= 0:
            return "true"
        if number > _PAIRED:
            raise Unsupported(f"{number} values are counted inside another shape")
        names = [self.fresh() for _ in range(number)]
        lines = [f"{focus} {path} {name} ." for name in names]
        if qualified:
            lines += [f"FILTER({self.qualifies(*qualified, name)})" for name in names]
        lines += [f"FILTER(!sameTerm({a}, {b}))" for a, b in combinations(names, 2)]
        return f"EXISTS {{ {' '.join(lines)} }}"

    def qualifies(self, shape: Node, qualified: Node, value: str) -> str:
        """True for a value of the qualified shape, and of no sibling where they are disjoint
        (section 4.7.3)."""
        graph = self.graph
        tests = [self.of(qualified, value)]
        disjoint = graph.value(shape, SH.qualifiedValueShapesDisjoint)
        if disjoint is not None and str(disjoint) in ("true", "1"):
            siblings = {
                other
                for parent in graph.subjects(SH.property, shape)
                for part in graph.objects(parent, SH.property)
                for other in graph.objects(part, SH.qualifiedValueShape)
            } - {qualified}
            tests += [f"!({self.of(sibling, value)})" for sibling in sorted(siblings, key=str)]
        return " && ".join(tests)

    def pairs(
        self, shape: Node, path: str, focus: str, value: str, other: str
    ) -> list[tuple[URIRef, str]]:
        """Component and pattern of each constraint on pairs of values (sections 4.5, 4.4.3): the
        pattern has a solution where it is violated, with the value that is wrong."""
        graph = self.graph
        found: list[tuple[URIRef, str]] = []
        for predicate in graph.objects(shape, SH.equals):
            name, missing = term(predicate), SH.EqualsConstraintComponent
            found.append(
                (
                    missing,
                    f"{focus} {path} {value} . FILTER NOT EXISTS {{ {focus} {name} {value} }}",
                )
            )
            found.append(
                (
                    missing,
                    f"{focus} {name} {value} . FILTER NOT EXISTS {{ {focus} {path} {value} }}",
                )
            )
        for predicate in graph.objects(shape, SH.disjoint):
            pattern = f"{focus} {path} {value} . {focus} {term(predicate)} {value} ."
            found.append((SH.DisjointConstraintComponent, pattern))
        for parameter, sign, component in (
            (SH.lessThan, "<", SH.LessThanConstraintComponent),
            (SH.lessThanOrEquals, "<=", SH.LessThanOrEqualsConstraintComponent),
        ):
            for predicate in graph.objects(shape, parameter):
                pattern = (
                    f"{focus} {path} {value} . {focus} {term(predicate)} {other} . "
                    f"FILTER(!COALESCE({value} {sign} {other}, false))"
                )
                found.append((component, pattern))
        return found


def _together(parameter: URIRef, members: list[str]) -> str:
    if parameter == SH["and"]:
        return "(" + (" && ".join(members) or "true") + ")"
    if parameter == SH["or"]:
        return "(" + (" || ".join(members) or "false") + ")"
    return "((" + (" + ".join(f"IF({m}, 1, 0)" for m in members) or "0") + ") = 1)"
