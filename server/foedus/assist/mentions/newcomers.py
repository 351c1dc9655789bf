"""Names that the catalogue does not know, offices and who holds them, and short forms.

A new name is a proposal for a new thing. It is taken only where its last word says what bears it
("… Treaty", "League of …"), where an office stands before it, or where it is said to speak; once
introduced, its short forms (an abbreviation in brackets, a surname) stand for it in the rest of the
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from anyascii import anyascii

from foedus.assist import vocabulary
from foedus.assist.mentions.units import SORTS, Sentence, Unit, is_name, put
from foedus.assist.model import NewThing, Passage
from foedus.check.grounding.names import Names
from foedus.content.names import BASE

_SCHEMES = {
    "SecurityArrangement": "arrangement",
    "Treaty": "instrument",
    "Charter": "instrument",
    "PoliticalDeclaration": "instrument",
    "ActorGroup": "group",
}
_INSIDE = frozenset(
    {"of", "for", "on", "and", "the", "to", "in", "between", "against", "with", "-", ","}
)
_PARTICLES = frozenset(
    {"bin", "ibn", "al", "el", "de", "van", "von", "da", "-", "ul", "ur", "bint"}
)
_OFFICE = "F"
_LONGEST_NAME, _LONGEST_PERSON = 14, 6
_SHORTEST = 4
#: A name of so many words is one only if one of them tells.
_GENERIC = 3


class Newcomers:
    """The new things of one text, and every short form by which it calls a thing."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.things: dict[str, NewThing] = {}
        #: Short forms: their tokens, and the thing they stand for.
        self.short: dict[tuple[str, ...], tuple[str, str, str]] = {}
        #: How the text writes each new thing.
        self.written: dict[str, set[str]] = {}
        #: Abbreviations to which this text gives another meaning.
        self.instead: dict[str, tuple[str, str]] = {}
        self._groups: dict[str, str] | None = None
        #: The body or text of whose members a group consists.
        self.members: dict[str, str] = {}

    def look_ahead(self, sentences: list[Sentence]) -> None:
        """Learn the short forms that stand in brackets anywhere: they may be used before."""
        for sentence in sentences:
            if any(unit.word == "(" for unit in sentence.units):
                units = [replace(unit) for unit in sentence.units]
                self._names(units)
                self._brackets(units)

    def mark(self, sentence: Sentence) -> None:
        """Put units for offices, short forms and new names of *sentence* in their places."""
        for unit in sentence.units:
            if unit.how == "abbreviation" and unit.text in self.instead:
                iri, unit.sort = self.instead[unit.text]
                unit.things = (iri,)
        self._offices(sentence.units)
        self._short_forms(sentence.units)
        self._names(sentence.units)
        self._persons(sentence.units)
        self._brackets(sentence.units)
        self._provisions(sentence.units)

    def title(self, iri: str) -> str:
        """The label of a thing, new or known; empty where there is none."""
        if iri in self.things:
            return self.things[iri].label
        return self.names.things[iri].label if iri in self.names.things else ""

    def kind(self, iri: str) -> str:
        """The class of a thing, new or known; empty where there is none."""
        if iri in self.things:
            return self.things[iri].kind
        return self.names.things[iri].kind if iri in self.names.things else ""

    def new(self, kind: str, label: str, start: int, end: int, name: str | None = None) -> str:
        """The IRI of a new thing of this class and label, made when first asked for."""
        scheme = _SCHEMES.get(kind, kind.casefold())
        slug = "-".join(re.findall(r"[a-z0-9]+", anyascii(name or label).casefold())[:9])
        iri = f"{BASE}id/{scheme}/{slug or 'unnamed'}"
        known = self.names.things.get(iri)
        if known is not None and known.label.casefold() != label.casefold():
            iri += "-new"
        if iri not in self.things and known is None:
            self.things[iri] = NewThing(iri, kind, label, Passage(start, end))
        if iri in self.things:
            self.written.setdefault(iri, set()).add(" ".join(self.text[start:end].split()))
        return iri

    def _provisions(self, units: list[Unit]) -> None:
        for number in range(len(units) - 1):
            if (
                units[number].word == "article"
                and number + 1 < len(units)
                and (units[number + 1].sort == "Q")
            ):
                start, end = units[number].start, units[number + 1].end
                label = f"Article {units[number + 1].value}"
                iri = self.new("Provision", label, start, end)
                put(units, number, number + 1,
                    Unit(start, end, self.text[start:end], "V", (iri,), "new"))  # fmt: skip

    def members_of(self, thing: str, title: str, start: int, end: int) -> str:
        """The IRI of the group of the members of a body, or of the parties to a text."""
        text = "/id/instrument/" in thing
        label = f"{'Parties to' if text else 'Members of'} {title}"
        iri = self.new("ActorGroup", label, start, end)
        self.members[iri] = thing
        return iri

    def group(self, label: str, start: int, end: int) -> str:
        """The IRI of a class of states: a known one that means the same, or a new one."""
        if self._groups is None:
            self._groups = {
                _class_of(thing.label): iri
                for iri, thing in sorted(self.names.things.items(), reverse=True)
                if thing.kind == "ActorGroup"
            }
        return self._groups.get(_class_of(label)) or self.new("ActorGroup", label, start, end)

    # -- offices

    def _offices(self, units: list[Unit]) -> None:
        number = 0
        while number < len(units):
            here = units[number].word
            for words, concept in vocabulary.offices() if here in vocabulary.office_words() else ():
                last = number + len(words) - 1
                if last < len(units) and all(
                    units[number + n].word == word for n, word in enumerate(words)
                ):
                    start, end = units[number].start, units[last].end
                    made = Unit(start, end, self.text[start:end], _OFFICE, value=concept)
                    put(units, number, last, made)
                    break
            number += 1

    # -- short forms

    def _short_forms(self, units: list[Unit]) -> None:
        number = 0
        while number < len(units):
            for length in (3, 2, 1):
                key = tuple(u.word for u in units[number : number + length])
                if len(key) < length or key not in self.short:
                    continue
                unit = units[number]
                if not is_name(self.text, unit):
                    continue
                iri, kind, how = self.short[key]
                start, end = unit.start, units[number + length - 1].end
                made = Unit(start, end, self.text[start:end], SORTS[kind], (iri,), how)
                put(units, number, number + length - 1, made)
                break
            number += 1

    def _brackets(self, units: list[Unit]) -> None:
        """``Name (ABC)`` and ``Name, or Abc,``: the short form stands for the name from here on."""
        for number in range(len(units) - 3):
            unit = units[number]
            if unit.sort not in tuple("AOINPELRX"):
                continue
            opening = self._opening(units, number)
            opened = opening is not None
            named = units[number + 1].word == "," and units[number + 2].word == "or"
            at = opening + 1 if opening is not None else number + 3
            if not (opened or named) or at + 1 >= len(units):
                continue
            short = units[at]
            closed = units[at + 1].word in (")", ",", ".")
            fits = at <= number + 3 or short.word[:1] == unit.text[:1].casefold()
            if not (closed and fits and is_name(self.text, short)):
                continue
            kind = self.kind(unit.thing)
            if kind and short.how == "abbreviation" and short.thing != unit.thing:
                self.instead[short.text] = unit.thing, SORTS[kind]
                short.sort, short.things = unit.sort, unit.things
            elif kind and short.word.isalpha():
                self.short.setdefault((short.word,), (unit.thing, kind, "abbreviation"))
                short.sort, short.things = unit.sort, unit.things
                short.text, short.how = self.text[short.start : short.end], "abbreviation"

    def _opening(self, units: list[Unit], number: int) -> int | None:
        """The bracket behind a name, or behind what goes on with it."""
        for at in range(number + 1, min(len(units) - 2, number + 7)):
            if units[at].word == "(":
                goes_on = at == number + 1 or self._goes_on(units[number + 1 : at])
                return at if goes_on else None
        return None

    def _goes_on(self, units: list[Unit]) -> bool:
        """Whether a name goes on in these units ("… to Fight Piracy")."""
        return all(
            unit.word in _INSIDE or (self._capital(unit) and not unit.sort) for unit in units
        ) and any(self._capital(unit) for unit in units)

    # -- names with a telling last word

    def _names(self, units: list[Unit]) -> None:
        number = 0
        while number < len(units):
            found = self._name_at(units, number)
            if found is None:
                number += 1
                continue
            last, kind = found
            start, end = units[number].start, units[last].end
            label = " ".join(self.text[start:end].split())
            iri = self.new(kind, label, start, end)
            put(units, number, last,
                Unit(start, end, self.text[start:end], SORTS[kind], (iri,), "new"))  # fmt: skip
            number += 1

    def _name_at(self, units: list[Unit], first: int) -> tuple[int, str] | None:
        unit = units[first]
        if not self._capital(unit) or unit.word in vocabulary.words("plain"):
            return None
        if unit.sort in ("S", "J", "A", "O", "C", "P", "N") and not self._capital_after(
            units, first
        ):
            return None
        best: tuple[int, str] | None = None
        last = first
        heads = vocabulary.heads()
        head_first = heads.get(unit.word)
        for number in range(first, min(len(units), first + _LONGEST_NAME)):
            here = units[number]
            if here.word in _INSIDE and (head_first or here.word == "-"):
                continue
            if not self._capital(here):
                break
            if here.word in vocabulary.words("plain") and number != first:
                break
            last = number
            kind = heads.get(here.word)
            if kind and number > first:
                best = number, kind
        if head_first and last > first:
            if units[first + 1].word in ("of", "on", "for"):
                return last, head_first
            if head_first == "Organization" and best is None:
                return last, head_first
        if best is not None and self._no_name(units[first : best[0] + 1]):
            return None
        return best

    def _no_name(self, units: list[Unit]) -> bool:
        """``Scope of the Alliance``, ``Multilateral Alliance``: words, and nothing of that name."""
        words = [unit.word for unit in units]
        if words[0] in vocabulary.words("generic"):
            return True
        return (
            len(units) <= _GENERIC
            and not any(u.sort for u in units)
            and all(word in vocabulary.words("generic") for word in words[:-1])
        )

    def _capital(self, unit: Unit) -> bool:
        return (
            unit.sort not in ("D", "Q", _OFFICE)
            and unit.text[:1].isalnum()
            and is_name(self.text, unit)
        )

    def _capital_after(self, units: list[Unit], first: int) -> bool:
        after = units[first + 1] if first + 1 < len(units) else None
        if after is not None and after.word == "-" and first + 2 < len(units):
            after = units[first + 2]
        return after is not None and not after.sort and self._capital(after)

    # -- persons

    def _persons(self, units: list[Unit]) -> None:
        number = 0
        while number < len(units):
            start = number
            while number < len(units) and (
                units[number].word in vocabulary.words("titles")
                and number + 1 < len(units)
                and is_name(self.text, units[number])
            ):
                number += 1
            titled = number > start or (start > 0 and units[start - 1].sort == _OFFICE)
            titled = titled or (start > 0 and units[start - 1].word == "," and any(
                u.sort == _OFFICE for u in units[max(0, start - 5) : start]
            ))  # fmt: skip
            end = self._person_end(units, number)
            if end is None or not (titled or self._speaks(units, number, end)):
                number = start + 1
                continue
            if end == number and not titled:
                number = start + 1
                continue
            self._person(units, number, end)
            number += 1

    def _person_end(self, units: list[Unit], first: int) -> int | None:
        last = None
        for number in range(first, min(len(units), first + _LONGEST_PERSON)):
            unit = units[number]
            if unit.sort or (not is_name(self.text, unit) and unit.word not in _PARTICLES):
                break
            if unit.word in vocabulary.words("plain") or not (
                unit.word.isalpha() or unit.word == "-"
            ):
                break
            if is_name(self.text, unit):
                last = number
        return last

    def _speaks(self, units: list[Unit], first: int, last: int) -> bool:
        """Two or more capitals, and a verb of speech or an office in apposition beside them."""
        if last - first < 1:
            return False
        if units[first].start == units[0].start and units[first].word in vocabulary.words("plain"):
            return False
        beside = [u.word for u in units[last + 1 : last + 3]] + [
            u.word for u in units[max(0, first - 1) : first]
        ]
        if any(word in vocabulary.words("speech", "verbs") for word in beside):
            return True
        return (
            any(u.sort == _OFFICE for u in units[last + 1 : last + 5])
            and units[min(last + 1, len(units) - 1)].word == ","
        )

    def _person(self, units: list[Unit], first: int, last: int) -> None:
        start, end = units[first].start, units[last].end
        label = " ".join(self.text[start:end].split())
        words = [u.word for u in units[first : last + 1] if u.word not in _PARTICLES]
        known = self._same_person(words)
        iri = known or self.new("Person", label, start, end)
        how = "label" if known else "new"
        put(units, first, last, Unit(start, end, self.text[start:end], "P", (iri,), how))
        for word in (words[-1], words[0]):
            if len(word) >= _SHORTEST and len(words) > 1:
                self.short.setdefault((word,), (iri, "Person", "label"))

    def _same_person(self, words: list[str]) -> str | None:
        for iri, thing in self.things.items():
            if thing.kind == "Person" and words[-1] in thing.label.casefold().split():
                return iri
        return None


def _class_of(label: str) -> str:
    """A class of states in one wording: countries, nations and states are the same."""
    words = re.findall(r"[a-z]+", label.casefold())
    same = {"countries": "states", "nations": "states", "islamic": "muslim"}
    return " ".join(same.get(word, word) for word in words)


def abbreviations(newcomers: Newcomers) -> Iterator[tuple[str, str]]:
    """The short forms of a text, and the thing of each."""
    for words, (iri, _, how) in newcomers.short.items():
        if how == "abbreviation":
            yield " ".join(words).upper(), iri
    for text, (iri, _) in newcomers.instead.items():
        yield text, iri
