"""Which mutants of questions ask the same, by rule.

Two rules. A type that is dropped is said all the same where, by the ontology, everything that has
one of the other properties of the pattern is of that class (``rdfs:domain``). A variable that
stands at one place alone has only got another name where nothing in its query speaks of the new.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.content.names import expand
from gate_proof.query_mutants import Mutant, tokens


def equivalent(content: Path, mutant: Mutant) -> bool:
    """Whether *mutant* must have the answers of its query on whatever passes the gate."""
    if mutant.swapped is not None:
        return _renamed(mutant.text, *mutant.swapped)
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


def _renamed(text: str, before: str, place: int) -> bool:
    """Whether the variable at *place* is alone in its query, as the one *before* it was.

    The name that an aggregate is given (``AS ?n``) is none of the variables that it counts.
    """
    found = [token.text for token in tokens(text)]
    if before in found or re.search(
        r"\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", text, re.IGNORECASE
    ):
        return False
    begin, end, depth = 0, len(found), 0
    for here in range(place, 0, -1):  # out of the groups, to the query within the query
        depth += (found[here] == "}") - (found[here] == "{")
        if depth < 0 and found[here] == "{":
            depth = 0
            if found[here + 1].upper() == "SELECT":
                begin, end = here, _closing(found, here)
                break
    name = found[place]
    told = [n for n in range(begin, end) if found[n] == name and found[n - 1].upper() != "AS"]
    return told == [place]


def _closing(found: list[str], open_: int) -> int:
    depth = 0
    for here in range(open_, len(found)):
        depth += (found[here] == "{") - (found[here] == "}")
        if not depth:
            return here
    return len(found)


@cache
def _ontology(content: Path) -> Graph:
    graph = Graph()
    for path in sorted((content / "ontology").glob("*.ttl")):
        graph.parse(path)
    return graph


def _members(graph: Graph, node: Node) -> list[Node]:
    union = graph.value(node, OWL.unionOf)
    return list(Collection(graph, union)) if union is not None else [node]
