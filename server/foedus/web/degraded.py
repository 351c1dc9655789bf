"""Pages while the engine behind them is gone: what was made before, and what needs no engine.

Only over an engine elsewhere (``--engine``). A page that was made is kept, within ``cache_bytes``;
when the engine cannot be asked, it is shown again, saying so. It is as right as it was: a release
does not change, and another release has an application of its own. What was never made is a
problem with its status; data for programs is never shown from here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import Flask, Response, render_template, request

from foedus.engine.errors import EngineFailed
from foedus.engine.line import Line
from foedus.web import problems
from foedus.web.settings import Settings
from foedus.web.urls import Urls

_HTML = "text/html"
#: Where the pages' template begins what is their own.
_BEGIN = b'<main id="content">\n'
#: Not kept: answers to what strangers ask, and what tells how things are now.
_NOT_KEPT = ("protocol.", "querying.", "explaining.")
_Key = tuple[str, str, str]


class KeptPages:
    """The pages used last, within *size* bytes. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size, self._bytes = size, 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[_Key, bytes] = OrderedDict()

    def keep(self, key: _Key, page: bytes) -> None:
        """Keep a page in the place of an older one."""
        if len(page) > self._size // 10:
            return
        with self._lock:
            self._bytes += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._bytes > self._size:
                self._bytes -= len(self._pages.popitem(last=False)[1])

    def find(self, key: _Key) -> bytes | None:
        """The page that was kept, if one was."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)


def install(app: Flask, line: Line, urls: Urls, settings: Settings) -> None:
    """Have *app* show what it can while *line* is down, and say that it is."""
    kept = KeptPages(settings.cache_bytes)

    @app.context_processor
    def trouble() -> dict[str, str]:
        return {"engine_trouble": line.trouble}

    @app.after_request
    def keep(response: Response) -> Response:
        whole = response.status_code == 200 and response.mimetype == _HTML
        if whole and not line.trouble and _is_page() and not response.is_streamed:
            kept.keep(_key(), response.get_data())
        return response

    @app.errorhandler(EngineFailed)
    def failed(error: EngineFailed) -> Response:
        page = kept.find(_key()) if _is_page() and not response_is_for_programs() else None
        if page is None:
            return problems.respond(problems.of_query(error), urls)
        told = render_template("engine_trouble.html", engine_trouble=str(error)).encode()
        response = Response(
            page.replace(_BEGIN, _BEGIN + told, 1), content_type=f"{_HTML}; charset=utf-8"
        )
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Accept")
        response.vary.add("Accept-Language")
        return response

    def response_is_for_programs() -> bool:
        return not (request.path.endswith(".html") or _HTML in request.headers.get("Accept", ""))


def _is_page() -> bool:
    endpoint = request.endpoint or ""
    return request.method in ("GET", "HEAD") and not endpoint.startswith(_NOT_KEPT)


def _key() -> _Key:
    language = request.headers.get("Accept-Language", "")
    return request.method, request.full_path, language
