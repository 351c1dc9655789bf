"""Whether a passage affirms or denies, and in whose voice it speaks.

Each of the two is tied to the words that show it. Where a claim is unmarked (affirmed,
told in the source's own voice) it is tied to the passage itself, unless words there speak against.
"""

from __future__ import annotations

from collections.abc import Sequence

from foedus.check.grounding.claim import Claim
from foedus.check.grounding.reader import Ground, Reader, Span, Tie
from foedus.check.grounding.words import Phrase
from foedus.content.names import BASE

_OWN = ("stance", "actKind", "absenceKind", "relationKind", "value")
#: Kinds that a source gives as its view; the others tell what was done, or is.
_LASTING = frozenset({"Absence", "Involvement", "Position", "Relation"})
_VIEWS = frozenset({"Assessment", "Classification", "Definition", "Requirement", "Purpose"})


def denials(reader: Reader, spans: Sequence[Span], own: Sequence[Tie] = ()) -> list[Tie]:
    """Words of denial within *spans*, without those that deny nothing and those of *own*."""
    found = reader.spoken(reader.lexicon.phrases("polarity", "negation"), spans)
    harmless = [*reader.spoken(reader.lexicon.phrases("polarity", "harmless"), spans), *own]
    return [
        tie
        for tie in sorted(found, key=lambda t: t.start)
        if not any(h.start <= tie.start and tie.end <= h.end for h in harmless)
    ]


def voices(reader: Reader, claim: Claim) -> list[Ground]:
    """Polarity and modality of *claim*."""
    return [_polarity(reader, claim), _modality(reader, claim)]


def _tied(slot: str, name: str, ties: Sequence[Tie], reason: str) -> Ground:
    value = f"{BASE}concept/{slot}/{name}"
    return Ground(slot, value, tuple(ties[:1]), None if ties else reason)


def _whole(claim: Claim) -> list[Tie]:
    return [Tie(*claim.passages[0], "the passage")]


def _polarity(reader: Reader, claim: Claim) -> Ground:
    name = claim.one("polarity")
    own = [
        tie
        for concept in claim.values(*_OWN)
        if concept.startswith(BASE + "concept/")
        for tie in reader.spoken(reader.lexicon.cues(reader.store, concept), claim.passages)
    ]
    if name == "negated":
        found = denials(reader, claim.passages, own)
        return _tied("polarity", name, found, "no word of the passage denies it")
    against = [
        tie
        for sought in reader.lexicon.phrases("polarity", "plain")
        for tie in _before_claim(reader, claim, sought)
        if not any(o.start <= tie.start and tie.end <= o.end for o in own)
    ]
    if against and claim.one("value") != "no" and claim.kind not in ("Absence", "Assessment"):
        return _tied("polarity", name, [], f"the passage denies it at {against[0].start}")
    return _tied("polarity", name, _whole(claim), "")


def _before_claim(reader: Reader, claim: Claim, sought: Phrase) -> list[Tie]:
    """A plain denial directly before the words that the kind of the claim is tied to."""
    found = []
    harmless = reader.spoken(reader.lexicon.phrases("polarity", "harmless"), claim.passages)
    cues = [
        tie
        for concept in claim.values("stance", "actKind", "relationKind", "type", "purpose", "role")
        for tie in reader.spoken(reader.lexicon.cues(reader.store, concept), claim.passages)
    ]
    for denial in reader.spoken([sought], claim.passages):
        if any(h.start <= denial.start and denial.end <= h.end for h in harmless):
            continue
        for cue in cues:
            between = reader.wording.within(denial.end, cue.start)
            if denial.end <= cue.start and len(between) <= 6:
                found.append(denial)
    return found


def _modality(reader: Reader, claim: Claim) -> Ground:
    """Whose voice a claim is in follows from who asserts it, and from how the passage words it."""
    name = claim.one("modality")
    sentences = reader.around(claim.passages)
    ties, reason = _voice(reader, claim, name, sentences)
    return _tied("modality", name, ties, reason)


def _voice(
    reader: Reader, claim: Claim, name: str, sentences: Sequence[Span]
) -> tuple[list[Tie], str]:
    def words(of: str, spans: Sequence[Span]) -> list[Tie]:
        return reader.spoken(reader.lexicon.phrases("modality", of), spans)

    speakers = claim.values("assertedBy")
    own = not speakers or speakers[0] == claim.source
    speaker = reader.names.things.get(speakers[0]) if speakers else None
    kind = "source" if own or speaker is None else speaker.kind
    opinion = words("opinion", claim.passages)
    if name == "official-text":
        return words("text", sentences) if not own else [], "no text of an office speaks here"
    if name == "rhetorical":
        return words("figure", sentences) if not own else [], "no word here is a figure of speech"
    if name == "reported-anonymous":
        if not own and kind != "ActorGroup":
            return [], "somebody is named who says it"
        heard = words("hearsay", sentences if own else reader.before(claim.passages))
        return heard, "no word says that somebody unnamed reports it"
    if name == "official-statement":
        if own or (kind == "Person" and not reader.holds_office(speakers[0])):
            return [], "nobody who holds an office says it"
        return _whole(claim), ""
    if name == "analyst":
        if kind == "State" or (kind == "Person" and reader.holds_office(speakers[0])):
            return [], "an office speaks, not an analyst"
        if kind == "ActorGroup" and not reader.names.describes(speakers[0], "analyst"):
            return [], "those who say it are no analysts"
        if own and claim.kind not in _VIEWS and not opinion:
            return [], "the passage tells it without a view of its own"
        return _whole(claim), ""
    if name == "encyclopedic":
        if not own:
            return [], "somebody says it: it is not background"
        dated = claim.values("date", "begin") or words("background", sentences)
        if claim.one("tense") != "past" or (claim.kind in _LASTING and not dated):
            return [], "it is not told as long over"
        if opinion and claim.kind in _VIEWS:
            return [], f"the passage gives a view at {opinion[0].start}"
        return _whole(claim), ""
    if name == "reported-named" and kind == "ActorGroup":
        return [], "nobody is named who says it"
    spoken = words("speech", sentences)
    office = kind == "State" or (kind == "Person" and reader.holds_office(speakers[0]))
    if not own and office and spoken:
        return [], f"an office speaks at {spoken[0].start}"
    if own and claim.kind in ("Assessment", "Definition", "Requirement") and opinion:
        return [], f"the passage gives a view at {opinion[0].start}"
    return _whole(claim), ""
