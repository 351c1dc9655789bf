"""The shapes stage: real pySHACL over a small content, one defect each."""

from pathlib import Path

from rdflib import Graph

from foedus.check.inputs import Inputs
from foedus.check.shacl import Shapes, prepare, validate
from foedus.check.shapes import data_graph
from foedus.content.locate import Content
from foedus.content.texts import Texts
from foedus.findings import Severity

from .conftest import Small

STAGE = ("shapes",)


def test_a_clean_content_conforms_and_unmet_shapes_say_so(small_with_examples: Small) -> None:
    report = small_with_examples.check(*STAGE)
    assert {finding.rule for finding in report.findings} == {"shape-unmet"}
    assert {finding.severity for finding in report.findings} == {Severity.INFO}
    assert report.exit_code == 0
    checked = report.stages[0].checked
    assert checked["focus nodes"] > checked["shapes"] > 40
    assert checked["examples"] == 3 * 49


def test_a_shape_that_nothing_meets_is_an_error(small: Small) -> None:
    found = small.found("shape-unmet", STAGE)
    line = small.line("shapes/absence.ttl", "shape:absence ")
    (absence,) = [
        finding for finding in found if finding.focus == "https://w3id.org/foedus/shape/absence"
    ]
    assert absence.severity is Severity.ERROR
    assert (absence.file, absence.line) == (Path("shapes/absence.ttl"), line)


def test_a_statement_without_evidence_is_told_where_it_would_stand(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    small.write(small.STATEMENTS, text.replace(" ;\n    f:evidence ev:signed .", " ."))
    (finding,) = small.found("shape-statement", STAGE)
    assert finding.path == "f:evidence"
    assert finding.file == Path(small.STATEMENTS)
    assert small.ends(finding, small.STATEMENTS, "st:signed a")
    assert finding.insert == " ;\n    f:evidence …  # one f:Evidence"


def test_a_participant_of_the_wrong_class_is_told(small: Small) -> None:
    small.replace(small.STATEMENTS, "f:member state:zembla", "f:member condition:attack")
    (finding,) = small.found("shape-membership", STAGE)
    assert finding.path == "f:member"
    assert small.said(finding) == "condition:attack"
    assert "one statement for each actor" in finding.message


def test_a_property_of_another_kind_is_told(small: Small) -> None:
    small.replace(small.STATEMENTS, "f:role role:member ;", 'f:formerName "Pact"@en ;')
    found = small.found("shape-membership", STAGE)
    assert {finding.path for finding in found} == {"f:role", "f:formerName"}


def test_a_member_of_a_proposal_is_told(small: Small) -> None:
    small.replace(small.THINGS, "a f:SecurityArrangement", "a f:Proposal")
    assert small.found("shape-proposal-without-members", STAGE)


def test_a_defense_commitment_without_its_case_is_told(small: Small) -> None:
    small.replace(small.STATEMENTS, "    f:condition condition:attack ;\n", "")
    (finding,) = small.found("shape-defense-commitment", STAGE)
    assert finding.line == small.line(small.STATEMENTS, "st:defends a")


def test_entry_into_force_before_signature_is_told(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    block = text[text.index("st:signed a") : text.index("ev:signed a")]
    early = block.replace("st:signed", "st:in-force").replace(
        "act:signed", "act:entered-into-force"
    )
    small.write(small.STATEMENTS, text + "\n" + early.replace('"1955-06"', '"1955-05"'))
    (finding,) = small.found("shape-entry-into-force-after-signature", STAGE)
    assert finding.line == small.line(small.STATEMENTS, "st:in-force a")
    assert "1955-06" in finding.message


def test_a_shape_file_that_is_no_turtle_is_told_with_its_line(small: Small) -> None:
    text = (small.root / "shapes/naming.ttl").read_text(encoding="utf-8")
    small.write("shapes/naming.ttl", text.replace("sh:name", "sh:name name", 1))
    line = text.count("\n", 0, text.index("sh:name")) + 1
    (finding,) = small.found("syntax", STAGE)
    assert (finding.file, finding.line) == (Path("shapes/naming.ttl"), line)
    assert small.last is not None
    assert small.last.exit_code == 1


def test_a_shape_that_cannot_be_evaluated_is_named_and_the_others_still_judge(small: Small) -> None:
    text = (small.root / "shapes/membership.ttl").read_text(encoding="utf-8")
    small.write("shapes/membership.ttl", text.replace("sh:minCount 1", 'sh:minCount "one"', 1))
    small.replace(small.STATEMENTS, "    f:condition condition:attack ;\n", "")
    (finding,) = small.found("shape-broken", STAGE)
    assert finding.file == Path("shapes/membership.ttl")
    assert finding.line == small.line("shapes/membership.ttl", "shape:membership")
    assert small.last is not None
    assert any(other.rule == "shape-defense-commitment" for other in small.last.findings)


def test_a_constraint_that_would_ask_the_network_is_broken(small: Small) -> None:
    small.replace(
        "shapes/concepts.ttl",
        "$this f:conceptClass ?class .",
        "SERVICE <http://127.0.0.1:9/> { $this f:conceptClass ?class }",
    )
    (finding,) = small.found("shape-broken", STAGE)
    assert finding.focus == "https://w3id.org/foedus/shape/concept-class"


def test_targets_of_property_shapes_give_the_results_of_nested_ones(small: Small) -> None:
    """What :mod:`foedus.check.shacl` does to shapes for speed changes no result."""
    small.replace(small.STATEMENTS, "f:member state:zembla", "f:formerName state:zembla")
    inputs = Inputs(Content(small.root), Texts(small.texts))
    data = data_graph(inputs).graph
    shapes = Graph()
    for path in inputs.content.files("shapes"):
        if "release" not in path.parts:
            shapes.parse(path)
    flat = prepare(shapes)
    nested = Shapes(shapes, flat.targets, {})
    found, expected = (
        sorted((r.focus, r.path, r.component, r.value, r.message) for r in validate(data, which))
        for which in (flat, nested)
    )
    assert found == expected
    assert len(found) == 2
