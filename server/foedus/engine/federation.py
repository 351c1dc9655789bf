"""Answering ``SERVICE``: each call is asked by this process, and its solutions put in its place.

A worker has no network. So a call is made beforehand, here: its pattern goes to the service as a
query of its own, and what comes back stands as VALUES where the call stood, which means the same
(SPARQL 1.1 Federated Query, section 4: the call joins with the group around it). Where it would not
mean the same, or cannot be written, the query is refused by name.

**What is sent along.** A service that is asked for a pattern as it stands may have millions of
solutions, of which the query needs few. Where triple patterns stand in the same group as the call,
their solutions are found here first, and those of the shared variables go along as VALUES. That
leaves out nothing that could be joined, since those patterns join with the call anyway; and it
counts nothing twice, since only variables that every solution of the call binds are sent, each
combination once.

**Ourselves.** A call of this very service is a group of the same query; where the query names its
own dataset it is evaluated over the dataset of the service, by ourselves, in no packet.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import pyoxigraph as ox

from foedus.engine import outgoing, timing
from foedus.engine.answers import Solutions
from foedus.engine.endpoints import Pinned, endpoint
from foedus.engine.errors import (
    EngineFailed,
    LimitReached,
    QueryRefused,
    QuerySyntaxError,
    ServiceFailed,
)
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.parsing import SYNTAX
from foedus.engine.serialize import JSON, parse_results
from foedus.engine.services import Call
from foedus.engine.solutions import Row, read, values

#: Evaluates a query of our own over our own data, to a results document in JSON.
Evaluate = Callable[[CheckedQuery, str], bytes]
OURSELVES = "ourselves"
_INK = re.compile(r"[^\r\n]")


class Federation:
    """The services that queries may ask: those at *urls*, and ourselves at *own*. Thread-safe.

    Raises :class:`ValueError` for a URL that is no address of a service.
    """

    def __init__(
        self,
        urls: Iterable[str] = (),
        *,
        own: str = "",
        limits: Limits | None = None,
        private: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self._services: dict[str, Pinned] = {}
        for url in urls:
            found = endpoint(url)
            self._services[str(found)] = Pinned(found, private=private)
        self._own = _spelt(own) if own else ""
        self._places = threading.BoundedSemaphore(self.limits.services_at_once)

    def __bool__(self) -> bool:
        """Whether there is any service that others run."""
        return bool(self._services)

    def allowed(self, iri: str) -> str | None:
        """What the guard asks: the endpoint that *iri* names, if it may be asked."""
        try:
            found = str(endpoint(iri))
        except ValueError:
            return None
        if found == self._own:
            return OURSELVES
        return found if found in self._services else None

    def pin(self) -> list[str]:
        """Resolve every host now; the complaints about those that could not be resolved."""
        complaints = []
        for service in self._services.values():
            try:
                service.addresses()
            except ServiceFailed as error:
                complaints.append(str(error))
        return complaints

    def inlined(
        self, checked: CheckedQuery, evaluate: Evaluate, *, parses: bool = False
    ) -> CheckedQuery:
        """*checked* with the solutions of its calls in their places.

        Where *evaluate* also ``parses`` (:data:`.parsing.SYNTAX`) nobody is asked for what is no
        query. Raises :class:`QueryRefused` (``federation``), :class:`ServiceFailed`,
        :class:`LimitReached` (``service_seconds``, ``service_bytes``, ``service_rows``,
        ``services_at_once``), and what the evaluation of our own part deserves.
        """
        if not checked.calls:
            return checked
        if parses and any(call.endpoint != OURSELVES for call in checked.calls):
            evaluate(replace(checked, text=_uncalled(checked), calls=()), SYNTAX)
        deadline = time.monotonic() + self.limits.service_seconds
        pieces: list[str] = []
        position = asked = 0
        with timing.measured("federate"):
            for call in checked.calls:
                if call.start < position:
                    continue  # inside a call that was answered as a whole
                pieces.append(checked.text[position : call.start])
                if call.endpoint == OURSELVES and _is_a_group(call, checked):
                    position = call.group
                    continue
                asked += 1
                pieces.append(self._answer(call, checked, evaluate, deadline, asked))
                position = call.end
        return replace(checked, text="".join(pieces) + checked.text[position:], calls=())

    def _answer(
        self, call: Call, checked: CheckedQuery, evaluate: Evaluate, deadline: float, number: int
    ) -> str:
        """The group that stands for *call*."""
        try:
            if call.obstacle:
                raise _refused(call, f"cannot be asked {call.obstacle}.")
            if number > self.limits.service_calls:
                raise _refused(
                    call, f"is one more than the limit service_calls, {self.limits.service_calls}."
                )
            if call.endpoint == OURSELVES:
                return values(*self._asked_here(call, evaluate))
            sent = self._bindings(call, checked, evaluate)
            if sent is not None and not sent.rows:
                return values(call.variables, ())  # nothing that it could be joined with
            return values(*self._asked(call, sent, deadline))
        except (QueryRefused, ServiceFailed, LimitReached) as error:
            if isinstance(error, LimitReached) and not error.limit.startswith("service"):
                raise
            if not call.silent:
                raise
            return values(call.variables, [(None,) * len(call.variables)])

    def _asked_here(self, call: Call, evaluate: Evaluate) -> tuple[tuple[str, ...], list[Row]]:
        text = f"{call.prologue} SELECT * WHERE {{ {call.pattern} }}"
        return self._read(call, evaluate(check(text, limits=self.limits), JSON))

    def _bindings(self, call: Call, checked: CheckedQuery, evaluate: Evaluate) -> Solutions | None:
        """What to send along; ``None`` where nothing can be, or it would be too much."""
        most = self.limits.service_bindings
        if not call.shared or not call.beside or not most:
            return None
        variables = " ".join(f"?{name}" for name in call.shared)
        text = (
            f"{call.prologue} SELECT DISTINCT {variables} "
            f"WHERE {{ {call.beside} }} LIMIT {most + 1}"
        )
        try:
            own = check(text, limits=self.limits).over(checked.dataset)
            found = parse_results(evaluate(own, JSON))
        except (QuerySyntaxError, QueryRefused, EngineFailed):
            return None  # the query itself will say what is wrong
        if not isinstance(found, Solutions) or len(found.rows) > most:
            return None
        if any(term is None or isinstance(term, ox.Triple) for row in found.rows for term in row):
            return None
        # No node of another service is one of our blank nodes.
        rows = [row for row in found.rows if not any(isinstance(t, ox.BlankNode) for t in row)]
        return Solutions(found.variables, rows)

    def _asked(
        self, call: Call, sent: Solutions | None, deadline: float
    ) -> tuple[tuple[str, ...], list[Row]]:
        """The solutions of *call*, from the service that it names."""
        along = values(sent.variables, sent.rows) if sent is not None else ""
        query = f"{call.prologue} SELECT * WHERE {{ {along} {{ {call.pattern} }} }}".strip()
        left = deadline - time.monotonic()
        if not self._places.acquire(timeout=max(0.0, left / 2)):
            raise LimitReached(
                "services_at_once",
                f"{self.limits.services_at_once} calls of other services are under way, the limit "
                "services_at_once. Try again.",
            )
        try:
            document = outgoing.post(
                self._services[call.endpoint],
                query,
                deadline=deadline,
                seconds=self.limits.service_seconds,
                most=self.limits.service_bytes,
            )
        finally:
            self._places.release()
        return self._read(call, document)

    def _read(self, call: Call, document: bytes) -> tuple[tuple[str, ...], list[Row]]:
        try:
            variables, rows = read(document)
        except ValueError as error:
            raise ServiceFailed(f"{_name(call)} sent no answer that can be read: {error}") from None
        if not set(variables) <= set(call.variables):
            raise ServiceFailed(f"{_name(call)} answered with variables that were not asked for.")
        if len(rows) > self.limits.service_rows:
            raise LimitReached(
                "service_rows",
                f"{_name(call)} has more solutions than the limit service_rows, "
                f"{self.limits.service_rows:,}.",
            )
        if any(isinstance(term, ox.BlankNode) for row in rows for term in row):
            raise _refused(
                call,
                "has blank nodes in its answer, which mean nothing outside of it: "
                "select IRIs and literals, or FILTER(!isBlank(…)).",
            )
        return tuple(variables), rows


def _uncalled(checked: CheckedQuery) -> str:
    """The query with another keyword before the group of each call, every character in its place.

    MINUS may stand wherever SERVICE may (SPARQL 1.1 Query, section 19.8, rule 56).
    """
    text = checked.text
    for call in checked.calls:
        name = _INK.sub(" ", text[call.start + 5 : call.group])
        text = f"{text[: call.start]}MINUS{name}{text[call.group :]}"
    return text


def _spelt(own: str) -> str:
    """Our own address as :func:`endpoint` spells it; as it is where that takes no such address."""
    try:
        return str(endpoint(own))
    except ValueError:
        return own


def _is_a_group(call: Call, checked: CheckedQuery) -> bool:
    """Whether a call of ourselves is asked over the dataset of the group around it."""
    return checked.dataset is None and "GRAPH" not in call.obstacle


def _name(call: Call) -> str:
    return "This service" if call.endpoint == OURSELVES else call.endpoint


def _refused(call: Call, why: str) -> QueryRefused:
    line, column = call.place
    return QueryRefused("federation", f"SERVICE at line {line}, column {column} {why}")
