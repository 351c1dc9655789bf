"""A bar for the terminal while files are read; nothing where there is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from foedus.importers.tables import Advance


@contextmanager
def reading(files: Iterable[Path]) -> Iterator[Advance]:
    """A function that is told how far each of *files* has been read, in bytes."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        tasks = {path: bar.add_task(path.name, total=path.stat().st_size or 1) for path in files}

        def advance(path: Path, read: int) -> None:
            if path in tasks:
                bar.update(tasks[path], completed=read)

        yield advance
