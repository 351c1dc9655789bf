"""``/sparql``: the SPARQL 1.1 Protocol (query operation) and Service Description.

Every error is one of :data:`foedus.web.problems.TYPES`, with its status. There is no answer 200
that looks complete and is not: see :mod:`.sending`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl

from flask import Blueprint, Response, g, request

from foedus.content.names import prefixes
from foedus.engine import timing
from foedus.engine.answers import Dataset
from foedus.engine.errors import QuerySyntaxError
from foedus.engine.federation import Federation
from foedus.engine.guard import CheckedQuery, is_iri
from foedus.engine.limits import Limits
from foedus.engine.pieces import Stream
from foedus.engine.pool import WorkerPool
from foedus.engine.serialize import write_triples
from foedus.engine.shapes import Reader
from foedus.engine.teaching import relocated
from foedus.web import graphstore, sending, validators
from foedus.web.cache import ResultCache
from foedus.web.description import Description
from foedus.web.lane import handover
from foedus.web.lane.requests import FORM, QUERY, parameters
from foedus.web.negotiation import GRAPHS, HTML, RESULTS, Offer, choose, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.suggestions import Suggestions
from foedus.web.urls import Urls

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
_FORM, _QUERY = FORM, QUERY
_UPDATE = "application/sparql-update"
ACCEPT_POST = f"{_QUERY}, {_FORM}"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")


class Evaluator(Protocol):
    """Whoever evaluates: a pool of workers, or an endpoint elsewhere."""

    limits: Limits

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        """The whole serialised answer; raises :class:`foedus.engine.errors.QueryError`."""

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes | Stream:
        """The same, but as a stream when it is larger than *whole* bytes."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation as asked (SPARQL 1.1 Protocol, section 2.1)."""

    query: str | None
    dataset: Dataset | None
    at: datetime.date | None
    format: str | None
    bare: bool

    @property
    def has_query(self) -> bool:
        """Whether a query is there to be answered."""
        return self.query is not None


def read_operation() -> Operation:
    """The operation of the current request; raises :class:`Problem`."""
    if request.method not in ("POST", "QUERY"):
        return operation(request.method, request.query_string)
    media_type = _body_type()
    return operation(
        request.method, request.query_string, media_type, request.get_data(cache=False)
    )


def operation(method: str, query: bytes, media_type: str = "", body: bytes = b"") -> Operation:
    """The operation of a request, by the query of its address and a body of *media_type*.

    Raises :class:`Problem`.
    """
    pairs = _decode(query, "the address")
    direct: str | None = None
    if method in ("POST", "QUERY"):
        if media_type == _FORM:
            pairs += _decode(body, "the form")
        elif media_type == _UPDATE:
            raise Problem("read-only", "This service takes no SPARQL update.")
        else:
            try:
                direct = body.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Problem(
                    "parameters", f"The query is not UTF-8 at byte {error.start}."
                ) from None
    queries = [value for name, value in pairs if name == "query"]
    updates = [value for name, value in pairs if name == "update"]
    if direct is not None:
        queries.insert(0, direct)
    if updates and queries:
        raise Problem(
            "parameters", "Both query and update are given; this service takes one query."
        )
    if updates:
        raise Problem("read-only", "This service takes no SPARQL update.")
    if len(queries) > 1:
        raise Problem("parameters", f"query is given {len(queries)} times; expected once.")
    others = {name for name, _ in pairs} - {"query", "format"}
    return Operation(
        query=queries[0] if queries else None,
        dataset=_dataset(pairs),
        at=_day(pairs),
        format=_single(pairs, "format"),
        bare=not queries and not others and method in ("GET", "HEAD"),
    )


def blueprint(
    served: Served,
    evaluator: Evaluator,
    urls: Urls,
    query_page: Callable[[], str],
    suggestions: Suggestions,
    *,
    cacheable: bool,
    cache: ResultCache,
    reader: Reader,
    settings: Settings,
    federation: Federation,
) -> Blueprint:
    """The routes of the protocol. ``cacheable``: the answers are those of one fixed dataset.

    What the operations of plain requests have in common with these is in :mod:`.lane.answering`.
    """
    sparql = Blueprint("protocol", __name__)
    description = Description(served, evaluator, urls, federated=bool(federation))

    @sparql.route("/sparql", methods=METHODS, provide_automatic_options=False)
    def endpoint() -> Response:
        if request.method == "OPTIONS":
            return _options()
        operation = read_operation()
        if operation.bare:
            return _describe_service(operation, description, query_page)
        if operation.query is None:
            raise Problem("parameters", "The parameter query is missing.")
        return answer(operation, operation.query)

    def answer(operation: Operation, text: str) -> Response:
        with timing.measured("parse"):
            read = reader.read(text, operation.at or served.knowledge_end)
            checked = read.checked.over(operation.dataset)
        offer = negotiate(operation, checked)
        etag = None
        if cacheable:
            etag = validators.strong(
                checked,
                digest=served.named(getattr(evaluator, "loaded", "")),
                content_type=offer.content_type,
                public=urls.public,
                text=read.normal,
            )
        if validators.is_known(etag):
            response = Response(status=304)
        else:
            whole = settings.stream_bytes if sending.knows_chunks() else settings.whole_bytes
            begun = handover.of(request.environ, cache, etag)

            def make() -> bytes | Stream:
                result = begun.open(whole)
                return evaluate(checked, offer.writes, whole) if result is None else result

            try:
                result = cache.get(etag, make, begun.flight)
            except QuerySyntaxError as error:
                raise relocated(error, text) from None
            response = sending.response(sending.sendable(result), offer.content_type)
        complete(response, etag, suggestions.header(text))
        suggestions.learn(read)
        g.complete = etag is not None
        return response

    def evaluate(checked: CheckedQuery, writes: str, whole: int) -> bytes | Stream:
        parses = isinstance(evaluator, WorkerPool)
        alone = federation.inlined(checked, evaluator.evaluate, parses=parses)
        return evaluator.open(alone, writes, whole)

    def ask(text: str, dataset: Dataset | None, wanted: str | None) -> Response:
        return answer(Operation(text, dataset, None, wanted, bare=False), text)

    graphstore.add(sparql, ask, evaluator, served.graphs, urls)
    return sparql


def complete(response: Response, etag: str | None, hints: Mapping[str, str]) -> None:
    """Put the headers of an answer to a query: those that depend on more than its format."""
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    response.headers.extend(hints)


def negotiate(operation: Operation, checked: CheckedQuery) -> Offer:
    """The format of the answer, before anything is evaluated; raises :class:`Problem` (406)."""
    offers = offers_of(checked)
    offer = named(operation.format, offers) if operation.format else choose(_accept(), offers)
    if offer is None:
        raise not_acceptable(offers)
    return offer


def offers_of(checked: CheckedQuery) -> tuple[Offer, ...]:
    """The formats that a query's answer can be sent in."""
    return GRAPHS if checked.form in ("CONSTRUCT", "DESCRIBE") else RESULTS


def _describe_service(
    operation: Operation, description: Description, query_page: Callable[[], str]
) -> Response:
    offers = (*GRAPHS, HTML)
    # Who says nothing, or takes anything, gets RDF; a browser names HTML first.
    offer = named(operation.format, offers) if operation.format else choose(_accept(), offers)
    if offer is None:
        raise not_acceptable(offers)
    if offer is HTML:
        response = Response(query_page(), content_type=HTML.content_type)
    else:
        body = write_triples(
            description.triples(), offer.writes, {**prefixes(), **description.prefixes}
        )
        response = Response(body, content_type=offer.content_type)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    return response


def _options() -> Response:
    allow = ", ".join(METHODS)
    return Response(
        status=204,
        headers={
            "Allow": allow,
            "Accept-Post": ACCEPT_POST,
            "Accept-Query": ACCEPT_POST,
        },
    )


def _accept() -> str | None:
    return request.headers.get("Accept")


def _body_type() -> str:
    """The media type of the body; raises :class:`Problem` (415) for one not taken."""
    header = request.headers.get("Content-Type", "")
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    detail = ""
    if media_type not in (_FORM, _QUERY, _UPDATE):
        detail = "The body has no type that this address takes."
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            detail = "Only UTF-8 is taken."
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        detail = "Only a body without coding is taken."
    if detail:
        raise Problem(
            "media-type",
            f"{detail} Accepted: {ACCEPT_POST}, in UTF-8.",
            headers={"Accept-Post": ACCEPT_POST, "Accept-Encoding": "identity"},
        )
    return media_type


def _decode(raw: bytes, where: str) -> list[tuple[str, str]]:
    """Parameters, percent-decoded exactly once, as UTF-8."""
    try:
        if (pairs := parameters(raw)) is not None:
            return pairs
        text = raw.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise Problem("parameters", f"The parameters in {where} are not UTF-8.") from None
    except ValueError:
        raise Problem("parameters", f"There are too many parameters in {where}.") from None


def _dataset(pairs: Iterable[tuple[str, str]]) -> Dataset | None:
    default: list[str] = []
    named_: list[str] = []
    for name, value in pairs:
        into = {"default-graph-uri": default, "named-graph-uri": named_}.get(name)
        if into is None:
            continue
        if not (_ABSOLUTE.match(value) and is_iri(value)):
            raise Problem("parameters", f"{name} expects an absolute IRI.")
        if value not in into:
            into.append(value)
    return Dataset(tuple(default), tuple(named_)) if default or named_ else None


def _single(pairs: Iterable[tuple[str, str]], wanted: str) -> str | None:
    values = [value for name, value in pairs if name == wanted]
    if len(set(values)) > 1:
        raise Problem("parameters", f"{wanted} is given {len(values)} times; expected once.")
    return values[0] if values else None


def _day(pairs: Iterable[tuple[str, str]]) -> datetime.date | None:
    return parse_day(_single(pairs, "at"))


def parse_day(text: str | None) -> datetime.date | None:
    """A day as ``?at=`` gives it; raises :class:`Problem` (400)."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            pass
    raise Problem("parameters", "at expects a day of the calendar, written YYYY-MM-DD.")
