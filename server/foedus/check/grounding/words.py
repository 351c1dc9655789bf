"""Words of an English text by their places, and phrases that are sought among them.

A phrase is written as in a dictionary: ``treated as … attack`` (up to six words may stand where
the dots are), ``polic*`` (any ending), ``NATO`` (capitals alone: only in capitals). All other words
are compared by their stems (Snowball's English stemmer), without accents and in American spelling.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer

from foedus.content.sentences import sentences

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"</?\w+>")
_STEMMER = snowballstemmer.stemmer("english")
#: Words that may stand where a phrase has dots.
GAP = 6
#: Capitals alone make an abbreviation up to this length.
_ABBREVIATION = 6


@lru_cache(maxsize=1 << 16)
def plain(word: str) -> str:
    """*word* in small letters without accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a plain word; a number is its own."""
    return word if word.isdigit() else str(_STEMMER.stemWord(word))


class Spelling:
    """British spellings by stem, as the table of words gives them."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {stem(plain(a)): stem(plain(b)) for a, b in table.items()}

    def stem(self, word: str) -> str:
        """The stem of *word* in the one spelling."""
        found = stem(plain(word))
        return self._table.get(found, found)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its place (code points, end exclusive), as written, plain, and its stem."""

    start: int
    end: int
    written: str
    plain: str
    stem: str


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a phrase: what it is compared with, and how."""

    how: str
    value: str

    def fits(self, word: Word) -> bool:
        """Whether *word* can stand here."""
        if self.how == "stem":
            return word.stem == self.value
        if self.how == "prefix":
            return word.plain.startswith(self.value)
        return word.written == self.value


Phrase = tuple[Item, ...]
DOTS = Item("dots", "")


def phrase(text: str, spelling: Spelling) -> Phrase:
    """The phrase that *text* writes; empty where it has no word."""
    items: list[Item] = []
    for part in text.split():
        if part == "…":
            items.append(DOTS)
            continue
        words = _WORD.findall(part)
        for word in words:
            if part.endswith("*") and word == words[-1]:
                items.append(Item("prefix", plain(word)))
            elif word.isupper() and 1 < len(word) <= _ABBREVIATION:
                items.append(Item("written", word))
            else:
                items.append(Item("stem", spelling.stem(word)))
    return tuple(items)


class Wording:
    """A text as words with places, cut into sentences."""

    def __init__(self, text: str, spelling: Spelling) -> None:
        self.text = text
        blank = _TAG.sub(lambda tag: " " * len(tag.group()), text)
        self.words = [
            Word(m.start(), m.end(), m.group(), plain(m.group()), spelling.stem(m.group()))
            for m in _WORD.finditer(blank)
        ]
        self._starts = [word.start for word in self.words]
        self._ends = [word.end for word in self.words]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The sentences by their places."""
        return sentences(self.text)

    @cached_property
    def _by_stem(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            places.setdefault(word.stem, []).append(number)
        return places

    @cached_property
    def _by_form(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            places.setdefault(word.written, []).append(number)
        return places

    def within(self, start: int, end: int) -> range:
        """The numbers of the words that lie between *start* and *end*."""
        return range(bisect_left(self._starts, start), bisect_right(self._ends, end))

    def sentence_of(self, start: int, end: int) -> tuple[int, int]:
        """From the begin of the first to the end of the last sentence touched."""
        touched = [(a, b) for a, b in self.sentences if a < end and start < b]
        return (min(a for a, _ in touched), max(b for _, b in touched)) if touched else (start, end)

    def before(self, start: int, count: int) -> int:
        """Where the *count*-th sentence before the one at *start* begins."""
        begins = [a for a, _ in self.sentences]
        here = bisect_right(begins, start) - 1
        return begins[max(0, here - count)] if begins else 0

    def everywhere(self, sought: Phrase) -> Iterator[tuple[int, int]]:
        """Every place of a phrase in the whole text."""
        for number in self._begins(sought, range(len(self.words))):
            end = self._match(sought, number, len(self.words))
            if end is not None:
                yield self.words[number].start, self.words[end - 1].end

    def find(self, sought: Phrase, start: int, end: int) -> tuple[int, int] | None:
        """The first place of a phrase between *start* and *end*."""
        return next(self.all(sought, start, end), None)

    def all(self, sought: Phrase, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Every place of a phrase between *start* and *end*."""
        numbers = self.within(start, end)
        for number in self._begins(sought, numbers):
            stop = self._match(sought, number, numbers.stop)
            if stop is not None:
                yield self.words[number].start, self.words[stop - 1].end

    def _begins(self, sought: Phrase, numbers: range) -> Sequence[int]:
        """The words among *numbers* with which a phrase can begin."""
        if not sought:
            return ()
        first = sought[0]
        if first.how not in ("stem", "written"):
            return numbers
        table = self._by_stem if first.how == "stem" else self._by_form
        places = table.get(first.value, [])
        return places[bisect_left(places, numbers.start) : bisect_left(places, numbers.stop)]

    def _match(self, sought: Phrase, number: int, stop: int) -> int | None:
        """The number after the last word of *sought* where it begins with word *number*."""
        for place, item in enumerate(sought):
            if item is DOTS:
                rest = sought[place + 1 :]
                for skip in range(GAP + 1):
                    end = self._match(rest, number + skip, stop) if rest else number
                    if end is not None:
                        return end
                return None
            if number >= stop or not item.fits(self.words[number]):
                return None
            number += 1
        return number
