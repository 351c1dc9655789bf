"""Where in the files something is said: the exact characters of a subject, a triple, a value.

A finding says what it is about (focus node, path, value); :meth:`Places.of` gives it the place of
that triple, or, where nothing of the path is said, the end of the block of its subject. Files are
read with their places only when a finding asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TypedDict

import pyoxigraph as ox

from foedus.content.files import read_utf8
from foedus.content.locate import Content
from foedus.content.names import BASE, expand, shorten
from foedus.content.spans import Document, Lines
from foedus.content.turtle import document, subject_lines
from foedus.findings import CannotRun, ContentError, Finding

_SPOKEN = {"id/statement/": "statement", "id/evidence/": "passage", "shape/": "shape"}
_PREFIX = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
#: One property in a SHACL path as it is written in findings, its inverse marked.
_STEP = re.compile(r"(\^?)(<[^<>]*>|[a-z][a-z0-9+.-]*://[^\s|^*+?()]+|[\w.-]*:[\w.-]*)")


def spoken(iri: str) -> str:
    """An IRI as a message says it: a prefixed name, ``statement rfi/…``, ``passage rfi/…``."""
    for room, word in _SPOKEN.items():
        if iri.startswith(BASE + room):
            return f"{word} {iri[len(BASE + room) :]}"
    return shorten(iri)


class Place(TypedDict, total=False):
    """The part of a finding that says where; ``file`` is relative to the content."""

    file: Path
    line: int
    column: int
    end_line: int
    end_column: int


def steps(path: str) -> list[tuple[bool, str]]:
    """The properties of a path, each with whether it is inverse, as full IRIs where they are known.

    Of alternatives all, of a sequence each.
    """
    found = []
    for inverse, name in _STEP.findall(path):
        try:
            iri = name[1:-1] if name.startswith("<") else expand(name)
        except KeyError:
            continue
        found.append((bool(inverse), iri))
    return found


@dataclass
class Places:
    """Finds places in the files of one content.

    ``lines`` leads from an IRI to the file (inside the content) and line of its block.
    """

    content: Content
    lines: Mapping[str, tuple[str, int]]
    _texts: dict[Path, tuple[str, Lines] | None] = field(default_factory=dict, repr=False)

    # --- By subject -------------------------------------------------------------------------------

    def block(self, iri: str) -> Place:
        """File and line of the block of a subject; empty where no file has one.

        :meth:`of` finds the characters, by the path and the value of the finding.
        """
        if iri in self.lines:
            file, line = self.lines[iri]
            return {"file": Path(file), "line": line}
        place = self.subject(iri)
        return {"file": place["file"], "line": place["line"]} if place else {}

    def subject(self, iri: str) -> Place:
        """The subject where its block begins; empty where no file has one."""
        for path, read in self._documents(iri):
            block = read.blocks.get(_node(iri))
            if block:
                return self._at(path, read, (block.start, block.subject_end))
        return {}

    def triple(self, subject: str, path: str, value: str | None = None) -> Place:
        """The value that *subject* has by *path*: the object of the triple, where one is written.

        With *value* the very one; without, the last of them. Where none is written, the end of the
        block of the subject: that is where it would be added.
        """
        asked = steps(path)
        best: Place = {}
        for file, read in self._documents(subject):
            for inverse, iri in asked:
                found = list(self._objects(read, subject, iri, inverse))
                exact = [i for i in found if value is not None and _is(read, i, value, inverse)]
                if exact:
                    return self._at(file, read, _part(read, exact[-1], inverse))
                if found and not best:
                    best = self._at(file, read, _part(read, found[-1], inverse))
        if not best and value is not None:
            best = self._said(subject, value)
        return best or self.end(subject)

    def end(self, iri: str) -> Place:
        """The end of the block of a subject, an empty place: what is missing belongs there."""
        for path, read in self._documents(iri):
            block = read.blocks.get(_node(iri))
            if block:
                return self._at(path, read, (block.end, block.end))
        return {}

    def of(self, finding: Finding) -> Finding:
        """*finding* with the exact place of what it is about, where that can be told."""
        if finding.end_line is not None or finding.column is not None or not finding.focus:
            return self._whole(finding)
        if finding.path:
            place = self.triple(finding.focus, finding.path, finding.value)
        elif finding.value:
            place = self._said(finding.focus, finding.value) or self.subject(finding.focus)
        else:
            place = self.subject(finding.focus)
        if not place or (finding.file and not self._same(place["file"], finding.file)):
            return self._whole(finding)
        return replace(finding, **place)

    def _same(self, one: Path, other: Path) -> bool:
        return self.content.root / one == self.content.root / other

    def _said(self, subject: str, value: str) -> Place:
        """Where the block of a subject, brackets in it included, has a value."""
        for path, read in self._documents(subject):
            block = read.blocks.get(_node(subject))
            for index in read.within(block.start, block.end) if block else ():
                if _is(read, index, value, False):
                    return self._at(path, read, read.object(index))
        return {}

    @staticmethod
    def _objects(read: Document, subject: str, iri: str, inverse: bool) -> Iterator[int]:
        if inverse:
            for index in read.by_object.get(_node(subject), ()):
                if read.quads[index].predicate.value == iri:
                    yield index
            return
        for index in read.by_subject.get(_node(subject), ()):
            if read.quads[index].predicate.value == iri:
                yield index

    # --- By file ----------------------------------------------------------------------------------

    def file(self, path: Path, line: int | None = None) -> Place:
        """A file of the content, as its reader knows it; one line of it from end to end."""
        name = self._relative(path)
        if line is None:
            return {"file": name}
        place: Place = {"file": name, "line": line}
        text = self._text(path)
        if text is not None and line <= len(text[1]):
            words = text[1].line(text[0], line)
            begin = len(words) - len(words.lstrip())
            place["column"] = begin + 1
            place["end_line"], place["end_column"] = line, len(words) + 1
        return place

    def stretch(self, path: Path, start: int, end: int) -> Place:
        """The characters from *start* to *end* (exclusive) of a file of the content."""
        text = self._text(path)
        if text is None:
            return {"file": self._relative(path)}
        span = text[1].span(start, end)
        return {
            "file": self._relative(path),
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        }

    def term(self, path: Path, term: str, subject: str | None = None) -> Place:
        """Where *path* writes an IRI or a literal, first within the block of *subject*.

        Falls back to the block, then to the file.
        """
        if path.suffix in (".ttl", ".nt"):
            place = self._term_of_turtle(path, term, subject)
            if place:
                return place
        read = self._text(path)
        text = read[0] if read else ""
        for written in _ways_to_write(text, term):
            match = re.search(rf"(?<![\w:-]){re.escape(written)}(?![\w-])", text)
            if match:
                return self.stretch(path, match.start(), match.end())
        return self.file(path)

    def _term_of_turtle(self, path: Path, term: str, subject: str | None) -> Place:
        try:
            read = document(self.content.root / path, self.content.base(self.content.root / path))
        except ContentError:
            return {}
        block = read.blocks.get(_node(subject)) if subject else None
        first: Place = {}
        for index, quad in enumerate(read.quads):
            for part, where in (
                (quad.predicate, read.predicate(index)),
                (quad.object, read.object(index)),
                (quad.subject, read.subject(index)),
            ):
                named = getattr(part, "value", None) == term
                typed = isinstance(part, ox.Literal) and part.datatype.value == term
                if not named and not typed:
                    continue
                if block is None or block.start <= where[0] < block.end:
                    return self._at(path, read, where)
                first = first or self._at(path, read, where)
        if block and not first:
            return self._at(path, read, (block.start, block.subject_end))
        return first

    def _text(self, path: Path) -> tuple[str, Lines] | None:
        path = self.content.root / path
        if path not in self._texts:
            try:
                text = read_utf8(path)
                self._texts[path] = text, Lines(text)
            except (ContentError, CannotRun):
                self._texts[path] = None
        return self._texts[path]

    def _relative(self, path: Path) -> Path:
        if path.is_absolute() and path.is_relative_to(self.content.root):
            return path.relative_to(self.content.root)
        return path

    # --- What both need ---------------------------------------------------------------------------

    def _whole(self, finding: Finding) -> Finding:
        """A finding that names a line only, with that line from end to end."""
        if finding.file is None or finding.line is None or finding.end_line is not None:
            return finding
        if finding.column is not None:
            return replace(finding, end_line=finding.line, end_column=finding.column + 1)
        return replace(finding, **self.file(finding.file, finding.line))

    def _documents(self, iri: str) -> Iterator[tuple[Path, Document]]:
        """The files in which a subject is written, first the one where its block is."""
        first = self.lines.get(iri, ("", 0))[0]
        names = [first] if first else []
        names += [name for name in self._files.get(iri, ()) if name != first]
        for name in names:
            path = self.content.root / name
            try:
                yield Path(name), document(path, self.content.base(path))
            except (ContentError, CannotRun, OSError):
                continue

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        """The files in which each subject is written, blank nodes as ``_:label``."""
        found: dict[str, list[str]] = {}
        for room in ("ontology", "data", "shapes"):
            for path in self.content.files(room):
                name = self.content.relative(path)
                if "examples" in path.parts:
                    continue
                try:
                    subjects = self.content.kept.of_files(
                        "subjects of files", (path,), partial(self._subjects, path)
                    )
                except (ContentError, CannotRun):
                    continue
                for iri in subjects:
                    found.setdefault(iri, []).append(name)
        return found

    def _subjects(self, path: Path) -> list[str]:
        """The subjects that are written in a file, blank ones too if it has any."""
        found = document(path, self.content.base(path)).by_subject
        if any(isinstance(t, ox.BlankNode) for t in found):
            return [str(t) if isinstance(t, ox.BlankNode) else t.value for t in found]
        return list(subject_lines(path))

    def _at(self, path: Path, read: Document, offsets: tuple[int, int]) -> Place:
        span = read.lines.span(*offsets)
        return {
            "file": self._relative(path),
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        }


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _part(read: Document, index: int, inverse: bool) -> tuple[int, int]:
    return read.subject(index) if inverse else read.object(index)


def _is(read: Document, index: int, value: str, inverse: bool) -> bool:
    quad = read.quads[index]
    term = quad.subject if inverse else quad.object
    return getattr(term, "value", None) == value or str(term) == value


def _ways_to_write(text: str, term: str) -> list[str]:
    ways = [f"<{term}>", term]
    for prefix, namespace in _PREFIX.findall(text):
        if namespace and term.startswith(namespace):
            ways.append(f"{prefix}:{term[len(namespace) :]}")
    return ways
