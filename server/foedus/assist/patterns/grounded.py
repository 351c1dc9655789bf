"""Candidates held to the gate: every slot is tied to characters, or the candidate is dropped.

The same reading as in ``foedus check`` (:mod:`foedus.check.grounding`), so that what a curator
accepts passes there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from foedus.assist.index import Index
from foedus.assist.model import Candidate, Passage, key_of
from foedus.check.grounding.claim import Claim, Value
from foedus.check.grounding.ground import ground
from foedus.check.grounding.names import Names
from foedus.check.grounding.reader import Reader
from foedus.content.names import BASE

#: So many characters back what a noun means may have been named, and the sentence before may begin.
_FARTHEST, _NEXT = 20_000, 400
#: Slots that may go where the text does not hold them, and the rest still says something.
_DISPENSABLE = ("begin", "date", "end", "counterpart", "inferredDate", "instrument", "provision")


def reader_of(index: Index, names: Names, source: str, text: str) -> Reader:
    """The gate's reading of a text whose new things are among *names*."""
    return Reader(index.store, names, source, text)


def untied(reader: Reader, candidate: Candidate, source: str) -> list[tuple[str, str, str]]:
    """Slots that the gate cannot tie: slot, value and why; empty where all are tied."""
    return [
        (found.slot, found.value, found.reason)
        for found in ground(reader, claim_of(candidate, source))
        if found.reason is not None
    ]


def keep_grounded(
    reader: Reader,
    candidates: Iterable[Candidate],
    source: str,
    members: Mapping[str, str],
    dropped: Counter[str] | None = None,
) -> list[Candidate]:
    """The candidates whose slots are all tied, after what can be spared was let go."""
    kept = []
    for candidate in candidates:
        loose = untied(reader, candidate, source)
        if any(slot == "modality" for slot, _, _ in loose):
            candidate = _other_voice(reader, candidate, source)
            loose = untied(reader, candidate, source)
        spare = {slot for slot, _, _ in loose} & set(_DISPENSABLE)
        if spare and spare == {slot for slot, _, _ in loose}:
            candidate = without(candidate, spare)
            loose = untied(reader, candidate, source)
        if loose:
            wider = _widened(reader, candidate, loose, members)
            if wider is not None and not untied(reader, wider, source):
                candidate, loose = wider, []
        if not loose:
            kept.append(candidate)
        elif dropped is not None:
            dropped[f"{candidate.pattern}: {loose[0][0]}: {loose[0][2]}"] += 1
    return kept


def _widened(
    reader: Reader,
    candidate: Candidate,
    loose: list[tuple[str, str, str]],
    members: Mapping[str, str],
) -> Candidate | None:
    """The same, with what it leaves unsaid tied to where the text last names it before.

    ``members`` leads from a group to the body of whose members it consists.
    """
    start = candidate.passage.start
    places: dict[str, Passage] = {}
    for slot, value, _ in loose:
        if "-" in slot:  # who does it to whom: the sentence before may say
            begin = reader.wording.before(start, 1)
            if start - begin > _NEXT or begin >= start:
                return None
            passage = Passage(begin, candidate.passage.end)
            return replace(
                candidate, passage=passage, key=key_of(candidate.kind, candidate.slots, passage)
            )
        named = [
            m
            for m in reader.mentions.get(members.get(value, value), ())
            if start - _FARTHEST < m.start < start
        ]
        if not named:
            return None
        places[value] = Passage(named[-1].start, named[-1].end)
    together = _one_place(reader, places)
    slots = tuple(
        replace(s, passage=together.get(s.value.value, s.passage)) for s in candidate.slots
    )
    return replace(candidate, slots=slots)


def _one_place(reader: Reader, places: Mapping[str, Passage]) -> dict[str, Passage]:
    """Names of one sentence as one passage."""
    by_sentence: dict[tuple[int, int], list[Passage]] = {}
    for place in places.values():
        sentence = reader.wording.sentence_of(place.start, place.end)
        by_sentence.setdefault(sentence, []).append(place)
    joined = {
        place: Passage(min(p.start for p in found), max(p.end for p in found))
        for found in by_sentence.values()
        for place in found
    }
    return {value: joined[place] for value, place in places.items()}


def _other_voice(reader: Reader, candidate: Candidate, source: str) -> Candidate:
    """The same in the first voice that the words allow."""
    for modality in ("reported-named", "analyst", "reported-anonymous"):
        other = replace(candidate, modality=modality)
        if not any(slot == "modality" for slot, _, _ in untied(reader, other, source)):
            return other
    return candidate


def without(candidate: Candidate, spare: set[str]) -> Candidate:
    """*candidate* without some of its slots."""
    slots = tuple(s for s in candidate.slots if s.property not in spare)
    return replace(candidate, slots=slots, key=key_of(candidate.kind, slots, candidate.passage))


def claim_of(candidate: Candidate, source: str) -> Claim:
    """*candidate* as the gate reads statements."""
    slots: dict[str, list[Value]] = {}
    for slot in candidate.slots:
        iri = isinstance(slot.value, ox.NamedNode)
        slots.setdefault(slot.property, []).append(Value(slot.value.value, iri))
    slots["modality"] = [Value(f"{BASE}concept/modality/{candidate.modality}", True)]
    slots["polarity"] = [Value(f"{BASE}concept/polarity/{candidate.polarity}", True)]
    slots["tense"] = [Value(f"{BASE}concept/tense/{candidate.tense}", True)]
    slots["assertedBy"] = [Value(candidate.asserted_by or source, True)]
    if candidate.cited_work:
        slots["citedWork"] = [Value(candidate.cited_work, True)]
    return Claim(
        f"{BASE}id/statement/candidate/{candidate.key}",
        candidate.kind,
        source,
        {name: tuple(sorted(v, key=lambda x: x.text)) for name, v in sorted(slots.items())},
        tuple((p.start, p.end) for p in candidate.passages),
    )
