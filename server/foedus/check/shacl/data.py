"""A data graph in a store of the embedded engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib.term import Node

    from foedus.check.shacl.memory import DataGraph

_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


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
        from foedus.check.shacl.memory import to_rdflib

        return to_rdflib(self.store)

    def __len__(self) -> int:
        return len(self.store)

    def classes(self, kind: Node) -> list[Node]:
        """A class and all its subclasses (SHACL, section 3.2)."""
        from rdflib import URIRef

        found: dict[str, Node] = {str(kind): kind}
        waiting = [ox.NamedNode(str(kind))] if isinstance(kind, URIRef) else []
        while waiting:
            for quad in self.store.quads_for_pattern(None, _SUBCLASS, waiting.pop()):
                narrower = quad.subject
                if isinstance(narrower, ox.NamedNode) and narrower.value not in found:
                    found[narrower.value] = URIRef(narrower.value)
                    waiting.append(narrower)
        return [found[name] for name in sorted(found)]
