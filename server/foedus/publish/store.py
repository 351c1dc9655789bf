"""The store of an engine, by the SPARQL 1.1 Graph Store HTTP Protocol.

PUT replaces a graph, POST adds to it, DELETE takes it away, GET reads it (sections 5.2 to 5.5).
A request is one chunk; blank nodes are of one request, since their labels mean nothing beyond it.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from foedus.engine import outgoing
from foedus.engine.endpoints import endpoint
from foedus.engine.errors import EngineFailed, EngineUnreachable, ServiceFailed
from foedus.engine.outgoing import BrokenOff, Reply, Request, TooMuch
from foedus.engine.remote import RemoteEngine
from foedus.engine.serialize import N_TRIPLES

#: Seconds that the engine may take over one chunk, and between two pieces of what it sends.
CHUNK_SECONDS = 600.0
#: The most that a graph may be to be read back, in bytes: a leash for an answer without an end.
_MOST = 2**46
#: What an address that is none of a store answers.
_NO_STORE = (400, 403, 404, 405, 406, 415, 501)


class Store:
    """The store behind *remote*, at *address* or where its dialect says."""

    def __init__(self, remote: RemoteEngine, address: str | None = None) -> None:
        assert remote.dialect is not None
        self.remote, self.dialect = remote, remote.dialect
        self.places = [address] if address else list(self.dialect.stores(remote.url))
        for place in self.places:
            _same_machine(remote, place)

    def replace(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Make *graph* hold just these; finds out which place is the store. Raises EngineFailed."""
        body = _written(triples)
        tried = []
        while True:
            reply = self._send("PUT", graph, body)
            if reply.status < 300:
                return
            tried.append(f"{self.places[0]}: {_reason(reply)}")
            if reply.status not in _NO_STORE or len(self.places) == 1:
                raise EngineFailed("The engine does not take the graph. " + "; ".join(tried))
            del self.places[0]

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Have *graph* hold these too; raises :class:`EngineFailed`."""
        reply = self._send("POST", graph, _written(triples))
        if reply.status >= 300:
            raise EngineFailed(f"The engine does not take a chunk of {graph}: {_reason(reply)}")

    def remove(self, graph: str) -> None:
        """Take *graph* away, if it is there; raises :class:`EngineFailed`."""
        reply = self._send("DELETE", graph)
        if reply.status >= 300 and reply.status != 404:
            raise EngineFailed(f"The engine does not give up {graph}: {_reason(reply)}")

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """What *graph* holds, as it comes; raises :class:`EngineFailed`."""
        request = self._request("GET", graph, {"Accept": f"{N_TRIPLES}, text/plain;q=0.9"})
        with _told(), contextlib.ExitStack() as opened:
            response = opened.enter_context(self._opened(request))
            if response.status == 401:
                reply = Reply(401, response.headers, b"")
                request = self.remote.line.signed(request, reply) or request
                opened.close()
                response = opened.enter_context(self._opened(request))
            if response.status == 404:
                return
            if response.status != 200:
                raise EngineFailed(
                    f"The engine does not show {graph}: it answered {response.status}"
                )
            if response.headers.get_content_type() not in (N_TRIPLES, "text/plain"):
                raise EngineFailed(f"The engine does not show {graph} in N-Triples.")
            for quad in ox.parse(response, format=ox.RdfFormat.N_TRIPLES):
                yield quad.triple
            if response.read(1) or response.length:
                raise BrokenOff

    def _opened(
        self, request: Request
    ) -> contextlib.AbstractContextManager[http.client.HTTPResponse]:
        deadline = time.monotonic() + CHUNK_SECONDS
        service = self.remote.line.service
        return outgoing.opened(service, request, deadline=deadline, most=_MOST, idle=CHUNK_SECONDS)

    def _send(self, method: str, graph: str, body: bytes = b"") -> Reply:
        headers = {"Content-Type": N_TRIPLES} if body else {}
        request = self._request(method, graph, headers, body)
        return self.remote.line.exchange(request, seconds=CHUNK_SECONDS, most=10_000_000)

    def _request(
        self, method: str, graph: str, headers: dict[str, str], body: bytes = b""
    ) -> Request:
        target = self.dialect.graph_target(self.places[0], graph)
        return Request(target, body, method, headers)


def _same_machine(remote: RemoteEngine, place: str) -> None:
    """Raise :class:`EngineFailed` for a store elsewhere: the engine is the only one asked."""
    try:
        store = endpoint(place)
    except ValueError as error:
        raise EngineFailed(f"{error}: not the address of a store.") from None
    engine = remote.line.service.endpoint
    if (store.scheme, store.host, store.port) != (engine.scheme, engine.host, engine.port):
        raise EngineFailed(f"{place}: not on the machine of the engine.")


def _written(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _reason(reply: Reply) -> str:
    if reply.status == 401:
        return (
            "it asks for a name and a password (401): set FOEDUS_ENGINE_USER and "
            "FOEDUS_ENGINE_PASSWORD, or FOEDUS_ENGINE_CREDENTIALS"
        )
    text = " ".join(reply.body[:600].decode("utf-8", "replace").split())[:300]
    plain = reply.media_type == "text/plain" and text.isprintable()
    return f"it answered {reply.status}" + (f", {text}" if plain else "")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What goes wrong while a graph is read, in the words of an engine that failed."""
    begun = time.monotonic()
    try:
        yield
    except TimeoutError:
        raise EngineFailed(f"The engine sent nothing for {CHUNK_SECONDS:g} s.") from None
    except (BrokenOff, TooMuch, http.client.HTTPException):
        raise EngineFailed("The engine broke off in the middle of a graph.") from None
    except (SyntaxError, ValueError) as error:
        raise EngineFailed(f"The engine shows a graph that cannot be read: {error}") from None
    except (OSError, ServiceFailed):
        seconds = time.monotonic() - begun
        raise EngineUnreachable(
            f"The connection to the engine was lost after {seconds:.0f} s."
        ) from None
