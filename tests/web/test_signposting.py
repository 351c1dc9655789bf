"""A program finds its way from a page: typed links, link sets, and help where nothing is."""

import json
import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

BASE = "https://w3id.org/foedus/"
PUBLIC = "http://foedus.example/base"
PATH = "id/state/ruritania"


def links(header: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for href, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', header):
        found.setdefault(rel, []).append(href)
    return found


def test_a_document_carries_the_links_of_level_two(client: FlaskClient) -> None:
    for address in (f"/doc/{PATH}.html", f"/doc/{PATH}.ttl", f"/{PATH}"):
        found = links(client.get(address).headers["Link"])
        assert found["cite-as"] == [BASE + PATH]
        assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
        assert f"{PUBLIC}/doc/{PATH}.ttl" in found["describedby"]
        assert f"{PUBLIC}/cite/{PATH}.bib" in found["describedby"]
        assert len(found["alternate"]) == 5
        assert found["linkset"] == [f"{PUBLIC}/linkset/{PATH}.json"]
        assert "https://schema.org/AboutPage" in found["type"]


def test_every_link_of_a_document_answers(client: FlaskClient) -> None:
    found = links(client.get(f"/doc/{PATH}.html").headers["Link"])
    for rel in ("alternate", "describedby", "linkset"):
        for href in found[rel]:
            path = href.removeprefix(PUBLIC).removeprefix("/base")
            with client.get(path) as response:
                assert response.status_code == 200, href


def test_the_link_set_says_the_same_as_the_header(client: FlaskClient) -> None:
    response = client.get(f"/linkset/{PATH}.json")
    assert response.content_type == "application/linkset+json"
    sets = json.loads(response.data)["linkset"]
    page = next(s for s in sets if s["anchor"] == f"{PUBLIC}/doc/{PATH}.html")
    found = links(client.get(f"/doc/{PATH}.html").headers["Link"].split(", </base")[0])
    for rel, hrefs in found.items():
        if rel != "linkset":
            assert {link["href"] for link in page[rel]} == set(hrefs), rel
    data = next(s for s in sets if s["anchor"] == f"{PUBLIC}/doc/{PATH}.ttl")
    assert data["describes"][0]["href"] == f"{PUBLIC}/doc/{PATH}.html"
    text = client.get(f"/linkset/{PATH}", headers={"Accept": "application/linkset"})
    assert text.content_type == "application/linkset"
    assert f'anchor="{PUBLIC}/doc/{PATH}.html"' in text.get_data(as_text=True)
    assert client.get("/linkset/id/state/nowhere.json").status_code == 404


def test_a_statement_belongs_to_the_graph_of_its_source(client: FlaskClient) -> None:
    header = client.get("/doc/id/statement/hope-1894/joins.ttl").headers["Link"]
    assert links(header)["collection"] == [BASE + "graph/source/hope-1894"]
    of_graph = links(client.get("/doc/graph/source/hope-1894.ttl").headers["Link"])
    assert f"{PUBLIC}/graph/source/hope-1894.ttl" in of_graph["item"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("id/state/ruritana", "id/state/ruritania"),
        ("id/state/Rurit", "id/state/ruritania"),
        ("id/arrangement/ruritania", "id/state/ruritania"),
    ],
)
def test_a_name_that_is_almost_right_is_answered_with_the_right_one(
    client: FlaskClient, asked: str, meant: str
) -> None:
    problem = client.get(f"/{asked}")
    assert problem.status_code == 404
    assert problem.get_json()["nearest"][0]["iri"] == BASE + meant
    page = client.get(f"/doc/{asked}.html").get_data(as_text=True)
    assert f'href="/base/{meant}"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/id/",
        "/id/state/",
        "/id/state/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/id/state/%E0%A4%A",
        "/doc/id/state/ruritania.html?page=99999999999999999999",
        "/doc/id/state/ruritania.html?page=%3Cb%3E",
        "/doc/id/state/ruritania.html?at=not-a-day",
        "/doc/" + "x" * 3000,
        "/concept/" + "a/" * 300,
        "/linkset/%00",
        "/graph/source/nobody.ttl",
        "/graph/nothing",
        "/shape/nothing",
    ],
)
def test_what_cannot_be_is_a_clear_status(client: FlaskClient, path: str) -> None:
    for accept in ("text/html", "text/turtle", None):
        response = client.get(path, headers={"Accept": accept} if accept else {})
        assert response.status_code in (400, 404), (path, accept)
        assert b"Traceback" not in response.data
        assert b"<script>alert" not in response.data


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        (None, "ttl"),
        ("*/*", "ttl"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/ld+json, application/json;q=0.9, */*;q=0.1", "jsonld"),
        ("text/turtle;q=0.9, application/rdf+xml;q=0.8, text/html;q=0.3", "ttl"),
        ("application/json", "jsonld"),
        ("text/*;q=0.5, application/n-triples", "nt"),
    ],
)
def test_browsers_crawlers_and_programs_get_what_they_read(
    client: FlaskClient, accept: str | None, extension: str
) -> None:
    response = client.get(f"/doc/{PATH}", headers={"Accept": accept} if accept else {})
    assert response.headers["Content-Location"] == f"/base/doc/{PATH}.{extension}"
    assert "Accept" in response.headers["Vary"]


def test_a_page_names_its_thing_for_search_engines_without_ending_the_element(
    client: FlaskClient,
) -> None:
    page = client.get("/doc/id/statement/hope-1894/joins.html").get_data(as_text=True)
    block = re.search(r'id="schema-org">(.*?)</script>', page, re.S)
    assert block
    view = json.loads(block[1])
    assert view["@type"] == "Claim"
    assert view["@id"] == BASE + "id/statement/hope-1894/joins"
    assert view["appearance"][0]["@id"] == BASE + "id/source/hope-1894"
    # Whoever reads it as JSON-LD need not ask schema.org for anything.
    said = {q.predicate.value for q in ox.parse(block[1].encode(), format=ox.RdfFormat.JSON_LD)}
    assert "https://schema.org/appearance" in said
