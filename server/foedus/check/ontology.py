"""The ontology stage: hygiene, one query file for each rule, and what HermiT proves.

A rule of hygiene is a file ``hygiene/<rule>.rq`` of this package: a SELECT of the terms that break
it as ``?term`` (and ``?value``), with ``#+ severity``, ``#+ message`` and ``#+ remedy`` above; in
the message ``{term}`` and ``{value}`` are filled in. ``#+ missing`` names the property that should
be there: the finding stands where it can be added. ``#+ over = "release"`` marks those that need
the facts, which the release stage runs. Consistency, classes
without possible members and inferred types are proven when a release is built: this stage reports
what the proof said, and which types one of the ways to classify cannot give.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import pyoxigraph as ox

from foedus.check.inputs import RDF_TYPE, Inputs
from foedus.check.result import StageResult
from foedus.content.names import BASE, prefixes, shorten
from foedus.findings import CannotRun, ContentError, Finding, Severity
from foedus.graph.closure import underivable
from foedus.graph.reasoning import terminology

#: Rules of the proof that HermiT makes during a build; they are this stage's findings.
PROOF = frozenset({"inconsistent", "unsatisfiable", "type-proof"})
_OWL = "http://www.w3.org/2002/07/owl#"
_KINDS = {
    "classes": ("Class",),
    "properties": ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
}


@dataclass(frozen=True, slots=True)
class Hygiene:
    """One rule: its id, what it says, and the query that finds what breaks it."""

    rule: str
    severity: Severity
    message: str
    remedy: str
    query: str
    over: str
    missing: str = ""


def hygiene_rules(over: str = "content") -> list[Hygiene]:
    """The rules of hygiene over the content or over a release, by their ids."""
    rules = []
    for file in sorted(files("foedus.check").joinpath("hygiene").iterdir(), key=lambda f: f.name):
        text = file.read_text(encoding="utf-8")
        head = tomllib.loads(
            "\n".join(line[2:] for line in text.split("\n") if line.startswith("#+"))
        )
        rules.append(
            Hygiene(
                file.name.removesuffix(".rq"),
                Severity(head["severity"]),
                head["message"],
                head["remedy"],
                text,
                head.get("over", "content"),
                head.get("missing", ""),
            )
        )
    return [rule for rule in rules if rule.over == over]


def check_ontology(inputs: Inputs) -> StageResult:
    """Run every rule of hygiene, then report the proof."""
    store, default = inputs.reading.store, ox.DefaultGraph()
    checked = {
        name: len(
            {
                quad.subject
                for kind in kinds
                for quad in store.quads_for_pattern(
                    None, RDF_TYPE, ox.NamedNode(_OWL + kind), default
                )
                if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE)
            }
        )
        for name, kinds in _KINDS.items()
    }
    rules = hygiene_rules()
    findings = [finding for rule in rules for finding in broken_terms(inputs, rule, store)]
    skipped: list[str] = []
    stopped: str | None = None
    if inputs.make_release is None:
        skipped.append("consistency: no release is built here, so HermiT proves nothing")
    else:
        inputs.tell("HermiT")
        try:
            _ = inputs.release
            checked["proofs by HermiT"] = 1
            skipped += [
                f"{shorten(cls)} by owlrl: {why}"
                for cls, why in sorted(underivable(terminology(store)).items())
            ]
        except ContentError as error:
            proof = [finding for finding in error.findings if finding.rule in PROOF]
            findings += proof
            if not proof:
                skipped.append("consistency: the content does not build, see the release stage")
        except CannotRun as error:
            stopped = str(error)
    return StageResult(
        "ontology",
        {**checked, "rules of hygiene": len(rules)},
        tuple(findings),
        tuple(skipped),
        stopped,
    )


def broken_terms(inputs: Inputs, rule: Hygiene, store: ox.Store) -> Iterator[Finding]:
    """A finding for each term that breaks a rule in *store*."""
    answer = store.query(rule.query, prefixes=dict(prefixes()))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    rows = sorted({tuple(_text(row[name]) for name in names) for row in answer})
    for row in rows:
        values = dict(zip(names, row, strict=True))
        yield Finding(
            rule.rule,
            rule.message.format(
                term=shorten(values["term"]), value=shorten(values.get("value", ""))
            ),
            rule.severity,
            **inputs.places.block(values["term"]),
            focus=values["term"],
            value=values.get("value") or None,
            path=rule.missing or None,
            insert=f' ;\n    {rule.missing} "…"@en' if rule.missing else None,
            remedy=rule.remedy,
        )


def _text(term: object) -> str:
    return str(getattr(term, "value", "") or "")
