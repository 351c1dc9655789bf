"""What is answered from columns is what the engine answers."""

from __future__ import annotations

import ctypes
import errno
import os
from collections import Counter
from collections.abc import Iterator
from mmap import PAGESIZE, PROT_READ, PROT_WRITE, mmap
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.content.locate import find_content
from foedus.content.questions import read_questions
from foedus.engine import EmbeddedEngine, Limits, Solutions, WorkerPool
from foedus.engine.columns import Answering, Columns, abandon, room, shared
from foedus.engine.columns import store as store_of_columns
from foedus.engine.guard import check

ROOT = Path(__file__).resolve().parents[2]
EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX : <{EX}> PREFIX xsd: <{XSD}> "


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(EX + name)


def _literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


NODES = ["n", "n/0", "n1", "n2", "n3", "_:b0"]
DATES = [_literal(d, "date") for d in ("1999-12-31", "2000-01-01", "2000-06-30", "9999-12-31")]
NUMBERS = [_literal(n, "integer") for n in ("-7", "0", "5", "12")]
LABELS = [
    ox.Literal("Northern Pact 1", language="en"),
    ox.Literal('a "pact"\tin\nlines\\'),
    ox.Literal("\u212aINDRED \u017feas"),  # a Kelvin sign and a long s, equal to k and s
    ox.Literal("kindred seas", language="la"),
    ox.Literal(""),
]
MIXED = [
    *DATES[:2],
    *NUMBERS[:2],
    *LABELS[:2],
    _literal("2000-01-01Z", "date"),
    _literal("1.5", "decimal"),
    _literal("NaN", "double"),
    _literal("true", "boolean"),
    _literal("odd", "date"),
    _literal("2000-01-01T00:00:00", "dateTime"),
    ox.NamedNode(EX + "n1"),
]
VALUES = {
    ":p": None,
    ":q": None,
    ":d": DATES,
    ":e": DATES,
    ":i": NUMBERS,
    ":l": LABELS,
    ":m": MIXED,
}


@st.composite
def _quads(draw: st.DrawFn) -> list[ox.Quad]:
    quads = []
    for verb, values in VALUES.items():
        objects = st.sampled_from(values) if values else st.sampled_from(NODES).map(_node)
        for name, value in draw(st.lists(st.tuples(st.sampled_from(NODES), objects), max_size=6)):
            quads.append(ox.Quad(_node(name), ox.NamedNode(EX + verb[1:]), value))
    if draw(st.booleans()):
        quads.append(ox.Quad(_node("n1"), _node("p"), _node("n2"), ox.NamedNode(EX + "g")))
    return quads


SUBJECT = st.sampled_from(["?x", "?x", "?y", "?z", ":n1", ":n/0".replace("/", "\\/"), f"<{EX}n>"])
PATTERN = st.one_of(
    st.builds("{} :p {} .".format, SUBJECT, st.sampled_from(["?x", "?y", "?z", ":n1", ":n2"])),
    st.builds("{} :q {} .".format, SUBJECT, st.sampled_from(["?x", "?y", "?z", ":n1", ":none"])),
    st.builds("{} :d ?d .".format, SUBJECT),
    st.builds("{} :e ?e .".format, SUBJECT),
    st.builds("{} :i ?i .".format, SUBJECT),
    st.builds("{} :l ?l .".format, SUBJECT),
    st.builds("{} :m ?m .".format, SUBJECT),
    st.builds('{} :d "2000-01-01"^^xsd:date .'.format, SUBJECT),
    st.builds('{} :l "kindred seas"@la .'.format, SUBJECT),
)
OPERATOR = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
CONDITION = st.one_of(
    st.builds('?d {} "2000-01-01"^^xsd:date'.format, OPERATOR),
    st.builds('"2000-01-01"^^xsd:date {} ?e'.format, OPERATOR),
    st.builds("?d {} ?e".format, OPERATOR),
    st.builds("?i {} {}".format, OPERATOR, st.sampled_from(["5", "5.0", '"a"', "?i"])),
    st.builds("?x {} {}".format, OPERATOR, st.sampled_from([":n1", "?y", '"a"', f"<{EX}n>"])),
    st.builds("?m {} {}".format, OPERATOR, st.sampled_from(["?d", "0", '"2000-01-01"^^xsd:date'])),
    st.sampled_from(
        [
            'REGEX(STR(?l), "^NORTHERN (pact|entente) [0-9]", "i")',
            'REGEX(?l, "kindred s", "i")',
            'REGEX(STR(?l), "pac?", "i")',
            'REGEX(STR(?l), "zzz|in", "i")',
            'REGEX(STR(?l), "(")',
            'CONTAINS(LCASE(STR(?l)), "pact")',
            'STRSTARTS(STR(?l), "Nor")',
            'LANG(?l) = "en" || STRLEN(?l) > 15',
            "!(ISIRI(?m)) && ISNUMERIC(?m)",
            "YEAR(?d) = 2000",
            "?i IN (5, 12)",
            "?x NOT IN (:n1, :n2)",
        ]
    ),
)
FILTER = st.one_of(
    st.builds("FILTER({})".format, CONDITION),
    st.builds("FILTER(({}) && {})".format, CONDITION, CONDITION),
    st.builds("FILTER({} || {})".format, CONDITION, CONDITION),
    st.builds("FILTER EXISTS {{ {} }}".format, PATTERN),
    st.builds("FILTER NOT EXISTS {{ {} {} }}".format, PATTERN, PATTERN),
)
BIND = st.sampled_from(
    ["", "", "BIND(SUBSTR(STR(?d), 1, 3) AS ?t)", "BIND(YEAR(?d) AS ?t)", "BIND(?i + 1 AS ?t)"]
)
NAMES = ["?x", "?y", "?z", "?d", "?e", "?i", "?l", "?m", "?t"]


@st.composite
def _queries(draw: st.DrawFn) -> tuple[str, bool]:
    """A query, and whether its order leaves nothing open."""
    patterns = draw(st.lists(PATTERN, min_size=1, max_size=4))
    filters = draw(st.lists(FILTER, max_size=2))
    bind = draw(BIND)
    body = " ".join([*patterns, *([*filters, bind] if draw(st.booleans()) else [bind, *filters])])
    bound = [name for name in NAMES if any(name in p for p in patterns) or f"AS {name}" in bind]
    some = draw(st.lists(st.sampled_from(bound or ["?x"]), min_size=1, max_size=3, unique=True))
    direction = draw(st.sampled_from(["{}", "DESC({})", "ASC({})"]))
    order = " ".join(direction.format(name) for name in some)
    end = draw(st.sampled_from(["", " LIMIT 3", " OFFSET 1", " LIMIT 2 OFFSET 1", " LIMIT 0"]))
    kind = draw(st.integers(0, 4))
    names = " ".join(some)
    if kind == 0:
        return f"SELECT DISTINCT {names} {{ {body} }}", False
    if kind == 1:
        return f"SELECT {names} {{ {body} }} ORDER BY {order}{end}", True
    if kind == 2:
        count = draw(st.sampled_from(["*", some[0], f"DISTINCT {some[0]}", "DISTINCT ?x"]))
        return f"SELECT (COUNT({count}) AS ?n) {{ {body} }}", False
    if kind == 3:
        ordered = f"ORDER BY DESC(?n) {order}{end}" if draw(st.booleans()) else ""
        return (
            f"SELECT {names} (COUNT(*) AS ?n) {{ {body} }} GROUP BY {names} {ordered}",
            bool(ordered),
        )
    return f"SELECT {names} {{ {body} }}", False


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(_quads(), _queries())
def test_a_random_query_over_random_data_has_the_same_answer(quads, query):
    text, ordered = PREFIX + query[0], query[1]
    store = ox.Store()
    store.extend(quads)
    answering = Answering(Columns.of(store))
    # The second time with what was remembered, and indexes as for large data.
    for many in (store_of_columns._MANY, 0):
        with patch.object(store_of_columns, "_MANY", many):
            written = answering.answer(text)
        if written is None:
            return
        found = ox.parse_query_results(written, format=ox.QueryResultsFormat.TSV)
        rows, expected = _rows(found), _rows(store.query(text))
        assert Counter(rows) == Counter(expected), text
        if ordered:
            assert rows == expected, text


def _rows(found: object) -> list[tuple[str, ...]]:
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [(*names, *(str(row[name]) for name in names)) for row in found]


STORE = ox.Store()
for number, name in enumerate(["n", "n/0", "n1"]):
    for verb, value in (("d", DATES[number]), ("l", LABELS[number]), ("p", _node("n1"))):
        STORE.add(ox.Quad(_node(name), ox.NamedNode(EX + verb), value))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT ?x ?d { ?x :d ?d } ORDER BY DESC(?d) ?x LIMIT 2", ["n1", "n/0"]),
        ("SELECT ?x { ?x :p ?y } ORDER BY ?x", ["n", "n/0", "n1"]),
        ('SELECT ?x { ?x :l ?l FILTER(REGEX(STR(?l), "^kin", "i")) }', ["n1"]),
        ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?y :p ?x } }", ["n", "n/0"]),
        ("SELECT DISTINCT ?y { ?x :p ?y ; :d ?d FILTER(YEAR(?d) = 2000) }", ["n1"]),
        (
            "SELECT ?x (COUNT(*) AS ?n) { ?x :p ?y ; :d ?d BIND(YEAR(?d) AS ?z) } "
            "GROUP BY ?x ORDER BY ?n DESC(?x)",
            ["n1", "n/0", "n"],
        ),
    ],
)
def test_these_shapes_are_answered_from_columns(text: str, rows: list[str]) -> None:
    written = Answering(Columns.of(STORE)).answer(PREFIX + text)
    assert written is not None
    found = ox.parse_query_results(written, format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    order = list if "ORDER" in text else sorted
    assert order(str(row[0]) for row in found) == order(f"<{EX}{name}>" for name in rows)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { ?x :p ?y }",
        "SELECT DISTINCT ?x { ?x :p ?y } LIMIT 1",
        "SELECT DISTINCT ?x { ?x :p ?y OPTIONAL { ?x :q ?z } }",
        "SELECT DISTINCT ?x { ?x :p+ ?y }",
        "SELECT DISTINCT ?x { ?x ?p ?y }",
        "SELECT DISTINCT ?x { ?x :p ?x }",
        "SELECT DISTINCT ?x { ?x :p ?y FILTER(RAND() < 1 && ISIRI(?y)) }",
        "SELECT DISTINCT ?x ?nothing { ?x :p ?y }",
        "SELECT ?x ?l { ?x :l ?l } ORDER BY ?l",
        "SELECT DISTINCT ?x { ?x :p ?y } GROUP",
        "SELECT DISTINCT ?x ?x { ?x :p ?y . ?y :d ?d FILTER(?x < ?d) }",
        "ASK { ?x :p ?y }",
    ],
)
def test_everything_else_is_left_to_the_engine(text: str) -> None:
    assert Answering(Columns.of(STORE)).answer(PREFIX + text) is None


def test_the_same_question_with_other_constants_is_another_question() -> None:
    answering = Answering(Columns.of(STORE))
    answers = {
        answering.answer(
            f'{PREFIX}SELECT DISTINCT ?x {{ ?x :d ?d FILTER(?d <= "{day}"^^xsd:date) }}'
        )
        for day in ("1999-12-31", "2000-01-01", "2000-06-30", "1000-01-01")
    }
    assert len(answers) == 4


def test_the_past_of_a_worker_does_not_change_its_bytes() -> None:
    text = PREFIX + (
        "SELECT ?y (COUNT(*) AS ?n) { ?x :d ?d FILTER(?d %s '2000-01-01'^^xsd:date) "
        "BIND(YEAR(?d) - 5000 AS ?y) } GROUP BY ?y"
    )
    fresh, used = (Answering(Columns.of(STORE)) for _ in range(2))
    assert used.answer(text % ">") is not None
    assert fresh.answer(text % "<=") == used.answer(text % "<=") != used.answer(text % "<")
    assert fresh.answer(text % "!=") == used.answer(text % "!=")


def test_who_reads_the_shared_columns_cannot_change_them() -> None:
    columns, writable = shared(room(len(STORE), 10_000))
    try:
        with mmap(writable, 0) as region:
            Columns(region).build(STORE)
        assert columns.there()
        assert Answering(columns).answer(PREFIX + "SELECT DISTINCT ?y { ?x :p ?y }") is not None
        with pytest.raises(TypeError):
            columns.region[0] = 7
        address = columns.kinds.ctypes.data & ~(PAGESIZE - 1)
        library = ctypes.CDLL(None, use_errno=True)
        asked = library.mprotect(ctypes.c_void_p(address), PAGESIZE, PROT_READ | PROT_WRITE)
        assert (asked, ctypes.get_errno()) == (-1, errno.EACCES)
    finally:
        os.close(writable)


def test_where_columns_cannot_be_built_the_engine_answers() -> None:
    columns, writable = shared(room(len(STORE), 0))
    answering = Answering(columns)
    abandon(writable)
    os.close(writable)
    assert not columns.there()
    assert answering.answer(PREFIX + "SELECT DISTINCT ?y { ?x :p ?y }") is None


def test_every_question_of_the_project_is_answered_as_before(release) -> None:
    plain = EmbeddedEngine.load(release.dataset_path)
    columns = EmbeddedEngine(plain.store, Limits(), Columns.of(plain.store))
    for question in read_questions(find_content(ROOT)):
        answers = [engine.query(question.text, at=question.at) for engine in (plain, columns)]
        if isinstance(answers[0], Solutions):
            assert isinstance(answers[1], Solutions)
            assert Counter(answers[0].rows) == Counter(answers[1].rows), question.name
            assert answers[0].variables == answers[1].variables


@pytest.fixture(scope="module")
def pools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, WorkerPool]]:
    path = tmp_path_factory.mktemp("columns") / "data.nt"
    path.write_text(
        "".join(f"<{EX}s{i}> <{EX}p> <{EX}o{i % 7}> .\n" for i in range(3_000)), encoding="utf-8"
    )
    limits = {
        columns: Limits(workers=1, columns=columns, result_rows=2_500) for columns in (True, False)
    }
    with WorkerPool(path, limits=limits[True]) as on, WorkerPool(path, limits=limits[False]) as off:
        yield {True: on, False: off}


COUNTED = PREFIX + "SELECT ?o (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?o ORDER BY ?o"


def test_locked_workers_answer_from_shared_columns_in_every_format(
    pools: dict[bool, WorkerPool],
) -> None:
    from foedus.engine.serialize import RESULT_FORMATS

    for media_type in RESULT_FORMATS:
        checked = check(COUNTED)
        assert pools[True].evaluate(checked, media_type) == pools[False].evaluate(
            checked, media_type
        )


def test_the_limits_of_a_result_hold_for_what_comes_from_columns(
    pools: dict[bool, WorkerPool],
) -> None:
    from foedus.engine import LimitReached
    from foedus.engine.serialize import JSON

    with pytest.raises(LimitReached, match="result_rows"):
        pools[True].evaluate(check(PREFIX + "SELECT DISTINCT ?s { ?s :p ?o }"), JSON)
