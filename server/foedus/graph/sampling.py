"""Which individuals of imported data the reasoner is spared.

HermiT proves the types of everything in the content; over the thousands of alliances of a reference
data set it would not end. Of those a sample is proven with it: always the same for the same data,
chosen by the digest of the name, and of alliances small enough to be reasoned about. The rules that
make the types are the same for all.
"""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from foedus.content.names import F
from foedus.graph.reasoning import TYPE

#: So many imported arrangements are proven, each of at most so many commitments.
SAMPLE, LARGEST = 12, 30

_DEFAULT = ox.DefaultGraph()


def _subjects(store: ox.Store, name: str, value: ox.NamedNode) -> set[ox.NamedNode]:
    return {
        quad.subject
        for quad in store.quads_for_pattern(None, ox.NamedNode(F + name), value, _DEFAULT)
        if isinstance(quad.subject, ox.NamedNode)
    }


def _objects(store: ox.Store, subject: ox.NamedNode, name: str) -> set[ox.NamedNode]:
    return {
        quad.object
        for quad in store.quads_for_pattern(subject, ox.NamedNode(F + name), None, _DEFAULT)
        if isinstance(quad.object, ox.NamedNode)
    }


def _instances(store: ox.Store, name: str) -> set[ox.NamedNode]:
    return {
        quad.subject
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(F + name), _DEFAULT)
        if isinstance(quad.subject, ox.NamedNode)
    }


def spared(store: ox.Store, own: frozenset[str]) -> tuple[set[ox.NamedNode], int]:
    """The individuals that are left to the rules, and how many imported arrangements are proven.

    *own* are the subjects of the content itself, which are all proven.
    """
    arrangements = sorted(
        (found for found in _instances(store, "SecurityArrangement") if found.value not in own),
        key=lambda found: hashlib.sha256(found.value.encode()).digest(),
    )
    left: set[ox.NamedNode] = set()
    texts: set[ox.NamedNode] = set()
    proven = 0
    for arrangement in arrangements:
        commitments = _objects(store, arrangement, "hasCommitment")
        based = _objects(store, arrangement, "basedOn")
        if proven < SAMPLE and len(commitments) <= LARGEST:
            proven += 1
            texts |= based
            continue
        left |= {arrangement} | commitments | _subjects(store, "phaseOf", arrangement)
    instruments = _instances(store, "Instrument") | _instances(store, "Treaty")
    left |= {text for text in instruments if text.value not in own and text not in texts}
    return left, proven
