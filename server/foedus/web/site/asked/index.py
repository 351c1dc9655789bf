"""An index of every name, for a search that forgives spelling, other scripts and other names.

Read once from the release: names are folded (case, diacritics, the letters that Arabic and Persian
write apart), written in Latin letters where they are not, and reduced to their consonants, which
is what spellings of one name in two scripts share. What a user types is folded the same way.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from anyascii import anyascii

from foedus.content.names import BASE
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge

#: The facets of a search, and where the IRIs of each begin (after the base).
FACETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "states": ("States", ("id/state/",)),
    "alliances": ("Alliances and coalitions", ("id/arrangement/",)),
    "organizations": ("Organizations and groups", ("id/organization/", "id/group/", "id/actor/")),
    "instruments": ("Treaties and texts", ("id/instrument/", "id/provision/", "id/condition/")),
    "proposals": ("Proposals", ("id/proposal/",)),
    "labels": ("Nicknames", ("id/label/",)),
    "people": ("People", ("id/person/",)),
    "events": ("Events and exercises", ("id/event/", "id/exercise/")),
    "places": ("Places", ("id/place/",)),
    "sources": ("Sources", ("id/source/",)),
    "concepts": ("Concepts", ("concept/",)),
    "statements": ("Statements", ("id/statement/",)),
}
_LONGEST = 80
_MOST_TERMS = 8
#: The share of what was typed that a name must have, to be offered as the nearest.
_NEAR = 0.62


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its IRI, the name that matched, its language, how well (1: all of it)."""

    iri: str
    name: str
    language: str
    facet: str
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found; ``near`` says that no name has the words, and these are the nearest."""

    hits: tuple[Hit, ...] = ()
    near: bool = False
    facets: Mapping[str, int] = field(default_factory=dict)


_SAME = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیېے", "ي"),
        "ک": "ك",
        "گ": "ك",
        **dict.fromkeys("ةۀەہھ", "ه"),
        "ؤ": "و",
        "ئ": "ي",
        "ـ": "",
        "ء": "",
        "ʻ": "",
        "’": "'",
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
    }
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """*text* without case, diacritics and variants of letters."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_SAME))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(_WORD.findall(bare.translate(_SAME)))


def latin(folded: str) -> str:
    """A folded text in Latin letters."""
    return folded if folded.isascii() else " ".join(_WORD.findall(anyascii(folded).lower()))


_ALIKE = str.maketrans(
    {"p": "b", "v": "f", "w": "f", "q": "k", "c": "k", "g": "k", "z": "s", "x": "s", "j": "s"}
)


def skeleton(text: str) -> str:
    """The consonants of a Latin text, those that scripts and languages exchange made one."""
    plain = re.sub(r"sh|ch|th", "s", text.replace("ph", "f").replace("kh", "k"))
    return re.sub(r"[aeiouyh' ]", "", re.sub(r"(.)\1", r"\1", plain.translate(_ALIKE)))


def _grams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


class NameIndex:
    """The names of a dataset; ``lasting`` says that it does not change while it is served."""

    #: Seconds after which the names of a dataset that may change are read again.
    AGE = 300.0

    def __init__(self, knowledge: Knowledge, *, lasting: bool) -> None:
        self.knowledge, self.lasting = knowledge, lasting
        self._lock = threading.Lock()
        self._table: _Table | None = None
        self._read = 0.0

    def search(self, words: str, facet: str = "") -> Results:
        """The things, concepts and statements with all *words* in a name, best first.

        Where there are none, those with the nearest spelling.
        """
        folded = fold(words[: _LONGEST * 2])
        if not folded:
            return Results()
        return self._names().search(folded, facet)

    def _names(self) -> _Table:
        with self._lock:
            old = not self.lasting and time.monotonic() - self._read > self.AGE
            if self._table is None or old:
                self._table = _Table(self._rows())
                self._read = time.monotonic()
            return self._table

    def _rows(self) -> Iterable[tuple[str, str, str, bool]]:
        rows = self.knowledge.rows(
            f"""SELECT DISTINCT ?x ?name ?other {{
              {{ ?x rdfs:label|skos:prefLabel ?name BIND(0 AS ?other) }}
              UNION {{ ?x skos:altLabel|f:demonym ?name BIND(1 AS ?other) }}
              FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{BASE}")) }}"""
        )
        for row in rows:
            yield (
                value(row["x"]),
                value(row["name"]),
                getattr(row["name"], "language", None) or "",
                value(row["other"]) == "0",
            )


@dataclass(frozen=True, slots=True)
class _Name:
    iri: str
    name: str
    language: str
    facet: str
    folded: str
    #: Whether it is what the thing is called here, and not another name of it.
    own: bool


class _Table:
    """Names by the words in them, by their trigrams and by their consonants."""

    def __init__(self, rows: Iterable[tuple[str, str, str, bool]]) -> None:
        self.entries: list[_Name] = []
        self.words: dict[str, set[int]] = defaultdict(set)
        self.grams: dict[str, set[int]] = defaultdict(set)
        self.skeletons: dict[str, set[int]] = defaultdict(set)
        for iri, name, language, own in rows:
            facet = facet_of(iri)
            folded = fold(name)
            if not facet or not folded:
                continue
            number = len(self.entries)
            self.entries.append(_Name(iri, name, language, facet, folded, own))
            for word in set(folded.split()):
                self.words[word].add(number)
            if facet != "statements":
                written = latin(folded)[:_LONGEST]
                for gram in _grams(written):
                    self.grams[gram].add(number)
                self.skeletons[skeleton(written)].add(number)
                if written != folded:
                    for word in set(written.split()):
                        self.words[word].add(number)
        self.order = sorted(self.words)

    def search(self, folded: str, facet: str) -> Results:
        terms = folded.split()[:_MOST_TERMS]
        found = self._with_all(terms)
        near = not found
        scored = [(n, self._score(n, folded)) for n in found] if found else self._nearest(folded)
        best: dict[str, Hit] = {}
        for number, score in scored:
            entry = self.entries[number]
            iri, language = entry.iri, entry.language
            if iri not in best or (score, language in ("", "en")) > (
                best[iri].score,
                best[iri].language in ("", "en"),
            ):
                best[iri] = Hit(iri, entry.name, language, entry.facet, score)
        facets = Counter(hit.facet for hit in best.values())
        order = list(FACETS)
        hits = sorted(
            (hit for hit in best.values() if not facet or hit.facet == facet),
            key=lambda h: (
                h.facet == "statements",
                -round(h.score, 2),
                order.index(h.facet),
                h.iri,
            ),
        )
        ordered = {name: facets[name] for name in FACETS if facets[name]}
        return Results(tuple(hits), near, ordered)

    def _with_all(self, terms: list[str]) -> set[int]:
        """Names in which each term begins a word (or, from three letters, is part of one)."""
        found: set[int] | None = None
        for term in terms:
            here: set[int] = set()
            for word in self.order:
                if word.startswith(term) or (len(term) > 2 and term in word):
                    here |= self.words[word]
            found = here if found is None else found & here
            if not found:
                return set()
        return found or set()

    def _score(self, number: int, folded: str) -> float:
        name, other = self.entries[number].folded, not self.entries[number].own
        if name == folded:
            return 1.0 - other * 0.05
        if name.startswith(folded):
            return 0.9 - other * 0.05
        starts = f" {folded}" in f" {name}"
        return (0.8 if starts else 0.6) - min(len(name), 200) / 1000

    def _nearest(self, folded: str) -> list[tuple[int, float]]:
        written = latin(folded)[:_LONGEST]
        bare = skeleton(written)
        scores: dict[int, float] = {}
        if len(bare) > 2:
            scores = dict.fromkeys(self.skeletons.get(bare, ()), 0.85)
        shared: Counter[int] = Counter()
        for gram in _grams(written):
            shared.update(self.grams.get(gram, ()))
        for number, _ in shared.most_common(60):
            name = latin(self.entries[number].folded)[:_LONGEST]
            score = max(
                SequenceMatcher(None, written, part, autojunk=False).ratio()
                for part in {name, *name.split()}
                if len(part) > 2 or part == name
            )
            if score >= _NEAR:
                scores[number] = max(scores.get(number, 0), score * 0.9)
        best = max(scores.values(), default=0)
        return [(n, score) for n, score in scores.items() if score > best - 0.2]


def facet_of(iri: str) -> str:
    """The facet that an IRI belongs to, or ``""`` for what is not searched."""
    path = iri[len(BASE) :]
    return next((name for name, (_, starts) in FACETS.items() if path.startswith(starts)), "")
