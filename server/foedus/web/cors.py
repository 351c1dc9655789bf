"""Anybody's page may ask (the Fetch standard, section 3.2, "CORS protocol").

There are no cookies and nothing secret, so every origin is answered alike. A method such as QUERY
and any header a program cares to set need a preflight; it is answered on every address.
"""

from __future__ import annotations

import re

from flask import Flask, Response, request

#: What a page may read of an answer.
EXPOSED = (
    "Accept-Post, Accept-Query, Allow, Content-Encoding, Content-Location, ETag, Foedus-Hint, "
    "Link, Location, Retry-After, Server-Timing, Vary"
)
_HEADERS = ("Accept", "Accept-Language", "Content-Type", "If-None-Match")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}\Z")


def install(app: Flask) -> None:
    """Let pages of every origin read the answers of *app*."""

    @app.after_request
    def allow(response: Response) -> Response:
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = EXPOSED
        headers["Timing-Allow-Origin"] = "*"
        if response.status_code == 204:
            headers.pop("Content-Type", None)
        if request.method == "OPTIONS" and response.status_code < 400:
            headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
            headers["Access-Control-Allow-Headers"] = ", ".join(_allowed())
            headers["Access-Control-Max-Age"] = "86400"
            response.vary.add("Access-Control-Request-Headers")
        return response


def _allowed() -> list[str]:
    """The usual headers, and those asked for that are names of headers at all."""
    asked = request.headers.get("Access-Control-Request-Headers", "").split(",")[:40]
    known = {name.lower() for name in _HEADERS}
    names = [name.strip() for name in asked]
    return [*_HEADERS, *(n for n in names if _NAME.match(n) and n.lower() not in known)]
