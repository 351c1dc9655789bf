"""The findings as a SHACL validation report in Turtle (SHACL, section 3.6), whatever the stage.

The rule stands as the constraint component, ``https://w3id.org/foedus/rule/<rule>``. SHACL has no
place for lines: the message of a result begins with them. A finding about no node has its file as
focus node.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from foedus.check.places import steps
from foedus.check.result import CheckReport
from foedus.content.names import BASE
from foedus.findings import Finding, Severity

_SH = "http://www.w3.org/ns/shacl#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SEVERITY = {Severity.ERROR: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
_IRI = re.compile(r"(?:[a-z][a-z0-9+.-]*://|urn:)[^\s<>\"{}|\\^`]+\Z", re.IGNORECASE)
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")


def as_shacl(report: CheckReport) -> str:
    """One ``sh:ValidationReport`` with a result for each finding."""
    node = ox.BlankNode("report")
    conforms = ox.Literal(str(not report.findings).lower(), datatype=_BOOLEAN)
    triples = [
        ox.Triple(node, _RDF_TYPE, _sh("ValidationReport")),
        ox.Triple(node, _sh("conforms"), conforms),
    ]
    for number, finding in enumerate(report.findings, 1):
        result = ox.BlankNode(f"r{number}")
        triples.append(ox.Triple(node, _sh("result"), result))
        triples += _result(result, finding, report)
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"sh": _SH})
    return written.decode("utf-8") if written else ""


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


def _result(node: ox.BlankNode, finding: Finding, report: CheckReport) -> list[ox.Triple]:
    said: list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]] = [
        ("resultSeverity", _sh(_SEVERITY[finding.severity])),
        ("sourceConstraintComponent", ox.NamedNode(f"{BASE}rule/{finding.rule}")),
        ("focusNode", _focus(finding, report)),
        ("resultMessage", ox.Literal(f"{finding.place}: {finding.message}")),
    ]
    more: list[ox.Triple] = []
    asked = steps(finding.path) if finding.path else []
    if len(asked) == 1:
        inverse, iri = asked[0]
        if inverse:
            path = ox.BlankNode(f"{node.value}path")
            more.append(ox.Triple(path, _sh("inversePath"), ox.NamedNode(iri)))
            said.append(("resultPath", path))
        else:
            said.append(("resultPath", ox.NamedNode(iri)))
    if finding.value is not None:
        iri_like = _IRI.match(finding.value)
        said.append(
            ("value", ox.NamedNode(finding.value) if iri_like else ox.Literal(finding.value))
        )
    return [
        ox.Triple(node, _RDF_TYPE, _sh("ValidationResult")),
        *(ox.Triple(node, _sh(name), value) for name, value in said),
        *more,
    ]


def _focus(finding: Finding, report: CheckReport) -> ox.NamedNode | ox.BlankNode:
    if finding.focus and _IRI.match(finding.focus):
        return ox.NamedNode(finding.focus)
    if finding.focus and finding.focus.startswith("_:"):
        return ox.BlankNode("f" + re.sub(r"\W", "x", finding.focus[2:]))
    return ox.NamedNode((report.root / (finding.file or ".")).absolute().as_uri())
