"""The texts are not ours: no run of twelve words of one stands in what we publish.

Every file of the four rooms is searched as it is written, comments included. Titles and addresses
of works are left out: they are how a work is cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
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


class Copies:
    """The runs of words of some texts, by the source of each."""

    def __init__(self, inputs: Inputs, texts: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._texts = texts

    @cached_property
    def _runs(self) -> dict[str, tuple[frozenset[str], frozenset[tuple[str, ...]]]]:
        """The words, and the runs of words, of each text."""
        found = {}
        for source, text in self._texts.items():
            words = [word.lower() for word in _WORD.findall(text)]
            runs = (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
            found[source] = frozenset(words), frozenset(runs)
        return found

    def findings(self) -> tuple[int, list[Finding]]:
        """How many files were searched, and the first copied run of each text in each."""
        files = list(_files(self._inputs))
        texts = [part for item in sorted(self._texts.items()) for part in item]
        findings = []
        for path in files:
            found = self._inputs.content.kept.of_files(
                "files searched for copies", (path,), partial(self._copied, path), texts
            )
            for source, line in found:
                findings.append(
                    Finding(
                        "copied-words",
                        f"{RUN} or more words in a row stand in the text of {shorten(source)}",
                        **self._inputs.places.file(path, line),
                        focus=source,
                        remedy="Say it in your own words: passages are given by offsets and "
                        "digest, never by their text.",
                    )
                )
        return len(files), findings

    def _copied(self, path: Path) -> list[tuple[str, int]]:
        """The sources of which the file has a run of words, and the line where the first begins."""
        text = path.read_text(encoding="utf-8", errors="replace")
        blanked = _LEFT_OUT.sub(lambda match: re.sub(r"\S", " ", match.group()), text)
        written = [(match.group().lower(), match.start()) for match in _WORD.finditer(blanked)]
        found = []
        for source, (known, runs) in sorted(self._runs.items()):
            row = 0  # so many words one after the other that the text has too
            for number, (word, _) in enumerate(written):
                row = row + 1 if word in known else 0
                begin = number - RUN + 1
                if row >= RUN and tuple(w for w, _ in written[begin : number + 1]) in runs:
                    found.append((source, text.count("\n", 0, written[begin][1]) + 1))
                    break
        return found


def _files(inputs: Inputs) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((inputs.content.root / room).rglob("*")):
            if path.is_file() and path.suffix in _SUFFIXES:
                yield path
