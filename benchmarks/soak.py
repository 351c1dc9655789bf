"""Endurance, measured: `make soak`.

A mixed load on a real server while its workers are killed at random and the data is reloaded. Every
answer is compared with what an engine of its own says. Ends with 1 when an answer was wrong, when a
request was lost without reason, or when memory, descriptors or processes grew.

`make soak` takes ten minutes, `make soak MINUTES=2` two. A request may fail in one way only: 503
`engine`, when its worker was killed under it, and there are never more of those than workers were
killed. When the process that holds the data is killed, nobody is told: what it had begun to answer
is begun anew. Hopeless queries end with 503 `time`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

STATES, PACTS, WORKERS, LIGHT = 400, 120, 2, 1
XSD = "http://www.w3.org/2001/XMLSchema#"
HOPELESS = "SELECT (COUNT(*) AS ?n) {" + "".join(f" ?a{i} ?b{i} ?c{i} ." for i in range(9)) + "}"
#: Growth that is no leak: caches of the allocator, threads that come into being late.
ROOM_BYTES, ROOM_DESCRIPTORS = 25_000_000, 8


def dataset() -> str:
    """An invented world of states and pacts."""
    chance = random.Random(1815)
    lines = []
    for state in range(STATES):
        lines.append(f'<urn:state:{state}> <urn:label> "State {state:03d}"@en .')
        for pact in chance.sample(range(PACTS), 8):
            part = f"<urn:membership:{state}.{pact}>"
            year, years = chance.randrange(1815, 2000), chance.randrange(1, 60)
            lines += [
                f"{part} <urn:member> <urn:state:{state}> .",
                f"{part} <urn:pact> <urn:pact:{pact}> .",
                f'{part} <urn:begin> "{year}-01-01"^^<{XSD}date> .',
                f'{part} <urn:years> "{years}"^^<{XSD}integer> .',
            ]
    return "\n".join(lines) + "\n"


class Asked(NamedTuple):
    """A request and what has to come back."""

    kind: str
    path: str
    status: int
    query: str = ""
    accept: str = ""


def choose(chance: random.Random) -> Asked:
    """One request of the mix."""
    state, pact = chance.randrange(STATES), chance.randrange(PACTS)
    kind = chance.choices(
        ("label", "ask", "members", "allies", "count", "construct", "regex", "service", "wrong",
         "page", "update", "hopeless"),
        (30, 15, 15, 8, 4, 8, 4, 4, 5, 6, 3, 0.4),
    )[0]  # fmt: skip
    csv, triples = "text/csv", "application/n-triples"
    member = "?m <urn:member> ?s ; <urn:pact>"
    queries = {
        "label": (f"SELECT ?l {{ <urn:state:{state}> <urn:label> ?l }}", csv),
        "ask": (f"ASK {{ {member} <urn:pact:{pact}> FILTER(?s = <urn:state:{state}>) }}", csv),
        "members": (f"SELECT ?l {{ {member} <urn:pact:{pact}> . ?s <urn:label> ?l }}", csv),
        "allies": (
            f"SELECT DISTINCT ?t {{ ?m <urn:member> <urn:state:{state}> ; <urn:pact> ?p . "
            "?n <urn:pact> ?p ; <urn:member> ?t }",
            csv,
        ),
        "count": (
            f"SELECT ?p (COUNT(*) AS ?n) (SUM(?y) AS ?sum) {{ {member} ?p ; <urn:years> ?y ; "
            f'<urn:begin> ?b FILTER(?b < "{1820 + state % 180}-01-01"^^<{XSD}date>) }} GROUP BY ?p',
            csv,
        ),
        "construct": (
            f"CONSTRUCT {{ ?s <urn:in> <urn:pact:{pact}> }} {{ {member} <urn:pact:{pact}> }}",
            triples,
        ),
        # Of this very service, and of one that is not allowed: both without a packet.
        "service": (
            f"SELECT ?l {{ {member} <urn:pact:{pact}> SERVICE <> {{ ?s <urn:label> ?l }} "
            "SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
            csv,
        ),
        "regex": (f'SELECT ?s {{ ?s <urn:label> ?l FILTER(REGEX(?l, "{state % 100}$")) }}', csv),
    }
    if kind in queries:
        return Asked(kind, "/sparql", 200, *queries[kind])
    if kind == "hopeless":
        return Asked(kind, "/sparql", 503, HOPELESS, csv)
    if kind == "wrong":
        return Asked(kind, "/sparql", 400, f"SELECT ?s {{ ?s <urn:label> ?l {{ # {state}", csv)
    if kind == "update":
        return Asked(kind, "/sparql", 403, f"DELETE WHERE {{ <urn:state:{state}> ?p ?o }}", csv)
    return Asked(kind, chance.choice(("/", "/health/live", "/query", "/metrics")), 200)


class Oracle:
    """What the right answer is, by an engine in this process."""

    def __init__(self, text: str) -> None:
        self.store = ox.Store()
        self.store.load(text, format=ox.RdfFormat.N_TRIPLES)
        self.known: dict[str, list[bytes]] = {}

    def lines(self, query: str) -> list[bytes]:
        """The lines of the answer, sorted."""
        if query not in self.known:
            alone = query.replace("SERVICE <>", "").partition(" SERVICE SILENT")
            found = self.store.query(alone[0] + (" }" if alone[1] else ""))
            if isinstance(found, ox.QueryTriples):
                written = ox.serialize(set(found), format=ox.RdfFormat.N_TRIPLES)
            else:
                written = found.serialize(format=ox.QueryResultsFormat.CSV)
            assert written is not None
            self.known[query] = sorted(written.split(b"\n"))
        return self.known[query]


class Tally:
    """What happened, over all clients."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: collections.Counter[str] = collections.Counter()
        self.seconds: dict[str, list[float]] = collections.defaultdict(list)
        self.faults: list[str] = []

    def add(self, kind: str, outcome: str, seconds: float, fault: str = "") -> None:
        """Count one request."""
        with self.lock:
            self.counts[f"{kind} {outcome}"] += 1
            self.seconds[kind].append(seconds)
            if fault:
                self.faults.append(fault)


def client(address: str, seed: int, oracle: Oracle, tally: Tally, stop: threading.Event) -> None:
    """Ask and compare, over connections that are kept."""
    chance, place = random.Random(seed), urlsplit(address)
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    etags: dict[str, str] = {}
    while not stop.is_set():
        asked = choose(chance)
        target = asked.path
        headers = {"Accept": asked.accept or "text/html"}
        if asked.query:
            target += "?" + urlencode({"query": asked.query})
            if asked.query in etags and chance.random() < 0.5:
                headers["If-None-Match"] = etags[asked.query]
        begun = time.perf_counter()
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            tally.add(asked.kind, "lost", time.perf_counter() - begun, f"{asked}: {error!r}")
            connection.close()
            continue
        seconds = time.perf_counter() - begun
        outcome, fault = judge(asked, response, body, headers, oracle)
        tally.add(asked.kind, outcome, seconds, fault)
        if etag := response.headers.get("ETag"):
            etags[asked.query] = etag
        if len(etags) > 500:
            etags.clear()
        if chance.random() < 0.02:
            connection.close()  # the next request opens another
    connection.close()


def judge(
    asked: Asked,
    response: http.client.HTTPResponse,
    body: bytes,
    headers: dict[str, str],
    oracle: Oracle,
) -> tuple[str, str]:
    """How a request ended, and what is wrong with that (``""``: nothing)."""
    if response.status == 503:
        kind = json.loads(body)["type"].partition("#")[2]
        right = kind == "engine" or (asked.kind == "hopeless" and kind == "time")
        return f"503 {kind}", "" if right else f"{asked}: 503 {kind}"
    if response.status == 304 and "If-None-Match" in headers:
        return "304", ""
    if response.status != asked.status:
        return str(response.status), f"{asked}: {response.status} {body[:200]!r}"
    found = sorted(body.replace(b"\r\n", b"\n").split(b"\n"))
    if asked.status == 200 and asked.query and found != oracle_lines(oracle, asked):
        return "wrong", f"{asked}: {body[:300]!r}"
    return str(response.status), ""


def oracle_lines(oracle: Oracle, asked: Asked) -> list[bytes]:
    """The right lines, with line ends as one character."""
    return sorted(line.rstrip(b"\r") for line in oracle.lines(asked.query))


# --- The server from outside (Linux) --------------------------------------------------------------


def children(pid: int) -> list[int]:
    """The processes that *pid* has started."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        pass
    return found


def workers(pid: int) -> list[int]:
    """The workers of the server *pid*: what its keepers have forked."""
    return [worker for keeper in children(pid) for worker in children(keeper)]


def resident(pid: int) -> int:
    """Resident memory in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def descriptors(pid: int) -> int:
    """Open descriptors."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def every(seconds: float, stop: threading.Event, what: Callable[[], None]) -> threading.Thread:
    """Do *what* about every so many seconds, until stopped."""

    def loop() -> None:
        chance = random.Random()
        while not stop.wait(seconds * chance.uniform(0.5, 1.5)):
            what()

    thread = threading.Thread(target=loop)
    thread.start()
    return thread


class Soak:
    """One run."""

    def __init__(self, server: int, address: str, text: str) -> None:
        self.server, self.address, self.text = server, address, text
        self.killed = self.keepers = self.reloads = 0
        self.samples: list[tuple[float, int, int, int]] = []
        self.chance = random.Random(7)

    def kill(self) -> None:
        """End one worker, any."""
        if found := workers(self.server):
            try:
                os.kill(self.chance.choice(found), signal.SIGKILL)
                self.killed += 1
            except ProcessLookupError:
                pass

    def kill_keeper(self) -> None:
        """End the process that holds the data, and with it every worker: no request may notice."""
        if found := children(self.server):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.chance.choice(found), signal.SIGKILL)
                self.keepers += 1

    def reload(self) -> None:
        """Have the server take up its data anew."""
        os.kill(self.server, signal.SIGHUP)
        self.reloads += 1

    def sample(self) -> None:
        """Note what the server holds."""
        memory, open_ = resident(self.server), descriptors(self.server)
        self.samples.append((time.monotonic(), memory, open_, len(workers(self.server))))

    def run(self, seconds: float, clients: int) -> list[str]:
        """Load the server for *seconds*; what was wrong."""
        stop, tally, oracle = threading.Event(), Tally(), Oracle(self.text)
        threads = [
            threading.Thread(target=client, args=(self.address, seed, oracle, tally, stop))
            for seed in range(clients)
        ]
        for thread in threads:
            thread.start()
        threads += [
            every(1.0, stop, self.kill),
            every(20.0, stop, self.reload),
            every(25.0, stop, self.kill_keeper),
            every(2.0, stop, self.sample),
        ]
        time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join()
        time.sleep(3)
        self.sample()
        self.report(tally, seconds)
        return self.faults(tally)

    def report(self, tally: Tally, seconds: float) -> None:
        """The table."""
        total = sum(tally.counts.values())
        print(f"{total:,} requests in {seconds:.0f} s, {total / seconds:.0f} a second; "
              f"{self.killed} workers and {self.keepers} keepers killed, "
              f"{self.reloads} reloads")  # fmt: skip
        print(f"\n{'':<12} {'requests':>9} {'median ms':>10} {'99 % ms':>10}  ended with")
        for kind, times in sorted(tally.seconds.items()):
            ends = ", ".join(
                f"{name.partition(' ')[2]}: {count:,}"
                for name, count in sorted(tally.counts.items())
                if name.partition(" ")[0] == kind
            )
            high = statistics.quantiles(times, n=100)[-1] if len(times) > 1 else times[0]
            median = statistics.median(times)
            print(f"{kind:<12} {len(times):>9,} {median * 1e3:>10.1f} {high * 1e3:>10.1f}  {ends}")
        print(f"\n{'':<12} {'memory MB':>10} {'descriptors':>12} {'workers':>8}")
        for name, at in (("first", 0), ("middle", len(self.samples) // 2), ("last", -1)):
            _, memory, open_, count = self.samples[at]
            print(f"{name:<12} {memory / 1e6:>10.1f} {open_:>12} {count:>8}")

    def faults(self, tally: Tally) -> list[str]:
        """Everything that was wrong."""
        found = list(tally.faults)
        broken = sum(count for name, count in tally.counts.items() if name.endswith("503 engine"))
        if broken > self.killed:
            found.append(f"{broken} requests said that their worker died; {self.killed} did.")
        if not tally.counts["hopeless 503 time"]:
            found.append("No hopeless query ended at its limit: nothing was shown.")
        settled = self.samples[len(self.samples) // 4 : len(self.samples) // 2] or self.samples
        late = self.samples[-max(1, len(self.samples) // 4) :]
        for name, index, room in (
            ("memory", 1, ROOM_BYTES),
            ("descriptors", 2, ROOM_DESCRIPTORS),
        ):
            before = statistics.median(sample[index] for sample in settled)
            after = statistics.median(sample[index] for sample in late)
            if after > before + room:
                found.append(f"{name} grew from {before:,.0f} to {after:,.0f}")
        if self.samples[-1][3] != WORKERS + LIGHT:
            found.append(f"{self.samples[-1][3]} workers are left; expected {WORKERS + LIGHT}")
        return found


def main() -> None:
    """Run the soak and print what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("--clients", type=int, default=6)
    options = parser.parse_args()
    if not Path("/proc/self/task").exists():
        sys.exit("soak: needs /proc to find the workers (Linux).")
    with tempfile.TemporaryDirectory() as folder:
        text = dataset()
        data = Path(folder) / "world.nt"
        data.write_text(text, encoding="utf-8")
        command = [
            sys.executable, "-m", "foedus", "serve", "--port", "0", "--data", str(data),
            "--set", "query_seconds=2", "--set", f"workers={WORKERS}",
            "--set", f"light_workers={LIGHT}", "--set", f"access_log={folder}/access.log",
            # Caches that are full within the first minute: what grows after that is a leak.
            "--set", "cache_bytes=2000000", "--set", "answers_bytes=2000000",
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            try:
                words = server.stdout.readline().split()
                if len(words) < 2:
                    sys.exit("soak: the server did not start.")
                address = words[1].rstrip("/")
                faults = Soak(server.pid, address, text).run(options.minutes * 60, options.clients)
                server.send_signal(signal.SIGTERM)
                if code := server.wait(60):
                    faults.append(f"the server ended with {code}")
            finally:
                if server.poll() is None:
                    server.kill()
    for fault in faults[:20]:
        print(f"FAULT {fault}")
    print(f"\n{len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
