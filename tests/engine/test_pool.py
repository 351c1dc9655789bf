"""Evaluation that can be killed, and cannot do anything but evaluate."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from foedus.engine import CheckedQuery, EngineFailed, LimitReached, Limits, WorkerPool
from foedus.engine.serialize import JSON, RESULT_FORMATS

FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def count(pool: WorkerPool) -> int:
    return int(pool.query(COUNT).rows[0][0].value)


def test_a_query_that_takes_too_long_is_killed_and_the_next_is_answered(pool: WorkerPool) -> None:
    for _ in range(3):
        with pytest.raises(LimitReached) as reached:
            pool.query(FOREVER)
        assert reached.value.limit == "query_seconds"
    assert count(pool) == 6


def test_an_engine_that_breaks_down_takes_only_its_worker_with_it(tmp_path: Path) -> None:
    kinds = ('"{0}"', '"{0}"^^<{x}integer>', '"{1:04d}-01-01"^^<{x}date>', '"{0}.5"^^<{x}double>')
    data = tmp_path / "mixed.nt"
    data.write_text(
        "".join(
            f"<http://e/{i}> <http://e/p> "
            + kind.format(i, i + 1, x="http://www.w3.org/2001/XMLSchema#")
            + " .\n"
            for i in range(3000)
            for kind in kinds
        ),
        encoding="utf-8",
    )
    with WorkerPool(data, limits=Limits(workers=1)) as pool:
        # An engine that has learnt to order mixed literals may answer.
        with contextlib.suppress(EngineFailed):
            pool.query("SELECT * { ?s ?p ?o } ORDER BY ?o")
        assert count(pool) == 12000


def test_a_worker_that_somebody_kills_is_replaced(pool: WorkerPool) -> None:
    for worker in list(pool._idle):
        os.kill(worker.pid, signal.SIGKILL)
    # One that was idle takes no query with it, once the system has seen it end.
    time.sleep(0.2)
    for _ in range(4):
        assert count(pool) == 6


def test_the_process_that_holds_the_data_is_started_again(pool: WorkerPool) -> None:
    pool._process.kill()
    pool._process.wait()
    for _ in range(4):
        assert count(pool) == 6


def test_no_query_is_lost_when_the_process_that_holds_the_data_is_killed(
    pool: WorkerPool,
) -> None:
    """Neither those who come then, to workers that will die in a moment, nor those under way."""
    answers: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(count(pool))
            except EngineFailed as error:
                answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            keeper, deadline = pool._process, time.monotonic() + 30
            keeper.kill()
            while pool._process is keeper and time.monotonic() < deadline:
                time.sleep(0.01)
            known = len(answers)
            while len(answers) < known + 20 and time.monotonic() < deadline:
                time.sleep(0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert set(answers) == {6}
    assert pool._process.poll() is None


def test_a_worker_cannot_reach_the_network_even_if_the_guard_were_passed(
    pool: WorkerPool, canary
) -> None:
    text = f"SELECT * {{ SERVICE <http://127.0.0.1:{canary.port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(EngineFailed):
        pool.evaluate(CheckedQuery(text, "SELECT", None, False), JSON)
    assert canary.calls == 0
    assert count(pool) == 6


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
def test_every_format_is_written_without_opening_a_file(pool: WorkerPool, media_type: str) -> None:
    assert pool.evaluate(CheckedQuery(COUNT, "SELECT", None, True), media_type)


def test_memory_is_bounded(dataset: Path) -> None:
    hungry = 'SELECT (GROUP_CONCAT(?x; SEPARATOR="") AS ?y) {{ VALUES ?b {{ {} }} {} {} }}'
    many = " ".join(str(i) for i in range(200))
    text = hungry.format(
        many,
        " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(4)),
        f'BIND("{"x" * 2000}" AS ?x)',
    )
    with (
        WorkerPool(dataset, limits=Limits(workers=1, memory_bytes=60_000_000)) as pool,
        pytest.raises((LimitReached, EngineFailed)),
    ):
        pool.query(text)


def test_more_queries_than_the_queue_takes_are_turned_away(dataset: Path) -> None:
    limits = Limits(workers=1, query_seconds=1.5, queue_length=1, queue_seconds=0.3)
    reached: list[str] = []
    with WorkerPool(dataset, limits=limits) as pool:

        def ask() -> None:
            try:
                pool.query(FOREVER)
            except LimitReached as error:
                reached.append(error.limit)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
        for thread in threads:
            thread.join()
        assert count(pool) == 6
    assert sorted(set(reached)) == ["query_seconds", "queue_length", "queue_seconds"]


def test_many_threads_get_their_own_answers(pool: WorkerPool) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = pool.query(f"SELECT ({number} AS ?n) {{}}").rows[0][0].value

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {i: str(i) for i in range(30)}


def test_data_that_cannot_be_loaded_is_a_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(EngineFailed, match=r"broken\.nq"):
        WorkerPool(broken)


def test_nobody_is_left_behind_when_the_pool_closes(dataset: Path) -> None:
    pool = WorkerPool(dataset, limits=Limits(workers=2))
    pids = [worker.pid for worker in pool._idle] + [pool._process.pid]
    pool.close()
    time.sleep(0.1)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
