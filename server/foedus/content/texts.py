"""The source texts, where somebody has them: found by digest, never published.

A text is decoded as UTF-8 with its line ends untouched, since evidence counts Unicode code points
in exactly that text (Web Annotation Data Model, section 4.2.4).
"""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path


def default_articles() -> Path:
    """The folder of texts: ``FOEDUS_ARTICLES``, or ``../shared/articles`` beside the checkout."""
    named = os.environ.get("FOEDUS_ARTICLES")
    if named:
        return Path(named)
    from foedus.content.locate import packaged_content

    return packaged_content().parent / "shared" / "articles"


def passage_digest(passage: str) -> str:
    """SHA-256 of a passage (or of a whole text) in UTF-8, in hexadecimal."""
    return hashlib.sha256(passage.encode("utf-8")).hexdigest()


class Texts:
    """The texts in one folder, by the SHA-256 that a source records of its text."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_articles()

    @cached_property
    def _by_digest(self) -> dict[str, Path]:
        if not self.folder.is_dir():
            return {}
        return {
            hashlib.sha256(path.read_bytes()).hexdigest(): path
            for path in sorted(self.folder.iterdir())
            if path.is_file()
        }

    def text(self, digest: str) -> str | None:
        """The text with this SHA-256, or ``None`` where nobody put it into the folder."""
        path = self._by_digest.get(digest)
        return path.read_bytes().decode("utf-8") if path else None

    def path(self, digest: str) -> Path | None:
        """The file of the text with this SHA-256."""
        return self._by_digest.get(digest)


def find_passages(text: str, quote: str) -> list[tuple[int, int]]:
    """Every place (start, end exclusive; code points) at which *quote* stands in *text*."""
    places, start = [], text.find(quote)
    while quote and start >= 0:
        places.append((start, start + len(quote)))
        start = text.find(quote, start + 1)
    return places
