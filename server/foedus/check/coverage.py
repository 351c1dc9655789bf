"""Coverage: every sentence of every text is a passage of some statement, or said to hold no claim.

Sentences are cut by :mod:`foedus.content.sentences`, too often rather than too seldom.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foedus.check.inputs import Inputs
from foedus.content.names import shorten, slug
from foedus.content.sentences import sentences
from foedus.findings import Finding


def uncovered(
    inputs: Inputs, source: str, text: str, spans: Sequence[tuple[int, int]]
) -> tuple[int, list[Finding]]:
    """How many sentences *text* has, and a finding for each that no span meets.

    The finding gives offsets only: the texts are not ours to print.
    """
    found = sentences(text)
    missing = [
        (start, end) for start, end in found if not any(a < end and start < b for a, b in spans)
    ]
    file = Path("data") / "coverage" / f"{slug(source)}.ttl"
    there = (inputs.content.root / file).is_file()
    place = inputs.places.file(file, 1) if there else inputs.places.block(source)
    return len(found), [
        Finding(
            "uncovered-sentence",
            f"{shorten(source)}: the sentence from {start} to {end} (line "
            f"{text.count(chr(10), 0, start) + 1} of the text) is in no passage",
            **place,
            focus=source,
            value=f"{start}-{end}",
            remedy=f"Write the statement that it makes into data/statements/{slug(source)}.ttl, "
            f"or an f:NoClaim with its reason into {file.as_posix()}.",
        )
        for start, end in missing
    ]
