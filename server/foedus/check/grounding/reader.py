"""One text read for grounding: its words, the things it names, and how a slot is tied to both.

A tie is a stretch of characters and how it stands for the value. Looked at are, in this order, the
passages of the statement; the sentences around them; and, where the passage itself says "it" or
"the alliance", the sentences before, back to where the thing is named (coreference). What lies
outside the passage is recorded as such.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from foedus.check.grounding.lexicon import Lexicon
from foedus.check.grounding.names import Mention, Names
from foedus.check.grounding.words import Phrase, Wording
from foedus.content.kept import Kept

Span = tuple[int, int]
_DCTERMS = "http://purl.org/dc/terms/"
#: So many sentences before its own are the context of a passage.
CONTEXT = 4
#: What is named at least so often, the text is about: a noun far below can mean it again.
TOPIC = 3


@dataclass(frozen=True, slots=True)
class Tie:
    """Characters of the text (code points, end exclusive), and how they stand for a value."""

    start: int
    end: int
    how: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One slot: its value, the characters it is tied to, or why a human must look."""

    slot: str
    value: str
    ties: tuple[Tie, ...] = ()
    reason: str | None = None


class Reader:
    """A text with everything by which slots are tied to it."""

    def __init__(
        self,
        store: ox.Store,
        names: Names,
        source: str,
        text: str,
        kept: Kept | None = None,
        words: bytes = b"",
    ) -> None:
        self.store = store
        self.source = source
        self.names = names
        self.lexicon: Lexicon = names.lexicon
        self.text = text
        self.wording = Wording(text, self.lexicon.spelling)
        self.mentions = names.mentions(self.wording, kept, words)

    @cached_property
    def authors(self) -> frozenset[str]:
        """Who wrote or published the text, of those in the catalogue."""
        written = {
            quad.object.value
            for name in ("creator", "publisher")
            for quad in self.store.quads_for_pattern(
                ox.NamedNode(self.source), ox.NamedNode(_DCTERMS + name), None, None
            )
            if isinstance(quad.object, ox.Literal | ox.NamedNode)
        }
        return frozenset(
            iri for iri, thing in self.names.things.items() if {iri, thing.label} & written
        )

    # -- where to look

    def around(self, passages: Sequence[Span]) -> list[Span]:
        """The sentences in which the passages stand."""
        return [self.wording.sentence_of(*passage) for passage in passages]

    def before(self, passages: Sequence[Span]) -> list[Span]:
        """The sentences of the passages together with those shortly before them."""
        return [(self.wording.before(a, CONTEXT), b) for a, b in self.around(passages)]

    def named(self, iri: str, spans: Sequence[Span]) -> Iterator[Mention]:
        """The mentions of a thing by name within *spans*."""
        for mention in self.mentions.get(iri, ()):
            if any(a <= mention.start and mention.end <= b for a, b in spans):
                yield mention

    def spoken(self, phrases: Sequence[Phrase], spans: Sequence[Span]) -> list[Tie]:
        """Where one of *phrases* stands within *spans*."""
        return [
            Tie(*place, "words")
            for span in spans
            for sought in phrases
            for place in self.wording.all(sought, *span)
        ]

    def word_before(self, start: int) -> str:
        """The stem of the last word before *start* that is no article; empty at the begin."""
        number = bisect_left(self.wording.words, start, key=lambda word: word.start) - 1
        while number >= 0 and self.wording.words[number].plain in ("the", "a", "an", "its"):
            number -= 1
        return self.wording.words[number].plain if number >= 0 else ""

    def holds_office(self, person: str) -> bool:
        """Whether some source gives this person an office of a state or an army."""
        return person in self.names.officials

    # -- things

    def tie(
        self, iri: str, passages: Sequence[Span], claimed: Collection[str] = ()
    ) -> tuple[Tie, ...]:
        """The characters that stand for a thing; none where nothing is found that could.

        ``claimed`` is what the statement speaks of. Where the passage names another thing of the
        same class that the statement does not speak of, only a name in the passage will do.
        """
        direct = self.direct(iri, passages)
        if direct:
            return tuple(direct)
        if self._rival(iri, passages, claimed):
            return ()
        sentences = self.around(passages)
        beside = [
            Tie(t.start, t.end, f"{t.how}, in the sentence around")
            for t in self.direct(iri, sentences)
        ]
        return tuple(beside) or self._again(iri, passages)

    def _rival(self, iri: str, passages: Sequence[Span], claimed: Collection[str]) -> bool:
        scheme = iri.rsplit("/", 1)[0]  # …/id/state, …/id/event, whatever the class
        return any(
            other not in claimed and other != iri and other.rsplit("/", 1)[0] == scheme
            for other in self.mentions
            if any(not self._modifies(mention) for mention in self.named(other, passages))
        )

    def _modifies(self, mention: Mention) -> bool:
        """Whether the name only tells of what sort the next word is ("NATO-style")."""
        behind = self.wording.within(mention.end, len(self.text))
        return bool(behind) and any(
            sought[0].fits(self.wording.words[behind[0]])
            for sought in self.lexicon.phrases("modifier", "words")
        )

    def direct(self, iri: str, spans: Sequence[Span]) -> list[Tie]:
        """Names and descriptions of a thing within *spans*."""
        named = [Tie(m.start, m.end, m.how) for m in self.named(iri, spans)]
        if named:
            return named
        together: list[Tie] = []
        for span in spans:
            together += [
                Tie(m.start, m.end, m.how) for m in self.names.described(iri, self.wording, *span)
            ]
        return together

    def speaker(self, iri: str, passages: Sequence[Span]) -> tuple[Tie, ...]:
        """The last name before a passage, where it is that of *iri*: whose speech goes on there."""
        scheme = iri.rsplit("/", 1)[0]
        last = max(
            (
                (mention.start, mention.end, other)
                for other in self.mentions
                if other.rsplit("/", 1)[0] == scheme
                for mention in self.named(other, self.before(passages))
                if mention.start < min(a for a, _ in passages)
            ),
            default=None,
        )
        if last is None or last[2] != iri:
            return ()
        return (Tie(last[0], last[1], "who speaks before"),)

    def nouns(self, iri: str, spans: Sequence[Span]) -> list[Tie]:
        """Nouns within *spans* by which a thing of this class can be meant again."""
        thing = self.names.things.get(iri)
        if thing is None:
            return []
        found = self.spoken(self.lexicon.phrases("nouns", thing.kind), spans)
        if thing.kind == "ActorGroup":  # "nations" can mean a group of nations, "officials" not
            found = [
                tie for tie in found if self.names.describes(iri, self.text[tie.start : tie.end])
            ]
        return found

    def _again(self, iri: str, passages: Sequence[Span]) -> tuple[Tie, ...]:
        """A pronoun or a noun in the passage, and the place before it that names what it means."""
        noun = self.nouns(iri, passages)
        kind = self.names.things[iri].kind if iri in self.names.things else ""
        pronoun = self.spoken(self.lexicon.pronouns(kind), passages)
        start = min(a for a, _ in passages)
        if noun or pronoun:
            near = self.direct(iri, self.before(passages))
            if near:
                back = max((t for t in near if t.start <= start), default=near[-1], key=_begin)
                return ((noun or pronoun)[0], Tie(back.start, back.end, f"{back.how}, meant again"))
        if (noun or pronoun) and iri in self.topics:
            far = [m for m in self.mentions[iri] if m.start <= start]
            if far:
                back_to = far[-1]
                return (
                    (noun or pronoun)[0],
                    Tie(back_to.start, back_to.end, f"{back_to.how}, what the text is about"),
                )
        return ()

    def topic(
        self, iri: str, passages: Sequence[Span], claimed: Collection[str]
    ) -> tuple[Tie, ...]:
        """The last place before a passage that names what the text is about, if that is *iri*."""
        start = min(a for a, _ in passages)
        far = [m for m in self.mentions.get(iri, ()) if m.start <= start]
        if iri not in self.topics or not far or self._rival(iri, passages, claimed):
            return ()
        return (Tie(far[-1].start, far[-1].end, f"{far[-1].how}, what the text is about"),)

    @cached_property
    def topics(self) -> frozenset[str]:
        """What the text names most of each class, if it names it at least :data:`TOPIC` times."""
        best: dict[str, list[tuple[int, str]]] = {}
        for iri, found in self.mentions.items():
            thing = self.names.things.get(iri)
            if thing and len(found) >= TOPIC:
                best.setdefault(thing.kind, []).append((len(found), iri))
        return frozenset(iri for found in best.values() for _, iri in sorted(found)[-1:])


def _begin(tie: Tie) -> int:
    return tie.start
