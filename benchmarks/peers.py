"""Foedus and its peers, side by side: the same data, the same queries, one run.

    python benchmarks/bench.py peers --sizes S M

Each query is asked cold (constants that were not asked before) over a connection that stays open,
of every server in turn, so that the noise of a shared machine meets all alike; medians. Then the
light mix by 1, 8 and 32 connections, with queries that differ and with one that repeats. What
could not be run is said with its reason. Figures go to build/bench.json and build/bench.svg.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import math
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import graphs
from client import Connection, throughput
from plot import bars
from servers import SERVERS, Foedus, Server

QUERIES = Path(__file__).parent / "queries"
ROUNDS = {"light": 25, "medium": 15, "heavy": 7, "bulk": 3}
FORMATS = {"json": "application/sparql-results+json", "csv": "text/csv"}
LONGEST = 20.0  # seconds: a server that needs more for one query is not asked it again
IDLE = 2.0  # seconds: servers close connections that were idle for longer


class Query:
    """A file of benchmarks/queries with its directions: ``# weight:`` and ``# format:``."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        lines = path.read_text(encoding="utf-8").splitlines()
        said = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
        self.text = "\n".join(line for line in lines if not line.startswith("# "))
        self.weight = said["weight"]
        form = "text/turtle" if "SELECT" not in self.text else ""
        self.accept = form or FORMATS[said.get("format", "json")]


class Constants:
    """Random constants, the same for a seed; together they do not repeat."""

    def __init__(self, alliances: int, states: int, seed: int) -> None:
        self.chance, self.alliances, self.states = random.Random(seed), alliances, states
        self.used: set[str] = set()

    def fill(self, query: Query) -> str:
        for _ in range(100):
            text = self._fill(query.text)
            if text not in self.used:
                break
        self.used.add(text)
        return text

    def _fill(self, text: str) -> str:
        chance = self.chance
        first, second = chance.sample(range(self.states), 2)
        day = graphs.DAYS[0] + datetime.timedelta(chance.randrange(44_000))
        for name, value in {
            "$alliance": graphs.arrangement(chance.randrange(self.alliances)),
            "$state": graphs.state(first),
            "$other": graphs.state(second),
            "$day": day.isoformat(),
            "$year": str(day.year),
            "$type": chance.choice(graphs.TYPES),
            "$word": chance.choice(graphs.WORDS),
            "$digit": str(chance.randrange(1, 100)),
        }.items():
            text = text.replace(name, value)
        return text


def cold(
    servers: list[Server], queries: list[Query], constants: Constants, rounds: float
) -> dict[str, dict[str, float]]:
    """Median milliseconds of each query on each server; a server that answers otherwise is told."""
    result: dict[str, dict[str, float]] = {}
    connections = {server.name: Connection(server.port, LONGEST) for server in servers}
    used = dict.fromkeys(connections, 0.0)
    for query in queries:
        taken: dict[str, list[float]] = {server.name: [] for server in servers}
        asked = list(servers)
        for turn in range(max(2, round(ROUNDS[query.weight] * rounds))):
            text = constants.fill(query)
            rows: dict[str, int] = {}
            for server in list(asked):
                begun = time.perf_counter()
                try:
                    if begun - used[server.name] > IDLE:
                        connections[server.name].close()
                        connections[server.name].ask(server.request("ASK {}", FORMATS["json"]))
                        begun = time.perf_counter()
                    status, body = connections[server.name].ask(server.request(text, query.accept))
                except OSError as error:
                    status, body = 0, str(error).encode()
                    connections[server.name].close()
                used[server.name] = time.perf_counter()
                seconds = used[server.name] - begun
                if status != 200:
                    print(f"  {server.name}, {query.name}: {status} {body[:120]!r}")
                    asked.remove(server)
                    if not status and server.name == "rdflib-endpoint":
                        servers.remove(server)  # it cannot end a query: it is busy from now on
                        print("  rdflib-endpoint is not asked any further.")
                    continue
                taken[server.name].append(seconds * 1000)
                if query.accept == FORMATS["json"]:
                    rows[server.name] = len(json.loads(body)["results"]["bindings"])
            if turn == 0 and len(set(rows.values())) > 1:
                print(f"  {query.name}: the servers disagree on the number of rows: {rows}")
        result[query.name] = {
            name: statistics.median(values) for name, values in taken.items() if values
        }
    return result


def mixed(
    servers: list[Server], queries: list[Query], constants: Constants, seconds: float
) -> dict[str, dict[str, float]]:
    """Requests a second: the light mix, cold and repeated, by 1, 8 and 32 connections."""
    light = [query for query in queries if query.weight == "light"]
    result: dict[str, dict[str, float]] = {}
    for kind in ("cold", "repeated"):
        for connections in (1, 8, 32):
            row = result.setdefault(f"{kind}, {connections} connections", {})
            number = round(6_000 * seconds) if kind == "cold" else 8
            chosen = [light[i % len(light)] for i in range(number)]
            texts = [(constants.fill(query), query.accept) for query in chosen]
            for server in servers:
                requests = [server.request(*text) for text in texts]
                if kind == "repeated":
                    requests *= 8
                row[server.name] = throughput(server.port, requests, connections, seconds)
    return result


def table(
    title: str,
    figures: dict[str, dict[str, float]],
    names: list[str],
    best: Callable[[list[float]], float],
) -> list[str]:
    """A table in Markdown: the figures, and the ratio of Foedus to the best peer."""
    lines = [f"| {title} | {' | '.join(names)} | Foedus : best peer |"]
    lines.append("| --- |" + " ---: |" * (len(names) + 1))
    for row, values in figures.items():
        peers = [value for name, value in values.items() if name != "Foedus"]
        ratio = f"{values['Foedus'] / best(peers):.2f}" if peers and "Foedus" in values else "–"
        cells = [_figure(values[name]) if name in values else "–" for name in names]
        lines.append(f"| {row} | {' | '.join(cells)} | {ratio} |")
    return lines


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def means(figures: dict[str, dict[str, float]]) -> list[str]:
    """Geometric means of the ratios."""
    lines = []
    for name in ("the best peer of each query", *(s.name for s in SERVERS if s is not Foedus)):
        ratios = []
        for values in figures.values():
            peers = {n: v for n, v in values.items() if n != "Foedus"}
            other = min(peers.values(), default=None) if " " in name else peers.get(name)
            if other and "Foedus" in values:
                ratios.append(values["Foedus"] / other)
        if ratios:
            mean = math.exp(statistics.fmean(map(math.log, ratios)))
            lines.append(f"Geometric mean against {name}: {mean:.2f} ({len(ratios)} queries)")
    return lines


def measure(size: str, options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """All figures of one size, printed as they come."""
    triples = graphs.SIZES[size]
    data, alliances = graphs.graph_file(options.data, triples)
    constants = Constants(alliances, graphs.states(triples), options.seed)
    queries = [Query(path) for path in sorted(QUERIES.glob("*.rq"))]
    absent: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        servers: list[Server] = []
        for kind in SERVERS:
            if options.servers and kind.name not in options.servers:
                absent[kind.name] = "not asked for"
                continue
            server = kind(data.resolve(), folder / f"{size}-{kind.name}")
            if isinstance(server, Foedus):
                server.settings = tuple(options.set)
            reason = server.missing()
            if not reason and triples > kind.largest:
                reason = f"not run above {kind.largest:,} triples: minutes to load, seconds to ask"
            if not reason:
                try:
                    servers.append(stack.enter_context(server))
                except Exception as error:  # whatever keeps a peer away is worth a line
                    reason = " ".join(str(error).split())[:300]
            if reason:
                absent[kind.name] = reason
        names = [server.name for server in servers]
        print(f"\n## {size}: {triples:,} triples\n")
        for name, reason in absent.items():
            print(f"{name}: not run; {reason}")
        loaded = {server.name: server.seconds for server in servers}
        print(
            "Load and start, seconds:",
            {n: round(s, 1) for n, s in loaded.items()},
            "\n",
            flush=True,
        )
        times = cold(servers, queries, constants, options.rounds)
        print("\n".join(table("cold, median ms", times, names, min)), "\n")
        print("\n".join(means(times)), "\n", flush=True)
        rates = mixed(servers, queries, constants, options.seconds) if options.seconds else {}
        if rates:
            print("\n".join(table("light mix, requests/s", rates, names, max)), flush=True)
    return {"load": loaded, "cold_ms": times, "requests_per_second": rates, "absent": absent}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write build/bench.json and build/bench.svg."""
    parser = argparse.ArgumentParser(prog="bench.py peers", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=graphs.SIZES, default=["S"])
    parser.add_argument("--servers", nargs="+", choices=[s.name for s in SERVERS])
    parser.add_argument("--rounds", type=float, default=1.0, help="factor of the rounds a query")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each mix; 0 for none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--data", type=Path, default=Path("build/bench"))
    parser.add_argument("--out", type=Path, default=Path("build"))
    options = parser.parse_args(arguments)
    results = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are ended too
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for size in options.sizes:
            results[size] = measure(size, options, Path(folder))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.json").write_text(json.dumps(results, indent=2) + "\n")
    last = results[options.sizes[-1]]
    (options.out / "bench.svg").write_text(
        bars(f"Cold, median ms, {graphs.SIZES[options.sizes[-1]]:,} triples", last["cold_ms"])  # type: ignore[arg-type]
    )
    print(f"\nWritten: {options.out / 'bench.json'}, {options.out / 'bench.svg'}")


if __name__ == "__main__":
    main()
