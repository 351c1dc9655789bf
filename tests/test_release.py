"""Releases: the same bytes from the same content, whole at every moment, true to themselves."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset

from foedus import release
from foedus.content.locate import Content, find_content
from foedus.content.names import BASE, OA, F, expand, prefixes
from foedus.content.read import read_content
from foedus.findings import CannotRun, ContentError
from foedus.graph import describe
from foedus.graph.digest import canonical_quads, digest
from foedus.graph.dumps import FORMATS, write_dump
from foedus.graph.facts import KEPT, KINDS
from foedus.release import Release, build

ALL_SOURCES = ("defence-ties", "muslim-nato-debate", "qumber-2017", "rfi", "roomi")


@pytest.fixture(scope="module")
def built(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The content of the checkout as `foedus build` builds it, HermiT included."""
    return build(Content(content_dir), tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def store(built: Release) -> ox.Store:
    return built.store()


def ask(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}", prefixes=dict(prefixes())))


def column(store: ox.Store, text: str) -> list[str]:
    found = store.query(text, prefixes=dict(prefixes()))
    assert isinstance(found, ox.QuerySolutions)
    return sorted(str(solution[0].value) for solution in found)


@pytest.fixture
def small(tmp_path: Path, content_dir: Path) -> Path:
    """A content with one short source, in a folder that a test may change."""
    root = tmp_path / "content"
    shutil.copytree(content_dir / "ontology", root / "ontology")
    for room in ("things", "reference"):
        shutil.copytree(content_dir / "data" / room, root / "data" / room)
    for room in ("statements", "coverage"):
        (root / "data" / room).mkdir()
        name = "muslim-nato-debate.ttl"
        shutil.copy(content_dir / "data" / room / name, root / "data" / room / name)
    return root


def quick(root: Path, out: Path) -> Release:
    """A build without HermiT, whose part is proven elsewhere."""
    return build(Content(root), out, reason=False)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- The same bytes ------------------------------------------------------------------------------

BUILD_ELSEWHEN = """
import datetime, sys, time
from pathlib import Path

time.time = lambda: 4102444800.0  # 2100-01-01

class Date(datetime.date):
    @classmethod
    def today(cls):
        raise AssertionError("the clock was asked")

class DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        raise AssertionError("the clock was asked")
    today = utcnow = now

datetime.date, datetime.datetime = Date, DateTime
from foedus.content.locate import Content
from foedus.release import build
build(Content(Path(sys.argv[1])), Path(sys.argv[2]), reason=False)
"""


@pytest.mark.parametrize(
    ("seed", "locale", "zone"), [("1", "C", "Pacific/Kiritimati"), ("77", "tr_TR.UTF-8", "UTC")]
)
def test_another_clock_locale_or_hash_seed_builds_the_same_bytes(
    small: Path, tmp_path: Path, seed: str, locale: str, zone: str
) -> None:
    here = quick(small, tmp_path / "here")
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "LC_ALL": locale,
        "TZ": zone,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run(
        [sys.executable, "-c", BUILD_ELSEWHEN, str(small), str(tmp_path / "there")],
        check=True,
        env=environment,
    )
    there = Release.open(tmp_path / "there")
    assert there.digest == here.digest
    assert files(there.path) == files(here.path)


def test_the_whole_content_built_again_gives_the_same_bytes(
    built: Release, content_dir: Path, tmp_path: Path
) -> None:
    again = quick(content_dir, tmp_path)
    assert again.digest == built.digest
    assert files(again.path) == files(built.path)


def test_the_digest_does_not_depend_on_which_file_says_what_or_in_which_order(
    small: Path, tmp_path: Path
) -> None:
    before = quick(small, tmp_path / "a")
    things = small / "data" / "things"
    first, *rest = sorted(things.glob("*.ttl"))
    first.rename(things / "zzz.ttl")
    moved = things.parent / "aaa-moved.ttl"
    rest[0].rename(moved)
    statements = small / "data" / "statements" / "muslim-nato-debate.ttl"
    head, *blocks = re.split(r"\n\n(?=\S)", statements.read_text(encoding="utf-8"))
    random.Random(3).shuffle(blocks)
    statements.write_text("\n\n".join([head, *blocks]) + "\n", encoding="utf-8")
    after = quick(small, tmp_path / "b")
    assert after.digest == before.digest


def test_one_more_triple_gives_another_name(small: Path, tmp_path: Path) -> None:
    before = quick(small, tmp_path)
    with (small / "data" / "things" / "places.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "\n<https://w3id.org/foedus/id/place/x> a <https://w3id.org/foedus/ontology#Place> .\n"
        )
    assert quick(small, tmp_path).digest != before.digest


NODES = st.integers(0, 4).map(lambda n: ox.BlankNode(f"b{n}")) | st.integers(0, 3).map(
    lambda n: ox.NamedNode(f"http://example.org/{n}")
)
QUADS = st.builds(
    ox.Quad,
    NODES,
    st.sampled_from([ox.NamedNode("http://example.org/p"), ox.NamedNode("http://example.org/q")]),
    NODES
    | st.sampled_from([ox.Literal("a"), ox.Literal("a\nb\t"), ox.Literal("ü", language="tr")]),
    st.sampled_from([ox.DefaultGraph(), ox.NamedNode("http://example.org/g")]),
)


@given(st.lists(QUADS, max_size=12), st.randoms(use_true_random=False))
def test_the_digest_knows_neither_the_order_of_quads_nor_the_labels_of_blank_nodes(
    quads: list[ox.Quad], luck: random.Random
) -> None:
    names = [f"x{n}" for n in range(5)]
    luck.shuffle(names)

    def relabel(node: object) -> object:
        if isinstance(node, ox.BlankNode):
            return ox.BlankNode(names[int(node.value[1:])])
        return node

    other = [
        ox.Quad(relabel(q.subject), q.predicate, relabel(q.object), q.graph_name)  # type: ignore[arg-type]
        for q in quads
    ]
    luck.shuffle(other)
    assert digest(canonical_quads(quads)) == digest(canonical_quads(other + other))


@given(st.lists(QUADS, max_size=8))
def test_canonical_lines_are_the_dataset_itself(quads: list[ox.Quad]) -> None:
    text = "".join(f"{line}\n" for line in canonical_quads(quads))
    again = list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))
    assert len(again) == len(set(quads))
    assert canonical_quads(again) == text.splitlines()


# --- What a release is ---------------------------------------------------------------------------


def test_a_release_is_named_by_the_digest_of_all_its_graphs_but_the_description(
    built: Release,
) -> None:
    lines = built.dataset_path.read_text(encoding="utf-8").splitlines()
    described = f" <{describe.GRAPH.value}> ."
    assert digest(line for line in lines if not line.endswith(described)) == built.digest
    assert built.path.name == built.digest
    assert len(lines) == len(set(lines)), "no quad twice"


def test_the_file_of_a_release_is_canonical(built: Release) -> None:
    lines = built.dataset_path.read_text(encoding="utf-8").splitlines()
    quads = built.quads()
    kept = [q for q in quads if q.graph_name != describe.GRAPH]
    assert canonical_quads(kept) == [x for x in lines if describe.GRAPH.value not in x.split()[-2]]


def test_the_manifest_counts_what_is_there(built: Release, store: ox.Store) -> None:
    manifest = built.manifest
    graphs = Counter(
        quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "default"
        for quad in store
    )
    assert manifest["graphs"] == dict(graphs)
    counts = manifest["counts"]
    assert counts["statements"] == len(column(store, "SELECT ?s { ?s a f:Statement }"))
    assert counts["statements"] == sum(counts["statements_by_kind"].values())
    assert set(counts["statements_by_kind"]) == set(KINDS)
    assert counts["evidence"] == len(column(store, "SELECT ?e { ?e a f:Evidence }"))
    assert counts["facts"] == len(column(store, "SELECT DISTINCT ?f { ?f f:basis ?s }"))
    disputes = "SELECT DISTINCT ?d { GRAPH graph:disputes { ?d a f:Dispute } }"
    assert counts["disputes"] == len(column(store, disputes))
    assert counts["sources"] == 5


def test_the_manifest_leads_from_a_statement_to_its_file_and_line(
    built: Release, store: ox.Store, content_dir: Path
) -> None:
    for iri in column(store, "SELECT ?s { ?s a f:Statement }"):
        name, line = built.manifest["lines"][iri]
        text = (content_dir / name).read_text(encoding="utf-8").splitlines()[line - 1]
        assert text.startswith(f"st:{iri.rsplit('/', 1)[1]} a "), f"{name}:{line}"


def test_what_a_source_can_know_ends_with_its_writing_and_never_with_the_clock(
    built: Release, content_dir: Path
) -> None:
    reading = read_content(Content(content_dir))
    said = {
        str(quad.object.value)
        for name in ("writtenNotAfter", "published", "retrieved")
        for quad in reading.store.quads_for_pattern(None, ox.NamedNode(F + name), None, None)
    }
    assert built.manifest["knowledge_end"] in said


def test_without_a_dated_source_there_is_no_end_of_knowledge(small: Path, tmp_path: Path) -> None:
    path = small / "data" / "things" / "sources.ttl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.match(r" *f:(written|published|retrieved)", line)]
    text = re.sub(r";(\s*)(?=\n\n|\Z)", r".\1", "".join(kept).rstrip() + "\n")
    path.write_text(text, encoding="utf-8")
    assert quick(small, tmp_path / "out").manifest["knowledge_end"] == "9999-12-31"


# --- What is where -------------------------------------------------------------------------------


def test_every_fact_leads_to_a_statement_of_a_source_in_one_hop(store: ox.Store) -> None:
    kinds = " ".join(f"f:{kind}" for kind in KINDS)
    facts = f"VALUES ?kind {{ {kinds} }} ?fact a ?kind"
    assert ask(store, facts)
    assert not ask(store, f"{facts} FILTER NOT EXISTS {{ ?fact f:basis ?s }}")
    assert not ask(store, "?fact f:basis ?s FILTER NOT EXISTS { ?s a f:Statement ; f:evidence ?e }")
    assert not ask(store, "?fact f:basis ?s FILTER NOT EXISTS { GRAPH ?source { ?s a ?kind } }")


SHORTCUTS = {
    "memberOf": "?f a f:Membership ; f:member ?a ; f:arrangement ?b",
    "supporterOf": "?f a f:Membership ; f:member ?a ; f:arrangement ?b ; f:role role:supporter",
    "absentFrom": "?f a f:Absence ; f:absentee ?a ; f:arrangement ?b",
    "committedTo": "?f a f:Commitment ; f:obligor ?a ; f:obligee ?b",
    "committedToDefend": "?f a f:Commitment ; f:obligor ?a ; f:obligee ?b ;"
    " f:commitmentType commitment:defense",
    "leaderOf": "?f a f:Leadership ; f:person ?a ; f:arrangement ?b",
    "signatoryOf": "?f a f:Act ; f:actKind act:signed ; f:agent ?a ; f:object ?b",
    "tookPartIn": "?f a f:Involvement ; f:participant ?a ; f:event ?b",
    "proposedBy": "{ ?f a f:Act ; f:object ?a ; f:agent ?b } UNION"
    " { ?f a f:Position ; f:object ?a ; f:holder ?b }",
    "realizedAs": "?f a f:Identification ; f:proposal ?a ; f:arrangement ?b",
}


@pytest.mark.parametrize("name", sorted(SHORTCUTS))
def test_every_shortcut_has_a_fact(store: ox.Store, name: str) -> None:
    assert ask(store, f"?a f:{name} ?b"), "there is one at all"
    assert not ask(store, f"?a f:{name} ?b FILTER NOT EXISTS {{ {SHORTCUTS[name]} }}")


def test_the_default_graph_holds_no_participant_of_a_statement(store: ox.Store) -> None:
    allowed = {F + name for name in KEPT} | {
        F + name
        for name in (
            *("statementKind", "inSource", "accepted", "endKind"),
            *("earliestBegin", "latestBegin", "earliestEnd", "latestEnd"),
        )
    }
    allowed |= {expand("rdf:type"), expand("rdfs:label")}
    used = set(column(store, "SELECT DISTINCT ?p { ?s a f:Statement ; ?p ?o }"))
    assert used <= allowed
    evidence = set(column(store, "SELECT DISTINCT ?p { ?e a f:Evidence ; ?p ?o }"))
    parts = {F + n for n in ("inSource", "passageDigest", "supports", "disputes")}
    assert evidence <= parts | {OA + "start", OA + "end", expand("rdf:type")}


def test_nothing_rejected_proposed_or_denied_is_shown_as_a_fact(store: ox.Store) -> None:
    views = "f:Position f:Requirement f:Definition f:Classification f:Assessment"
    situation = f"""
      ?fact a ?kind ; f:basis ?s . FILTER(?kind != f:Feature)
      FILTER NOT EXISTS {{ VALUES ?view {{ {views} }} ?fact a ?view }}
    """
    assert ask(store, situation)
    for wrong in (
        "?s f:polarity ?p FILTER(?p != polarity:affirmed)",
        "?s f:tense ?t FILTER(?t NOT IN (tense:past, tense:current))",
        "?s f:modality ?m FILTER(?m IN (modality:analyst, modality:rhetorical,"
        " modality:reported-anonymous))",
        "?s f:rank rank:deprecated",
    ):
        assert not ask(store, f"{situation} {wrong}"), wrong


def test_a_proposal_has_no_members_and_promises_nothing(store: ox.Store) -> None:
    assert ask(store, "?p a f:Proposal")
    assert not ask(store, "?p a f:Proposal . ?who f:memberOf|f:supporterOf|f:leaderOf ?p")
    assert not ask(store, "?p a f:Proposal . ?fact a f:Membership ; f:arrangement ?p")
    assert not ask(store, "?p a f:Proposal ; f:promises ?anything")


def test_a_view_is_always_somebody_s(store: ox.Store) -> None:
    for kind in ("Position", "Requirement", "Definition", "Classification", "Assessment"):
        assert ask(store, f"?fact a f:{kind}"), kind
        assert not ask(
            store,
            f"?fact a f:{kind} FILTER NOT EXISTS {{ ?fact f:assertedBy ?who ; f:polarity ?how }}",
        )


def test_what_is_inferred_is_marked_as_such_and_no_source_says_it(store: ox.Store) -> None:
    inferred = "GRAPH graph:inferred { ?s ?p ?o }"
    assert ask(store, inferred)
    assert not ask(store, f"{inferred} FILTER NOT EXISTS {{ ?s ?p ?o }}"), "it is in the default"
    sources = "STRSTARTS(STR(?g), 'https://w3id.org/foedus/graph/source/')"
    assert not ask(store, f"{inferred} GRAPH ?g {{ ?s ?p ?o }} FILTER({sources})")


def test_each_source_has_its_graph_and_no_other_graph_is_unexplained(store: ox.Store) -> None:
    graphs = {graph.value.removeprefix(BASE + "graph/") for graph in store.named_graphs()}
    assert graphs == {f"source/{name}" for name in ALL_SOURCES} | {
        *("alignments", "description", "disputes", "inferred", "shapes")
    }


# --- What the description says is true -----------------------------------------------------------


def counted(store: ox.Store, pattern: str) -> int:
    text = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    return int(column(store, text)[0])


def test_void_counts_are_those_of_the_data(built: Release, store: ox.Store) -> None:
    described = {
        (s.value, p.value): o.value
        for s, p, o, _ in store.quads_for_pattern(None, None, None, describe.GRAPH)
    }
    void = expand("void:")
    per_graph = {"default": counted(store, "?s ?p ?o")}
    for graph in store.named_graphs():
        if graph != describe.GRAPH:
            pattern = f"GRAPH {graph} {{ ?s ?p ?o }}"
            per_graph[graph.value.removeprefix(BASE + "graph/")] = counted(store, pattern)
    for name, number in per_graph.items():
        assert described[(f"{BASE}graph/{name}", void + "triples")] == str(number), name
    dataset = f"{BASE}release/{built.digest}"
    assert described[(dataset, void + "triples")] == str(sum(per_graph.values()))
    part = f"{BASE}graph/default"
    for name, text in {
        "distinctSubjects": "SELECT DISTINCT ?x { ?x ?p ?o }",
        "distinctObjects": "SELECT DISTINCT ?x { ?s ?p ?x }",
        "properties": "SELECT DISTINCT ?x { ?s ?x ?o }",
        "classes": "SELECT DISTINCT ?x { ?s a ?x FILTER(ISIRI(?x)) }",
    }.items():
        number = counted(store, f"{{ {text} }}")
        assert described[(part, void + name)] == str(number), name


@pytest.mark.parametrize(
    ("partition", "names", "counts", "pattern"),
    [
        ("classPartition", "class", "entities", "?s a <{iri}>"),
        ("propertyPartition", "property", "triples", "?s <{iri}> ?o"),
    ],
)
def test_void_partitions_are_those_of_the_data(
    store: ox.Store, partition: str, names: str, counts: str, pattern: str
) -> None:
    found = store.query(
        f"SELECT ?iri ?n {{ GRAPH graph:description {{"
        f" ?d void:{partition} ?part . ?part void:{names} ?iri ; void:{counts} ?n }} }}",
        prefixes=dict(prefixes()),
    )
    rows = list(found)  # type: ignore[arg-type]
    assert len(rows) > 20
    for row in rows:
        number = counted(store, pattern.format(iri=row["iri"].value))
        assert row["n"].value == str(number), row["iri"].value


def test_the_description_names_every_file_by_its_digest(built: Release, store: ox.Store) -> None:
    described = set(
        column(
            store,
            "SELECT ?id { GRAPH graph:description { ?r prov:wasDerivedFrom ?f ."
            " ?f dcterms:identifier ?id } }",
        )
    )
    assert described == {f"sha256:{file['sha256']}" for file in built.manifest["files"]}


# --- Dumps ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dumps(built: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dumps")
    for suffix in FORMATS:
        write_dump(built.quads(), built.digest, folder / f"dump.{suffix}")
    return {suffix: folder / f"dump.{suffix}" for suffix in FORMATS}


@pytest.mark.parametrize("suffix", ["nq", "trig", "jsonld"])
def test_a_dump_gives_the_same_dataset_back(
    built: Release, dumps: dict[str, Path], suffix: str
) -> None:
    again = list(ox.parse(path=str(dumps[suffix]), format=FORMATS[suffix]))
    assert digest(canonical_quads(again)) == digest(canonical_quads(built.quads()))
    kept = [quad for quad in again if quad.graph_name != describe.GRAPH]
    assert digest(canonical_quads(kept)) == built.digest


def test_the_turtle_dump_is_the_default_graph_and_says_so(
    built: Release, dumps: dict[str, Path]
) -> None:
    first = dumps["ttl"].read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# The default graph of the release ")
    assert built.digest in first
    again = list(ox.parse(path=str(dumps["ttl"]), format=ox.RdfFormat.TURTLE))
    default = [q for q in built.quads() if isinstance(q.graph_name, ox.DefaultGraph)]
    assert canonical_quads(again) == canonical_quads(default)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_a_dump_as_the_same_graphs(built: Release, dumps: dict[str, Path]) -> None:
    dataset = Dataset()
    dataset.parse(dumps["trig"], format="trig")
    sizes = {str(graph.identifier).removeprefix(BASE): len(graph) for graph in dataset.graphs()}
    for graph, triples in built.manifest["graphs"].items():
        name = "urn:x-rdflib:default" if graph == "default" else graph.removeprefix(BASE)
        assert sizes[name] == triples, name


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_dump([], "0" * 64, tmp_path / "dump.rtf")


# --- The last good release stays -----------------------------------------------------------------


def change(root: Path) -> None:
    """Make the next build another release."""
    with (root / "data" / "things" / "places.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "\n<https://w3id.org/foedus/id/place/x> a <https://w3id.org/foedus/ontology#Place> .\n"
        )


def assert_served(out: Path, name: str) -> None:
    current = Release.open(out)
    assert current.digest == name
    assert len(current.store()) == sum(current.manifest["graphs"].values())


@pytest.mark.parametrize("step", ["mkdir", "write_text", "rename", "replace"])
def test_a_build_whose_writing_fails_leaves_the_current_release(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    out = tmp_path / "out"
    before = quick(small, out)
    change(small)

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, fails)
        with pytest.raises(CannotRun, match="No space left on device"):
            quick(small, out)
    assert_served(out, before.digest)
    assert not list(out.glob(".building-*")), "nothing half-built is left"
    after = quick(small, out)
    assert after.digest != before.digest
    assert_served(out, after.digest)


KILLED = """
import os, signal, sys
from pathlib import Path
import foedus.release as release
from foedus.content.locate import Content

step = sys.argv[3]
original = getattr(Path, step)

def killed(self, *arguments, **options):
    if sys.argv[2] in str(self):
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, *arguments, **options)

setattr(Path, step, killed)
release.build(Content(Path(sys.argv[1])), Path(sys.argv[2]), reason=False)
"""


@pytest.mark.parametrize("step", ["write_text", "rename", "replace"])
def test_a_build_that_is_killed_leaves_the_current_release(
    small: Path, tmp_path: Path, step: str
) -> None:
    out = tmp_path / "out"
    before = quick(small, out)
    change(small)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(small), str(out), step],
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == -signal.SIGKILL
    assert_served(out, before.digest)
    assert_served(out, before.digest)
    after = quick(small, out)
    assert_served(out, after.digest)


def test_wrong_content_leaves_the_current_release(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = quick(small, out)
    path = small / "data" / "statements" / "muslim-nato-debate.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\nst:broken a\n", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        quick(small, out)
    (finding,) = raised.value.findings
    assert finding.file == path
    assert finding.line
    assert_served(out, before.digest)


def test_a_release_that_is_there_already_is_left_alone(small: Path, tmp_path: Path) -> None:
    first = quick(small, tmp_path / "out")
    stamp = first.dataset_path.stat()
    again = quick(small, tmp_path / "out")
    assert again.digest == first.digest
    assert (again.dataset_path.stat().st_ino, again.dataset_path.stat().st_mtime_ns) == (
        stamp.st_ino,
        stamp.st_mtime_ns,
    )


def test_a_change_of_layout_renews_the_lines_and_not_the_name(small: Path, tmp_path: Path) -> None:
    first = quick(small, tmp_path / "out")
    lines = dict(first.manifest["lines"])
    path = small / "data" / "statements" / "muslim-nato-debate.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n\n", "\n\n# An aside.\n", 1), encoding="utf-8")
    again = quick(small, tmp_path / "out")
    assert again.digest == first.digest
    moved = [iri for iri in lines if again.manifest["lines"][iri] != lines[iri]]
    assert moved
    assert_served(tmp_path / "out", first.digest)


def test_the_release_before_stays_beside_the_new_one(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = quick(small, out)
    change(small)
    after = quick(small, out)
    assert {path.name for path in (out / "releases").iterdir()} == {before.digest, after.digest}
    assert Release(out / "releases" / before.digest).digest == before.digest


# --- What cannot run -----------------------------------------------------------------------------


def test_an_empty_folder_cannot_be_built(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no content found"):
        build(find_content(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    small: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(CannotRun, match="--out or FOEDUS_HOME") as raised:
        quick(small, blocked / "out")
    assert str(blocked / "out") in str(raised.value)


def test_where_no_release_is_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="foedus build"):
        Release.open(tmp_path)


def test_a_current_that_names_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("0" * 64 + "\n", encoding="utf-8")
    with pytest.raises(CannotRun, match="not there"):
        Release.open(tmp_path)


def test_the_folder_of_releases_can_be_named_by_the_environment(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_HOME", str(tmp_path / "home"))
    made = build(Content(small), reason=False)
    assert made.path.parent == tmp_path / "home" / "releases"
    assert Release.open().digest == made.digest


def test_a_build_says_what_it_is_doing(small: Path, tmp_path: Path) -> None:
    said: list[tuple[str, str]] = []

    def tell(step: str, result: str) -> None:
        said.append((step, result))

    build(Content(small), tmp_path / "out", tell, reason=False)
    steps = [step for step, _ in said]
    assert [step for step in steps if step in ("read", "rules", "digest")] == [
        *("read", "rules", "digest")
    ]
    manifest = json.loads((Release.open(tmp_path / "out").path / release.MANIFEST).read_text())
    assert str(manifest["counts"]["statements"]) in dict(said)["statements"]


@pytest.mark.parametrize("damage", ["dataset.nq", "manifest.json", "{", "{}"])
def test_a_damaged_release_is_said_to_be_damaged(tmp_path, damage) -> None:
    folder = tmp_path / "releases" / "abc"
    folder.mkdir(parents=True)
    (tmp_path / "current").write_text("abc\n")
    (folder / "dataset.nq").write_text("")
    (folder / "manifest.json").write_text('{"digest": "abc", "knowledge_end": "2026-01-01"}')
    assert Release.open(tmp_path).digest == "abc"
    if damage.startswith("{"):
        (folder / "manifest.json").write_text(damage)
    else:
        (folder / damage).unlink()
    with pytest.raises(CannotRun, match="foedus build"):
        Release.open(tmp_path)


def test_the_description_says_what_its_licence_does_not_cover(built) -> None:
    rights = ox.NamedNode("http://purl.org/dc/terms/rights")
    found = [
        q.object.value for q in built.store().quads_for_pattern(None, rights, None, describe.GRAPH)
    ]
    assert any("state-codes" in text for text in found)
