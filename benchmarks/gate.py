"""The gate's own speed: places of triples, and shapes over data of any size.

`make bench ARGS="places"` reads the content with and without places. `make bench ARGS="shapes
--triples 20000 1000000"` multiplies the content until it has so many triples, seeds defects, and
validates it by shapes compiled to SPARQL; `--pyshacl N` validates the sizes up to N by pySHACL too
and compares the results. CPU time, in seconds.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
from rdflib import Graph

from foedus.check.inputs import Inputs
from foedus.check.shacl import validate
from foedus.check.shacl.store import StoreData, validate_store
from foedus.check.shapes import data_graph, read_shapes
from foedus.content.locate import Content
from foedus.content.spans import read_spans
from foedus.content.texts import Texts

T = TypeVar("T")
CONTENT = Content(Path(__file__).resolve().parent.parent)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU time of *work*, and what it returns."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def places(arguments: list[str]) -> None:
    """Reading with places against the plain readings, over every Turtle file of the content."""
    argparse.ArgumentParser(prog="bench places").parse_args(arguments)
    paths = [path for room in ("ontology", "data", "shapes") for path in CONTENT.files(room)]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    turtle = ox.RdfFormat.TURTLE
    ours, documents = timed(lambda: [read_spans(text) for text in texts])
    rdflib, _ = timed(lambda: [Graph().parse(data=text, format="turtle") for text in texts])
    oxigraph, _ = timed(lambda: [list(ox.parse(text, format=turtle)) for text in texts])
    print(f"{sum(len(read.quads) for read in documents):,} triples in {len(texts)} files")
    for name, seconds in (
        ("with places", ours),
        ("plain, rdflib", rdflib),
        ("plain, pyoxigraph", oxigraph),
    ):
        print(f"{name:20} {seconds:7.2f} s   {ours / seconds:6.2f}")


def multiplied(quads: list[ox.Quad], triples: int, seed: int) -> Iterator[ox.Quad]:
    """Copies of *quads* under new names until there are *triples*, and defects.

    One triple in a thousand is left out or gets a value of another kind.
    """
    chance, made, copy = random.Random(seed), 0, 0
    wrong = ox.Literal("no value of this property")
    room = "https://w3id.org/foedus/id/"
    while made < triples:
        suffix = f"-{copy}" if copy else ""

        def renamed(term: ox.NamedNode, suffix: str = suffix) -> ox.NamedNode:
            mine = term.value.startswith(room)
            return ox.NamedNode(term.value + suffix) if mine and suffix else term

        for quad in quads:
            subject, value = renamed(quad.subject), quad.object
            if copy and subject == quad.subject:
                continue
            if isinstance(value, ox.NamedNode):
                value = renamed(value)
            draw = chance.random()
            if copy and draw < 0.0005:
                continue
            yield ox.Quad(subject, quad.predicate, wrong if copy and draw > 0.9995 else value)
            made += 1
            if made >= triples:
                return
        copy += 1


def shapes(arguments: list[str]) -> None:
    """Every shape over copies of the content."""
    parser = argparse.ArgumentParser(prog="bench shapes")
    parser.add_argument("--triples", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--pyshacl", type=int, default=20_000)
    options = parser.parse_args(arguments)
    inputs = Inputs(CONTENT, Texts())
    files = read_shapes(inputs, release=False)
    content = list(data_graph(inputs).store)
    for number in options.triples:
        loaded, data = timed(lambda: StoreData.of(multiplied(content, number, 7)))  # noqa: B023
        seconds, found = timed(lambda: validate_store(data, files.shapes))  # noqa: B023
        begin = time.monotonic()
        again = validate_store(data, files.shapes, processes=2)
        both = time.monotonic() - begin
        assert _keys(again.results) == _keys(found.results)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{len(data):>9,} triples  {len(found.results):>6,} results  compiled {seconds:6.2f} s"
            f"  two processes, by the clock {both:.2f} s"
            f"  (made in {loaded:.1f} s; {memory} MB at most)"
        )
        if found.by_pyshacl or found.broken:
            print("    not compiled:", found.by_pyshacl, found.broken)
        if number <= options.pyshacl:
            graph = data.graph
            seconds, results = timed(lambda: validate(graph, files.shapes))  # noqa: B023
            same = "the same results" if _keys(results) == _keys(found.results) else "DIFFERENT"
            print(f"{'':>38}  pySHACL  {seconds:6.2f} s  {same}")


def _keys(results: list) -> list:
    return sorted((r.focus, r.path, r.component, r.shape, r.value, r.severity) for r in results)
