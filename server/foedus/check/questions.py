"""The questions stage: every competency question answers as somebody wrote it down beforehand."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from foedus.check.inputs import Inputs
from foedus.check.result import StageResult
from foedus.content.names import expand, prefixes, shorten
from foedus.content.questions import Question, Row, read_question
from foedus.content.versions import Versions, digests
from foedus.engine.answers import Boolean, Engine, Solutions, value
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.errors import QueryError, QuerySyntaxError
from foedus.engine.reads import reads
from foedus.findings import ContentError, Finding, finding_of

_JOINED = "the answers, which are written down for the content alone: imports have joined it"


def check_questions(inputs: Inputs) -> StageResult:
    """Ask every question of the release and compare the answer with the one written down."""
    findings: list[Finding] = []
    questions: list[Question] = []
    folder = inputs.content.root / "queries"
    for path in inputs.content.files("queries", ".rq"):
        try:
            name = path.relative_to(folder).with_suffix("").as_posix()
            questions.append(read_question(path, name))
        except ContentError as error:
            findings += error.findings
    if not questions:
        return StageResult("questions", {"questions": 0}, tuple(findings))
    try:
        release = inputs.release
    except ContentError:
        release = None
        why = "the content does not build, see the stages ontology and release"
    else:
        why = "no release of the content was given"
    if release is None:
        return StageResult(
            "questions", {"questions": 0}, tuple(findings), (f"{len(questions)} questions: {why}",)
        )
    engine = inputs.engine
    assert engine is not None
    end = datetime.date.fromisoformat(release.manifest["knowledge_end"])
    statements = _statements(inputs)
    versions = Versions()
    alone = not inputs.content.imports
    if alone and inputs.content.kept.folder is not None and release.held is not None:
        versions.add(digests(release.held.lines))
    for question in questions:
        inputs.tell(question.name)
        findings += _unknown_statements(question, statements)
        findings += _asked(inputs, engine, question, end, versions)
    skipped = (_JOINED,) if inputs.content.imports else ()
    return StageResult("questions", {"questions": len(questions)}, tuple(findings), skipped)


def _asked(
    inputs: Inputs, engine: Engine, question: Question, end: datetime.date, versions: Versions
) -> list[Finding]:
    """As :func:`ask_question`, or what it said when all that the question looks at was the same."""
    kept, text = inputs.content.kept, question.text
    looked_at = None
    if versions.known:
        looked_at = kept.memo("questions understood", (text,), lambda: reads(text))
    if looked_at is None:
        alone = not inputs.content.imports
        return list(ask_question(engine, question, end, compare=alone))
    found = kept.memo(
        "questions asked",
        (repr(question), str(end), *versions.of(looked_at)),
        lambda: [finding.plain() for finding in ask_question(engine, question, end)],
    )
    return [finding_of(values) for values in found]


def _statements(inputs: Inputs) -> set[str]:
    return {"/".join(node.value.rsplit("/", 2)[1:]) for node, _ in inputs.statements}


def _unknown_statements(question: Question, known: set[str]) -> Iterator[Finding]:
    named = [*question.statements, *([question.breaks] if question.breaks else [])]
    for name in dict.fromkeys(named):
        if name not in known:
            yield _finding(
                question,
                f"names the statement {name}, which is not there",
                "Write source/slug of a statement in data/statements/.",
                name,
            )


def ask_question(
    engine: Engine, question: Question, end: datetime.date, *, compare: bool = True
) -> Iterator[Finding]:
    """What is wrong with the answer to one question; nothing where it is as written down.

    ``compare=False``: nothing where it is answered at all.
    *end* is the day for ``?at`` where the question names none: the end of knowledge. Invented data
    that the question carries is asked too, alone, in a store of its own.
    """
    yield from _ask(engine, question, end, compare)
    if question.invented:
        try:
            over = _invented(question)
        except (SyntaxError, ValueError) as error:
            yield _finding(question, f"has invented data that is no TriG: {error}", None, None)
            return
        apart = replace(
            question,
            name=f"{question.name}, over its invented data,",
            rows=question.invented_rows,
            answer=question.answer if question.answer is None else False,
            tags=(*question.tags, "empty"),
        )
        # What is wrong with the query itself is said already.
        yield from (f for f in _ask(over, apart, end) if f.rule != "question-syntax")


def _invented(question: Question) -> EmbeddedEngine:
    names = {**prefixes(), **dict(_PREFIX.findall(question.text))}
    head = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in names.items())
    store = ox.Store()
    store.extend(ox.parse(head + question.invented, format=ox.RdfFormat.TRIG))
    return EmbeddedEngine(store)


def _ask(
    engine: Engine, question: Question, end: datetime.date, compare: bool = True
) -> Iterator[Finding]:
    try:
        answer = engine.query(question.text, at=question.at or end)
    except QuerySyntaxError as error:
        yield Finding(
            "question-syntax",
            f"not SPARQL 1.1: {error.message}",
            file=question.path,
            line=error.line,
            column=error.column,
            remedy=error.hint or error.expected,
        )
        return
    except QueryError as error:
        yield _finding(question, f"was not answered: {error}", None, None)
        return
    if not compare:
        return
    if isinstance(answer, Boolean):
        yield from _compare_truth(question, answer)
    elif isinstance(answer, Solutions):
        yield from _compare_rows(question, answer)
    else:
        yield _finding(question, "is neither SELECT nor ASK", "Ask by SELECT or ASK.", None)


def _compare_truth(question: Question, answer: Boolean) -> Iterator[Finding]:
    if question.answer is None:
        yield _finding(question, "says no answer", "Write #+ answer = true or false.", None)
    elif question.answer != answer.value:
        yield _finding(
            question,
            f"answers {str(answer.value).lower()}, expected {str(question.answer).lower()}",
            _REMEDY,
            None,
        )


_REMEDY = "Correct the query, the expected answer or the statements it was written from."


def _compare_rows(question: Question, answer: Solutions) -> Iterator[Finding]:
    if question.columns != answer.variables:
        yield _finding(
            question,
            f"has the columns {', '.join(answer.variables)}, expected "
            f"{', '.join(question.columns) or 'none'}",
            "Write #+ columns as the query projects them.",
            None,
        )
        return
    names = dict(_PREFIX.findall(question.text))
    found = [tuple(_plain(value(term), names) for term in row) for row in answer.rows]
    expected = [tuple(_plain(cell, names) for cell in row) for row in question.rows]
    if not found and expected:
        yield _finding(question, f"has no answer, expected {len(expected)} rows", _REMEDY, None)
    elif not found:
        if "empty" not in question.tags:
            yield _finding(
                question,
                "has no answer and expects none: nothing tells whether it looked",
                'Write the expected rows, or #+ tags = ["empty"] where none is the right answer.',
                None,
            )
    elif question.ordered and found != expected:
        yield _finding(question, _first_difference(found, expected), _REMEDY, None)
    elif Counter(found) != Counter(expected):
        yield _finding(question, _set_difference(found, expected), _REMEDY, None)


#: The names that a question declares for itself: what it expects may be written in them.
_PREFIX = re.compile(
    r"^[ \t]*PREFIX[ \t]+([\w.-]*):[ \t]*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE
)


def _plain(cell: str, names: Mapping[str, str]) -> str:
    """An IRI as its prefixed name, anything else as it is, so that both ways to write it agree."""
    prefix, colon, local = cell.partition(":")
    if "://" in cell:
        return shorten(cell)
    if colon and prefix in names and " " not in cell:
        return shorten(names[prefix] + local)
    try:
        return shorten(expand(cell)) if colon and " " not in cell else cell
    except KeyError:
        return cell


def _first_difference(found: Sequence[Row], expected: Sequence[Row]) -> str:
    for number, (got, wanted) in enumerate(zip(found, expected, strict=False), 1):
        if got != wanted:
            return f"row {number} is {_show(got)}, expected {_show(wanted)}"
    return f"has {len(found)} rows, expected {len(expected)}"


def _set_difference(found: Sequence[Row], expected: Sequence[Row]) -> str:
    missing = sorted((Counter(expected) - Counter(found)).elements())
    surplus = sorted((Counter(found) - Counter(expected)).elements())
    parts = []
    if missing:
        parts.append(f"{len(missing)} missing, the first {_show(missing[0])}")
    if surplus:
        parts.append(f"{len(surplus)} not expected, the first {_show(surplus[0])}")
    return "rows " + "; ".join(parts)


def _show(row: Row) -> str:
    return "(" + ", ".join(cell or "—" for cell in row) + ")"


def _finding(question: Question, message: str, remedy: str | None, about: str | None) -> Finding:
    line = None
    if about:
        lines = question.text.split("\n")
        line = next((n for n, text in enumerate(lines, 1) if f'"{about}"' in text), None)
    return Finding(
        "question",
        f"{question.name} {message}",
        file=question.path,
        line=line or 1,
        value=about,
        remedy=remedy,
    )
