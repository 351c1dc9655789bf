"""The plugin for pytest, in projects that know nothing of Foedus but its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DATA = """
@prefix ex: <http://example.org/> .
ex:a ex:owes ex:b . ex:b ex:owes ex:c .
"""
RIGHT = """#+ summary = "Who owes whom?"
#+ columns = ["who", "whom"]
#+ rows = [["ex:a", "ex:b"], ["http://example.org/b", "ex:c"]]
PREFIX ex: <http://example.org/>
SELECT ?who ?whom { ?who ex:owes ?whom }
"""
CONFIGURATION = """
[pytest]
testpaths = questions
foedus_queries = questions
foedus_data = *.ttl
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    (tmp_path / "pytest.ini").write_text(CONFIGURATION, "utf-8")
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/who-owes-whom.rq").write_text(RIGHT, "utf-8")
    return tmp_path


def run(project: Path) -> tuple[int, str]:
    """Run pytest there, the plugin named as if it were installed (it may or may not be)."""
    path = [
        str(Path(__file__).resolve().parent.parent / "server"),
        os.environ.get("PYTHONPATH", ""),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:foedus", "-p", "foedus.pytest_plugin", "-rA"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_question_that_is_answered_as_expected_passes(project: Path) -> None:
    code, output = run(project)
    assert code == 0, output
    assert "1 passed" in output
    assert "who-owes-whom" in output


def test_a_wrong_answer_fails_and_names_the_row_the_file_and_no_trace(project: Path) -> None:
    wrong = RIGHT.replace('"ex:c"', '"ex:d"')
    (project / "questions/who-owes-whom.rq").write_text(wrong, "utf-8")
    code, output = run(project)
    assert code == 1
    assert "1 missing" in output
    assert "who-owes-whom.rq" in output
    assert "Traceback" not in output


def test_a_question_that_is_no_sparql_fails_with_line_and_column(project: Path) -> None:
    (project / "questions/broken.rq").write_text(RIGHT.replace("SELECT", "SELEKT"), "utf-8")
    code, output = run(project)
    assert code == 1
    assert "broken.rq:5:1" in output
    assert "1 passed" in output


def test_questions_without_data_say_what_to_set(project: Path) -> None:
    (project / "pytest.ini").write_text(CONFIGURATION.replace("foedus_data = *.ttl", ""), "utf-8")
    code, output = run(project)
    assert code == 1
    assert "foedus_data or foedus_content" in output


def test_a_pattern_that_matches_nothing_is_no_empty_success(project: Path) -> None:
    (project / "data.ttl").unlink()
    code, output = run(project)
    assert code == 1
    assert "*.ttl matches no file" in output


def test_a_project_that_names_no_questions_is_left_alone(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\n", "utf-8")
    code, output = run(project)
    assert code == 5, output  # nothing was collected


def test_content_in_our_layout_is_built_and_asked(content_dir: Path, tmp_path: Path) -> None:
    name = "features/short-of-a-nato"
    (tmp_path / "mine.rq").write_bytes((content_dir / f"queries/{name}.rq").read_bytes())
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nfoedus_queries = mine.rq\nfoedus_content = {content_dir}\n", "utf-8"
    )
    code, output = run(tmp_path)
    assert code == 0, output
    assert "1 passed" in output
