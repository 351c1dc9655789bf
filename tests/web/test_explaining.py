"""``/sparql/explain``: what would happen to a query, and what is not known."""

import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

F = "PREFIX f: <https://w3id.org/foedus/ontology#> "
HELD = F + "SELECT ?m { ?m a f:Membership ; f:latestBegin ?b FILTER(?b <= ?at) }"
SOURCE = "https://w3id.org/foedus/graph/source/hope-1894"
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"


def explained(client: FlaskClient, query: str, **more: str) -> dict:
    response = client.get("/sparql/explain", query_string={"query": query, **more})
    assert response.status_code == 200, response.data
    return json.loads(response.data)


def test_it_says_which_day_is_meant_and_who_gave_it(client: FlaskClient) -> None:
    assert explained(client, HELD)["at"] == {
        "read": True,
        "day": "1900-01-01",
        "given_by": "release",
    }
    asked = explained(client, HELD, at="1895-02-03")
    assert asked["at"] == {"read": True, "day": "1895-02-03", "given_by": "request"}
    assert '"1895-02-03"^^' in asked["evaluated"]
    assert explained(client, "ASK {}")["at"]["read"] is False


def test_it_counts_how_often_the_names_occur(client: FlaskClient) -> None:
    found = {row["name"]: row for row in explained(client, HELD)["occurrences"]}
    assert found["f:Membership"]["object"] == 3
    assert found["f:latestBegin"]["predicate"] == 1


def test_counts_are_those_of_the_dataset_that_is_asked(client: FlaskClient) -> None:
    more = {"default-graph-uri": "urn:nothing"}
    explanation = explained(client, HELD, **more)
    assert explanation["dataset"] == {
        "named_by": "protocol",
        "default": ["urn:nothing"],
        "named": [],
    }
    assert all(row["predicate"] == row["object"] == 0 for row in explanation["occurrences"])
    of_query = explained(client, f"SELECT * FROM <{SOURCE}> {{ ?s ?p ?o }}")
    assert of_query["dataset"] == {"named_by": "query", "default": [SOURCE], "named": []}


@pytest.mark.parametrize("word", ["NOW", "RAND", "UUID", "STRUUID", "BNODE"])
def test_it_says_why_an_answer_cannot_be_kept(client: FlaskClient, word: str) -> None:
    explanation = explained(client, f"SELECT ({word}() AS ?x) {{}}")
    assert explanation["cacheable"] is False
    assert explanation["not_cacheable_because"][0].startswith(word)


def test_it_says_that_an_answer_can_be_kept(client: FlaskClient) -> None:
    explanation = explained(client, "SELECT ?now { ?now ?rand 'UUID()' }")
    assert explanation["cacheable"] is True
    assert explanation["not_cacheable_because"] == []


def test_it_owns_up_to_what_is_not_known(client: FlaskClient) -> None:
    explanation = explained(client, "ASK {}")
    assert explanation["plan"]["patterns"] == []
    assert any("no plan" in sentence for sentence in explanation["not_known"])
    assert any("number of rows" in sentence for sentence in explanation["not_known"])


def test_the_plan_of_a_question_that_columns_answer(client: FlaskClient) -> None:
    query = F + "SELECT DISTINCT ?m { ?m a f:Membership ; f:latestBegin ?b FILTER(?b <= ?at) }"
    plan = explained(client, query)["plan"]
    assert plan["by"] == "columns"
    assert "keeps of equal rows one" in plan["because"][0]
    assert {row["pattern"] for row in plan["patterns"]} == {
        "?m f:latestBegin ?b .",
        "?m a f:Membership .",
    }
    matches = [row["matches"] for row in plan["patterns"]]
    assert matches == sorted(matches)
    assert plan["patterns"][0]["solutions"] == matches[0] == 1
    page = client.get(
        "/sparql/explain", query_string={"query": query}, headers={"Accept": "text/html"}
    )
    assert b"Answered from columns" in page.data


def test_the_plan_of_a_question_that_the_engine_answers(client: FlaskClient) -> None:
    query = F + "SELECT ?s ?o { ?s f:member ?o } ORDER BY ?o LIMIT 2"
    plan = explained(client, query.replace("f:member ?o", "f:member|f:obligor ?o"))["plan"]
    assert plan["by"] == "engine"
    assert any("ORDER BY got a key" in sentence for sentence in plan["rewritings"])
    assert "isNumeric" in plan["evaluated"]
    assert explained(client, "ASK {}")["plan"]["rewritings"] == []


def test_a_plan_over_other_graphs_counts_nothing_of_the_default_one(client: FlaskClient) -> None:
    plan = explained(client, HELD, **{"default-graph-uri": "urn:nothing"})["plan"]
    assert plan["by"] == "engine"
    assert all(row["matches"] is None for row in plan["patterns"])


def test_a_query_of_death_is_explained_without_being_asked(client: FlaskClient) -> None:
    explanation = explained(client, FOREVER)
    assert explanation["form"] == "SELECT"
    assert explanation["occurrences"] == []


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_it_takes_what_the_endpoint_takes(client: FlaskClient, method: str) -> None:
    direct = client.open(
        "/sparql/explain", method=method, data=HELD, content_type="application/sparql-query"
    )
    assert direct.get_json() == explained(client, HELD)
    assert client.post("/sparql/explain", data={"query": HELD}).get_json() == direct.get_json()


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("SELEC", 400, "syntax"),
        ("", 400, "syntax"),
        ("DROP ALL", 403, "read-only"),
        ("ASK { SERVICE <http://127.0.0.1/> {} }", 403, "service"),
        ("ASK " + "{" * 200 + "}" * 200, 400, "nesting"),
    ],
)
def test_what_the_endpoint_refuses_is_refused_in_the_same_words(
    client: FlaskClient, query: str, status: int, kind: str
) -> None:
    here, there = (client.get(f"{p}?query={quote(query)}") for p in ("/sparql/explain", "/sparql"))
    assert here.status_code == status
    assert here.get_json() == there.get_json()
    assert here.get_json()["type"].endswith(f"#{kind}")


def test_it_is_a_page_for_people_and_reflects_no_markup(client: FlaskClient) -> None:
    attack = "SELECT * { ?s <urn:a> '<script>alert(1)</script>' }"
    page = client.get(
        "/sparql/explain", query_string={"query": attack}, headers={"Accept": "text/html"}
    )
    assert page.mimetype == "text/html"
    assert b"<script" not in page.data
    assert b"shows no plan" in page.data
    empty = client.get("/sparql/explain", headers={"Accept": "text/html"})
    assert empty.status_code == 200
    assert client.get("/sparql/explain").status_code == 400


def test_it_says_which_prefixes_nothing_uses(client: FlaskClient) -> None:
    query = F + "PREFIX g: <urn:g:> PREFIX : <urn:empty:> ASK { ?s f:member :x }"
    assert explained(client, query)["prefixes"] == {"declared": ["f", "g", ""], "unused": ["g"]}
