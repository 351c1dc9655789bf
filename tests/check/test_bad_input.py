"""What curators' machines do to files: each is a finding at its place, and the rest is checked."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from foedus.check.fixes import fixes
from foedus.check.project import check_project, project_of
from foedus.cli import main
from foedus.content.locate import Content
from foedus.content.spans import read_spans
from foedus.findings import CannotRun
from foedus.graph.reasoning import classify

from .conftest import Small, turtle

STAGE = ("syntax",)

UNTIDY = {
    "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
    "line-ends": lambda data: data.replace(b"\n", b"\r\n"),
    "trailing-blanks": lambda data: data.replace(b" .\n", b" . \t\n", 1),
    "last-line-end": lambda data: data.rstrip(b"\n"),
}


@pytest.mark.parametrize("rule", sorted(UNTIDY))
@pytest.mark.parametrize("name", [Small.THINGS, Small.STATEMENTS])
def test_untidy_bytes_are_told_repaired_and_then_gone(small: Small, rule: str, name: str) -> None:
    path = small.root / name
    clean = path.read_bytes()
    path.write_bytes(UNTIDY[rule](clean))
    (finding,) = small.found(rule, STAGE)
    assert finding.file == Path(name)
    assert finding.line
    assert not [f for f in small.last.findings if f.rule == "syntax"]  # type: ignore[union-attr]
    for change in fixes(Content(small.root)):
        assert rule in change.what
        assert change.diff().startswith(f"# {name}: ")
        change.write()
    assert path.read_bytes() == clean
    assert not fixes(Content(small.root))


def test_a_text_that_means_its_line_ends_is_not_repaired(small: Small) -> None:
    path = small.write("data/things/more.ttl", "")
    path.write_bytes(b'<x:a> <x:b> """one\r\ntwo""" .\n')
    assert [change.name for change in fixes(Content(small.root))] == []


def test_a_dry_run_shows_the_difference_and_writes_nothing(small: Small) -> None:
    path = small.root / small.STATEMENTS
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    f:role", "  f:role"), encoding="utf-8")
    before = path.read_bytes()
    outcome = CliRunner().invoke(main, ["check", str(small.root), "--fix", "--dry-run"])
    assert outcome.exit_code == 1
    assert "+    f:role role:member ;" in outcome.output
    assert path.read_bytes() == before


def test_a_broken_file_of_one_source_leaves_the_others_checked(small: Small) -> None:
    small.write("data/statements/other.ttl", "st:x a\n")
    small.replace(small.STATEMENTS, '"1955-06"', '"1955-06-31"')
    report = small.check("syntax", "shapes", "evidence")
    assert [f.rule for f in report.stages[0].findings] == ["syntax"]
    for stage in report.stages[1:]:
        assert stage.looked
        assert any("other.ttl" in reason for reason in stage.skipped)
    assert [f.rule for f in report.stages[1].findings if f.rule == "date"] == ["date"]


def test_a_broken_file_of_things_leaves_all_others_checked(small: Small) -> None:
    small.write("data/things/more.ttl", "state:zenda a f:State\n")
    small.replace(small.STATEMENTS, '"1955-06"', '"1955-06-31"')
    report = small.check("syntax", "shapes", "evidence")
    assert "syntax" in [f.rule for f in report.stages[0].findings]
    for stage in report.stages[1:]:
        assert stage.looked
        assert any("more.ttl" in reason for reason in stage.skipped)
    assert "date" in [f.rule for f in report.stages[1].findings]


def test_what_a_broken_file_may_declare_is_not_called_missing(small: Small) -> None:
    text = (small.root / small.THINGS).read_text(encoding="utf-8")
    small.write(small.THINGS, text.rstrip().removesuffix("."))
    report = small.check("syntax", "shapes")
    assert [f.rule for f in report.findings if f.focus and "statement/" in f.focus] == []
    assert any("a broken file may say" in reason for reason in report.stages[1].skipped)


def test_an_ontology_on_which_the_reasoner_runs_for_ever_is_stopped_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holes = [f":H{n}" for n in range(11)]
    one_each = "".join(
        f", [ a owl:Restriction ; owl:onProperty :in ; owl:onClass {hole} ; "
        'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ]'
        for hole in holes
    )
    # Twelve pigeons in eleven holes: a tableau tries every way to put them.
    (tmp_path / "holes.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "@prefix : <http://example.org/holes#> .\n"
        "<http://example.org/holes> a owl:Ontology .\n"
        ":in a owl:ObjectProperty .\n"
        + "".join(f"{hole} a owl:Class .\n" for hole in holes)
        + ":Pigeons a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :in ; "
        'owl:minCardinality "12"^^xsd:nonNegativeInteger ], [ a owl:Restriction ; '
        "owl:onProperty :in ; owl:allValuesFrom [ a owl:Class ; "
        f"owl:unionOf ( {' '.join(holes)} ) ] ]{one_each} .\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("FOEDUS_REASONER_SECONDS", "3")
    project = project_of(tmp_path)
    assert project is not None
    report = check_project(project, chosen=["ontology"])
    assert report.exit_code == 2
    (stage,) = report.stages
    assert stage.could_not_run
    assert "no result after 3 seconds" in stage.could_not_run
    assert "\n" not in stage.could_not_run
    assert stage.checked["classes"] >= 12, "what needs no reasoner was looked at"


def test_a_limit_that_is_no_number_of_seconds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("soon", "0", "-1", "inf", "nan"):
        monkeypatch.setenv("FOEDUS_REASONER_SECONDS", wrong)
        with pytest.raises(CannotRun, match="expected seconds"):
            classify([])


def test_a_file_in_another_encoding_is_told_by_its_name_and_place(small: Small) -> None:
    small.write("data/things/more.ttl", "").write_bytes('<x:a> <x:b> "é" .'.encode("utf-16"))
    (finding,) = small.found("syntax", STAGE)
    assert "UTF-16" in finding.message
    assert (finding.line, finding.column) == (1, 1)


def test_a_symbolic_link_in_a_circle_is_told(small: Small) -> None:
    (small.root / "data/things/a.ttl").symlink_to("b.ttl")
    (small.root / "data/things/b.ttl").symlink_to("a.ttl")
    (small.root / "data/around").symlink_to(small.root / "data")
    files = sorted(str(finding.file) for finding in small.found("unread-file", STAGE))
    assert files == ["data/around", "data/things/a.ttl", "data/things/b.ttl"]


def test_tabs_and_a_megabyte_on_one_line_have_exact_columns(small: Small) -> None:
    values = ", ".join(f'"{n}"@en' for n in range(100_000))
    text = turtle("state:zenda a f:State .").replace(
        "a f:State", f"\ta f:State ; rdfs:label {values} ; f:nope 1"
    )
    text = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n" + text
    small.write("data/things/more.ttl", text)
    (finding,) = small.found("undeclared-term", STAGE)
    assert small.said(finding) == "f:nope"
    assert finding.column
    assert finding.column > 1_000_000


def test_a_bad_date_is_told_once_by_the_whole_check(small: Small) -> None:
    from foedus import release
    from foedus.content.texts import Texts

    small.replace(small.STATEMENTS, '"1955-06"', '"1955-06-31"')
    report = release.check(
        Content(small.root), texts=Texts(small.texts), stages=["shapes", "release"]
    )
    dates = [finding for finding in report.findings if finding.rule == "date"]
    assert len(dates) == 1
    assert small.said(dates[0]) == '"1955-06-31"'


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this a ?x } }",
        "SELECT $this FROM <file:///etc/passwd> WHERE { $this a ?x }",
        "SELECT $this WHERE { $this a }",
        "SELECT $this WHERE { LOAD <file:///etc/passwd> }",
    ],
)
def test_a_constraint_that_fails_or_reaches_out_is_told_at_its_shape(
    small: Small, query: str
) -> None:
    small.write(
        "shapes/more.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix f: <https://w3id.org/foedus/ontology#> .\n"
        "<https://w3id.org/foedus/shape/more> a sh:NodeShape ; sh:targetClass f:State ;\n"
        f'    sh:sparql [ sh:select "{query}" ] .\n',
    )
    (finding,) = small.found("shape-broken", ("shapes",))
    assert finding.file == Path("shapes/more.ttl")
    assert finding.line == 3
    assert small.last is not None
    assert small.last.exit_code == 1


def test_a_rule_is_explained_by_its_page() -> None:
    outcome = CliRunner().invoke(main, ["check", "--explain", "date"])
    assert outcome.exit_code == 0
    assert outcome.output.startswith("# date\n")
    assert CliRunner().invoke(main, ["check", "--explain", "no-such"]).exit_code == 2


def test_places_of_a_file_without_triples_are_none() -> None:
    assert read_spans("# nothing\n").quads == []
