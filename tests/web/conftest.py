"""A small release made by hand (an invented pact), served by the real application and engine."""

import datetime
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress import create_server

from foedus.content.questions import Question
from foedus.content.texts import Texts
from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app

TEXT = "Ruritania signed the Pact of Strelsau in 1894. Graustark stayed outside, <b>it said</b>.\n"
PASSAGE = (0, 46)


def dataset() -> str:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    passage = hashlib.sha256(TEXT[slice(*PASSAGE)].encode()).hexdigest()
    return f"""
@prefix f: <https://w3id.org/foedus/ontology#> .
@prefix b: <https://w3id.org/foedus/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix state: <https://w3id.org/foedus/id/state/> .
@prefix arrangement: <https://w3id.org/foedus/id/arrangement/> .
@prefix source: <https://w3id.org/foedus/id/source/> .
@prefix st: <https://w3id.org/foedus/id/statement/hope-1894/> .
@prefix ev: <https://w3id.org/foedus/id/evidence/hope-1894/> .
@prefix modality: <https://w3id.org/foedus/concept/modality/> .
@prefix polarity: <https://w3id.org/foedus/concept/polarity/> .
@prefix tense: <https://w3id.org/foedus/concept/tense/> .
@prefix kind: <https://w3id.org/foedus/concept/kind/> .
@prefix role: <https://w3id.org/foedus/concept/role/> .

<https://w3id.org/foedus/ontology> a owl:Ontology ;
  owl:versionIRI <https://w3id.org/foedus/ontology/0.1.0> .
<https://w3id.org/foedus/release/0/content/ontology/foedus.ttl> rdfs:label "foedus.ttl" .
f:State a owl:Class ; rdfs:label "state"@en ; skos:definition "a state"@en .
f:SecurityArrangement a owl:Class ; rdfs:label "arrangement"@en .
f:Alliance a owl:Class ; rdfs:subClassOf f:SecurityArrangement , [ a owl:Restriction ] .
f:Source a owl:Class . f:Article rdfs:subClassOf f:Source .
f:member a owl:ObjectProperty ; rdfs:label "member"@en .
role:member a skos:Concept ; skos:prefLabel "member"@en ; skos:definition "is in"@en .
modality:encyclopedic skos:prefLabel "encyclopedic"@en .
kind:membership skos:prefLabel "membership"@en .
modality:analyst skos:prefLabel "analyst"@en .
polarity:affirmed skos:prefLabel "affirmed"@en .
polarity:negated skos:prefLabel "negated"@en .
tense:past skos:prefLabel "past"@en .
f:Membership rdfs:subClassOf f:Situation .

state:ruritania a f:State ; rdfs:label "Ruritania"@en , "روريتانيا"@ar ;
  rdfs:comment "A kingdom." .
state:graustark a f:State ; rdfs:label "Graustark <script>alert(1)</script>"@en .
arrangement:strelsau a f:Alliance ; rdfs:label "Pact of Strelsau"@en ; skos:altLabel "the Pact"@en .
source:hope-1894 a f:Article ; rdfs:label "Hope 1894"@en ; f:textDigest "{digest}" .

st:joins a f:Statement ; f:statementKind kind:membership ; f:inSource source:hope-1894 ;
  f:modality modality:encyclopedic ; f:polarity polarity:affirmed ; f:tense tense:past ;
  f:assertedBy source:hope-1894 ; f:evidence ev:joins ; rdfs:label "Ruritania joined in 1894."@en .
st:doubts a f:Statement ; f:statementKind kind:membership ; f:inSource source:hope-1894 ;
  f:modality modality:analyst ; f:polarity polarity:negated ; f:tense tense:past ;
  f:assertedBy state:graustark ; rdfs:label "Graustark denies that Ruritania joined."@en .
ev:joins a f:Evidence ; f:inSource source:hope-1894 ; oa:start {PASSAGE[0]} ; oa:end {PASSAGE[1]} ;
  f:passageDigest "{passage}" .

<https://w3id.org/foedus/id/membership/ruritania.strelsau.member> a f:Membership ;
  rdfs:label "Ruritania: member of the Pact"@en ;
  f:member state:ruritania ; f:arrangement arrangement:strelsau ; f:role role:member ;
  f:basis st:joins ; f:earliestBegin "1894-01-01"^^xsd:date ; f:latestBegin "1894-12-31"^^xsd:date ;
  f:earliestEnd "1914-07-28"^^xsd:date ; f:latestEnd "1914-07-28"^^xsd:date ;
  f:endKind <https://w3id.org/foedus/concept/endkind/ended> .

st:withdrawn a f:Tombstone ; f:withdrawnOn "2026-01-02"^^xsd:date ;
  f:withdrawnBecause "It was <misread>."@en ; f:replacedBy st:joins .
state:zenda f:renamedTo state:ruritania .

<https://w3id.org/foedus/graph/source/hope-1894> {{
  st:joins a f:Membership ; f:member state:ruritania ; f:arrangement arrangement:strelsau ;
    f:role role:member ; f:begin "1894" ; f:evidence ev:joins .
  st:doubts a f:Membership ; f:member state:ruritania ; f:arrangement arrangement:strelsau .
}}
<https://w3id.org/foedus/graph/disputes> {{
  <https://w3id.org/foedus/id/dispute/in-or-out.ruritania> a f:Dispute ;
    f:about arrangement:strelsau ;
    f:rival st:joins , st:doubts ; f:chosen st:joins ; f:reason "The treaty is at hand."@en ;
    rdfs:label "In or out: Ruritania"@en .
}}
"""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("release")
    quads = list(ox.parse(dataset(), format=ox.RdfFormat.TRIG))
    path = folder / "dataset.nq"
    ox.serialize(quads, output=str(path), format=ox.RdfFormat.N_QUADS)
    st = "https://w3id.org/foedus/id/statement/hope-1894/joins"
    return Served(
        digest="0123456789abcdef" * 4,
        dataset=(path,),
        knowledge_end=datetime.date(1900, 1, 1),
        manifest={
            "graphs": {"https://w3id.org/foedus/graph/source/hope-1894": 8},
            "lines": {st: ["data/statements/hope-1894.ttl", 7]},
        },
    )


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "hope.txt").write_text(TEXT, encoding="utf-8", newline="")
    return Texts(folder)


@pytest.fixture(scope="session")
def questions() -> tuple[Question, ...]:
    return (
        Question(
            name="membership/who",
            path=Path("who.rq"),
            text='#+ summary = "Who was in?"\nSELECT ?m { ?x '
            "<https://w3id.org/foedus/ontology#member> ?m }\n",
            summary="Who was in the Pact on 1 January 1900?",
            at=datetime.date(1900, 1, 1),
            columns=("m",),
            rows=(("state:ruritania",),),
            ordered=False,
            answer=None,
            statements=(),
            breaks=None,
            tags=(),
        ),
    )


@pytest.fixture(scope="session")
def settings() -> Settings:
    limits = Limits(workers=2, light_workers=0, query_seconds=1.0, result_rows=5000)
    return replace(
        Settings(public="http://foedus.example/base", show_passages=True, body_bytes=50_000),
        limits=limits,
        url_characters=8000,
    )


@pytest.fixture(scope="session")
def app(
    served: Served, texts: Texts, questions: tuple[Question, ...], settings: Settings
) -> Iterator[Flask]:
    with WorkerPool(*served.dataset, limits=settings.limits) as pool:
        yield create_app(
            served, evaluator=pool, questions=questions, texts=texts, settings=settings
        )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """A real waitress server over the application."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
