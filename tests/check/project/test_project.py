"""The gate over projects that know nothing of Foedus: their files, their layout, their mistakes."""

from collections.abc import Mapping
from pathlib import Path

import pyshacl
import pytest
from click.testing import CliRunner, Result

from foedus.check.project import (
    FILE,
    check_project,
    find_project,
    guess_project,
    project_of,
    shapes,
    write_configuration,
)
from foedus.check.result import CheckReport, StageResult
from foedus.cli import main
from foedus.findings import CannotRun, Finding

ONTOLOGY = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/zoo#> .

<http://example.org/zoo> a owl:Ontology .

ex:Animal a owl:Class ; rdfs:label "animal"@en ; rdfs:comment "What eats."@en .
ex:Fish a owl:Class ; rdfs:label "fish"@en ; rdfs:comment "Swims."@en ;
    rdfs:subClassOf ex:Animal .
ex:eats a owl:ObjectProperty ; rdfs:label "eats"@en ; rdfs:comment "Feeds on."@en .
ex:Plant a owl:Class ; rdfs:label "plant"@en ; rdfs:comment "Grows."@en ;
    owl:disjointWith ex:Animal .
"""
DATA = """@prefix ex: <http://example.org/zoo#> .
<tom> a ex:Fish ; ex:eats <grass> .
<grass> a ex:Plant .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/zoo#> .
<eaters> a sh:NodeShape ; sh:targetClass ex:Animal ;
    sh:property [ sh:path ex:eats ; sh:minCount 1 ] .
"""
QUESTION = """#+ summary = "Who eats plants?"
#+ columns = ["n"]
#+ rows = [["1"]]
PREFIX ex: <http://example.org/zoo#>
SELECT (COUNT(?who) AS ?n) { ?who ex:eats/a ex:Plant }
"""
FILES = {"zoo.ttl": ONTOLOGY, "facts/a.ttl": DATA, "rules.ttl": SHAPES, "q/plants.rq": QUESTION}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def checked(root: Path, *stages: str) -> CheckReport:
    project = project_of(root)
    assert project is not None
    return check_project(project, chosen=stages or None)


def only(report: CheckReport) -> Finding:
    (finding,) = report.findings
    return finding


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def test_files_are_told_apart_by_what_is_in_them(zoo: Path) -> None:
    project = guess_project(zoo)
    assert project is not None
    rooms = {
        room: [project.relative(p) for p in project.files(room)]
        for room in ("ontology", "data", "shapes", "queries")
    }
    assert rooms == {
        "ontology": ["zoo.ttl"],
        "data": ["facts/a.ttl"],
        "shapes": ["rules.ttl"],
        "queries": ["q/plants.rq"],
    }


def test_a_sound_project_passes_and_every_stage_says_what_it_did(zoo: Path) -> None:
    report = checked(zoo)
    assert report.findings == ()
    assert report.exit_code == 0
    stages = {stage.name: stage for stage in report.stages}
    assert stages["ontology"].checked["proofs by HermiT"] == 1
    assert stages["shapes"].checked == {"shapes": 1, "focus nodes": 1, "triples": 18}
    assert stages["questions"].checked == {"questions": 1}
    assert "layout of Foedus only" in stages["evidence"].skipped[0]
    assert "layout of Foedus only" in stages["release"].skipped[0]


def test_a_broken_file_is_one_finding_at_its_place_and_the_others_are_checked(zoo: Path) -> None:
    write(zoo, {"facts/b.ttl": "<a> <b> .\n"})
    report = checked(zoo, "syntax", "shapes")
    finding = only(report)
    assert (finding.rule, str(finding.file), finding.line, finding.column) == (
        "syntax",
        "facts/b.ttl",
        1,
        9,
    )
    assert report.stages[1].checked["focus nodes"] == 1


def test_a_name_that_the_ontology_does_not_declare_is_pointed_at(zoo: Path) -> None:
    write(zoo, {"facts/b.ttl": "@prefix ex: <http://example.org/zoo#> .\n<x> a ex:Bird .\n"})
    finding = only(checked(zoo, "syntax"))
    assert finding.rule == "undeclared-term"
    assert (str(finding.file), finding.line, finding.column, finding.end_column) == (
        "facts/b.ttl",
        2,
        7,
        14,
    )


def test_a_shape_that_is_broken_by_the_data_points_to_the_end_of_the_block(zoo: Path) -> None:
    write(zoo, {"facts/b.ttl": "@prefix ex: <http://example.org/zoo#> .\n<x> a ex:Fish .\n"})
    finding = only(checked(zoo, "shapes"))
    assert (str(finding.file), finding.line, finding.column) == ("facts/b.ttl", 2, 14)


def test_a_shape_that_meets_nothing_is_a_finding(zoo: Path) -> None:
    write(zoo, {"rules.ttl": SHAPES.replace("targetClass ex:Animal", "targetClass ex:Bird")})
    assert only(checked(zoo, "shapes")).rule == "shape-unmet"


def test_contradictions_and_impossible_classes_are_found(zoo: Path) -> None:
    impossible = 'ex:Alga a owl:Class ; rdfs:label "alga" ; rdfs:comment "Both." ;\n'
    impossible += "    rdfs:subClassOf ex:Plant, ex:Animal .\n"
    write(zoo, {"zoo.ttl": ONTOLOGY + impossible})
    finding = only(checked(zoo, "ontology"))
    assert (finding.rule, finding.line) == ("unsatisfiable", 13)
    write(zoo, {"facts/a.ttl": DATA + "<tom> a ex:Plant .\n"})
    assert [f.rule for f in checked(zoo, "ontology").findings] == ["inconsistent"]


def test_what_hermit_cannot_take_is_said_and_left_out(zoo: Path) -> None:
    day = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    day += 'ex:born a owl:DatatypeProperty ; rdfs:label "b" ; rdfs:comment "c" ;\n'
    day += "    rdfs:range xsd:date .\n"
    write(zoo, {"zoo.ttl": ONTOLOGY + day})
    (stage,) = checked(zoo, "ontology").stages
    assert stage.checked["proofs by HermiT"] == 1
    assert "datatypes that HermiT does not know" in stage.skipped[0]


def test_a_question_that_is_answered_otherwise_fails(zoo: Path) -> None:
    write(zoo, {"q/plants.rq": QUESTION.replace('"1"', '"2"')})
    assert only(checked(zoo, "questions")).rule == "question"


def test_rdf_xml_and_json_ld_are_read_too(tmp_path: Path) -> None:
    owl = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:owl="http://www.w3.org/2002/07/owl#">'
        '<owl:Ontology rdf:about="http://example.org/o"/>'
        '<owl:Class rdf:about="http://example.org/o#Thing1"/></rdf:RDF>'
    )
    data = '{"@id": "http://example.org/x", "@type": "http://example.org/o#Thing1"}'
    write(tmp_path, {"o.owl": owl, "d.jsonld": data})
    report = checked(tmp_path)
    assert {f.rule for f in report.findings} == {"term-without-label", "term-without-definition"}
    assert all(str(f.file) == "o.owl" for f in report.findings)


def test_a_configuration_written_by_init_describes_the_same_project(zoo: Path) -> None:
    guessed = guess_project(zoo)
    assert guessed is not None
    assert run("init", str(zoo)).exit_code == 0
    found = find_project(zoo)
    assert found is not None
    for room in ("ontology", "data", "shapes", "queries"):
        assert found.files(room) == guessed.files(room)
    again = run("init", str(zoo))
    assert again.exit_code == 2
    assert "is there already" in again.output


def test_names_of_files_with_brackets_and_quotes_are_written_as_patterns(tmp_path: Path) -> None:
    write(tmp_path, {'odd [1] "x".ttl': ONTOLOGY, "other.ttl": DATA})
    project = guess_project(tmp_path)
    assert project is not None
    (tmp_path / FILE).write_text(write_configuration(project), "utf-8")
    found = find_project(tmp_path)
    assert found is not None
    assert found.files("ontology") == project.files("ontology")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check", "not TOML"),
        ("[tool]\n", "expected one table, [check]"),
        ('[check]\nontologies = ["a"]\n', "unknown ontologies"),
        ('[check]\nontology = "zoo.ttl"\n', "a list of texts"),
        ('[check]\nontology = ["no/*.ttl"]\n', "matches no file"),
        ('[check]\nontology = ["/etc/*"]\n', "is no pattern here"),
        ('[check]\nday = "soon"\n', "is a date"),
    ],
)
def test_a_wrong_configuration_says_what_was_expected(zoo: Path, text: str, said: str) -> None:
    (zoo / FILE).write_text(text, "utf-8")
    with pytest.raises(CannotRun) as caught:
        find_project(zoo)
    assert said in str(caught.value)
    assert run("check", str(zoo)).exit_code == 2


def test_links_in_a_circle_and_hidden_folders_are_passed_over(zoo: Path) -> None:
    (zoo / "facts" / "loop").symlink_to(zoo, target_is_directory=True)
    write(zoo, {".hidden/x.ttl": "broken", "node_modules/y.ttl": "broken"})
    assert checked(zoo, "syntax").findings == ()


def test_a_folder_without_rdf_is_no_project(tmp_path: Path) -> None:
    assert project_of(tmp_path) is None
    assert run("init", str(tmp_path)).exit_code == 2
    assert run("check", str(tmp_path)).exit_code == 2


def test_our_own_layout_is_not_taken_for_somebody_elses(content_dir: Path) -> None:
    assert project_of(content_dir) is None


def test_the_shacl_vocabulary_that_pyshacl_ships_is_checked_with_places(tmp_path: Path) -> None:
    shacl = Path(pyshacl.__file__).parent / "assets" / "shacl.ttl"
    write(tmp_path, {"shacl.ttl": shacl.read_text("utf-8")})
    report = checked(tmp_path)
    assert report.exit_code == 1
    assert all(f.line and f.rule == "term-without-definition" for f in report.findings)
    assert {f.focus for f in report.findings} == {"http://www.w3.org/ns/shacl#TripleRule"}


def test_many_triples_are_judged_by_the_store_with_the_same_findings(
    zoo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(zoo, {"facts/b.ttl": "@prefix ex: <http://example.org/zoo#> .\n<x> a ex:Fish .\n"})
    (by_pyshacl,) = checked(zoo, "shapes").stages
    monkeypatch.setattr(shapes, "LARGE", 0)
    (by_store,) = checked(zoo, "shapes").stages
    assert by_store.checked == by_pyshacl.checked

    def said(stage: StageResult) -> list[tuple[object, ...]]:
        return [(f.rule, f.severity, f.focus, f.path, f.place) for f in stage.findings]

    assert said(by_store) == said(by_pyshacl)
    assert by_store.findings
