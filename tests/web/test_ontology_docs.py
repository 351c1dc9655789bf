"""The ontology documented: every term, where it is used, what changed between versions."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.content.names import F
from foedus.web.ontology_docs import versions
from foedus.web.ontology_docs.codebook import Codebook
from foedus.web.ontology_docs.versions import change, kept, read, write

HTML = {"Accept": "text/html"}
HEAD = (
    f"@prefix f: <{F}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
    "@prefix schema: <https://schema.org/> . "
)
OLD = """
<https://w3id.org/foedus/ontology> owl:versionInfo "1.2.0" .
f:Pact a owl:Class ; rdfs:label "pact"@en , "pacte"@fr ; skos:definition "a promise"@en .
f:Treaty a owl:Class ; rdfs:label "treaty"@en ; rdfs:subClassOf f:Pact .
f:party a owl:ObjectProperty ; rdfs:label "party"@en ; schema:domainIncludes f:Pact .
f:Gone a owl:Class ; rdfs:label "gone"@en .
"""
NEW = OLD.replace("a promise", "a promise between states").replace(
    'f:Gone a owl:Class ; rdfs:label "gone"@en .',
    """f:Axis a owl:Class ; rdfs:label "axis"@en ; owl:equivalentClass [ a owl:Class ;
       owl:intersectionOf ( f:Pact [ a owl:Restriction ; owl:onProperty f:party ;
       owl:someValuesFrom f:Treaty ] ) ] .""",
)


def triples(turtle: str) -> list[ox.Triple]:
    quads = ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)
    return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]


def test_a_codebook_says_what_a_term_means_and_how_it_hangs_together() -> None:
    book = Codebook.of(triples(NEW))
    assert book.version == "1.2.0"
    pact, axis = book.terms[F + "Pact"], book.terms[F + "Axis"]
    assert (pact.label, pact.definition) == ("pact", "a promise between states")
    assert set(pact.below) == {F + "Treaty", F + "Axis"}
    assert axis.above == (F + "Pact",), "a part of what defines it stands above it"
    assert axis.axioms == ("is exactly (f:Pact and (f:party some f:Treaty))",)
    assert [term.name for term in book.roots()] == ["Pact"]
    assert [term.name for term in book.properties_of(F + "Treaty")] == ["party"]


def test_what_changed_is_told_term_by_term() -> None:
    found = change("1.2.0", Codebook.of(triples(OLD)), "1.3.0", Codebook.of(triples(NEW)))
    assert [term.name for term in found.added] == ["Axis"]
    assert [term.name for term in found.removed] == ["Gone"]
    ((term, differences),) = found.changed
    assert term.name == "Pact"
    assert differences == [("definition", "a promise", "a promise between states")]
    same = Codebook.of(triples(OLD))
    assert change("1.2.0", same, "1.2.0", same).nothing


def test_a_version_is_kept_as_the_same_bytes_and_read_back(tmp_path: Path) -> None:
    for name in ("1.2.0", "1.10.0"):
        write(triples(NEW), tmp_path / f"{name}.nt.gz")
    first, second = (tmp_path / f"{name}.nt.gz" for name in ("1.2.0", "1.10.0"))
    assert first.read_bytes() == second.read_bytes()
    assert list(kept(tmp_path)) == ["1.2.0", "1.10.0"], "as numbers, not as letters"
    assert len(read(first)) == len(triples(NEW))
    assert Codebook.of(read(first)) == Codebook.of(triples(NEW))


def test_every_kept_version_says_its_own_number() -> None:
    assert kept()
    for name in kept():
        book = versions.codebook(name)
        assert book.version == name
        assert len(book.terms) > 200


def test_the_ontology_is_in_the_list_of_its_versions(content_dir: Path) -> None:
    text = (content_dir / "ontology" / "foedus.ttl").read_text(encoding="utf-8")
    found = re.search(r'owl:versionInfo "([\d.]+)"', text)
    assert found
    assert found[1] in kept(), "make ontology-version keeps it"


# --- pages ----------------------------------------------------------------------------------------


def test_the_overview_leads_to_every_term_and_is_where_its_iri_points(client: FlaskClient) -> None:
    page = client.get("/doc/ontology", headers=HTML).text
    for name in ("State", "SecurityArrangement", "member"):
        assert f'id="{name}"' in page
        assert f'href="/base/ontology/terms/{name}"' in page
    assert "<svg" in page


def test_a_term_shows_its_uses_in_the_data_and_the_questions_that_ask_for_it(
    client: FlaskClient,
) -> None:
    member = client.get("/ontology/terms/member").text
    assert "Who was in the Pact on 1 January 1900?" in member
    assert "1 triples in the default graph, 2 in the graphs of the sources" in member
    assert "Ruritania: member of the Pact" in member
    state = client.get("/ontology/terms/State").text
    assert "A state." in state
    assert "2 things in the default graph" in state
    assert "alert(1)</script>" not in state


def test_a_term_that_is_none_is_not_found(client: FlaskClient) -> None:
    for name in ("Nonsense", "<b>", "a%2Fb"):
        assert client.get(f"/ontology/terms/{name}").status_code == 404


def test_the_lists_hold_every_term_with_its_definition(client: FlaskClient) -> None:
    assert "a state" in client.get("/ontology/classes").text
    assert "member" in client.get("/ontology/properties").text


def test_changes_begin_with_the_first_version(client: FlaskClient) -> None:
    page = client.get("/ontology/changes").text
    assert "The first version" in page
    assert f"Since version {list(kept())[-1]}, not yet in a version" in page


@pytest.mark.parametrize("extension", ["", ".html", ".ttl", ".nt", ".rdf", ".jsonld"])
def test_a_version_answers_at_its_iri_in_every_format(client: FlaskClient, extension: str) -> None:
    (version,) = kept()
    document = client.get(f"/doc/ontology/{version}{extension}", headers=HTML)
    assert document.status_code == 200
    if extension in (".ttl", ".nt"):
        found = ox.parse(document.data, format=ox.RdfFormat.from_extension(extension[1:]))
        assert len(list(found)) == len(read(kept()[version]))
    see = client.get(f"/ontology/{version}", headers=HTML)
    assert see.status_code == 303
    assert see.headers["Location"] == f"/base/doc/ontology/{version}"
