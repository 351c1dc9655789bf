"""Groups of words that mean a thing named before, or a government, or a class of states.

Simple and right rather than complete: a noun means the nearest thing of its class before it; where
none is near, or the noun is of no certain class, it means nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from foedus.assist import vocabulary
from foedus.assist.mentions.newcomers import Newcomers
from foedus.assist.mentions.units import ADJECTIVE, Sentence, Unit, put, things_of

_DEFINITE = frozenset({"the", "this", "that", "its", "such", "these", "those"})
_PAIR = frozenset({"both", "two", "each", "other"})
_BEFORE_PAIR = _PAIR | {"the", "of", "its", "high", "contracting", "signatory"}
#: So many sentences back a noun can reach.
REACH, _NEAR = 5, 2
#: What is named so often, the text is about.
_TOPIC = 3
_BODIES = ("A", "R", "L", "O")
_COUNTED = 2
_COMPARED = frozenset({"style", "like", "type", "inspired"})


@dataclass
class Memory:
    """What was named so far, the latest last: the sentence, and the unit."""

    named: list[tuple[int, Unit]] = field(default_factory=list)
    pairs: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    #: Two states of one sentence that are not named together.
    loose: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    legal: bool = False
    #: The paragraph that is read, and its first sentence.
    paragraph: tuple[int, int] = (-1, 0)
    title: Callable[[str], str] = str

    def latest(
        self, sorts: tuple[str, ...], sentence: int, reach: int = REACH, noun: str = ""
    ) -> Unit | None:
        """The last unit of one of these sorts named not too far before; a proposal only where it
        was put forward as what *noun* says."""
        for number, unit in reversed(self.named):
            if sentence - number > reach:
                break
            if unit.sort in sorts and not (unit.sort == "R" and noun and noun not in (
                unit.thing.rsplit("/", 1)[-1]
            )):  # fmt: skip
                return unit
        return None

    def called(self, noun: str, here: int) -> Unit | None:
        """The last body of the sentences before whose name says that it is such a thing."""
        for number, unit in reversed(self.named):
            if here - number > _NEAR:
                break
            if unit.sort == "A" and noun in self.title(unit.thing).casefold():
                return unit
        return None

    def opening(self, sentence: Sentence) -> int:
        """The number of the first sentence of the paragraph in which *sentence* stands."""
        if sentence.paragraph != self.paragraph[0]:
            self.paragraph = sentence.paragraph, sentence.number
        return self.paragraph[1]

    def first(self, sorts: tuple[str, ...]) -> Unit | None:
        """The first unit of one of these sorts: of a treaty, its title."""
        return next((unit for _, unit in self.named if unit.sort in sorts), None)

    def pair(self, here: int) -> tuple[str, ...] | None:
        """The states last named together, or else the last two of one sentence."""
        for named in (self.pairs, self.loose):
            for number, states in reversed(named):
                if here - number <= 3 * REACH:
                    return states
        return None

    def topic(self, sorts: tuple[str, ...]) -> Unit | None:
        """The thing of these sorts that was named most, at least three times."""
        often = [u for _, u in self.named if u.sort in sorts and self.counts[u.thing] >= _TOPIC]
        return max(often, key=lambda unit: self.counts[unit.thing], default=None)


def governments(text: str, units: list[Unit], newcomers: Newcomers) -> None:
    """``Saudi leadership``, ``the government of Peru``: one unit for the state."""
    words = vocabulary.words("government")
    number = 0
    while number < len(units):
        unit = units[number]
        after = units[number + 1] if number + 1 < len(units) else None
        if unit.sort == ADJECTIVE and after is not None and after.word in words:
            _join(text, units, number, number + 1, unit)
        elif (
            unit.sort == "S"
            and after is not None
            and after.word in ("'", "’")
            and (
                number + 3 < len(units)
                and units[number + 2].word == "s"
                and units[number + 3].word in words
            )
        ):
            _join(text, units, number, number + 3, unit)
        elif (
            unit.word in words
            and after is not None
            and after.word == "of"
            and number + 2 < len(units)
        ):
            at = (
                number + 3
                if units[number + 2].word == "the" and number + 3 < len(units)
                else number + 2
            )
            if units[at].sort == "S":
                _join(text, units, number, at, units[at])
        elif unit.sort == ADJECTIVE and unit.text[-1:] == "s" and unit.text != "Swiss":
            unit.sort = "S"
        number += 1
    _classes(text, units, newcomers)
    ministers(text, units, newcomers)


def _join(text: str, units: list[Unit], first: int, last: int, state: Unit) -> None:
    start, end = units[first].start, units[last].end
    made = Unit(start, end, text[start:end], "S", state.things, state.how)
    put(units, first, last, made)


def _classes(text: str, units: list[Unit], newcomers: Newcomers) -> None:
    """``Muslim-majority countries``: a class of states, known or new."""
    nouns, before = vocabulary.words("classes", "nouns"), vocabulary.words("classes", "before")
    number = 0
    while number < len(units):
        if units[number].word in nouns:
            first = number
            while first and (units[first - 1].word in before or units[first - 1].word == "-"
                             or units[first - 1].sort == "A"):  # fmt: skip
                first -= 1
            while first < number and (units[first].word in ("-", "other", "all", "third", "non")):
                first += 1
            told = [u.word for u in units[first:number] if u.word not in ("member", "other", "")]
            if first < number and (told or units[first].sort):
                start, end = units[first].start, units[number].end
                label = " ".join(text[start:end].split())
                iri = newcomers.group(label[0].upper() + label[1:], start, end)
                put(units, first, number, Unit(start, end, text[start:end], "G", (iri,), "new"))
                number = first
        number += 1


def members(text: str, sentence: Sentence, newcomers: Newcomers, memory: Memory) -> None:
    """``Members are obliged …``: those of the body last named."""
    units = sentence.units
    memory.opening(sentence)
    first = 1 if units and units[0].word == "the" else 0
    if len(units) <= first + 2:
        return
    last = first + 1 if units[first].word == "member" else first
    if units[last].word not in ("members", "states", "countries") or (
        last == first and units[last].word != "members"
    ):
        return
    body = memory.latest(("A",), sentence.number, sentence.number - memory.opening(sentence))
    behind = units[last + 2] if last + 2 < len(units) else units[last + 1]
    if body is None or units[last + 1].word in ("of", "include", "included", ",") or (
        units[last + 1].word == "are" and behind.sort in ("S", "G")
    ):  # fmt: skip
        return
    start, end = units[first].start, units[last].end
    thing = newcomers.names.things.get(body.thing)
    title = thing.label if thing else newcomers.things[body.thing].label
    iri = newcomers.members_of(body.thing, title, start, end)
    put(units, first, last, Unit(start, end, text[start:end], "G", (iri,), "coreference"))


def resolve(text: str, sentence: Sentence, memory: Memory) -> None:
    """Put units for nouns and pronouns that mean things named before, and remember those named."""
    units = sentence.units
    body, topic, thought = (
        memory.latest(sorts, sentence.number) or memory.topic(sorts)
        for sorts in (("A",), ("A", "R", "L"), ("R", "L"))
    )
    sentence.body = body.thing if body else ""
    sentence.topic = topic.thing if topic else ""
    sentence.proposal = thought.thing if thought else ""
    number = 0
    while number < len(units):
        made = _pair(text, units, number, memory, sentence.number) or _noun(
            text, units, number, memory, sentence.number
        )
        if made is None and number == _subject(units):
            made = _pronoun(units, number, memory, sentence.number)
        if made is not None:
            last, unit = made
            put(units, number, last, unit)
        unit = units[number]
        if unit.sort and unit.thing and not compared(units, number):
            memory.named.append((sentence.number, unit))
            memory.counts[unit.thing] = memory.counts.get(unit.thing, 0) + 1
        number += 1
    _remember_pairs(units, memory, sentence.number)
    sentence.pair = memory.pair(sentence.number) or ()


def ministers(text: str, units: list[Unit], newcomers: Newcomers) -> None:
    """``Gulf defence ministers``: those of a class of states stand for the states."""
    before = vocabulary.words("classes", "before")
    for number in range(len(units) - 1, 1, -1):
        if units[number].word not in vocabulary.words("classes", "ministers"):
            continue
        first = number - 1
        if units[first].word in ("defense", "defence", "foreign", "prime"):
            first -= 1
        told = units[first]
        if first >= 0 and told.word in before and text[told.start].isupper():
            start, end = told.start, units[number].end
            iri = newcomers.group(f"{text[told.start : told.end]} states", start, end)
            put(units, first, number, Unit(start, end, text[start:end], "G", (iri,), "new"))
            return


def compared(units: list[Unit], number: int) -> bool:
    """``NATO-style``, ``Arab NATO``: the name only tells of what sort something else is."""
    after = [u.word for u in units[number + 1 : number + 3]]
    if (after and after[0] == "-") or (after and after[0] in _COMPARED):
        return True
    before = units[number - 1].word if number else ""
    return before in (
        "resembling",
        "unlike",
        "than",
        "arab",
        "islamic",
        "muslim",
        "like",
        "asian",
        "anti",
    )


def _noun(
    text: str, units: list[Unit], number: int, memory: Memory, here: int
) -> tuple[int, Unit] | None:
    if units[number].word not in _DEFINITE:
        return None
    between = vocabulary.words("again", "between")
    at = number + 1
    proposed = False
    while at < len(units) and (units[at].word in between):
        proposed = proposed or units[at].word == "proposed"
        at += 1
    if at >= len(units) or units[at].sort:
        return None
    word = units[at].word
    after = units[at + 1].word if at + 1 < len(units) else ""
    if after in ("of", "between", "with", "that", "which") and word not in (
        "alliance",
        "coalition",
    ):
        return None
    found: Unit | None = None
    if units[number].word == "its" and word not in ("alliance",):
        return None
    if word in vocabulary.words("again", "text") and word != "pact":
        found = memory.first(("I",)) if memory.legal else memory.latest(("I",), here)
    elif word == "pact":
        found = memory.latest(("I", "A"), here)
    elif word in vocabulary.words("again", "body"):
        found = memory.latest(("R",), here) if proposed else None
        found = (
            found
            or memory.called(word, here)
            or memory.latest(("A",), here, 1)
            or memory.topic(("A", "R"))
            or memory.latest(("A", "R"), here, 2, word)
            or memory.latest(_BODIES, here, REACH, word)
        )
    elif word in vocabulary.words("again", "proposal"):
        found = memory.latest(("R",), here) or memory.latest(("L",), here)
    elif word in vocabulary.words("again", "state") and units[number].word != "its":
        found = memory.latest(("S",), here, 1)
    if found is None:
        return None
    start, end = units[number].start, units[at].end
    return at, Unit(start, end, text[start:end], found.sort, found.things, "coreference")


def _pair(
    text: str, units: list[Unit], number: int, memory: Memory, here: int
) -> tuple[int, Unit] | None:
    """``both sides``, ``the two countries``, ``each party``, ``the parties``."""
    at = number
    while at < len(units) and (units[at].word in _BEFORE_PAIR or _two(units[at])):
        at += 1
    if at >= len(units) or units[at].word not in vocabulary.words("again", "pair") | {
        "country", "side", "party", "state"
    }:  # fmt: skip
        return None
    started = {"two" if _two(units[n]) else units[n].word for n in range(number, at)}
    word = units[at].word
    if not started or (not started & _PAIR and word not in ("parties", "signatories")):
        return None
    if started == {"other"} or started == {"the", "other"}:
        return None
    if memory.legal:  # a treaty names its parties once, before its articles
        found = next((p for _, p in memory.pairs), None)
    else:
        near = things_of(u for u in units[:number] if u.sort == "S")
        found = tuple(near) if len(near) == _COUNTED else memory.pair(here)
    if found is None or ("two" in started and len(found) != _COUNTED):
        return None
    start, end = units[number].start, units[at].end
    made = Unit(start, end, text[start:end], "S", found[:1], "coreference", parts=found)
    return at, made


def _two(unit: Unit) -> bool:
    return unit.sort == "Q" and unit.value == "2"


def _subject(units: list[Unit]) -> int:
    """The number of the first word that is no sign and no small word before a subject."""
    for number, unit in enumerate(units):
        if unit.sort or unit.word not in ('"', "'", "but", "and", "today", ",", "yet"):
            return number
    return -1


def _pronoun(units: list[Unit], number: int, memory: Memory, here: int) -> tuple[int, Unit] | None:
    unit = units[number]
    if unit.word == "it":
        after = units[number + 1].word if number + 1 < len(units) else ""
        behind = units[number + 2].word if number + 2 < len(units) else ""
        be = after in ("is", "was", "remains", "became")
        if not (after in vocabulary.words("it", "verbs") or (
            be and behind in vocabulary.words("it", "behind_be")
        )):  # fmt: skip
            return None
        found = memory.latest(("A", "I", "R"), here, 1)
    elif unit.word in ("he", "she"):
        found = memory.latest(("P",), here, 2)
    else:
        return None
    if found is None:
        return None
    return number, Unit(unit.start, unit.end, unit.text, found.sort, found.things, "coreference")


def _remember_pairs(units: list[Unit], memory: Memory, here: int) -> None:
    """States named together ("A and B", "A, B and C", "A … with B"): the two sides."""
    row: list[Unit] = []
    for unit in [*units, Unit(0, 0, ".")]:
        if unit.sort == "S" and unit.how != "coreference":
            row.append(unit)
        elif unit.word in (",", "and", "-", "--", "with", "the", "of", "republic", "kingdom", "or"):
            continue
        else:
            states = tuple(things_of(row))
            if len(states) >= _COUNTED:
                memory.pairs.append((here, states))
            row = []
    states = tuple(things_of(u for u in units if u.sort == "S" and u.how != "coreference"))
    if len(states) == _COUNTED:
        memory.loose.append((here, states))
