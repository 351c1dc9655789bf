"""What ``foedus export`` does, without the command line."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.guard import CheckedQuery
from foedus.export import files, rows
from foedus.findings import CannotRun
from foedus.graph.dumps import FORMATS
from foedus.release import Release, export
from foedus.web.app import create_app
from foedus.web.asking import questions_of
from foedus.web.configuration import configured
from foedus.web.linked import static_site
from foedus.web.served import Served
from foedus.web.settings import Settings

Watch = Callable[[str, int, int], None]


def take(
    release: Release,
    file: Path | None,
    *,
    name: str | None,
    tables: Path | None,
    graphml: Path | None,
    everything: Path | None,
    static: Path | None,
    at: datetime.date | None,
    commitment_type: str,
    public: str | None,
    tell: Callable[[str], None],
) -> None:
    """Write what is asked for; *tell* is told of each file or folder that is done.

    Raises :class:`CannotRun` where nothing is asked for, or something cannot be written.
    """
    if not any((file, tables, graphml, everything, static)):
        raise CannotRun(
            "Say what to write: a FILE, --tables DIR, --graphml FILE, --all DIR or --static DIR."
        )
    try:
        if file is not None:
            target = file.with_name(f"{file.name}.{name}") if _unnamed(file, name) else file
            export(release, target)
            tell(f"{target}: {target.stat().st_size:,} bytes")
        if tables is not None:
            tell(f"{tables}: {_tables(release, tables)} tables in CSV, JSON and Parquet")
        if graphml is not None:
            store = release.store()
            files.write_network(store, graphml, at=at, commitment_type=commitment_type)
            tell(f"{graphml}: {graphml.stat().st_size:,} bytes")
        if everything is not None:
            everything.mkdir(parents=True, exist_ok=True)
            with _Bar() as watch:
                made = files.make(release.dataset_path, release.digest, everything, watch)
            tell(f"{everything}: {len(made)} files, {files.SUMS}, {files.LISTING}")
        if static is not None:
            _static(release, static, public, tell)
    except OSError as error:
        raise CannotRun(f"{error.filename}: cannot be written ({error.strerror}).") from error


def _unnamed(file: Path, name: str | None) -> bool:
    return bool(name) and file.name.removesuffix(".gz").rpartition(".")[2] not in FORMATS


def _tables(release: Release, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    store: ox.Store = release.store()
    every = rows.every_table(store)
    with _Bar() as watch:
        for number, table in enumerate(every, 1):
            for _ in files.write_table(store, table, folder):
                pass
            watch(table.name, number, len(every))
    files.write_dictionary(every, folder)
    return len(every)


def _static(
    release: Release, folder: Path, public: str | None, tell: Callable[[str], None]
) -> None:
    settings = configured(
        Settings(show_passages=False),
        environment=os.environ,
        assignments=[f"public={public}"] if public else [],
    )
    served = Served.release(release)
    # Whatever a file needs: nobody asks here but this program.
    limits = replace(settings.limits, query_seconds=300, result_rows=1 << 40, result_bytes=1 << 40)
    engine = EmbeddedEngine.load(*served.dataset, limits=limits)
    app = create_app(
        served,
        evaluator=Alone(engine),
        reader=engine,
        questions=questions_of(None),
        settings=replace(settings, show_passages=False),
        cacheable=True,
    )
    prefix = urlsplit(settings.public).path.rstrip("/")
    begun = time.monotonic()
    with _Bar() as watch:
        written = static_site.export(
            app, static_site.iris(release.dataset_path), folder, prefix, watch, _processors()
        )
    if written.broken:
        listed = ", ".join(written.broken[:5])
        raise CannotRun(f"{folder}: {len(written.broken)} addresses do not answer: {listed}")
    tell(
        f"{folder}: {written.addresses:,} addresses in {written.files:,} files, "
        f"{written.bytes:,} bytes, {time.monotonic() - begun:.0f} s"
    )


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


class Alone:
    """The engine in this process for who asks as strangers do."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.limits = engine.limits
        self.evaluate = engine.evaluate

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes:
        """The whole answer, however large."""
        return self.evaluate(checked, media_type)

    def close(self) -> None:
        """There is nothing to end."""


class _Bar:
    """A bar on a terminal; nothing where nobody watches."""

    def __enter__(self) -> Watch:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None)
        return self._watch

    def _watch(self, name: str, done: int, total: int) -> None:
        # Begun when there is something to show: it is a thread, and processes are forked before.
        self._progress.start()
        self._progress.update(
            self._task, completed=done, total=total, description=name[-40:].ljust(40)
        )

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
