"""Everything about the service that can be set: one table, with names, defaults and reasons.

What one query may cost is in :class:`foedus.engine.limits.Limits`; where values come from is the
business of :mod:`.configuration`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from foedus.engine.limits import Limits, documented, setting


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the web service."""

    public: str = setting(
        "http://127.0.0.1:8000",
        "The address by which the public reaches the service; never taken from a request.",
    )
    host: str = setting("127.0.0.1", "The address that the server listens at.")
    port: int = setting(8000, "The port that it listens at; 0: one that is free.")
    allow_service: str = setting(
        "", "Endpoints that SERVICE may ask, by their exact addresses, with spaces between them."
    )
    service_private: bool = setting(
        False, "Let the name of such an endpoint's host mean an address that is not public."
    )
    engine_dialect: str = setting(
        "", "What an engine elsewhere (`--engine`) is: any, oxigraph, virtuoso; else it is asked."
    )
    body_bytes: int = setting(1_000_000, "Size of a request's body; more is answered 413.")
    url_characters: int = setting(32_000, "Length of a request's address; more is answered 414.")
    stream_bytes: int = setting(
        1_000_000, "Size up to which a result is sent whole, with its length; more is streamed."
    )
    whole_bytes: int = setting(
        64_000_000,
        "Size up to which a result is held whole for a client of HTTP/1.0; more is answered 422.",
    )
    cache_bytes: int = setting(64_000_000, "Size of all results kept to be sent again.")
    answers_bytes: int = setting(
        32_000_000, "Size of all finished answers kept for requests that come again byte for byte."
    )
    threads: int = setting(
        120,
        "Requests that the server works on side by side: more than the workers, both their queues "
        "and as many who wait for an answer under way, or they keep the pages waiting.",
    )
    client_requests: int = setting(
        60, "Requests of one client under way at once, health and static files apart; 0: any."
    )
    client_seconds: float = setting(
        300.0, "Time that answering one client may take in a minute, all together; 0: any."
    )
    trusted_proxies: str = setting(
        "",
        "Addresses and networks of proxies whose X-Forwarded-For tells who the client is, with "
        "spaces between them.",
    )
    page_rows: int = setting(100, "Rows on one page of a list.")
    table_rows: int = setting(1_000, "Rows of a result that the query page shows as a table.")
    show_passages: bool = setting(
        False, "Show passages of the source texts; `foedus serve` does so on loopback only."
    )
    access_log: str = setting(
        "", "File of JSON lines, one for each request; - is standard error, nothing is no log."
    )
    log_queries: bool = setting(False, "Write what was asked into the logs.")
    slow_seconds: float = setting(2.0, "An evaluation that takes longer is logged by itself.")
    metrics: bool = setting(True, "Answer /metrics, for Prometheus.")
    build: bool = setting(
        True,
        "Build the content first when the current release was not made from it; no: serve the "
        "current release as it is.",
    )
    reload_seconds: float = setting(
        2.0, "How often to look for a new release; 0: only when told to by SIGHUP."
    )
    limits: Limits = field(default_factory=Limits, metadata={"doc": "Limits of one query."})


_MAY_BE_ZERO = frozenset(
    {
        "client_requests",
        "client_seconds",
        "light_workers",
        "port",
        "reload_seconds",
        "service_bindings",
        "slow_seconds",
    }
)


def table() -> list[tuple[str, Any, str]]:
    """Name, default and documentation of every setting."""
    return [row for row in documented(Settings) if row[0] != "limits"] + documented(Limits)


def with_values(settings: Settings, assignments: Iterable[str]) -> Settings:
    """*settings* with each ``NAME=VALUE`` set.

    Raises :class:`ValueError` that names the setting and what it takes.
    """
    own = {f.name: f for f in fields(Settings) if f.name != "limits"}
    limits = {f.name: f for f in fields(Limits)}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or (name not in own and name not in limits):
            known = ", ".join(sorted([*own, *limits]))
            raise ValueError(f"{assignment}: expected NAME=VALUE with one of {known}")
        current = getattr(settings if name in own else settings.limits, name)
        value = _read(name, text, current)
        if name in own:
            settings = replace(settings, **{name: value})
        else:
            settings = replace(settings, limits=replace(settings.limits, **{name: value}))
    return settings


def _read(name: str, text: str, current: Any) -> Any:
    if isinstance(current, bool):
        if text.lower() not in ("yes", "no", "true", "false", "1", "0"):
            raise ValueError(f"{name}={text}: expected yes or no")
        return text.lower() in ("yes", "true", "1")
    if isinstance(current, str):
        return text
    kind = type(current)
    try:
        value = kind(text.replace("_", ""))
    except ValueError:
        raise ValueError(f"{name}={text}: expected a number") from None
    if value < 0 or (value == 0 and name not in _MAY_BE_ZERO) or not math.isfinite(value):
        raise ValueError(f"{name}={text}: expected a number above 0")
    return value
