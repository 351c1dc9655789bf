"""Things that the catalogue knows, by their names in the text.

Names are those of the gate (:class:`foedus.check.grounding.names.Names`), written as names are:
with a capital. Where one name can mean several things all are kept; a seat of government means the
government where something is said to be done by it, and the place behind "in" or "at".
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from foedus.assist import vocabulary
from foedus.assist.mentions.units import ADJECTIVE, SORTS, Sentence, Unit, cover, put
from foedus.check.grounding.names import Mention, Names, Thing
from foedus.check.grounding.words import Wording, phrase, plain
from foedus.content.names import F

_PLACE_BEFORE = frozenset({"in", "at", "near", "outside", "around"})
_ADJECTIVES = frozenset({"adjective", "demonym"})
_CAPITAL = "seat of government"
#: An abbreviation from the first letters of a name has at least so many.
_INITIALS = 3
_SMALL = frozenset({"of", "the", "and", "for", "to", "on", "in"})


def with_identified(names: Names, store: ox.Store) -> Names:
    """*names*, and for bodies that curators say came of a proposal the names of that proposal."""
    more = []
    for quad in store.quads_for_pattern(None, ox.NamedNode(F + "proposal"), None, None):
        bodies = store.quads_for_pattern(quad.subject, ox.NamedNode(F + "arrangement"), None, None)
        for body in bodies:
            proposal = names.things.get(_iri(quad.object))
            thing = names.things.get(_iri(body.object))
            if proposal and thing:
                given = tuple(p for p in proposal.phrases if p[0] == "a name some source gives")
                phrases = (*thing.phrases, *given)
                more.append(Thing(thing.iri, thing.kind, thing.label, phrases))
    return names.extended(more)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


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
            if _written_as_name(text, mention, thing) and not _of_another(text, mention, thing):
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


_NAME_BEHIND = re.compile(r" (?:bin|ibn|al-?|el-?) ?([A-Z][^\W\d_]+)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0]$")


def _of_another(text: str, mention: Mention, thing: Thing) -> bool:
    """A surname behind the first name of somebody else."""
    if mention.how != "part of the name":
        return False
    before = _WORD_BEFORE.search(text, max(0, mention.start - 30), mention.start)
    word = before.group(1) if before else ""
    own = {plain(part) for part in thing.label.replace("-", " ").split()}
    after = _NAME_BEHIND.match(text, mention.end)
    if after is not None and plain(after.group(1)) not in own:
        return True
    return (
        word[:1].isupper()
        and plain(word) not in own
        and plain(word) not in vocabulary.words("titles")
        and plain(word) not in vocabulary.words("plain")
        and not any(plain(word) in words for words, _ in vocabulary.offices())
    )


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
