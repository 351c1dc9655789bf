"""Any SPARQL 1.1 endpoint, by its address.

Queries go by POST as a form (SPARQL 1.1 Protocol, section 2.1.2) to exactly the address given:
a redirect is an error. ``?at`` is substituted here, so that the same questions run on every engine.
"""

from __future__ import annotations

import datetime
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPMessage
from typing import IO

import pyoxigraph as ox

from foedus.engine.answers import Answer, Dataset, Solutions, Triples
from foedus.engine.errors import EngineFailed, LimitReached, QueryRefused, QuerySyntaxError
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.serialize import (
    GRAPH_FORMATS,
    JSON,
    N_TRIPLES,
    TURTLE,
    distinct,
    parse_results,
    serialize,
)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


class RemoteEngine:
    """A SPARQL 1.1 endpoint at *url* (``http`` or ``https``)."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise EngineFailed(f"{url}: not the address of an endpoint (http://… or https://…).")
        self.url = url
        self.limits = limits or Limits()
        self._opener = urllib.request.build_opener(_NoRedirect)

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
        return self._ask(checked)

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        """The whole serialised answer: the endpoint's words, our formats."""
        document = serialize(self._ask(checked), media_type)
        if len(document) > self.limits.result_bytes:
            raise self._too_large()
        return document

    def open(self, checked: CheckedQuery, media_type: str, whole: int) -> bytes:
        """The same: what comes from elsewhere is only passed on when its end has been seen."""
        return self.evaluate(checked, media_type)

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(self, checked: CheckedQuery) -> Answer:
        graph = checked.form in ("CONSTRUCT", "DESCRIBE")
        fields = [("query", checked.text)]
        for iri in checked.dataset.default_graphs if checked.dataset else ():
            if not iri.startswith(("http://", "https://", "urn:")):
                raise QueryRefused("graph", "A graph is named by an http, https or urn IRI.")
            fields.append(("default-graph-uri", iri))
        for iri in checked.dataset.named_graphs if checked.dataset else ():
            if not iri.startswith(("http://", "https://", "urn:")):
                raise QueryRefused("graph", "A graph is named by an http, https or urn IRI.")
            fields.append(("named-graph-uri", iri))
        request = urllib.request.Request(
            self.url,
            data=urllib.parse.urlencode(fields).encode(),
            headers={
                "Accept": f"{N_TRIPLES}, {TURTLE};q=0.9" if graph else JSON,
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "foedus",
            },
        )
        body, media_type = self._send(request, checked.text)
        try:
            if graph:
                rdf = GRAPH_FORMATS.get(media_type) or ox.RdfFormat.from_media_type(media_type)
                if rdf is None:
                    raise ValueError(f"it sent {media_type or 'nothing known'}")
                return Triples(list(distinct(quad.triple for quad in ox.parse(body, format=rdf))))
            answer = parse_results(body)
        except (ValueError, SyntaxError) as error:
            raise EngineFailed(f"{self.url} sent no answer that can be read: {error}") from None
        if isinstance(answer, Solutions) and len(answer.rows) > self.limits.result_rows:
            raise LimitReached(
                "result_rows",
                f"The result has more rows than the limit result_rows, "
                f"{self.limits.result_rows:,}.",
            )
        return answer

    def _send(self, request: urllib.request.Request, text: str) -> tuple[bytes, str]:
        try:
            with self._opener.open(request, timeout=self.limits.query_seconds) as response:
                body = response.read(self.limits.result_bytes + 1)
                media_type = response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(2000).decode("utf-8", "replace").strip()
            if error.code == 400:
                raise QuerySyntaxError(
                    f"the endpoint refused the query: {said}", text=text
                ) from None
            raise EngineFailed(f"{self.url} answered {error.code}: {said[:300]}") from None
        except TimeoutError:
            raise LimitReached(
                "query_seconds",
                f"{self.url} took longer than the limit query_seconds, "
                f"{self.limits.query_seconds:g} s.",
            ) from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise EngineFailed(f"{self.url} cannot be asked: {reason}") from None
        if len(body) > self.limits.result_bytes:
            raise self._too_large()
        return body, media_type

    def _too_large(self) -> LimitReached:
        return LimitReached(
            "result_bytes",
            "The result is larger than the limit result_bytes, "
            f"{self.limits.result_bytes:,} bytes.",
        )
