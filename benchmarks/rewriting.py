"""What rewriting and columns gain: each query as written, as rewritten, and from columns.

    python benchmarks/bench.py rewriting --size M

Processor time of this process, in milliseconds, the rows read but not serialised; medians. What
comes from columns is never rewritten. Every answer from columns is compared with the engine's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import graphs
import pyoxigraph as ox
from peers import QUERIES, Constants, Query

from foedus.engine.columns import Answering, Columns
from foedus.engine.rewrite import Rewriter
from foedus.engine.rewrite.counts import Counts

ENOUGH = 5.0  # seconds spent on one way of asking


class Further(Query):
    """A query that is only asked here."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.weight = name, "heavy"
        self.text = f"PREFIX f: <{graphs._F}> {text}"


FURTHER = (
    Further(
        "branches with a type",
        """SELECT ?m ?a { ?m f:member <$state>
        { ?m f:arrangement ?a . ?a a f:SecurityArrangement }
        UNION { ?m f:basis ?a . ?a a f:Statement } }""",
    ),
    Further(
        "alliances of one state without a legal promise",
        """SELECT ?a { <$state> f:memberOf ?a FILTER NOT EXISTS { ?a f:hasCommitment ?c .
        ?c f:force <https://w3id.org/foedus/concept/force/legal> } }""",
    ),
)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="bench.py rewriting", description=__doc__)
    parser.add_argument("--size", choices=graphs.SIZES, default="S")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--data", type=Path, default=Path("build/bench"))
    options = parser.parse_args(arguments)
    triples = graphs.SIZES[options.size]
    data, alliances = graphs.graph_file(options.data, triples)
    store = ox.Store()
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_TRIPLES)
    rewrite = Rewriter(Counts(store))
    begun = time.process_time()
    answering = Answering(Columns.of(store))
    print(f"Building the columns: {time.process_time() - begun:.2f} s of processor time\n")
    constants = Constants(alliances, graphs.states(triples), 1)
    print("| query | as written | rewritten | of that, rewriting | columns | gain |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for query in [*(Query(path) for path in sorted(QUERIES.glob("*.rq"))), *FURTHER]:
        if query.name.endswith("-csv"):
            continue
        written: list[float] = []
        rewritten: list[float] = []
        own: list[float] = []
        columns: list[float] = []
        for turn in range(options.rounds):
            text = constants.fill(query)
            begun = time.process_time()
            other = rewrite(text)
            own.append(time.process_time() - begun)
            rewritten.append(own[-1] + _seconds(store, other))
            begun = time.process_time()
            answer = answering.answer(text)
            if answer is not None:
                for _ in ox.parse_query_results(answer, format=ox.QueryResultsFormat.TSV):
                    pass
                columns.append(time.process_time() - begun)
                if not turn and "LIMIT" not in text:
                    _compare(store, other, answer, query.name)
            if sum(written) < ENOUGH:
                written.append(_seconds(store, text))
        a, b, c = (statistics.median(v) * 1000 for v in (written, rewritten, own))
        d = statistics.median(columns) * 1000 if columns else None
        print(
            f"| {query.name} | {a:,.2f} | {b:,.2f} | {c:.2f} | "
            f"{'–' if d is None else f'{d:,.2f}'} | {a / (b if d is None else d):,.1f} |",
            flush=True,
        )


def _compare(store: ox.Store, text: str, answer: bytes, name: str) -> None:
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    engine = (found.serialize(format=ox.QueryResultsFormat.TSV) or b"").split(b"\n")
    if sorted(engine) != sorted(answer.split(b"\n")):
        print(f"  {name}: the columns answer otherwise than the engine")


def _seconds(store: ox.Store, text: str) -> float:
    begun = time.process_time()
    found = store.query(text)
    if not isinstance(found, ox.QueryBoolean):
        for _ in found:
            pass
    return time.process_time() - begun


if __name__ == "__main__":
    main()
