"""What changed between two releases: statements that came in, that differ, that are gone.

A release has no clock and does not know which came before it. The folder of releases does: when
another one becomes current, what changed is written beside them, as ``changes/NNNNNN.json``. So a
feed of changes has a history without any release naming another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from foedus.content.names import BASE

FOLDER = "changes"
#: Statements beyond which a step only counts them: an import of a whole data set is one event.
MOST = 20_000
_STATEMENT = f"<{BASE}id/statement/"
_OURS = re.compile(f"<({re.escape(BASE)}id/[^>]+)>")
_LABEL = re.compile(r'<http://www\.w3\.org/2000/01/rdf-schema#label> "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that differs: ``new``, ``changed`` or ``gone``; the things that it names."""

    statement: str
    change: str
    label: str
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From one release to the next: digests, the end of knowledge of the later, what changed.

    ``total`` statements differ; ``changes`` is empty where there are more than :data:`MOST`.
    """

    old: str
    new: str
    knowledge_end: str
    total: int
    changes: tuple[Change, ...]


def compare(old: Path, new: Path) -> tuple[int, tuple[Change, ...]]:
    """How many statements differ between two datasets (sorted N-Quads), and which.

    Reads each file line by line; only the digests of statements are held.
    """
    before, after = _digests(old), _digests(new)
    differing = {iri for iri in before.keys() | after.keys() if before.get(iri) != after.get(iri)}
    if len(differing) > MOST:
        return len(differing), ()
    said = {**_described(old, differing), **_described(new, differing)}
    found = []
    for iri in sorted(differing):
        kind = "new" if iri not in before else "gone" if iri not in after else "changed"
        label, things = said[iri]
        found.append(Change(iri, kind, label, things))
    return len(found), tuple(found)


def _statements(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each statement with its lines: those of one subject follow each other."""
    with path.open(encoding="utf-8") as file:
        ours = (line for line in file if line.startswith(_STATEMENT))
        for subject, lines in groupby(ours, key=lambda line: line.partition(" ")[0]):
            yield subject[1:-1], list(lines)


def _digests(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for iri, lines in _statements(path):
        digest = hashlib.sha256(found.get(iri, b"") + "".join(lines).encode()).digest()
        found[iri] = digest[:16]
    return found


def _described(path: Path, wanted: set[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for iri, lines in _statements(path):
        if iri in wanted:
            text = "".join(lines)
            label = _LABEL.search(text)
            plain = json.loads(f'"{label[1]}"') if label else iri.removeprefix(BASE)
            skipped = (f"{BASE}id/statement/", f"{BASE}id/evidence/", f"{BASE}id/source/")
            things = {thing for thing in _OURS.findall(text) if not thing.startswith(skipped)}
            found[iri] = plain, tuple(sorted(things))
    return found


def record(folder: Path, pointer: str, dataset: str, new: str, end: str) -> None:
    """Write what changes as *new* takes the place of the release that is current, if there is one.

    *pointer* and *dataset* are the names of the files of *folder* that name the current release,
    and of a release that hold its quads; *end* is the end of knowledge of the new one. Raises
    :class:`OSError` where nothing can be written.
    """
    try:
        old = (folder / pointer).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return
    before, after = (folder / "releases" / name / dataset for name in (old, new))
    if old == new or not old.isalnum() or not before.is_file():
        return
    total, changes = compare(before, after)
    steps = folder / FOLDER
    steps.mkdir(exist_ok=True)
    number = len(list(steps.glob("[0-9]*.json"))) + 1
    text = json.dumps(asdict(Step(old, new, end, total, changes)), ensure_ascii=False)
    fresh = steps / f".{number:06}"
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(steps / f"{number:06}.json")


def history(folder: Path, release: str) -> Sequence[Step]:
    """The steps that led to *release*, the last first; none where none are kept.

    The chain ends where what is written does not fit together.
    """
    found: list[Step] = []
    wanted = release
    for path in sorted((folder / FOLDER).glob("[0-9]*.json"), reverse=True):
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            changes = (Change(**{**c, "things": tuple(c["things"])}) for c in read["changes"])
            step = Step(**{**read, "changes": tuple(changes)})
        except (OSError, ValueError, KeyError, TypeError):
            break
        if step.new == wanted:
            found.append(step)
            wanted = step.old
    return found
