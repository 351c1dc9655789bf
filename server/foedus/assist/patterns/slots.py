"""What a match fills the slots of a candidate with: things, numbers, names, concepts, parties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.assist.mentions.again import compared
from foedus.assist.mentions.newcomers import Newcomers
from foedus.assist.mentions.units import Sentence, Unit, things_of
from foedus.assist.model import Passage
from foedus.assist.patterns.library import Pattern
from foedus.content.names import BASE

_CONCEPT = BASE + "concept/"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
#: Slots that hold a name as it is written.
_WRITTEN = frozenset({"name", "newName"})
#: Slots that a name does not fill that is only compared with ("NATO-style").
_COMPARED = frozenset({"arrangement", "requiredFor", "object", "named", "about", "countOf"})


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


Terms = list[ox.NamedNode | ox.Literal]
Values = dict[str, list[tuple[ox.NamedNode | ox.Literal, Passage]]]


def values_of(
    pattern: Pattern, match: re.Match[str], sentence: Sentence, setting: Setting
) -> Values:
    """The values of every slot that a match, its pattern and its sentence give."""
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
            terms: Terms = [ox.Literal(unit.text)] if slot in _WRITTEN else _terms(unit)
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


def chosen(
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


def text_of(sentence: Sentence, setting: Setting) -> Unit | None:
    """The one text of which a sentence speaks; in a treaty, that treaty."""
    named = [u for u in sentence.units if u.sort == "I"]
    if len({u.thing for u in named}) == 1:
        return named[0]
    return setting.instrument if not named and setting.legal else None
