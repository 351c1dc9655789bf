"""The embedded engine: datasets, answers, formats, errors."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from foedus.engine import (
    Boolean,
    EmbeddedEngine,
    EngineFailed,
    LimitReached,
    Limits,
    QueryRefused,
    QuerySyntaxError,
    Solutions,
    Triples,
    check,
)
from foedus.engine.serialize import (
    CSV,
    GRAPH_FORMATS,
    JSON,
    RDF_XML,
    RESULT_FORMATS,
    TSV,
    TURTLE,
    XML,
    NotSerializable,
    parse_results,
    serialize,
    well_formed,
)

COUNT = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
G1, G2 = "http://example.org/g1", "http://example.org/g2"


def count(engine: EmbeddedEngine, text: str, **dataset: list[str]) -> int:
    return int(engine.query(text, **dataset).rows[0][0].value)


def test_a_triple_in_two_graphs_of_a_dataset_counts_once(engine: EmbeddedEngine) -> None:
    assert count(engine, COUNT.format(""), default_graphs=[G1, G2]) == 3
    assert count(engine, COUNT.format(f"FROM <{G1}> FROM <{G2}>")) == 3


def test_the_default_graph_holds_no_named_graph(engine: EmbeddedEngine) -> None:
    assert count(engine, COUNT.format("")) == 6


def test_a_graph_nobody_knows_is_empty_and_is_not_fetched(engine: EmbeddedEngine) -> None:
    assert count(engine, COUNT.format("FROM <file:///etc/passwd>")) == 0
    assert count(engine, COUNT.format(""), default_graphs=["http://127.0.0.1:9/x"]) == 0


def test_the_dataset_of_the_protocol_wins_over_from(engine: EmbeddedEngine) -> None:
    assert count(engine, COUNT.format(f"FROM <{G1}>"), default_graphs=["urn:none"]) == 0


def test_named_graphs_alone_leave_the_default_graph_empty(engine: EmbeddedEngine) -> None:
    assert count(engine, COUNT.format(""), named_graphs=[G1]) == 0
    both = "SELECT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert {r[0].value for r in engine.query(both, named_graphs=[G1]).rows} == {G1}
    merged = engine.query(both, default_graphs=[G1, G2], named_graphs=[G2])
    assert {row[0].value for row in merged.rows} == {G2}


def test_each_form_has_its_kind_of_answer(engine: EmbeddedEngine) -> None:
    assert isinstance(engine.query("SELECT * { ?s ?p ?o }"), Solutions)
    assert engine.query("ASK { ?s ?p ?o }") == Boolean(True)
    assert isinstance(engine.query("DESCRIBE <http://example.org/iraq>"), Triples)


def test_a_constructed_graph_is_a_set_with_stable_blank_nodes(engine: EmbeddedEngine) -> None:
    text = (
        "CONSTRUCT { ?s a [ a <urn:x> ] . <urn:once> a <urn:y> } { ?s <http://example.org/in> ?o }"
    )
    first, second = engine.query(text), engine.query(text)
    assert first == second
    assert len(first.triples) == 5


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
@pytest.mark.parametrize(
    "text",
    ["SELECT * { ?s ?p ?o } ORDER BY ?s ?p", "SELECT ?s ?none { ?s ?p ?o } ORDER BY ?s"],
)
def test_both_ways_to_write_a_result_give_the_same_bytes(
    engine: EmbeddedEngine, media_type: str, text: str
) -> None:
    direct = engine.evaluate(check(text), media_type)
    through = serialize(engine.query(text), media_type)
    if media_type == JSON:
        assert json.loads(direct)["results"] == json.loads(through)["results"]
    elif media_type not in (CSV, TSV):
        assert parse_results(direct, media_type).rows == parse_results(through, media_type).rows
    else:
        assert direct == through


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_a_graph_is_written_in_every_format(engine: EmbeddedEngine, media_type: str) -> None:
    assert engine.evaluate(check("CONSTRUCT WHERE { ?s ?p ?o }"), media_type)


def test_a_predicate_that_rdf_xml_cannot_write_is_an_error_not_a_broken_document(
    engine: EmbeddedEngine,
) -> None:
    with pytest.raises(NotSerializable, match="another format"):
        engine.evaluate(check("CONSTRUCT { <urn:s> <http://e.example/1/> 1 } {}"), RDF_XML)


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
def test_more_rows_than_the_limit_are_an_error_in_every_format(
    dataset: Path, media_type: str
) -> None:
    limited = EmbeddedEngine.load(dataset, limits=Limits(result_rows=5))
    with pytest.raises(LimitReached) as reached:
        limited.evaluate(check('SELECT (",{\\n" AS ?x) ?s { ?s ?p ?o }'), media_type)
    assert reached.value.limit == "result_rows"
    assert limited.evaluate(check("SELECT * { ?s ?p ?o } LIMIT 5"), media_type)


def test_a_larger_result_than_the_limit_is_an_error(dataset: Path) -> None:
    limited = EmbeddedEngine.load(dataset, limits=Limits(result_bytes=50))
    with pytest.raises(LimitReached) as reached:
        limited.evaluate(check("SELECT * { ?s ?p ?o }"), CSV)
    assert reached.value.limit == "result_bytes"


def test_what_the_parser_refuses_has_a_place_and_no_character_classes(
    engine: EmbeddedEngine,
) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        engine.query("SELECT ?s {\n ?s ?p ?o } LIMIT ?x")
    assert (error.value.line, error.value.column) == (2, 19)
    assert "[" not in str(error.value)
    assert error.value.excerpt.splitlines()[1].index("^") == 18


def test_a_file_that_is_no_rdf_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<urn:a> <urn:b>\n .", encoding="utf-8")
    with pytest.raises(EngineFailed, match=r"broken\.ttl:2"):
        EmbeddedEngine.load(path)
    with pytest.raises(EngineFailed, match=r"\.nq \.trig"):
        EmbeddedEngine.load(tmp_path / "data.docx")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("<urn:f>(1)", None),
        ("COALESCE(<urn:f>(1), <urn:g>(), 'so')", "so"),
        ("IF(BOUND(?x), <urn:f>(?x, 2), 'so')", "so"),
    ],
)
def test_a_function_that_is_not_known_fails_its_expression_and_not_the_query(
    engine: EmbeddedEngine, expression: str, value: str | None
) -> None:
    answer = engine.query(f"SELECT ({expression} AS ?v) {{}}")
    assert isinstance(answer, Solutions)
    assert [row[0].value if row[0] is not None else None for row in answer.rows] == [value]


def test_a_query_of_more_unknown_functions_than_anybody_writes_is_refused(
    engine: EmbeddedEngine,
) -> None:
    calls = " ".join(f"(<urn:f{i}>() AS ?v{i})" for i in range(30))
    with pytest.raises(EngineFailed, match="not supported"):
        engine.query(f"SELECT {calls} {{}}")


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0c", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_write_is_refused_in_xml_and_answered_otherwise(
    engine: EmbeddedEngine, character: str
) -> None:
    escape = f"\\U{ord(character):08X}"
    table = check(f'SELECT ("{escape}" AS ?v) {{}}')
    graph = check(f'CONSTRUCT {{ <urn:s> <http://e/p> "{escape}" }} WHERE {{}}')
    for checked, media_type in ((table, XML), (graph, RDF_XML)):
        with pytest.raises(NotSerializable, match="another format"):
            engine.evaluate(checked, media_type)
    assert json.loads(engine.evaluate(table, JSON))["results"]["bindings"][0]["v"]["value"] == (
        character
    )
    assert engine.evaluate(graph, TURTLE)


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\nb", "\t<&>\"'", " a ", "\U0001f600"])
def test_xml_gives_back_the_characters_that_were_written(engine: EmbeddedEngine, text: str) -> None:
    escape = "".join(f"\\U{ord(character):08X}" for character in text)
    table = engine.evaluate(check(f'SELECT ("{escape}" AS ?v) {{}}'), XML)
    literal = ElementTree.fromstring(table).find(".//{*}literal")
    assert literal is not None
    assert literal.text == text
    graph = engine.evaluate(
        check(f'CONSTRUCT {{ <urn:s> <http://e/p> "{escape}" }} WHERE {{}}'), RDF_XML
    )
    assert ElementTree.fromstring(graph)[0][0].text == text


def test_what_xml_cannot_write_is_found_where_two_pieces_meet() -> None:
    begun, rest = b"<a>\xef\xbf", b"\xbe</a>"  # U+FFFE
    assert well_formed(begun) == begun
    assert well_formed(rest) == rest
    with pytest.raises(NotSerializable):
        well_formed(rest, begun)


def test_what_the_program_asks_itself_is_answered_alike(engine: EmbeddedEngine) -> None:
    trusting = engine.trusting()
    for text in (
        "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o)",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY STR(?g)",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER EXISTS { ?s ?p ?o } }",
        "ASK { ?s ?p ?o }",
    ):
        one, other = trusting.query(text), engine.query(text)
        if isinstance(one, Triples):
            assert set(one.triples) == set(other.triples)
        else:
            assert one == other


@pytest.mark.parametrize("word", ["SERVICE", "service", "SerVice"])
def test_even_the_program_itself_asks_no_other_service(engine: EmbeddedEngine, word: str) -> None:
    with pytest.raises(QueryRefused):
        engine.trusting().query(f"SELECT * {{ {word} <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}")
