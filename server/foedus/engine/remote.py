"""Any SPARQL 1.1 engine, by its address.

Queries go by POST as a form (SPARQL 1.1 Protocol, section 2.1.2) to exactly the address given, on
the leash of :mod:`.line`. What is asked has passed the same guard as for the embedded engine, and
``?at`` is substituted here, so that the same questions run on every engine. What comes back is read
whole, and written by us: an answer whose end was not seen is none.

What a release holds is asked for by name: the graphs of :class:`Held` are the whole dataset,
whatever else the engine has. An engine with data of its own is asked as it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from foedus.engine import publication
from foedus.engine.answers import Answer, Boolean, Dataset, Solutions, Triples
from foedus.engine.credentials import Credentials
from foedus.engine.dialects import dialect_of
from foedus.engine.dialects.any import NOTHING, AnyEngine
from foedus.engine.endpoints import endpoint
from foedus.engine.errors import (
    EngineAnswersNonsense,
    EngineFailed,
    EngineUnreachable,
    LimitReached,
    QueryRefused,
)
from foedus.engine.guard import CheckedQuery, check, mentions, without_dataset
from foedus.engine.limits import Limits
from foedus.engine.line import Line
from foedus.engine.outgoing import Reply, Request
from foedus.engine.parsing import SYNTAX
from foedus.engine.serialize import JSON, N_TRIPLES, TURTLE, serialize
from foedus.engine.tally import Tally

Found = TypeVar("Found")
_FORM = "application/x-www-form-urlencoded"
_GRAPH_TYPES = f"{N_TRIPLES}, {TURTLE};q=0.9"
_RESULT_TYPES = (JSON, "application/json")
#: Schemes whose IRIs call functions inside engines, or have them fetch something.
_CALLS = ("bif:", "sql:", "java:", "javascript:", "jar:")


@dataclass(frozen=True, slots=True)
class Held:
    """The graphs of a release in an engine; ``default`` is the name of its default graph.

    Without a name the engine has a default graph of its own, and ``named`` are all others.
    """

    default: str | None
    named: tuple[str, ...]

    def over(self, dataset: Dataset | None) -> Dataset | None:
        """The graphs to be asked: those of *dataset* that the release has, or all of it."""
        if dataset is not None:
            known = set(self.named)
            return Dataset(
                tuple(g for g in dataset.default_graphs if g in known) or (NOTHING,),
                tuple(g for g in dataset.named_graphs if g in known) or (NOTHING,),
            )
        return Dataset((self.default,), self.named) if self.default else None


class RemoteEngine:
    """The engine at *url* (``http`` or ``https``); raises :class:`EngineFailed` for no address.

    ``parse`` judges the syntax of what strangers ask before it is sent (default: the engine does).
    """

    def __init__(
        self,
        url: str,
        limits: Limits | None = None,
        *,
        dialect: AnyEngine | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        try:
            place = endpoint(url)
        except ValueError as error:
            raise EngineFailed(f"{error}: not the address of an endpoint.") from None
        self.url, self.limits = url, limits or Limits()
        self.line = Line(place, self.limits, credentials)
        self.dialect = dialect
        self.held: Held | None = None
        self.release = ""
        self.parse: Callable[[CheckedQuery], None] = lambda _: None
        self.tally = Tally()
        #: Told of each evaluation: the query, its seconds, and what became of it.
        self.observer: Callable[[CheckedQuery, float, str], None] | None = None

    # --- Questions ----------------------------------------------------------------------------

    def query(
        self,
        text: str,
        *,
        at: datetime.date | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer *text*, as :meth:`EmbeddedEngine.query` does."""
        checked = check(text, at=at, limits=self.limits).over(
            Dataset(tuple(default_graphs or ()), tuple(named_graphs or ()))
        )
        return self.answer(checked)

    def asking(self, text: str, at: datetime.date | None) -> Answer:
        """Answer *text* over the release that was published there, if one was; else as it is."""
        state = self.state()
        if state is not None:
            if not state.complete:
                raise EngineUnreachable("A release is being loaded into the engine.")
            named = tuple(sorted(set(state.graphs) - {publication.DEFAULT}))
            return self.over(Held(publication.DEFAULT, named), "").query(text, at=at)
        return self.query(text, at=at)

    def trusting(self) -> PagesEngine:
        """What the pages ask by."""
        return PagesEngine(self)

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        """The whole serialised answer: the engine's words, our formats."""
        self.parse(checked)
        if media_type == SYNTAX:
            return b""
        with self.tally.evaluation(checked, self.observer):
            answer = self.answer(checked)
        document = serialize(answer, media_type)
        if len(document) > self.limits.result_bytes:
            raise LimitReached(
                "result_bytes",
                "The result is larger than the limit result_bytes, "
                f"{self.limits.result_bytes:,} bytes.",
            )
        return document

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes:
        """The same: what comes from elsewhere is only passed on when its end has been seen."""
        return self.evaluate(checked, media_type)

    def close(self) -> None:
        """Nothing is kept open."""

    def figures(self) -> Mapping[str, float]:
        """What was asked, by the names of :data:`.tally.FIGURES`, and whether the engine is up."""
        return {**self.tally.counts(), "engine_up": float(not self.line.trouble)}

    def over(self, held: Held | None, release: str) -> RemoteEngine:
        """The same engine, by the same line, over the graphs of *release* and no other."""
        other = copy(self)
        other.held, other.release = held, release
        return other

    def answer(self, checked: CheckedQuery, *, ours: bool = False) -> Answer:
        """The answer to a query; raises :class:`QueryError`.

        ``ours``: asked by a page, whose questions have places of their own.
        """
        if self.release != self.line.holds and not self.line.trouble:
            raise EngineUnreachable("The engine behind this service has another release now.")
        dataset = self.held.over(checked.dataset) if self.held else checked.dataset
        return self._ask(
            checked,
            dataset,
            lambda request: self.line.ask(request, most=self.limits.result_bytes, ours=ours),
        )

    # --- What the engine says of itself -------------------------------------------------------

    def state(self) -> publication.State | None:
        """How far a release is published there; ``None``: none is. Asked also while it is down."""
        return self._record(publication.STATE_QUERY, publication.read_state)

    def record(self) -> tuple[publication.State, dict[str, Any]] | None:
        """The same, with the manifest of the release."""
        return self._record(publication.RECORD_QUERY, publication.read_record)

    def probe(self, text: str, dataset: Dataset | None = None) -> Answer:
        """The answer to a small question of our own, also while the engine is down."""
        checked = check(text, limits=self.limits)
        return self._ask(
            checked,
            dataset,
            lambda request: self.line.probe(request, most=self.limits.result_bytes),
        )

    def _record(self, text: str, read: Callable[[Solutions], Found]) -> Found | None:
        try:
            found = self.probe(text, publication.OVER)
        except EngineFailed as error:
            if type(error) is not EngineFailed:
                raise
            return None  # it does not take a dataset that is named so: nothing was published there
        try:
            if not isinstance(found, Solutions):
                raise ValueError("no solutions")
            return read(found)
        except ValueError as error:
            raise EngineAnswersNonsense(f"The engine behind this service: {error}.") from None

    # --- One question, one answer -------------------------------------------------------------

    def _ask(
        self,
        checked: CheckedQuery,
        dataset: Dataset | None,
        send: Callable[[Request], Reply],
    ) -> Answer:
        _refuse_calls(checked)
        dialect = self.dialect or self._found_out()
        graph = checked.form in ("CONSTRUCT", "DESCRIBE")
        if dataset is not None:
            # The protocol's dataset wins (section 2.1.4); not every engine knows it.
            checked = replace(checked, text=without_dataset(checked.text))
        fields = [("query", dialect.written(checked))]
        if dataset is not None:
            for iri in (*dataset.default_graphs, *dataset.named_graphs):
                if not iri.startswith(("http://", "https://", "urn:")):
                    raise QueryRefused("graph", "A graph is named by an http, https or urn IRI.")
            fields += dialect.dataset(dataset)
        accept = _GRAPH_TYPES if graph else JSON
        reply = send(
            Request(
                self.line.service.endpoint.target,
                urlencode(fields).encode(),
                headers={"Accept": accept, "Content-Type": _FORM},
            )
        )
        self._check(reply)
        try:
            if graph:
                triples = dialect.graph(reply.body, reply.media_type)
                self._bound(len(triples))
                return Triples(triples)
            if reply.media_type not in _RESULT_TYPES:
                raise ValueError("not the type that was asked for")
            answer = dialect.results(reply.body, checked)
        except (ValueError, SyntaxError):
            raise EngineAnswersNonsense(
                "The engine behind this service sent no answer that can be read."
            ) from None
        if not isinstance(answer, Boolean):
            self._bound(len(answer.rows))
        return answer

    def _found_out(self) -> AnyEngine:
        """The dialect of the engine, by what it calls itself."""
        place = self.line.service.endpoint
        separator = "&" if "?" in place.target else "?"
        target = f"{place.target}{separator}{urlencode({'query': 'ASK {}'})}"
        reply = self.line.probe(
            Request(target, method="GET", headers={"Accept": JSON}), most=65_536
        )
        self._check(reply)
        self.dialect = dialect_of(reply.headers.get("Server", ""))
        return self.dialect

    def _check(self, reply: Reply) -> None:
        if 300 <= reply.status < 400:
            raise EngineAnswersNonsense(
                f"The engine behind this service leads elsewhere ({reply.status}): not followed."
            )
        if reply.status in (400, 422):
            raise EngineFailed(
                f"The engine behind this service does not take the query{_said(reply)}"
            )
        if reply.status in (401, 403):
            raise EngineAnswersNonsense(
                f"The engine behind this service asks who we are ({reply.status})."
            )
        if reply.status != 200:
            raise EngineAnswersNonsense(
                f"The engine behind this service answered {reply.status}{_said(reply)}"
            )

    def _bound(self, rows: int) -> None:
        if rows > self.limits.result_rows:
            raise LimitReached(
                "result_rows",
                f"The result has more rows than the limit result_rows, "
                f"{self.limits.result_rows:,}.",
            )


class PagesEngine:
    """The engine as the pages ask it: in places of their own, and none that strangers take."""

    def __init__(self, remote: RemoteEngine) -> None:
        self.remote = remote

    def query(
        self,
        text: str,
        *,
        at: datetime.date | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer *text*, as :meth:`RemoteEngine.query` does."""
        limits = Limits(query_characters=10_000_000)
        checked = check(text, at=at, limits=limits).over(
            Dataset(tuple(default_graphs or ()), tuple(named_graphs or ()))
        )
        return self.remote.answer(checked, ours=True)


def _refuse_calls(checked: CheckedQuery) -> None:
    """Refuse names that have an engine call something of its own, or of its machine."""
    lowered = checked.text.lower()
    if "\\u" not in lowered and not any(scheme in lowered for scheme in _CALLS):
        return
    if any(iri.lower().startswith(_CALLS) for _, iri in mentions(checked.text)):
        raise QueryRefused("service", "Functions of an engine's own are not called here.")


def _said(reply: Reply) -> str:
    """The first line of what an engine says in plain text, where it says anything readable."""
    if reply.media_type != "text/plain":
        return "."
    text = " ".join(reply.body[:600].decode("utf-8", "replace").split("\n")[0].split())[:200]
    return f": {text}" if text and text.isprintable() else "."
