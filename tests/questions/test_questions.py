"""Every question answers as written, and one change to the data turns it red."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.check.questions import ask_question
from foedus.content.locate import find_content
from foedus.content.names import BASE
from foedus.content.questions import Question, read_questions
from foedus.content.read import Reading, read_content
from foedus.engine.embedded import EmbeddedEngine
from foedus.graph import describe, digest, facts
from foedus.release import knowledge_end

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = read_questions(find_content(ROOT))


def named(question: Question) -> str:
    return question.name


@pytest.fixture(scope="module")
def described() -> Reading:
    """The content with its statements described, before any rule has run."""
    reading = read_content(find_content(ROOT))
    facts.describe_statements(reading)
    return reading


@pytest.fixture(scope="module")
def end(described: Reading) -> datetime.date:
    return datetime.date.fromisoformat(knowledge_end(described))


@pytest.fixture(scope="module")
def rules() -> list[facts.Rule]:
    return facts.read_rules(find_content(ROOT).rules)


def derived(described: Reading, rules: list[facts.Rule], without: str | None = None) -> ox.Store:
    """The dataset that the rules make of the content, with one statement taken out of it."""
    left_out = ox.NamedNode(f"{BASE}id/statement/{without}") if without else None
    store = ox.Store()
    store.bulk_extend(quad for quad in described.store if quad.subject != left_out)
    facts.apply_rules(store, rules)
    store.bulk_extend(
        describe.describe(digest.rows(digest.canonical_store(store)), "test", "0", described.files)
    )
    return store


@pytest.fixture(scope="module")
def answering(described: Reading, rules: list[facts.Rule]) -> EmbeddedEngine:
    return EmbeddedEngine(derived(described, rules))


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_the_question_answers_as_written_beforehand(
    question: Question, answering: EmbeddedEngine, end: datetime.date
) -> None:
    assert list(ask_question(answering, question, end)) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_without_one_statement_the_answer_is_another(
    question: Question, described: Reading, rules: list[facts.Rule], end: datetime.date
) -> None:
    assert question.breaks, "a question names the statement on which its answer hangs"
    statement = ox.NamedNode(f"{BASE}id/statement/{question.breaks}")
    assert any(described.store.quads_for_pattern(statement, None, None, None))
    engine = EmbeddedEngine(derived(described, rules, without=question.breaks))
    assert list(ask_question(engine, question, end)), "nobody would notice that it is gone"


def structure(text: str) -> str:
    """A query without what it is about: every name, literal and variable by its place alone."""
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "PREFIX")))
    text = re.sub(r'"[^"]*"(@\w+|\^\^\S+)?', "L", text)
    text = re.sub(r"<[^>]*>", "I", text)
    text = re.sub(r"\b(?!I\b)[a-z]*:[\w-]+", "I", text)
    seen: dict[str, str] = {}
    text = re.sub(r"\?\w+", lambda m: seen.setdefault(m.group(), f"?{len(seen)}"), text)
    text = re.sub(r"\b\d+(\.\d+)?\b", "N", text)
    return re.sub(r"\s+", " ", text).strip()


def test_there_are_sixty_questions_of_forty_structures() -> None:
    structures = Counter(structure(question.text) for question in QUESTIONS)
    assert len(QUESTIONS) >= 60
    assert len(structures) >= 40


def test_a_simple_question_is_a_simple_query() -> None:
    """Half of all questions take no more than ten lines of SPARQL without their prefixes."""
    lengths = sorted(
        sum(
            1
            for line in question.text.splitlines()
            if line.strip() and not line.startswith(("#", "PREFIX"))
        )
        for question in QUESTIONS
    )
    assert lengths[len(lengths) // 2] <= 10
