"""What building and starting cost, measured on this machine: `make bench ARGS=building`.

With `--sizes S M L` only the start on invented graphs of these sizes (`serve --data`).

Figures are wall-clock seconds and megabytes of peak resident memory, the Java process included;
minimum, median and maximum of several runs, since machines are shared and noisy. Nothing is
asserted here.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import graphs

RUNS = 5
LONGEST = 300  # seconds


def peak_memory(pid: int, stop: threading.Event) -> list[float]:
    """The highest sum of resident memory of a process and its descendants, sampled (Linux)."""
    peak = [0.0]
    while not stop.wait(0.02):
        total, todo = 0.0, [pid]
        while todo:
            current = todo.pop()
            try:
                status = Path(f"/proc/{current}/status").read_text()
                children = Path(f"/proc/{current}/task/{current}/children").read_text().split()
            except OSError:
                continue
            todo += [int(child) for child in children]
            for line in status.splitlines():
                if line.startswith("VmRSS"):
                    total += int(line.split()[1]) / 1024
        peak[0] = max(peak[0], total)
    return peak


def run(command: list[str], home: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one run of *command*."""
    stop = threading.Event()
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "FOEDUS_HOME": home}
    )
    result: list[list[float]] = []
    watcher = threading.Thread(target=lambda: result.append(peak_memory(process.pid, stop)))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - begun
    stop.set()
    watcher.join()
    if code:
        sys.exit(f"{' '.join(command)}: exit code {code}")
    return seconds, result[0][0]


def first_answer(home: str, *data: str) -> float:
    """Seconds from starting the server on a built release, or on *data*, to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "foedus", "serve", "--port", str(port), *data],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "FOEDUS_HOME": home},
    )
    address = f"http://127.0.0.1:{port}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"
    try:
        while time.perf_counter() - begun < LONGEST:
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - begun
            except OSError:
                time.sleep(0.05)
        sys.exit(f"the server did not answer within {LONGEST} s")
    finally:
        server.terminate()
        server.wait(10)


def row(name: str, values: list[float], unit: str) -> None:
    """Print minimum, median and maximum."""
    low, middle, high = min(values), statistics.median(values), max(values)
    print(f"{name:<44} {low:8.2f} {middle:8.2f} {high:8.2f}  {unit}")


def main(arguments: list[str] | None = None) -> None:
    """Measure building, checking and starting, and print a table."""
    parser = argparse.ArgumentParser(prog="bench.py building", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--sizes", nargs="*", choices=graphs.SIZES, default=[], help="start only")
    parser.add_argument("--data", type=Path, default=Path("build/bench"))
    options = parser.parse_args(arguments)
    runs = options.runs
    print(f"{'':<44} {'min':>8} {'median':>8} {'max':>8}   ({runs} runs)")
    with tempfile.TemporaryDirectory() as home:
        for size in options.sizes:
            data, _ = graphs.graph_file(options.data, graphs.SIZES[size])
            times = [first_answer(home, "--data", str(data.resolve())) for _ in range(runs)]
            row(f"start on {graphs.SIZES[size]:,} triples to the first answer", times, "s")
        if options.sizes:
            return
        for name, arguments in (("foedus build", ["build"]), ("foedus check", ["check"])):
            times, memory = zip(
                *(run([sys.executable, "-m", "foedus", *arguments], home) for _ in range(runs)),
                strict=True,
            )
            row(name, list(times), "s")
            row(f"{name}: peak memory, Java included", list(memory), "MB")
        row(
            "start of the server to its first answer",
            [first_answer(home) for _ in range(runs)],
            "s",
        )
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"processor time of all runs: {usage.ru_utime + usage.ru_stime:.0f} s")


if __name__ == "__main__":
    main()
