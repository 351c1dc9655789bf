"""The texts are not ours: no run of twelve words of one stands in what we publish.

Every file of the four rooms is searched as it is written, comments included. Titles and addresses
of works are left out: they are how a work is cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from foedus.check.inputs import Inputs
from foedus.content.locate import ROOMS
from foedus.content.names import shorten
from foedus.findings import Finding

#: So many words in a row are a copy.
RUN = 12
_WORD = re.compile(r"\w+")
_LEFT_OUT = re.compile(
    r"<[^<>\s]*>|https?://\S+"
    r"|dcterms:(?:title|bibliographicCitation)\s+\"(?:[^\"\\\n]|\\.)*\""
)
_SUFFIXES = frozenset({".ttl", ".rq", ".json", ".jsonl", ".md", ".csv", ".txt", ".toml"})


def copies(inputs: Inputs, source: str, text: str) -> tuple[int, list[Finding]]:
    """How many files were searched, and the first copied run of each."""
    words = [word.lower() for word in _WORD.findall(text)]
    runs = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    files = list(_files(inputs))
    findings = []
    for path in files:
        written = _words(path, path.stat().st_mtime_ns)
        for i in range(len(written) - RUN + 1):
            if tuple(word for word, _ in written[i : i + RUN]) in runs:
                offset = written[i][1]
                content = path.read_text(encoding="utf-8")
                findings.append(
                    Finding(
                        "copied-words",
                        f"{RUN} or more words in a row stand in the text of {shorten(source)}",
                        **inputs.places.file(path, content.count("\n", 0, offset) + 1),
                        focus=source,
                        remedy="Say it in your own words: passages are given by offsets and "
                        "digest, never by their text.",
                    )
                )
                break
    return len(files), findings


def _files(inputs: Inputs) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((inputs.content.root / room).rglob("*")):
            if path.is_file() and path.suffix in _SUFFIXES:
                yield path


@lru_cache(maxsize=1024)
def _words(path: Path, _changed: int) -> list[tuple[str, int]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    blanked = _LEFT_OUT.sub(lambda match: re.sub(r"\S", " ", match.group()), text)
    return [(match.group().lower(), match.start()) for match in _WORD.finditer(blanked)]
