"""Turtle files with places: where it stops being Turtle, and where each subject's block begins.

Parsing is pyoxigraph's (RDF 1.1 Turtle); the lines of subjects come from a scan of the tokens that
can precede a subject, since no parser at hand reports them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.content.files import read_utf8
from foedus.findings import ContentError, Finding

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


def parse_turtle(path: Path) -> list[ox.Triple]:
    """Every triple of a Turtle file.

    Raises :class:`ContentError` with file, line and column when it is not Turtle or not UTF-8,
    and :class:`~foedus.findings.CannotRun` when it cannot be read.
    """
    text = read_utf8(path)
    try:
        return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise ContentError(
            Finding(
                "syntax",
                f"not Turtle: {error.msg}",
                file=path,
                line=error.lineno,
                column=error.offset,
                remedy="Correct the file at this place (RDF 1.1 Turtle, section 6.5).",
            )
        ) from None


def subject_lines(path: Path) -> dict[str, int]:
    """The line (from 1) on which the block of each named subject begins, by its full IRI."""
    text = path.read_text(encoding="utf-8")
    lines: dict[str, int] = {}
    for iri, offset in _subjects(text):
        lines.setdefault(iri, text.count("\n", 0, offset) + 1)
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
