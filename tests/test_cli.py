"""The commands as somebody types them, over the real content and over copies with one defect.

Exit codes: 0 done, 1 the gate found something, 2 it could not be done. What ``foedus query`` and
``foedus serve`` do with other data and other addresses is in ``test_cli_query.py``.
"""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from foedus.cli import main
from foedus.content.locate import ROOMS
from foedus.graph.digest import canonical_quads, digest
from foedus.release import Release

SERVER = Path(__file__).resolve().parent.parent / "server"
MEMBERS_ON_A_DAY = "queries/membership/surely-on-a-day.rq"
#: The one source of the small copies, so that the gate is quick over them.
SOURCE = "rfi"
STATEMENTS = f"data/statements/{SOURCE}.ttl"


def foedus(*arguments: object, **environment: str) -> Result:
    """Run a command in this process. A trace is never an answer, whatever the exit code."""
    ran = CliRunner().invoke(main, [str(a) for a in arguments], env=environment)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def fails(ran: Result, *words: str) -> None:
    """The command could not do its work: exit 2, nothing printed, one paragraph that says why."""
    assert ran.exit_code == 2
    assert ran.stdout == ""
    said = ran.stderr[ran.stderr.find("foedus: ") :]
    assert said.startswith("foedus: "), ran.stderr
    assert "\n\n" not in said.strip()
    for word in words:
        assert word in said


def copy_content(root: Path, target: Path, **only: str) -> Path:
    """Copy the four rooms; ``statements="rfi.ttl"`` keeps only that file of a folder of data/."""
    for room in ROOMS:
        shutil.copytree(root / room, target / room)
    for folder, kept in only.items():
        for path in (target / "data" / folder).iterdir():
            if path.name != kept:
                path.unlink()
    if only:  # what curators judge across sources speaks of statements that are not here
        shutil.rmtree(target / "data" / "curation")
    return target


@pytest.fixture(scope="module")
def small_content(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real content with the statements of one source. Never change it: copy it."""
    name = f"{SOURCE}.ttl"
    target = tmp_path_factory.mktemp("small") / "content"
    return copy_content(content_dir, target, statements=name, coverage=name)


@pytest.fixture
def content(small_content: Path, tmp_path: Path) -> Path:
    """A copy of the small content to break."""
    return shutil.copytree(small_content, tmp_path / "content")


@pytest.fixture(scope="module")
def small_home(small_content: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release of the small content. Never change it: copy it."""
    out = tmp_path_factory.mktemp("home")
    ran = foedus("build", small_content, "--out", out)
    assert ran.exit_code == 0, ran.stderr
    return out


@pytest.fixture(scope="module")
def home(release: Release) -> Path:
    """The folder that holds the release of the real content."""
    return release.path.parents[1]


def replace_first(path: Path, pattern: str, new: str) -> int:
    """Replace the first match of *pattern*; the line on which its block begins."""
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, re.DOTALL)
    assert found, f"{path.name} has nothing like {pattern}"
    path.write_text(
        text[: found.start()] + found.expand(new) + text[found.end() :], encoding="utf-8"
    )
    block = text.rfind("\n\n", 0, found.start()) + 2
    return text.count("\n", 0, block) + 1


# --- build ------------------------------------------------------------------------------------


def test_build_tells_what_it_made(small_content: Path, tmp_path: Path) -> None:
    ran = foedus("build", small_content, "--out", tmp_path / "out")
    assert ran.exit_code == 0
    made = Release.open(tmp_path / "out")
    named, counted = ran.stdout.splitlines()
    assert named == f"release {made.digest}"
    counts = made.manifest["counts"]
    for number, what in (
        (counts["statements"], "statements"),
        (1, "sources"),
        (counts["evidence"], "passages"),
        (counts["facts"], "facts"),
        (len(made.quads()), "triples"),
    ):
        assert number > 0
        assert f"{number} {what}" in counted
    assert str(made.path) in counted
    for step in ("read", "statements", "rules", "HermiT", "digest"):
        assert re.search(rf"^ *{step}  ", ran.stderr, re.MULTILINE), step


def test_build_names_file_line_and_column_of_what_is_no_turtle(
    content: Path, small_home: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(small_home, tmp_path / "out")
    good = Release.open(out).digest
    states = content / "data" / "things" / "actors.ttl"
    lines = states.read_text(encoding="utf-8").count("\n")
    with states.open("a", encoding="utf-8") as file:
        file.write("actor:x a f:NonStateActor ;; f:: .\n")
    ran = foedus("build", content, "--out", out)
    fails(ran, f"{states}:{lines + 1}:", "not Turtle", "[syntax]")
    assert re.search(rf"actors\.ttl:{lines + 1}:\d+: ", ran.stderr)
    assert Release.open(out).digest == good


def test_every_malformed_file_is_named_at_once(content: Path, tmp_path: Path) -> None:
    for name in ("ontology/foedus.ttl", STATEMENTS):
        with (content / name).open("a", encoding="utf-8") as file:
            file.write("this is no Turtle\n")
    fails(foedus("build", content, "--out", tmp_path / "out"), "ontology/foedus.ttl:", STATEMENTS)


def test_a_file_that_is_not_utf_8_is_named(content: Path, tmp_path: Path) -> None:
    (content / "data" / "things" / "latin.ttl").write_bytes(b"# T\xfcrkiye\n")
    fails(foedus("build", content, "--out", tmp_path), "latin.ttl:1", "UTF-8")


def test_a_folder_without_content_is_named_with_what_was_expected(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    fails(foedus("build", empty, "--out", tmp_path / "out"), str(empty), "ontology/, data/")
    fails(foedus("build", tmp_path / "gone"), str(tmp_path / "gone"), "no such folder")
    assert not (tmp_path / "out").exists()


def test_an_out_that_cannot_be_written_is_named(small_content: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    out = tmp_path / "file" / "releases"
    fails(foedus("build", small_content, "--out", out), str(out), "cannot be written", "--out")


# --- an interrupted build -----------------------------------------------------------------------


def interrupted_at(step: str, how: signal.Signals, content: Path, out: Path) -> tuple[int, str]:
    """Start a build and send it and what it started a signal when it tells *step*."""
    process = subprocess.Popen(
        [sys.executable, "-m", "foedus", "build", str(content), "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        start_new_session=True,
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if line.split()[0] == step:
            os.killpg(process.pid, how)
            break
    said += process.stderr.read()
    process.stderr.close()
    return process.wait(60), said


@pytest.mark.parametrize(
    ("step", "how"),
    [("rules", signal.SIGINT), ("rules", signal.SIGKILL), ("digest", signal.SIGKILL)],
)
def test_an_interrupted_build_leaves_the_last_good_release_as_it_was(
    content: Path, small_home: Path, tmp_path: Path, step: str, how: signal.Signals
) -> None:
    out = shutil.copytree(small_home, tmp_path / "out")
    good = Release.open(out)
    before = good.dataset_path.read_bytes()
    replace_first(content / "data/things/actors.ttl", r'rdfs:label "[^"]+"', 'rdfs:label "New"')
    code, said = interrupted_at(step, how, content, out)
    if how is signal.SIGINT:
        assert code == 2
        assert "interrupted" in said
        assert "Traceback" not in said
    else:
        assert code == -signal.SIGKILL
    assert Release.open(out) == good
    assert good.dataset_path.read_bytes() == before
    asked = foedus("explain", "state:iraq", "--out", out)
    assert asked.exit_code == 0, asked.stderr


def test_a_build_after_one_that_was_killed_makes_the_release(
    content: Path, small_home: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(small_home, tmp_path / "out")
    expected = Release.open(out).digest
    (out / "current").unlink()
    shutil.rmtree(out / "releases")
    interrupted_at("read", signal.SIGKILL, content, out)
    assert foedus("explain", "state:iraq", "--out", out).exit_code == 2
    assert foedus("build", content, "--out", out).exit_code == 0
    assert Release.open(out).digest == expected


# --- check --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_our_content_is_clean_and_check_tells_what_it_looked_at(content_dir: Path) -> None:
    ran = foedus("check", content_dir)
    assert ran.exit_code == 0, ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("0 findings") or "info" in ran.stdout
    for what in (
        "Turtle files",
        "question files",
        "statements",
        "passages",
        "shapes",
        "focus nodes",
        "questions",
    ):
        number = re.search(rf"(\d+) {what}\b", ran.stdout)
        assert number, what
        assert int(number[1]) > 0
    for stage in ("syntax", "ontology", "shapes", "evidence", "questions", "release"):
        assert f"\n{stage}: ok" in f"\n{ran.stdout}"


def findings(content: Path, stage: str, **environment: str) -> list[dict[str, Any]]:
    """What ``foedus check --stage`` finds; it must be red for it, and must have come to an end."""
    ran = foedus("check", content, "--stage", stage, "--format", "json", **environment)
    report = json.loads(ran.stdout)
    assert ran.exit_code == report["exit_code"] == 1, ran.stdout
    (only,) = report["stages"]
    assert only["name"] == stage
    found: list[dict[str, Any]] = only["findings"]
    return found


def errors(found: list[dict[str, Any]], rule: str) -> list[dict[str, Any]]:
    return [f for f in found if re.fullmatch(rule, f["rule"]) and f["severity"] == "error"]


@pytest.mark.parametrize("name", ["ontology/foedus.ttl", "shapes/membership.ttl", STATEMENTS])
def test_a_file_that_is_no_turtle_turns_the_gate_red(content: Path, name: str) -> None:
    lines = (content / name).read_text(encoding="utf-8").count("\n")
    with (content / name).open("a", encoding="utf-8") as file:
        file.write("\nf:x a f:y ; f:z [ .\n")
    (error,) = errors(findings(content, "syntax"), "syntax")
    assert (error["file"], error["line"]) == (name, lines + 2)
    assert error["column"] > 1
    assert "not Turtle" in error["message"]


@pytest.mark.slow
def test_an_axiom_that_contradicts_a_fact_turns_the_gate_red(
    content_dir: Path, tmp_path: Path
) -> None:
    """One instrument is kept: every probe for what clashes is a run of HermiT."""
    content = tmp_path / "content"
    shutil.copytree(content_dir / "ontology", content / "ontology")
    instruments = (content_dir / "data/things/instruments.ttl").read_text(encoding="utf-8")
    head, *blocks = instruments.split("\n\n")
    treaty = next(block for block in blocks if " a f:Treaty" in block)
    (content / "data").mkdir()
    (content / "data" / "treaty.ttl").write_text(f"{head}\n\n{treaty}\n", encoding="utf-8")
    with (content / "ontology" / "foedus.ttl").open("a", encoding="utf-8") as file:
        file.write("\nf:Treaty owl:disjointWith f:Instrument .\n")
    found = errors(findings(content, "ontology"), "inconsistent")
    (clash,) = (f for f in found if "clash: " in f["message"] and not f["file"])
    assert "f:Treaty owl:disjointWith f:Instrument" in clash["message"]
    name = treaty.split()[0]
    assert f"{name} rdf:type f:Treaty" in clash["message"]
    facts = [f for f in found if f["message"].startswith(f"takes part in the clash: {name} ")]
    assert facts
    line = f"{head}\n\n".count("\n") + 1
    assert {(f["file"], f["line"]) for f in facts} == {("data/treaty.ttl", line)}


def test_a_shape_that_the_statements_do_not_meet_turns_the_gate_red(content: Path) -> None:
    replace_first(content / "shapes/membership.ttl", r"sh:minCount 1\b", "sh:minCount 2")
    found = errors(findings(content, "shapes"), "shape-membership")
    assert {f["file"] for f in found} == {STATEMENTS}
    text = (content / STATEMENTS).read_text(encoding="utf-8").split("\n")
    for finding in found:
        block = next(line for line in reversed(text[: finding["line"]]) if not line.startswith(" "))
        assert block.endswith(" a f:Membership ;")


def test_a_shape_that_is_none_turns_the_gate_red(content: Path) -> None:
    line = replace_first(content / "shapes/membership.ttl", r"sh:minCount 1\b", 'sh:minCount "one"')
    (error,) = errors(findings(content, "shapes"), "shape-broken")
    assert (error["file"], error["line"]) == ("shapes/membership.ttl", line)
    assert "sh:minCount" in error["message"]


@dataclass(frozen=True)
class Defect:
    """Something wrong in a file of statements: how it is made, and what the gate must say of it."""

    stage: str
    rule: str
    pattern: str
    new: str
    words: str


#: Each is made in a block of its own.
DEFECTS = {
    "an unknown term": Defect(
        "syntax",
        "undeclared-term",
        r"f:modality modality:\S+",
        "f:modality modality:hearsay",
        "modality:hearsay",
    ),
    "a date that is not EDTF": Defect(
        "shapes",
        "date|shape-date",
        r'f:date "[^"]+"',
        'f:date "17 September 2025"',
        "17 September 2025",
    ),
    "an end before its beginning": Defect(
        "shapes",
        "end-before-begin|shape-.*",
        r'f:begin "[^"]+"( ;\n    f:end "[^"]+")?',
        'f:begin "2011" ;\n    f:end "1911"',
        "1911",
    ),
    "an offset outside the text": Defect(
        "evidence", "offset-outside-text", r"oa:end \d+", "oa:end 99999999", "99999999"
    ),
    "a digest of another passage": Defect(
        "evidence",
        "passage-digest",
        r'f:passageDigest "\w+"',
        f'f:passageDigest "{"0" * 64}"',
        "has the digest",
    ),
    "a statement without evidence": Defect(
        "evidence",
        "statement-without-evidence",
        r";\n    f:evidence [^.]+ \.",
        ".",
        "no passage",
    ),
}


@dataclass(frozen=True)
class Broken:
    """A content with every defect, the name of the block of each, and what each stage found."""

    content: Path
    blocks: dict[str, str]
    found: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def broken(
    small_content: Path, articles_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Broken:
    folder = tmp_path_factory.mktemp("broken")
    content = shutil.copytree(small_content, folder / "content")
    texts = folder / "texts"
    texts.mkdir()
    shutil.copy(text_of(SOURCE, content, articles_dir), texts)
    path = content / STATEMENTS
    head, *blocks = path.read_text(encoding="utf-8").split("\n\n")
    names: dict[str, str] = {}
    for name, defect in DEFECTS.items():
        number = next(
            n
            for n, block in enumerate(blocks)
            if re.search(defect.pattern, block) and block.split()[0] not in names.values()
        )
        blocks[number] = re.sub(defect.pattern, defect.new, blocks[number], count=1)
        names[name] = blocks[number].split()[0]
    path.write_text("\n\n".join([head, *blocks]), encoding="utf-8")
    stages = sorted({defect.stage for defect in DEFECTS.values()})
    found = {stage: findings(content, stage, FOEDUS_ARTICLES=str(texts)) for stage in stages}
    return Broken(content, names, found)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_broken_statement_turns_the_gate_red(broken: Broken, name: str) -> None:
    defect = DEFECTS[name]
    found = errors(broken.found[defect.stage], defect.rule)
    (error,) = (f for f in found if defect.words in f["message"])
    assert error["file"] == STATEMENTS
    assert error["remedy"]
    lines = (broken.content / STATEMENTS).read_text(encoding="utf-8").split("\n")
    begin = next(n for n, line in enumerate(lines, 1) if line.startswith(broken.blocks[name] + " "))
    assert begin <= error["line"] < lines.index("", begin) + 1


def text_of(source: str, content: Path, articles: Path) -> Path:
    """The file of the text of a source, found by the beginning of its SHA-256."""
    sources = (content / "data" / "things" / "sources.ttl").read_text(encoding="utf-8")
    block = sources[sources.index(f"\nsource:{source} a ") :].split("\n\n")[0]
    found = re.search(r'f:textDigest "(\w+)"', block)
    assert found
    (path,) = (
        p for p in articles.iterdir() if hashlib.sha256(p.read_bytes()).hexdigest() == found[1]
    )
    return path


def test_texts_that_are_required_and_not_at_hand_turn_the_gate_red(
    small_content: Path, tmp_path: Path
) -> None:
    missing = {"FOEDUS_ARTICLES": str(tmp_path / "none")}
    lenient = foedus("check", small_content, "--stage", "evidence", **missing)
    assert lenient.exit_code == 0, lenient.stdout
    assert "skipped: " in lenient.stdout
    strict = foedus("check", small_content, "--stage", "evidence", "--require-texts", **missing)
    assert strict.exit_code == 1
    assert "text-missing" in strict.stdout


def test_a_check_that_could_not_run_is_neither_clean_nor_red(tmp_path: Path) -> None:
    fails(foedus("check", tmp_path), str(tmp_path), "no content")
    fails(foedus("check", tmp_path / "gone"), "no such folder")


def test_an_unknown_stage_is_named_with_those_there_are(small_content: Path) -> None:
    ran = foedus("check", small_content, "--stage", "everything")
    assert ran.exit_code == 2
    for word in ("--stage", "everything", "syntax", "evidence"):
        assert word in ran.stderr


# --- export, explain, cite ----------------------------------------------------------------------


def graphs(quads: list[ox.Quad]) -> set[str]:
    return {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}


def dumped(home: Path, path: Path) -> list[ox.Quad]:
    ran = foedus("export", path, "--out", home)
    assert ran.exit_code == 0, ran.stderr
    assert path.name in ran.stderr
    formats: dict[str, Any] = {".jsonld": ox.RdfFormat.JSON_LD}
    kind = formats.get(path.suffix) or ox.RdfFormat.from_extension(path.suffix[1:])
    return list(ox.parse(path=str(path), format=kind))


@pytest.mark.parametrize("suffix", ["nq", "trig", "jsonld"])
def test_a_dump_gives_the_dataset_back(small_home: Path, tmp_path: Path, suffix: str) -> None:
    made = Release.open(small_home)
    back = dumped(small_home, tmp_path / f"dump.{suffix}")
    named = graphs(made.quads())
    assert graphs(back) == named
    assert len(named) > 3
    assert digest(canonical_quads(back)) == digest(canonical_quads(made.quads()))


def test_the_turtle_dump_is_the_default_graph_and_says_so(small_home: Path, tmp_path: Path) -> None:
    made = Release.open(small_home)
    back = dumped(small_home, tmp_path / "dump.ttl")
    default = [q for q in made.quads() if isinstance(q.graph_name, ox.DefaultGraph)]
    assert digest(canonical_quads(back)) == digest(canonical_quads(default))
    first = (tmp_path / "dump.ttl").read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith("# The default graph of the release " + made.digest)


def test_an_unknown_suffix_is_named_with_those_there_are(small_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "dump.xlsx"
    fails(foedus("export", path, "--out", small_home), str(path), ".nq", ".trig", ".ttl", ".jsonld")
    assert not path.exists()


def test_a_dump_that_cannot_be_written_is_named(small_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "dump.nq"
    fails(foedus("export", path, "--out", small_home), str(path), "cannot be written")


def test_what_needs_a_release_says_how_to_make_one(tmp_path: Path) -> None:
    for command in (("export", tmp_path / "x.nq"), ("explain", "state:iraq")):
        fails(foedus(*command, "--out", tmp_path), str(tmp_path), "foedus build", "--out")


def test_a_current_that_names_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("0" * 64 + "\n", encoding="utf-8")
    fails(foedus("explain", "state:iraq", "--out", tmp_path), "0" * 64, "current")


def test_an_inferred_type_is_explained_by_axioms_facts_and_statements(home: Path) -> None:
    ran = foedus("explain", "arrangement:imctc", "--out", home)
    assert ran.exit_code == 0
    assert "arrangement:imctc is a f:NotCollectiveDefense, inferred" in ran.stdout
    assert re.search(r"^ +axiom  f:NotCollectiveDefense EquivalentTo ", ran.stdout, re.MULTILINE)
    fact = "fact   arrangement:imctc f:doesNotPromise commitment:defense"
    assert fact in ran.stdout
    place = re.search(r"(data/statements/[\w-]+\.ttl):(\d+)$", ran.stdout, re.MULTILINE)
    assert place


def test_the_file_and_line_of_an_explanation_are_those_of_the_statement(
    home: Path, content_dir: Path
) -> None:
    ran = foedus("explain", "arrangement:imctc", "--out", home)
    told = re.findall(r"/id/statement/[\w-]+/([\w-]+)  (\S+):(\d+)$", ran.stdout, re.MULTILINE)
    assert told
    for slug, file, line in told:
        written = (content_dir / file).read_text(encoding="utf-8").split("\n")
        assert written[int(line) - 1].startswith(f"st:{slug} a f:")


def test_a_fact_is_explained_by_the_statements_behind_it(home: Path, release: Release) -> None:
    rows = release.store().query(
        "PREFIX f: <https://w3id.org/foedus/ontology#> SELECT ?m ?s WHERE { "
        "?m a f:Membership ; f:basis ?s } ORDER BY ?m ?s LIMIT 1"
    )
    (row,) = list(rows)  # type: ignore[arg-type]
    ran = foedus("explain", row["m"].value, "--out", home)
    assert ran.exit_code == 0
    assert row["s"].value in ran.stdout
    assert "data/statements/" in ran.stdout


@pytest.mark.parametrize("name", ["state:nowhere", "nothing:iraq", "iraq", "https://example.org/x"])
def test_what_the_release_does_not_know_is_not_explained(home: Path, name: str) -> None:
    fails(foedus("explain", name, "--out", home), name)


def test_a_quote_becomes_evidence_to_paste(content_dir: Path, articles_dir: Path) -> None:
    text = text_of(SOURCE, content_dir, articles_dir).read_bytes().decode("utf-8")
    ran = foedus("cite", SOURCE, text[30:60], FOEDUS_ARTICLES=str(articles_dir))
    assert ran.exit_code == 0
    assert f"f:inSource source:{SOURCE} ;" in ran.stdout
    assert "oa:start 30 ;\n    oa:end 60 ;" in ran.stdout
    assert re.search(r'f:passageDigest "[0-9a-f]{64}" \.', ran.stdout)


def test_a_quote_that_is_not_in_the_text_is_no_evidence(articles_dir: Path) -> None:
    folder = {"FOEDUS_ARTICLES": str(articles_dir)}
    fails(foedus("cite", SOURCE, "Ruritania and Graustark", **folder), "not in the text")
    fails(foedus("cite", "ruritanian-times", "x", **folder), "ruritanian-times", "no such source")


def test_a_text_that_is_not_at_hand_is_named_by_its_digest(tmp_path: Path) -> None:
    ran = foedus("cite", SOURCE, "x", FOEDUS_ARTICLES=str(tmp_path))
    fails(ran, str(tmp_path), "SHA-256", "FOEDUS_ARTICLES")


# --- format -------------------------------------------------------------------------------------


def scrambled(text: str) -> str:
    """The same triples, the blocks and the lines of each block in another order."""
    head, *blocks = text.rstrip("\n").split("\n\n")
    turned = []
    for block in blocks:
        first, *rest = block.removesuffix(" .").split(" ;\n    ")
        turned.append("  ;\n".join([first, *reversed(rest)]) + "\n.")
    return head + "\n\n# a remark in between\n" + "\n".join(reversed(turned)) + "\n"


def test_a_scrambled_file_is_put_in_the_layout_that_the_gate_wants(content: Path) -> None:
    path = content / STATEMENTS
    good = path.read_text(encoding="utf-8")
    path.write_text(scrambled(good), encoding="utf-8")
    assert errors(findings(content, "syntax"), "layout")
    ran = foedus("format", path)
    assert ran.exit_code == 0
    assert ran.stdout == f"{path}: rewritten\n"
    assert path.read_text(encoding="utf-8") == good


def test_formatting_again_changes_nothing(content: Path) -> None:
    folders = ("statements", "coverage")
    files = sorted(p for f in folders for p in (content / "data" / f).glob("*.ttl"))
    before = [path.read_bytes() for path in files]
    ran = foedus("format", *files)
    assert ran.exit_code == 0
    assert ran.stdout == "".join(f"{path}: unchanged\n" for path in files)
    assert [path.read_bytes() for path in files] == before


def test_what_is_no_turtle_is_not_formatted(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("a b", encoding="utf-8")
    fails(foedus("format", path), "x.ttl:1:", "not Turtle")
    assert path.read_text(encoding="utf-8") == "a b"


# --- query --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ask(home: Path, content_dir: Path) -> Callable[..., Result]:
    def ask(*arguments: str) -> Result:
        ran = foedus("query", content_dir / MEMBERS_ON_A_DAY, "--out", home, *arguments)
        assert ran.exit_code == 0, ran.stderr
        return ran

    return ask


def members(csv_text: str) -> list[str]:
    head, *rows = csv.reader(io.StringIO(csv_text))
    assert head == ["member"]
    return [iri.rsplit("/", 1)[-1] for (iri,) in rows]


def test_a_question_in_a_pipe_is_answered_in_csv_as_of_its_day(ask: Callable[..., Result]) -> None:
    assert members(ask().stdout) == ["iraq"]


def test_another_day_is_another_answer(ask: Callable[..., Result]) -> None:
    assert "iraq" not in members(ask("--at", "1965-01-01").stdout)


def test_the_answer_as_json_and_as_a_table(ask: Callable[..., Result]) -> None:
    answer = json.loads(ask("--format", "json").stdout)
    assert answer["head"]["vars"] == ["member"]
    (row,) = answer["results"]["bindings"]
    assert row["member"] == {"type": "uri", "value": "https://w3id.org/foedus/id/state/iraq"}
    table = ask("--format", "table").stdout
    assert "state:iraq" in table
    assert "1 row" in table


@pytest.mark.parametrize("day", ["1958-02-30", "yesterday", "1958"])
def test_what_is_no_day_is_named(home: Path, content_dir: Path, day: str) -> None:
    file = content_dir / MEMBERS_ON_A_DAY
    ran = foedus("query", file, "--out", home, "--at", day)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    for word in ("--at", day, "YYYY-MM-DD"):
        assert word in ran.stderr


def test_a_table_in_a_format_for_graphs_is_refused(home: Path, content_dir: Path) -> None:
    file = content_dir / MEMBERS_ON_A_DAY
    ran = foedus("query", file, "--out", home, "--format", "turtle")
    assert ran.exit_code == 2
    assert ran.stdout == ""
    for word in ("--format", "csv", "json"):
        assert word in ran.stderr


def test_a_question_that_is_not_utf_8_is_named(home: Path, tmp_path: Path) -> None:
    question = tmp_path / "latin.rq"
    question.write_bytes(b"# T\xfcrkiye\nASK {}")
    fails(foedus("query", question, "--out", home), "latin.rq", "UTF-8", "byte 3")
