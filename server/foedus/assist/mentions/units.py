"""A sentence as a row of units: words, signs, and the names, dates and numbers among them.

Patterns are sought in the row written as one string (:meth:`Sentence.code`): a plain word in small
letters, a unit that stands for something as the letter of its sort and its number in the row.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from foedus.check.grounding.words import plain

#: Letters of sorts, by the class of the thing.
SORTS = {
    "State": "S",
    "ActorGroup": "G",
    "NonStateActor": "N",
    "Organization": "O",
    "SecurityArrangement": "A",
    "Alliance": "A",
    "Coalition": "A",
    "SecurityOrganization": "A",
    "SecurityPartnership": "A",
    "Person": "P",
    "Instrument": "I",
    "Treaty": "I",
    "Charter": "I",
    "PoliticalDeclaration": "I",
    "UnilateralAssurance": "I",
    "DefenseCooperationAgreement": "I",
    "Provision": "V",
    "Proposal": "R",
    "Label": "L",
    "Event": "E",
    "Exercise": "X",
    "Place": "C",
}
#: A state by its adjective, which tells of what sort something else is.
ADJECTIVE = "J"
DATE, NUMBER = "D", "Q"
_TOKEN = re.compile(r"</?\w+>|(?:[A-Z]\.){2,}|[^\W_]+|[^\w\s]|_")
#: Marks of layout that say nothing.
_SKIPPED = frozenset(
    "*_#\\|`~\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_QUOTES = {
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "’": "'",
    "‘": "'",
    "–": "--",
    "—": "--",
}


@dataclass(slots=True)
class Unit:
    """A stretch of the text. ``sort`` is a letter of :data:`SORTS`, or empty for a plain word.

    ``things`` are the IRIs it can stand for, the likeliest first; ``value`` is the EDTF of a date
    or the digits of a number; ``parts`` are the single things of a group of names.
    """

    start: int
    end: int
    text: str
    sort: str = ""
    things: tuple[str, ...] = ()
    how: str = ""
    value: str = ""
    parts: tuple[str, ...] = ()

    @property
    def thing(self) -> str:
        """The IRI it stands for; empty for a word."""
        return self.things[0] if self.things else ""

    @property
    def word(self) -> str:
        """A plain word in small letters; empty for what stands for something."""
        return "" if self.sort else self.text


@dataclass
class Sentence:
    """A row of units, in the block and paragraph where it stands."""

    start: int
    end: int
    units: list[Unit]
    paragraph: int = 0
    role: str = "body"
    number: int = 0
    #: The states last named together, and the body last named, before its end.
    pair: tuple[str, ...] = ()
    body: str = ""
    #: The body, proposal or label last named.
    topic: str = ""
    #: The proposal or label last named.
    proposal: str = ""

    @cached_property
    def code(self) -> str:
        """The row as one string; each unit and a blank."""
        return "".join(
            f"{unit.sort}{number} " if unit.sort else f"{unit.text} "
            for number, unit in enumerate(self.units)
        )

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for number, unit in enumerate(self.units):
            starts.append(at)
            at += len(f"{unit.sort}{number} " if unit.sort else f"{unit.text} ")
        return starts

    def between(self, start: int, end: int) -> range:
        """The numbers of the units between two places of :attr:`code`."""
        if start >= end:
            return range(0)
        return range(
            bisect_right(self._starts, start) - 1, bisect_right(self._starts, max(start, end - 1))
        )

    def at(self, number: int) -> int:
        """The place of a unit in :attr:`code`."""
        return self._starts[number] if number < len(self._starts) else len(self.code)

    def with_next(self, other: Sentence) -> Sentence:
        """This sentence and *other* as one row."""
        return Sentence(
            self.start, other.end, [*self.units, *other.units], other.paragraph, other.role,
            other.number, other.pair, other.body, other.topic, other.proposal,
        )  # fmt: skip

    def span(self, numbers: range) -> tuple[int, int]:
        """The characters of the text from the first to the last of these units."""
        return self.units[numbers[0]].start, self.units[numbers[-1]].end


def tokens(text: str, start: int, end: int) -> list[Unit]:
    """The words and signs of a stretch of *text*, without marks of layout and articles."""
    found = []
    for match in _TOKEN.finditer(text, start, end):
        token = match.group()
        if token in _SKIPPED or (token[0] == "<" and len(token) > 1):
            continue
        found.append(Unit(match.start(), match.end(), _plain(token)))
    return found


def _plain(token: str) -> str:
    if token in _QUOTES:
        return _QUOTES[token]
    return plain(token) if token[0].isalnum() else token


def is_name(text: str, unit: Unit) -> bool:
    """Whether a word begins with a capital."""
    return text[unit.start].isupper()


def put(units: list[Unit], first: int, last: int, made: Unit) -> None:
    """Put *made* in the place of the units from *first* to *last* (inclusive)."""
    units[first : last + 1] = [made]


def cover(units: Sequence[Unit], start: int, end: int) -> tuple[int, int] | None:
    """The numbers of the first and last unit that lie between two places of the text."""
    inside = [n for n, unit in enumerate(units) if start <= unit.start and unit.end <= end]
    return (inside[0], inside[-1]) if inside else None


def things_of(units: Iterable[Unit]) -> list[str]:
    """The things that units stand for, each once, in order."""
    found: dict[str, None] = {}
    for unit in units:
        for iri in unit.parts or (unit.thing,):
            if iri:
                found.setdefault(iri)
    return list(found)
