"""``foedus extract``: one article to one text, or a folder of articles to one file each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from foedus.assist.index import Index, index_of
from foedus.assist.interchange import to_json
from foedus.assist.model import Candidate, Extraction
from foedus.assist.reading.files import SUFFIXES
from foedus.assist.run import extract_file
from foedus.assist.second.asking import Reader
from foedus.assist.second.reading import read_again
from foedus.assist.writing import things_turtle, turtle
from foedus.content.locate import Content
from foedus.content.names import shorten
from foedus.findings import CannotRun

Tell = Callable[[str, str], None]
_ENDINGS = {"json": ".json", "turtle": ".ttl", "text": ".out.txt"}
#: Two processes read; a third would wait for the same two cores.
PROCESSES = 2


def extract_article(
    path: Path,
    content: Content,
    source: str | None,
    name: str,
    tell: Tell,
    reader: Reader | None = None,
) -> str:
    """What is found in one file, in the format *name*; ``reader`` may point to more.

    Raises :class:`CannotRun`.
    """
    index = index_of(content)
    found = extract_file(path, index, source)
    if reader is not None:
        found = read_again(found, index, content, reader)
    for notice in found.notices:
        tell(notice.rule, f"{notice.message} {notice.remedy or ''}".strip())
    tell("found", summary(found))
    return formatted(found, name)


def formatted(found: Extraction, name: str) -> str:
    """An extraction in a format: ``json``, ``turtle`` or ``text``."""
    if name == "json":
        return to_json(found)
    if name == "turtle":
        return f"{things_turtle(found)}\n{turtle(found)}"
    return "".join(_line(candidate) for candidate in found.candidates)


def summary(found: Extraction) -> str:
    """How much was found, in one line."""
    return (
        f"{len(found.candidates)} candidates, {len(found.mentions)} mentions, "
        f"{len(found.things)} new things"
    )


def _line(candidate: Candidate) -> str:
    where = f"{candidate.passage.start}–{candidate.passage.end}"
    by = f", said by {shorten(candidate.asserted_by)}" if candidate.asserted_by else ""
    return (
        f"{where:>13}  {candidate.confidence:4.0%}  {candidate.kind}: {candidate.label} "
        f"[{candidate.news}{by}; {candidate.pattern}]\n"
    )


# -- a folder


def extract_folder(folder: Path, content: Content, out: Path | None, name: str, tell: Tell) -> None:
    """Every article of *folder*, one file each in *out*; those that are there are left alone.

    Raises :class:`CannotRun` when the folder has no article, or some could not be read: after all
    others were.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    target = out or folder / "extracted"
    articles = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.casefold() in SUFFIXES and target not in path.parents
    ]
    if not articles:
        raise CannotRun(
            f"{folder}: no article in it. Articles end in {', '.join(sorted(SUFFIXES))}."
        )
    target.mkdir(parents=True, exist_ok=True)
    jobs = [(path, _target(path, folder, target, name)) for path in articles]
    left = [(path, end) for path, end in jobs if not end.exists()]
    if len(left) < len(jobs):
        tell("there", f"{len(jobs) - len(left)} articles were read before and are left alone")
    wrong: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("articles", total=len(left))
        for told in _work(left, content.root, name):
            bar.advance(task)
            if told:
                wrong.append(told)
    tell("written", f"{len(left) - len(wrong)} articles in {target}")
    if wrong:
        raise CannotRun("\n".join([f"{len(wrong)} could not be read:", *wrong]))


def _target(path: Path, folder: Path, target: Path, name: str) -> Path:
    relative = path.relative_to(folder)
    return target / f"{'__'.join(relative.parts)}{_ENDINGS[name]}"


def _work(jobs: list[tuple[Path, Path]], root: Path, name: str) -> Iterable[str]:
    if not jobs:
        return
    with ProcessPoolExecutor(min(PROCESSES, len(jobs))) as pool:
        yield from pool.map(_one, ((str(root), str(a), str(b), name) for a, b in jobs), chunksize=4)


@cache
def _index(root: str) -> Index:
    return index_of(Content(Path(root)))


def _one(job: tuple[str, str, str, str]) -> str:
    """Read one article; what is wrong with it, or nothing. Its file is written whole or not."""
    root, article, target, name = job
    try:
        written = formatted(extract_file(Path(article), _index(root)), name)
    except CannotRun as error:
        return str(error)
    beside = Path(f"{target}.{os.getpid()}")
    beside.write_text(written, encoding="utf-8")
    beside.replace(target)
    return ""
