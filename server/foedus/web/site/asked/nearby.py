"""What an explanation reads, where the dataset is elsewhere: a store of the things around one.

A proof goes from a thing to what it is linked to, at most two links far, and to the statements of
the situations on the way (:mod:`foedus.graph.explain`). The vocabulary it needs is the same for
all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.web.knowledge import Knowledge

_INFERRED = BASE + "graph/inferred"
_STEPS = 3
#: Things in one question, and of one step altogether: more are too many to explain anything by.
_AT_ONCE, _MOST = 200, 2_000


def vocabulary(knowledge: Knowledge) -> Sequence[ox.Triple]:
    """The terms and what defines them."""
    return knowledge.ontology(BASE + "ontology")


def around(knowledge: Knowledge, iri: str, vocabulary: Iterable[ox.Triple]) -> ox.Store:
    """The inferred types of *iri*, and of the default graph what explains them."""
    store = ox.Store()
    if not knowledge.rows(f"SELECT ?c {{ GRAPH <{_INFERRED}> {{ <{iri}> a ?c }} }} LIMIT 1"):
        return store
    graph = ox.NamedNode(_INFERRED)
    _add(store, vocabulary)
    _add(
        store,
        knowledge.triples(
            f"""CONSTRUCT {{ ?s ?p ?o }} {{
              {{ SELECT DISTINCT ?s {{
                {{ ?s ?link <{iri}> }} UNION {{ <{iri}> f:phaseOf ?of . ?s ?link ?of }}
              }} LIMIT {_MOST} }}
              ?s ?p ?o }}"""
        ),
    )
    seen: set[str] = set()
    here = [iri]
    for _ in range(_STEPS):
        found: list[ox.Triple] = []
        for start in range(0, min(len(here), _MOST), _AT_ONCE):
            nodes = " ".join(f"<{node}>" for node in here[start : start + _AT_ONCE])
            found += knowledge.triples(
                f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ {nodes} }} ?s ?p ?o }}"
            )
            inferred = knowledge.triples(
                f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ {nodes} }} "
                f"GRAPH <{_INFERRED}> {{ ?s ?p ?o }} }}"
            )
            store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in inferred)
        _add(store, found)
        seen |= set(here)
        here = sorted({o for t in found if (o := _thing(t)) and o not in seen})
    return store


def _thing(triple: ox.Triple) -> str:
    node = triple.object
    if not isinstance(node, ox.NamedNode):
        return ""
    return node.value if node.value.startswith((BASE + "id/", BASE + "concept/")) else ""


def _add(store: ox.Store, triples: Iterable[ox.Triple]) -> None:
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
