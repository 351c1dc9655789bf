"""The query page: questions with fields, the same in other languages, examples as RDF."""

import csv
import datetime
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient

from foedus.content.locate import find_content
from foedus.content.questions import Question, read_questions
from foedus.engine.guard import check
from foedus.web.querying import examples, snippets
from foedus.web.querying.parameters import (
    NotThat,
    Parameter,
    given,
    parameters,
    reads_a_day,
    with_values,
    without_header,
)

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def real(content_dir: Path) -> dict[str, Question]:
    return {question.name: question for question in read_questions(find_content(content_dir))}


def field(question: Question, name: str) -> Parameter:
    (found,) = [p for p in parameters(question) if p.name == name]
    return found


# --- fields -------------------------------------------------------------------------------------


def test_the_things_and_days_of_a_question_are_its_fields(real: dict[str, Question]) -> None:
    rivals = parameters(real["relations/rivals-of-a-state"])
    assert [(p.label, p.value) for p in rivals] == [
        ("Relation", "relation:rivalry"),
        ("State", "state:iran"),
    ]
    days = parameters(real["acts/between-two-days"])
    assert [p.value for p in days if p.folder == "day"] == ["1950-01-01", "1965-12-31"]


def test_a_question_with_its_own_values_is_the_question(real: dict[str, Question]) -> None:
    for question in real.values():
        assert with_values(question, parameters(question)) == without_header(question.text)


def test_a_value_stands_wherever_the_constant_stood(real: dict[str, Question]) -> None:
    question = real["relations/rivals-of-a-state"]
    chosen = given(field(question, "p_state"), "Iraq", {"state:iraq": "Iraq"})
    text = with_values(question, [chosen])
    assert "state:iran" not in text
    assert text.count("state:iraq") == 2
    assert "relation:rivalry" in text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("state:iraq", "state:iraq"),
        ("https://w3id.org/foedus/id/state/iraq", "state:iraq"),
        ("https://example.org/x", "<https://example.org/x>"),
        ("group:arab-states", "<https://w3id.org/foedus/id/group/arab-states>"),
        ("state:a.b/c", "<https://w3id.org/foedus/id/state/a.b/c>"),
    ],
)
def test_any_name_or_iri_can_be_a_value(
    real: dict[str, Question], typed: str, written: str
) -> None:
    question = real["commitments/promises-of-one-state"]
    text = with_values(question, [given(field(question, "p_state"), typed, {})])
    assert f"f:obligor {written} ;" in text
    assert check(text).form == "SELECT"


@pytest.mark.parametrize(
    "typed", ["> } DROP ALL {", "nobody:knows", "Atlantis", "<a b>", "state:x> ?y <", '"']
)
def test_nothing_else_gets_into_a_query(real: dict[str, Question], typed: str) -> None:
    question = real["commitments/promises-of-one-state"]
    with pytest.raises(NotThat, match="State expects"):
        given(field(question, "p_state"), typed, {})
    day = field(real["acts/between-two-days"], "p_day1")
    with pytest.raises(NotThat, match="YYYY-MM-DD"):
        given(day, typed, {})


def test_the_page_of_an_example_has_its_fields_and_asks_with_them(client: FlaskClient) -> None:
    assert "<h2>Answer</h2>" not in client.get("/query").text
    asked = client.get("/query?example=membership/who").text
    assert "Who was in the Pact on 1 January 1900?" in asked
    assert "<h2>Answer</h2>" in asked
    assert "state:ruritania" in asked
    assert "format=csv" in asked
    assert "release=0123456789abcdef" in asked
    for title in snippets.LANGUAGES.values():
        assert f"<summary>{title}</summary>" in asked


def test_a_link_made_over_another_release_says_so(client: FlaskClient) -> None:
    query = {"query": "ASK {}", "release": "fedcba"}
    assert "made over the release" in client.get("/query", query_string=query).text
    query["release"] = "0123456789abcdef"
    assert "made over the release" not in client.get("/query", query_string=query).text


def test_an_empty_example_is_no_example(client: FlaskClient) -> None:
    assert client.get("/query?example=no/such").status_code == 200
    assert client.get("/query?example=").status_code == 200


# --- completion ---------------------------------------------------------------------------------


def test_terms_and_concepts_are_told_with_label_and_definition(client: FlaskClient) -> None:
    terms = {name: rest for name, *rest in client.get("/query/terms.json").get_json()}
    assert terms["f:State"] == ["class", "state", "a state"]
    assert terms["f:member"][0] == "property"


def test_things_are_found_by_some_letters_and_only_of_their_kind(client: FlaskClient) -> None:
    found = client.get("/query/things.json?kind=state&q=ruri").get_json()
    assert found == [["state:ruritania", "state", "Ruritania", ""]]
    assert client.get("/query/things.json?kind=nonsense&q=ruri").get_json() == []
    assert client.get("/query/things.json?kind=state&q=%22%29%7D").get_json() == []


# --- the same in other languages ------------------------------------------------------------------

TRICKY = (
    "# SPARQL\nSELECT ?x WHERE {\n"
    + r"""  VALUES ?x { "a'b" 'c"d' "e\\f" "é؟" "]-" "$HOME `id`" }"""
    + "\n} ORDER BY ?x"
)


def run(program: str, *command: str) -> str:
    done = subprocess.run(
        command, input=program, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(language: str, form: str, query: str, endpoint: str, day: str = "") -> str:
    at = {"at": day} if day else {}
    program = snippets.snippet(language, form, query, endpoint, at)
    command = (sys.executable, "-") if language == "python" else ("sh", "-e")
    return run(program, *command)


@pytest.mark.parametrize("query", [TRICKY, TRICKY.replace("?x {", "?x { \"\"\"g\"\"\" '''h'''")])
def test_curl_and_python_ask_the_very_same(address: str, query: str) -> None:
    endpoint = address + "/sparql"
    rows = list(csv.reader(io.StringIO(ask("curl", "SELECT", query, endpoint))))
    values = [row[0] for row in rows[1:]]
    assert {"a'b", 'c"d', "e\\f", "é؟", "]-", "$HOME `id`"} <= set(values)
    said = ask("python", "SELECT", query, endpoint)
    assert said == "".join(f"{dict(x=value)}\n" for value in values)


def test_a_question_of_yes_or_no_and_a_graph_are_asked_too(address: str) -> None:
    endpoint = address + "/sparql"
    on = "ASK { FILTER(?at = '1899-05-04'^^<http://www.w3.org/2001/XMLSchema#date>) }"
    assert json.loads(ask("curl", "ASK", on, endpoint, "1899-05-04"))["boolean"] is True
    assert ask("python", "ASK", on, endpoint, "1899-05-04") == "True\n"
    assert ask("python", "ASK", on, endpoint, "1899-05-05") == "False\n"
    graph = "CONSTRUCT { <urn:a> <urn:b> ?x } { BIND(1 AS ?x) }"
    for language in ("curl", "python"):
        assert len(rdflib.Graph().parse(data=ask(language, "CONSTRUCT", graph, endpoint))) == 1


def test_a_line_that_would_end_the_text_in_the_shell_does_not(address: str) -> None:
    query = 'SELECT ("""\nSPARQL\n""" AS ?x) {}'
    assert ask("curl", "SELECT", query, address + "/sparql").split() == ["x", '"', "SPARQL", '"']


def test_in_r_the_query_stands_in_quotes_that_do_not_occur_in_it() -> None:
    program = snippets.snippet("r", "SELECT", 'SELECT * { ?x ?y "]-"}', "http://x/", {"at": "1900"})
    assert program.startswith('query <- r"--[SELECT * { ?x ?y "]-"}\n]--"\n')
    assert 'form <- list(query = query, at = "1900")' in program


def test_the_page_gives_a_program_as_a_file(client: FlaskClient) -> None:
    query = {"language": "python", "query": "ASK {}", "at": "1900-01-01"}
    said = client.get("/query/code", query_string=query)
    assert said.content_type == "text/plain; charset=utf-8"
    assert '"http://foedus.example/base/sparql"' in said.text
    assert '"at": "1900-01-01"' in said.text
    compile(said.text, "program", "exec")
    for wrong in ({"language": "cobol", "query": "ASK {}"}, {"language": "r"}):
        assert client.get("/query/code", query_string=wrong).status_code == 400
    assert client.get("/query/code?language=r&query=SELEKT").status_code == 400


# --- examples as RDF ------------------------------------------------------------------------------


def test_the_examples_are_executables_that_run_anywhere(real: dict[str, Question]) -> None:
    end = datetime.date(2026, 1, 1)
    graph = rdflib.Graph()
    for s, p, o in (
        (t.subject, t.predicate, t.object)
        for t in examples.triples(real.values(), "http://x/sparql", end)
    ):
        graph.parse(data=f"{s} {p} {o} .", format="nt")
    found = set(graph.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    assert {str(node) for node in found} == {examples.iri(q) for q in real.values()}
    for node in found:
        texts = [*graph.objects(node, SH.select), *graph.objects(node, SH.ask)]
        (text,) = map(str, texts)
        assert not reads_a_day(text)
        assert check(text).form in ("SELECT", "ASK")
        assert graph.value(node, rdflib.RDFS.comment)


def test_an_example_answers_at_its_iri(client: FlaskClient) -> None:
    page = client.get("/query/membership/who", headers=HTML)
    assert page.status_code == 303
    assert page.headers["Location"].endswith("/query?example=membership%2Fwho")
    turtle = {"Accept": "text/turtle"}
    one = rdflib.Graph().parse(data=client.get("/query/membership/who", headers=turtle).text)
    node = rdflib.URIRef("https://w3id.org/foedus/query/membership/who")
    assert (node, rdflib.RDF.type, SH.SPARQLSelectExecutable) in one
    every = client.get("/query/examples", headers=turtle)
    assert every.headers["Vary"]
    assert (node, None, None) in rdflib.Graph().parse(data=every.text)
    assert client.get("/query/examples.jsonld").content_type.startswith("application/ld+json")
    assert client.get("/query/no/such").status_code == 404
    assert client.get("/query/examples.exe").status_code == 404
    assert client.get("/query/membership/who", headers={"Accept": "image/png"}).status_code == 406
