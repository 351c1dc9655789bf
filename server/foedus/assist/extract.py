"""From one document to its extraction: mentions, candidates, and what they would change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from anyascii import anyascii

from foedus.assist.index import Index
from foedus.assist.mentions.newcomers import Newcomers, abbreviations
from foedus.assist.mentions.read import Found, is_legal, read
from foedus.assist.mentions.units import Sentence
from foedus.assist.model import Candidate, Document, Extraction, Notice
from foedus.assist.patterns.grounded import keep_grounded, reader_of
from foedus.assist.patterns.library import patterns
from foedus.assist.patterns.make import candidates, relabelled
from foedus.assist.patterns.slots import Setting
from foedus.assist.patterns.voice import voices
from foedus.content.names import BASE

_BACKWARD = re.compile(r"(?:none|neither|both|all) of (?:these|those|them) ")


def extract(
    document: Document,
    index: Index,
    source: str | None = None,
    notices: Iterable[Notice] = (),
    dropped: Counter[str] | None = None,
) -> Extraction:
    """Everything found in *document*; ``source`` is the slug of the source, or is proposed.

    ``dropped`` counts, by pattern and reason, candidates whose slots the gate could not tie.
    """
    iri = f"{BASE}id/source/{source or slug_of(document)}"
    found, newcomers = read(document, index)
    setting = _setting(document, iri, found, newcomers, index)
    raw: list[Candidate] = []
    for sentence, voice in zip(_rows(found), voices(found.sentences), strict=True):
        for pattern in patterns():
            raw += candidates(pattern, sentence, voice, setting)
    names = found.with_new(newcomers, setting.offices)
    reader = reader_of(index, names, iri, document.text)
    kept = _best(keep_grounded(reader, raw, iri, newcomers.members, dropped))
    kept = [relabelled(candidate, setting.title) for candidate in kept]
    used = {value for c in kept for s in c.slots for value in [s.value.value]}
    used |= {m.thing for m in found.mentions if m.kind != "Provision"} | {
        c.asserted_by for c in kept if c.asserted_by
    }
    forms: dict[str, list[str]] = {}
    for name, thing in abbreviations(newcomers):
        forms.setdefault(thing, []).append(name)
    things = tuple(
        replace(thing, other_names=tuple(forms.get(thing.iri, ())))
        for thing in newcomers.things.values()
        if thing.iri in used
    )
    return Extraction(document, iri, found.mentions, things, tuple(kept), tuple(notices))


def _rows(found: Found) -> Iterator[Sentence]:
    """The sentences; one that only makes sense behind the last ("None of these …") with it."""
    before: Sentence | None = None
    for sentence in found.sentences:
        joined = before is not None and _BACKWARD.match(sentence.code)
        yield before.with_next(sentence) if before is not None and joined else sentence
        before = sentence


def _setting(
    document: Document, iri: str, found: Found, newcomers: Newcomers, index: Index
) -> Setting:
    years = [
        int(unit.value[:4])
        for sentence in found.sentences
        for unit in sentence.units
        if unit.sort == "D" and unit.value[:4].isdigit()
    ]
    published = (document.published or "")[:4]
    year = int(published) if published.isdigit() else max(years, default=None)
    offices = {
        neighbor.thing
        for sentence in found.sentences
        for number, unit in enumerate(sentence.units)
        if unit.sort == "F" and unit.value not in ("researcher", "assistant-professor")
        for neighbor in sentence.units[max(0, number - 3) : number + 3]
        if neighbor.sort == "P"
    }
    return Setting(
        iri,
        year,
        is_legal(document.text),
        next((u for s in found.sentences for u in s.units if u.sort == "I"), None),
        newcomers,
        _Titles(index),
        frozenset(offices) | index.names.officials,
        dict(index.offices),
        document.text,
    )


class _Titles(dict[str, str]):
    """Labels of the store, asked for once each."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index

    def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]
        """The label of *key*."""
        if key not in self:
            self[key] = self._index.label(key)
        return self[key]


def _best(found: list[Candidate]) -> list[Candidate]:
    """Of those that say the same at overlapping places the surest, in the order of the text."""
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda c: (-c.confidence, c.passage.end - c.passage.start)):
        said = _said(one)
        if not any(
            _said(other) >= said
            and one.passage.start < other.passage.end
            and other.passage.start < one.passage.end
            for other in kept
            if other.kind == one.kind and other.polarity == one.polarity
        ):
            kept = [
                other
                for other in kept
                if not (
                    other.kind == one.kind
                    and other.polarity == one.polarity
                    and _said(other) < said
                    and one.passage.start < other.passage.end
                    and other.passage.start < one.passage.end
                )
            ]
            kept.append(one)
    return sorted(kept, key=lambda c: (c.passage.start, c.passage.end, c.kind, c.key))


def _said(candidate: Candidate) -> frozenset[tuple[str, str]]:
    return frozenset((s.property, s.value.value) for s in candidate.slots)


def slug_of(document: Document) -> str:
    """A slug for the source: from its title and year, or from its digest."""
    words = re.findall(r"[a-z0-9]+", anyascii(document.title or "").casefold())
    telling = [w for w in words if len(w) > 3][:4] or words[:4]
    year = (document.published or "")[:4]
    parts = [*telling, *([year] if year.isdigit() else [])]
    return "-".join(parts) if telling else f"text-{document.digest[:12]}"
