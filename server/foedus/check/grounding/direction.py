"""Who does it to whom: the two sides of a statement against the order and the small words of the
sentence.

Each sign counts for one reading or for the other: who stands first; "by" before a name; a word of
what was done right behind it; "to", "against" or "of" before it. Where the signs are against the
statement, a human must look. Kinds that hold both ways have no direction.
"""

from __future__ import annotations

from collections.abc import Sequence

from foedus.check.grounding.claim import Claim
from foedus.check.grounding.reader import Ground, Reader, Tie

#: Who does it, and to whom, by kind of statement.
SIDES = {
    "Commitment": ("obligor", ("obligee",)),
    "Relation": ("from", ("to",)),
    "Act": ("agent", ("counterpart", "object")),
    "Position": ("holder", ("object",)),
}
#: What an act can be done to; the rest is what it is about.
_ACTORS = frozenset({"state", "group", "person", "actor", "organization"})
_FIRST, _MARK, _BY = 1, 2, 4
_NEAR = 1
#: So far behind what was done may stand who did it.
_REACH = 10


def directions(reader: Reader, claim: Claim) -> list[Ground]:
    """One slot, named by both sides, where the statement has two that can be told apart."""
    sides = SIDES.get(claim.kind)
    concept = claim.one("relationKind") or claim.one("actKind")
    if sides is None or concept in reader.lexicon.symmetric:
        return []
    doers = claim.values(sides[0])
    targets = [
        v.text
        for name in sides[1]
        for v in claim.slots.get(name, ())
        if claim.kind != "Act" or v.scheme in _ACTORS
    ]
    if not doers or not targets or set(doers) & set(targets):
        return []
    cues = [
        tie
        for name in ("relationKind", "actKind", "stance", "commitmentType")
        for value in claim.values(name)
        for tie in reader.spoken(reader.lexicon.cues(reader.store, value), claim.passages)
    ]
    score, places = 0, []
    doing, bearing = _places(reader, claim, doers), _places(reader, claim, targets)
    if doing == bearing:  # one noun cannot mean both
        doing, bearing = [], []
    if not doing or not bearing:  # one side is only meant: the words around the other must do
        score = sum(_signs(reader, p, cues) for p in doing)
        score -= sum(_signs(reader, p, cues) for p in bearing)
        places = [*doing, *bearing]
    for doer in doing:
        for target in bearing:
            if doer.start < target.end and target.start < doer.end:
                continue
            one = _signs(reader, doer, cues) - _signs(reader, target, cues)
            one += _FIRST if doer.start < target.start else -_FIRST
            if not places or abs(one) > abs(score):
                score, places = one, [doer, target]
    slot = f"{sides[0]}-{sides[1][0]}"
    value = doers[0]
    if places and score < 0:
        return [
            Ground(
                slot,
                value,
                reason=f"by the words from {min(p.start for p in places)} to "
                f"{max(p.end for p in places)} it is the other way round",
            )
        ]
    return [Ground(slot, value, tuple(places) or (Tie(*claim.passages[0], "the passage"),))]


def _places(reader: Reader, claim: Claim, things: Sequence[str]) -> list[Tie]:
    """Where the passage names one of *things*, or else a noun that can mean it again."""
    named = [
        # Of a description the noun stands last.
        tie[-1] if tie[0].how == "description" else tie[0]
        for iri in things
        if (tie := reader.direct(iri, claim.passages))
    ]
    if named:
        return named
    again = [tie for iri in things for tie in reader.nouns(iri, claim.passages)]
    again += reader.spoken(reader.lexicon.phrases("anaphora", "subject"), claim.passages)
    names = [
        mention
        for found in reader.mentions.values()
        for mention in found
        if any(a <= mention.start and mention.end <= b for a, b in claim.passages)
    ]
    return [t for t in again if not any(n.start <= t.start and t.end <= n.end for n in names)][:1]


def _signs(reader: Reader, place: Tie, cues: Sequence[Tie]) -> int:
    """How much speaks for the one at *place* doing it (above 0) or bearing it (below)."""
    before = reader.word_before(place.start)
    signs = 0
    if before in reader.lexicon.agents or _passive(reader, place, cues):
        signs += _BY
    elif before in reader.lexicon.targets and not _endangered(reader, place):
        signs -= _MARK
    if any(
        not reader.text[: cue.end].endswith("ly")
        and place.end <= cue.start
        and len(reader.wording.within(place.end, cue.start)) < _NEAR
        for cue in cues
    ):
        signs += _MARK
    return signs


def _endangered(reader: Reader, place: Tie) -> bool:
    """Whether a "threat to" stands before a name: nothing need be done to that one."""
    numbers = reader.wording.within(0, place.start)
    before = [reader.wording.words[n].plain for n in numbers[-3:]]
    return any(word in reader.lexicon.endangering for word in before)


def _passive(reader: Reader, place: Tie, cues: Sequence[Tie]) -> bool:
    """Whether "by" stands between a word of what was done and the name behind it."""
    for cue in cues:
        between = reader.wording.within(cue.end, place.start)
        if (
            cue.end <= place.start
            and len(between) <= _REACH
            and any(reader.wording.words[n].plain in reader.lexicon.agents for n in between)
        ):
            return True
    return False
