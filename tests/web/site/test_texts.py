"""A text in use: was it invoked and what came of it, can it be read, whose attacks it covers."""

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.content.names import BASE, prefixes
from foedus.engine.embedded import EmbeddedEngine
from foedus.web import Served, Settings, create_app

from .trees import Element, Visit, read

#: An invented alliance: one clause was invoked, which another source denies; it was refused.
INVENTED = """
arrangement:league rdfs:label "League"@en ; a f:SecurityArrangement ; f:basedOn instrument:charter ;
  f:hasCommitment x:promise .
instrument:charter rdfs:label "Charter"@en ; a f:Treaty ; <https://schema.org/url>
  <https://treaties.example/charter> .
provision:one rdfs:label "Article 1"@en ; f:provisionOf instrument:charter .
actor:rebels rdfs:label "Rebels"@en ; a f:NonStateActor .
f:NonStateActor rdfs:label "non-state actor"@en .
publicity:partly skos:prefLabel "partly"@en .
x:promise a f:Commitment ; f:obligor state:a ; f:obligee state:b ; f:instrument instrument:charter ;
  f:commitmentType commitment:defense ; f:publicity publicity:partly ;
  f:namedAdversary actor:rebels ; f:addressesNonState true ; f:basis st:promise .
x:called a f:Act ; rdfs:label "A invoked Article 1." ; f:actKind act:invoked ;
  f:object provision:one ; f:basis st:called .
x:refused a f:Act ; rdfs:label "B refused." ; f:actKind act:refused ; f:object instrument:charter ;
  f:basis st:refused .
"""
SAID = """st:{name} f:statementKind kind:{kind} ; f:inSource source:one ;
  f:modality modality:analyst ; rdfs:label "{name}" .
"""


@pytest.fixture(scope="module")
def invented() -> FlaskClient:
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    text += f"@prefix st: <{BASE}id/statement/a/> . @prefix x: <{BASE}id/x/> .\n{INVENTED}"
    for name, kind in (("promise", "commitment"), ("called", "act"), ("refused", "act")):
        text += SAID.format(name=name, kind=kind)
    store = ox.Store()
    store.load(text.encode(), ox.RdfFormat.TURTLE)
    rival = ox.Quad(
        ox.NamedNode(f"{BASE}id/dispute/a"),
        ox.NamedNode(f"{BASE}ontology#rival"),
        ox.NamedNode(f"{BASE}id/statement/a/called"),
        ox.NamedNode(f"{BASE}graph/disputes"),
    )
    store.add(rival)
    engine = EmbeddedEngine(store)
    served = Served(digest="0" * 64, dataset=())
    settings = Settings(public="http://foedus.example")
    return create_app(served, evaluator=engine, reader=engine, settings=settings).test_client()


def page(client: FlaskClient, path: str) -> Element:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, path
    return read(response.get_data(as_text=True))


@pytest.mark.parametrize("of", ["arrangement/league", "instrument/charter"])
def test_an_invocation_has_what_came_of_it_and_whether_it_is_disputed(
    invented: FlaskClient, of: str
) -> None:
    section = page(invented, f"/doc/id/{of}").section("invoked")
    called, refused = section.all("li", "fact")
    assert "A invoked Article 1." in called.text
    assert "disputed" in called.text
    assert "B refused." in refused.text
    assert "disputed" not in refused.text


def test_a_published_text_has_its_address(invented: FlaskClient) -> None:
    text = page(invented, "/doc/id/instrument/charter").section("text")
    assert "partly" in text.text
    assert "https://treaties.example/charter" in text.links


def test_a_clause_tells_whose_attacks_it_covers(invented: FlaskClient) -> None:
    clause = page(invented, "/doc/id/instrument/charter").one("article", "clause")
    assert "Attacks by non-state actorscovered" in clause.text
    assert "Rebels non-state actor" in clause.text


def test_where_no_source_tells_it_is_silence_and_not_a_no(visit: Visit) -> None:
    text = visit("/doc/id/instrument/saudi-pakistan-smda")
    assert "No source says that it was ever invoked" in text.section("invoked").text
    assert "No source says whether the text is published." in text.section("text").text
    clause = text.section("commitment").all("article", "clause")[0]
    assert "whether it covers attacks by non-state actors" in clause.one("div", "unsaid").text
    planned = visit("/doc/id/arrangement/gcc").section("invoked")
    assert "said, not taken as a fact" in planned.text, "it meant to, which is not that it did"
    said = visit("/doc/id/arrangement/imctc").section("commitment")
    assert "Attacks by non-state actorscovered" in said.text
