"""A document as sentences of units, with everything it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foedus.assist.index import Index
from foedus.assist.mentions import described
from foedus.assist.mentions.again import Memory, governments, members, resolve
from foedus.assist.mentions.dates import Dates
from foedus.assist.mentions.known import mark_known
from foedus.assist.mentions.newcomers import Newcomers
from foedus.assist.mentions.units import SORTS, Sentence, tokens
from foedus.assist.model import Document, Mention, NewThing
from foedus.assist.reading.blocks import is_broken
from foedus.check.grounding.names import Names, Thing
from foedus.check.grounding.words import Wording, phrase

_END = re.compile(r"(?<=[.!?])[\"”’)*]*\s+(?=[\"“‘(*\[]*[A-Z0-9])|(?<=[.;:])\s*\n+|\n\s*\n+")
_ARTICLE = re.compile(r"^\s*(?:ARTICLE|Article)\s+(?:\d+|[IVX]+|One|ONE)\b[ .:]*", re.MULTILINE)
_SHORT = re.compile(
    r"(?:\b(?:Gen|Lt|Col|Mr|Mrs|Ms|Dr|Prof|No|Art|Vol|Nos|Sen|Brig|Maj|St|Adm|Capt|vs|cf|Jan|Feb|"
    r"Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)|\b[A-Z])\.$"
)


@dataclass(frozen=True)
class Found:
    """What a document speaks of: its sentences as units, and its mentions."""

    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    names: Names

    def with_new(self, newcomers: Newcomers, officials: frozenset[str]) -> Names:
        """The names with those of the new things of this text, and who holds an office."""
        made = [_thing(new, newcomers, self.names) for new in newcomers.things.values()]
        return self.names.extended(made, officials)


def read(document: Document, index: Index) -> tuple[Found, Newcomers]:
    """Everything that *document* speaks of, and what of it is new."""
    text = document.text
    names = index.names
    wording = Wording(text, index.lexicon.spelling)
    sentences = split(document)
    mark_known(text, names, wording, sentences)
    newcomers, memory = Newcomers(text, names), Memory(legal=is_legal(text))
    memory.title = newcomers.title
    dates = Dates(index.lexicon, document.published)
    newcomers.look_ahead(sentences)
    for sentence in sentences:
        dates.mark(text, sentence)
        newcomers.mark(sentence)
        described.texts(text, sentence, newcomers, wording)
        governments(text, sentence.units, newcomers)
        described.counted(text, sentence.units, newcomers)
        described.nicknames(text, sentence.units, newcomers)
        described.thought(text, sentence, newcomers, memory)
        members(text, sentence, newcomers, memory)
        resolve(text, sentence, memory)
        sentence.units = [u for u in sentence.units if u.word != "the"]
    return Found(tuple(sentences), tuple(_mentions(sentences, newcomers)), names), newcomers


def is_legal(text: str) -> bool:
    """Whether a text is divided into articles, as treaties are."""
    return len(_ARTICLE.findall(text)) > 1


def _thing(new: NewThing, newcomers: Newcomers, names: Names) -> Thing:
    lexicon = names.lexicon
    longest = 60  # what was made of half a sentence is no name of it
    written = sorted(form for form in newcomers.written.get(new.iri, ()) if len(form) < longest)
    if new.iri in newcomers.members:
        written = []  # who the members are, the body says
    forms = [new.label, *new.other_names, *written] + [
        " ".join(words) for words, (iri, _, _) in newcomers.short.items() if iri == new.iri
    ]
    phrases = tuple(("name", items) for form in forms if (items := phrase(form, lexicon.spelling)))
    return Thing(new.iri, new.kind, new.label, phrases)


def _mentions(sentences: list[Sentence], newcomers: Newcomers) -> list[Mention]:
    how = {"name": "label", "other name": "label", "part of the name": "label",
           "a name some source gives": "label", "seat of government": "capital",
           "description": "label", "": "label"}  # fmt: skip
    return [
        Mention(
            unit.start,
            unit.end,
            unit.thing,
            newcomers.kind(unit.thing),
            unit.text,
            how.get(unit.how, unit.how),
            unit.parts[1:] or unit.things[1:],
        )
        for sentence in sentences
        for unit in sentence.units
        if unit.thing and unit.sort in (*SORTS.values(), "J")
    ]


def split(document: Document) -> list[Sentence]:
    """The sentences of the blocks that say something, in order."""
    text = document.text
    broken = is_broken(text)
    found: list[Sentence] = []
    paragraph = 0
    for block in document.blocks:
        if block.role not in ("body", "heading"):
            continue
        paragraph += 1
        for start, end in _cut(text, block.start, block.end, broken):
            if "\n" in text[max(block.start, start - 2) : start]:
                paragraph += 1
            units = tokens(text, start, end)
            if units:
                span = units[0].start, units[-1].end
                found.append(Sentence(*span, units, paragraph, block.role, len(found)))
    return found


def _cut(text: str, start: int, end: int, broken: bool) -> list[tuple[int, int]]:
    spans = []
    here = start
    for match in _END.finditer(text, start, end) if broken else _ends(text, start, end):
        if _SHORT.search(text, here, match.start()) and "\n" not in match.group():
            continue
        spans.append((here, match.start()))
        here = match.end()
    spans.append((here, end))
    return [(a, b) for a, b in spans if text[a:b].strip()]


_LINE_END = re.compile(r"(?<=[.!?])[\"”’)*]*\s+(?=[\"“‘(*\[]*[A-Z0-9])|\s*\n\s*")


def _ends(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(_LINE_END.finditer(text, start, end))
