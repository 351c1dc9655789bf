"""The report of a run, in the Evaluation and Report Language (EARL 1.0 Schema).

One assertion for each test of the manifests: passed, failed, inapplicable (what the service does
not claim), or untested.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from conformance.manifest import APART, CHECKOUT, RDF, Test
from foedus import __version__

EARL = "http://www.w3.org/ns/earl#"
DC = "http://purl.org/dc/terms/"
DOAP = "http://usefulinc.com/ns/doap#"
FOAF = "http://xmlns.com/foaf/0.1/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROJECT = "https://w3id.org/foedus/program"
REPORT = CHECKOUT / "build" / "earl.ttl"
_PREFIXES = {"earl": EARL, "dc": DC, "doap": DOAP, "foaf": FOAF, "xsd": XSD}


def outcome(test: Test, outcomes: Mapping[str, str]) -> str:
    """``passed``, ``failed``, ``inapplicable`` or ``untested``."""
    return outcomes.get(test.id, "inapplicable" if test.apart else "untested")


def write(
    tests: Iterable[Test],
    outcomes: Mapping[str, str],
    notes: Mapping[str, str],
    path: Path = REPORT,
) -> None:
    """Write the report; *notes* say why a test failed."""
    subject = ox.NamedNode(PROJECT)
    day = ox.Literal(
        datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        datatype=ox.NamedNode(XSD + "dateTime"),
    )
    triples = [
        _triple(subject, RDF + "type", ox.NamedNode(DOAP + "Project")),
        _triple(subject, RDF + "type", ox.NamedNode(EARL + "Software")),
        _triple(subject, RDF + "type", ox.NamedNode(EARL + "TestSubject")),
        _triple(subject, DOAP + "name", ox.Literal("Foedus")),
        _triple(subject, DOAP + "revision", ox.Literal(__version__)),
        _triple(subject, DOAP + "programming-language", ox.Literal("Python")),
    ]
    for number, test in enumerate(tests):
        assertion, result = ox.BlankNode(f"a{number}"), ox.BlankNode(f"r{number}")
        name = outcome(test, outcomes)
        triples += [
            _triple(assertion, RDF + "type", ox.NamedNode(EARL + "Assertion")),
            _triple(assertion, EARL + "assertedBy", subject),
            _triple(assertion, EARL + "subject", subject),
            _triple(assertion, EARL + "test", ox.NamedNode(test.iri)),
            _triple(assertion, EARL + "mode", ox.NamedNode(EARL + "automatic")),
            _triple(assertion, EARL + "result", result),
            _triple(result, RDF + "type", ox.NamedNode(EARL + "TestResult")),
            _triple(result, EARL + "outcome", ox.NamedNode(EARL + name)),
            _triple(result, DC + "date", day),
        ]
        note = notes.get(test.id) or APART.get(test.apart, "")
        if note:
            triples.append(_triple(result, EARL + "info", ox.Literal(note)))
    path.parent.mkdir(parents=True, exist_ok=True)
    ox.serialize(triples, output=str(path), format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)


def table(tests: Iterable[Test], outcomes: Mapping[str, str], notes: Mapping[str, str]) -> str:
    """The counts by suite, as lines to print; *notes* is of the failed ones."""
    suites: dict[str, Counter[str]] = {}
    apart: Counter[str] = Counter()
    for test in tests:
        if test.apart:
            apart[test.apart] += 1
        else:
            suites.setdefault(test.suite, Counter())[outcome(test, outcomes)] += 1
    lines = [f"{'suite':24}{'passed':>8}{'failed':>8}{'untested':>10}"]
    total: Counter[str] = Counter()
    for suite, counts in sorted(suites.items()):
        lines.append(_line(suite, counts))
        total += counts
    lines.append(_line("all that are run", total))
    lines += [f"{count:4} apart: {APART[reason]}" for reason, count in sorted(apart.items())]
    lines += [f"   failed, as expected: {name}: {note}" for name, note in sorted(notes.items())]
    return "\n".join(lines)


def _line(name: str, counts: Counter[str]) -> str:
    return f"{name:24}{counts['passed']:8}{counts['failed']:8}{counts['untested']:10}"


def _triple(
    s: ox.NamedNode | ox.BlankNode, p: str, o: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Triple:
    return ox.Triple(s, ox.NamedNode(p), o)
