"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads.

A graph is named indirectly, by ``?graph=IRI``, or is the default graph, ``?default`` (section 4.2).
GET (section 5.2) and HEAD (section 5.7) answer with its triples in the format asked for; here,
other than in a query's dataset, an unknown graph is 404. What writes is 405. A graph is the answer
to a query that copies it, so that it is evaluated, limited, cached and validated as every query is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Protocol
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from foedus.engine.answers import Boolean, Dataset
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.serialize import JSON, parse_results
from foedus.web.problems import Problem
from foedus.web.urls import Urls

METHODS = ("GET", "HEAD", "OPTIONS")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")
_COPY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_IS_THERE = "ASK { GRAPH ?g { ?s ?p ?o } }"
_TAKES = "This address takes ?graph=IRI, an absolute IRI, or ?default: one of the two, once."

#: Answers a query over a dataset in a format (``None``: the one negotiated).
Ask = Callable[[str, Dataset | None, str | None], Response]


class _Evaluator(Protocol):
    limits: Limits

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes: ...


def add(
    blueprint: Blueprint, ask: Ask, evaluator: _Evaluator, known: Container[str], urls: Urls
) -> None:
    """Add the route to *blueprint*. ``known`` are graphs that are there without asking."""

    @blueprint.route("/graphs", methods=METHODS, provide_automatic_options=False)
    def graphs() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(METHODS)})
        name, wanted = _named()
        if name is None:
            response = ask(_COPY, None, wanted)
        else:
            if name not in known and not _is_there(name):
                raise Problem("unknown", "There is no graph of this name in the release.")
            response = ask(_COPY, Dataset((name,)), wanted)
        service = urls.absolute("sparql")
        response.headers.add("Link", f'<{service}>; rel="service-desc"')
        return response

    def _is_there(name: str) -> bool:
        over = check(_IS_THERE).over(Dataset((), (name,)))
        found = parse_results(evaluator.evaluate(over, JSON))
        return isinstance(found, Boolean) and found.value


def _named() -> tuple[str | None, str | None]:
    """The graph asked for (``None``: the default one) and the format; raises :class:`Problem`."""
    try:
        text = request.query_string.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Problem("parameters", f"The address is not UTF-8. {_TAKES}") from None
    graphs = [value for name, value in pairs if name == "graph"]
    defaults = [value for name, value in pairs if name == "default"]
    formats = [value for name, value in pairs if name == "format"]
    if len(graphs) + len(defaults) != 1 or len(formats) > 1:
        raise Problem("parameters", _TAKES)
    if graphs and not _IRI.match(graphs[0]):
        raise Problem("parameters", _TAKES)
    return (graphs[0] if graphs else None), (formats[0] if formats else None)
