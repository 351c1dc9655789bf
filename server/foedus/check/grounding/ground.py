"""Ties every slot of a statement to characters of its passage, or says why it cannot.

What is tied, by the kind of value: things and persons by names, descriptions and coreference;
numbers and dates by digits and words; concepts (type of commitment, kind of act, stance …) by their
labels and the table of words. :mod:`voice` and :mod:`direction` add polarity, modality and
who does it to whom. Slots that hold a curator's judgement on the whole passage are named as such in
the table and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from foedus.check.grounding import direction, quantities, voice
from foedus.check.grounding.claim import Claim, Value
from foedus.check.grounding.reader import Ground, Reader, Tie
from foedus.content.names import slug

_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_DATES = frozenset({"date", "begin", "end", "inferredDate", "saidOn"})
#: Slots that a passage may leave to what the whole text is about.
_TOPICAL = frozenset({"about", "for", "purposeOf"})
_NUMBERS = frozenset({"count", "share"})
#: So far behind a passage may stand the citation that closes the paragraph.
_CITED_BEHIND = 900
_VOICE = frozenset({"polarity", "modality"})


def ground(reader: Reader, claim: Claim) -> list[Ground]:
    """Every slot of *claim* that speaks of the text, in order."""
    found = []
    for slot, values in claim.slots.items():
        if slot in reader.lexicon.judgement or slot in _VOICE:
            continue
        for value in values:
            found.append(_value(reader, claim, slot, value))
    found += voice.voices(reader, claim)
    found += direction.directions(reader, claim)
    return found


def _value(reader: Reader, claim: Claim, slot: str, value: Value) -> Ground:
    if slot in _DATES:
        return _date(reader, claim, slot, value.text)
    if slot in _NUMBERS:
        return _number(reader, claim, slot, value.text)
    if not value.iri:
        return _verbatim(reader, claim, slot, value.text)
    if value.text.startswith("https://w3id.org/foedus/concept/"):
        return _concept(reader, claim, slot, value.text)
    if value.text == claim.source or (slot != "assertedBy" and value.text in reader.authors):
        return Ground(slot, value.text, (Tie(*claim.passages[0], "the source itself"),))
    return _thing(reader, claim, slot, value.text)


def _thing(reader: Reader, claim: Claim, slot: str, iri: str) -> Ground:
    if slot == "citedWork":
        return _work(reader, claim, iri)
    ties = reader.tie(iri, claim.passages, claim.speaks_of)
    if not ties and slot == "assertedBy":
        ties = reader.speaker(iri, claim.passages)
    if not ties and slot in _TOPICAL:
        ties = reader.topic(iri, claim.passages, claim.speaks_of)
    if ties:
        return Ground(slot, iri, ties)
    return Ground(
        slot,
        iri,
        reason=f"neither the passage nor its context names {slug(iri)}",
    )


def _work(reader: Reader, claim: Claim, iri: str) -> Ground:
    """A work by its author or title and its year, in or right behind the sentences."""
    ends = [(a, min(len(reader.text), b + _CITED_BEHIND)) for a, b in reader.before(claim.passages)]
    parts = slug(iri).split("-")
    words = [p for p in parts if not p.isdigit() and p not in ("unnamed",)]
    phrases = reader.lexicon.compile(words)
    ties = reader.spoken(phrases, ends)
    at = [
        Tie(*place, "year")
        for year in parts
        if year.isdigit()
        for places in quantities.date_spans(reader.lexicon, reader.wording, year, ends)
        for place in places[:1]
    ]
    if ties or at:  # a year misprinted, or an author left out, is known by the other
        return Ground("citedWork", iri, (*ties[:1], *at[:1]))
    return Ground("citedWork", iri, reason="no citation of this work stands by the passage")


def _concept(reader: Reader, claim: Claim, slot: str, iri: str) -> Ground:
    phrases = reader.lexicon.cues(reader.store, iri)
    ties = reader.spoken(phrases, claim.passages)
    if ties:
        return Ground(slot, iri, tuple(ties[:3]))
    if slot == "value":
        return _feature_value(reader, claim, iri)
    if slot == "role" or slot in ("office", "criterion", "requires"):
        beside = reader.spoken(phrases, reader.around(claim.passages))
        if beside:
            return Ground(slot, iri, tuple(beside[:1]))
    thing = reader.tie(iri, claim.passages) if slot in ("about", "classified") else ()
    if thing:
        return Ground(slot, iri, thing)
    return Ground(slot, iri, reason=f"no word of the passage says {slug(iri).replace('-', ' ')}")


def _feature_value(reader: Reader, claim: Claim, iri: str) -> Ground:
    name = slug(iri)
    if name == "no":
        denied = voice.denials(reader, claim.passages)
        if denied:
            return Ground("value", iri, tuple(denied[:1]))
        return Ground("value", iri, reason="no word of the passage denies it")
    if name == "yes":
        denied = voice.denials(reader, claim.passages)
        if denied:
            return Ground("value", iri, reason=f"the passage denies something at {denied[0].start}")
    if name == "planned":
        planned = reader.spoken(
            reader.lexicon.phrases("feature", "planned"), reader.around(claim.passages)
        )
        if not planned:
            return Ground("value", iri, reason="no word of the passage plans it")
        return Ground("value", iri, tuple(planned[:1]))
    return Ground("value", iri, (Tie(*claim.passages[0], "the passage"),))


def _verbatim(reader: Reader, claim: Claim, slot: str, text: str) -> Ground:
    """A name stands in the text as the statement gives it."""
    phrases = reader.lexicon.compile([text])
    ties = reader.spoken(phrases, claim.passages) or reader.spoken(
        phrases, reader.around(claim.passages)
    )
    if ties:
        return Ground(slot, text, tuple(ties[:1]))
    return Ground(slot, text, reason="these words do not stand in the passage")


def _number(reader: Reader, claim: Claim, slot: str, text: str) -> Ground:
    try:
        value = float(text)
    except ValueError:
        return Ground(slot, text, reason="no number")
    find = quantities.share_spans if slot == "share" else quantities.number_spans
    places = [
        p for span in claim.passages for p in find(reader.lexicon, reader.wording, value, span)
    ]
    if places:
        return Ground(slot, text, tuple(Tie(*p, "number") for p in places[:1]))
    return Ground(slot, text, reason="this number does not stand in the passage")


def _date(reader: Reader, claim: Claim, slot: str, text: str) -> Ground:
    for spans, how in _date_contexts(reader, claim, slot):
        parts = quantities.date_spans(reader.lexicon, reader.wording, text, spans)
        if parts and all(parts):
            return Ground(slot, text, tuple(Tie(*p[-1], how) for p in parts))
    relative = quantities.relative_spans(
        reader.lexicon, reader.wording, text, claim.passages, reader.before(claim.passages)[0]
    )
    if relative:
        return Ground(slot, text, tuple(Tie(*p, "counted from a date") for p in relative))
    return Ground(slot, text, reason="this date does not stand in the passage")


def _date_contexts(
    reader: Reader, claim: Claim, slot: str
) -> Iterator[tuple[list[tuple[int, int]], str]]:
    yield list(claim.passages), "date"
    years = [m for a, b in claim.passages for m in _YEAR.findall(reader.text[a:b])]
    if years and slot in ("date", "begin", "end") and not any(y in claim.one(slot) for y in years):
        return  # the passage gives another year
    yield reader.around(claim.passages), "date, in the sentence around"
    if slot in ("inferredDate", "saidOn"):
        yield reader.before(claim.passages), "date, in the sentences before"
