"""Whether a text is English: by its small words, which no other language uses so often."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    " ".join(
        (
            "the of and to in a is that for it as was with be by on not he his but at are",
            "this have from or had an they which one were all we when there can who has",
            "been if their its would will other",
        )
    ).split(" ")
)
_SEEN = 3_000
#: Below this share of small English words a text of some length is another language.
LEAST = 0.16
_SHORT = 8


def english(text: str) -> bool:
    """Whether *text* can be read as English; a very short one always can, if it is in Latin."""
    words = [w.casefold() for w in _WORD.findall(text[: _SEEN * 20])][:_SEEN]
    letters = sum(len(w) for w in words)
    latin = sum(c < "\u0250" for w in words for c in w)
    if letters and latin < 0.8 * letters:
        return False
    if len(words) < _SHORT:
        return True
    share = sum(w in _ENGLISH for w in words) / len(words)
    return share >= (LEAST if len(words) > 60 else LEAST / 2)
