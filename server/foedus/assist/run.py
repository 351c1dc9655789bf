"""One article from its bytes to what was found in it: reading, the looks before, extraction.

Before anything is sought in it a text is looked at as a whole: is it English, is it in the graph
already, or nearly? Each is said in a :class:`~foedus.assist.model.Notice`; of a text that is not
English nothing is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from foedus.assist.comparing import compared
from foedus.assist.extract import extract, slug_of
from foedus.assist.index import Index, likeness, shingles
from foedus.assist.model import Document, Extraction, Notice
from foedus.assist.reading import read_file
from foedus.assist.reading.language import english
from foedus.content.names import BASE, slug

#: A text of which so much stands in another is that text, or a version of it.
ALIKE = 0.5


def extract_document(
    document: Document,
    index: Index,
    source: str | None = None,
    dropped: Counter[str] | None = None,
) -> Extraction:
    """What is found in *document*, compared with the graph."""
    notices = tuple(look(document, index))
    if any(notice.rule == "language" for notice in notices):
        iri = f"{BASE}id/source/{source or slug_of(document)}"
        return Extraction(document, iri, notices=notices)
    known = index.digests.get(document.digest)
    name = source or (slug(known) if known else None)
    return compared(extract(document, index, name, notices, dropped), index)


def extract_file(path: Path, index: Index, source: str | None = None) -> Extraction:
    """What is found in a file. Raises :class:`foedus.findings.CannotRun` for what is no text."""
    return extract_document(read_file(path), index, source)


def look(document: Document, index: Index) -> Iterator[Notice]:
    """What a curator should know of the text as a whole."""
    if not english(document.text):
        yield Notice(
            "language",
            "This text is not English, as far as its small words tell; nothing was taken from it.",
            "Give an English text. Passages of a translation would point into the translation.",
        )
        return
    known = index.digests.get(document.digest)
    if known is not None:
        yield Notice(
            "known-text",
            f"The graph has this text already: it is that of {slug(known)}.",
            f"Correct data/statements/{slug(known)}.ttl, rather than read the text anew.",
        )
        return
    own = shingles(document.text)
    for source, others in index.shingles.items():
        share = likeness(own, others)
        if share >= ALIKE:
            yield Notice(
                "like-text",
                f"{share:.0%} of the shorter of the two texts stands in the other: this one is "
                f"much like that of {slug(source)}.",
                "If it is another edition of it, correct that source rather than add one.",
            )
