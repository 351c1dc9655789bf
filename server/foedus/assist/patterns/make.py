"""From what a pattern found to candidates: slots, date, voice, passage and label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from foedus.assist import vocabulary
from foedus.assist.mentions.again import compared
from foedus.assist.mentions.newcomers import Newcomers
from foedus.assist.mentions.units import Sentence, Unit, things_of
from foedus.assist.model import Candidate, Passage, Slot, key_of
from foedus.assist.patterns.labels import label_of
from foedus.assist.patterns.library import Pattern
from foedus.assist.patterns.voice import Mood, Voice, mood
from foedus.content.names import BASE

_CONCEPT = BASE + "concept/"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_DATE_BEFORE = frozenset(
    {"in", "on", "since", "from", "of", "during", "at", "by", "early", "late", "until", ",", "("}
)
_DENIABLE = {"Act", "Feature", "Position"}
#: What took place so many years before the text was written is background.
_LONG_AGO = 8
_FAR = 3
_SEVERAL = 2
#: Slots that hold a name as it is written.
_WRITTEN = frozenset({"name", "newName"})
#: Slots that a name does not fill that is only compared with ("NATO-style").
_COMPARED = frozenset({"arrangement", "requiredFor", "object", "named", "about", "countOf"})
_DENIAL = re.compile(
    r"(?<!\S)(?:no|not|never|neither|nor|none|without|lacks?|lacked|cannot|lack of)(?= )"
)


@dataclass(frozen=True)
class Setting:
    """What a candidate needs to know of the text around it."""

    source: str
    year: int | None
    legal: bool
    instrument: Unit | None
    newcomers: Newcomers
    titles: dict[str, str]
    offices: frozenset[str]
    #: The state or body in which a person holds an office, as far as it is known.
    held: dict[str, str]
    text: str

    def title(self, iri: str) -> str:
        """The name of a thing or concept."""
        if iri in self.newcomers.things:
            return self.newcomers.things[iri].label
        known = self.newcomers.names.things.get(iri)
        return (
            known.label if known else self.titles.get(iri, iri.rsplit("/", 1)[-1].replace("-", " "))
        )


Values = dict[str, list[tuple[ox.NamedNode | ox.Literal, Passage]]]


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
            for values in _chosen(pattern, _values(pattern, match, sentence, setting), match,
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


def _values(pattern: Pattern, match: re.Match[str], sentence: Sentence, setting: Setting) -> Values:
    values: Values = {}
    whole = Passage(*sentence.span(sentence.between(match.start(), match.end())))
    for name, text in match.groupdict().items():
        slot = pattern.rename.get(name, name)
        if text is None or name in ("aux", "when") or (slot.startswith("_") and slot != "_by"):
            continue
        numbers = sentence.between(*match.span(name))
        slot = slot.removesuffix("_of")
        if slot in _COMPARED and any(compared(sentence.units, n) for n in numbers):
            return {}
        for unit in (sentence.units[n] for n in numbers):
            terms = [ox.Literal(unit.text)] if slot in _WRITTEN else _terms(unit)
            if slot == "share":
                terms = [ox.Literal(_share(unit.value), datatype=_DECIMAL)]
            if slot == "countOf" and unit.thing in setting.newcomers.members:
                terms = [ox.NamedNode(setting.newcomers.members[unit.thing])]
            for value in terms:
                values.setdefault(slot, []).append((value, Passage(unit.start, unit.end)))
    if pattern.same:
        values["name"] = _shortest(match, sentence)
    for slot, fixed in pattern.set.items():
        values[slot] = [(_constant(fixed), whole)]
    for listed, sorts, before in (
        (pattern.topic, "A", sentence.body),
        (pattern.topic_any, "ARL", sentence.topic),
        (pattern.topic_proposal, "RL", sentence.proposal),
    ):
        topic = _named_before(sentence, match.start(), sorts) or before if listed else ""
        for slot in listed:
            if slot not in values and topic:
                values[slot] = [(ox.NamedNode(topic), whole)]
    for slot, kind in pattern.make.items():
        if slot not in values:
            made = _new_thing(kind, values, match, sentence, whole, setting)
            if made:
                values[slot] = [(ox.NamedNode(made), whole)]
    for slot in pattern.parties:
        if slot not in values:
            values[slot] = [
                (ox.NamedNode(iri), whole)
                for iri in _parties(values, match, sentence, setting, whole)
            ]
    return values


def _named_before(sentence: Sentence, place: int, sorts: str) -> str:
    """The last thing of these sorts named in the sentence before a place of its code."""
    here = sentence.between(place, place + 1)[0]
    return next(
        (
            sentence.units[n].thing
            for n in range(here - 1, -1, -1)
            if sentence.units[n].sort and sentence.units[n].sort in sorts
            and not compared(sentence.units, n)
        ),
        "",
    )  # fmt: skip


def _shortest(
    match: re.Match[str], sentence: Sentence
) -> list[tuple[ox.NamedNode | ox.Literal, Passage]]:
    """The shorter of two names of one thing: the one that the longer explains."""
    units = [sentence.units[sentence.between(*match.span(name))[0]] for name in match.groupdict()]
    unit = min(units, key=lambda u: len(u.text))
    return [(ox.Literal(unit.text), Passage(unit.start, unit.end))]


def _terms(unit: Unit) -> list[ox.NamedNode | ox.Literal]:
    if unit.sort == "F":
        return [ox.NamedNode(f"{_CONCEPT}office/{unit.value}")]
    if unit.sort == "Q":
        return [ox.Literal(unit.value, datatype=_INTEGER if unit.value.isdigit() else _DECIMAL)]
    return [ox.NamedNode(iri) for iri in (unit.parts or unit.things[:1])]


def _share(percent: str) -> str:
    return f"{float(percent) / 100:g}"


def _constant(value: str) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(_CONCEPT + value) if "/" in value else ox.Literal(value)


def _new_thing(
    kind: str,
    values: Values,
    match: re.Match[str],
    sentence: Sentence,
    place: Passage,
    setting: Setting,
) -> str | None:
    """A thing without a name, called by who is behind it, or by what, where and when it was."""
    if kind == "Event":
        noun = (match.groupdict().get("_noun") or "").strip()
        numbers = sentence.between(match.start(), match.end())
        units = [sentence.units[n] for n in numbers]
        told = [setting.title(iri) for iri in things_of(u for u in units if u.sort in "SJPC")]
        when = [u.value for u in units if u.sort == "D"]
        label = f"{noun} ({', '.join([*told, *when])})"
        return setting.newcomers.new(kind, label.capitalize(), place.start, place.end, label)
    doers = [v.value for name in ("agent", "holder", "_by") for v, _ in values.get(name, ())]
    if not doers:
        return None
    label = f"{kind} of {_and([setting.title(iri) for iri in doers])}"
    return setting.newcomers.new(kind, label, place.start, place.end)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _parties(
    values: Values, match: re.Match[str], sentence: Sentence, setting: Setting, place: Passage
) -> list[str]:
    """The two sides, or the members, of what the sentence speaks of."""
    for slot in ("obligor", "agent", "obligee"):
        if len(values.get(slot, ())) > 1:
            return [v.value for v, _ in values[slot]]
    states = [u for u in sentence.units if u.sort == "S"]
    named = things_of(u for u in states if u.start < sentence.units[-1].end)
    if len(named) > 1:
        return named
    if setting.legal and sentence.pair:
        return list(sentence.pair)
    bearers = [v.value for v, _ in values.get("obligor", ())]
    if len(bearers) == 1 and "/id/arrangement/" in bearers[0]:
        title = setting.title(bearers[0])
        return [setting.newcomers.members_of(bearers[0], title, place.start, place.end)]
    if bearers:
        return [v.value for v, _ in values["obligor"]]
    bodies = [u.thing for sort in "AIO" for u in sentence.units if u.sort == sort]
    if not bodies and sentence.pair:
        return list(sentence.pair)
    of = bodies[0] if bodies else sentence.body
    if not of:
        return []
    return [setting.newcomers.members_of(of, setting.title(of), place.start, place.end)]


def _chosen(
    pattern: Pattern, values: Values, match: re.Match[str], sentence: Sentence
) -> Iterator[Values]:
    """One set of values for each concept that the words of the match choose."""
    if not pattern.choose:
        yield values
        return
    for slot, table in pattern.choose.items():
        seen = set()
        for sought, concept in table.items():
            found = re.search(rf"(?<!\S)(?:{sought})(?!\S)", match.group())
            if found and concept not in seen:
                seen.add(concept)
                start = match.start() + found.start()
                numbers = sentence.between(start, match.start() + found.end())
                yield {**values,
                       slot: [(_constant(concept), Passage(*sentence.span(numbers)))]}  # fmt: skip


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
        text = _text_of(sentence, setting)
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


def _text_of(sentence: Sentence, setting: Setting) -> Unit | None:
    """The one text of which a sentence speaks; in a treaty, that treaty."""
    named = [u for u in sentence.units if u.sort == "I"]
    if len({u.thing for u in named}) == 1:
        return named[0]
    return setting.instrument if not named and setting.legal else None


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
