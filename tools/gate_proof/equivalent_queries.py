"""Which mutants of questions ask the same, by rule.

One rule: a type that is dropped is said all the same where, by the ontology, everything that has
one of the other properties of the pattern is of that class (``rdfs:domain``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.content.names import expand
from gate_proof.query_mutants import Mutant


def equivalent(content: Path, mutant: Mutant) -> bool:
    """Whether *mutant* must have the answers of its query on whatever passes the gate."""
    if not mutant.dropped_type:
        return False
    graph = _ontology(content)
    try:
        cls = URIRef(expand(mutant.dropped_type))
        properties = [URIRef(expand(name)) for name in mutant.still if ":" in name]
    except KeyError:
        return False
    below = set(graph.transitive_subjects(RDFS.subClassOf, cls))
    return any(
        all(member in below for member in _members(graph, domain))
        for name in properties
        for domain in graph.objects(name, RDFS.domain)
    )


@cache
def _ontology(content: Path) -> Graph:
    graph = Graph()
    for path in sorted((content / "ontology").glob("*.ttl")):
        graph.parse(path)
    return graph


def _members(graph: Graph, node: Node) -> list[Node]:
    union = graph.value(node, OWL.unionOf)
    return list(Collection(graph, union)) if union is not None else [node]
