"""`make bench ARGS=site`: the time at the server of every page of the site.

Starts `foedus serve` on the content, asks for every page that its sitemap names and for one of
every other kind, one after the other over one connection, and prints the processor time that the
server took for each, all of its threads together: what else the machine does is not in it. The
bar: 95 of 100 pages within 50 ms. Where the system does not tell (Linux does), it is the time
until the answer was read.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
BAR_SECONDS, BAR_SHARE = 0.050, 0.95
#: Pages that no sitemap names: those with parameters.
OTHERS = (
    "/search?q=pact",
    "/search?q=muslim%20nato",
    "/network?at=1958-06-01",
    "/timeline",
    "/map?of=arrangement/imctc",
    "/matrix",
    "/compare",
    "/query",
    "/query?example=membership/surely-on-a-day",
    "/doc/ontology.html",
    "/ontology/classes",
    "/ontology/properties",
    "/ontology/terms/Membership",
    "/ontology/changes",
    "/dumps",
    "/tables",
    "/problems",
)


def main(arguments: Sequence[str]) -> None:
    """Measure and print; with ``--json FILE`` also write every time."""
    parser = argparse.ArgumentParser(prog="bench site", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often each page is asked for")
    parser.add_argument("--every", type=int, default=1, help="every how manieth page of a kind")
    parser.add_argument("--json", type=Path, help="write every time here")
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "foedus", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "server")}
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://([^:/]+):(\d+)", process.stdout.readline())
        assert found, "the server did not start"
        times = measure(found[1], int(found[2]), process.pid, options.rounds, options.every)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    report(times)
    if options.json:
        options.json.write_text(json.dumps(times, indent=1), encoding="utf-8")


def spent(pid: int) -> float:
    """Seconds that a process had a processor, all of its threads together."""
    try:
        tasks = [*Path(f"/proc/{pid}/task").iterdir()]
        return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9
    except (OSError, ValueError):
        return time.perf_counter()


def measure(host: str, port: int, pid: int, rounds: int, every: int) -> dict[str, list[float]]:
    """Seconds of each round, by the path of the page."""
    connection = http.client.HTTPConnection(host, port, timeout=120)

    def get(path: str) -> tuple[int, bytes]:
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    sitemap = get("/sitemap.xml")[1].decode("utf-8")
    listed = [
        re.sub(r"^https?://[^/]+", "", url) for url in re.findall(r"<loc>(.*?)</loc>", sitemap)
    ]
    by_kind: dict[str, list[str]] = {}
    for path in listed:
        by_kind.setdefault(kind_of(path), []).append(path)
    paths = [path for kind in by_kind.values() for path in kind[::every]]
    paths += [path for path in OTHERS if path not in paths]
    times: dict[str, list[float]] = {}
    for turn in range(rounds):
        for path in paths:
            begun = spent(pid)
            status, _ = get(path)
            took = spent(pid) - begun
            if status == 200:
                times.setdefault(path, []).append(took)
            elif not turn:
                print(f"{status} {path}: left out", file=sys.stderr)
    connection.close()
    return times


def kind_of(path: str) -> str:
    """The kind of a page: the folder of the IRI that it describes, or its own path."""
    parts = path.partition("?")[0].strip("/").split("/")
    return "/".join(parts[:3]) if parts[0] == "doc" else "/" + "/".join(parts[:2])


def report(times: dict[str, list[float]]) -> None:
    """A line for each kind of page and the share within the bar, without the first round.

    The first round fills what is kept for as long as the release is served; it is told apart.
    """
    later = {path: min(seconds[1:] or seconds) for path, seconds in times.items()}
    kinds: dict[str, list[float]] = {}
    for path, seconds in later.items():
        kinds.setdefault(kind_of(path), []).append(seconds)
    print(f"{'kind':34} {'pages':>6} {'median':>9} {'95 %':>9} {'most':>9}   ms")
    for kind, taken in sorted(kinds.items(), key=lambda item: -statistics.median(item[1])):
        row = (statistics.median(taken), quantile(taken, 0.95), max(taken))
        print(f"{kind:34} {len(taken):6} " + " ".join(f"{t * 1000:9.1f}" for t in row))
    for name, taken in (("first", [s[0] for s in times.values()]), ("again", [*later.values()])):
        within = sum(t <= BAR_SECONDS for t in taken) / len(taken)
        verdict = "holds" if within >= BAR_SHARE else "DOES NOT HOLD"
        print(
            f"{name}: {len(taken)} pages, median {statistics.median(taken) * 1000:.1f} ms, 95 % "
            f"within {quantile(taken, 0.95) * 1000:.1f} ms, "
            f"{within:.1%} within {BAR_SECONDS * 1000:.0f} ms; the bar ({BAR_SHARE:.0%}) {verdict}"
        )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that *share* of *values* do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
