"""The W3C suites of the SPARQL 1.1 Protocol and Service Description, against a real server."""

import http.client
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from conformance import results
from conformance.manifest import RDF, SD, Test
from conformance.requests import FORMATS, Expected, Request, requests_of

Answer = tuple[http.client.HTTPResponse, bytes]


def send(address: str, request: Request) -> Answer:
    """The answer of the server at *address*, asked at ``/sparql`` for what says ``/sparql/``."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    path = request.path.replace("/sparql/", "/sparql", 1)
    body = request.body if request.method not in ("GET", "HEAD") else None
    connection.putrequest(request.method, path)
    for name, value in request.headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("content-length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    answer = response, response.read()
    connection.close()
    return answer


def media_type(response: http.client.HTTPResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip()


@pytest.mark.w3c("ProtocolTest")
def test_a_request_is_answered_as_the_protocol_says(service_address: str, test: Test) -> None:
    requests = requests_of(test)
    assert requests
    for request in requests:
        response, body = send(service_address, request)
        assert request.expected.takes(response.status), body.decode()
        if request.expected.format:
            assert media_type(response) in FORMATS[request.expected.format]
        if request.expected.boolean is not None:
            assert results.read(body, media_type(response)) is request.expected.boolean


#: Domain and range of what the vocabulary defines (SPARQL 1.1 Service Description, section 3).
PROPERTIES: dict[str, tuple[str, str]] = {
    "endpoint": ("Service", ""),
    "feature": ("Service", ""),
    "defaultEntailmentRegime": ("Service", ""),
    "entailmentRegime": ("NamedGraph", ""),
    "defaultSupportedEntailmentProfile": ("Service", ""),
    "supportedEntailmentProfile": ("NamedGraph", ""),
    "extensionFunction": ("Service", ""),
    "extensionAggregate": ("Service", ""),
    "languageExtension": ("Service", ""),
    "supportedLanguage": ("Service", ""),
    "propertyFeature": ("Service", ""),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
LANGUAGES = {SD + name for name in ("SPARQL10Query", "SPARQL11Query", "SPARQL11Update")}


@pytest.mark.w3c("ServiceDescriptionTest")
def test_the_service_describes_itself(service_address: str, test: Test) -> None:
    anything = Expected(statuses=(200,))
    response, body = send(service_address, Request("GET", "/sparql", {}, b"", anything))
    assert response.status == 200
    rdf_format = ox.RdfFormat.from_media_type(response.headers["content-type"])
    assert rdf_format is not None
    endpoint = service_address + "/sparql"
    graph = [quad.triple for quad in ox.parse(body, format=rdf_format, base_iri=endpoint)]
    assert graph
    match test.iri.partition("#")[2]:
        case "has-endpoint-triple":
            endpoints = [t.object for t in graph if t.predicate == ox.NamedNode(SD + "endpoint")]
            assert endpoints == [ox.NamedNode(endpoint)]
        case "conforms-to-schema":
            assert not list(breaches(graph))
        case name:
            assert name == "returns-rdf"


def breaches(graph: list[ox.Triple]) -> list[str]:
    """What contradicts the vocabulary of Service Description, or is not in it."""
    found = []
    types: dict[object, set[str]] = {}
    for triple in graph:
        if triple.predicate == ox.NamedNode(RDF + "type") and isinstance(
            triple.object, ox.NamedNode
        ):
            types.setdefault(triple.subject, set()).add(triple.object.value)
    services = [node for node, kinds in types.items() if SD + "Service" in kinds]
    if len(services) != 1:
        found.append(f"{len(services)} services")
    for triple in graph:
        if not triple.predicate.value.startswith(SD):
            continue
        name = triple.predicate.value.removeprefix(SD)
        if name not in PROPERTIES:
            found.append(f"sd:{name} is not defined")
            continue
        domain, range_ = PROPERTIES[name]
        if SD + domain not in types.get(triple.subject, set()):
            found.append(f"sd:{name} of something that is no sd:{domain}")
        if range_ and SD + range_ not in types.get(triple.object, set()):
            found.append(f"sd:{name} leads to something that is no sd:{range_}")
        if isinstance(triple.object, ox.Literal):
            found.append(f"sd:{name} leads to a literal")
        if name == "supportedLanguage" and triple.object.value not in LANGUAGES:  # type: ignore[union-attr]
            found.append(f"{triple.object} is no language")
    return found
