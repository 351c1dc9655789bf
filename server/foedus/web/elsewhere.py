"""An engine elsewhere (``--engine``): reached, published into, watched, and served from.

What the site needs besides SPARQL is the manifest of the release. The engine has it in the record
of its publication (:mod:`foedus.engine.publication`). An engine without a record, loaded by other
means, is proven by count: it holds, graph by graph, as many triples as the manifest of the release
in the local folder says. What is neither is served as anybody's data: nothing is claimed of it.

Somebody watches: every ``reload_seconds`` the engine is asked for the state of the publication. So
it is known when it is gone, when it is being loaded, when it is back, and when it holds another
release, without a question of a reader that fails first.
"""

from __future__ import annotations

import datetime
import itertools
import os
import threading
from pathlib import Path
from typing import Any

from foedus.engine.answers import Solutions, value
from foedus.engine.credentials import Credentials
from foedus.engine.dialects import DIALECTS
from foedus.engine.errors import EngineFailed, LimitReached, QueryError
from foedus.engine.guard import CheckedQuery
from foedus.engine.limits import Limits
from foedus.engine.parsing import SYNTAX
from foedus.engine.pool import WorkerPool
from foedus.engine.publication import DEFAULT, State
from foedus.engine.remote import Held, RemoteEngine
from foedus.findings import CannotRun
from foedus.publish import Published, publish
from foedus.release import Progress, Release
from foedus.web.served import Served
from foedus.web.settings import Settings

_GONE = "The engine behind this service no longer holds the release."
_LOADING = "A release is being loaded into the engine behind this service."
_COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_DEFAULT_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
#: Names what is served while nothing is known of the engine, and what is nobody's release.
UNREACHED, FOREIGN = "unreached", "foreign"


def reach(url: str, dialect: str | None = None, limits: Limits | None = None) -> RemoteEngine:
    """The engine at *url*, with the credentials of the environment.

    Raises :class:`CannotRun` for credentials or a dialect that are none.
    """
    if dialect and dialect not in DIALECTS:
        raise CannotRun(f"{dialect}: no dialect; expected {', '.join(DIALECTS)}.")
    try:
        credentials = Credentials.of(os.environ)
    except ValueError as error:
        raise CannotRun(str(error)) from None
    known = DIALECTS[dialect] if dialect else None
    return RemoteEngine(url, limits, dialect=known, credentials=credentials)


def send(
    remote: RemoteEngine, out: Path | None, *, store: str | None, loaded: bool, tell: Progress
) -> Published:
    """Publish the current release of *out*."""
    return publish(Release.open(out), remote, store=store, loaded=loaded, tell=tell)


class Elsewhere:
    """The engine at *url* and what is known of it; ``out`` is the local folder of releases."""

    def __init__(self, url: str, out: Path | None, settings: Settings, tell: Progress) -> None:
        self.remote = reach(url, settings.engine_dialect or None, settings.limits)
        self.out, self.tell = out, tell
        self.seconds = settings.reload_seconds or 2.0
        #: Judges syntax where what kills a parser kills a worker.
        self._parsers = WorkerPool(limits=settings.limits)
        self.remote.parse = self._parse
        self._wanted, self._given = UNREACHED, ""
        self._ticks = itertools.count()
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self.held: Held | None = None
        self._recorded = False

    # --- What is served -----------------------------------------------------------------------

    def opened(self) -> Served:
        """What the engine holds now; the first time, and while it is gone, perhaps nothing."""
        try:
            served = self._opened()
        except EngineFailed as error:
            self.remote.line.trouble = str(error)
            if self._given:
                raise
            self.tell("warning", f"{error} It is asked again every {self.seconds:g} s.")
            served, self.held = Served(UNREACHED, (), _known_end(self.out)), None
        self._given = served.digest
        return served

    def _opened(self) -> Served:
        found = self.remote.record()
        if found is not None:
            state, manifest = found
            if not state.complete:
                self._wanted = state.release
                raise EngineFailed(_LOADING)
            self.held = Held(DEFAULT, tuple(g for g in manifest["graphs"] if g != "default"))
            served = self._released(manifest)
            self.tell("engine", f"release {served.digest[:16]}, as it was published")
        elif (local := self._counted()) is not None:
            self.held = Held(None, tuple(g for g in local.manifest["graphs"] if g != "default"))
            served = Served.release(local)
            self.tell("engine", f"release {served.digest[:16]}, proven by counts")
        else:
            self.held = None
            served = Served(FOREIGN, (), _known_end(self.out))
            self.tell("warning", "The engine holds no release of ours that could be proven.")
        self._recorded = found is not None
        self._wanted = self.remote.line.holds = served.digest
        self.remote.line.trouble = ""
        return served

    def _released(self, manifest: dict[str, Any]) -> Served:
        """The release of a record; with its files, where the local folder has the same."""
        local = _local(self.out)
        if local is not None and local.digest == manifest["digest"]:
            return Served.release(local)
        return Served(
            str(manifest["digest"]),
            (),
            datetime.date.fromisoformat(str(manifest["knowledge_end"])),
            manifest=manifest,
        )

    def _counted(self) -> Release | None:
        """The local release, if the engine holds as many triples in each graph of it."""
        local = _local(self.out)
        if local is None:
            return None
        try:
            named = self.remote.probe(_COUNTS)
            default = self.remote.probe(_DEFAULT_COUNT)
        except LimitReached:
            return None
        counted: dict[str, int] = {}
        if isinstance(named, Solutions) and isinstance(default, Solutions):
            counted = {value(row[0]): int(value(row[1])) for row in named.rows}
            counted["default"] = int(value(default.rows[0][0]))
        return local if counted == local.manifest["graphs"] else None

    def engine(self, served: Served) -> RemoteEngine:
        """What answers for *served*."""
        return self.remote.over(self.held, served.digest)

    # --- Watching -----------------------------------------------------------------------------

    def pointer(self) -> str:
        """A text that changes when something else is to be served; asks nobody."""
        wanted = self._wanted
        if wanted in (self._given, UNREACHED) or self.remote.line.trouble:
            return self._given
        return f"{wanted} {next(self._ticks)}"  # until it is served

    def watch(self) -> None:
        """Begin to look after the engine."""
        self._watcher.start()

    def close(self) -> None:
        """Look no longer."""
        self._ended.set()
        self._parsers.close()

    def _watch(self) -> None:
        while not self._ended.wait(self.seconds):
            self.look()

    def look(self) -> None:
        """Ask the engine how it is, and note it."""
        line = self.remote.line
        try:
            state = self.remote.state()
        except QueryError as error:
            line.trouble = str(error)
            return
        if state is not None and not state.complete:
            line.trouble = _LOADING
            return
        if state is None and self._recorded:
            line.trouble = _GONE
            return
        self._wanted = line.holds = _name(state, self._given)
        line.trouble = ""

    def _parse(self, checked: CheckedQuery) -> None:
        self._parsers.evaluate(checked, SYNTAX)


def _name(state: State | None, given: str) -> str:
    """What is to be served; without a record what is served, or what can be found out."""
    if state is not None:
        return state.release
    return FOREIGN if given == UNREACHED else given


def _local(out: Path | None) -> Release | None:
    try:
        return Release.open(out)
    except CannotRun:
        return None


def _known_end(out: Path | None) -> datetime.date | None:
    """The end of knowledge of the release here, which an endpoint of it will have too."""
    local = _local(out)
    return Served.release(local).knowledge_end if local else None
