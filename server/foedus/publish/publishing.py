"""The steps of publishing: mark, load, prove, say so.

The record (:mod:`foedus.engine.publication`) is written first and says *loading*; each graph is
loaded in chunks, read back and proven, and then noted in the record; at the end the record says
*complete* and carries the manifest. So an interrupted load says of itself that it is one, `foedus
serve` refuses it, and publishing the same release again goes on after the last graph that was
proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pyoxigraph as ox

from foedus.engine.answers import Dataset, Solutions, value
from foedus.engine.errors import EngineFailed
from foedus.engine.publication import (
    COMPLETE,
    DEFAULT,
    LOADING,
    RECORD,
    Proof,
    State,
    manifest_triples,
)
from foedus.engine.remote import RemoteEngine
from foedus.graph import dumps
from foedus.publish.proof import Summing, differences, is_blank
from foedus.publish.store import Store
from foedus.release import Progress, Release, silent

#: More than the default of ``reload_seconds`` and the look itself.
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the proof of each graph, and how many of them were there already."""

    release: str
    engine: str
    normalisation: str
    graphs: dict[str, Proof]
    already: int

    @property
    def triples(self) -> int:
        """Of all graphs together."""
        return sum(proof.triples for proof in self.graphs.values())


def publish(
    release: Release,
    remote: RemoteEngine,
    *,
    store: str | None = None,
    loaded: bool = False,
    grace: float = GRACE_SECONDS,
    tell: Progress = silent,
) -> Published:
    """Load *release* into the engine and prove that it is there, whole.

    ``store`` is the address for the Graph Store Protocol where it is not the usual one; ``loaded``
    says that the engine's own loader has loaded it, and only the proof is missing. Raises
    :class:`EngineFailed`; the record then still says *loading*. Where another release is served
    from there, the servers are given ``grace`` seconds to read that before it is touched.
    """
    before = remote.state()
    assert remote.dialect is not None
    into = Store(remote, store)
    normal = remote.dialect.normalisation
    planned = tuple(sorted(name_of(graph) for graph in release.manifest["graphs"]))
    state = State(release.digest, LOADING, normal)
    if before and (before.release, before.normalisation) == (state.release, normal):
        state = replace(state, graphs=before.graphs)
    left = set(before.begun if before else ()) - set(planned)
    state = replace(state, begun=tuple(sorted({*planned, *left})))
    into.replace(RECORD, [state.triple()])
    tell("engine", f"{remote.dialect.name}, {len(planned)} graphs to be there")
    if before and before.complete and before.release != release.digest:
        tell("waiting", f"{grace:g} s, so that servers see that {before.release[:16]} goes")
        time.sleep(grace)
    for graph in sorted(left):
        into.remove(graph)
        tell("taken away", graph)
    state = replace(state, begun=planned)
    already = 0
    for graph, triples in graphs_of(release):
        proof = state.graphs.get(graph)
        if proof and _count(remote, graph) == proof.triples:
            already += 1
            tell("there", f"{graph}: {proof.triples:,} triples")
            for _ in triples:
                pass
            continue
        ours = Summing(remote.dialect.normal)
        passing = _adding(triples, ours)
        if loaded:
            for _ in passing:
                pass
        else:
            _load(into, graph, passing, remote.dialect.chunk, tell)
        proof = _prove(release, into, graph, ours.proof(), remote, tell)
        state = replace(state, graphs={**state.graphs, graph: proof})
        into.replace(RECORD, [state.triple()])
    if set(state.graphs) != set(planned):
        raise EngineFailed("The release does not hold the graphs that its manifest lists.")
    state = replace(state, state=COMPLETE)
    into.replace(RECORD, [state.triple(), *manifest_triples(release.manifest)])
    if remote.record() != (state, release.manifest):
        raise EngineFailed("The engine does not give back the record of the publication.")
    return Published(release.digest, remote.dialect.name, normal, dict(state.graphs), already)


def name_of(graph: str) -> str:
    """The name of a graph in the engine, by its name in a manifest."""
    return DEFAULT if graph == "default" else graph


def graphs_of(release: Release) -> Iterator[tuple[str, Iterator[ox.Triple]]]:
    """Each graph of a release with its triples, never all in memory."""
    quads = dumps.by_graph(release.dataset_path)
    for graph, found in groupby(quads, key=lambda quad: quad.graph_name):
        name = graph.value if isinstance(graph, ox.NamedNode) else "default"
        yield name_of(name), (quad.triple for quad in found)


def _adding(triples: Iterable[ox.Triple], ours: Summing) -> Iterator[ox.Triple]:
    for triple in triples:
        ours.add(triple)
        yield triple


def _load(
    into: Store, graph: str, triples: Iterable[ox.Triple], chunk: int, tell: Progress
) -> None:
    """Load a graph in chunks; what has blank nodes goes in one, the first, which replaces."""
    blank: list[ox.Triple] = []
    waiting: list[ox.Triple] = []
    sent = 0
    send: Callable[[str, Iterable[ox.Triple]], None] = into.replace
    for triple in triples:
        (blank if is_blank(triple) else waiting).append(triple)
        if len(waiting) >= chunk:
            send(graph, waiting)
            sent, send = sent + len(waiting), into.add
            tell("loading", f"{graph}: {sent:,} triples")
            waiting = []
    if waiting:
        send(graph, waiting)
        send = into.add
    if blank:
        send(graph, blank)


def _prove(
    release: Release, into: Store, graph: str, ours: Proof, remote: RemoteEngine, tell: Progress
) -> Proof:
    """The proof of *graph* as it is there; raises :class:`EngineFailed` where it differs."""
    assert remote.dialect is not None
    theirs = Summing(remote.dialect.normal)
    for triple in into.triples(graph):
        theirs.add(triple)
    found = theirs.proof()
    if found == ours:
        tell("proven", f"{graph}: {found.triples:,} triples, sum {found.sum[:16]}")
        return found
    again = (triple for name, triples in graphs_of(release) if name == graph for triple in triples)
    missing, surplus = differences(again, into.triples(graph), remote.dialect.normal)
    told = [f"{graph} did not arrive whole: {found.triples:,} of {ours.triples:,} triples."]
    told += [f"Missing: {line}" for line in missing]
    told += [f"Not ours: {line}" for line in surplus]
    raise EngineFailed("\n".join(told))


def _count(remote: RemoteEngine, graph: str) -> int:
    """The triples of a graph, as the engine counts them; -1 where it does not."""
    try:
        found = remote.probe("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Dataset((graph,), ()))
        return int(value(found.rows[0][0])) if isinstance(found, Solutions) else -1
    except (EngineFailed, IndexError, ValueError):
        return -1
