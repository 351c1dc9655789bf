"""What one client may have of the service: requests under way, and time over a minute.

The budget is counted in the time that answering takes, which is what costs: somebody who asks a
thousand cheap questions spends less of it than somebody who asks ten hopeless ones. It fills up
again by itself, as a bucket does, within a minute. Who is over it is told 429 and when to come back
(RFC 6585, section 4).

A client is an address; of IPv6 the network of 64 bits that one household has. Behind a proxy every
request comes from the proxy: then the address is the one that a *trusted* proxy says it got the
request from, the last of ``X-Forwarded-For`` that is no trusted proxy itself. What stands before
that, anybody can have written.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from foedus.web.observe import Environ, WsgiApp
from foedus.web.problems import Problem
from foedus.web.sending import Until
from foedus.web.settings import Settings

_OVER = "foedus.over_budget"
_VISIT = "foedus.visit"
_WINDOW = 60.0
#: Clients remembered; of those that have nothing under way the longest unseen is forgotten.
MOST_CLIENTS = 10_000
#: What costs next to nothing, and what whoever watches over the service must see in any case.
_EXEMPT = ("/health/", "/static/")
_EXEMPT_PATHS = frozenset({"/metrics", "/robots.txt", "/favicon.ico"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(slots=True)
class _Client:
    under_way: int
    left: float
    seen: float


class Budgets:
    """The clients of the last minutes. Thread-safe.

    ``requests`` at once and ``seconds`` in any minute; 0 is no limit. Raises :class:`ValueError`
    for a proxy that is no address and no network.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
        proxies: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests, self.seconds = requests, seconds
        self._proxies = tuple(_network(text) for text in proxies.replace(",", " ").split())
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> Budgets:
        """The budgets that are set."""
        return cls(settings.client_requests, settings.client_seconds, settings.trusted_proxies)

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self.requests or self.seconds)

    def around(self, inner: WsgiApp) -> WsgiApp:
        """*inner*, each request of which is counted; :func:`install` makes it refuse.

        One that came with its :class:`Visit` is counted already.
        """
        if not self:
            return inner

        def counted(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            if path.startswith(_EXEMPT) or path in _EXEMPT_PATHS or _VISIT in environ:
                return inner(environ, start_response)
            visit = self.visit(self.client(environ))
            if not isinstance(visit, Visit):
                environ[_OVER] = visit
                return inner(environ, start_response)
            try:
                body = inner(environ, start_response)
            except BaseException:
                visit.end()
                raise
            return Until(body, visit.end)

        return counted

    def visit(self, name: str) -> Visit | tuple[str, int]:
        """A request of *name*, counted until it ends; or which limit it is over (:meth:`begin`)."""
        return self.begin(name) or Visit(self, name)

    def client(self, environ: Environ) -> str:
        """Who asks: an address, or a network of IPv6."""
        address = _address(str(environ.get("REMOTE_ADDR", "")))
        if address is None:
            return "unknown"
        said = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        while said and self._trusts(address):
            before = _address(said.pop().strip())
            if before is None:
                break
            address = before
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)

    def _trusts(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address in network for network in self._proxies)

    def now(self) -> float:
        """The clock that budgets are counted by, in seconds."""
        return self._clock()

    def begin(self, name: str) -> tuple[str, int] | None:
        """Count a request of *name*, or say which limit it is over, and for how many seconds."""
        with self._lock:
            client = self._filled(name)
            if self.requests and client.under_way >= self.requests:
                return "client_requests", 1
            if self.seconds and client.left <= 0:
                wait = -client.left * _WINDOW / self.seconds
                return "client_seconds", max(1, math.ceil(wait))
            client.under_way += 1
            return None

    def end(self, name: str, seconds: float) -> None:
        """A request of *name* has ended, and took so long."""
        with self._lock:
            client = self._filled(name)
            client.under_way = max(0, client.under_way - 1)
            client.left -= seconds

    def _filled(self, name: str) -> _Client:
        """The client, its budget filled up to now."""
        now = self._clock()
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client(0, self.seconds, now)
            self._forget()
        client.left = min(self.seconds, client.left + (now - client.seen) * self.seconds / _WINDOW)
        client.seen = now
        self._clients.move_to_end(name)
        return client

    def _forget(self) -> None:
        if len(self._clients) <= MOST_CLIENTS:
            return
        for name, client in self._clients.items():
            if not client.under_way:
                del self._clients[name]
                return


class Visit:
    """A request that is counted, from now on until it ends."""

    def __init__(self, budgets: Budgets, name: str) -> None:
        self._budgets, self._name, self._begun = budgets, name, budgets.now()
        self._open = True

    def put(self, environ: Environ) -> None:
        """Have it travel with a request, which is not counted once more."""
        environ[_VISIT] = self

    def end(self) -> None:
        """The request has ended; another time changes nothing."""
        if self._open:
            self._open = False
            self._budgets.end(self._name, self._budgets.now() - self._begun)


def install(app: Flask) -> None:
    """Let *app* refuse a request that :meth:`Budgets.around` found to be over its budget."""

    @app.before_request
    def refuse() -> None:
        over = request.environ.get(_OVER)
        if over is None:
            return
        limit, seconds = over
        what = "requests at once" if limit == "client_requests" else "time in a minute"
        raise Problem(
            "budget",
            f"This client has had the {what} that one may have, the limit {limit}.",
            members={"limit": limit},
            headers={"Retry-After": str(seconds)},
        )


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text}: expected an address, or a network such as 10.0.0.0/8") from None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a proxy writes; with a port too, and IPv4 in IPv6 as IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found
