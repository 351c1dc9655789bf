"""Queries that differ in their constants alone are read once.

Reading a query (:func:`.guard.check`) and bringing it into its normal form
(:func:`.normalize.normal`) cost more than many a light evaluation. Programs ask the same query with
other IRIs and strings, over and over. :class:`Reader` takes these out of a text; what is left is
its *shape*, and what is known of a shape holds for every text that has it.

Why this is right. A shape is everything but the insides of slots; a slot is ``<…>``, ``"…"`` or
``'…'`` without a backslash, a line break, or (in an IRI) what no IRI has. A shape is learned only
where each slot is exactly one token of the query. The tokens before a slot are then the same in
every text of the shape, by induction: which token begins at a place depends on the tokens before it
(their kinds, not what stands in IRIs and strings) and on the characters from there, a token of the
shape's own characters cannot end inside a slot in one text and not in another (only strings and
comments can run over a slot's mark, and then a slot is no token), and a slot holds nothing that
ends it early. So the tokens are the same but for the insides of slots, and what is judged by tokens
is judged alike. Where the insides do count, no shape is used: relative IRIs, FROM, BASE, SERVICE,
``?at``, what is not deterministic, and the IRIs of prefixes, which are part of the shape.
"""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from foedus.engine.as_of import asks_for_a_day
from foedus.engine.errors import QueryError
from foedus.engine.guard import CheckedQuery, Form, check
from foedus.engine.limits import Limits
from foedus.engine.normalize import normal
from foedus.engine.tokens import scan

_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_SLOT = re.compile(rf"""({_IRI}|"[^"\\\r\n]+"|'[^'\\\r\n]+')""")
_PROLOGUE = re.compile(rf"(?:\s*PREFIX\s+[\w.-]*:\s*{_IRI})*\s*", re.IGNORECASE)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_FILLED = re.compile(r"<foedus-slot:\d+>|\"foedus-slot:\d+\"|'foedus-slot:\d+'")
_LONGEST = 8_000  # characters: a longer text is read as it is
_SHAPES, _TEXTS = 1_000, 500

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shape:
    """What every text of a shape has in common; ``example`` is one of them."""

    form: Form
    example: str
    normal: tuple[str, ...]  # what stands between the slots


@dataclass(frozen=True, slots=True)
class Read:
    """A query that may be evaluated, and its normal text.

    ``shape`` and the ``slots`` in it are there where it was read by its shape.
    """

    checked: CheckedQuery
    normal: str
    shape: Shape | None = None
    slots: Sequence[str] = ()


class Reader:
    """Reads queries as :func:`.guard.check` does with the same arguments. Thread-safe."""

    def __init__(
        self, limits: Limits, base: str, known_prefixes: Mapping[str, str], **further: Any
    ) -> None:
        self.limits, self.base = limits, base
        self._arguments = {
            "limits": limits,
            "base": base,
            "known_prefixes": known_prefixes,
            **further,
        }
        self._shapes: _Bounded[tuple[str, ...], Shape | None] = _Bounded(_SHAPES)
        self._texts: _Bounded[tuple[str, datetime.date | None], Read] = _Bounded(_TEXTS)

    def read(self, text: str, at: datetime.date | None = None) -> Read:
        """The query that may be evaluated for *text*; raises as :func:`.guard.check` does."""
        found = self.known(text, at)
        if found is not None:
            return found
        checked = check(text, at=at, **self._arguments)
        read = Read(checked, normal(checked.text) if checked.deterministic else "")
        if len(text) <= _LONGEST:
            taken = _taken_apart(text)
            if taken is not None and taken[0] not in self._shapes:
                self._shapes.put(taken[0], self._learned(*taken))
            self._texts.put((text, at), read)
            return self.known(text, at) or read
        return read

    def known(self, text: str, at: datetime.date | None = None) -> Read | None:
        """The same without delay, where the text or its shape is known; else ``None``."""
        if len(text) > min(_LONGEST, self.limits.query_characters):
            return None
        taken = _taken_apart(text)
        if taken is not None:
            shape = self._shapes.get(taken[0])
            slots = taken[1]
            if shape is not None and all(_ABSOLUTE.match(s) for s in slots if s[0] == "<"):
                checked = CheckedQuery(text, shape.form, None, True)
                return Read(checked, _woven(shape.normal, slots), shape, slots)
        return self._texts.get((text, at))

    def _learned(self, key: tuple[str, ...], slots: Sequence[str]) -> Shape | None:
        """What is known of a shape; ``None`` where the insides of its slots count."""
        filled = [
            f"<foedus-slot:{i}>" if slot[0] == "<" else f"{slot[0]}foedus-slot:{i}{slot[0]}"
            for i, slot in enumerate(slots)
        ]
        example = key[0] + _woven(key[2:], filled)
        try:
            checked = check(example, **self._arguments)
            tokens = list(scan(example))
        except QueryError:
            return None
        ours = {
            token.start: token.text
            for token in tokens
            if token.kind in ("iri", "string") and token.start >= len(key[0])
        }
        place, places = len(key[0]), {}
        for before, slot in zip(key[2:], filled, strict=False):
            place += len(before)
            places[place] = slot
            place += len(slot)
        known = normal(example)
        if (
            any(ours.get(start) != slot for start, slot in places.items())
            or checked != CheckedQuery(example, checked.form, None, True)
            or asks_for_a_day(tokens)
            or any(token.is_word("BASE", "VERSION") for token in tokens)
            or _FILLED.findall(known) != filled
        ):
            return None
        return Shape(checked.form, example, tuple(_FILLED.split(known)))


def _taken_apart(text: str) -> tuple[tuple[str, ...], list[str]] | None:
    """The shape of a text (prologue, kinds of the slots, what is around them), and the slots."""
    if "\\" in text or "\0" in text:
        return None
    begin = _PROLOGUE.match(text)
    start = begin.end() if begin else 0
    parts = _SLOT.split(text[start:])
    slots = parts[1::2]
    return (text[:start], "".join([slot[0] for slot in slots]), *parts[::2]), slots


def _woven(around: Sequence[str], slots: Sequence[str]) -> str:
    """*around* with the slots between."""
    parts = [around[0]]
    for slot, after in zip(slots, around[1:], strict=True):
        parts += (slot, after)
    return "".join(parts)


class _Bounded(Generic[K, V]):
    """A table that forgets what was put in first."""

    def __init__(self, size: int) -> None:
        self._size, self._table = size, dict[K, V]()
        self._lock = threading.Lock()

    def __contains__(self, key: K) -> bool:
        return key in self._table

    def get(self, key: K) -> V | None:
        return self._table.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._table[key] = value
            while len(self._table) > self._size:
                del self._table[next(iter(self._table))]
