"""The evidence stage: passages, coverage, and words that are not ours."""

import hashlib
from pathlib import Path

import pytest

from foedus.content.texts import Texts

from .conftest import TEXT, Small

STAGE = ("evidence",)


def offsets(slug: str) -> tuple[int, int]:
    from .conftest import PASSAGES

    start = TEXT.index(PASSAGES[slug])
    return start, start + len(PASSAGES[slug])


def test_a_clean_content_is_compared_with_its_text(small: Small) -> None:
    report = small.check(*STAGE, require_texts=True)
    assert report.findings == ()
    checked = report.stages[0].checked
    assert checked["texts"] == 1
    assert checked["passages compared with their text"] == 4
    assert checked["sentences"] == 4


def test_an_offset_outside_the_text_is_told_where_it_stands(small: Small) -> None:
    small.replace(small.STATEMENTS, f"oa:end {offsets('signed')[1]}", "oa:end 99999")
    (finding,) = small.found("offset-outside-text", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert small.said(finding) == "99999"
    assert finding.path == "oa:end"
    assert str(len(TEXT)) in finding.message


def test_another_passage_than_the_one_recorded_is_told_and_found_again(small: Small) -> None:
    start, end = offsets("signed")
    small.replace(small.STATEMENTS, f"oa:start {start} ", f"oa:start {start + 3} ")
    small.replace(small.STATEMENTS, f"oa:end {end} ", f"oa:end {end + 3} ")
    (finding,) = small.found("passage-digest", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert small.said(finding).startswith('"')
    assert finding.line == small.line(small.STATEMENTS, "ev:signed a") + 4
    assert finding.remedy == f"The passage with this digest stands from {start} to {end}."


def test_a_passage_without_a_word_is_told(small: Small) -> None:
    start, end = offsets("signed")
    small.replace(small.STATEMENTS, f"oa:end {end} ", f"oa:end {start} ")
    (finding,) = small.found("empty-passage", STAGE)
    assert small.said(finding) == str(start)
    assert finding.line == small.line(small.STATEMENTS, "ev:signed a") + 3


def test_a_passage_of_another_source_is_told_though_its_digest_is_right(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    own, other = "f:inSource source:example", "f:inSource source:qumber-2017"
    small.write(small.STATEMENTS, text.replace(own, other, 1))
    (finding,) = small.found("evidence-of-another-source", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert finding.value == "https://w3id.org/foedus/id/source/qumber-2017"


def test_a_statement_without_evidence_is_told_where_it_would_stand(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    small.write(small.STATEMENTS, text.replace(" ;\n    f:evidence ev:signed .", " ."))
    (finding,) = small.found("statement-without-evidence", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert small.ends(finding, small.STATEMENTS, "st:signed a")
    (unused,) = small.found("evidence-without-statement", STAGE)
    assert small.said(unused) == "ev:signed"


def test_a_passage_that_is_not_there_is_told_at_the_statement(small: Small) -> None:
    small.replace(small.STATEMENTS, "f:evidence ev:signed .", "f:evidence ev:singed .")
    (finding,) = small.found("undeclared-evidence", STAGE)
    assert small.said(finding) == "ev:singed"


def test_a_sentence_in_no_passage_is_told_by_its_offsets(small: Small) -> None:
    text = (small.root / small.COVERAGE).read_text(encoding="utf-8")
    small.write(small.COVERAGE, text[: text.index("ev:nc-title")])
    (finding,) = small.found("uncovered-sentence", STAGE)
    assert finding.file == Path(small.COVERAGE)
    assert finding.value == "0-17"
    assert "Strelsau" not in finding.message


@pytest.mark.parametrize("name", ["data/things/more.ttl", "queries/q.rq", "ontology/more.ttl"])
def test_twelve_words_of_a_text_are_told_wherever_they_stand(small: Small, name: str) -> None:
    words = "Ruritania and Zembla signed the Strelsau treaty in June 1955. Each will"
    small.write(name, f"# one\n#+ summary = 'x'\n# {words}\n")
    (finding,) = small.found("copied-words", STAGE)
    assert (finding.file, finding.line) == (Path(name), 3)
    assert "Ruritania" not in finding.message


def test_eleven_words_of_a_text_are_no_copy(small: Small) -> None:
    words = "Ruritania and Zembla signed the Strelsau treaty in June 1955. Each"
    small.write("data/things/more.ttl", f"# {words}\n")
    assert not small.found("copied-words", STAGE)


def test_a_text_of_another_length_is_told(small: Small) -> None:
    small.replace(small.THINGS, f"f:textLength {len(TEXT)}", "f:textLength 7")
    (finding,) = small.found("text-length", STAGE)
    assert small.said(finding) == "7"
    assert str(len(TEXT)) in (finding.remedy or "")


def test_a_text_that_is_not_there_is_skipped_with_its_reason(small: Small, tmp_path: Path) -> None:
    report = small.check(*STAGE, texts=Texts(tmp_path / "nowhere"))
    assert report.exit_code == 0
    assert "nowhere" in report.stages[0].skipped[0]
    assert report.stages[0].checked["texts"] == 0


def test_a_text_that_is_not_there_is_a_finding_where_texts_are_required(
    small: Small, tmp_path: Path
) -> None:
    found = small.found("text-missing", STAGE, texts=Texts(tmp_path), require_texts=True)
    assert [finding.focus for finding in found] == ["https://w3id.org/foedus/id/source/example"]
    assert len(small.said(found[0]).strip('"')) == 64


def test_a_changed_text_is_no_longer_the_text_of_the_source(small: Small) -> None:
    (small.texts / "example.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert small.found("text-missing", STAGE, require_texts=True)
    assert (
        hashlib.sha256(TEXT.encode()).hexdigest()[:12]
        in small.found("text-missing", STAGE, require_texts=True)[0].message
    )
