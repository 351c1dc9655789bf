"""Things that the catalogue knows, by their names in the text.

Names are those of the gate (:class:`foedus.check.grounding.names.Names`), written as names are:
with a capital. Where one name can mean several things all are kept; a seat of government means the
government where something is said to be done by it, and the place behind "in" or "at".
"""

from __future__ import annotations

from foedus.assist.mentions.units import ADJECTIVE, SORTS, Sentence, Unit, cover, put
from foedus.check.grounding.names import Mention, Names, Thing
from foedus.check.grounding.words import Wording, phrase

_PLACE_BEFORE = frozenset({"in", "at", "near", "outside", "around"})
_ADJECTIVES = frozenset({"adjective", "demonym"})
_CAPITAL = "seat of government"
#: An abbreviation from the first letters of a name has at least so many.
_INITIALS = 3
_SMALL = frozenset({"of", "the", "and", "for", "to", "on", "in"})


def with_initials(names: Names) -> Names:
    """*names* with the first letters of the names of bodies, where they mean one thing alone."""
    found: dict[str, list[str]] = {}
    taken = {
        items[0].value
        for thing in names.things.values()
        for _, items in thing.phrases
        if len(items) == 1
    }
    for thing in names.things.values():
        if SORTS.get(thing.kind) in ("A", "O"):
            letters = [w[0] for w in thing.label.replace("-", " ").split() if w not in _SMALL]
            short = "".join(letters)
            if len(short) >= _INITIALS and short.isupper() and short not in taken:
                found.setdefault(short, []).append(thing.iri)
    more = []
    for short, iris in found.items():
        if len(iris) == 1:
            thing = names.things[iris[0]]
            items = phrase(short, names.lexicon.spelling)
            more.append(
                Thing(thing.iri, thing.kind, thing.label, (*thing.phrases, ("abbreviation", items)))
            )
    return names.extended(more)


def mark_known(text: str, names: Names, wording: Wording, sentences: list[Sentence]) -> None:
    """Put one unit for each name of a known thing in the place of its words."""
    at: dict[tuple[int, int], list[tuple[str, Mention]]] = {}
    for iri, mentions in names.mentions(wording).items():
        thing = names.things[iri]
        if thing.kind not in SORTS or (thing.kind == "ActorGroup" and len(thing.label) < 4):
            continue
        for mention in mentions:
            if _written_as_name(text, mention, thing):
                at.setdefault((mention.start, mention.end), []).append((iri, mention))
    places = iter(sorted(at))
    place = next(places, None)
    for sentence in sentences:
        while place is not None and place[0] < sentence.start:
            place = next(places, None)
        while place is not None and place[1] <= sentence.end:
            numbers = cover(sentence.units, *place)
            if numbers is not None:
                made = _unit(text, names, at[place], sentence.units, numbers[0])
                put(sentence.units, *numbers, made)
            place = next(places, None)


def _written_as_name(text: str, mention: Mention, thing: Thing) -> bool:
    surface = text[mention.start : mention.end]
    if thing.kind in ("ActorGroup", "Event", "Provision"):
        return True
    first = surface[:1]
    if surface.isupper() and len(surface) <= 3 and mention.how == "part of the name":
        return False
    return first.isupper() or first.isdigit() or (first.islower() and "-" in surface)


def _unit(
    text: str, names: Names, found: list[tuple[str, Mention]], units: list[Unit], first: int
) -> Unit:
    mention = found[0][1]
    before = units[first - 1].word if first else ""
    place_wanted = before in _PLACE_BEFORE

    def rank(item: tuple[str, Mention]) -> tuple[bool, bool, str]:
        kind, how = names.things[item[0]].kind, item[1].how
        state_by_seat = kind == "State" and how == _CAPITAL
        return (state_by_seat == place_wanted and kind in ("State", "Place"), kind == "Label",
                item[0])  # fmt: skip

    ordered = sorted(found, key=rank)
    iri, mention = ordered[0]
    kind = names.things[iri].kind
    sort = SORTS[kind]
    if kind == "State":
        if mention.how in _ADJECTIVES:
            sort = ADJECTIVE
        elif mention.how == _CAPITAL and place_wanted:
            sort = "C"
    return Unit(
        mention.start,
        mention.end,
        text[mention.start : mention.end],
        sort,
        tuple(i for i, _ in ordered),
        mention.how,
    )
