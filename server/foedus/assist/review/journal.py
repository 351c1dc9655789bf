"""The journal of a review: one line of JSON for each decision, appended and flushed to disk.

Nothing is ever rewritten: undoing is a decision too. A line that was cut off when a machine went
down is set aside, and said. What was kept is in the journal whole, so that a later version of the
program, which finds other candidates, loses none of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from foedus.assist.interchange import candidate_data, candidate_from
from foedus.assist.model import Candidate
from foedus.findings import CannotRun

VERSION = 1
SUFFIX = ".review.jsonl"


class Verdict(StrEnum):
    """What a curator decided about a candidate."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that the catalogue gets with a kept candidate: its class and name, and one line that
    tells it from others."""

    iri: str
    kind: str
    label: str
    comment: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate as it goes into the content, with the new things that it speaks of."""

    candidate: Candidate
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One line: which candidate (by its key), what was decided, and what is kept of it.

    ``kept`` is ``None`` for a rejection; an undoing has the key whose latest decision it takes
    back.
    """

    key: str
    verdict: Verdict
    kept: Kept | None = None

    def as_json(self) -> dict[str, Any]:
        """The line of the journal."""
        line: dict[str, Any] = {"candidate": self.key, "verdict": self.verdict.value}
        if self.kept is not None:
            line["kept"] = candidate_data(self.kept.candidate)
            line["things"] = [asdict(thing) for thing in self.kept.things]
        return line

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Decision:
        """A decision from its line; raises KeyError, TypeError or ValueError for anything else."""
        kept = line.get("kept")
        return cls(
            str(line["candidate"]),
            Verdict(line["verdict"]),
            Kept(candidate_from(kept), tuple(Thing(**thing) for thing in line.get("things", ())))
            if kept is not None
            else None,
        )


def _thing(line: Mapping[str, Any]) -> Thing:
    return Thing(**{**line, "other_names": tuple(line.get("other_names", ()))})


class Journal:
    """The decisions about one text, in a file that only grows."""

    def __init__(self, path: Path, digest: str) -> None:
        """The journal at *path* of the text with this SHA-256; it need not exist yet.

        Raises :class:`CannotRun` when the file is no journal, of a later version, or of another
        text: then nothing is changed in it.
        """
        self.path = path
        self.digest = digest
        self.set_aside = 0
        self.decisions: list[Decision] = []
        if path.exists():
            self._read()

    def append(self, decision: Decision) -> None:
        """Write *decision* to disk, then take it up.

        Raises :class:`CannotRun` when it cannot be written; then it does not hold.
        """
        head = "" if self.path.exists() else self._line(self._head())
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(head + self._line(decision.as_json()))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CannotRun(
                f"{self.path}: the decision could not be written ({error.strerror}). It does not "
                "hold; make room or give the folder its rights, then decide again."
            ) from None
        self.decisions.append(decision)

    def _head(self) -> dict[str, Any]:
        return {"foedus-review": VERSION, "text": self.digest}

    @staticmethod
    def _line(value: Mapping[str, Any]) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"

    def _read(self) -> None:
        lines = list(self._lines())
        head = lines[0] if lines else {}
        if head.get("foedus-review") != VERSION:
            raise CannotRun(
                f"{self.path}: not the journal of a review that this version can read. Move it "
                "away to begin again."
            )
        if head.get("text") != self.digest:
            raise CannotRun(
                f"{self.path}: the decisions in it are about another text (SHA-256 "
                f"{str(head.get('text'))[:12]}…, this one is {self.digest[:12]}…). Offsets would "
                "point to other words: give back the old text, or move the journal away."
            )
        for line in lines[1:]:
            try:
                self.decisions.append(Decision.of(line))
            except (KeyError, TypeError, ValueError):
                self.set_aside += 1

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CannotRun(f"{self.path}: cannot be read ({error.strerror}).") from None
        for line in text.split("\n"):
            if not line:
                continue
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            if isinstance(value, dict):
                yield value
            else:
                self.set_aside += 1
        if text and not text.endswith("\n"):
            # The next line must not run into what was cut off.
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write("\n")
