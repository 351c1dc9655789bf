"""Behind a proxy under a path prefix, whether the proxy takes the prefix away or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from foedus.web.observe import Environ, WsgiApp


def mounted(inner: WsgiApp, prefix: str) -> WsgiApp:
    """*inner* below *prefix*, the path of the public address (PEP 3333: SCRIPT_NAME).

    A path without the prefix is answered as well: then the proxy has taken it away.
    """
    if not prefix:
        return inner

    def below(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return inner(environ, start_response)

    return below
