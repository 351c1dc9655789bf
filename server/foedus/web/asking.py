"""What ``foedus query`` and ``foedus serve`` do, without the command line."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from flask import Flask
from rich.console import Console

from foedus.content.imported import Import, open_imports
from foedus.content.locate import find_content
from foedus.content.names import shorten
from foedus.content.questions import Question, read_question, read_questions
from foedus.content.texts import Texts
from foedus.engine import tables
from foedus.engine.federation import Federation
from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.findings import CannotRun, ContentError
from foedus.release import Progress, Release
from foedus.web.app import create_app, federated
from foedus.web.budgets import Budgets
from foedus.web.configuration import configured
from foedus.web.elsewhere import FOREIGN, UNREACHED, Elsewhere, reach
from foedus.web.lane.connections import Front
from foedus.web.mounted import mounted
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.served import Served
from foedus.web.serving import free_port, is_loopback, open_release, pointer, run, signals
from foedus.web.settings import Settings


def ask(
    file: TextIO,
    directory: Path | None,
    out: Path | None,
    engine: str | None,
    at: datetime.date | None,
    name: str,
    tell: Progress,
    imports: tuple[Path, ...] = (),
) -> bytes:
    """The answer to the question in *file*, ready to be written; a table is printed at once.

    ``at`` defaults to the day in the header of a competency question, then to the end of knowledge
    of the release. Evaluated in a worker, so that what breaks the engine breaks a worker.
    """
    text = file.read()
    at = at or _day_of_question(text, file.name)
    console = Console()
    if engine:
        answer = reach(engine).asking(text, at or _known_end(out))
        return tables.write(answer, name, shorten, console)
    release, warning = open_release(directory, out, tell, open_imports(imports))
    if warning:
        tell("warning", warning)
    at = at or Served.release(release).knowledge_end
    with WorkerPool(release.dataset_path, limits=Limits(workers=1, query_seconds=60)) as pool:
        return tables.write(pool.query(text, at=at), name, shorten, console)


def serve(
    *,
    directory: Path | None,
    out: Path | None,
    port: int | None,
    host: str | None,
    public: str | None,
    engine: str | None,
    data: tuple[Path, ...],
    imports: tuple[Path, ...],
    workers: int | None,
    allow_service: tuple[str, ...],
    config: Path | None,
    assignments: tuple[str, ...],
    tell: Progress,
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted; ``ready`` is told the address.

    Raises :class:`CannotRun` for a port in use, a setting that is none, and data that is none.
    """
    flags = {"host": host, "port": port, "public": public, "workers": workers}
    given = [f"{name}={text}" for name, text in flags.items() if text is not None]
    if allow_service:
        given.append(f"allow_service={' '.join(allow_service)}")
    assignments = (*assignments, *given)
    settings = configured(
        Settings(public=""),
        file=config,
        environment=os.environ,
        assignments=assignments,
        tell=tell,
    )
    told = bool(settings.public)
    port = free_port(settings.host, settings.port)
    address = settings.public or f"http://{_shown(settings.host)}:{port}"
    # Set anew over what the place of listening decides.
    settings = configured(
        _placed(address, settings),
        file=config,
        environment=os.environ,
        assignments=assignments,
    )
    if imports and (data or engine):
        raise CannotRun("--with adds to the content; it does not go with --data or --engine.")
    elsewhere = Elsewhere(engine, out, settings, tell) if engine and not data else None
    if elsewhere:
        served, questions = elsewhere.opened(), questions_of(directory)
    elif settings.build or data or imports:
        served, questions = _opened(directory, out, data, tell, open_imports(imports))
    else:
        served, questions = Served.release(Release.open(out)), questions_of(directory)
    federation, budgets = _federation(settings, tell), _budgets(settings)
    observer = Observer(settings, _log(settings))
    first = [served]

    def opened() -> Served:
        """What is there now: the first time what was opened, or built, above."""
        if first:
            return first.pop()
        if elsewhere:
            return elsewhere.opened()
        return Served.files(data) if data else Served.release(Release.open(out))

    def make(served: Served) -> Flask:
        if elsewhere:
            remote = elsewhere.engine(served)
            app = create_app(
                served,
                evaluator=remote,
                reader=remote,
                questions=questions,
                texts=Texts(),
                settings=settings,
                lasting=served.digest not in (FOREIGN, UNREACHED),
                federation=federation,
            )
        else:
            app = create_app(
                served,
                questions=questions,
                texts=Texts(),
                settings=settings,
                federation=federation,
            )
        observer.install(app)
        return app

    def started(bound: int) -> None:
        ready(settings.public if told else f"http://{_shown(settings.host)}:{bound}/")

    there: Callable[[], str] = str if data else lambda: pointer(out)
    service = Service(opened, make, observer, elsewhere.pointer if elsewhere else there)
    try:
        if elsewhere:
            elsewhere.watch()
        with signals(service, observer, settings):
            run(
                observer.around(
                    mounted(budgets.around(service), urlsplit(settings.public).path.rstrip("/"))
                ),
                settings.host,
                port,
                settings,
                started,
                Front(service, observer, budgets),
            )
    finally:
        service.close()
        if elsewhere:
            elsewhere.close()


def _placed(address: str, settings: Settings) -> Settings:
    """The defaults for where the server listens.

    On loopback the passages are shown; and all who ask look like one client, so that there is no
    budget for each, unless a proxy is trusted to say who they are.
    """
    if not is_loopback(settings.host):
        return Settings(public=address)
    placed = Settings(public=address, show_passages=True)
    if settings.trusted_proxies:
        return placed
    return replace(placed, client_requests=0, client_seconds=0.0)


def _budgets(settings: Settings) -> Budgets:
    try:
        return Budgets.of(settings)
    except ValueError as error:
        raise CannotRun(f"trusted_proxies: {error}.") from None


def _federation(settings: Settings, tell: Progress) -> Federation:
    """The services that may be asked, pinned before anybody asks; the same for every release."""
    try:
        federation = federated(settings)
    except ValueError as error:
        raise CannotRun(f"allow_service: {error}.") from None
    for complaint in federation.pin():
        tell("warning", f"{complaint} It is tried again when a query asks it.")
    return federation


def _log(settings: Settings) -> Log:
    try:
        return Log(settings.access_log)
    except OSError as error:
        raise CannotRun(
            f"access_log: {settings.access_log} cannot be written ({error.strerror})."
        ) from None


def _opened(
    directory: Path | None,
    out: Path | None,
    data: tuple[Path, ...],
    tell: Progress,
    imports: tuple[Import, ...],
) -> tuple[Served, tuple[Question, ...]]:
    if data:
        return Served.files(data), ()
    release, warning = open_release(directory, out, tell, imports)
    if warning:
        tell("warning", warning)
    return Served.release(release), questions_of(directory)


def questions_of(directory: Path | None) -> tuple[Question, ...]:
    """The competency questions, where there are any: examples, no part of the release."""
    try:
        return tuple(read_questions(find_content(directory)))
    except (CannotRun, ContentError):
        return ()


def _known_end(out: Path | None) -> datetime.date | None:
    """The end of knowledge of the release here, which an endpoint of it will have too."""
    try:
        return Served.release(Release.open(out)).knowledge_end
    except CannotRun:
        return None


def _day_of_question(text: str, name: str) -> datetime.date | None:
    if not text.startswith("#+") or not Path(name).is_file():
        return None
    return read_question(Path(name), Path(name).stem).at


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host
