"""The stages as they apply to somebody else's project, each saying what it could not do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from foedus.check.ontology import Hygiene, hygiene_rules
from foedus.check.project.reading import OWL, RDF_TYPE, ProjectReading, namespace
from foedus.check.questions import ask_question
from foedus.check.result import StageResult
from foedus.content.names import prefixes, shorten
from foedus.content.questions import read_question
from foedus.engine.embedded import EmbeddedEngine
from foedus.findings import CannotRun, ContentError, Finding, Severity
from foedus.graph import reasoning

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LOGICAL = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", _RDFS, OWL)
_SPOKEN = frozenset(_RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy"))

_XSD = "http://www.w3.org/2001/XMLSchema#"

#: Datatypes of the OWL 2 datatype map, or that HermiT takes for one; on others it stops.
_DATATYPES = frozenset(
    _XSD + name
    for name in (  # noqa: SIM905
        "string boolean integer decimal float double long int short byte nonNegativeInteger "
        "positiveInteger nonPositiveInteger negativeInteger unsignedLong unsignedInt "
        "unsignedShort unsignedByte dateTime dateTimeStamp anyURI normalizedString token language"
    ).split()
)

#: Rules of hygiene that hold in any ontology, and how bad it is to break them there. The others
#: are habits of this house.
RULES = {
    "subclass-cycle": Severity.ERROR,
    "property-of-two-kinds": Severity.ERROR,
    "class-and-individual": Severity.WARNING,
    "domain-or-range-undeclared": Severity.WARNING,
    "label-of-two-classes": Severity.WARNING,
    "term-with-two-labels": Severity.WARNING,
    "term-without-label": Severity.WARNING,
    "term-without-definition": Severity.WARNING,
}
_OURS = re.compile(
    r"STRSTARTS\(\s*STR\(\?term\),\s*(?:\"https://w3id\.org/foedus/[^\"]*\"|STR\(f:\))\s*\)"
)


def check_syntax(reading: ProjectReading) -> StageResult:
    """Every file parses; every name of the project's own namespaces is declared."""
    project = reading.project
    findings = list(reading.findings)
    for path in project.files("queries"):
        try:
            read_question(path, path.stem)
        except ContentError as error:
            findings += error.findings
    every = {path for room in ("ontology", "data", "shapes") for path in project.files(room)}
    checked = {"RDF files": len(every), "question files": len(project.files("queries"))}
    skipped = []
    if reading.findings:
        skipped.append("names: some files could not be read, and may declare what others use")
    elif not reading.namespaces:
        skipped.append(
            "names: no namespace is known to be declared here; say namespaces = […] in foedus.toml"
        )
    else:
        names, found = _undeclared(reading)
        checked["names used"] = names
        findings += found
    return StageResult("syntax", checked, tuple(findings), tuple(skipped))


def _undeclared(reading: ProjectReading) -> tuple[int, list[Finding]]:
    """How many names of the project's namespaces are used, and those that nobody declares."""
    declared = {
        triple.subject.value
        for triple in reading.of("ontology", "data", "shapes")
        if isinstance(triple.subject, ox.NamedNode)
    }
    uses: dict[str, tuple[Path, str | None]] = {}
    for path, quads in reading.quads.items():
        for quad in quads:
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else None
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and namespace(term.value) in reading.namespaces:
                    uses.setdefault(term.value, (path, subject))
    findings = []
    for iri in sorted(uses.keys() - declared):
        path, subject = uses[iri]
        findings.append(
            Finding(
                "undeclared-term",
                f"{iri} is used and nowhere declared",
                Severity.WARNING,
                **(reading.places.term(path, iri, subject) or {"file": path}),
                focus=subject,
                value=iri,
                remedy="Correct the name, or declare it in the ontology.",
            )
        )
    return len(uses), findings


def check_ontology(reading: ProjectReading) -> StageResult:
    """Hygiene that holds anywhere; consistency and classes without possible members by HermiT."""
    if not reading.project.files("ontology"):
        return StageResult("ontology", skipped=("there is no ontology among the files",))
    store = ox.Store()
    store.extend(
        ox.Quad(t.subject, t.predicate, t.object, ox.DefaultGraph()) for t in reading.of("ontology")
    )
    rules = _rules()
    findings = [found for rule in rules for found in _broken(reading, rule, store)]
    classes = {
        quad.subject
        for kind in (OWL + "Class", _RDFS + "Class")
        for quad in store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(kind), None)
    }
    checked = {"classes": len(classes), "rules of hygiene": len(rules)}
    try:
        proof, skipped = _prove(reading)
    except reasoning.ReasonerLimit as error:
        return StageResult("ontology", checked, tuple(findings), could_not_run=str(error))
    if proof is not None:
        checked["proofs by HermiT"] = 1
        findings += proof
    return StageResult("ontology", checked, tuple(findings), tuple(skipped))


def _rules() -> list[Hygiene]:
    """The rules of :data:`RULES`; a file of the folder ``hygiene`` here stands for ours."""
    own = {
        file.name.removesuffix(".rq"): file.read_text(encoding="utf-8")
        for file in files("foedus.check.project").joinpath("hygiene").iterdir()
    }
    return [
        _instead(rule, own[rule.rule]) if rule.rule in own else rule
        for rule in hygiene_rules()
        if rule.rule in RULES
    ]


def _instead(rule: Hygiene, text: str) -> Hygiene:
    lines = (line[2:] for line in text.split("\n") if line.startswith("#+"))
    head = tomllib.loads("\n".join(lines))
    return replace(rule, query=text, message=head["message"], remedy=head["remedy"])


def _broken(reading: ProjectReading, rule: Hygiene, store: ox.Store) -> Iterator[Finding]:
    own = " || ".join(f'STRSTARTS(STR(?term), "{n}")' for n in reading.namespaces) or "true"
    answer = store.query(_OURS.sub(f"({own})", rule.query), prefixes=dict(prefixes()))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for row in sorted(
        {tuple(str(getattr(row[n], "value", "") or "") for n in names) for row in answer}
    ):
        values = {name: shorten(text) for name, text in zip(names, row, strict=True)}
        yield reading.placed(
            Finding(
                rule.rule,
                rule.message.format(**{"value": "", **values}),
                RULES[rule.rule],
                focus=row[names.index("term")],
                remedy=rule.remedy,
            )
        )


def _prove(reading: ProjectReading) -> tuple[list[Finding] | None, list[str]]:
    """What HermiT says of ontology and data; ``None`` where it could not run, with the reason."""
    triples, left_out = _reasoned(reading)
    skipped = [f"consistency: {what}" for what in left_out]
    try:
        verdict = reasoning.classify(triples)
    except reasoning.ReasonerLimit:
        raise
    except CannotRun as error:
        reason = str(error).split("\n")[0]
        return None, [*skipped, f"consistency: {reason}"]
    except Exception as error:  # owlready2 raises what its reading runs into
        kind = type(error).__name__
        return None, [
            *skipped,
            f"consistency: owlready2 cannot read the ontology ({kind}: {error})",
        ]
    if not verdict.consistent:
        clash = Finding(
            "inconsistent",
            "the ontology and the data contradict each other: nothing can be as they say",
            remedy="Take out the newest axioms or facts until it is consistent.",
        )
        return [clash], skipped
    return [
        reading.placed(
            Finding(
                "unsatisfiable",
                f"{shorten(iri)} can have no member: its definition contradicts the ontology",
                focus=iri,
            )
        )
        for iri in verdict.unsatisfiable
    ], skipped


def _reasoned(reading: ProjectReading) -> tuple[list[ox.Triple], list[str]]:
    """The triples that are axioms or facts to OWL, and what was left out for HermiT's sake."""
    triples = list(reading.of("ontology", "data"))
    kinds: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            kinds.setdefault(triple.object.value, set()).add(str(triple.subject))
    objects = kinds.get(OWL + "ObjectProperty", set())
    literals = kinds.get(OWL + "DatatypeProperty", set())
    classes = kinds.get(OWL + "Class", set())
    kept, foreign, punned = [], 0, 0
    for triple in triples:
        name = str(triple.predicate)
        logical = triple.predicate.value.startswith(_LOGICAL)
        if triple.predicate.value in _SPOKEN or not (
            logical or name in objects or name in literals
        ):
            continue
        datatype = _datatype(triple, logical)
        if datatype and datatype not in _DATATYPES:
            foreign += 1
        elif (
            triple.predicate == RDF_TYPE
            and str(triple.subject) in classes
            and not (
                isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(_LOGICAL)
            )
        ):
            punned += 1
        else:
            kept.append(triple)
    notes = []
    if foreign:
        notes.append(f"{foreign} triples with datatypes that HermiT does not know were left out")
    if punned:
        notes.append(f"{punned} types of classes as individuals were left out (punning)")
    return kept, notes


def _datatype(triple: ox.Triple, logical: bool) -> str | None:
    """The datatype that a triple brings in: of its literal, or the range it names."""
    if isinstance(triple.object, ox.Literal):
        return None if triple.object.language else triple.object.datatype.value
    value = triple.object
    if logical and isinstance(value, ox.NamedNode) and value.value.startswith(_XSD):
        return value.value
    return None


def check_questions(reading: ProjectReading) -> StageResult:
    """Every question with an answer is answered by ontology and data as somebody wrote down."""
    project = reading.project
    if not project.files("queries"):
        return StageResult("questions", skipped=("there are no questions with answers (#+ lines)",))
    store = ox.Store()
    for room in ("ontology", "data"):
        for path in project.files(room):
            store.extend(reading.quads.get(path, ()))
    engine = EmbeddedEngine(store)
    findings: list[Finding] = []
    asked = 0
    for path in project.files("queries"):
        try:
            question = read_question(path, project.relative(path.with_suffix("")))
        except ContentError:
            continue  # the syntax stage says so
        asked += 1
        findings += (reading.placed(found) for found in ask_question(engine, question, project.day))
    return StageResult("questions", {"questions": asked}, tuple(findings))


def check_evidence(_reading: ProjectReading) -> StageResult:
    """Passages and texts are of statements in the layout of Foedus."""
    return StageResult(
        "evidence", skipped=("statements with passages are part of the layout of Foedus only",)
    )


def check_release(_reading: ProjectReading) -> StageResult:
    """Releases are made of content in the layout of Foedus."""
    return StageResult("release", skipped=("a release is made of the layout of Foedus only",))
