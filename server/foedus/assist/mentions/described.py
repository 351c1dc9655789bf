"""Texts and bodies that have no name: "a mutual defence agreement", "a joint coastal force".

A text is known by its description, where the catalogue has exactly one that fits; otherwise it is
new. A body that is only thought of is a proposal, and never the body that may come of it.
"""

from __future__ import annotations

from foedus.assist import vocabulary
from foedus.assist.mentions.again import Memory
from foedus.assist.mentions.newcomers import Newcomers
from foedus.assist.mentions.units import SORTS, Sentence, Unit, put, things_of
from foedus.check.grounding.words import Wording

_TEXTS = frozenset({"Instrument", "Treaty", "UnilateralAssurance", "DefenseCooperationAgreement"})
#: A description fits where so many of its telling words stand in the sentence.
_FITS = 4
_NEAR = 9
_ARTICLES = frozenset({"a", "an", "any", "such", "new", "single", "no"})
_PARTIES = 2
_HOLDING = 4


def texts(text: str, sentence: Sentence, newcomers: Newcomers, wording: Wording) -> None:
    """Put units for agreements and treaties that are told by their kind."""
    units = sentence.units
    modifiers = vocabulary.words("texts", "modifiers")
    number = 0
    while number < len(units):
        if sentence.role == "body" and units[number].word in vocabulary.words("texts", "heads"):
            first = number
            while first and (
                units[first - 1].word in modifiers
                or (units[first - 1].word == "-" and first > 1)
                or (units[first - 1].sort == "J" and first < number)
            ):
                first -= 1
            while first < number and units[first].word == "-":
                first += 1
            telling = {u.word for u in units[first:number]} & modifiers
            if (
                first < number
                and telling - vocabulary.words("texts", "faint")
                and not _style(units, number)
            ):
                start, end = units[first].start, units[number].end
                iri, how = _text_of(text, sentence, newcomers, wording, start, end)
                kind = newcomers.kind(iri)
                put(units, first, number,
                    Unit(start, end, text[start:end], SORTS[kind], (iri,), how))  # fmt: skip
                number = first
        number += 1


def _style(units: list[Unit], number: int) -> bool:
    return number + 1 < len(units) and units[number + 1].word in (
        "-",
        "talks",
        "partners",
        "states",
    )


def _text_of(
    text: str, sentence: Sentence, newcomers: Newcomers, wording: Wording, start: int, end: int
) -> tuple[str, str]:
    known = []
    for iri, thing in newcomers.names.things.items():
        if thing.kind in _TEXTS:
            hits = len(newcomers.names.described(iri, wording, sentence.start, sentence.end))
            inside = len(newcomers.names.described(iri, wording, start, end))
            if hits >= _FITS and inside:
                known.append((hits, iri))
    known.sort()
    if known and (len(known) == 1 or known[-1][0] > known[-2][0]):
        return known[-1][1], "description"
    label = " ".join(text[start:end].split())
    parties = things_of(u for u in sentence.units if u.sort == "S")
    titles = [newcomers.names.things[i].label for i in parties if i in newcomers.names.things]
    if len(titles) == _PARTIES:
        label += f" of {titles[0]} and {titles[1]}"
    return newcomers.new("Instrument", label[0].upper() + label[1:], start, end), "new"


def counted(text: str, units: list[Unit], newcomers: Newcomers) -> None:
    """``the 12-member coastal coalition``: a body without a name, told by its number."""
    for number in range(len(units) - 4):
        if units[number].sort != "Q" or [u.word for u in units[number + 1 : number + 3]] not in (
            ["-", "member"], ["-", "nation"], ["-", "state"], ["-", "country"],
        ):  # fmt: skip
            continue
        for last in range(number + 4, min(len(units), number + 8)):
            if units[last].word in vocabulary.words("thought", "nouns"):
                start, end = units[number + 3].start, units[last].end
                label = " ".join(text[start:end].split())
                iri = newcomers.new("SecurityArrangement", label, start, end)
                put(units, number + 3, last,
                    Unit(start, end, text[start:end], "A", (iri,), "new"))  # fmt: skip
                return
            if units[last].word in (",", ".", "of"):
                break


def nicknames(text: str, units: list[Unit], newcomers: Newcomers) -> None:
    """``an Arctic NATO``: a label that somebody gives, not the body whose name it borrows."""
    words = vocabulary.words("thought", "nicknames")
    number = 1
    while number < len(units):
        before = units[number - 1]
        unit = units[number]
        if (
            unit.sort == "A"
            and len(unit.text) <= 8
            and (before.word in words)
            and (text[before.start].isupper())
        ):
            start, end = before.start, unit.end
            iri = newcomers.new("Label", " ".join(text[start:end].split()), start, end)
            put(units, number - 1, number, Unit(start, end, text[start:end], "L", (iri,), "new"))
        number += 1


def thought(text: str, sentence: Sentence, newcomers: Newcomers, memory: Memory) -> None:
    """``to form a military alliance``: a proposal, the one spoken of before or a new one."""
    units = sentence.units
    modifiers = vocabulary.words("thought", "modifiers")
    number = 0
    while number < len(units):
        if units[number].word not in vocabulary.words("thought", "nouns"):
            number += 1
            continue
        first = number
        while first and (units[first - 1].word in modifiers or _like(units, first - 1)):
            first -= 1
        article = units[first - 1].word if first else ""
        before = {u.word for u in units[max(0, first - _NEAR) : first]}
        after = units[number + 1].word if number + 1 < len(units) else ""
        if (
            first < number
            and article in _ARTICLES
            and before & vocabulary.words("thought", "verbs")
            and after not in ("-", "member", "members")
        ):
            start, end = units[first].start, units[number].end
            iri = _proposal(text, sentence, newcomers, memory, start, end)
            put(units, first, number, Unit(start, end, text[start:end], "R", (iri,), "new"))
            number = first
        number += 1


def _like(units: list[Unit], number: int) -> bool:
    """``NATO-style`` before a noun."""
    return units[number].sort == "A" and number + 1 < len(units) and units[number + 1].word in (
        "-", "style", "like",
    )  # fmt: skip


def _proposal(
    text: str, sentence: Sentence, newcomers: Newcomers, memory: Memory, start: int, end: int
) -> str:
    before = memory.latest(("R",), sentence.number, _HOLDING)
    if before is not None and before.thing in newcomers.things:
        return before.thing
    label = f"Proposed {' '.join(text[start:end].split())}"
    return newcomers.new("Proposal", label, start, end)
