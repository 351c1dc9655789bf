"""Terms and their numbers: those of the data, of a query, and those that an expression makes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from foedus.engine.columns.joins import LeftToEngine
from foedus.engine.columns.store import DATE, INTEGER, Columns, Ids, date
from foedus.engine.rewrite.syntax import Term

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\<>\"{}|^`\x00-\x20]*")
_STRING = re.compile(r"""(["'])([^"'\\\x00-\x1f\x7f]*)\1(@[a-z]+(?:-[a-z0-9]+)*|\^\^(\S+))?""")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,16}")
_DATE = "http://www.w3.org/2001/XMLSchema#date"
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_MOST_MADE = 500_000


class Terms:
    """The terms of *columns* as one query names them, and more that were made meanwhile."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._made: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self.prefixes: Mapping[str, str] = {}

    def text(self, number: int) -> bytes:
        """A term as TSV writes it."""
        count = self._columns.count
        return self._columns.text(number) if number < count else self._made[number - count]

    def texts(self, numbers: Ids) -> list[bytes]:
        """These terms, as :meth:`text` gives each."""
        if len(numbers) and int(numbers.max()) >= self._columns.count:
            return [self.text(number) for number in numbers.tolist()]
        return self._columns.texts(numbers)

    def number_of(self, text: bytes) -> int:
        """The number of a term, a new one where it has none."""
        number = self._numbers.get(text)
        if number is None:
            number = self._columns.number(text)
            if number < 0:
                number = self._columns.count + len(self._made)
                self._made.append(text)
            self._numbers[text] = number
        return number

    @property
    def too_many(self) -> bool:
        """Whether so many were made that it is time to forget them."""
        return len(self._numbers) > _MOST_MADE

    def forget(self) -> None:
        """Forget the terms that were made: their numbers mean nothing any more."""
        self._made.clear()
        self._numbers.clear()

    def number(self, term: Term) -> int:
        """The number of a term of the data as a query writes it; -1 where it does not occur.

        Raises :class:`LeftToEngine` for what could be written otherwise.
        """
        if term.kind == "a":
            return self._columns.number(_TYPE)
        if term.kind in ("iri", "name"):
            return self._columns.number(f"<{self._iri(term.text)}>".encode())
        if _NUMBER.fullmatch(term.text):
            return self._columns.number(term.text.encode())
        found = _STRING.fullmatch(term.text)
        if found is None:
            raise LeftToEngine(term.text)
        end = found[3] or ""
        if found[4] is not None:
            if self.value(term)[0] != DATE:
                raise LeftToEngine(term.text)
            end = f"^^<{_DATE}>"
        return self._columns.number(f'"{found[2]}"{end}'.encode())

    def value(self, term: Term) -> tuple[int, int]:
        """The kind and value of a day or an integer; otherwise two zeros."""
        if _NUMBER.fullmatch(term.text):
            return INTEGER, int(term.text)
        found = _STRING.fullmatch(term.text)
        if found is None or found[4] is None:
            return 0, 0
        datatype = found[4]
        if (datatype[1:-1] if datatype[0] == "<" else self._iri(datatype)) != _DATE:
            return 0, 0
        day = date(found[2].encode())
        return (0, 0) if day is None else (DATE, day)

    def _iri(self, text: str) -> str:
        if text[0] != "<":
            prefix, _, local = text.partition(":")
            text = f"<{self.prefixes.get(prefix, '')}{local}>"
        if not _IRI.fullmatch(text[1:-1]) or "%" in text:
            raise LeftToEngine(text)
        return text[1:-1]
