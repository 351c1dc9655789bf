"""Who says a sentence, and whether it is said, denied, planned or only imagined.

A speaker stands before or behind a verb of speech, or behind "according to"; a sentence that is a
quotation goes on with the speaker of its paragraph. The rest is read from the auxiliaries of a
match and the words before it in its clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from foedus.assist import vocabulary
from foedus.assist.mentions.units import Sentence, Unit

_MODAL = frozenset({"would", "could", "should", "may", "might", "must", "can", "cannot"})
_FUTURE = frozenset({"will", "shall", "to"})
_DENIALS = frozenset({"not", "never", "no", "cannot", "t", "hardly", "nor", "without"})
_PAST = frozenset({"was", "were", "had", "did", "once"})
_HYPOTHETICAL = re.compile(
    r"(?<!\S)(?:if|unless|whether|until|lest|suppose|imagine|should|perhaps|maybe|"
    r"propos(?:e|es|ed|ing|al|als) (?:that|to|for)|hop(?:e|es|ed) (?:that|to)|in case|as if|"
    r"urg(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:for|on)|wants?|wanted|plans? to|planned to|"
    r"suggest(?:s|ed)? that|rumou?red|speculat\w+|possibility|potential|idea of|"
    r"had (?:S\d+|A\d+) )(?= )"
)
_DENYING = re.compile(
    r"(?<!\S)(?:den(?:y|ies|ied|ying)|false|untrue|inaccurate|wrong to|myth|no evidence|"
    r"contrary to|doubt(?:s|ed|ful)?|nobody|"
    r"no one|not true|refut\w+|not the case|far from|rather than|"
    r"instead of|"
    r"stop(?:s|ped)? short of|f(?:e|a)ll short of|fell short of|fail(?:s|ed)? to|yet to|"
    r"refus(?:e|es|ed|al)(?: to)?|declin(?:e|es|ed) to|ruled out|reject(?:s|ed)?)(?= )"
)
_CLAUSE = re.compile(r"[;:] | -- |, (?:but|while|and|which|who|although|though|whereas) ")
_HEARSAY = re.compile(
    r"(?<!\S)(?:reportedly|allegedly|reports|rumou?rs|sources|is said to|are said to|was said to|"
    r"were said to|is believed to|media|purportedly)(?= )"
)


@dataclass(frozen=True)
class Voice:
    """Who speaks in a sentence, and which of its units are the words that say so."""

    speaker: Unit | None = None
    unnamed: str = ""
    units: range = range(0)

    @property
    def own(self) -> bool:
        """Whether the source speaks itself."""
        return self.speaker is None and not self.unnamed


def voices(sentences: tuple[Sentence, ...]) -> list[Voice]:
    """The voice of each sentence."""
    found = [_voice(sentence) for sentence in sentences]
    inside = False
    for number, sentence in enumerate(sentences):
        opened = sentence.units[0].word == '"'
        continued = inside and number and sentences[number - 1].paragraph == sentence.paragraph
        if (opened or continued) and found[number].own:
            found[number] = _of_paragraph(sentences, found, number) or found[number]
        quotes = sum(unit.word == '"' for unit in sentence.units)
        inside = (inside and continued) != bool(quotes % 2)
    return found


def _of_paragraph(sentences: tuple[Sentence, ...], found: list[Voice], here: int) -> Voice | None:
    for other in (*range(here - 1, max(-1, here - 4), -1), here + 1):
        if 0 <= other < len(sentences) and sentences[other].paragraph == sentences[here].paragraph:
            voice = found[other]
            if not voice.own:
                return Voice(voice.speaker, voice.unnamed)
    return None


def _voice(sentence: Sentence) -> Voice:
    units = sentence.units
    speech = vocabulary.words("speech", "verbs")
    unnamed = vocabulary.words("speech", "unnamed")
    for number, unit in enumerate(units):
        if unit.word == "according" and number + 2 < len(units):
            for at in range(number + 2, min(len(units), number + 6)):
                if units[at].sort in tuple("PSGOIA"):
                    return Voice(units[at], "", range(number, at + 1))
                if units[at].word in unnamed:
                    return Voice(None, units[at].word, range(number, at + 1))
        if unit.word not in speech:
            continue
        for at in range(number - 1, max(-1, number - 4), -1):
            if units[at].sort in tuple("PSGO"):
                return Voice(units[at], "", range(at, number + 1))
            if units[at].word in unnamed:
                return Voice(None, units[at].word, range(at, number + 1))
            if units[at].word in (".", ";", '"'):
                break
        after = units[number + 1] if number + 1 < len(units) else None
        if (
            after is not None
            and after.sort == "P"
            and number
            and units[number - 1].word in (",", '"')
        ):
            return Voice(after, "", range(number, number + 2))
        for at in range(number - 1, -1, -1):  # "X, a researcher at Y, told Z"
            if units[at].sort == "P" and at + 1 < number and units[at + 1].word == ",":
                return Voice(units[at], "", range(at, at + 1))
    return Voice()


@dataclass(frozen=True)
class Mood:
    """Whether a match says that something is so."""

    said: bool
    denied: bool
    modal: bool
    future: bool
    tense: str
    hearsay: bool
    #: Where, in the code of the sentence, the words before the match deny it.
    denial: tuple[int, int] | None = None


def mood(sentence: Sentence, match: re.Match[str]) -> Mood:
    """What the auxiliaries of a match, and the words before it in its clause, make of it."""
    auxiliaries = (match.groupdict().get("aux") or "").split()
    head = sentence.code[: match.start()]
    cuts = [m.end() for m in _CLAUSE.finditer(head)]
    clause = head[cuts[-1] :] if cuts else head
    denied = bool(set(auxiliaries) & _DENIALS)
    denial = _DENYING.search(clause + " ")
    begin = len(head) - len(clause)
    whole = sentence.code
    return Mood(
        said=not (_HYPOTHETICAL.search(clause + " ") or whole.rstrip().endswith("?")),
        denied=denied != bool(denial),
        modal=bool(set(auxiliaries) & _MODAL),
        future=bool(set(auxiliaries) & _FUTURE),
        tense=_tense(auxiliaries, match.group()),
        hearsay=bool(_HEARSAY.search(whole)),
        denial=(begin + denial.start(), begin + denial.end()) if denial else None,
    )


def _tense(auxiliaries: list[str], matched: str) -> str:
    if set(auxiliaries) & _PAST:
        return "past"
    if set(auxiliaries) & {"is", "are", "has", "have", "been", "be", "remains"}:
        return "current"
    return "past" if re.search(r"(?<!\S)[a-z]+ed ", matched) else "current"
