"""Cut a text into sentences by offsets, so that coverage can be proven sentence by sentence.

Deliberately simple: a line ends a sentence; within a line, a full stop, question or exclamation
mark does when a capital, a digit or an opening quotation mark follows. A cut too many makes the
proof stricter, never weaker.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\n]+")
_CUT = re.compile(r"(?<=[.!?])[\"”’)*]*\s+(?=[\"“‘(*]*[A-Z0-9])")
_WORD = re.compile(r"\w")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end exclusive; code points) of every stretch of *text* that holds a word."""
    spans = []
    for line in _LINE.finditer(text):
        start = line.start()
        for cut in _CUT.finditer(line.group()):
            spans.append((start, line.start() + cut.start()))
            start = line.start() + cut.end()
        spans.append((start, line.end()))
    return [(a, b) for a, b in spans if _WORD.search(text, a, b)]
