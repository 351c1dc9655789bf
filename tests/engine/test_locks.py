"""Two locks on a worker, each of which alone is enough."""

import platform
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foedus.engine import CheckedQuery, EmbeddedEngine, EngineFailed, Limits, WorkerPool, seccomp
from foedus.engine.serialize import GRAPH_FORMATS, JSON, RESULT_FORMATS

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="seccomp is Linux's, and its list is written for two machines",
)

LOCKED = """
import errno, os, socket, sys
from foedus.engine import seccomp, worker
if {first}:
    import resource
    held = max(int(name) for name in os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (held, held))
    while True:
        try: os.dup(0)
        except OSError: break
seccomp.lock() if {second} else None
print(worker.opened())
print(worker.opened(errno.EPERM) == [], seccomp.locked())
"""


def run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_a_lock_the_self_test_finds_every_door_open() -> None:
    found = run(LOCKED.format(first=False, second=False))
    assert "a file to read" in found[0]
    assert "a stream over IPv4" in found[0]
    assert found[1] == "False False"


def test_the_limit_of_descriptors_alone_closes_every_door() -> None:
    assert run(LOCKED.format(first=True, second=False)) == ["[]", "False False"]


@linux
def test_the_list_of_calls_alone_closes_every_door() -> None:
    assert run(LOCKED.format(first=False, second=True)) == ["[]", "True True"]


@linux
@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.unlink('/tmp/foedus-no-such-file')",
        "os.mkdir('/tmp/foedus-no-such-folder')",
        "os.kill(1, 0)",
        "os.rename('/tmp/a', '/tmp/b')",
        "os.memfd_create('x')",
        "os.stat('/etc/passwd')",
        "os.listdir('/')",
        "os.setpriority(os.PRIO_PROCESS, 0, 1)",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
        "threading.Thread(target=print).start()",
        "pair[0].connect('/tmp/foedus-no-such-socket')",
        "pair[0].sendmsg([b'x'])",
        "fcntl.ioctl(pair[0], 0x5413, b'x' * 8)",
    ],
)
def test_what_computing_does_not_need_is_refused(attempt: str) -> None:
    code = (
        "import fcntl, os, resource, socket, threading\n"
        "from foedus.engine import seccomp\n"
        "pair = socket.socketpair()\n"
        "seccomp.lock()\n"
        f"try:\n    {attempt}\nexcept (OSError, RuntimeError, ValueError):\n    print('refused')\n"
        "else:\n    print('done')\n"
    )
    assert run(code) == ["refused"]


@linux
def test_what_a_worker_does_is_allowed() -> None:
    code = (
        "import socket\n"
        "from foedus.engine import seccomp\n"
        "from foedus.engine.wire import receive, send\n"
        "ours, theirs = socket.socketpair()\n"
        "seccomp.lock()\n"
        "ours.settimeout(5)\n"
        "send(ours, {'a': 1}, b'x' * 1000)\n"
        "head, body = receive(theirs)\n"
        "print(head, len(body), sum(range(10**6)))\n"
        "print(len(bytearray(50_000_000)))\n"
    )
    assert run(code)[-1] == "50000000"


def status(pid: int) -> dict[str, str]:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


@linux
def test_a_worker_runs_under_both_locks(dataset: Path) -> None:
    limits = Limits(workers=1, light_workers=1)
    with WorkerPool(dataset, limits=limits) as pool:
        assert pool.locks == 2
        pool.query("ASK {}")
        for worker in (*pool._idle, *pool._idle_light):
            fields = status(worker.pid)
            deadline = time.monotonic() + 20
            # One that nobody has asked may have just begun.
            while fields["Seccomp"].strip() == "0" and time.monotonic() < deadline:
                time.sleep(0.01)
                fields = status(worker.pid)
            assert fields["Seccomp"].strip() == "2"
            assert fields["NoNewPrivs"].strip() == "1"
            assert len(list(Path(f"/proc/{worker.pid}/fd").iterdir())) == 4


def test_every_format_is_written_under_both_locks(dataset: Path) -> None:
    engine = EmbeddedEngine.load(dataset)
    with WorkerPool(dataset, limits=Limits(workers=1)) as pool:
        for formats, text, form in (
            (RESULT_FORMATS, "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "SELECT"),
            (GRAPH_FORMATS, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "CONSTRUCT"),
        ):
            for media_type in formats:
                checked = CheckedQuery(text, form, None, True)  # type: ignore[arg-type]
                assert pool.evaluate(checked, media_type) == engine.evaluate(checked, media_type)
        with pytest.raises(EngineFailed):
            pool.evaluate(
                CheckedQuery("ASK { SERVICE <http://[::1]:9/> {} }", "ASK", None, True), JSON
            )


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_program_lets_nothing_through_that_is_not_on_its_list(machine: str) -> None:
    """The filter, evaluated here by the semantics of classic BPF: for both machines on either."""
    architecture, calls, ioctl = seccomp._MACHINES[machine]
    code = seccomp.program(machine)
    steps = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]

    def verdict(arch: int, number: int, second: int = 0) -> str:
        data = struct.pack("=IIQQQ", number, arch, 0, 0, second)
        accumulator, at = 0, 0
        while True:
            operation, yes, no, k = steps[at]
            at += 1
            if operation == 0x20:
                (accumulator,) = struct.unpack_from("=I", data, k)
            elif operation == 0x15:
                at += yes if accumulator == k else no
            else:
                return "allow" if k == 0x7FFF0000 else "refuse"

    allowed = {n for n in range(1000) if verdict(architecture, n) == "allow"}
    assert allowed == set(calls.values())
    assert verdict(architecture, ioctl, 0x5421) == "allow"
    assert verdict(architecture, ioctl, 0x5413) == "refuse"
    assert verdict(architecture, 0x40000000 + 1) == "refuse"  # the x32 table
    assert verdict(0x40000003, 1) == "refuse"  # 32-bit calls on the same processor
