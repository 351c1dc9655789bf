"""What a second reader pointed to, as candidates: only what the text and the graph hold up.

A point names a sentence by its number, a kind of statement, and for each slot words of that
sentence. Words are resolved here: to the one thing that is mentioned there, to the one concept of
the slot's scheme whose words they are, or to the number they are. Whatever does not resolve, or
leaves a slot open that the kind must have, is dropped and counted, by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from foedus.assist.model import Candidate, Mention, Passage, Slot, key_of
from foedus.check.grounding.reader import Reader
from foedus.content.locate import Content
from foedus.content.names import BASE, F
from foedus.content.turtle import parse_turtle
from foedus.graph.facts import KINDS

PATTERN = "second-reader"
#: How sure such a candidate is held to be, whatever the model says: never measured.
CONFIDENCE = 0.5
_SH = "http://www.w3.org/ns/shacl#"
_RDFS_RANGE = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_COUNTED = frozenset({"count"})
_VERBATIM = frozenset({"name", "newName"})
_POLARITIES = frozenset({"affirmed", "negated"})
_TENSES = frozenset({"past", "current", "planned", "proposed", "conditional"})
#: About the statement, not in the sentence: never the model's to say.
_OURS = frozenset(
    {"modality", "polarity", "tense", "certainty", "assertedBy", "citedWork", "evidence", "note",
     "rank", "rankReason", "saidOn", "inferredDate", "begin", "end", "date", "wording"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What a statement of one kind has: slots it may have, and those it must."""

    may: frozenset[str]
    must: frozenset[str]


def forms(content: Content) -> dict[str, Form]:
    """The form of each kind of statement, as the shapes of the content say it."""
    targets: dict[str, set[str]] = {}
    properties: dict[str, list[str]] = {}
    said: dict[tuple[str, str], str] = {}
    for path in content.files("shapes"):
        if {"examples", "release"} & set(path.parts):
            continue
        for triple in parse_turtle(path):
            subject, name = str(triple.subject), triple.predicate.value.removeprefix(_SH)
            value = str(getattr(triple.object, "value", ""))
            if name == "targetClass" and value.removeprefix(F) in KINDS:
                targets.setdefault(subject, set()).add(value.removeprefix(F))
            elif name == "property":
                properties.setdefault(subject, []).append(str(triple.object))
            elif name in ("path", "minCount"):
                said[subject, name] = value
    may: dict[str, set[str]] = {kind: set() for kind in KINDS}
    must: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for shape, kinds in targets.items():
        for node in properties.get(shape, ()):
            slot = said.get((node, "path"), "")
            name = slot.removeprefix(F)
            if not slot.startswith(F) or name in _OURS:
                continue
            for kind in kinds:
                may[kind].add(name)
                if said.get((node, "minCount"), "0") != "0":
                    must[kind].add(name)
    return {kind: Form(frozenset(may[kind]), frozenset(must[kind])) for kind in sorted(KINDS)}


class Pointed:
    """Resolves points in one text; ``dropped`` counts, by reason, what could not be."""

    def __init__(
        self,
        reader: Reader,
        mentions: Sequence[Mention],
        sentences: Mapping[int, tuple[int, int]],
        forms: Mapping[str, Form],
    ) -> None:
        self._reader, self._mentions = reader, mentions
        self._sentences, self._forms = sentences, forms
        self.dropped: Counter[str] = Counter()

    def candidates(self, points: Iterable[Mapping[str, Any]]) -> list[Candidate]:
        """The candidates of *points*, each once; none rests on anything but text and graph."""
        found: dict[str, Candidate] = {}
        for point in points:
            try:
                candidate = self._candidate(point)
            except _Dropped as why:
                self.dropped[str(why)] += 1
                continue
            found.setdefault(candidate.key, candidate)
        return list(found.values())

    def _candidate(self, point: Mapping[str, Any]) -> Candidate:
        number, kind, slots = point.get("sentence"), point.get("kind"), point.get("slots")
        if type(number) is not int or number not in self._sentences:
            raise _Dropped("no such sentence")
        form = self._forms.get(kind) if isinstance(kind, str) else None
        if form is None:
            raise _Dropped("no such kind")
        if not isinstance(slots, dict):
            raise _Dropped("no slots")
        start, end = self._sentences[number]
        filled = tuple(
            self._slot(name, words, form, start, end) for name, words in sorted(slots.items())
        )
        open_slots = form.must - {slot.property for slot in filled}
        if open_slots:
            raise _Dropped(f"{kind} without {min(open_slots)}")
        polarity, tense = point.get("polarity", "affirmed"), point.get("tense", "current")
        if polarity not in _POLARITIES or tense not in _TENSES:
            raise _Dropped("no such polarity or tense")
        passage = Passage(start, end)
        return Candidate(
            key=key_of(str(kind), filled, passage),
            kind=str(kind),
            slots=filled,
            passage=passage,
            modality="reported-named",
            polarity=str(polarity),
            tense=str(tense),
            certainty="",
            asserted_by=None,
            cited_work=None,
            date=None,
            pattern=PATTERN,
            confidence=CONFIDENCE,
            label=self._label(str(kind), filled),
        )

    def _slot(self, name: str, words: object, form: Form, start: int, end: int) -> Slot:
        if name not in form.may:
            raise _Dropped("a slot that the kind does not have")
        if not isinstance(words, str) or not words.strip():
            raise _Dropped("a slot without words")
        at = self._reader.text.find(words, start, end)
        if at < 0:
            raise _Dropped("words that are not in the sentence")
        place = Passage(at, at + len(words))
        if name in _VERBATIM:
            return Slot(name, ox.Literal(words), place)
        if name in _COUNTED:
            if not words.strip().isdecimal():
                raise _Dropped("a number that is none")
            return Slot(name, ox.Literal(str(int(words)), datatype=_INTEGER), place)
        things = {
            m.thing
            for m in self._mentions
            if place.start <= m.start and m.end <= place.end and not m.others
        }
        meant = things or self._concepts(name, place)
        if len(meant) != 1:
            raise _Dropped("words that mean nothing here" if not meant else "words of several")
        return Slot(name, ox.NamedNode(meant.pop()), place)

    def _concepts(self, name: str, place: Passage) -> set[str]:
        """The concepts that the slot can have and whose words these are."""
        store = self._reader.store
        found = set()
        for quad in store.quads_for_pattern(ox.NamedNode(F + name), _RDFS_RANGE, None, None):
            if not isinstance(quad.object, ox.NamedNode):
                continue
            for typed in store.quads_for_pattern(None, _TYPE, quad.object, None):
                iri = str(getattr(typed.subject, "value", ""))
                if not iri.startswith(BASE + "concept/"):
                    continue
                cues = self._reader.lexicon.cues(store, iri)
                if self._reader.spoken(cues, [(place.start, place.end)]):
                    found.add(iri)
        return found

    def _label(self, kind: str, slots: Iterable[Slot]) -> str:
        """What is claimed, in our own words: the kind, and what fills its slots by name."""
        names = [
            slot.value.value.rsplit("/", 1)[-1].replace("-", " ")
            for slot in slots
            if isinstance(slot.value, ox.NamedNode)
        ]
        return f"{kind} of {', '.join(dict.fromkeys(names)) or 'what the passage names'}."


class _Dropped(Exception):
    """A point that is not followed, and why."""
