"""Every IRI of ours in the whole release answers, and says the same in every format."""

import json
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from foedus.content.names import BASE
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.engine.serialize import N_TRIPLES
from foedus.release import Release
from foedus.web import Settings, create_app
from foedus.web.knowledge import Knowledge
from foedus.web.linked.documents import Documents
from foedus.web.linked.formats import EXTENSIONS, MEDIA

#: Whole vocabularies, whose documents are longer than a page may be (decision 0015).
VOCABULARIES = {
    f"ontology{part}{version}"
    for part in ("", "/concepts", "/typologies", "/alignments")
    for version in ("", "/0.1.0")
}
#: The length of a page, with the data in it.
BYTES = 60_000
PUBLIC = "http://foedus.example/base"
PARSED = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
BLOCK = re.compile(r'<script type="application/ld\+json" id="graph">(.*?)</script>', re.S)


@pytest.fixture(scope="module")
def whole(release: Release) -> Iterator[Flask]:
    """The application over the whole release."""
    with WorkerPool(release.dataset_path, limits=Limits(workers=1, light_workers=0)) as pool:
        yield create_app(release, evaluator=pool, settings=Settings(public=PUBLIC))


@pytest.fixture(scope="module")
def site(whole: Flask) -> FlaskClient:
    return whole.test_client()


@pytest.fixture(scope="module")
def documents(release: Release) -> Documents:
    """The writer of the documents, as the application has it."""
    engine = EmbeddedEngine.load(release.dataset_path, limits=Limits(query_characters=10_000_000))
    lines = release.manifest["lines"]
    return Documents(
        Knowledge(engine), lasting=True, files={iri: place[0] for iri, place in lines.items()}
    )


@pytest.fixture(scope="module")
def paths(release: Release) -> list[str]:
    """The paths of all IRIs of ours that stand anywhere in the release."""
    iris = {
        term.value.partition("#")[0]
        for quad in release.quads()
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    return sorted(iri[len(BASE) :] for iri in iris)


def canonical(triples: Iterable[ox.Triple | ox.Quad]) -> frozenset[str]:
    """The graph as RDFC-1.0 writes it."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(str(quad) for quad in dataset)


def is_file(path: str) -> bool:
    return path.startswith("release/") and "/dump." in path


def test_every_iri_of_every_kind_is_there(paths: list[str]) -> None:
    kinds = {"/".join(path.split("/")[:2]) for path in paths}
    assert {
        *("id/state", "id/statement", "id/evidence", "id/source", "concept/role", "ontology"),
        *("ontology/0.1.0", "ontology/concepts", "graph/source", "shape/membership"),
    } <= kinds


def test_every_iri_leads_to_its_document(site: FlaskClient, paths: list[str]) -> None:
    for path in paths:
        if is_file(path):
            continue  # a file is its own document
        response = site.get(f"/{path}")
        assert response.status_code == 303, path
        assert response.headers["Location"] == f"/base/doc/{path}"
        assert "Accept" in response.headers["Vary"]


def test_every_document_says_the_same_in_every_format(
    documents: Documents, paths: list[str]
) -> None:
    for path in paths:
        plain = documents.write(path, N_TRIPLES)
        expected = canonical(ox.parse(plain, format=ox.RdfFormat.N_TRIPLES))
        assert expected, path
        for extension, rdf_format in PARSED.items():
            written = documents.write(path, MEDIA[extension])
            assert canonical(ox.parse(written, format=rdf_format)) == expected, (path, extension)
        block = documents.block(path)
        assert "<" not in block
        embedded = canonical(ox.parse(block, format=ox.RdfFormat.JSON_LD))
        if path in VOCABULARIES:  # see test_vocabularies.py: its terms have the rest
            assert 5 < len(embedded) < len(expected)
        else:
            assert embedded == expected, path


def test_every_page_is_small(site: FlaskClient, paths: list[str]) -> None:
    large = {
        path: size for path in paths if (size := len(site.get(f"/doc/{path}.html").data)) > BYTES
    }
    assert not large


def test_that_is_what_is_sent(site: FlaskClient, documents: Documents, paths: list[str]) -> None:
    for path in paths[::40]:
        for extension in PARSED:
            response = site.get(f"/doc/{path}.{extension}")
            assert response.status_code == 200, (path, extension)
            assert response.data == documents.write(path, MEDIA[extension])


def test_pages_of_every_kind_carry_that_block(site: FlaskClient, paths: list[str]) -> None:
    seen = set()
    for path in paths:
        kind = "/".join(path.split("/")[:2])
        if kind in seen or path in VOCABULARIES:
            continue
        seen.add(kind)
        response = site.get(f"/doc/{path}.html")
        assert response.status_code == 200, path
        found = BLOCK.search(response.get_data(as_text=True))
        assert found, path
        data = site.get(f"/doc/{path}.nt").data
        assert canonical(ox.parse(found[1], format=ox.RdfFormat.JSON_LD)) == canonical(
            ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
        )


def test_a_document_carries_all_that_any_graph_says_of_its_thing(
    site: FlaskClient, release: Release
) -> None:
    for path in ("id/arrangement/imctc", "concept/role/member", "shape/membership"):
        said = {
            (q.predicate, q.object)
            for q in release.quads()
            if q.subject == ox.NamedNode(BASE + path) and not isinstance(q.object, ox.BlankNode)
        }
        document = list(ox.parse(site.get(f"/doc/{path}.nt").data, format=ox.RdfFormat.N_TRIPLES))
        assert said <= {(t.predicate, t.object) for t in document}


def test_the_parts_of_the_ontology_hold_what_their_files_do(site: FlaskClient) -> None:
    def subjects(path: str) -> set[str]:
        data = site.get(f"/doc/{path}.nt").data
        return {
            t.subject.value
            for t in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
            if isinstance(t.subject, ox.NamedNode)
        }

    concepts, typologies = subjects("ontology/concepts"), subjects("ontology/typologies")
    assert BASE + "concept/role/member" in concepts
    assert BASE + "ontology#Membership" not in concepts
    assert BASE + "ontology#MutualDefenseArrangement" in typologies
    assert BASE + "ontology#State" not in typologies
    alignments = site.get("/doc/ontology/alignments.ttl").get_data(as_text=True)
    assert "http://www.w3.org/ns/org#Membership" in alignments or "org:Membership" in alignments
    assert BASE + "ontology#Membership" in subjects("ontology/alignments/0.1.0")


def test_who_needs_no_rdf_reads_the_members_of_a_body(site: FlaskClient) -> None:
    document = json.loads(site.get("/doc/id/arrangement/gcc.jsonld").data)
    assert document["id"] == BASE + "id/arrangement/gcc"
    assert document["label"]["en"]
    members = {member["label"]["en"]: member["id"] for member in document["members"]}
    assert members["Kuwait"] == BASE + "id/state/kuwait"


def test_a_document_uses_the_published_context_and_needs_no_other(site: FlaskClient) -> None:
    context = json.loads(site.get("/context.jsonld").data)["@context"]
    for path in ("id/arrangement/gcc", "id/state/iraq", "concept/role/member", "ontology"):
        document = json.loads(site.get(f"/doc/{path}.jsonld").data)
        own = document.pop("@context")
        assert {key: context[key] for key in own} == own
        document["@context"] = context
        whole = canonical(ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD))
        data = site.get(f"/doc/{path}.nt").data
        assert whole == canonical(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))


def test_a_graph_has_its_triples_at_its_iri(site: FlaskClient, release: Release) -> None:
    name = "graph/source/rfi"
    response = site.get(f"/{name}.nt")
    assert response.status_code == 307
    response = site.get(response.headers["Location"].removeprefix("/base"))
    triples = set(ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES))
    assert len(triples) == release.manifest["graphs"][BASE + name]


def test_extensions_and_formats_are_those_of_the_tests() -> None:
    assert set(EXTENSIONS) == {"html", *PARSED}
