"""Turtle files with places: where it stops being Turtle, and where each subject's block begins.

Parsing is pyoxigraph's (RDF 1.1 Turtle); the places of triples are those of
:mod:`foedus.content.spans`. Where only the line of each subject is asked for, a scan of the tokens
that can precede a subject is quicker.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from foedus.content.files import read_utf8
from foedus.content.spans import Document, Lines, NotTurtle11, read_spans
from foedus.findings import ContentError, Finding

_UNNAMED = (ox.BlankNode, ox.Triple)
#: The parser says the place in its message too.
_PARSER_PLACE = re.compile(r"^Parser error (?:at|between) [^:]*?: | \(line \d+\)$")

_TOKEN = re.compile(
    r"""
    (?P<string>\"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
              | \"(?:[^\"\\\n]|\\.)*\" | '(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>\s]*>)
  | (?P<comment>\#[^\n]*)
  | (?P<directive>@prefix|@base|\b(?:PREFIX|BASE)\b)
  | (?P<name>[A-Za-z_][\w.-]*?:[\w%\\:.-]*[\w%-] | [A-Za-z_][\w-]*: | :[\w-]+ | _:[\w-]+)
  | (?P<open>[\[(]) | (?P<close>[\])])
  | (?P<end>\.(?=\s|\Z|\#))
    """,
    re.VERBOSE | re.DOTALL,
)


def parse_turtle(path: Path, base: str | None = None) -> list[ox.Triple]:
    """Every triple of a Turtle file; blank nodes are called the same in every reading of it.

    Relative IRIs are relative to *base*; without one they are errors.

    Raises :class:`ContentError` with file, line and column when it is not Turtle or not UTF-8,
    and :class:`~foedus.findings.CannotRun` when it cannot be read.
    """
    text = read_utf8(path)
    try:
        triples = [
            quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)
        ]
    except SyntaxError as error:
        raise ContentError(_malformed(path, error)) from None
    if any(type(t.object) in _UNNAMED or type(t.subject) is ox.BlankNode for t in triples):
        return [quad.triple for quad in document(path, base).quads]
    return triples


def _malformed(path: Path, error: SyntaxError) -> Finding:
    message = _PARSER_PLACE.sub("", error.msg)
    return Finding(
        "syntax",
        f"not Turtle: {message}",
        file=path,
        line=error.lineno,
        column=error.offset,
        remedy="Correct the file at this place (RDF 1.1 Turtle, section 6.5).",
        end_line=error.end_lineno,
        end_column=error.end_offset,
    )


def document(path: Path, base: str | None = None) -> Document:
    """A Turtle file with the place of every triple; errors as of :func:`parse_turtle`.

    Kept for as long as the file does not change.
    """
    state = path.stat()
    return _document(path, base, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=512)
def _document(path: Path, base: str | None, _changed: int, _size: int) -> Document:
    text = read_utf8(path)
    key = hashlib.sha256(path.as_posix().encode()).hexdigest()[:8]
    try:
        return read_spans(text, base=base, key=key)
    except SyntaxError as error:
        raise ContentError(_malformed(path, error)) from None
    except NotTurtle11 as error:
        span = Lines(text).span(error.start, error.end)
        raise ContentError(
            Finding(
                "syntax",
                "not Turtle: this is of RDF 1.2, which is not read here",
                file=path,
                line=span.line,
                column=span.column,
                remedy="Say it in RDF 1.1: a statement is a node of its own.",
                end_line=span.end_line,
                end_column=span.end_column,
            )
        ) from None


def subject_lines(path: Path) -> dict[str, int]:
    """The line (from 1) on which the block of each named subject begins, by its full IRI."""
    text = read_utf8(path)
    lines: dict[str, int] = {}
    line, counted = 1, 0
    for iri, offset in _subjects(text):
        line += text.count("\n", counted, offset)
        counted = offset
        lines.setdefault(iri, line)
    return lines


def _subjects(text: str) -> Iterator[tuple[str, int]]:
    namespaces: dict[str, str] = {}
    depth, fresh, directive = 0, True, None
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token.group()
        if kind == "comment":
            continue
        if kind == "directive":
            directive, fresh = [word], False
        elif directive is not None:
            directive.append(word)
            if kind == "iri":
                if len(directive) == 3:
                    namespaces[directive[1].removesuffix(":")] = word[1:-1]
                if not directive[0].startswith("@"):
                    directive, fresh = None, True
            elif kind == "end":
                directive, fresh = None, True
        elif kind == "open":
            depth += 1
            fresh = False
        elif kind == "close":
            depth -= 1
        elif kind == "end":
            fresh = depth == 0
        elif fresh:
            fresh = False
            if kind == "iri":
                yield word[1:-1], token.start()
            elif kind == "name" and not word.startswith("_:"):
                prefix, _, local = word.partition(":")
                yield namespaces.get(prefix, "") + local, token.start()
