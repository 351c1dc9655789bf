"""Incremental equals full: random edits, one after the other, each checked in both ways.

The content is edited as people edit it: statements, passages, things, shapes, questions, rules, the
ontology, a text, and now and then a file is broken. After each edit the gate runs with what it kept
of the former runs, and again with nothing kept; every stage must say the same: findings with their
places, counts, what was skipped. A reduced content (one source, few examples and questions) makes
many edits possible; ``whole`` takes all of it.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from foedus import release
from foedus.check import CheckReport, StageResult
from foedus.content.kept import Kept
from foedus.content.locate import ROOMS, Content
from foedus.content.texts import Texts
from foedus.graph import reasoning

#: Of the reduced content: its source, and how many questions and examples it keeps.
SOURCE, QUESTIONS, EXAMPLES = "defence-ties", 8, 3

Edit = Callable[[random.Random, list[str], Path], list[str]]


@dataclass
class Outcome:
    """What a series of edits showed."""

    edits: Counter[str] = field(default_factory=Counter)
    reasoned: int = 0
    different: list[str] = field(default_factory=list)
    full_seconds: float = 0.0
    incremental_seconds: float = 0.0


def reduced(content: Path, place: Path) -> None:
    """Copy *content* to *place*: one source and its acceptances, few examples."""
    for room in ROOMS:
        shutil.copytree(content / room, place / room)
    for room in ("statements", "coverage"):
        for path in (place / "data" / room).glob("*.ttl"):
            if path.stem != SOURCE:
                path.unlink()
    shutil.rmtree(place / "data" / "second-reading", ignore_errors=True)
    (place / "data" / "reference" / "codes.ttl").unlink(missing_ok=True)
    accepted = place / "data" / "curation" / "acceptances.ttl"
    blocks = accepted.read_text(encoding="utf-8").split("\n\n")
    kept = [block for block in blocks[1:] if SOURCE in block]
    accepted.write_text("\n\n".join([blocks[0], *kept]).rstrip() + "\n", encoding="utf-8")
    for path in sorted(place.glob("queries/*/*.rq"))[QUESTIONS:]:
        path.unlink()
    examples = sorted((place / "shapes" / "examples").glob("*.ttl"))
    some = {path.name.split(".")[0] for path in examples}
    for path in examples:
        if path.name.split(".")[0] in sorted(some)[EXAMPLES:]:
            path.unlink()


# --- Edits ----------------------------------------------------------------------------------------


def _blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Where each block of a file in the layout begins and ends."""
    begins = [
        n
        for n, line in enumerate(lines)
        if line[:1].strip() and not line.startswith(("@", "#", "PREFIX"))
    ]
    ends = [*begins[1:], len(lines)]
    return list(zip(begins, ends, strict=True))


def value_changed(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """The value of a property is one that another subject of the file has."""
    by_name: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line.startswith("    ") and len(line.split()) > 2:
            by_name.setdefault(line.split()[0], []).append(number)
    several = [numbers for numbers in by_name.values() if len(numbers) > 1]
    if several:
        one, other = chance.sample(chance.choice(several), 2)
        lines[one] = lines[other].rstrip()[:-1] + lines[one].rstrip()[-1:]
    return lines


def block_deleted(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A statement, a passage, a thing is taken away."""
    found = _blocks(lines)
    if found:
        begin, end = chance.choice(found)
        del lines[begin:end]
    return lines


def block_added(chance: random.Random, lines: list[str], _path: Path) -> list[str]:
    """A copy of a block under a name of its own."""
    found = _blocks(lines)
    if found:
        begin, end = chance.choice(found)
        name, _, rest = lines[begin].partition(" ")
        copy = [f"{name}-{chance.randrange(1000)} {rest}", *lines[begin + 1 : end]]
        lines[end:end] = copy
    return lines


def passage_moved(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """The offset of a passage is another."""
    found = [n for n, line in enumerate(lines) if "oa:start" in line or "oa:end" in line]
    if found:
        number = chance.choice(found)
        words = lines[number].split()
        if words[1].isdigit():
            words[1] = str(max(0, int(words[1]) + chance.randint(-40, 40)))
        lines[number] = "    " + " ".join(words)
    return lines


def word_changed(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A letter of a literal, of a comment, of a text is another."""
    found = [n for n, line in enumerate(lines) if any(letter.isalpha() for letter in line)]
    if found:
        number = chance.choice(found)
        places = [n for n, letter in enumerate(lines[number]) if letter.isalpha()]
        place = chance.choice(places)
        letter = chance.choice("aeinrst")
        lines[number] = lines[number][:place] + letter + lines[number][place + 1 :]
    return lines


def line_deleted(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A line is gone; often that breaks the file."""
    if lines:
        del lines[chance.randrange(len(lines))]
    return lines


def line_twice(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A line stands twice."""
    if lines:
        number = chance.randrange(len(lines))
        lines.insert(number, lines[number])
    return lines


def number_changed(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A digit is another: a count, a day, the bound of a shape."""
    found = [n for n, line in enumerate(lines) if any(c.isdigit() for c in line)]
    if found:
        number = chance.choice(found)
        places = [n for n, c in enumerate(lines[number]) if c.isdigit()]
        place = chance.choice(places)
        digit = str(chance.randrange(10))
        lines[number] = lines[number][:place] + digit + lines[number][place + 1 :]
    return lines


def mark_lost(chance: random.Random, lines: list[str], _: Path) -> list[str]:
    """A point, semicolon, quote or bracket is missing: the file is broken."""
    found = [n for n, line in enumerate(lines) if any(c in line for c in '.;"[]{}')]
    if found:
        number = chance.choice(found)
        places = [n for n, c in enumerate(lines[number]) if c in '.;"[]{}']
        place = chance.choice(places)
        lines[number] = lines[number][:place] + lines[number][place + 1 :]
    return lines


def file_away(_: random.Random, lines: list[str], path: Path) -> list[str]:
    """The file is gone."""
    path.unlink()
    return lines


#: (name, glob, edit, weight); the commonest edits come most often.
KINDS: tuple[tuple[str, str, Edit, int], ...] = (
    ("statement changed", "data/statements/*.ttl", value_changed, 12),
    ("statement or passage added", "data/statements/*.ttl", block_added, 6),
    ("statement or passage deleted", "data/statements/*.ttl", block_deleted, 6),
    ("passage moved", "data/statements/*.ttl", passage_moved, 8),
    ("number or day changed", "data/statements/*.ttl", number_changed, 6),
    ("letter changed in a source", "data/statements/*.ttl", word_changed, 6),
    ("coverage changed", "data/coverage/*.ttl", number_changed, 2),
    ("thing changed", "data/things/*.ttl", value_changed, 4),
    ("thing added", "data/things/*.ttl", block_added, 2),
    ("thing deleted", "data/things/*.ttl", block_deleted, 2),
    ("letter changed in a thing", "data/things/*.ttl", word_changed, 2),
    ("acceptance changed", "data/curation/*.ttl", number_changed, 2),
    ("state changed", "data/reference/states.ttl", word_changed, 1),
    ("shape changed", "shapes/*.ttl", number_changed, 3),
    ("letter changed in a shape", "shapes/*.ttl", word_changed, 2),
    ("line of a shape deleted", "shapes/*.ttl", line_deleted, 1),
    ("shape for releases changed", "shapes/release/*.ttl", word_changed, 1),
    ("example changed", "shapes/examples/*.ttl", word_changed, 2),
    ("question changed", "queries/*/*.rq", word_changed, 3),
    ("line of a question deleted", "queries/*/*.rq", line_deleted, 1),
    ("rule changed", "ontology/rules/*/*.rq", word_changed, 2),
    ("line of a rule deleted", "ontology/rules/*/*.rq", line_deleted, 1),
    ("ontology changed", "ontology/*.ttl", word_changed, 2),
    ("line of the ontology deleted", "ontology/*.ttl", line_deleted, 1),
    ("line of the ontology twice", "ontology/*.ttl", line_twice, 1),
    ("table of words changed", "ontology/lexicon.toml", word_changed, 1),
    ("text changed", "texts/*", word_changed, 2),
    ("source broken", "data/statements/*.ttl", mark_lost, 2),
    ("thing broken", "data/things/*.ttl", mark_lost, 1),
    ("shape broken", "shapes/*.ttl", mark_lost, 1),
    ("question broken", "queries/*/*.rq", mark_lost, 1),
    ("file away", "data/*/*.ttl", file_away, 1),
)


class Bench:
    """A content that is edited, and what it was at the begin."""

    def __init__(self, place: Path, chance: random.Random) -> None:
        self.place, self.chance = place, chance
        files = (path for path in place.rglob("*") if path.is_file())
        self.first = {path: path.read_bytes() for path in files}

    def edit(self) -> str:
        """Edit one file, or put back what it was before; says what was done."""
        changed = [p for p, data in self.first.items() if not p.is_file() or p.read_bytes() != data]
        if len(changed) > 3 or (changed and self.chance.random() < 0.35):
            # A former state again: what was kept of it must still be right.
            for path in changed if len(changed) > 3 else [self.chance.choice(changed)]:
                path.write_bytes(self.first[path])
            return "put back"
        kinds = [kind for kind in KINDS if any(self.place.glob(kind[1]))]
        name, pattern, edit, _ = self.chance.choices(kinds, [kind[3] for kind in kinds])[0]
        path = self.chance.choice(sorted(p for p in self.place.glob(pattern) if p.is_file()))
        lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")
        after = edit(self.chance, lines, path)
        if path.is_file():
            path.write_text("\n".join(after), encoding="utf-8", newline="\n")
        return name


# --- Both ways ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _known(triples: frozenset[str], _number: int) -> list[reasoning.Verdict]:
    return []


@contextmanager
def remembered_proofs(remember: bool) -> Iterator[None]:
    """HermiT asked once for each set of axioms and facts, where *remember* says so."""
    classify = reasoning.classify

    def once(triples: list[ox.Triple]) -> reasoning.Verdict:
        known = _known(frozenset(map(str, triples)), len(triples))
        if not known:
            known.append(classify(triples))
        return known[0]

    if remember:
        reasoning.classify = once  # type: ignore[assignment]
    try:
        yield
    finally:
        reasoning.classify = classify


def said(report: CheckReport) -> list[tuple[StageResult, ...]]:
    """What a report says, without the names of folders that are made for one run."""

    def plain(stage: StageResult) -> tuple[object, ...]:
        findings = [
            replace(f, file=Path(f.file.name)) if f.file and f.file.is_absolute() else f
            for f in stage.findings
        ]
        return (stage.name, dict(stage.checked), findings, stage.skipped, stage.could_not_run)

    return [plain(stage) for stage in report.stages]  # type: ignore[misc]


def difference(one: CheckReport, other: CheckReport) -> str:
    """The first thing that two reports say differently; empty where they say the same."""
    for full, incremental in zip(said(one), said(other), strict=True):
        for what, a, b in zip(("name", "checked", "findings", "skipped", "could not run"),
                              full, incremental, strict=True):  # fmt: skip
            if a != b:
                return f"{full[0]}: {what}: full {str(a)[:300]} | incremental {str(b)[:300]}"
    return ""


def prove(
    content: Path,
    texts: Path,
    number: int,
    seed: int,
    *,
    whole: bool = False,
    every: int = 20,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """*number* edits of a copy of *content*; in each *every*-th HermiT runs anew in the full check.

    In the others the full check takes HermiT's verdict on exactly the same axioms and facts from
    an earlier edit, if there was one; everything else of it runs.
    """
    with tempfile.TemporaryDirectory(prefix="foedus-edits-") as folder:
        place = Path(folder) / "content"
        if whole:
            for room in ROOMS:
                shutil.copytree(content / room, place / room)
        else:
            reduced(content, place)
        shutil.copytree(texts, place / "texts")
        return series(place, Path(folder) / "kept", number, seed, every=every, tell=tell)


def series(
    place: Path,
    home: Path,
    number: int,
    seed: int,
    *,
    every: int = 20,
    stages: Sequence[str] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """*number* edits of the content in *place*, its texts in it; *home* is the cache."""
    outcome, bench = Outcome(), Bench(place, random.Random(seed))

    def check(kept: Kept) -> CheckReport:
        content = Content(place, kept=kept)
        return release.check(content, texts=Texts(place / "texts"), stages=stages)

    check(Kept(home))
    for step in range(number):
        name = bench.edit()
        begin = time.process_time()
        incremental = check(Kept(home))
        middle = time.process_time()
        reasoned = step % every == 0
        with remembered_proofs(not reasoned):
            full = check(Kept())
        outcome.incremental_seconds += middle - begin
        outcome.full_seconds += time.process_time() - middle
        outcome.edits[name] += 1
        outcome.reasoned += reasoned
        if wrong := difference(full, incremental):
            outcome.different.append(f"edit {step + 1} of seed {seed}, {name}: {wrong}")
            tell(outcome.different[-1])
        if (step + 1) % 50 == 0:
            tell(f"{step + 1} edits, {len(outcome.different)} different")
    return outcome
