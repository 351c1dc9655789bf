"""Shapes as SPARQL queries over all focus nodes at once; an answer is a violation.

One query for each property shape asks for the values that are wrong, others count, compare pairs,
or look for what a closed shape does not allow. Nested property shapes are shapes of their own whose
focus nodes are the values (SHACL, section 2.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.check.shacl.conforms import Conformance
from foedus.check.shacl.paths import IllFormed, Unsupported, sparql_path
from foedus.check.shacl.sparql import Constraint, constraints
from foedus.check.shacl.values import term, whole

#: Gives a pattern that binds a variable to each focus node.
Focus = Callable[[str], str]


@dataclass(frozen=True)
class Query:
    """A query whose solutions are results of one shape.

    ``?this`` is the focus node, ``?value`` the value and ``?p`` the path where they are bound.
    ``components`` holds either one component, for each solution, or one for each of the variables
    ``?c0``, ``?c1``, …, which are true where the constraint holds.
    """

    shape: Node
    components: tuple[URIRef, ...]
    text: str
    tested: bool = False
    constraint: Constraint | None = None


def targets(graph: Graph, shape: Node, classes: Callable[[Node], Iterable[Node]]) -> Focus | None:
    """The focus nodes of a shape (section 2.1.3), or ``None`` where it has no target."""
    kinds = set(graph.objects(shape, SH.targetClass))
    if (shape, RDF.type, SH.NodeShape) in graph or (shape, RDF.type, SH.PropertyShape) in graph:
        declared = (RDFS.Class, OWL.Class)
        if any((shape, RDF.type, kind) in graph for kind in declared):
            kinds.add(shape)  # an implicit class target
    patterns: list[Callable[[str], str]] = []
    if kinds:
        names = sorted({term(kind) for target in kinds for kind in classes(target)})
        if len(names) == 1:
            patterns.append(lambda v: f"{v} <{RDF.type}> {names[0]} .")
        else:
            patterns.append(
                lambda v: f"VALUES {v}k {{ {' '.join(names)} }} {v} <{RDF.type}> {v}k ."
            )
    nodes = sorted(term(node) for node in graph.objects(shape, SH.targetNode))
    if nodes:
        patterns.append(lambda v: f"VALUES {v} {{ {' '.join(nodes)} }}")
    for predicate in graph.objects(shape, SH.targetSubjectsOf):
        patterns.append(lambda v, p=predicate: f"{v} {term(p)} {v}o .")  # type: ignore[misc]
    for predicate in graph.objects(shape, SH.targetObjectsOf):
        patterns.append(lambda v, p=predicate: f"{v}s {term(p)} {v} .")  # type: ignore[misc]
    if not patterns:
        return None
    if len(patterns) == 1:
        return patterns[0]
    return lambda v: " UNION ".join(f"{{ {pattern(v)} }}" for pattern in patterns)


class Compiler:
    """Makes the queries of the shapes of one graph.

    *classes* gives a class with all its subclasses in the data.
    """

    def __init__(self, graph: Graph, classes: Callable[[Node], Iterable[Node]]) -> None:
        self.graph = graph
        self.classes = classes
        self.conformance = Conformance(graph, classes)

    def shape(self, shape: Node) -> list[Query]:
        """The queries of a shape with targets.

        Raises :class:`~foedus.check.shacl.paths.Unsupported` for what pySHACL must judge, and
        :class:`~foedus.check.shacl.paths.IllFormed` for a shape that is none.
        """
        focus = targets(self.graph, shape, self.classes)
        return list(self._queries(shape, focus, ())) if focus else []

    def _queries(self, shape: Node, focus: Focus, above: tuple[Node, ...]) -> Iterator[Query]:
        graph, conformance = self.graph, self.conformance
        if not conformance.is_on(shape):
            return
        if shape in above:
            raise Unsupported(f"{shape} is recursive (section 3.4.3)")
        conformance.refuse_custom(shape)
        paths = list(graph.objects(shape, SH.path))
        if len(paths) > 1:
            raise IllFormed(f"{shape} has more than one sh:path")
        path = sparql_path(graph, paths[0]) if paths else None
        yield from self._values(shape, focus, path)
        if path is None:
            yield from self._of_node(shape, focus)
        else:
            yield from self._of_property(shape, focus, path)
        for constraint in constraints(graph, shape, path):
            yield Query(
                shape,
                (SH.SPARQLConstraintComponent,),
                constraint.over(focus("?this")),
                constraint=constraint,
            )
        for part in graph.objects(shape, SH.property):
            if (part, SH.path, None) not in graph:
                raise IllFormed(f"sh:property of {shape} leads to what has no sh:path")
            yield from self._nested(part, focus, path, (*above, shape))

    def _nested(
        self, part: Node, focus: Focus, path: str | None, above: tuple[Node, ...]
    ) -> Iterator[Query]:
        """The queries of a property shape in another shape; a value that two focus nodes share has
        its results twice."""
        if path is None:
            yield from self._queries(part, focus, above)
            return
        outer = self.conformance.fresh()
        queries = self._queries(part, lambda v: f"{focus(outer)} {outer} {path} {v} .", above)
        for query in queries:
            text = query.text.replace("SELECT DISTINCT ?this", f"SELECT DISTINCT ?this {outer}", 1)
            text = text.replace("GROUP BY ?this", f"GROUP BY ?this {outer}")
            yield replace(query, text=text)

    def _values(self, shape: Node, focus: Focus, path: str | None) -> Iterator[Query]:
        value = "?this" if path is None else "?value"
        tests = self.conformance.values(shape, value)
        if not tests:
            return
        reach = f"?this {path} ?value ." if path else ""
        wrong = " && ".join(f"({test})" for _, test in tests)
        shown = " ".join(f"(({test}) AS ?c{n})" for n, (_, test) in enumerate(tests))
        if len(tests) == 1:
            shown = ""
        names = "?this" if path is None else "?this ?value"
        yield Query(
            shape,
            tuple(component for component, _ in tests),
            f"SELECT DISTINCT {names} {shown} WHERE {{ {focus('?this')} {reach} "
            f"FILTER(!({wrong})) }}",
            tested=len(tests) > 1,
        )

    def _of_node(self, shape: Node, focus: Focus) -> Iterator[Query]:
        graph, start = self.graph, focus("?this")
        for value in graph.objects(shape, SH.hasValue):
            differs = f"FILTER(!sameTerm(?this, {term(value)}))"
            yield Query(
                shape,
                (SH.HasValueConstraintComponent,),
                f"SELECT DISTINCT ?this WHERE {{ {start} {differs} }}",
            )
        for other in graph.objects(shape, SH.equals):
            for pattern in (
                f"FILTER NOT EXISTS {{ ?this {term(other)} ?this }} BIND(?this AS ?value)",
                f"?this {term(other)} ?value . FILTER(!sameTerm(?this, ?value))",
            ):
                yield Query(
                    shape,
                    (SH.EqualsConstraintComponent,),
                    f"SELECT DISTINCT ?this ?value WHERE {{ {start} {pattern} }}",
                )
        for other in graph.objects(shape, SH.disjoint):
            yield Query(
                shape,
                (SH.DisjointConstraintComponent,),
                f"SELECT DISTINCT ?this WHERE {{ {start} ?this {term(other)} ?this . }}",
            )
        if self.conformance.is_closed(shape):
            strange = self.conformance.strange(shape, "?p")
            yield Query(
                shape,
                (SH.ClosedConstraintComponent,),
                f"SELECT DISTINCT ?this ?p ?value WHERE {{ {start} ?this ?p ?value . "
                f"FILTER({strange}) }}",
            )

    def _of_property(self, shape: Node, focus: Focus, path: str) -> Iterator[Query]:
        graph, start = self.graph, focus("?this")
        for number in graph.objects(shape, SH.minCount):
            yield from _fewer(
                shape, start, path, whole(number, "sh:minCount"), SH.MinCountConstraintComponent
            )
        for number in graph.objects(shape, SH.maxCount):
            yield _more(
                shape, start, path, whole(number, "sh:maxCount"), SH.MaxCountConstraintComponent
            )
        for value in graph.objects(shape, SH.hasValue):
            yield Query(
                shape,
                (SH.HasValueConstraintComponent,),
                f"SELECT DISTINCT ?this WHERE {{ {start} "
                f"FILTER NOT EXISTS {{ ?this {path} {term(value)} }} }}",
            )
        if (shape, SH.uniqueLang, Literal(True)) in graph:
            yield Query(
                shape,
                (SH.UniqueLangConstraintComponent,),
                f"SELECT DISTINCT ?this ?lang WHERE {{ {start} ?this {path} ?a . ?this {path} ?b . "
                "BIND(LCASE(LANG(?a)) AS ?lang) "
                'FILTER(!sameTerm(?a, ?b) && ?lang != "" && ?lang = LCASE(LANG(?b))) }',
            )
        for component, pattern in self.conformance.pairs(shape, path, "?this", "?value", "?other"):
            yield Query(
                shape,
                (component,),
                f"SELECT DISTINCT ?this ?value ?other WHERE {{ {start} {pattern} }}",
            )
        yield from self._qualified(shape, start, path)

    def _qualified(self, shape: Node, start: str, path: str) -> Iterator[Query]:
        graph = self.graph
        for qualified in graph.objects(shape, SH.qualifiedValueShape):
            test = self.conformance.qualifies(shape, qualified, "?v")
            for parameter, sign, component in (
                (SH.qualifiedMinCount, "<", SH.QualifiedMinCountConstraintComponent),
                (SH.qualifiedMaxCount, ">", SH.QualifiedMaxCountConstraintComponent),
            ):
                for number in graph.objects(shape, parameter):
                    count = whole(number, str(parameter))
                    yield Query(
                        shape,
                        (component,),
                        f"SELECT ?this WHERE {{ {start} OPTIONAL {{ ?this {path} ?v . "
                        f"FILTER({test}) }} }} GROUP BY ?this "
                        f"HAVING(COUNT(DISTINCT ?v) {sign} {count})",
                    )


def _fewer(shape: Node, start: str, path: str, number: int, component: URIRef) -> Iterator[Query]:
    if number == 1:
        text = f"SELECT DISTINCT ?this WHERE {{ {start} FILTER NOT EXISTS {{ ?this {path} ?v }} }}"
        yield Query(shape, (component,), text)
    elif number > 1:
        text = (
            f"SELECT ?this WHERE {{ {start} OPTIONAL {{ ?this {path} ?v }} }} "
            f"GROUP BY ?this HAVING(COUNT(DISTINCT ?v) < {number})"
        )
        yield Query(shape, (component,), text)


def _more(shape: Node, start: str, path: str, number: int, component: URIRef) -> Query:
    if number == 0:
        text = f"SELECT DISTINCT ?this WHERE {{ {start} ?this {path} ?v . }}"
    elif number == 1:
        text = (
            f"SELECT DISTINCT ?this WHERE {{ {start} ?this {path} ?a . ?this {path} ?b . "
            "FILTER(!sameTerm(?a, ?b)) }"
        )
    else:
        text = (
            f"SELECT ?this WHERE {{ {start} ?this {path} ?v . }} "
            f"GROUP BY ?this HAVING(COUNT(DISTINCT ?v) > {number})"
        )
    return Query(shape, (component,), text)
