"""Light queries have workers of their own while all others are busy with hopeless ones."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foedus.engine import LimitReached, Limits, Stream, WorkerPool, check
from foedus.engine.serialize import CSV

FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"
LIGHT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@contextmanager
def hopeless(pool: WorkerPool, count: int) -> Iterator[list[str]]:
    """*count* hopeless queries under way, all workers for others among them busy."""
    ended: list[str] = []

    def ask() -> None:
        try:
            pool.query(FOREVER)
        except LimitReached as error:
            ended.append(error.limit)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while pool.figures()["busy"] < pool.limits.workers:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield ended
    for thread in threads:
        thread.join()


def test_light_queries_are_answered_while_every_other_worker_is_busy(dataset: Path) -> None:
    limits = Limits(workers=2, light_workers=1, light_seconds=0.2, query_seconds=5)
    with WorkerPool(dataset, limits=limits) as pool, hopeless(pool, 2) as ended:
        for _ in range(50):
            assert pool.query(LIGHT).rows[0][0].value == "6"
        assert ended == [], "the hopeless ones ended first, so that nothing was shown"
        assert pool.figures()["busy"] == 2


def test_hopeless_queries_hold_up_only_each_other(dataset: Path) -> None:
    limits = Limits(
        workers=1, light_workers=1, light_seconds=0.5, query_seconds=3, queue_length=2,
        queue_seconds=20,
    )  # fmt: skip
    with WorkerPool(dataset, limits=limits) as pool, hopeless(pool, 4) as ended:
        while pool.figures()["moved"] < 2:
            time.sleep(0.01)
        assert pool.query(LIGHT).rows[0][0].value == "6"
        assert "query_seconds" not in ended
    assert set(ended) <= {"query_seconds", "queue_length"}
    assert pool.figures()["limited"] == 4


def test_a_query_that_is_not_light_begins_anew_and_is_answered(dataset: Path) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(7)) + " }"
    limits = Limits(workers=1, light_workers=1, light_seconds=0.001, query_seconds=20)
    with WorkerPool(dataset, limits=limits) as pool:
        expected = pool.query(heavy).rows
        found: list[object] = []
        threads = [
            threading.Thread(target=lambda: found.append(pool.query(heavy).rows)) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 3
        assert pool.figures()["moved"] >= 1
        assert pool.figures()["answered"] == 4


def test_a_large_result_is_streamed_only_by_a_worker_for_others(dataset: Path) -> None:
    rows = check("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    limits = Limits(workers=1, light_workers=1, light_seconds=0.5, query_seconds=3)
    with WorkerPool(dataset, limits=limits) as pool:
        whole = pool.evaluate(rows, CSV)
        first = pool.open(rows, CSV, 10)
        assert isinstance(first, Stream)
        assert next(first)
        assert pool.figures()["busy"] == 1
        assert pool.open(rows, CSV, len(whole)) == whole, "the light worker had it whole"
        assert pool.figures()["moved"] == 0
        first.close()
        assert pool.figures()["left"] == 1
        with hopeless(pool, 1) as ended:
            second = pool.open(rows, CSV, 10)
            assert ended == ["query_seconds"]
        assert pool.figures()["moved"] >= 1
        assert isinstance(second, Stream)
        assert b"".join(second) == whole


def test_without_reserved_workers_there_is_one_queue(dataset: Path) -> None:
    with WorkerPool(dataset, limits=Limits(workers=1, light_workers=0, query_seconds=0.3)) as pool:
        with pytest.raises(LimitReached):
            pool.query(FOREVER)
        assert pool.figures()["moved"] == 0
        assert pool.query(LIGHT).rows[0][0].value == "6"


def test_the_pool_counts_what_it_does(dataset: Path) -> None:
    told: list[tuple[str, str]] = []
    with WorkerPool(dataset, limits=Limits(workers=1, light_workers=0, query_seconds=0.3)) as pool:
        pool.observer = lambda checked, seconds, outcome: told.append((checked.form, outcome))
        pool.query("ASK {}")
        with pytest.raises(LimitReached):
            pool.query(FOREVER)
        figures = pool.figures()
    assert told == [("ASK", "answered"), ("SELECT", "limited")]
    assert (figures["answered"], figures["limited"], figures["replaced"]) == (1, 1, 1)
    assert figures["waiting"] == figures["busy"] == 0
