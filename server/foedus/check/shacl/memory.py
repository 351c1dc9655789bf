"""SHACL by pySHACL over one plain graph in memory, with results as plain values.

pySHACL evaluates a nested property shape once for each focus node. :func:`prepare` gives every
property shape of a node shape the targets of that node shape instead, which has the same results
(SHACL, sections 2.1.3 and 2.3: a result names the property shape, whichever way it was reached)
and takes less than half the time. Property shapes get names on the way, so that a result leads
back to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pyshacl
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import IdentifiedNode, Node

from foedus.check.shacl.results import Result
from foedus.content.names import shorten
from foedus.engine.errors import QueryRefused
from foedus.engine.guard import check
from foedus.findings import Severity

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_SEVERITY = {SH.Violation: Severity.ERROR, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
#: Where parts of a shape may have names of their own.
_FOLLOWED = frozenset(
    {
        *(SH.prefixes, SH.declare, SH.property, SH.node, SH["not"], SH.sparql, SH.parameter),
        *(SH.validator, SH.nodeValidator, SH.propertyValidator, SH.qualifiedValueShape),
        *(RDF.first, OWL.imports),
    }
)
_NAMED = "urn:foedus:property-shape:"


@dataclass(frozen=True)
class Shapes:
    """Shapes ready for validation.

    ``targets`` leads from each node shape that has targets to them; ``owner`` from each (named)
    property shape to the node shape in which it stands.
    """

    graph: Graph
    targets: dict[str, tuple[tuple[str, str], ...]]
    owner: dict[str, str]


class DataGraph(Graph):
    """A graph to validate, which parses each query of a SPARQL constraint once.

    pySHACL hands over the text of a constraint anew for every focus node, and rdflib takes a fifth
    of a second to parse a long one. The guard of the engine sees each text first: rdflib would
    follow a SERVICE.
    """

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> QueryResult:
        """As of :class:`rdflib.Graph`; raises :class:`~foedus.engine.errors.QueryError`."""
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                checked = check(query_object)
                if checked.dataset is not None:
                    raise QueryRefused("service", "FROM: rdflib would fetch the graph it names.")
                self._prepared[query_object] = prepareQuery(checked.text)
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **options)


def to_rdflib(statements: Iterable[ox.Quad | ox.Triple]) -> DataGraph:
    """Quads or triples as one rdflib graph, whatever graph they stand in."""
    iris: dict[str, URIRef] = {}

    def iri(text: str) -> URIRef:
        if text not in iris:
            iris[text] = URIRef(text)
        return iris[text]

    def term(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        if isinstance(value, ox.NamedNode):
            return iri(value.value)
        if isinstance(value, ox.BlankNode):
            return BNode(value.value)
        if isinstance(value, ox.Literal):
            if value.language:
                return Literal(value.value, lang=value.language)
            if value.datatype.value == str(XSD.string):
                return Literal(value.value)  # as rdflib reads it: to it the other is not the same
            return Literal(value.value, datatype=iri(value.datatype.value), normalize=False)
        raise TypeError(f"SHACL has no place for a triple term: {value}")

    graph = DataGraph()
    for each in statements:
        graph.add((term(each.subject), iri(each.predicate.value), term(each.object)))
    return graph


def prepare(source: Graph) -> Shapes:
    """Return the shapes of *source* flattened and named, as the module says."""
    graph = Graph()
    names = _names(source)
    for triple in source:
        graph.add(tuple(names.get(term, term) for term in triple))  # type: ignore[arg-type]
    targets: dict[str, tuple[tuple[str, str], ...]] = {}
    owner: dict[str, str] = {}
    for node in sorted(_targeted(graph), key=str):
        own = [(p, o) for p in _TARGETS for o in graph.objects(node, p)]
        if _is_class(graph, node):
            own.append((SH.targetClass, node))  # an implicit class target
        if any(str(v) in ("true", "1") for v in graph.objects(node, SH.deactivated)):
            continue
        targets[str(node)] = tuple(sorted((str(p), str(o)) for p, o in own))
        parts = list(graph.objects(node, SH.property))
        owner.update({str(part): str(node) for part in parts})
        if (None, None, node) in graph:
            continue  # another shape asks for this one: it must stay whole
        if any((p, SH.qualifiedValueShapesDisjoint, None) in graph for p in parts):
            continue  # its property shapes speak of each other
        if (node, SH.closed, Literal(True)) in graph:
            _keep_closed(graph, node, parts)
        for part in parts:
            graph.add((part, RDF.type, SH.PropertyShape))
            for predicate, target in own:
                graph.add((part, predicate, target))
            graph.remove((node, SH.property, part))
    return Shapes(graph, targets, owner)


def _targeted(graph: Graph) -> set[Node]:
    """The shapes that have targets (section 2.1.3), implicit ones too."""
    found = {node for predicate in _TARGETS for node in graph.subjects(predicate, None)}
    for kind in (SH.NodeShape, SH.PropertyShape):
        found |= {node for node in graph.subjects(RDF.type, kind) if _is_class(graph, node)}
    return found


def _is_class(graph: Graph, node: Node) -> bool:
    """Whether a shape is a class too, whose instances are its focus nodes (section 2.1.3.3)."""
    is_shape = any((node, RDF.type, kind) in graph for kind in (SH.NodeShape, SH.PropertyShape))
    return is_shape and any((node, RDF.type, kind) in graph for kind in (RDFS.Class, OWL.Class))


def _names(source: Graph) -> dict[Node, Node]:
    """Names for blank shapes with targets, and for the blank property shapes in node shapes."""
    named: dict[Node, Node] = {}
    blank = [node for node in _targeted(source) if isinstance(node, BNode)]
    for number, shape in enumerate(sorted(blank, key=str), 1):
        named[shape] = URIRef(f"{_NAMED}{number}")
    for node in source.subjects(RDF.type, SH.NodeShape):
        parts = [p for p in source.objects(node, SH.property) if isinstance(p, BNode)]
        parts.sort(key=lambda part: (path_text(source, source.value(part, SH.path)), str(part)))
        for number, part in enumerate(parts, 1):
            named[part] = URIRef(f"{_NAMED}{node}#{number}")
    return named


def _keep_closed(graph: Graph, node: Node, parts: Iterable[Node]) -> None:
    """A closed shape allows the paths of its property shapes, also when these stand apart."""
    paths = [graph.value(part, SH.path) for part in parts]
    head = graph.value(node, SH.ignoredProperties)
    allowed = [*_items(graph, head), *(path for path in paths if isinstance(path, URIRef))]
    graph.remove((node, SH.ignoredProperties, None))
    graph.add((node, SH.ignoredProperties, Collection(graph, BNode(), allowed).uri))


def part_of(shapes: Shapes, node: str) -> Shapes:
    """One node shape of *shapes* with its property shapes, for a validation of its own."""
    graph = Graph()
    waiting: list[Node] = [URIRef(node)]
    waiting += [URIRef(part) for part, owner in shapes.owner.items() if owner == node]
    waiting += list(shapes.graph.subjects(SH.parameter, None))  # somebody's own components
    seen: set[Node] = set()
    while waiting:
        subject = waiting.pop()
        if subject in seen:
            continue
        seen.add(subject)
        for predicate, value in shapes.graph.predicate_objects(subject):
            graph.add((subject, predicate, value))
            if isinstance(value, BNode) or predicate in _FOLLOWED:
                waiting.append(value)
    for triple in shapes.graph.triples((None, RDFS.subClassOf, None)):
        graph.add(triple)  # components and validators may be of classes of somebody's own
    owner = {part: own for part, own in shapes.owner.items() if own == node}
    return Shapes(graph, {node: shapes.targets[node]}, owner)


def focus_nodes(data: Graph, targets: Iterable[tuple[str, str]]) -> set[Node]:
    """The focus nodes of targets in *data* (SHACL, section 2.1.3)."""
    found: set[Node] = set()
    for predicate, target in targets:
        value = URIRef(target)
        if URIRef(predicate) == SH.targetClass:
            for kind in data.transitive_subjects(RDFS.subClassOf, value):
                found.update(data.subjects(RDF.type, kind))
        elif URIRef(predicate) == SH.targetSubjectsOf:
            found.update(data.subjects(value, None))
        elif URIRef(predicate) == SH.targetObjectsOf:
            found.update(data.objects(None, value))
        else:
            found.add(value)
    return found


def validate(data: Graph, shapes: Shapes) -> list[Result]:
    """Validate *data*, which is not changed, against *shapes*; results are sorted.

    Raises whatever pySHACL raises for shapes that are not well-formed.
    """
    _, report, text = pyshacl.validate(
        data, shacl_graph=shapes.graph, inplace=True, inference="none", advanced=False
    )
    if not isinstance(report, Graph):
        raise ValueError(str(text))
    return sorted(_results(report, shapes))


def _results(report: Graph, shapes: Shapes) -> Iterator[Result]:
    # What a result names as its sh:detail is no result of its own (section 3.6.2.1).
    for node in report.objects(None, SH.result):
        source = str(report.value(node, SH.sourceShape))
        shape = URIRef(source)
        messages = sorted(str(m) for m in report.objects(node, SH.resultMessage))
        component = report.value(node, SH.sourceConstraintComponent)
        if component == SH.SPARQLConstraintComponent and len(messages) > 1:
            own = str(shapes.graph.value(shape, SH.message))
            messages = [m for m in messages if m != own] or messages
        yield Result(
            focus=_name(report.value(node, SH.focusNode)),
            path=path_text(report, report.value(node, SH.resultPath)),
            component=str(component),
            shape=shapes.owner.get(source, source),
            value=_name(report.value(node, SH.value)),
            message=" ".join(messages),
            advice=str(shapes.graph.value(shape, SH.description) or ""),
            severity=_severity(report.value(node, SH.resultSeverity)),
            source=source,
        )


def severity_of(graph: Graph, shape: Node) -> Severity:
    """The severity of the results of a shape (section 2.1.4)."""
    return _severity(graph.value(shape, SH.severity))


def _severity(node: Node | None) -> Severity:
    # Any other than the three of SHACL is somebody's own, and an error until it is known.
    return _SEVERITY.get(node, Severity.ERROR) if isinstance(node, URIRef) else Severity.ERROR


def _name(node: Node | None) -> str:
    if node is None:
        return ""
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def path_text(graph: Graph, path: Node | None) -> str:
    """A SHACL path as SPARQL writes it: ``f:begin``, ``f:count|f:share``, ``^f:evidence``."""
    if path is None:
        return ""
    if isinstance(path, URIRef):
        return shorten(str(path))
    if (path, RDF.first, None) in graph:
        return "/".join(path_text(graph, p) for p in _items(graph, path))
    for predicate, template in (
        (SH.inversePath, "^{}"),
        (SH.zeroOrMorePath, "{}*"),
        (SH.oneOrMorePath, "{}+"),
        (SH.zeroOrOnePath, "{}?"),
    ):
        inner = graph.value(path, predicate)
        if inner is not None:
            return template.format(path_text(graph, inner))
    choices = graph.value(path, SH.alternativePath)
    if choices is not None:
        return "|".join(path_text(graph, p) for p in _items(graph, choices))
    return ""


def _items(graph: Graph, head: Node | None) -> list[Node]:
    return list(Collection(graph, head)) if isinstance(head, IdentifiedNode) else []
