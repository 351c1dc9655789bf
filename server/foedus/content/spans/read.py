"""Read Turtle, TriG or N-Triples and keep where each triple is written.

The parser is pyoxigraph: it accepts or refuses the document, and it says what every token means.
Which tokens make which triple is told by :mod:`foedus.content.spans.walk`, and the outcome must be
the triples of the plain reading, or nothing is returned.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from foedus.content.spans.walk import FIRST, NIL, REST, TYPE, NotTurtle11, Structure, walk

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_WRITTEN = {
    TYPE: ox.NamedNode(_RDF + "type"),
    FIRST: ox.NamedNode(_RDF + "first"),
    REST: ox.NamedNode(_RDF + "rest"),
    NIL: ox.NamedNode(_RDF + "nil"),
}
Term = ox.NamedNode | ox.BlankNode | ox.Literal


class Span(NamedTuple):
    """A stretch of a file: lines and columns from 1, in Unicode code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Lines:
    """Offsets of a text as lines and columns."""

    def __init__(self, text: str) -> None:
        self._begins = array("q", [0])
        at = text.find("\n")
        while at >= 0:
            self._begins.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._begins, offset)
        return line, offset - self._begins[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The stretch from *start* to *end* (exclusive)."""
        return Span(*self.place(start), *self.place(end))

    def __len__(self) -> int:
        return len(self._begins)

    def line(self, text: str, number: int) -> str:
        """A line of *text*, from 1, without its end."""
        end = self._begins[number] - 1 if number < len(self._begins) else len(text)
        return text[self._begins[number - 1] : end].removesuffix("\r")


@dataclass(slots=True)
class Block:
    """What is written of one subject in one statement: to the end of its last object."""

    subject: Term
    start: int
    subject_end: int
    end: int


@dataclass
class Document:
    """A document with the places of its triples.

    ``quads`` are in the order of the text (an inner bracket before what holds it), triples of
    Turtle in the default graph. What a list or ``a`` leaves unwritten has the place of the item or
    the word that stands for it: the closing bracket of a list is its rdf:nil.
    """

    text: str
    quads: list[ox.Quad]
    structure: Structure = field(repr=False)
    terms: list[Term] = field(repr=False)

    @cached_property
    def lines(self) -> Lines:
        """Lines and columns of the text."""
        return Lines(self.text)

    def subject(self, index: int) -> tuple[int, int]:
        """Offsets (end exclusive) of the subject of a quad."""
        return self._span(4 * index)

    def predicate(self, index: int) -> tuple[int, int]:
        """Offsets of the predicate of a quad."""
        return self._span(4 * index + 1)

    def object(self, index: int) -> tuple[int, int]:
        """Offsets of the object of a quad."""
        return self._span(4 * index + 2)

    def _span(self, position: int) -> tuple[int, int]:
        node = self.structure.triples[position]
        return self.structure.starts[node], self.structure.ends[node]

    @cached_property
    def by_subject(self) -> dict[Term, list[int]]:
        """The quads of each subject, by their indices."""
        found: dict[Term, list[int]] = {}
        for index, quad in enumerate(self.quads):
            found.setdefault(quad.subject, []).append(index)  # type: ignore[arg-type]
        return found

    @cached_property
    def by_object(self) -> dict[Term, list[int]]:
        """The quads of each object, by their indices."""
        found: dict[Term, list[int]] = {}
        for index, quad in enumerate(self.quads):
            found.setdefault(quad.object, []).append(index)  # type: ignore[arg-type]
        return found

    @cached_property
    def _in_order(self) -> list[tuple[int, int]]:
        return sorted((self.object(index)[0], index) for index in range(len(self.quads)))

    def within(self, start: int, end: int) -> Iterator[int]:
        """The quads whose objects begin between two offsets, in the order of the text."""
        for position, index in islice(
            self._in_order, bisect_left(self._in_order, (start, -1)), None
        ):
            if position >= end:
                return
            yield index

    @cached_property
    def blocks(self) -> dict[Term, Block]:
        """The first block of each subject that stands at the top of the document."""
        found: dict[Term, Block] = {}
        for node, end in self._blocks():
            term = self.terms[node]
            start, stop = self.structure.starts[node], self.structure.ends[node]
            found.setdefault(term, Block(term, start, stop, end))
        return found

    def _blocks(self) -> Iterator[tuple[int, int]]:
        blocks = self.structure.blocks
        return zip(blocks[::2], blocks[1::2], strict=True)


def read_spans(
    text: str, *, base: str | None = None, trig: bool = False, key: str = ""
) -> Document:
    """Read *text* with the places of its triples.

    Anonymous blank nodes are labelled by *key* and their number, so that two readings agree.
    Raises :class:`SyntaxError` as pyoxigraph does, :class:`NotTurtle11` for RDF 1.2.
    """
    form = ox.RdfFormat.TRIG if trig else ox.RdfFormat.TURTLE
    plain = list(ox.parse(text, format=form, base_iri=base))
    structure = walk(text)
    written = ox.parse("\n".join(structure.document), format=ox.RdfFormat.TURTLE, base_iri=base)
    meant: list[Term] = [quad.object for quad in written]
    terms = _terms(structure, meant, key)
    default = ox.DefaultGraph()
    nodes = iter(structure.triples)
    quads = [
        ox.Quad(terms[s], terms[p], terms[o], default if g < 0 else terms[g])  # type: ignore[arg-type]
        for s, p, o, g in zip(nodes, nodes, nodes, nodes, strict=True)
    ]
    if len(plain) != len(quads) or _ground(plain) != _ground(quads):
        raise AssertionError("the places do not belong to the triples that the parser reads")
    return Document(text, quads, structure, terms)


def _terms(structure: Structure, meant: list[Term], key: str) -> list[Term]:
    blank: dict[int, ox.BlankNode] = {}
    terms: list[Term] = []
    for meaning in structure.meanings:
        if meaning >= 0:
            terms.append(meant[meaning])
        elif meaning in _WRITTEN:
            terms.append(_WRITTEN[meaning])
        else:
            if meaning not in blank:
                label = structure.labels.get(meaning)
                blank[meaning] = ox.BlankNode(
                    f"n{key}x{label}" if label is not None else f"b{key}x{-meaning}"
                )
            terms.append(blank[meaning])
    return terms


def _ground(quads: list[ox.Quad]) -> set[ox.Quad]:
    blank = ox.BlankNode
    return {
        quad
        for quad in quads
        if type(quad.subject) is not blank
        and type(quad.object) is not blank
        and type(quad.graph_name) is not blank
    }


__all__ = ["Block", "Document", "Lines", "NotTurtle11", "Span", "read_spans"]
