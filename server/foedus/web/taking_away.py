"""What ``foedus export`` does, without the command line."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.export import files, rows
from foedus.findings import CannotRun
from foedus.graph.dumps import FORMATS
from foedus.release import Release, export
from foedus.web.app import create_app
from foedus.web.configuration import configured
from foedus.web.linked import static_site
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
            tell(f"{static}: {_static(release, static, public)} addresses")
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


def _static(release: Release, folder: Path, public: str | None) -> int:
    settings = configured(
        Settings(show_passages=False),
        environment=os.environ,
        assignments=[f"public={public}"] if public else [],
    )
    limits = Limits(workers=1, light_workers=0, query_seconds=300, result_bytes=1 << 40)
    with WorkerPool(release.dataset_path, limits=limits) as pool:
        app = create_app(release, evaluator=pool, settings=settings)
        done = 0

        with _Bar() as watch:

            def seen(path: str, number: int, known: int) -> None:
                nonlocal done
                done = number
                watch(path, number, known)

            prefix = urlsplit(settings.public).path.rstrip("/")
            broken = static_site.export(app, release.dataset_path, folder, prefix, seen)
    if broken:
        raise CannotRun(f"{folder}: {len(broken)} addresses do not answer: {', '.join(broken[:5])}")
    return done


class _Bar:
    """A bar on a terminal; nothing where nobody watches."""

    def __enter__(self) -> Watch:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None)
        self._progress.start()
        return self._watch

    def _watch(self, name: str, done: int, total: int) -> None:
        self._progress.update(
            self._task, completed=done, total=total, description=name[-40:].ljust(40)
        )

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
