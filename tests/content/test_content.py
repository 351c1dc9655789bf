"""Finding and reading the content: where it is, what goes into which graph, and what is wrong."""

import datetime
import hashlib
import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.content.locate import ROOMS, Content, find_content, packaged_content
from foedus.content.names import BASE, expand, prefixes, shorten, slug
from foedus.content.questions import read_question, read_questions
from foedus.content.read import ALIGNMENTS, read_content
from foedus.content.sentences import sentences
from foedus.content.texts import Texts, passage_digest
from foedus.findings import CannotRun, ContentError, Finding, Severity

# --- Where it is ---------------------------------------------------------------------------------


def test_without_a_folder_the_content_is_the_program_s_own(content_dir: Path) -> None:
    assert find_content().root == packaged_content() == content_dir


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no such folder"):
        find_content(tmp_path / "nowhere")


def test_an_empty_folder_is_no_content_and_the_message_says_what_was_expected(
    tmp_path: Path,
) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    with pytest.raises(CannotRun, match="neither ontology/ nor data/") as raised:
        find_content(tmp_path)
    assert "ontology/, data/, shapes/, queries/" in str(raised.value)


# --- Names ---------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(prefixes())), st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True))
def test_an_expanded_name_shortens_to_itself(prefix: str, local: str) -> None:
    iri = expand(f"{prefix}:{local}")
    assert expand(shorten(iri)) == iri


def test_the_longest_prefix_wins() -> None:
    assert shorten(BASE + "concept/role/member") == "role:member"
    assert shorten(BASE + "concept/unheard/of") == "concept:unheard/of"
    assert shorten("http://example.org/x") == "http://example.org/x"
    assert slug(BASE + "ontology#Act") == "Act"
    assert slug(BASE + "id/state/iraq") == "iraq"


def test_an_unknown_prefix_is_an_error() -> None:
    with pytest.raises(KeyError):
        expand("nobody:x")


# --- What goes where -----------------------------------------------------------------------------


def test_the_statements_of_a_source_are_read_into_its_graph_and_nowhere_else(
    content_dir: Path,
) -> None:
    reading = read_content(Content(content_dir))
    by_room: dict[str, set[str | None]] = {}
    for file in reading.files:
        by_room.setdefault("/".join(file.path.split("/")[:2]), set()).add(file.graph)
    sources = set(reading.source_graphs)
    assert by_room["data/statements"] == by_room["data/coverage"] == sources
    assert len(sources) == 5
    for room in ("data/things", "data/reference", "data/curation", "ontology/foedus.ttl"):
        assert by_room[room] == {None}
    assert by_room["ontology/alignments.ttl"] == {ALIGNMENTS.value}
    kind, membership = ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("f:Membership"))
    found = list(reading.store.quads_for_pattern(None, kind, membership, None))
    assert found
    assert {str(quad.graph_name.value) for quad in found} <= sources, "none by default"


def test_a_file_is_recorded_with_its_digest_and_its_triples(content_dir: Path) -> None:
    reading = read_content(Content(content_dir))
    for file in reading.files:
        path = content_dir / file.path
        assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file.triples > 0


@pytest.mark.parametrize("name", ["one/two.ttl", "one two.ttl", "Zwei.ttl"])
def test_a_file_that_names_no_source_is_not_read_as_if_all_accepted_it(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "data" / "statements" / name
    path.parent.mkdir(parents=True)
    path.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        read_content(Content(tmp_path))
    assert [(f.rule, f.file) for f in raised.value.findings] == [("file-of-source", path)]


def test_every_malformed_file_is_reported_and_not_only_the_first(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "ontology" / "a.ttl").write_text("<x:a> <x:b>\n", encoding="utf-8")
    (tmp_path / "data" / "b.ttl").write_text("<x:a> <x:b> <x:c> .\n\nnope:x\n", encoding="utf-8")
    (tmp_path / "data" / "good.ttl").write_text("<x:a> <x:b> <x:c> .\n", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        read_content(Content(tmp_path))
    places = [(f.file.name if f.file else "", f.line) for f in raised.value.findings]
    assert places[1] == ("b.ttl", 3)
    assert [name for name, _ in places] == ["a.ttl", "b.ttl"]


# --- Questions -----------------------------------------------------------------------------------


def test_a_question_is_read_with_the_answer_written_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(
        '#+ summary = "Who was in?"\n#+ at = 1958-06-01\n#+ columns = ["member"]\n'
        '#+ rows = [["state:iraq"], ["state:iran"]]\n#+ statements = ["rfi/x"]\n'
        '#+ breaks = "rfi/x"\n# a remark\nSELECT ?member {}\n',
        encoding="utf-8",
    )
    question = read_question(path, "members/q")
    assert question.summary == "Who was in?"
    assert question.at == datetime.date(1958, 6, 1)
    assert question.rows == (("state:iraq",), ("state:iran",))
    assert (question.breaks, question.statements) == ("rfi/x", ("rfi/x",))
    assert question.answer is None


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("#+ summary = Who\n", "not TOML"),
        ("#+ columns = []\n", "no summary"),
        ('#+ summary = "x"\n#+ colums = []\n', "colums"),
        ('#+ summary = "x"\n#+ rows = 5\n', "rows is not a list of rows"),
        ('#+ summary = "x"\n#+ rows = ["a"]\n', "rows is not a list of rows"),
        ('#+ summary = "x"\n#+ at = "1958-06-01"\n', "at is not a day without quotes"),
        ('#+ summary = "x"\n#+ at = 1958-06-01T00:00:00\n', "at is not a day"),
        ('#+ summary = "x"\n#+ tags = "empty"\n', "tags is not a list"),
        ("#+ summary = 1\n", "summary is not a text"),
    ],
)
def test_a_question_with_a_wrong_header_is_named(tmp_path: Path, header: str, said: str) -> None:
    path = tmp_path / "q.rq"
    path.write_text(header + "ASK {}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=said) as raised:
        read_question(path, "q")
    assert raised.value.findings[0].file == path


def test_an_error_of_the_header_is_placed_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    for header in ('# a remark\n#+ summary = "x"\n#+ rows = 5\n', "#\n\n#+ summary = Who\n"):
        path.write_text(header, encoding="utf-8")
        with pytest.raises(ContentError) as raised:
            read_question(path, "q")
        assert raised.value.findings[0].line == 3
    assert raised.value.findings[0].column == len("#+ summary = W")


def test_a_question_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_bytes(b'#+ summary = "x"\n# caf\xe9\nASK {}\n')
    with pytest.raises(ContentError, match="not UTF-8 at byte 22") as raised:
        read_question(path, "q")
    assert raised.value.findings[0].line == 2


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file that cannot be read here")
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.symlink_to("/proc/self/mem")
    with pytest.raises(CannotRun, match=r"q\.rq: cannot be read"):
        read_question(path, "q")


def test_every_question_of_the_content_can_be_read(content_dir: Path) -> None:
    questions = read_questions(Content(content_dir))
    assert len({question.name for question in questions}) == len(questions)
    assert all(question.summary for question in questions)


# --- Texts ---------------------------------------------------------------------------------------


def test_a_text_is_found_by_its_digest_with_its_line_ends_untouched(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("one\r\ntwo ‘three’\n".encode())
    texts = Texts(tmp_path)
    digest = passage_digest("one\r\ntwo ‘three’\n")
    assert texts.text(digest) == "one\r\ntwo ‘three’\n"
    assert texts.path(digest) == tmp_path / "a.txt"
    assert texts.text("0" * 64) is None


def test_without_a_folder_of_texts_there_is_no_text_and_no_error(tmp_path: Path) -> None:
    assert Texts(tmp_path / "nowhere").text("0" * 64) is None


@given(st.text(alphabet=st.sampled_from('aB1 .!?\n"”’('), max_size=60))
def test_no_word_of_a_text_lies_outside_its_sentences(text: str) -> None:
    spans = sentences(text)
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(i in covered for i, letter in enumerate(text) if letter.isalnum())
    assert all(a < b for a, b in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


def test_a_line_and_a_full_stop_before_a_capital_end_a_sentence() -> None:
    text = "Heading\nOne. Two, e.g. this one? “Three.” 4 is new"
    assert [text[a:b] for a, b in sentences(text)] == [
        "Heading",
        "One.",
        "Two, e.g. this one?",
        "“Three.",
        "4 is new",
    ]


# --- Findings ------------------------------------------------------------------------------------


def test_a_finding_is_written_with_its_place_first_and_its_remedy_below() -> None:
    finding = Finding("date", "not a date", file=Path("a.ttl"), line=3, column=7, remedy="Fix it.")
    assert str(finding) == "a.ttl:3:7: error: not a date [date]\n    Fix it."
    assert Finding("x", "y", severity=Severity.INFO, focus="st:a").place == "st:a"
    assert Finding("x", "y").place == "content"


def test_an_error_of_the_content_says_all_its_findings() -> None:
    error = ContentError(Finding("a", "one"), Finding("b", "two"))
    assert "one" in str(error)
    assert "two" in str(error)
    assert len(error.findings) == 2
