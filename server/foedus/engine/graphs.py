"""A graph as the engine writes it, made a set: each triple once, blank nodes with lasting names.

The answer to CONSTRUCT or DESCRIBE may hold a triple more than once, and the engine names the blank
nodes of a template at random. Both are put right in the N-Triples that the engine writes, line by
line, which costs a third of making every triple an object; Turtle is written from these lines too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

from foedus.engine.pieces import too_many
from foedus.engine.serialize import N_TRIPLES, TURTLE


class Sink(Protocol):
    """What takes the bytes of a document."""

    def write(self, data: bytes) -> int:
        """Take some."""


#: The formats that :class:`Lines` writes.
FORMATS = (N_TRIPLES, TURTLE)

_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_XSD = b"^^<http://www.w3.org/2001/XMLSchema#"
_NUMERALS = (_XSD + b"integer>", _XSD + b"boolean>")
_SHORT = re.compile(rb'"([+-]?[0-9]+)"[^"]*integer>|"(true|false)"[^"]*boolean>')


class Lines:
    """A file to write a graph in N-Triples into, whole lines or not; its triples go to *sink*.

    *sink* gets them in ``media_type``, one of :data:`FORMATS`. Raises :class:`LimitReached`
    (``result_rows``) out of ``write`` beyond *most* triples. :meth:`close` writes the end.
    """

    def __init__(self, sink: Sink, media_type: str, most: int) -> None:
        self._sink, self._most = sink, most
        self._write: Callable[[Iterable[bytes]], bytes] = (
            self._turtle if media_type == TURTLE else _n_triples
        )
        self._begun = b""  # a line that has not ended
        self._seen: dict[bytes, None] = {}
        self._names: dict[bytes, bytes] = {}
        self._subject = self._verb = b""

    def write(self, data: bytes) -> int:
        """Take some bytes of the document."""
        come = self._begun + data
        *lines, self._begun = come.split(b"\n")
        if b"_:" in come:
            lines = [self._named(line) if b"_:" in line else line for line in lines]
        fresh = dict.fromkeys(lines)
        if self._seen:
            fresh = {line: None for line in fresh if line not in self._seen}
        if fresh:
            self._seen.update(fresh)
            if len(self._seen) > self._most:
                raise too_many(self._most)
            self._sink.write(self._write(fresh))
        return len(data)

    def flush(self) -> None:
        """Nothing: lines are handed on when they are whole."""

    def close(self) -> None:
        """Write what ends the document."""
        if self._subject:
            self._sink.write(b" .\n")
            self._subject = self._verb = b""

    def _named(self, line: bytes) -> bytes:
        """The line with blank nodes named b0, b1… in the order of appearance."""
        subject, verb, value = line.split(b" ", 2)
        if subject.startswith(b"_:"):
            subject = self._name(subject)
        if value.startswith(b"_:"):
            value = self._name(value[:-2]) + b" ."
        return b" ".join((subject, verb, value))

    def _name(self, label: bytes) -> bytes:
        return self._names.setdefault(label, b"_:b%d" % len(self._names))

    def _turtle(self, lines: Iterable[bytes]) -> bytes:
        """Turtle (RDF 1.1 Turtle, section 2.2): what is repeated from the line before is not."""
        parts: list[bytes] = []
        last, last_verb = self._subject, self._verb
        for subject, verb, value in [line[:-2].split(b" ", 2) for line in lines]:
            if subject != last:
                parts += (b" .\n" if last else b"", subject, b" ")
                parts.append(b"a" if verb == _TYPE else verb)
            elif verb != last_verb:
                parts += (b" ;\n\t", b"a" if verb == _TYPE else verb)
            else:
                parts.append(b" ,")
            last, last_verb = subject, verb
            parts += (b" ", _bare(value) if value.endswith(_NUMERALS) else value)
        self._subject, self._verb = last, last_verb
        return b"".join(parts)


def _bare(value: bytes) -> bytes:
    """A literal as Turtle has it in short (section 2.5.2), where it has."""
    short = _SHORT.fullmatch(value)
    return short[1] or short[2] if short else value


def _n_triples(lines: Iterable[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"
