"""The syntax stage, on a small invented content with one defect each."""

import re
from pathlib import Path

from foedus.check.derived import DERIVED

from .conftest import Small, turtle

STAGE = ("syntax",)


def test_a_clean_content_has_no_finding(small: Small) -> None:
    report = small.check(*STAGE)
    assert report.findings == ()
    assert report.exit_code == 0
    assert report.stages[0].checked["files in the layout"] == 2
    assert report.stages[0].checked["names used"] > 100


def test_malformed_turtle_is_told_with_line_and_column(small: Small) -> None:
    line = small.replace(small.STATEMENTS, 'f:begin "1955" ;', 'f:begin "1955"')
    (finding,) = small.found("syntax", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert (finding.line, finding.column) == (line + 1, 5)
    assert small.last is not None
    assert small.last.exit_code == 1


def test_a_broken_file_does_not_hide_another(small: Small) -> None:
    small.write("data/things/broken.ttl", "state:x a f:State .")
    small.write("shapes/broken.ttl", "shape:x a\n")
    files = {finding.file for finding in small.found("syntax", STAGE)}
    assert files == {Path("data/things/broken.ttl"), Path("shapes/broken.ttl")}


def test_a_broken_file_makes_the_later_stages_say_that_they_skipped(small: Small) -> None:
    small.write("data/things/broken.ttl", "state:x a f:State .")
    report = small.check()
    for stage in report.stages[1:]:
        if stage.name not in ("questions", "release"):
            assert stage.skipped
    assert report.exit_code == 1


def test_a_file_that_is_not_utf_8_is_told(small: Small) -> None:
    path = small.root / small.THINGS
    path.write_bytes(path.read_bytes() + "# schön".encode("latin-1"))
    (finding,) = small.found("syntax", STAGE)
    assert "UTF-8" in finding.message
    assert finding.line == path.read_bytes().count(b"\n") + 1


def test_an_undeclared_class_is_told_where_it_stands(small: Small) -> None:
    line = small.replace(small.STATEMENTS, "a f:Commitment", "a f:Comitment")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line, finding.column) == (Path(small.STATEMENTS), line, 14)
    assert finding.remedy is not None
    assert "f:Commitment" in finding.remedy


def test_an_undeclared_property_is_told_where_it_stands(small: Small) -> None:
    line = small.replace(small.STATEMENTS, "f:obligor ", "f:obliger ")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.line, finding.column) == (line, 5)


def test_an_undeclared_concept_is_told_where_it_stands(small: Small) -> None:
    line = small.replace(small.STATEMENTS, "commitment:defense", "commitment:defence")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line) == (Path(small.STATEMENTS), line)
    assert "commitment:defense" in (finding.remedy or "")


def test_an_old_name_needs_no_declaration_and_is_used_nowhere_else(small: Small) -> None:
    small.write("data/curation/renames.ttl", turtle("state:zenda f:renamedTo state:zembla ."))
    assert not small.found("undeclared-term", STAGE)
    line = small.replace(small.STATEMENTS, "f:member state:zembla", "f:member state:zenda")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line) == (Path(small.STATEMENTS), line)


def test_a_fact_written_by_hand_is_told_where_it_stands(small: Small) -> None:
    file = "data/things/more.ttl"
    small.write(file, turtle("state:zembla f:memberOf arrangement:strelsau-pact ."))
    (finding,) = small.found("fact-by-hand", STAGE)
    assert (finding.file, finding.line) == (Path(file), small.line(file, "state:zembla"))


def test_every_shortcut_that_a_rule_makes_is_one_that_nobody_writes(content_dir: Path) -> None:
    made: set[str] = set()
    for path in (content_dir / "ontology" / "rules" / "5-shortcuts").glob("*.rq"):
        template = re.search(r"^CONSTRUCT\s*\{(.*?)\}", path.read_text(), re.DOTALL | re.MULTILINE)
        assert template, path
        made |= set(re.findall(r"\?\w+ f:(\w+) \?", template[1]))
    assert made
    assert made <= DERIVED


def test_an_undeclared_participant_is_told_where_it_stands(small: Small) -> None:
    line = small.replace(small.STATEMENTS, "f:member state:zembla", "f:member state:zemblya")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line) == (Path(small.STATEMENTS), line)
    assert "data/things/" in (finding.remedy or "")


def test_a_foreign_property_that_the_ontology_does_not_declare_is_told(small: Small) -> None:
    things = (small.root / small.THINGS).read_text(encoding="utf-8")
    small.write(small.THINGS, things + "state:zembla <https://schema.org/nope> 1 .\n")
    (finding,) = small.found("undeclared-term", STAGE)
    assert finding.value == "https://schema.org/nope"


def test_a_misspelt_term_of_a_shape_is_told(small: Small) -> None:
    line = small.replace("shapes/naming.ttl", "sh:path f:named ;", "sh:path f:nammed ;")
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line) == (Path("shapes/naming.ttl"), line)


def test_a_misspelt_term_of_shacl_is_told(small: Small) -> None:
    text = (small.root / "shapes/naming.ttl").read_text(encoding="utf-8")
    small.write("shapes/naming.ttl", text.replace("sh:minCount", "sh:minCuont", 1))
    (finding,) = small.found("undeclared-term", STAGE)
    assert finding.value == "http://www.w3.org/ns/shacl#minCuont"


def test_a_misspelt_term_of_a_question_is_told(small: Small) -> None:
    small.write(
        "queries/who.rq",
        '#+ summary = "Who?"\nPREFIX f: <https://w3id.org/foedus/ontology#>\n'
        "SELECT ?m WHERE {\n  ?m f:membre ?x\n}\n",
    )
    (finding,) = small.found("undeclared-term", STAGE)
    assert (finding.file, finding.line) == (Path("queries/who.rq"), 4)


def test_a_question_without_summary_is_told(small: Small) -> None:
    small.write("queries/who.rq", "SELECT * WHERE { ?s ?p ?o }\n")
    (finding,) = small.found("question", STAGE)
    assert finding.file == Path("queries/who.rq")


def test_a_thing_has_no_place_in_the_file_of_a_source(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    end = text.count("\n") + 1
    small.write(small.STATEMENTS, text + "state:zembla f:cowCode 999 .\n")
    (finding,) = small.found("foreign-subject", STAGE)
    assert (finding.file, finding.line) == (Path(small.STATEMENTS), end)


def test_another_layout_is_told_from_the_first_line_that_differs(small: Small) -> None:
    line = small.replace(small.STATEMENTS, "    f:role role:member ;", "  f:role role:member ;")
    (finding,) = small.found("layout", STAGE)
    assert (finding.file, finding.line) == (Path(small.STATEMENTS), line)
    assert "f:role role:member" in (finding.remedy or "")


def test_a_blank_node_has_no_place_in_what_a_source_says(small: Small) -> None:
    small.replace(small.STATEMENTS, "f:agent state:ruritania,", "f:agent [],")
    assert small.found("layout", STAGE)


def test_lines_that_end_otherwise_are_told_once(small: Small) -> None:
    path = small.root / small.STATEMENTS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (finding,) = small.found("line-ends", STAGE)
    assert "CR LF" in finding.message
    assert finding.line == 1
