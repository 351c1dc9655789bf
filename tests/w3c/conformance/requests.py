"""Requests and expected responses, as the protocol's manifests write them (HTTP in RDF)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from conformance.manifest import MF, Manifest, Node, Test, manifests

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
_STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "BadRequest": 400, "NotFound": 404}
#: The types of documents that ``mf:expectedFormat`` stands for.
FORMATS: Mapping[str, frozenset[str]] = {
    "tabular": frozenset(
        {
            "application/sparql-results+xml",
            "application/sparql-results+json",
            "text/csv",
            "text/tab-separated-values",
        }
    ),
    "boolean": frozenset({"application/sparql-results+xml", "application/sparql-results+json"}),
    "RDF": frozenset(
        {"application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json"}
    ),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a response must be: ``statuses`` are numbers, or classes such as ``4``."""

    statuses: tuple[int, ...]
    format: str = ""
    boolean: bool | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def takes(self, status: int) -> bool:
        """Whether *status* is one of those expected."""
        return status in self.statuses or status // 100 in self.statuses


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``path`` with its query, below the manifest's ``/sparql/`` or ``/gsp``."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    expected: Expected


def requests_of(test: Test) -> list[Request]:
    """The requests of *test*, in their order."""
    entry = ox.NamedNode(test.iri)
    for manifest in manifests():
        action = manifest.object(entry, MF + "action")
        if action is not None:
            head = manifest.object(action, HT + "requests")
            return [_request(manifest, node) for node in manifest.items(head)]
    return []


def _request(manifest: Manifest, node: Node) -> Request:
    response = manifest.object(node, HT + "resp")
    assert response is not None, f"a request of {manifest.address} without a response"
    return Request(
        method=manifest.text(node, HT + "methodName"),
        path=manifest.text(node, HT + "absolutePath"),
        headers=_headers(manifest, node),
        body=_body(manifest, node),
        expected=_expected(manifest, response),
    )


def _expected(manifest: Manifest, node: Node) -> Expected:
    boolean = manifest.text(node, MF + "expectedBoolean")
    statuses = [manifest_status(o.value) for o in manifest.objects(node, MF + "expectedStatus")]  # type: ignore[union-attr]
    return Expected(
        statuses=tuple(statuses),
        format=manifest.text(node, MF + "expectedFormat"),
        boolean=boolean == "true" if boolean else None,
        headers=_headers(manifest, node),
        body=_body(manifest, node).decode(),
    )


def manifest_status(iri: str) -> int:
    """200 for ``hts:OK``, 4 for ``hts:StatusCode4xx``."""
    name = iri.removeprefix(HTS)
    if name in _STATUSES:
        return _STATUSES[name]
    return int(name.removeprefix("StatusCode")[0])


def _headers(manifest: Manifest, node: Node) -> dict[str, str]:
    return {
        manifest.text(header, HT + "fieldName").lower(): manifest.text(header, HT + "fieldValue")
        for header in manifest.items(manifest.object(node, HT + "headers"))
    }


def _body(manifest: Manifest, node: Node) -> bytes:
    body = manifest.object(node, HT + "body")
    if body is None:
        return b""
    coding = manifest.text(body, CNT + "characterEncoding") or "UTF-8"
    return manifest.text(body, CNT + "chars").encode(coding)
