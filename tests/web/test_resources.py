"""Every IRI of ours answers, in every format, and says so when it is gone."""

import gzip

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BASE = "https://w3id.org/foedus/"
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
JOINS = "id/statement/hope-1894/joins"
FACT = "id/membership/ruritania.strelsau.member"


def every_iri(served) -> list[str]:
    quads = ox.parse(path=str(served.dataset[0]), format=ox.RdfFormat.N_QUADS)
    iris = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    return sorted(iri[len(BASE) :].partition("#")[0] for iri in iris)


def test_every_iri_of_the_release_leads_to_its_document(client: FlaskClient, served) -> None:
    for path in every_iri(served):
        response = client.get(f"/{path}", headers={"Accept": "text/turtle"})
        if path in ("id/state/zenda", "id/statement/hope-1894/withdrawn"):
            continue
        assert response.status_code == 303, path
        assert response.headers["Location"] == f"/base/doc/{path}"
        assert "Accept" in response.headers["Vary"]
        assert client.get(f"/doc/{path}").status_code == 200, path
        assert client.get(f"/doc/{path}.html").status_code == 200, path


@pytest.mark.parametrize("path", ["id/state/ruritania", JOINS, FACT, "graph/source/hope-1894"])
def test_a_document_holds_the_same_graph_in_every_format(client: FlaskClient, path: str) -> None:
    graphs = []
    for extension, rdf_format in FORMATS.items():
        response = client.get(f"/doc/{path}.{extension}")
        assert response.status_code == 200
        graphs.append(set(ox.parse(response.data, format=rdf_format)))
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


def test_a_document_is_negotiated_and_says_which_one_it_is(client: FlaskClient) -> None:
    response = client.get("/doc/id/state/ruritania", headers={"Accept": "application/rdf+xml"})
    assert response.headers["Content-Type"] == "application/rdf+xml"
    assert response.headers["Content-Location"] == "/base/doc/id/state/ruritania.rdf"
    assert 'rel="alternate"' in response.headers["Link"]
    assert f"<{BASE}id/state/ruritania>" in response.headers["Link"]
    assert client.get("/doc/id/state/ruritania", headers={"Accept": "image/png"}).status_code == 406
    etag = response.headers["ETag"]
    again = client.get(
        "/doc/id/state/ruritania",
        headers={"Accept": "application/rdf+xml", "If-None-Match": etag},
    )
    assert again.status_code == 304


def test_a_statement_carries_its_participants_and_its_evidence(client: FlaskClient) -> None:
    text = client.get(f"/doc/{JOINS}.nt").get_data(as_text=True)
    assert f"<{BASE}id/state/ruritania>" in text
    assert "oa#start" in text


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [("text/turtle", "application/problem+json"), ("text/html", "text/html; charset=utf-8")],
)
@pytest.mark.parametrize(
    "path", ["/id/state/nowhere", "/doc/id/state/nowhere.ttl", "/concept/x/y", "/id/%3Cscript%3E"]
)
def test_an_unknown_iri_is_404_in_the_form_asked_for(
    client: FlaskClient, path: str, accept: str, content_type: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == content_type
    assert b"<script>" not in response.data


def test_what_was_withdrawn_is_gone_and_says_why(client: FlaskClient) -> None:
    for path in ("/id/statement/hope-1894/withdrawn", "/doc/id/statement/hope-1894/withdrawn.ttl"):
        response = client.get(path)
        assert response.status_code == 410
        problem = response.get_json()
        assert problem["withdrawn"] == "2026-01-02"
        assert problem["reason"] == "It was <misread>."
        assert problem["replacedBy"] == BASE + JOINS
    page = client.get("/id/statement/hope-1894/withdrawn", headers={"Accept": "text/html"})
    assert f'href="/base/{JOINS}"' in page.get_data(as_text=True)
    assert b"<misread>" not in page.data


def test_what_was_renamed_leads_to_its_new_name(client: FlaskClient) -> None:
    response = client.get("/id/state/zenda")
    assert response.status_code == 301
    assert response.headers["Location"] == "/base/id/state/ruritania"
    document = client.get("/doc/id/state/zenda.ttl")
    assert document.headers["Location"] == "/base/doc/id/state/ruritania.ttl"


def test_the_ontology_answers_whole_with_the_nodes_that_define_its_terms(
    client: FlaskClient,
) -> None:
    text = client.get("/doc/ontology.nt").get_data(as_text=True)
    assert "ontology#State" in text
    assert "owl#Restriction" in text
    assert "id/state/ruritania" not in text


def test_a_version_of_the_ontology_answers_as_the_ontology_that_it_is(client: FlaskClient) -> None:
    text = client.get("/doc/ontology/0.1.0.nt").get_data(as_text=True)
    assert "ontology#State" in text
    assert "owl#versionIRI" in text
    assert client.get("/doc/ontology/9.9.9.nt").status_code == 404


def test_an_iri_that_ends_like_a_format_has_a_document_in_every_format(client: FlaskClient) -> None:
    path = "/doc/release/0/content/ontology/foedus.ttl"
    assert client.get(path, headers={"Accept": "text/html"}).mimetype == "text/html"
    assert client.get(f"{path}.jsonld").mimetype == "application/ld+json"


def test_the_release_is_dumped_under_its_name_only(client: FlaskClient, served) -> None:
    response = client.get(f"/release/{served.digest}/dump.nq")
    assert set(ox.parse(response.data, format=ox.RdfFormat.N_QUADS)) == set(
        ox.parse(path=str(served.dataset[0]), format=ox.RdfFormat.N_QUADS)
    )
    assert client.get("/release/other/dump.nq").status_code == 404


def test_a_dump_comes_in_parts_and_only_when_it_has_changed(client: FlaskClient, served) -> None:
    def get(path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return client.get(path, headers=named, buffered=True)

    for extension in ("nq", "trig", "ttl", "jsonld"):
        path = f"/release/{served.digest}/dump.{extension}"
        whole = get(path)
        assert whole.headers["Accept-Ranges"] == "bytes"
        head = client.head(path, buffered=True)
        assert len(whole.data) == whole.content_length == head.content_length
        part = get(path, Range="bytes=100-199")
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
        assert part.data == whole.data[100:200]
        assert get(path, Range="bytes=-7").data == whole.data[-7:]
        beyond = client.get(path, headers={"Range": f"bytes={len(whole.data)}-"})
        assert beyond.status_code == 416
        other = get(path, Range="bytes=0-1", If_Range='"another"')
        assert (other.status_code, other.data) == (200, whole.data)
        known = get(path, If_None_Match=whole.headers["ETag"])
        assert (known.status_code, known.data) == (304, b"")
        coded = get(path, Accept_Encoding="gzip")
        assert gzip.decompress(coded.data) == whole.data
        assert coded.headers["ETag"] != whole.headers["ETag"]
