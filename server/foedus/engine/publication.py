"""What an engine says of the release that was published into it: one small graph beside the others.

The graph :data:`RECORD` holds a state (JSON, one literal) and the manifest of the release (JSON,
compressed, in literals of a size that every engine takes). It is written before anything else,
saying *loading*, and again at the end, saying *complete*: so an engine whose load was interrupted
says so itself. No query sees it: the graphs of a release are named one by one.

The default graph of the release is kept under the name :data:`DEFAULT`, since engines differ in
what a default graph is.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.engine.answers import Dataset, Solutions, value

RECORD = BASE + "graph/publication"
DEFAULT = BASE + "graph/default"
LOADING, COMPLETE = "loading", "complete"
_STATE, _PART = RECORD + "#state", RECORD + "#part-"
#: Virtuoso takes a document whose lines are longer for none of N-Triples.
_LONGEST = 8_000
#: The most that a manifest may unpack to.
_MOST = 500_000_000

#: The question for the state alone, and for all of it.
STATE_QUERY = f"SELECT ?o {{ <{RECORD}> <{_STATE}> ?o }}"
RECORD_QUERY = f"SELECT ?p ?o {{ <{RECORD}> ?p ?o }}"
OVER = Dataset((RECORD,), ())


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a graph is there whole: triples, and the sum of their digests."""

    triples: int
    sum: str


@dataclass(frozen=True, slots=True)
class State:
    """How far a release is published: ``graphs`` are those that were proven to be whole.

    ``begun`` are all that may be there, of this release or of one before it.

    ``normalisation`` names what literals were made comparable by
    (:mod:`foedus.engine.dialects.values`).
    """

    release: str
    state: str
    normalisation: str
    graphs: Mapping[str, Proof] = field(default_factory=dict)
    begun: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all of it was proven to be there."""
        return self.state == COMPLETE

    @classmethod
    def read(cls, text: str) -> State:
        """The state that a literal holds; raises :class:`ValueError`."""
        try:
            found = json.loads(text)
            graphs = {
                str(graph): Proof(int(proof["triples"]), str(proof["sum"]))
                for graph, proof in found["graphs"].items()
            }
            state = cls(
                str(found["release"]),
                str(found["state"]),
                str(found["normalisation"]),
                graphs,
                tuple(map(str, found["begun"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError("the record of the publication cannot be read") from None
        if state.state not in (LOADING, COMPLETE):
            raise ValueError("the record of the publication is of another version")
        return state

    def triple(self) -> ox.Triple:
        """The state as it is kept."""
        return _said(_STATE, json.dumps(asdict(self), sort_keys=True))


def manifest_triples(manifest: Mapping[str, Any]) -> Iterator[ox.Triple]:
    """A manifest as it is kept."""
    written = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()
    packed = base64.b64encode(zlib.compress(written, 9)).decode("ascii")
    for number, start in enumerate(range(0, len(packed), _LONGEST)):
        yield _said(f"{_PART}{number:05}", packed[start : start + _LONGEST])


def read_state(found: Solutions) -> State | None:
    """The state in the answer to :data:`STATE_QUERY`; raises :class:`ValueError`."""
    texts = [value(row[0]) for row in found.rows]
    if len(texts) > 1:
        raise ValueError("the engine holds two records of a publication")
    return State.read(texts[0]) if texts else None


def read_record(found: Solutions) -> tuple[State, dict[str, Any]] | None:
    """State and manifest in the answer to :data:`RECORD_QUERY`; raises :class:`ValueError`."""
    said = {value(row[0]): value(row[1]) for row in found.rows}
    if _STATE not in said:
        return None
    state = State.read(said[_STATE])
    packed = "".join(said[name] for name in sorted(said) if name.startswith(_PART))
    try:
        unpacking = zlib.decompressobj()
        written = unpacking.decompress(base64.b64decode(packed, validate=True), _MOST)
        manifest = json.loads(written) if packed else {}
    except (ValueError, zlib.error, RecursionError):
        raise ValueError("the manifest in the record of the publication is damaged") from None
    if state.complete and manifest.get("digest") != state.release:
        raise ValueError("the record of the publication and its manifest do not agree")
    return state, manifest


def _said(predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(RECORD), ox.NamedNode(predicate), ox.Literal(text))
