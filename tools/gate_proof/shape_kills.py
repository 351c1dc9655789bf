"""Validating with mutants of shapes: examples, the content, and data that was broken on purpose.

A mutant is killed when some report differs: that of an example (by focus node, path, component and
severity, as the gate compares them), that of the content, or that of *seeded data*: copies of nodes
of the content or of the example, each with one thing changed, made from the constraints of the
shape as it should be. The seeded data are themselves mutants, of the data: each breaks one
constraint, and is killed when the shape says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

from foedus.check.inputs import Inputs
from foedus.check.shacl import prepare
from foedus.check.shacl.store import StoreData, validate_store
from foedus.check.shapes import data_graph, vocabulary
from foedus.content.locate import Content
from foedus.content.names import shorten
from foedus.content.read import read_content
from foedus.content.texts import Texts
from foedus.release import DISPUTES, derive
from gate_proof.figures import Figures
from gate_proof.seeded_data import Seeded, seeded
from gate_proof.shape_mutants import OPERATORS, closure, mutants

COLUMNS = ("mutants", "killed", "by examples", "equivalent (not counted)")
#: Results: focus node, path, component, severity.
Report = Counter[tuple[str, str, str, str]]


@dataclass
class Bench:
    """One shape with everything that it is tried on, and what it should report."""

    node: URIRef
    graph: Graph
    examples: list[tuple[StoreData, frozenset[str]]]
    content: StoreData
    seeds: list[Seeded]

    def examine(self, graph: Graph) -> list[Report] | None:
        """What the examples report by a version of the shape; ``None`` where it is broken."""
        reports = []
        for data, own in self.examples:
            found = report(data, graph)
            if found is None:
                return None
            reports.append(Counter({key: n for key, n in found.items() if key[0] in own}))
        return reports

    def on_content(self, graph: Graph) -> Report | None:
        """The report on the content with the seeded data in it."""
        added = [quad for seed in self.seeds for quad in seed.quads]
        self.content.store.extend(added)
        try:
            return report(self.content, graph)
        finally:
            for quad in added:
                self.content.store.remove(quad)


def report(data: StoreData, graph: Graph) -> Report | None:
    """The results of shapes on data; ``None`` where a shape is broken or needs pySHACL too long."""
    try:
        shapes = prepare(graph)
        found = validate_store(data, shapes)
    except Exception:  # whatever rdflib and pySHACL raise on a shape that is none
        return None
    if found.broken:
        return None
    return Counter((r.focus, r.path, r.component, r.severity.value) for r in found.results)


def benches(content: Content, number: int = 1, of: int = 1) -> Iterator[Bench]:
    """Every *of*-th shape, beginning with *number*, with its examples, the content, the seeds."""
    inputs = Inputs(content, Texts(), False, None)
    words = list(ox.parse(vocabulary(inputs).serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
    data = data_graph(inputs)
    folder = content.root / "shapes"
    known: list[tuple[URIRef, Graph, bool]] = []
    derived: StoreData | None = None
    everything, of_release = Graph(), set[object]()
    for path in content.files("shapes"):
        room = path.relative_to(folder).parts[0]
        if room != "examples":
            read = Graph().parse(path)
            everything += read
            if room == "release":
                of_release |= set(read.subjects())
    for name in sorted(prepare(everything).targets):
        known.append((URIRef(name), everything, URIRef(name) in of_release))
    for node, graph, release in known[number - 1 :: of]:
        slug = str(node).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        examples = []
        for kind in ("pass", "fail"):
            path = folder / "examples" / f"{slug}.{kind}.ttl"
            if path.is_file():
                own = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
                names = frozenset(
                    q.subject.value for q in own if isinstance(q.subject, ox.NamedNode)
                )
                examples.append((StoreData.of([*words, *own]), names))
        if release and derived is None:
            derived = _derived(content)
        source = derived if release and derived is not None else data
        seeds = list(seeded(closure(graph, node), node, source))
        yield Bench(node, graph, examples, source, seeds)


def _derived(content: Content) -> StoreData:
    """The default graph and the disputes of a release, of which the shapes in release/ speak."""
    reading = read_content(content)
    derive(reading)
    graphs = (ox.DefaultGraph(), ox.NamedNode(DISPUTES))
    quads = (q for g in graphs for q in reading.store.quads_for_pattern(None, None, None, g))
    return StoreData.of(quads)


def prove(
    content: Path, seed: int, piece: tuple[int, int] = (1, 1), each: int = 0
) -> tuple[Figures, Figures]:
    """The figures for mutants of shapes and of data; at most *each* mutants of one shape."""
    shapes = Figures("shapes", "mutants of shapes", COLUMNS)
    data = Figures("data", "mutants of data, by shape", ("mutants", "killed"))
    for name in OPERATORS:
        shapes.count(name)
    for bench in benches(Content(content), *piece):
        told = bench.examine(closure(bench.graph, bench.node))
        good = bench.on_content(closure(bench.graph, bench.node))
        if good is None:
            raise SystemExit(f"{bench.node} cannot be evaluated.")
        _judge_data(bench, good, data)
        chosen = list(mutants(bench.graph, bench.node, seed))
        for mutant in chosen[:: max(1, len(chosen) // each)] if each else chosen:
            seen = bench.examine(mutant.graph)
            by_example = seen is None or seen != told
            killed = by_example or bench.on_content(mutant.graph) != good
            if not killed and mutant.equivalent:
                shapes.count(mutant.operator, 0, 0, 0, 1)
                continue
            shapes.count(mutant.operator, 1, killed, by_example)
            if not killed:
                shapes.survivors.append(f"{mutant.operator}: {mutant.change}")
    return shapes, data


def _judge_data(bench: Bench, good: Report, figures: Figures) -> None:
    for seed in bench.seeds:
        killed = any(key[0] == seed.focus and key[2] == str(seed.component) for key in good)
        figures.count(shorten(str(bench.node)), 1, killed)
        if not killed:
            figures.survivors.append(f"{shorten(str(bench.node))}: {seed.change}")
