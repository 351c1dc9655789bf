"""``Server-Timing`` (W3C Server Timing): where the milliseconds of an answer went.

The parts are those of :mod:`foedus.engine.timing`; one that did not take place (nothing is
evaluated for a 304) is not named. ``total`` is all of the request until its headers are sent.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Flask, Response, g, request

from foedus.engine import timing


def install(app: Flask) -> None:
    """Time the requests of *app* that ask the engine on behalf of a stranger."""

    @app.before_request
    def begin() -> None:
        g.timing = timing.collect()
        g.timed = g.timing.__enter__()
        g.begun = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        if request.blueprint == "protocol" and g.get("timed"):
            total = time.perf_counter() - g.begun
            response.headers["Server-Timing"] = header({**g.timed, "total": total})
        return response

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        collecting = g.pop("timing", None)
        if collecting is not None:
            collecting.__exit__(None, None, None)


def header(seconds: Mapping[str, float]) -> str:
    """The value of Server-Timing: durations in milliseconds."""
    names = [name for name in (*timing.PARTS, "total") if name in seconds]
    return ", ".join(f"{name};dur={seconds[name] * 1000:.3f}" for name in names)
