"""From what a pattern found to candidates: date, voice, passage and label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyoxigraph as ox

from foedus.assist import vocabulary
from foedus.assist.mentions.units import Sentence, Unit
from foedus.assist.model import Candidate, Passage, Slot, key_of
from foedus.assist.patterns.labels import label_of
from foedus.assist.patterns.library import Pattern
from foedus.assist.patterns.slots import Setting, Values, chosen, text_of, values_of
from foedus.assist.patterns.voice import Mood, Voice, mood
from foedus.content.names import BASE

_DATE_BEFORE = frozenset(
    {"in", "on", "since", "from", "of", "during", "at", "by", "early", "late", "until", ",", "("}
)
#: What took place so many years before the text was written is background.
_LONG_AGO = 8
_FAR = 3
_SEVERAL = 2
_DENIAL = re.compile(
    r"(?<!\S)(?:no|not|never|neither|nor|none|without|lacks?|lacked|cannot|lack of)(?= )"
)


def candidates(
    pattern: Pattern, sentence: Sentence, voice: Voice, setting: Setting
) -> Iterator[Candidate]:
    """Every candidate that *pattern* makes of *sentence*."""
    if sentence.role not in pattern.roles:
        return
    for way in pattern.ways:
        for match in way.finditer(sentence.code):
            told = mood(sentence, match)
            polarity = _polarity(pattern, told)
            if polarity is None or (pattern.denial and not _DENIAL.search(match.group())):
                continue
            if pattern.same and not _same(match, sentence):
                continue
            for values in chosen(pattern, values_of(pattern, match, sentence, setting), match,
                                  sentence):  # fmt: skip
                yield from _made(pattern, match, sentence, voice, setting, told, polarity, values)


def _same(match: re.Match[str], sentence: Sentence) -> bool:
    """Whether all that the match kept is one thing."""
    kept = [sentence.between(*match.span(name)) for name in match.groupdict()]
    return len({sentence.units[n].thing for numbers in kept for n in numbers}) == 1


def _polarity(pattern: Pattern, told: Mood) -> str | None:
    if not told.said and pattern.modal != "keep":
        return None
    if (told.modal and pattern.modal != "keep") or (told.future and pattern.modal == "drop"):
        return None
    if told.denied:
        if pattern.denied in ("negate", "only"):
            return "negated"
        return pattern.polarity or ("affirmed" if pattern.denied == "keep" else None)
    return None if pattern.denied == "only" else pattern.polarity or "affirmed"


def _made(
    pattern: Pattern,
    match: re.Match[str],
    sentence: Sentence,
    voice: Voice,
    setting: Setting,
    told: Mood,
    polarity: str,
    values: Values,
) -> Iterator[Candidate]:
    numbers = sentence.between(match.start(), match.end())
    date, numbers = _date(pattern, match, sentence, numbers)
    if told.denied and told.denial is not None:  # the passage holds the word that denies
        numbers = range(min(numbers[0], sentence.between(*told.denial)[0]), numbers[-1] + 1)
    passage = _with_article(setting.text, *sentence.span(numbers))
    if date is not None and pattern.date:
        name = "inferredDate" if date.how.startswith("counted") else pattern.date
        values = {**values, name: [(ox.Literal(date.value), Passage(date.start, date.end))]}
    values.pop("_by", None)
    if pattern.lookup and pattern.lookup not in values:
        held = [setting.held.get(v.value) for v, _ in values.get("person", ())]
        if held and held[0]:
            values = {**values, pattern.lookup: [(ox.NamedNode(held[0]), passage)]}
    if any(not values.get(slot) for slot in pattern.needs):
        return
    if pattern.kind == "Commitment" and not {"instrument", "arrangement"} & values.keys():
        text = text_of(sentence, setting)
        if text is not None:
            values = {**values, "instrument": [(ox.NamedNode(text.thing), passage)]}
    if any(len({v for v, _ in values.get(slot, ())}) < _SEVERAL for slot in pattern.plural):
        return
    tense = pattern.tense or ("planned" if told.future else
                              "conditional" if told.modal else told.tense)  # fmt: skip
    if (
        pattern.kind == "Leadership"
        and "former " in sentence.code[max(0, match.start() - 7) : match.end()]
    ):
        tense = "past"
    rows = [values]
    for slot in pattern.each:
        rows = [{**row, slot: [one]} for row in rows for one in row.get(slot, ())]
    for row in rows:
        slots = tuple(
            Slot(slot, value, place)
            for slot, found in sorted(row.items())
            for value, place in dict(found).items()
        )
        if not _sensible(pattern.kind, row):
            continue
        for value, _ in row.get("officeOf", ()):
            setting.held.setdefault(row["person"][0][0].value, value.value)
        speaker, modality = _speaker(pattern, voice, setting, told, numbers, date, tense)
        yield Candidate(
            key=key_of(pattern.kind, slots, passage),
            kind=pattern.kind,
            slots=slots,
            passage=passage,
            modality=modality,
            polarity=polarity,
            tense=tense,
            certainty="",
            asserted_by=speaker,
            cited_work=None,
            date=date.value if date else None,
            pattern=pattern.name,
            confidence=pattern.confidence,
            label=label_of(pattern.kind, row, polarity, tense, setting.title),
        )


def _with_article(text: str, start: int, end: int) -> Passage:
    """From the article before the first word, which the rows leave out."""
    article = re.search(r"\b[Tt]he\s+[\"“‘']?$", text[max(0, start - 8) : start])
    return Passage(start - len(article.group()) if article else start, end)


def _sensible(kind: str, row: Values) -> bool:
    """Nobody is a member of itself, promises itself alone, or is both who does it and to whom."""

    def of(name: str) -> set[str]:
        return {value.value for value, _ in row.get(name, ())}

    wanted = {"Membership": ("arrangement", "instrument"), "Absence": ("arrangement", "event"),
              "MemberCount": ("countOf",)}.get(kind)  # fmt: skip
    if wanted and not any(row.get(name) for name in wanted):
        return False
    sides = {"Membership": ("member", "arrangement"), "Absence": ("absentee", "arrangement"),
             "Act": ("agent", "counterpart"), "Position": ("holder", "object"),
             "Commitment": ("obligor", "obligee")}.get(kind)  # fmt: skip
    if sides is None:
        return True
    one, other = of(sides[0]), of(sides[1])
    if kind == "Commitment":
        return bool(one) and bool(other) and (
            one != other or len(one) > 1 or next(iter(one)).startswith(BASE + "id/group/")
        )  # fmt: skip
    return not one & other


def _date(
    pattern: Pattern, match: re.Match[str], sentence: Sentence, numbers: range
) -> tuple[Unit | None, range]:
    """The date that goes with a match: in it, right behind it, or first in its sentence."""
    units = sentence.units
    inside = [units[n] for n in numbers if units[n].sort == "D"]
    if match.groupdict().get("when"):
        kept = sentence.between(*match.span("when"))
        return units[kept[0]], numbers
    for far in range(1, _FAR + 2):
        at = numbers[-1] + far
        if at >= len(units):
            break
        if units[at].sort == "D":
            return units[at], range(numbers[0], at + 1)
        if units[at].word not in _DATE_BEFORE and not (units[at].sort == "C" and far < _FAR):
            break
    if len(inside) == 1:
        return inside[0], numbers
    for far in range(1, _FAR + 1):
        at = numbers[0] - far
        if at < 0:
            break
        if units[at].sort == "D" and (at == 0 or units[at - 1].word in _DATE_BEFORE):
            return units[at], range(at, numbers[-1] + 1)
        if units[at].word not in (",", "when"):
            break
    return None, numbers


def relabelled(candidate: Candidate, title: Callable[[str], str]) -> Candidate:
    """*candidate* with the label that its slots make now."""
    row: Values = {}
    for slot in candidate.slots:
        row.setdefault(slot.property, []).append((slot.value, slot.passage))
    told = label_of(candidate.kind, row, candidate.polarity, candidate.tense, title)
    return replace(candidate, label=told)


def _speaker(
    pattern: Pattern,
    voice: Voice,
    setting: Setting,
    told: Mood,
    numbers: range,
    date: Unit | None,
    tense: str,
) -> tuple[str | None, str]:
    """Who asserts it, and in what voice."""
    overlap = voice.units and any(n in voice.units for n in numbers)
    if pattern.kind in ("Leadership", "Naming") or (overlap and pattern.kind != "Position"):
        voice = Voice()
    if voice.speaker is not None:
        iri = voice.speaker.thing
        kind = setting.newcomers.kind(iri)
        if kind == "Person":
            return iri, "official-statement" if iri in setting.offices else "analyst"
        if kind == "State":
            return iri, "official-statement"
        if kind in ("SecurityArrangement", "Organization"):
            return iri, "reported-named"
        return None, "reported-named"
    if voice.unnamed or told.hearsay:
        if voice.unnamed in vocabulary.words("speech", "expert"):
            return None, "reported-anonymous"
        return None, "reported-anonymous"
    if pattern.kind in ("Definition", "Assessment", "Requirement", "Classification"):
        return None, "analyst"
    if setting.legal and pattern.kind == "Commitment":
        return None, "reported-named"
    if date is not None and tense == "past" and setting.year:
        years = re.match(r"\d{4}", date.value)
        if years and int(years.group()) <= setting.year - _LONG_AGO:
            return None, "encyclopedic"
    return None, "reported-named"
