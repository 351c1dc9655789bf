"""SHACL property paths (section 2.3.1) as SPARQL property paths with full IRIs."""

from __future__ import annotations

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node


class Unsupported(Exception):
    """A shape that is not compiled: pySHACL judges it instead."""


class IllFormed(Exception):
    """A shape that is none by the syntax rules of SHACL (appendix A)."""


def items(graph: Graph, head: Node | None) -> list[Node]:
    """The members of an RDF list; raises :class:`IllFormed` for what is none."""
    if head == RDF.nil:
        return []
    if not isinstance(head, URIRef | BNode) or (head, RDF.first, None) not in graph:
        raise IllFormed(f"{head} is no list")
    return list(Collection(graph, head))


def sparql_path(graph: Graph, path: Node | None, depth: int = 0) -> str:
    """*path* as SPARQL writes it."""
    if isinstance(path, URIRef):
        return path.n3()
    if not isinstance(path, BNode) or depth > 50:
        raise IllFormed(f"{path} is no property path")
    if (path, RDF.first, None) in graph:
        steps = [sparql_path(graph, part, depth + 1) for part in items(graph, path)]
        if len(steps) < 2:
            raise IllFormed("a sequence path has fewer than two members")
        return "(" + "/".join(steps) + ")"
    for predicate, template in (
        (SH.inversePath, "^({})"),
        (SH.zeroOrMorePath, "({})*"),
        (SH.oneOrMorePath, "({})+"),
        (SH.zeroOrOnePath, "({})?"),
    ):
        inner = graph.value(path, predicate)
        if inner is not None:
            return template.format(sparql_path(graph, inner, depth + 1))
    choices = graph.value(path, SH.alternativePath)
    if choices is not None:
        parts = [sparql_path(graph, part, depth + 1) for part in items(graph, choices)]
        if len(parts) < 2:
            raise IllFormed("sh:alternativePath has fewer than two members")
        return "(" + "|".join(parts) + ")"
    raise IllFormed(f"{path} is no property path")
