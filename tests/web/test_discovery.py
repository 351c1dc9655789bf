"""Who knows only the host finds the data, the endpoint and every page."""

import time
import xml.etree.ElementTree as ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.release import Release
from foedus.web import Settings, create_app
from foedus.web.linked import discovery

VOID = "http://rdfs.org/ns/void#"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
PUBLIC = "http://foedus.example/base"


def addresses(client: FlaskClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [node.text or "" for node in ElementTree.fromstring(response.data).iter(LOC)]


def test_the_well_known_address_describes_the_data_and_names_the_endpoint(
    client: FlaskClient,
) -> None:
    response = client.get("/.well-known/void")
    said = {
        (triple.predicate.value, triple.object.value)
        for triple in ox.parse(response.data, format=ox.RdfFormat.TURTLE)
    }
    assert (VOID + "sparqlEndpoint", f"{PUBLIC}/sparql") in said
    again = client.get("/.well-known/void", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,*/*;q=0.1", "text/turtle; charset=utf-8"),  # this one has no page of it
        ("image/png", "application/problem+json"),
    ],
)
def test_the_description_is_negotiated(client: FlaskClient, accept: str, content_type: str) -> None:
    response = client.get("/.well-known/void", headers={"Accept": accept})
    assert response.headers["Content-Type"] == content_type
    assert "Accept" in response.headers["Vary"]


def once_made(client: FlaskClient, path: str) -> int:
    """The status of a file of the release, coming back as the server asks while it is made."""
    for _ in range(60):
        response = client.head(path)
        if response.status_code != 503:
            break
        time.sleep(int(response.headers["Retry-After"]))
    return response.status_code


def test_the_description_is_that_of_the_release_with_dumps_that_answer(release: Release) -> None:
    client = create_app(release, settings=Settings(public=PUBLIC)).test_client()
    response = client.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    triples = list(ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES))
    dataset = ox.NamedNode(f"https://w3id.org/foedus/release/{release.digest}")
    described = {t.predicate.value: t.object.value for t in triples if t.subject == dataset}
    graphs = {k: v for k, v in release.manifest["graphs"].items() if "description" not in k}
    assert described[VOID + "triples"] == str(sum(graphs.values()))
    dumps = [
        t.object.value
        for t in triples
        if t.predicate.value == VOID + "dataDump" and t.object.value.startswith(PUBLIC)
    ]
    assert dumps
    for dump in dumps:
        assert once_made(client, dump.removeprefix(PUBLIC)) == 200
    page = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    client.application.extensions["foedus"].close()


def test_the_sitemap_lists_pages_that_answer_without_a_redirect(client: FlaskClient) -> None:
    listed = addresses(client, "/sitemap.xml")
    assert f"{PUBLIC}/doc/id/state/ruritania" in listed
    assert f"{PUBLIC}/states" in listed
    assert len(set(listed)) == len(listed)
    for address in listed:
        assert address.startswith(PUBLIC)
        assert client.get(address.removeprefix(PUBLIC)).status_code == 200, address


def test_a_long_sitemap_is_split(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = addresses(client, "/sitemap.xml")
    monkeypatch.setattr(discovery, "PER_FILE", 5)
    parts = addresses(client, "/sitemap.xml")
    assert parts[0] == f"{PUBLIC}/sitemap-1.xml"
    joined = [a for part in parts for a in addresses(client, part.removeprefix(PUBLIC))]
    assert joined == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_are_told_of_the_sitemap_and_kept_from_queries(client: FlaskClient) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in text
    assert "Disallow: /base/sparql" in text


def test_every_page_leads_to_the_description_and_the_endpoint(client: FlaskClient) -> None:
    for path in ("/", "/states", "/doc/id/state/ruritania.html"):
        links = ", ".join(client.get(path).headers.getlist("Link"))
        assert '</base/.well-known/void>; rel="describedby"' in links
        assert '</base/sparql>; rel="service-desc"' in links
