"""``Server-Timing``: where the time of an answer went."""

import re

import pytest
from flask.testing import FlaskClient

from foedus.engine import timing
from foedus.web.timings import header

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def parts(value: str) -> dict[str, float]:
    return {name: float(dur) for name, dur in re.findall(r"([a-z]+);dur=([0-9.]+)", value)}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?timed) { ?s ?p ?o }",
        "ASK { ?timed ?p ?o }",
        "CONSTRUCT WHERE { ?timed ?p ?o }",
    ],
)
def test_an_answer_says_how_long_each_part_took(client: FlaskClient, query: str) -> None:
    response = client.get("/sparql", query_string={"query": query})
    took = parts(response.headers["Server-Timing"])
    assert list(took) == ["queue", "parse", "evaluate", "serialise", "total"]
    assert all(value >= 0 for value in took.values())
    assert took["total"] >= took["queue"] + took["parse"]


def test_what_did_not_take_place_is_not_named(client: FlaskClient) -> None:
    etag = client.get("/sparql", query_string={"query": COUNT}).headers["ETag"]
    known = client.get("/sparql", query_string={"query": COUNT}, headers={"If-None-Match": etag})
    assert list(parts(known.headers["Server-Timing"])) == ["parse", "total"]
    wrong = client.get("/sparql", query_string={"query": "SELEC"})
    assert list(parts(wrong.headers["Server-Timing"])) == ["parse", "total"]
    assert "Server-Timing" not in client.get("/").headers


def test_nobody_collects_what_another_request_noted() -> None:
    with timing.collect() as outer:
        timing.note("queue", 0.5)
        with timing.collect() as inner:
            timing.note("queue", 0.25)
        timing.note_all({"queue": 0.25, "evaluate": "long", "other": 1})
    assert (outer, inner) == ({"queue": 0.75}, {"queue": 0.25})
    timing.note("queue", 1.0)
    assert header(outer) == "queue;dur=750.000"
