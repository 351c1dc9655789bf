"""A misspelt term of ours finds nothing, by the rules of SPARQL; the answer says what was meant."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.content.locate import find_content
from foedus.content.questions import read_questions
from foedus.engine import EmbeddedEngine
from foedus.release import Release
from foedus.web.knowledge import Knowledge
from foedus.web.suggestions import Suggestions

F = "PREFIX f: <https://w3id.org/foedus/ontology#>\n"
ROLE = "PREFIX role: <https://w3id.org/foedus/concept/role/>\n"


def hint(client: FlaskClient, query: str) -> str | None:
    response = client.get("/sparql", query_string={"query": query})
    assert response.status_code == 200, response.data
    return response.headers.get("Foedus-Hint")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            F + "SELECT * {\n  ?s f:membr ?o }",
            '"f:membr (line 3, column 6) is no term of the release; did you mean f:member?"',
        ),
        (
            ROLE + "ASK { ?s ?p role:membr }",
            '"role:membr (line 2, column 13) is no term of the release; did you mean role:member?"',
        ),
        (
            "ASK { ?s a <https://w3id.org/foedus/ontology#state> }",
            '"f:state (line 1, column 12) is no term of the release; did you mean f:State?"',
        ),
        (
            F.replace("https", "http") + "ASK { ?s f:member ?o }",
            '"http://w3id.org/foedus/ontology#member (line 2, column 10) is no term of the '
            'release; did you mean <https://w3id.org/foedus/ontology#member>?"',
        ),
        (
            F.replace("#", "/") + "ASK { ?s f:member ?o }",
            '"https://w3id.org/foedus/ontology/member (line 2, column 10) is no term of the '
            'release; did you mean <https://w3id.org/foedus/ontology#member>?"',
        ),
        (
            F + "ASK { ?s a f:Zeppelin }",
            '"f:Zeppelin (line 2, column 12) is no term of the release"',
        ),
    ],
)
def test_a_misspelt_term_is_named_with_the_nearest(
    client: FlaskClient, query: str, expected: str
) -> None:
    assert hint(client, query) == expected


@pytest.mark.parametrize(
    "query",
    [
        F + "ASK { ?s f:member ?o . <https://w3id.org/foedus/ontology> ?p ?x }",
        F + "ASK { ?s ?p 'f:membr' } # f:membr",
        "ASK { ?s <http://example.org/membr> ?o }",
        "ASK {}",
    ],
)
def test_nothing_is_said_where_nothing_is_misspelt(client: FlaskClient, query: str) -> None:
    assert hint(client, query) is None


def test_the_header_is_plain_whatever_was_typed(client: FlaskClient) -> None:
    typed = "ASK { ?s <https://w3id.org/foedus/ontology#Stäte\\u000d\\u000aSet-Cookie:x> ?o }"
    response = client.get("/sparql", query_string={"query": typed})
    said = response.headers.get("Foedus-Hint", "")
    assert said.isascii()
    assert "\n" not in said
    assert "Set-Cookie" not in response.headers


def test_the_hint_comes_with_304_too_and_on_the_page(client: FlaskClient) -> None:
    query = F + "SELECT * { ?s f:membr ?o }"
    etag = client.get("/sparql", query_string={"query": query}).headers["ETag"]
    again = client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert "f:member?" in again.headers["Foedus-Hint"]
    page = client.get("/query", query_string={"query": query}).get_data(as_text=True)
    assert "did you mean f:member?" in page


def test_our_own_questions_name_only_what_there_is(release: Release, content_dir: Path) -> None:
    knowledge = Knowledge(EmbeddedEngine.load(release.dataset_path))
    suggestions = Suggestions(knowledge, lasting=True)
    questions = read_questions(find_content(content_dir))
    assert questions
    assert {q.name: [str(h) for h in suggestions.hints(q.text)] for q in questions} == {
        q.name: [] for q in questions
    }
    assert (
        suggestions.hints(F + "ASK { ?s f:commitedToDefend ?o }")[0].meant == "f:committedToDefend"
    )


def test_data_without_our_vocabulary_gets_no_hints() -> None:
    suggestions = Suggestions(Knowledge(EmbeddedEngine(ox.Store())), lasting=True)
    assert suggestions.hints(F + "ASK { ?s f:membr ?o }") == ()
