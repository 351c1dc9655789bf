"""Rules of hygiene: each finds its defect, and only its defect."""

import pyoxigraph as ox
import pytest

from foedus.check.ontology import hygiene_rules
from foedus.content.names import prefixes
from foedus.findings import ContentError, Finding

from .conftest import Small

GOOD = 'rdfs:label "x"@en ; skos:definition "y"@en ; dcterms:source "Foedus"'

DEFECTS = {
    "term-without-label": 'f:T a owl:Class ; skos:definition "y"@en ; dcterms:source "F" .',
    "term-without-definition": 'f:T a owl:Class ; rdfs:label "x"@en ; dcterms:source "F" .',
    "term-without-source": 'f:T a owl:Class ; rdfs:label "x"@en ; skos:definition "y"@en .',
    "term-with-two-labels": f'f:T a owl:Class ; rdfs:label "z"@en ; {GOOD} .',
    "label-of-two-classes": f"f:T a owl:Class ; {GOOD} . f:A a owl:Class ; {GOOD} .",
    "name-of-class": f"f:t a owl:Class ; {GOOD} .",
    "name-of-property": f"f:T a owl:ObjectProperty ; {GOOD} .",
    "property-of-two-kinds": f"f:t a owl:ObjectProperty, owl:AnnotationProperty ; {GOOD} .",
    "class-and-individual": f"f:T a owl:Class, f:S ; {GOOD} .",
    "domain-or-range-undeclared": f"f:t a owl:ObjectProperty ; rdfs:range f:Gone ; {GOOD} .",
    "subclass-cycle": f"f:T a owl:Class ; rdfs:subClassOf f:S ; {GOOD} . f:S rdfs:subClassOf f:T .",
    "data-property-of-dates": f"f:t a owl:DatatypeProperty ; rdfs:range xsd:date ; {GOOD} .",
    "ontology-with-imports": "f:o owl:imports <http://www.w3.org/ns/prov-o#> .",
    "concept-of-nothing": "role:x f:conceptOf f:Gone .",
    "class-without-individual": f"f:T a owl:Class ; {GOOD} .",
    "property-used-as-class": "f:T a owl:ObjectProperty, owl:Class .",
    "superclass-undeclared": "f:T rdfs:subClassOf f:Gone .",
    "superproperty-of-another-kind": "f:t a owl:ObjectProperty ; "
    "rdfs:subPropertyOf f:s . f:s a owl:DatatypeProperty .",
    "property-cycle": "f:t rdfs:subPropertyOf f:s . f:s rdfs:subPropertyOf f:t .",
    "inverse-of-itself": "f:t owl:inverseOf f:t .",
    "symmetric-with-unequal-ends": "f:t a owl:SymmetricProperty ; "
    "rdfs:domain f:A ; rdfs:range f:B .",
    "label-with-blanks": 'f:T rdfs:label "two  blanks"@en .',
    "text-without-words": 'f:T skos:definition " ..."@en .',
    "definition-of-two-terms": 'f:T a owl:Class ; skos:definition "y"@en . '
    'f:A a owl:Class ; skos:definition "y"@en .',
    "deprecated-in-use": "f:T rdfs:subClassOf f:A . f:A owl:deprecated true .",
    "disjoint-with-its-superclass": "f:T rdfs:subClassOf f:A ; owl:disjointWith f:A .",
}

RULES = {rule.rule: rule for over in ("content", "release") for rule in hygiene_rules(over)}


def broken(rule: str, body: str) -> list[str]:
    table = dict(prefixes())
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table.items())
    store = ox.Store()
    store.load(input=(header + body).encode(), format=ox.RdfFormat.TURTLE)
    answer = store.query(RULES[rule].query, prefixes=table)
    assert isinstance(answer, ox.QuerySolutions)
    return [row["term"].value for row in answer]


def test_every_rule_has_a_defect_here() -> None:
    assert set(DEFECTS) == set(RULES)


@pytest.mark.parametrize("rule", sorted(DEFECTS))
def test_a_rule_finds_its_defect(rule: str) -> None:
    assert broken(rule, DEFECTS[rule])


@pytest.mark.parametrize("rule", sorted(set(DEFECTS) - {"class-without-individual"}))
def test_a_rule_finds_nothing_in_a_sound_term(rule: str) -> None:
    assert not broken(
        rule,
        f"f:Truce a owl:Class ; {GOOD} . f:truceOf a owl:ObjectProperty ; "
        f'rdfs:label "of"@en ; skos:definition "z"@en ; dcterms:source "F" .',
    )


def test_a_defect_of_the_ontology_is_told_with_file_and_line(small: Small) -> None:
    text = (small.root / "ontology/foedus.ttl").read_text(encoding="utf-8")
    small.write("ontology/foedus.ttl", text + "\nf:Truce a owl:Class .\n")
    (finding,) = small.found("term-without-label", ("ontology",))
    assert str(finding.file) == "ontology/foedus.ttl"
    assert finding.line == small.line("ontology/foedus.ttl", "f:Truce")


def test_a_proof_that_was_not_made_is_said(small: Small) -> None:
    (skipped,) = small.check("ontology").stages[0].skipped
    assert "HermiT" in skipped


def test_what_hermit_contradicts_is_a_finding_of_this_stage(small: Small) -> None:
    def build() -> None:
        raise ContentError(Finding("inconsistent", "they clash"), Finding("date", "no date"))

    report = small.check("ontology", "release", make_release=build)
    assert [finding.rule for finding in report.stages[0].findings] == ["inconsistent"]
    assert [finding.rule for finding in report.stages[1].findings] == ["date"]
