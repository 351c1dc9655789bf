"""Queries that end other servers: each ends here with the right status, the next is unharmed."""

from collections.abc import Callable

import pytest

E = "http://e/"


def joined(count: int, step: str = "?a{0} ?b{0} ?c{0} .") -> str:
    return " ".join(step.format(i) for i in range(count))


def doubled(times: int) -> str:
    steps = "".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1}) " for i in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("abcdefgh" AS ?x0) {steps} }}'


ANYTHING = f"(<{E}p0>|!<{E}p0>)"
MANY = " ".join(str(i) for i in range(300))

#: What it is, the query, and what may be answered: a status, and for a problem its type.
CORPUS: list[tuple[str, str, set[str]]] = [
    # Too much to go through: nothing but the clock ends these.
    ("cross product, counted", f"SELECT (COUNT(*) AS ?n) {{ {joined(6)} }}", {"503 time"}),
    (
        "cross product, asked",
        f'ASK {{ {joined(6)} FILTER(CONCAT(STR(?c0), STR(?c5)) = "none") }}',
        {"503 time"},
    ),
    (
        "cross product, distinct",
        f"SELECT (COUNT(DISTINCT ?c5) AS ?n) {{ {joined(6)} }}",
        {"503 time"},
    ),
    (
        "cross product of graphs",
        f"SELECT (COUNT(*) AS ?n) {{ {joined(5, '{{ ?a{0} ?b{0} ?c{0} }}')} }}",
        {"503 time"},
    ),
    (
        "path explosion",
        f"SELECT (COUNT(*) AS ?n) {{ ?a {ANYTHING}* ?b . ?c {ANYTHING}* ?d . ?e {ANYTHING}* ?f }}",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "path of paths",
        f"SELECT (COUNT(*) AS ?n) {{ ?a (({ANYTHING}*)*/({ANYTHING}+)?)* ?b . {joined(4)} }}",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "NOT EXISTS over a cross product",
        f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o . ?x ?y ?z FILTER NOT EXISTS "
        f"{{ {joined(3)} FILTER(?c0 = ?s && ?c1 = ?o && ?c2 = ?z && ?a0 = <urn:none>) }} }}",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "OPTIONAL over a cross product",
        f"SELECT (COUNT(*) AS ?n) {{ {joined(3)} OPTIONAL {{ {joined(3, '?d{0} ?e{0} ?f{0} .')} "
        "FILTER(?f0 = ?c0) } }",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "sorting a cross product",
        f"SELECT ?c0 {{ {joined(3)} }} ORDER BY ?c0 LIMIT 1",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "grouping a cross product",
        f"SELECT ?c0 ?c1 ?c2 (COUNT(*) AS ?n) {{ {joined(4)} }} GROUP BY ?c0 ?c1 ?c2",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "MINUS of cross products",
        f"SELECT (COUNT(*) AS ?n) {{ {joined(3)} MINUS {{ {joined(3)} }} }}",
        {"503 time", "503 memory", "503 engine"},
    ),
    (
        "offset behind the end of the world",
        f"SELECT * {{ {joined(5)} }} OFFSET 9000000000000000 LIMIT 1",
        {"503 time"},
    ),
    # Too large: the rows, the bytes, the memory. What a stream had begun to tell is cut off.
    ("cross product, listed", f"SELECT * {{ {joined(2)} }}", {"200 cut off", "503 time"}),
    (
        "cross product, as a graph",
        "CONSTRUCT { ?a0 ?b1 ?c1 } { " + joined(2) + " }",
        {"200 cut off", "503 time"},
    ),
    (
        "more rows than a result has",
        f"SELECT * {{ {joined(1)} VALUES ?x {{ {MANY} }} }}",
        {"200 cut off", "503 time"},
    ),
    (
        "more rows than a result has, in little",
        f"SELECT ?n {{ {joined(1)} VALUES ?x {{ {MANY} }} }}",
        {"422 result-too-large", "503 time"},
    ),
    (
        "huge GROUP_CONCAT",
        f'SELECT (GROUP_CONCAT(STR(?x); SEPARATOR="{"-" * 1000}") AS ?y) '
        f"{{ ?s ?p ?o . VALUES ?x {{ {MANY} }} }}",
        {"422 result-too-large", "503 memory", "503 engine", "503 time"},
    ),
    ("a string doubled 40 times", doubled(40), {"503 memory", "503 engine", "503 time", "200"}),
    (
        "a string replaced by longer ones",
        'SELECT (STRLEN(?e) AS ?n) { BIND("aaaaaaaaaaaaaaaa" AS ?a) '
        'BIND(REPLACE(?a, "a", ?a) AS ?b) BIND(REPLACE(?b, "a", ?b) AS ?c) '
        'BIND(REPLACE(?c, "a", ?c) AS ?d) BIND(REPLACE(?d, "a", ?d) AS ?e) }',
        {"503 memory", "503 engine", "503 time", "200"},
    ),
    # What breaks the engine itself.
    (
        "ORDER BY over everything, mixed literals",
        "SELECT * { ?s ?p ?o } ORDER BY ?o",
        {"200", "503 engine"},
    ),
    (
        "ORDER BY DESC over mixed literals and nothing",
        "SELECT ?o { ?s ?p ?o OPTIONAL { ?o ?q ?r } } ORDER BY DESC(?r) ?o DESC(?s)",
        {"200", "503 engine"},
    ),
    (
        "MIN and MAX of mixed literals",
        "SELECT (MIN(?o) AS ?a) (MAX(?o) AS ?b) { ?s ?p ?o }",
        {"200", "503 engine"},
    ),
    ("5,000 parentheses", "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }", {"400 nesting"}),
    ("5,000 groups", "ASK " + "{" * 5000 + "}" * 5000, {"400 nesting"}),
    ("5,000 parentheses never closed", "ASK { FILTER(" + "(" * 5000, {"400 nesting", "400 syntax"}),
    ("5,000 negations", "ASK { FILTER(" + "!" * 5000 + "1) }", {"400 nesting"}),
    ("5,000 signs", "ASK { FILTER(" + "- " * 5000 + "1) }", {"400 nesting"}),
    ("5,000 lists in lists", "ASK { ?s ?p " + "(" * 5000 + ")" * 5000 + " }", {"400 nesting"}),
    (
        "5,000 blank nodes in each other",
        "ASK { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }",
        {"400 nesting"},
    ),
    ("nesting up to the limit", "ASK " + "{" * 99 + "}" * 99, {"200"}),
    (
        "2,600 OPTIONALs",
        "ASK { " + "OPTIONAL { ?a ?b ?c } " * 2600 + "}",
        {"200", "400 nesting", "503 engine", "503 time", "503 memory"},
    ),
    (
        "5,500 UNIONs",
        "ASK { " + " UNION ".join(["{ ?a ?b ?c }"] * 5500) + "}",
        {"200", "400 nesting", "503 engine", "503 time"},
    ),
    (
        "7,000 marks in a path",
        "ASK { ?a <urn:p>" + "+" * 7000 + " ?b }",
        {"400 nesting", "400 syntax"},
    ),
    (
        "7,000 alternatives in a path",
        "ASK { ?a " + "|".join(["<u:p>"] * 7000) + " ?b }",
        {"200", "400 nesting", "503 engine", "503 time"},
    ),
    (
        "20,000 steps of a path",
        "ASK { ?a " + "/".join(["<u:p>"] * 20000) + " ?b }",
        {"200", "400 nesting", "503 engine", "503 time", "503 memory"},
    ),
    (
        "10,000 sums",
        "ASK { FILTER(" + "+".join(["1"] * 10000) + ") }",
        {"200", "400 nesting", "503 engine"},
    ),
    (
        "10,000 disjunctions",
        "ASK { ?s ?p ?o FILTER(" + "||".join(["?o=1"] * 10000) + ") }",
        {"200", "400 nesting", "503 engine", "503 time"},
    ),
    # Expressions that are expensive elsewhere.
    (
        "exponential regular expression",
        f'SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(REGEX("{"a" * 40}!", "^(a+)+$")) }}',
        {"200"},
    ),
    (
        "regular expression of a regular expression",
        'ASK { BIND("a" AS ?x) FILTER(REGEX(?x, "(((((a{99}){99}){99}){99}){99})")) }',
        {"200", "503 memory", "503 engine", "503 time"},
    ),
    (
        "a broken regular expression",
        'SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), "(((")) }',
        {"200"},
    ),
    # Long texts.
    (
        "more VALUES than a query holds",
        f"ASK {{ VALUES ?x {{ {'1 ' * 130_000} }} }}",
        {"413 too-long"},
    ),
    ("a query at its length", f"ASK {{ VALUES ?x {{ {'1 ' * 99_000} }} }}", {"200"}),
    (
        "10,000 prefixes",
        joined(10_000, "PREFIX p{0}:<u:{0}>")[:199_000].rpartition("PREFIX")[0] + "ASK{}",
        {"200"},
    ),
    (
        "5,000 variables",
        "SELECT * { " + joined(1500) + " FILTER(?a0 = <urn:none>) }",
        {"200", "503 time", "503 engine", "503 memory"},
    ),
    ("a comment and nothing else", "#" + "x" * 150_000, {"400 syntax"}),
    ("one long word", "A" * 150_000, {"400 syntax"}),
    ("one long IRI", f"ASK {{ <urn:{'x' * 150_000}> ?p ?o }}", {"200"}),
    ("one long string", f"ASK {{ ?s ?p '{'x' * 150_000}' }}", {"200"}),
    ("a string never closed", f"ASK {{ ?s ?p '''{'x' * 150_000}", {"400 syntax"}),
    ("a number of 100,000 digits", f"SELECT ({'9' * 100_000} * 2 AS ?n) {{}}", {"200"}),
    ("a power of everything", "SELECT (1e308 * 1e308 AS ?n) (1 / 0 AS ?m) {}", {"200"}),
    (
        "a year beyond the calendar",
        """SELECT (YEAR("999999999999999999-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>)
     AS ?y) {}""",
        {"200"},
    ),
    # Texts that are hardly texts.
    ("null characters", "ASK { ?s ?p '\x00' }", {"200", "400 syntax"}),
    ("escaped null characters", 'SELECT ("\\u0000" AS ?x) {}', {"200", "400 syntax", "503 engine"}),
    ("half a character", 'SELECT ("\\uD800" AS ?x) {}', {"200", "400 syntax"}),
    ("half a character, raw", "SELECT ('\ud800' AS ?x) {}", {"400 parameters"}),
    ("directions", "ASK { ?s ?p '\u202e\u2066\ufeff' } \ufeff", {"200", "400 syntax"}),
]


@pytest.mark.parametrize(("query", "ends"), [row[1:] for row in CORPUS], ids=[r[0] for r in CORPUS])
@pytest.mark.usefixtures("unharmed")
def test_a_query_of_death_ends_with_the_right_status(
    fetch: Callable, query: str, ends: set[str]
) -> None:
    answer = fetch(query=query)
    if answer.status == 200 and not answer.complete:
        found = "200 cut off"
        assert answer.headers["Transfer-Encoding"] == "chunked"
    elif answer.status == 200:
        found = "200"
        assert int(answer.headers["Content-Length"]) == len(answer.body)
    else:
        found = f"{answer.status} {answer.problem}"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert len(answer.body) < 2000
    assert found in ends


@pytest.mark.usefixtures("unharmed")
def test_all_of_them_at_once_leave_the_light_queries_alone(fetch: Callable) -> None:
    import threading

    hopeless = [query for _, query, ends in CORPUS if ends == {"503 time"}]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda q=query: statuses.append(fetch(query=q).status))
        for query in hopeless
    ]
    for thread in threads:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in threads):
        assert fetch(query="ASK { <http://e/1> ?p ?o }").status == 200
        assert fetch("/health/live").status == 200
        answered += 1
    for thread in threads:
        thread.join()
    assert answered >= 5
    assert set(statuses) == {503}


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "compress", "unknown"]
)
@pytest.mark.usefixtures("unharmed")
def test_a_compressed_body_is_refused_and_never_unpacked(fetch: Callable, coding: str) -> None:
    import gzip

    bomb = gzip.compress(b"ASK {}" + b" " * 50_000_000)
    answer = fetch(
        body=bomb,
        headers={"Content-Type": "application/sparql-query", "Content-Encoding": coding},
    )
    assert answer.status == 415
    assert answer.problem == "media-type"
