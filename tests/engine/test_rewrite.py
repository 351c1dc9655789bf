"""A rewritten query has the answer of the query that was written."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.content.locate import find_content
from foedus.content.questions import read_questions
from foedus.engine import EmbeddedEngine, Limits, QuerySyntaxError
from foedus.engine.guard import check
from foedus.engine.rewrite import Rewriter, rewrite
from foedus.engine.rewrite.counts import Counts

ROOT = Path(__file__).resolve().parents[2]
EX = "http://example.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX : <{EX}> PREFIX xsd: <{XSD}> "

# --- What is rewritten ----------------------------------------------------------------------------


def test_the_rarest_value_is_written_first():
    store = ox.Store()
    for i in range(500):
        store.add(_quad(f"p{i}", f"{EX}kind", "k"))
        store.add(_quad(f"p{i}", f"{EX}to", f"s{i % 100}"))
    text = PREFIX + "SELECT ?p { ?p :kind :k ; :to :s3 }"
    rewritten = rewrite(text, Counts(store))
    assert rewritten.index(":to") < rewritten.index(":kind")


def test_what_exists_is_looked_up_from_what_is_bound():
    rewritten = rewrite(
        PREFIX + "SELECT ?a { ?a a :Pact FILTER NOT EXISTS { ?c :kind :k . ?a :holds ?c } }"
    )
    assert "NOT EXISTS { ?a :holds ?c . FILTER EXISTS { ?c :kind :k . } }" in rewritten, rewritten


def test_a_type_in_a_branch_of_a_union_is_a_condition():
    rewritten = rewrite(
        PREFIX + "SELECT * { ?m :of :x { ?m :in ?a . ?a a :Pact } UNION { ?m :by ?a } }"
    )
    assert "{ ?m :in ?a . FILTER EXISTS { ?a a :Pact . } } UNION { ?m :by ?a . }" in rewritten


def test_an_order_by_that_may_meet_any_literal_gets_a_key():
    assert "isNumeric(?o)" in rewrite(PREFIX + "SELECT * { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 3")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p",
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)",
        "SELECT * { ?s :a [ :b ?x ] ; :c :d }",
        "SELECT * { ?s :a _:b . _:b a :C }",
        "SELECT * { (1 2) :a ?x . ?x a :C }",
        "SELECT * { ?s :a ?x FILTER NOT EXISTS { ?x :b ?y . ?z :c :d } }",
        "SELECT * { ?s :a ?x FILTER NOT EXISTS { ?x :b+ ?y . ?y :c :d } }",
        "SELECT * { ?s :a ?x FILTER NOT EXISTS { ?x :b ?y . ?y :c ?z FILTER(?x != ?z) } }",
        "CONSTRUCT WHERE { ?s a :C ; :b :d }",
        "DESCRIBE :x",
        "ASK {}",
    ],
)
def test_what_gains_nothing_or_is_not_fully_understood_stays_as_it_is(text):
    assert rewrite(PREFIX + text) == PREFIX + text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o . . ?s a :C }",
        "SELECT * { ?s a :C ?s :b :c }",
        "SELECT * { ?s a :C . ?s ?p } ORDER BY ?o",
        "SELECT * { ?s a :C . ?s :p ?o } ORDER BY ?o LIMIT",
    ],
)
def test_what_is_no_query_is_told_of_what_was_written(text):
    assert rewrite(PREFIX + text) == PREFIX + text
    with pytest.raises(QuerySyntaxError):
        EmbeddedEngine(ox.Store()).query(PREFIX + text)


def test_what_is_remembered_of_a_shape_depends_on_the_constants_where_they_decide():
    store = ox.Store()
    for i in range(500):
        store.add(_quad(f"p{i}", f"{EX}kind", "k" if i < 300 else "j"))
        store.add(_quad(f"p{i}", f"{EX}to", "common" if i else "rare"))
    remembering = Rewriter(Counts(store))
    for name in ("rare", "common", "rare"):
        text = f"SELECT ?p {{ ?p <{EX}kind> <{EX}k> ; <{EX}to> <{EX}{name}> }}"
        rewritten = remembering(text)
        assert (rewritten != text) == (name == "rare"), rewritten
        assert f"<{EX}{name}>" in rewritten


def test_an_error_in_a_constant_is_told_of_what_was_written():
    engine = EmbeddedEngine(ox.Store())
    for name in ("b", "b\\u0020c"):
        text = f"SELECT * {{ ?s ?p ?o\n; <{EX}a> <{EX}{name}> }} ORDER BY ?o"
        if name == "b":
            engine.query(text)
        else:
            with pytest.raises(QuerySyntaxError) as told:
                engine.query(text)
            assert told.value.line == 2


def test_it_can_be_switched_off():
    store = _mixed_store()
    text = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
    on, off = (EmbeddedEngine(store, Limits(rewrite=value)) for value in (True, False))
    assert sorted(map(str, on.query(text).rows)) == sorted(map(str, off.query(text).rows))


# --- A total order --------------------------------------------------------------------------------

LITERALS = [
    ox.Literal("b"),
    ox.Literal("a", language="en"),
    ox.Literal("10", datatype=ox.NamedNode(f"{XSD}integer")),
    ox.Literal("9.5", datatype=ox.NamedNode(f"{XSD}decimal")),
    ox.Literal("NaN", datatype=ox.NamedNode(f"{XSD}double")),
    ox.Literal("2020-01-01", datatype=ox.NamedNode(f"{XSD}date")),
    ox.Literal("2020-01-01T00:00:00", datatype=ox.NamedNode(f"{XSD}dateTime")),
    ox.Literal("2020-01-01T00:00:00Z", datatype=ox.NamedNode(f"{XSD}dateTime")),
    ox.Literal("2019-12-31T20:00:00", datatype=ox.NamedNode(f"{XSD}dateTime")),
    ox.Literal("P1M", datatype=ox.NamedNode(f"{XSD}duration")),
    ox.Literal("P30D", datatype=ox.NamedNode(f"{XSD}duration")),
    ox.Literal("true", datatype=ox.NamedNode(f"{XSD}boolean")),
    ox.Literal("odd", datatype=ox.NamedNode(f"{EX}type")),
]


def _mixed_store() -> ox.Store:
    store = ox.Store()
    for i, literal in enumerate(LITERALS):
        store.add(ox.Quad(ox.NamedNode(f"{EX}s{i}"), ox.NamedNode(f"{EX}v"), literal))
    store.add(_quad("s", f"{EX}v", "t"))
    return store


def test_the_order_of_mixed_literals_does_not_depend_on_where_they_stood():
    text = PREFIX + "SELECT ?o { VALUES ?o { %s } } ORDER BY ?o"
    engine = EmbeddedEngine(ox.Store())
    found = {
        tuple(engine.query(text % " ".join(str(o) for o in LITERALS[i:] + LITERALS[:i])).rows)
        for i in range(len(LITERALS))
    }
    assert len(found) == 1


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_what_the_specification_orders_stays_in_that_order(direction):
    rows = (
        EmbeddedEngine(_mixed_store())
        .query(
            PREFIX + "SELECT ?o { { ?s :v ?o } UNION { BIND(1 AS ?i) } UNION "
            f"{{ VALUES ?o {{ 1 2 1e0 'a' 'c' }} }} }} ORDER BY {direction}(?o)"
        )
        .rows
    )
    values = [row[0] for row in (rows if direction == "ASC" else rows[::-1])]
    assert values[0] is None
    assert isinstance(values[1], ox.NamedNode)
    assert all(isinstance(value, ox.Literal) for value in values[2:])
    numbers = [float(v.value) for v in values[2:] if v.datatype.value[len(XSD) :] in NUMERIC]
    assert numbers[:-1] == [1, 1, 2, 9.5, 10]
    strings = [v.value for v in values[2:] if v.datatype.value == f"{XSD}string"]
    assert strings == ["a", "b", "c"]


NUMERIC = ("integer", "decimal", "double")


# --- Equal on random data and random queries ------------------------------------------------------

NODES = ["n0", "n1", "n2", "n3"]
CLASSES = ["C0", "C1"]
VARIABLES = ["?x", "?y", "?z", "?w"]


def _quad(subject: str, predicate: str, value: str, graph: str | None = None) -> ox.Quad:
    return ox.Quad(
        ox.NamedNode(EX + subject),
        ox.NamedNode(predicate),
        ox.NamedNode(EX + value),
        ox.NamedNode(EX + graph) if graph else ox.DefaultGraph(),
    )


GRAPHS = st.sampled_from([None, None, "g0", "g1"])
QUADS = st.one_of(
    st.builds(
        _quad,
        st.sampled_from(NODES),
        st.sampled_from([f"{EX}p", f"{EX}q"]),
        st.sampled_from(NODES),
        GRAPHS,
    ),
    st.builds(_quad, st.sampled_from(NODES), st.just(TYPE), st.sampled_from(CLASSES), GRAPHS),
    st.builds(
        lambda s, v: ox.Quad(ox.NamedNode(EX + s), ox.NamedNode(f"{EX}v"), v, ox.DefaultGraph()),
        st.sampled_from(NODES),
        st.sampled_from(LITERALS),
    ),
)
VARIABLE = st.sampled_from(VARIABLES)
NODE = st.sampled_from([f":{n}" for n in NODES])
TRIPLE = st.one_of(
    st.builds("{} a {}".format, VARIABLE, st.sampled_from([":C0", ":C1"])),
    st.builds("{} {} {}".format, VARIABLE, st.sampled_from([":p", ":q", ":v"]), VARIABLE),
    st.builds("{} {} {}".format, VARIABLE, st.sampled_from([":p", ":q"]), NODE),
    st.builds("{} {} {}".format, NODE, st.sampled_from([":p", ":p+", ":p/:q", "^:q"]), VARIABLE),
    st.builds("{0} :p {1} ; :q {2} , {1} ;".format, VARIABLE, VARIABLE, VARIABLE),
)
BLOCK = st.lists(TRIPLE, min_size=1, max_size=3).map(" . ".join)
CONSTRAINT = st.one_of(
    st.builds("FILTER({} != {})".format, VARIABLE, VARIABLE),
    st.builds("FILTER(BOUND({}) || {} = :n0)".format, VARIABLE, VARIABLE),
    st.builds("FILTER(ISIRI({}))".format, VARIABLE),
)


def _group(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    part = st.one_of(
        BLOCK,
        CONSTRAINT,
        st.builds("FILTER EXISTS {{ {} }}".format, inner),
        st.builds("FILTER NOT EXISTS {{ {} }}".format, inner),
        st.builds("FILTER NOT EXISTS {{ {} . {} }}".format, BLOCK, CONSTRAINT),
        st.builds("FILTER(EXISTS {{ {} }} || {} = :n1)".format, inner, VARIABLE),
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("MINUS {{ {} }}".format, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("GRAPH ?g {{ {} }}".format, inner),
        st.builds("GRAPH :g0 {{ {} }}".format, inner),
        st.builds("{{ SELECT DISTINCT {} {{ {} }} }}".format, VARIABLE, inner),
        st.builds("VALUES {} {{ :n0 :n1 :C0 UNDEF }}".format, VARIABLE),
    )
    return st.lists(part, min_size=1, max_size=3).map(
        lambda parts: " ".join(
            p + (" ." if i + 1 < len(parts) and p[0] in "?:" and parts[i + 1][0] in "?:" else "")
            for i, p in enumerate(parts)
        )
    )


GROUP = st.recursive(BLOCK, _group, max_leaves=6)
QUERY = st.one_of(
    st.builds("SELECT * {{ {} }}".format, GROUP),
    st.builds("SELECT DISTINCT ?x ?y {{ {} }}".format, GROUP),
    st.builds("SELECT ?x (COUNT(*) AS ?n) {{ {} }} GROUP BY ?x ORDER BY ?n ?x".format, GROUP),
    st.builds("SELECT ?x ?z {{ {} . {} }}".format, BLOCK, GROUP),
    st.builds("ASK {{ {} }}".format, GROUP),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(QUADS, max_size=25), QUERY)
def test_a_random_query_over_random_data_has_the_same_answer(quads, query):
    store = ox.Store()
    store.extend(quads)
    text = PREFIX + query
    rewritten = rewrite(text, Counts(store))
    try:
        expected = _answer(store, text)
    except SyntaxError:  # a variable may come into scope twice
        assert rewritten == text
        return
    assert _answer(store, rewritten) == expected, rewritten
    remembering = Rewriter(Counts(store))
    remembering(text.replace(":n0", f"<{EX}n3>").replace(":n1", f"<{EX}n2>"))
    other = remembering(text.replace(":n0", f"<{EX}n0>").replace(":n1", f"<{EX}n1>"))
    assert _answer(store, other) == expected, other
    shape_only = rewrite(text)
    assert shape_only == rewritten or _answer(store, shape_only) == expected, shape_only


def _answer(store: ox.Store, text: str) -> object:
    found = store.query(text)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    order = sorted(range(len(names)), key=names.__getitem__)
    return sorted(names), sorted(tuple(str(row[i]) for i in order) for row in found)


# --- The questions of the project -----------------------------------------------------------------


def test_every_question_is_answered_as_before(release):
    release_store = EmbeddedEngine.load(release.dataset_path).store
    different = []
    for question in read_questions(find_content(ROOT)):
        text = check(question.text, at=question.at).text
        rewritten = rewrite(text, Counts(release_store))
        if _answer(release_store, rewritten) != _answer(release_store, text):
            different.append(question.name)
    assert not different
