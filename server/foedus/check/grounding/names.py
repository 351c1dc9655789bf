"""Where a text names the things of the catalogue.

A name is a label, another name, a state's adjective, demonym or seat of government, a name that
some statement gives (``f:Naming``), or part of a person's name that nobody else in the catalogue
bears. Things without a name of their own (groups, proposals, events) are known by their
description: the words of their label, see :meth:`Names.described`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.check.grounding.lexicon import Lexicon
from foedus.check.grounding.words import Phrase, Word, Wording, phrase, plain
from foedus.content.kept import Kept
from foedus.content.names import BASE, F

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_ALT = "http://www.w3.org/2004/02/skos/core#altLabel"
_NAMING = {
    _LABEL: "name",
    _ALT: "other name",
    F + "adjective": "adjective",
    F + "demonym": "demonym",
    F + "seatOfGovernment": "seat of government",
    F + "formerName": "other name",
}
_LABELS = tuple("http://www.w3.org/2004/02/skos/core#" + n for n in ("prefLabel", "altLabel"))
#: What any graph may say of names, offices and authors.
_SAID = (
    *(F + name for name in ("named", "name", "officeOf", "person")),
    *("http://purl.org/dc/terms/" + name for name in ("creator", "publisher")),
)
#: A thing without a name as long as nobody labels it: no text is read by it.
_ACCEPTANCE = F + "Acceptance"
#: Classes whose things have names of their own; the others are described.
_NAMED = frozenset({"State", "Person", "Organization", "NonStateActor", "SecurityArrangement",
                    "Place", "Exercise", "Label"})  # fmt: skip
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A place at which a thing is named, and by what."""

    start: int
    end: int
    how: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the catalogue: its class, its label, and the phrases that name it."""

    iri: str
    kind: str
    label: str
    phrases: tuple[tuple[str, Phrase], ...]


class Names:
    """The things of the catalogue and their names; ``mentions`` looks for them in one text."""

    def __init__(self, store: ox.Store, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.things = _things(store, lexicon)
        self.officials = _officials(store)
        self._texts: dict[int, tuple[Wording, dict[str, list[Mention]]]] = {}
        self._descriptions: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._states = {
            items[0].value: thing.iri
            for thing in self.things.values()
            if thing.kind == "State"
            for _, items in thing.phrases
            if len(items) == 1
        }

    def extended(self, things: Iterable[Thing], officials: frozenset[str] = frozenset()) -> Names:
        """These names and those of further *things*, for one text; nothing here changes."""
        other = copy(self)
        other.officials = self.officials | officials
        other.things = {**self.things, **{thing.iri: thing for thing in things}}
        other._texts, other._descriptions = {}, dict(self._descriptions)
        return other

    def mentions(
        self, wording: Wording, kept: Kept | None = None, words: bytes = b""
    ) -> dict[str, list[Mention]]:
        """Every mention by name in a text, by thing, in order; the longest of two that overlap.

        *kept* may hold them from a former run, by a digest of the *words* by which texts are read.
        """
        if id(wording) not in self._texts:
            found = (kept or Kept()).memo(
                "texts searched for names",
                (words, wording.text),
                lambda: {
                    iri: [(m.start, m.end, m.how) for m in mentions]
                    for iri, mentions in _mentions(wording, self.things).items()
                },
            )
            mentions = {iri: [Mention(*m) for m in places] for iri, places in found.items()}
            self._texts[id(wording)] = (wording, mentions)
        return self._texts[id(wording)][1]

    def described(self, iri: str, wording: Wording, start: int, end: int) -> list[Mention]:
        """The words between *start* and *end* by which a thing is described there, if it is.

        It is when at least half of the telling words of its label (all, where it has a name of its
        own) stand there, in any order and as synonyms too.
        """
        strong, weak = self._description(iri)
        if not strong and not weak:
            return []
        named = self.things[iri].kind in _NAMED if iri in self.things else False
        found: dict[str, Word] = {}
        for number in wording.within(start, end):
            word = wording.words[number]
            found.setdefault(self._sense(word.stem, word.written), word)
        hits = [s for s in strong if s in found]
        soft = [s for s in weak if s in found]
        if strong and (2 * len(hits) < len(strong) or (named and len(hits) < len(strong))):
            return []
        if named and not strong:
            return []
        if not strong and (not soft or 2 * len(soft) < len(weak)):
            return []
        if weak and not soft and 2 * len(hits) <= len(strong) and len(strong) > 1:
            return []
        return [Mention(found[s].start, found[s].end, "description") for s in (*hits, *soft)]

    def describes(self, iri: str, word: str) -> bool:
        """Whether *word*, or one that means the same, is part of the description of a thing."""
        strong, weak = self._description(iri)
        return self._sense(self.lexicon.spelling.stem(word)) in (*strong, *weak)

    def _sense(self, stem: str, written: str = "") -> str:
        state = self._states.get(written if written.isupper() else stem)
        return state or self.lexicon.meaning.get(stem, stem)

    def _description(self, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if iri not in self._descriptions:
            label = self.things[iri].label if iri in self.things else ""
            wording = Wording(label, self.lexicon.spelling)
            senses = [
                (word.stem, self._sense(word.stem, word.written))
                for word in wording.words
                if word.stem not in self.lexicon.stop and not word.stem.isdigit()
            ]
            strong = tuple(
                dict.fromkeys(
                    s
                    for t, s in senses
                    if s not in self.lexicon.weak and t not in self.lexicon.weak
                )
            )
            weak = tuple(dict.fromkeys(s for _, s in senses if s not in strong))
            self._descriptions[iri] = strong, weak
        return self._descriptions[iri]


def named_by(store: ox.Store) -> list[str]:
    """Everything in *store* on which names, offices, labels of concepts and authors depend."""
    default = ox.DefaultGraph()
    found = [
        quad
        for name in (*_NAMING, *_LABELS)
        for quad in store.quads_for_pattern(None, ox.NamedNode(name), None, default)
    ]
    found += [
        quad
        for quad in store.quads_for_pattern(None, _TYPE, None, default)
        if isinstance(quad.object, ox.NamedNode)
        and quad.object.value.startswith(F)
        and quad.object.value != _ACCEPTANCE
    ]
    for name in _SAID:
        found += store.quads_for_pattern(None, ox.NamedNode(name), None, None)
    return sorted(map(str, found))


def _things(store: ox.Store, lexicon: Lexicon) -> dict[str, Thing]:
    default = ox.DefaultGraph()
    kinds: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, _TYPE, None, default):
        if (
            isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(BASE + "id/")
            and isinstance(quad.object, ox.NamedNode)
            and quad.object.value.startswith(F)
        ):
            kinds[quad.subject.value] = quad.object.value.removeprefix(F)
    shared = _shared_names(store, kinds)
    found = {}
    for iri, kind in kinds.items():
        names: dict[str, str] = {}
        label = ""
        for predicate, how in _NAMING.items():
            for quad in store.quads_for_pattern(
                ox.NamedNode(iri), ox.NamedNode(predicate), None, default
            ):
                literal = quad.object
                if isinstance(literal, ox.Literal) and (literal.language or "en")[:2] == "en":
                    names.setdefault(literal.value, how)
                    if predicate == _LABEL:
                        label = literal.value
        for given in _given_names(store, iri):
            names.setdefault(given, "a name some source gives")
        if kind == "Person":
            for part in re.findall(r"[^\W_]+", label):
                if len(part) > _SHORT and shared[plain(part)] == 1:
                    names.setdefault(part, "part of the name")
        phrases = tuple(
            (how, items)
            for name, how in names.items()
            if (items := phrase(name, lexicon.spelling)) and _telling(name, kind, how)
        )
        found[iri] = Thing(iri, kind, label, phrases)
    return found


def _telling(name: str, kind: str, how: str) -> bool:
    """A description in small letters is no name."""
    return how != "name" or kind in _NAMED or name[:1].isupper()


def _officials(store: ox.Store) -> frozenset[str]:
    """Persons to whom some statement gives an office of a state, an army or an arrangement."""
    found = set()
    for quad in store.quads_for_pattern(None, ox.NamedNode(F + "officeOf"), None, None):
        body = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
        if body.startswith((BASE + "id/state/", BASE + "id/arrangement/")) or "army" in body:
            for held in store.quads_for_pattern(
                quad.subject, ox.NamedNode(F + "person"), None, quad.graph_name
            ):
                if isinstance(held.object, ox.NamedNode):
                    found.add(held.object.value)
    return frozenset(found)


def _shared_names(store: ox.Store, kinds: dict[str, str]) -> Counter[str]:
    """How many persons bear each part of a name."""
    parts: Counter[str] = Counter()
    for iri, kind in kinds.items():
        if kind == "Person":
            for quad in store.quads_for_pattern(
                ox.NamedNode(iri), ox.NamedNode(_LABEL), None, ox.DefaultGraph()
            ):
                if isinstance(quad.object, ox.Literal):
                    parts.update({plain(p) for p in re.findall(r"[^\W_]+", quad.object.value)})
    return parts


def _given_names(store: ox.Store, iri: str) -> list[str]:
    """Names that statements of any source give to a thing."""
    found = []
    for quad in store.quads_for_pattern(None, ox.NamedNode(F + "named"), ox.NamedNode(iri), None):
        for name in store.quads_for_pattern(
            quad.subject, ox.NamedNode(F + "name"), None, quad.graph_name
        ):
            if isinstance(name.object, ox.Literal):
                found.append(name.object.value)
    return sorted(found)


def _mentions(wording: Wording, things: dict[str, Thing]) -> dict[str, list[Mention]]:
    raw: list[tuple[int, int, str, str]] = [
        (start, end, iri, how)
        for iri, thing in things.items()
        for how, items in thing.phrases
        for start, end in wording.everywhere(items)
    ]
    # Of two names in one place the longer is meant, be it of another thing.
    raw.sort(key=lambda m: (m[0], -m[1]))
    found: dict[str, list[Mention]] = {}
    longest = (-1, -1)
    for start, end, iri, how in raw:
        if end <= longest[1] and (start, end) != longest:
            continue
        longest = (start, end)
        found.setdefault(iri, []).append(Mention(start, end, how))
    return found
