"""The one error shape: problem details (RFC 9457), or a page that says the same."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
)

from foedus.engine.errors import (
    EngineAnswersNonsense,
    EngineFailed,
    EngineTooSlow,
    EngineUnreachable,
    LimitReached,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    ServiceFailed,
)
from foedus.engine.serialize import NotSerializable
from foedus.engine.teaching import taught
from foedus.web.negotiation import HTML, Offer, choose
from foedus.web.urls import Urls

_OFFERS = (
    Offer("application/problem+json", "json"),
    Offer("application/json", "json"),
    HTML,
)

#: Every type of problem: its status, its title and what to do about it. Each is documented at
#: ``/problems#NAME``, which is also its ``type``.
TYPES: Mapping[str, tuple[int, str, str]] = {
    "http": (400, "Not a request of HTTP", "Send what RFC 9112 says, in one reading."),
    "parameters": (400, "The parameters do not fit", "Give one query, and each value as said."),
    "syntax": (400, "Not a SPARQL 1.1 query", "Correct the query at the line and column given."),
    "nesting": (400, "Too deeply nested", "Write the query with fewer brackets in brackets."),
    "read-only": (403, "This service is read-only", "Take the dump and change your own copy."),
    "service": (403, "Not a service that is asked here", "Ask it yourself and join the answers."),
    "graph": (403, "Not a name of a graph", "Name graphs by the IRIs of the description."),
    "unknown": (404, "Nothing has this address", "Search for the thing by its name."),
    "method": (405, "Not a method of this address", "Use one of the methods in Allow."),
    "format": (406, "In none of the formats you accept", "Accept one of the formats listed."),
    "withdrawn": (410, "Withdrawn", "See why, and what replaces it."),
    "too-long": (413, "The request is too long", "Shorten it."),
    "address-too-long": (414, "The address is too long", "Send the query by POST."),
    "media-type": (415, "Not a type this address takes", "Send one of the types in Accept-Post."),
    "range": (416, "No such part", "Ask for bytes that the file has; Content-Range says how many."),
    "result-too-large": (422, "The result is too large", "Ask for less, or take the dump."),
    "federation": (422, "SERVICE cannot be answered so", "Write the call as the detail says."),
    "budget": (429, "More than one client may ask", "Wait for the seconds in Retry-After."),
    "headers-too-long": (431, "The headers are too long", "Send fewer."),
    "broken": (500, "Something broke here", "Report the id to whoever runs this service."),
    "transfer-coding": (501, "Not a coding of a transfer", "Send a length, or chunks."),
    "service-failed": (502, "Another service failed", "Try again, or write SERVICE SILENT."),
    "engine": (503, "The query could not be evaluated", "Write the query in another way."),
    "engine-gone": (503, "The engine cannot be asked now", "Come back after Retry-After."),
    "engine-answer": (502, "The engine answered nonsense", "Try again, or tell who runs this."),
    "engine-time": (504, "The engine is too slow", "Ask for less, or try again later."),
    "time": (503, "The query takes too long", "Ask for less; the same query will fail again."),
    "memory": (503, "The query needs too much memory", "Ask for less: it will fail again."),
    "service-time": (504, "Another service is too slow", "Ask it for less, or yourself."),
    "version": (505, "Not a version of HTTP spoken here", "Speak HTTP/1.1."),
    "preparing": (503, "Not made yet", "Come back after the seconds in Retry-After."),
    "busy": (503, "Too many queries at once", "Try again after the seconds in Retry-After."),
}
_LIMITS = {
    "query_seconds": "time",
    "memory_bytes": "memory",
    "queue_length": "busy",
    "queue_seconds": "busy",
    "result_rows": "result-too-large",
    "result_bytes": "result-too-large",
    "service_rows": "result-too-large",
    "service_bytes": "result-too-large",
    "service_seconds": "service-time",
    "services_at_once": "busy",
}
_REFUSALS = {
    "update": "read-only",
    "service": "service",
    "federation": "federation",
    "graph": "graph",
    "nesting": "nesting",
    "length": "too-long",
}


class Problem(Exception):
    """A request that gets no answer, and why.

    ``kind`` is one of :data:`TYPES`; ``members`` are further members of the problem object.
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status, self.title, self.remedy = TYPES[kind]
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})


def not_acceptable(offers: tuple[Offer, ...]) -> Problem:
    """406 with the list of what there is (RFC 9110, section 15.5.7)."""
    listed = list(dict.fromkeys(offer.media_type for offer in offers))
    return Problem("format", f"There is: {', '.join(listed)}.", members={"formats": listed})


def of_query(error: QueryError) -> Problem:
    """What an error of the engine means to a client."""
    match error:
        case QuerySyntaxError():
            error = taught(error)
            members = {
                "line": error.line,
                "column": error.column,
                "expected": error.expected,
                "hint": error.hint,
                "excerpt": error.excerpt or None,
            }
            return Problem(
                "syntax",
                str(error),
                members={name: value for name, value in members.items() if value is not None},
            )
        case QueryRefused():
            return Problem(_REFUSALS[error.reason], str(error))
        case LimitReached():
            kind = _LIMITS[error.limit]
            return Problem(
                kind,
                str(error),
                members={"limit": error.limit},
                headers={"Retry-After": "5"} if kind == "busy" else None,
            )
        case NotSerializable():
            return Problem("format", str(error))
        case ServiceFailed():
            return Problem("service-failed", str(error))
        case EngineUnreachable():
            return Problem("engine-gone", str(error), headers={"Retry-After": "5"})
        case EngineAnswersNonsense():
            return Problem("engine-answer", str(error))
        case EngineTooSlow():
            return Problem("engine-time", str(error), members={"limit": "query_seconds"})
        case EngineFailed():
            return Problem("engine", str(error))
    return Problem("engine", str(error))


def respond(problem: Problem, urls: Urls) -> Response:
    """The answer to a request that went wrong, in the form its sender reads best."""
    offer = choose(request.headers.get("Accept"), _OFFERS) or _OFFERS[0]
    if g.get("wants_page") and "application/problem" not in request.headers.get("Accept", ""):
        offer = HTML  # the extension asked for a page
    if offer is HTML:
        body = render_template("problem.html", problem=problem)
    else:
        body = json.dumps(
            {
                "type": urls.absolute("problems") + f"#{problem.kind}",
                "title": problem.title,
                "status": problem.status,
                "detail": problem.detail,
                **problem.members,
            },
            ensure_ascii=False,
        )
    response = Response(body, status=problem.status, content_type=offer.content_type)
    response.headers.extend(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _range(error: HTTPException) -> dict[str, str]:
    """How many bytes there are (RFC 9110, section 14.4)."""
    length = getattr(error, "length", None)
    return {"Content-Range": f"bytes */{length}"} if length is not None else {}


def install(app: Flask, urls: Urls, dump: str = "") -> None:
    """Answer every error of *app* in this shape, and nothing of the inside.

    ``dump`` is the path of all the data, which is named to whoever asks for too much of it.
    """

    @app.errorhandler(Problem)
    def _problem(problem: Problem) -> Response:
        return respond(problem, urls)

    @app.errorhandler(QueryError)
    def _query(error: QueryError) -> Response:
        problem = of_query(error)
        if dump and problem.members.get("limit") in ("result_rows", "result_bytes"):
            problem.members["dump"] = urls.absolute(dump)
        return respond(problem, urls)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if isinstance(error, MethodNotAllowed):
            allow = ", ".join(sorted(error.valid_methods or ()))
            problem = Problem("method", f"This address takes {allow}.", headers={"Allow": allow})
        elif isinstance(error, RequestEntityTooLarge):
            limit = app.config["MAX_CONTENT_LENGTH"]
            problem = Problem("too-long", f"The limit body_bytes is {limit:,} bytes.")
        elif error.code == 416:
            problem = Problem("range", "The file has fewer bytes.", headers=_range(error))
        elif error.code == 404:
            problem = Problem("unknown", "There is nothing at this address.")
        elif error.code is not None and 300 <= error.code < 400:
            return Response(status=error.code, headers=list(error.get_headers()))
        else:
            problem = Problem("parameters", "The request cannot be understood.")
        return respond(problem, urls)

    @app.errorhandler(Exception)
    def _anything(error: Exception) -> Response:
        name = secrets.token_hex(6)
        logging.getLogger("foedus.web").error("%s: %s", name, error, exc_info=error)
        return respond(Problem("broken", f"Its id is {name}.", members={"id": name}), urls)
