"""A whole vocabulary, divided among the pages that tell of it.

The document of an ontology is the ontology, for whoever imports it, and is longer than a page may
be. Its graph stands in the pages all the same: what is said of a term in the page of that term,
the rest, which is said of the ontology itself or of no single term, in the page of the ontology.
No triple is left out, and none is in two shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from foedus.web.linked.context import RDF

_OWL = "http://www.w3.org/2002/07/owl#"
_ONTOLOGY = ox.NamedNode(_OWL + "Ontology")
_TYPE = ox.NamedNode(RDF + "type")
#: An axiom about a triple goes with that triple (OWL 2 Mapping to RDF Graphs, section 2.2).
_ANNOTATED = ox.NamedNode(_OWL + "annotatedSource")
#: The share of the ontology itself.
REST = ""
#: How far a node without a name may be from the term it belongs to: lists are chains of them.
_FARTHEST = 200


def is_vocabulary(path: str) -> bool:
    """Whether the document of the IRI with this path is a whole vocabulary."""
    return path == "ontology" or path.startswith("ontology/")


def shares(triples: Iterable[ox.Triple]) -> Mapping[str, list[ox.Triple]]:
    """The triples by the IRI of the term that they are said of; the others at :data:`REST`."""
    listed = list(triples)
    above: dict[ox.BlankNode, ox.NamedNode | ox.BlankNode] = {}
    ontologies = set()
    for t in listed:
        if isinstance(t.object, ox.BlankNode) and not isinstance(t.subject, ox.Triple):
            above[t.object] = t.subject
        elif t.predicate == _TYPE and t.object == _ONTOLOGY:
            ontologies.add(t.subject)
    for t in listed:
        if (
            t.predicate == _ANNOTATED
            and isinstance(t.subject, ox.BlankNode)
            and isinstance(t.object, ox.NamedNode)
        ):
            above.setdefault(t.subject, t.object)
    found: dict[str, list[ox.Triple]] = {REST: []}
    for t in listed:
        node: ox.NamedNode | ox.BlankNode | ox.Triple = t.subject
        for _ in range(_FARTHEST):
            if not isinstance(node, ox.BlankNode) or node not in above:
                break
            node = above[node]
        term = node.value if isinstance(node, ox.NamedNode) and node not in ontologies else REST
        found.setdefault(term, []).append(t)
    return found
