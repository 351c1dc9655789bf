"""The limits of evaluation: one table, each with a name, a default and a reason."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def setting(default: Any, doc: str) -> Any:
    """A field of a table of settings, with the sentence that documents it."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost. Every field is a setting that can be given by its name."""

    workers: int = setting(2, "Processes that evaluate queries side by side.")
    light_workers: int = setting(
        1, "Further ones, reserved for light queries while all the others are busy."
    )
    light_seconds: float = setting(
        0.25, "What a query may take there; then it waits for another worker and begins anew."
    )
    query_seconds: float = setting(20.0, "Wall-clock time of one evaluation; then it is killed.")
    queue_length: int = setting(32, "Queries that may wait for a worker.")
    queue_seconds: float = setting(10.0, "How long a query waits for a worker.")
    result_rows: int = setting(1_000_000, "Rows (or triples) of one result.")
    result_bytes: int = setting(64_000_000, "Size of one serialised result.")
    memory_bytes: int = setting(
        2_000_000_000, "Memory one evaluation may take beyond the data (Linux)."
    )
    query_characters: int = setting(200_000, "Length of the text of a query.")
    nesting: int = setting(100, "Depth of brackets in a query; the parser's stack is finite.")
    service_seconds: float = setting(
        10.0, "Wall-clock time that all services which one query asks by SERVICE have together."
    )
    service_bytes: int = setting(2_000_000, "Size of the answer of a service to one SERVICE.")
    service_rows: int = setting(10_000, "Solutions of the answer of a service to one SERVICE.")
    service_calls: int = setting(4, "Times that one query may ask other services.")
    service_bindings: int = setting(
        200, "Solutions of the patterns beside a SERVICE that are sent along with it; 0: none."
    )
    services_at_once: int = setting(8, "Calls of other services under way at one time.")
    engine_requests: int = setting(
        16, "Questions that an engine elsewhere (`--engine`) is asked at once; as many of pages."
    )
    engine_seconds: float = setting(
        5.0, "Wall-clock time of the question that finds out whether such an engine is up."
    )
    rewrite: bool = setting(
        True, "Rewrite a query, before its evaluation, into an equal one that is evaluated sooner."
    )
    columns: bool = setting(
        True, "Keep the default graph as columns too, and count, sort and search in them."
    )


def documented(table: type[Any]) -> list[tuple[str, Any, str]]:
    """Name, default and documentation of every setting of a table."""
    return [(f.name, f.default, f.metadata.get("doc", "")) for f in fields(table)]
