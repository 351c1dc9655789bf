"""``/sparql/explain``: what would happen to a query, without asking it.

It takes what ``/sparql`` takes and says, as JSON or as a page, what the query is read as, over
which graphs it is asked, which day ``?at`` is, whether the answer can be kept by caches and if not
why not, which of its names the release does not have, and how often those that it has occur; and
the plan: who answers, which rewritings were applied and why, and the patterns in their order with
estimates from the figures of the data (:mod:`foedus.engine.planning`). A query that is refused is
refused here in the same words.

What is not known is said too: the embedded engine shows neither its plan nor its own estimates.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, render_template, request

from foedus.content.names import prefixes, shorten
from foedus.engine import as_of
from foedus.engine.answers import Solutions, value
from foedus.engine.errors import QueryError
from foedus.engine.guard import CheckedQuery, check, mentions
from foedus.engine.planning import PLAN
from foedus.engine.pool import WorkerPool
from foedus.engine.serialize import JSON, parse_results
from foedus.engine.services import Allowed
from foedus.engine.tokens import Token, scan
from foedus.web.negotiation import HTML, Offer, choose, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.protocol import Evaluator, Operation, read_operation
from foedus.web.served import Served
from foedus.web.suggestions import Suggestions

#: Names whose occurrences are counted, and how far each is counted.
MOST_NAMES, COUNTED_TO = 24, 100_000
_OFFERS = (Offer("application/json", "json", ("json",)), HTML)
_PLACES = {"subject": "%s ?b ?c", "predicate": "?a %s ?c", "object": "?a ?b %s"}
_CHANGING = {
    "NOW": "NOW is another instant each time.",
    "RAND": "RAND is another number each time.",
    "UUID": "UUID is another IRI each time.",
    "STRUUID": "STRUUID is another text each time.",
    "BNODE": "BNODE makes another node each time.",
    "SERVICE": "What another service answers may change.",
    "GROUP_CONCAT": "GROUP_CONCAT joins in an order that nothing fixes.",
    "SAMPLE": "SAMPLE may choose another value each time.",
}
_UNKNOWN = (
    "What the embedded engine makes of the patterns: it shows no plan. The order above is the one "
    "it is given; columns keep to it.",
    "The number of rows of the answer: the engine gives no estimate, and occurrences of single "
    "names bound no join.",
    "The time it takes: ask with a LIMIT, and read Server-Timing.",
)


def blueprint(
    served: Served,
    evaluator: Evaluator,
    suggestions: Suggestions,
    *,
    cacheable: bool,
    allowed: Allowed,
) -> Blueprint:
    """The route. ``cacheable``: the answers are those of one fixed dataset; ``allowed``: the
    services that SERVICE may ask."""
    explaining = Blueprint("explaining", __name__)

    @explaining.route("/sparql/explain", methods=("GET", "POST", "QUERY"))
    def explain() -> Response:
        operation = read_operation()
        wanted, accept = operation.format, request.headers.get("Accept")
        offer = named(wanted, _OFFERS) if wanted else choose(accept, _OFFERS)
        if offer is None:
            raise not_acceptable(_OFFERS)
        if operation.query is not None:
            found = explanation(operation, operation.query)
        elif offer is HTML and operation.bare:
            found = {}
        else:
            raise Problem("parameters", "The parameter query is missing.")
        if offer is HTML:
            body = render_template("explain.html", text=operation.query or "", found=found)
        else:
            body = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        response = Response(body, content_type=offer.content_type)
        response.headers["Cache-Control"] = "no-cache"
        response.vary.add("Accept")
        return response

    def explanation(operation: Operation, text: str) -> dict[str, Any]:
        day = operation.at or served.knowledge_end
        checked = check(
            text,
            at=day,
            limits=evaluator.limits,
            known_prefixes=prefixes(),
            allowed=allowed,
        ).over(operation.dataset)
        tokens = list(scan(text))
        reads_at = as_of.asks_for_a_day(tokens)
        why_not = _why_not(checked, tokens, cacheable)
        limits = evaluator.limits
        return {
            "form": checked.form,
            "evaluated": checked.text,
            "size": {
                "characters": len(text),
                "query_characters": limits.query_characters,
                "tokens": len(tokens),
                "depth": _depth(tokens),
                "nesting": limits.nesting,
            },
            "prefixes": _prefixes(tokens),
            "at": {
                "read": reads_at,
                "day": day.isoformat() if day and reads_at else None,
                "given_by": ("request" if operation.at else "release")
                if reads_at and day
                else None,
            },
            "dataset": _dataset(checked, operation),
            "cacheable": not why_not,
            "not_cacheable_because": why_not,
            "hints": [str(hint) for hint in suggestions.hints(text)],
            "occurrences": _occurrences(checked, text, evaluator),
            "counted_to": COUNTED_TO,
            "plan": _plan(checked, evaluator),
            "not_known": list(_UNKNOWN),
            "limits": {
                "query_seconds": limits.query_seconds,
                "result_rows": limits.result_rows,
                "result_bytes": limits.result_bytes,
                "memory_bytes": limits.memory_bytes,
            },
        }

    return explaining


def _plan(checked: CheckedQuery, evaluator: Evaluator) -> dict[str, Any] | None:
    """Who answers, how the query was rewritten, and its patterns with figures of the data.

    ``None`` where the engine is elsewhere, or no worker had time to say.
    """
    if not isinstance(evaluator, WorkerPool):
        return None
    try:
        found: dict[str, Any] = json.loads(evaluator.evaluate(checked, PLAN))
    except QueryError:
        return None
    return found


def _why_not(checked: CheckedQuery, tokens: list[Token], cacheable: bool) -> list[str]:
    if not cacheable:
        return ["The engine is another service's: what it holds may change."]
    if checked.deterministic:
        return []
    words = {token.upper for token in tokens if token.kind == "word"}
    reasons = [reason for word, reason in _CHANGING.items() if word in words]
    return reasons or ["Nothing fixes what it answers."]


def _dataset(checked: CheckedQuery, operation: Operation) -> dict[str, Any]:
    """The graphs asked, and who named them (SPARQL 1.1 Protocol, section 2.1.4)."""
    if checked.dataset is None:
        return {"named_by": "service", "default": None, "named": None}
    return {
        "named_by": "protocol" if operation.dataset else "query",
        "default": list(checked.dataset.default_graphs),
        "named": list(checked.dataset.named_graphs),
    }


def _prefixes(tokens: list[Token]) -> dict[str, list[str]]:
    """The prefixes that are declared, and those among them that nothing uses."""
    declared = [
        following.text.partition(":")[0]
        for token, following in pairwise(tokens)
        if token.is_word("PREFIX") and following.kind == "name"
    ]
    counts = Counter(token.text.partition(":")[0] for token in tokens if token.kind == "name")
    counts.subtract(declared)
    unused = [prefix for prefix in declared if counts[prefix] <= 0]
    return {"declared": declared, "unused": unused}


def _depth(tokens: list[Token]) -> int:
    depth = deepest = 0
    for token in tokens:
        if token.kind == "mark" and token.text in ("{", "(", "["):
            depth += 1
            deepest = max(deepest, depth)
        elif token.kind == "mark" and token.text in ("}", ")", "]"):
            depth -= 1
    return deepest


def _occurrences(
    checked: CheckedQuery, text: str, evaluator: Evaluator
) -> list[dict[str, Any]] | None:
    """How many triples of the dataset hold each name in each place, counted to a bound.

    ``None`` where there was no time or no worker for it.
    """
    iris = list(dict.fromkeys(iri for _, iri in mentions(text) if _plain(iri)))[:MOST_NAMES]
    if not iris:
        return []
    question = "SELECT ?i ?place ?n { " + " UNION ".join(_counts(iris)) + " }"
    counting = CheckedQuery(question, "SELECT", checked.dataset, True)
    try:
        answer = parse_results(evaluator.evaluate(counting, JSON))
    except QueryError:
        return None
    found: list[dict[str, Any]] = [{"name": shorten(iri), "iri": iri} for iri in iris]
    for row in answer.dicts() if isinstance(answer, Solutions) else []:
        found[int(value(row["i"]))][value(row["place"])] = int(value(row["n"]))
    return found


def _counts(iris: list[str]) -> Iterator[str]:
    for number, iri in enumerate(iris):
        for where, pattern in _PLACES.items():
            triple = pattern % f"<{iri}>"
            yield (
                f'{{ SELECT ({number} AS ?i) ("{where}" AS ?place) (COUNT(*) AS ?n) {{ '
                f"SELECT * {{ {{ {triple} }} UNION {{ GRAPH ?g {{ {triple} }} }} }} "
                f"LIMIT {COUNTED_TO} }} }}"
            )


def _plain(iri: str) -> bool:
    return ":" in iri and iri.isprintable() and not any(c in iri for c in ' <>"{}|\\^`')
