"""Validators and the cache of results: right by construction, and one evaluation for many."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from foedus.engine import CheckedQuery, EngineFailed, LimitReached, Limits, Stream, WorkerPool
from foedus.web import Served, Settings, create_app
from foedus.web.cache import ResultCache

FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"
LABELS = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }"


class Counted:
    """The real pool, with a count of the evaluations that it was asked for."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool, self.limits, self.loaded = pool, pool.limits, pool.loaded
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        return self.pool.evaluate(checked, media_type)

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes | Stream:
        self.asked.append(checked.text)
        self.gate.wait(10)
        return self.pool.open(checked, media_type, whole)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def pool(served: Served) -> Iterator[WorkerPool]:
    with WorkerPool(*served.dataset, limits=Limits(workers=2, query_seconds=1.0)) as pool:
        yield pool


@pytest.fixture
def evaluator(pool: WorkerPool) -> Counted:
    return Counted(pool)


@pytest.fixture
def small(served: Served, evaluator: Counted) -> Flask:
    settings = replace(Settings(), limits=evaluator.limits, stream_bytes=20_000)
    return create_app(served, evaluator=evaluator, settings=settings, cacheable=True)


@pytest.fixture
def client(small: Flask) -> FlaskClient:
    return small.test_client()


def get(client: FlaskClient, query: str, etag: str = "", **parameters: str):
    headers = {"If-None-Match": etag} if etag else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def test_a_question_asked_again_is_not_evaluated_again(
    small: Flask, client: FlaskClient, evaluator: Counted
) -> None:
    first = get(client, LABELS)
    spelt = LABELS.replace("SELECT ?l {", "# once more\nselect  $l\n{").replace("?l }", "$l}")
    again = get(client, spelt)
    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(evaluator.asked) == 1
    cache: ResultCache = small.extensions["foedus.cache"]
    assert (cache.hits, cache.misses, cache.stored, cache.entries) == (1, 1, 1, 1)


def test_304_is_answered_without_evaluating_even_what_would_never_end(
    client: FlaskClient, evaluator: Counted
) -> None:
    assert get(client, FOREVER).status_code == 503
    asked = len(evaluator.asked)
    etag = get(client, FOREVER, etag="*").headers["ETag"]
    response = get(client, FOREVER, etag=f'"other", W/{etag}')
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag
    assert "Accept" in response.headers["Vary"]
    head = client.head(f"/sparql?query={quote(FOREVER)}", headers={"If-None-Match": etag})
    assert head.status_code == 304
    assert len(evaluator.asked) == asked


def test_a_post_is_answered_whatever_the_client_knows(client: FlaskClient) -> None:
    etag = get(client, LABELS).headers["ETag"]
    response = client.post("/sparql", data={"query": LABELS}, headers={"If-None-Match": etag})
    assert response.status_code == 200


def test_the_etag_differs_with_everything_that_the_bytes_depend_on(
    served: Served, pool: WorkerPool, client: FlaskClient
) -> None:
    at = "SELECT (?at AS ?day) {}"
    tags = [
        get(client, LABELS).headers["ETag"],
        get(client, LABELS, format="csv").headers["ETag"],
        get(client, LABELS, **{"default-graph-uri": "urn:x"}).headers["ETag"],
        get(client, LABELS, **{"named-graph-uri": "urn:x"}).headers["ETag"],
        get(client, LABELS + " LIMIT 1").headers["ETag"],
        get(client, at).headers["ETag"],
        get(client, at, at="1899-01-01").headers["ETag"],
    ]
    elsewhere = Settings(public="http://other.example", limits=pool.limits)
    for other, settings in (
        (served, elsewhere),
        (replace(served, digest="f" * 64), replace(elsewhere, public=Settings().public)),
    ):
        app = create_app(other, evaluator=pool, settings=settings)
        tags.append(get(app.test_client(), LABELS).headers["ETag"])
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('"') for tag in tags)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?t) {}",
        "SELECT (RAND() AS ?t) {}",
        "SELECT (STRUUID() AS ?t) {}",
        "SELECT (BNODE() AS ?t) {}",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT (GROUP_CONCAT(?l) AS ?t) { ?s ?p ?l }",
    ],
)
def test_what_need_not_be_the_same_again_has_no_validator_and_is_not_kept(
    small: Flask, client: FlaskClient, evaluator: Counted, query: str
) -> None:
    for _ in range(2):
        response = get(client, query, etag="*")
        assert response.status_code == 200
        assert "ETag" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
    assert len(evaluator.asked) == 2
    assert small.extensions["foedus.cache"].entries == 0


def test_errors_and_streams_are_not_kept(
    small: Flask, client: FlaskClient, evaluator: Counted
) -> None:
    for text, status in (
        (FOREVER, 503),
        ("SELECT * { ?s ?p ?o ", 400),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 2000", 200),
    ):
        for _ in range(2):
            assert get(client, text).status_code == status
    assert len(evaluator.asked) == 4
    assert small.extensions["foedus.cache"].entries == 0


def test_a_stampede_of_one_question_evaluates_once(
    small: Flask, client: FlaskClient, evaluator: Counted
) -> None:
    evaluator.gate.clear()
    cache: ResultCache = small.extensions["foedus.cache"]
    with ThreadPoolExecutor(20) as threads:
        replies = [threads.submit(lambda: get(small.test_client(), LABELS)) for _ in range(20)]
        deadline = time.monotonic() + 10
        while not evaluator.asked:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.2)
        evaluator.gate.set()
    bodies = {reply.result().data for reply in replies}
    assert len(bodies) == 1
    assert len(evaluator.asked) == 1
    assert cache.misses == 1
    assert cache.hits + cache.shared == 19


def test_a_dataset_whose_blank_nodes_get_new_labels_has_new_etags_when_it_is_loaded_anew(
    tmp_path: Path,
) -> None:
    def tags(path: Path) -> set[str]:
        found = set()
        for _ in range(2):
            with WorkerPool(path, limits=Limits(workers=1)) as pool:
                app = create_app(Served.files([path]), evaluator=pool, settings=Settings())
                found.add(get(app.test_client(), "SELECT * { ?s ?p ?o }").headers["ETag"])
        return found

    (tmp_path / "named.nt").write_text("_:x <urn:p> <urn:o> .\n", encoding="utf-8")
    (tmp_path / "nameless.ttl").write_text("[] <urn:p> <urn:o> .\n", encoding="utf-8")
    assert len(tags(tmp_path / "named.nt")) == 1
    assert len(tags(tmp_path / "nameless.ttl")) == 2


def test_the_cache_stays_within_its_size_and_drops_what_nobody_asked_for_longest() -> None:
    cache = ResultCache(10_000)
    for name in "abc":
        assert cache.get(name, lambda: b"x" * 2500) == b"x" * 2500
    cache.get("a", lambda: b"never")
    cache.get("d", lambda: b"x" * 2500)
    assert cache.bytes <= 10_000
    assert (cache.evicted, cache.entries) == (1, 3)
    assert cache.get("a", lambda: b"other") == b"x" * 2500
    assert cache.get("b", lambda: b"other") == b"other"
    cache.get("large", lambda: b"x" * 20_000)
    assert cache.refused == 1
    assert cache.get("large", lambda: b"small") == b"small"


@pytest.mark.parametrize("error", [LimitReached("query_seconds", "slow"), EngineFailed("died")])
def test_an_error_reaches_all_who_wait_and_nobody_after_them(error: Exception) -> None:
    cache = ResultCache(1000)
    begun, go = threading.Event(), threading.Event()
    calls: list[int] = []

    def fail() -> bytes:
        calls.append(1)
        begun.set()
        go.wait(10)
        raise error

    def ask() -> Exception | None:
        try:
            cache.get("key", fail)
        except (LimitReached, EngineFailed) as raised:
            return raised
        return None

    with ThreadPoolExecutor(5) as threads:
        asked = [threads.submit(ask) for _ in range(5)]
        begun.wait(10)
        time.sleep(0.2)
        go.set()
    assert all(type(one.result()) is type(error) for one in asked)
    # Whose worker broke down did so alone: the others try for themselves.
    assert len(calls) == (1 if isinstance(error, LimitReached) else 5)
    assert cache.get("key", lambda: b"well") == b"well"


def test_no_more_than_a_queue_waits_for_an_answer_under_way() -> None:
    cache = ResultCache(1000, waiting=2)
    begun, go = threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        go.wait(10)
        return b"well"

    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(cache.get, "key", slow)]
        begun.wait(10)
        asked += [threads.submit(cache.get, "key", slow) for _ in range(2)]
        deadline = time.monotonic() + 10
        while cache._waiters < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with pytest.raises(LimitReached, match="queue_length"):
            cache.get("key", slow)
        assert cache.get("other", lambda: b"other") == b"other"
        go.set()
    assert {one.result() for one in asked} == {b"well"}
    assert cache.get("key", slow) == b"well"


def test_a_flight_that_was_left_already_ends_no_other() -> None:
    cache = ResultCache(10_000)
    first = cache.lead("key")
    assert first is not None
    cache.leave("key", first)  # the client went while its request changed hands
    second = cache.lead("key")
    assert second is not None
    assert cache.get("key", lambda: b"first", first) == b"first"
    assert cache.lead("key") is None, "the second is still under way"
    cache.land("key", second, b"second")
    assert cache.find("key") == b"second"
