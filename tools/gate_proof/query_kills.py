"""Asking the mutants of questions: in a process of its own each answer has a limit of time.

A mutant is killed when the gate has a finding on it: another answer than the one written down,
over the release or over the invented data of the question, or none
within the limit (a pattern without which everything is joined with everything).
"""

from __future__ import annotations

import datetime
import multiprocessing
import resource
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from foedus.check.questions import ask_question
from foedus.content.locate import Content
from foedus.content.questions import Question, read_questions
from foedus.engine.embedded import EmbeddedEngine
from foedus.release import Release
from gate_proof.equivalent_queries import equivalent
from gate_proof.figures import Figures
from gate_proof.query_mutants import OPERATORS, Mutant, mutants

#: Seconds of processor time and bytes of memory for one answer.
SECONDS, MEMORY = 5, 3 * 1024**3
COLUMNS = ("mutants", "killed", "of these without answer", "equivalent (not counted)")


class Asker:
    """A process that asks questions of a release; killed and started again when it takes long."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def rules(self, question: Question) -> list[str] | None:
        """The rules of the findings on a question; ``None`` when it is not answered in time."""
        if self._process is None or not self._process.is_alive():
            ours, theirs = multiprocessing.Pipe()
            self._pipe = ours
            self._process = multiprocessing.get_context("fork").Process(
                target=_serve, args=(self._release, theirs), daemon=True
            )
            self._process.start()
            theirs.close()
            assert ours.recv() == []  # the release is loaded
        assert self._pipe is not None
        self._pipe.send(question)
        try:
            if self._pipe.poll(SECONDS * 6):
                found: list[str] = self._pipe.recv()
                return found
        except EOFError:
            pass
        self.close()
        return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(release: Release, pipe: Connection) -> None:
    engine = EmbeddedEngine.load(release.dataset_path)
    end = datetime.date.fromisoformat(release.manifest["knowledge_end"])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pipe.send([])
    while True:
        question = pipe.recv()
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        pipe.send([finding.rule for finding in ask_question(engine, question, end)])


def drawn(question: Question, seed: int) -> Iterator[Mutant]:
    """The mutants of a question that differ from it."""
    seen = {question.text}
    for mutant in mutants(question.text, seed):
        if mutant.text not in seen:
            seen.add(mutant.text)
            yield mutant


def prove(
    content: Path, release: Release, seed: int, piece: tuple[int, int] = (1, 1), each: int = 0
) -> Figures:
    """The mutants of the questions (of every n-th one, for a piece), at most *each* of one."""
    figures = Figures("questions", "mutants of questions", COLUMNS)
    for name in OPERATORS:
        figures.count(name)
    asker = Asker(release)
    number, of = piece
    known = read_questions(Content(content))
    try:
        for question in known[number - 1 :: of]:
            if asker.rules(question) != []:
                raise SystemExit(f"{question.name} is not answered as expected: check first.")
            chosen = list(drawn(question, seed))
            for mutant in chosen[:: max(1, len(chosen) // each)] if each else chosen:
                _ask(asker, question, mutant, content, figures)
    finally:
        asker.close()
    return figures


def _ask(asker: Asker, question: Question, mutant: Mutant, content: Path, figures: Figures) -> None:
    found = asker.rules(replace(question, text=mutant.text))
    if found is not None and "question-syntax" in found:
        return  # no query any more
    if found == [] and equivalent(content, mutant):
        figures.count(mutant.operator, 0, 0, 0, 1)
        return
    figures.count(mutant.operator, 1, found != [], found is None)
    if found == []:
        where = f"{question.name}, line {mutant.line}"
        figures.survivors.append(f"{mutant.operator}: {where}: {mutant.change}")
