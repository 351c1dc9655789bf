"""``/graphs``: SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads."""

from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.web import Served

SOURCE = "https://w3id.org/foedus/graph/source/hope-1894"
DISPUTES = "https://w3id.org/foedus/graph/disputes"
N_TRIPLES = {"Accept": "application/n-triples"}


def stored(served: Served, graph: ox.NamedNode | ox.DefaultGraph) -> int:
    quads = ox.parse(path=str(served.dataset[0]), format=ox.RdfFormat.N_QUADS)
    return len({quad.triple for quad in quads if quad.graph_name == graph})


@pytest.mark.parametrize("name", [SOURCE, DISPUTES])
def test_a_named_graph_is_read_whole(client: FlaskClient, served: Served, name: str) -> None:
    response = client.get(f"/graphs?graph={quote(name)}", headers=N_TRIPLES)
    assert response.status_code == 200
    triples = set(ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES))
    assert len(triples) == stored(served, ox.NamedNode(name))


def test_the_default_graph_is_read_by_its_own_parameter(
    client: FlaskClient, served: Served
) -> None:
    for address in ("/graphs?default", "/graphs?default="):
        response = client.get(address, headers=N_TRIPLES)
        triples = set(ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES))
        assert len(triples) == stored(served, ox.DefaultGraph())


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"],
)
def test_a_graph_comes_in_every_format(client: FlaskClient, media_type: str) -> None:
    response = client.get(f"/graphs?graph={quote(SOURCE)}", headers={"Accept": media_type})
    assert response.headers["Content-Type"].startswith(media_type)
    kind = ox.RdfFormat.from_media_type(media_type)
    assert len(set(ox.parse(response.data, format=kind))) == 9


def test_a_graph_is_no_results_document(client: FlaskClient) -> None:
    assert client.get("/graphs?default", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/graphs?default&format=csv").status_code == 406
    assert client.get("/graphs?default&format=rdf").mimetype == "application/rdf+xml"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?graph=",
        "?graph=source",
        "?graph=%3Curn:x%3E",
        f"?graph={SOURCE}&graph={DISPUTES}",
        f"?graph={SOURCE}&default",
        "?default&default",
        "?graph=urn:%FF",
        "?default&format=ttl&format=nt",
    ],
)
def test_a_graph_is_named_once_by_an_absolute_iri(client: FlaskClient, query: str) -> None:
    response = client.get(f"/graphs{query}")
    assert response.status_code == 400
    assert "?graph=IRI" in response.get_json()["detail"]


def test_an_unknown_graph_is_404_for_head_too(client: FlaskClient) -> None:
    address = f"/graphs?graph={quote(SOURCE)}-none"
    assert client.get(address).status_code == 404
    assert client.head(address).status_code == 404


def test_a_graph_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    address = f"/graphs?graph={quote(SOURCE)}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_a_preflight_learns_what_the_address_takes(client: FlaskClient) -> None:
    response = client.options("/graphs", headers={"Access-Control-Request-Method": "GET"})
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
