"""No query makes the service call anybody, however it is spelt, and whatever it gets past."""

import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from foedus.engine import CheckedQuery, QueryError, WorkerPool
from foedus.engine.serialize import JSON, N_TRIPLES

pytestmark = pytest.mark.usefixtures("unharmed")

SHAPES = (
    "SELECT * {{ {service} {silent} <{iri}> {{ ?s ?p ?o }} }}",
    "ASK {{ OPTIONAL {{ {service}{silent}<{iri}>{{}} }} }}",
    "SELECT * {{ BIND(<{iri}> AS ?u) {service} ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?u {{ <{iri}> }} {service} {silent} ?u {{ ?s ?p ?o }} }}",
    "PREFIX x: <{iri}> SELECT * {{ {service} x: {{ ?s ?p ?o }} }}",
    "BASE <{iri}> SELECT * {{ {service} <> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ {service} <{iri}> {{ {{ ?s ?p ?o }} UNION {{}} }} }} }} }}",
    "ASK {{ FILTER NOT EXISTS {{ {service} <{iri}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ ?s ?p true{service}<{iri}>{{}} }}",
    "SELECT * {from_} <{iri}> {{ ?s ?p ?o }}",
    "SELECT * {from_} NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} {from_}<{iri}>{from_} <{iri}> {{ ?s ?p ?o }}",
    "DESCRIBE <{iri}> {from_} <{iri}>",
    "DESCRIBE <{iri}>",
    "SELECT * {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}",
    "{load} <{iri}>",
    "{load} {silent} <{iri}> INTO GRAPH <urn:g>",
    "ASK {{}} ; {load} <{iri}>",
    "INSERT {{ ?s ?p ?o }} USING <{iri}> WHERE {{ {service} <{iri}> {{ ?s ?p ?o }} }}",
    "SELECT (<{iri}>(1) AS ?x) {{}}",
    'SELECT * {{ BIND(IRI("{iri}") AS ?u) {service} ?u {{}} }}',
)
BETWEEN = (" ", "\n", "\t", " # a comment\n", "\r\n", " #{}<>\n ")
SCHEMES = ("http", "HTTP", "https", "hTTp")


def cased(chance: random.Random, word: str) -> str:
    return "".join(chance.choice((c.lower(), c.upper())) for c in word)


def escaped(chance: random.Random, iri: str) -> str:
    """An IRI with some characters as code points (SPARQL 1.1, section 19.2)."""
    return "".join(
        c if chance.random() < 0.9 else chance.choice((f"\\u{ord(c):04X}", f"\\U{ord(c):08x}"))
        for c in iri
    )


def spelt(seed: int, authorities: list[str]) -> str:
    chance = random.Random(seed)
    iri = f"{chance.choice(SCHEMES)}://{chance.choice(authorities)}/{seed}"
    query = SHAPES[seed % len(SHAPES)].format(
        service=cased(chance, "service"),
        silent=chance.choice(("", "", cased(chance, "silent"))),
        from_=cased(chance, "from"),
        load=cased(chance, "load"),
        iri=escaped(chance, iri),
    )
    return "".join(chance.choice(BETWEEN) if c == " " else c for c in query)


@pytest.mark.parametrize("seed", range(6))
def test_no_spelling_reaches_anybody_over_http(
    fetch: Callable, canaries: list[str], seed: int
) -> None:
    for number in range(seed * 50, seed * 50 + 50):
        answer = fetch(query=spelt(number, canaries))
        assert answer.status in (200, 400, 403, 503), answer  # 503: an unknown function


def test_no_spelling_reaches_anybody_even_past_the_guard(
    pool: WorkerPool, canaries: list[str]
) -> None:
    """The text goes to the engine as it is: what holds here are the locks of the worker."""
    for number in range(len(SHAPES) * 4):
        for form, media_type in (("SELECT", JSON), ("CONSTRUCT", N_TRIPLES)):
            checked = CheckedQuery(spelt(number, canaries), form, None, False)  # type: ignore[arg-type]
            try:
                pool.evaluate(checked, media_type)
            except (QueryError, ValueError):
                continue


def test_the_parameters_name_graphs_and_fetch_nothing(fetch: Callable, canaries: list[str]) -> None:
    everything = quote("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    for authority in canaries:
        iri = quote(f"http://{authority}/graph", safe="")
        for name in ("default-graph-uri", "named-graph-uri"):
            answer = fetch(
                f"/sparql?query={everything}&{name}={iri}", headers={"Accept": "text/csv"}
            )
            assert answer.status in (200, 400)
            assert answer.body.count(b"\n") <= 1 or answer.status == 400
        for name in ("using-graph-uri", "using-named-graph-uri", "url", "uri", "endpoint", "load"):
            assert fetch(f"/sparql?query={everything}&{name}={iri}").status in (200, 400, 422)
        assert fetch(f"/doc/{iri}").status == 404
        assert fetch(f"/id/{iri}").status == 404


@pytest.mark.parametrize(
    "iri",
    ["file:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd", "/etc/passwd",
     "../../../../etc/passwd", "jar:file:/x!/y", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x",
     "data:text/turtle,<urn:a> <urn:b> <urn:c>", "FILE:///etc/passwd", "\\\\host\\share"],
)  # fmt: skip
def test_no_file_is_read(fetch: Callable, iri: str) -> None:
    name = quote(iri, safe="")
    asked = [
        fetch(query=f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}"),
        fetch(query=f"SELECT * {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"),
        fetch(query=f"ASK {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}"),
        fetch(query=f"LOAD <{iri}>"),
        fetch(f"/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={name}"),
        fetch(f"/doc/{name}"),
        fetch(f"/static/{name}"),
        fetch("/static/../../../../../../etc/passwd"),
    ]
    for answer in asked:
        assert b"root:" not in answer.body
        assert answer.status in (200, 400, 403, 404, 308)
        if answer.status == 200:
            assert b'"bindings":[]' in answer.body or b'"boolean":false' in answer.body
