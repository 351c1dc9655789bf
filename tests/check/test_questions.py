"""The questions stage, over a release of three triples."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from foedus.findings import Finding

from .conftest import Small

F = "PREFIX f: <https://w3id.org/foedus/ontology#>\n"
STATE = "https://w3id.org/foedus/id/state/"


@dataclass
class Built:
    """A release as far as the gate asks for one."""

    dataset_path: Path
    manifest: dict[str, Any]
    held: None = None


def ask(small: Small, tmp_path: Path, header: str, query: str) -> list[Finding]:
    small.write("queries/topic/who.rq", f'#+ summary = "Who?"\n{header}\n{F}{query}\n')
    dataset = tmp_path / "dataset.nq"
    dataset.write_text(
        "".join(
            f'<{STATE}{who}> <https://w3id.org/foedus/ontology#cowCode> "{code}" .\n'
            for who, code in (("ruritania", 999), ("zembla", 998))
        ),
        encoding="utf-8",
    )
    end = datetime.date(1960, 12, 31).isoformat()
    report = small.check("questions", make_release=lambda: Built(dataset, {"knowledge_end": end}))
    assert report.stages[0].checked == {"questions": 1}
    return list(report.findings)


WHO = "SELECT ?who ?code WHERE { ?who f:cowCode ?code } ORDER BY ?code"
COLUMNS = '#+ columns = ["who", "code"]\n#+ rows = '


def test_an_answer_as_written_down_is_no_finding(small: Small, tmp_path: Path) -> None:
    rows = '[["state:ruritania", "999"], ["state:zembla", "998"]]'
    assert not ask(small, tmp_path, COLUMNS + rows, WHO)


def test_a_missing_row_and_a_surplus_row_are_named(small: Small, tmp_path: Path) -> None:
    rows = '[["state:ruritania", "999"], ["state:zenda", "1"]]'
    (finding,) = ask(small, tmp_path, COLUMNS + rows, WHO)
    assert (finding.rule, finding.file) == ("question", Path("queries/topic/who.rq"))
    assert "missing, the first (state:zenda, 1)" in finding.message
    assert "not expected, the first (state:zembla, 998)" in finding.message


def test_the_order_counts_where_the_question_says_so(small: Small, tmp_path: Path) -> None:
    rows = '[["state:ruritania", "999"], ["state:zembla", "998"]]\n#+ ordered = true'
    (finding,) = ask(small, tmp_path, COLUMNS + rows, WHO)
    assert "row 1 is (state:zembla, 998)" in finding.message


def test_other_columns_are_told(small: Small, tmp_path: Path) -> None:
    (finding,) = ask(small, tmp_path, '#+ columns = ["who"]', WHO)
    assert "who, code" in finding.message


def test_an_unexpected_empty_answer_is_told(small: Small, tmp_path: Path) -> None:
    rows = '[["state:zembla", "998"]]'
    query = "SELECT ?who ?code WHERE { ?who f:isoAlpha2 ?code }"
    (finding,) = ask(small, tmp_path, COLUMNS + rows, query)
    assert "has no answer, expected 1 rows" in finding.message


def test_an_empty_answer_is_expected_only_where_the_question_says_so(
    small: Small, tmp_path: Path
) -> None:
    query = "SELECT ?who ?code WHERE { ?who f:isoAlpha2 ?code }"
    assert ask(small, tmp_path, COLUMNS + "[]", query)
    assert not ask(small, tmp_path, COLUMNS + '[]\n#+ tags = ["empty"]', query)


@pytest.mark.parametrize(("expected", "findings"), [("true", 0), ("false", 1)])
def test_the_truth_of_an_ask_is_compared(
    small: Small, tmp_path: Path, expected: str, findings: int
) -> None:
    found = ask(small, tmp_path, f"#+ answer = {expected}", "ASK { ?who f:cowCode ?code }")
    assert len(found) == findings


def test_the_day_asked_for_is_the_end_of_knowledge_where_the_question_names_none(
    small: Small, tmp_path: Path
) -> None:
    query = "SELECT ?day WHERE { BIND(STR(?at) AS ?day) }"
    header = '#+ columns = ["day"]\n#+ rows = [["1960-12-31"]]'
    assert not ask(small, tmp_path, header, query)
    header = '#+ at = 1955-06-01\n#+ columns = ["day"]\n#+ rows = [["1955-06-01"]]'
    assert not ask(small, tmp_path, header, query)


def test_a_broken_query_is_told_with_its_line(small: Small, tmp_path: Path) -> None:
    (finding,) = ask(small, tmp_path, COLUMNS + "[]", "SELECT ?who\nWHERE { ?who f:cowCode }")
    assert finding.rule == "question-syntax"
    assert finding.line == 6


def test_a_question_that_calls_another_service_is_not_asked(small: Small, tmp_path: Path) -> None:
    query = "SELECT ?who WHERE { SERVICE <http://127.0.0.1:9/> { ?who f:cowCode ?code } }"
    (finding,) = ask(small, tmp_path, '#+ columns = ["who"]', query)
    assert "was not answered" in finding.message


def test_a_statement_that_is_not_there_is_told_with_its_line(small: Small, tmp_path: Path) -> None:
    header = '#+ answer = true\n#+ statements = ["example/gone", "example/signed"]'
    (finding,) = ask(small, tmp_path, header, "ASK { ?who f:cowCode ?code }")
    assert (finding.value, finding.line) == ("example/gone", 3)


def test_questions_without_a_release_are_skipped_with_the_reason(small: Small) -> None:
    small.write("queries/who.rq", f'#+ summary = "Who?"\n{F}ASK {{ ?s ?p ?o }}\n')
    result = small.check("questions").stages[0]
    assert result.skipped == ("1 questions: no release of the content was given",)
