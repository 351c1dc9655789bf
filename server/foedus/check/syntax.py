"""The syntax stage: files that parse, names that are declared and in their place, one layout.

Here too, since every file is looked at: nothing that only rules may say stands in the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from foedus.check.derived import by_hand
from foedus.check.fixes import untidy
from foedus.check.inputs import Inputs
from foedus.check.result import StageResult
from foedus.check.terms import undeclared
from foedus.content.files import read_utf8
from foedus.content.layout import laid_out
from foedus.content.locate import ROOMS, Content
from foedus.content.names import BASE
from foedus.content.questions import read_question
from foedus.content.turtle import parse_turtle
from foedus.findings import ContentError, Finding, finding_of

SOURCE_ROOMS = ("statements", "coverage")


def check_syntax(inputs: Inputs) -> StageResult:
    """Look at every file of the four rooms; a broken one does not hide the others."""
    content = inputs.content
    findings: list[Finding] = []
    skipped: list[str] = []
    findings += inputs.syntax_errors
    findings += _links(content)
    shapes = content.files("shapes")
    for path in shapes:
        findings += _kept(content, "files parsed", path, partial(_parse, path))
    questions = content.files("queries", ".rq")
    for path in questions:
        try:
            read_question(path, path.stem)
        except ContentError as error:
            findings += error.findings
    rules = content.files("ontology", ".rq")
    for path in (*content.files("ontology"), *rules, *content.files("data"), *shapes, *questions):
        findings += untidy(content, path)
    checked = {
        "Turtle files": len(content.files("ontology")) + len(content.files("data")) + len(shapes),
        "question files": len(questions),
    }
    broken = {error.file for error in inputs.syntax_errors}
    for room in SOURCE_ROOMS:
        for path in sorted((content.root / "data" / room).glob("*.ttl")):
            if path not in broken:
                findings += _strangers(inputs, path)
                findings += _kept(content, "layouts", path, partial(_layout, path))
                checked["files in the layout"] = checked.get("files in the layout", 0) + 1
    findings += by_hand(inputs)
    if inputs.things_unread:
        skipped.append("undeclared names: a broken file may declare them, see the syntax errors")
    else:
        checked["names used"], found = undeclared(inputs)
        findings += found
        skipped += inputs.left_out
    return StageResult("syntax", checked, tuple(findings), tuple(skipped))


def _links(content: Content) -> Iterator[Finding]:
    """Symbolic links that lead nowhere or in a circle."""
    for room in ROOMS:
        for path in sorted((content.root / room).rglob("*")):
            if not path.is_symlink():
                continue
            try:
                target = path.resolve(strict=True)
                circle = target.is_dir() and path.is_relative_to(target)
            except (OSError, RuntimeError):
                circle = True
            if circle:
                yield Finding(
                    "unread-file",
                    "this symbolic link leads nowhere, or in a circle",
                    file=path,
                    remedy="Take the link away, or let it lead to the file.",
                )


def _kept(
    content: Content, name: str, path: Path, make: Callable[[], Iterable[Finding]]
) -> list[Finding]:
    """What is found in one file alone, or was found when it was as it is now."""
    found = content.kept.of_files(name, (path,), lambda: [f.plain() for f in make()])
    return [finding_of(values) for values in found]


def _parse(path: Path) -> tuple[Finding, ...]:
    try:
        parse_turtle(path)
    except ContentError as error:
        return error.findings
    return ()


def _strangers(inputs: Inputs, path: Path) -> Iterator[Finding]:
    """Subjects in the file of a source that belong to no statement or passage of this source."""
    mine = (f"{BASE}id/statement/{path.stem}/", f"{BASE}id/evidence/{path.stem}/")
    for iri, line in inputs.subjects.get(inputs.content.relative(path), {}).items():
        if not iri.startswith(mine):
            yield Finding(
                "foreign-subject",
                f"{iri} is not a statement or a passage of {path.stem}",
                **inputs.places.file(path, line),
                focus=iri,
                remedy="A file of a source holds what this source says (st:…) and its passages "
                "(ev:…); things go into data/things/.",
            )


def _layout(path: Path) -> Iterator[Finding]:
    text = read_utf8(path)
    try:
        expected = laid_out(path)
    except ValueError as error:
        yield Finding(
            "layout", str(error), file=path, line=1, remedy="Give every node an IRI of its own."
        )
        return
    if text == expected:
        return
    if text.replace("\r\n", "\n") == expected:
        return  # the rule of line ends says so
    old, new = text.split("\n"), expected.split("\n")
    pairs = zip(old, new, strict=False)
    line, wanted = next(
        ((n, other) for n, (one, other) in enumerate(pairs, 1) if one != other),
        (min(len(old), len(new) + 1), ""),
    )
    begin, end = _unlike(old[line - 1], wanted)
    yield Finding(
        "layout",
        "not in the project's layout, so that differences would hide what changed",
        file=path,
        line=line,
        column=begin + 1,
        end_line=line,
        end_column=end + 1,
        remedy=f"Expected here: {wanted.strip() or 'the end of the block or file'}",
    )


def _unlike(line: str, wanted: str) -> tuple[int, int]:
    """The part of *line* (end exclusive) that differs from *wanted*."""
    begin = _same(line, wanted)
    return begin, len(line) - _same(line[begin:][::-1], wanted[begin:][::-1])


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
