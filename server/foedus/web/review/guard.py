"""Who may use the review page: a browser on this machine that was given the address with its key.

Three doors, each enough against another kind of visitor. The peer and ``Host`` must be loopback
(a name that is pointed at 127.0.0.1 by somebody else, DNS rebinding, is not). The key, drawn when
the page is started, comes once in the address and then as a cookie that no other site can send
along (``SameSite=Strict``). Whatever changes something carries a token of the form, too, and must
not come from another origin (``Origin``, ``Sec-Fetch-Site``).
"""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from foedus.web.policy import POLICY

COOKIE = "foedus-review"
KEY = "key"
_OURS = ("same-origin", "none")


def is_local(host: str) -> bool:
    """Whether *host*, the value of Host with or without a port, names loopback itself."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """The doors of one review; ``key`` goes into the address, ``token`` into the forms."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self.token = secrets.token_urlsafe(24)

    def install(self, app: Flask) -> None:
        """Close the doors of *app*."""
        app.before_request(self._before)
        app.after_request(self._after)
        app.context_processor(lambda: {"token": self.token})

    def _before(self) -> AnyResponse | None:
        try:
            near = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            near = False
        if not near or not is_local(request.host):
            abort(403, "The review answers this machine only, under its own name (127.0.0.1).")
        given = request.args.get(KEY, "")
        if request.method == "GET" and _equal(given, self.key):
            answer = redirect(request.path)
            answer.set_cookie(COOKIE, self.key, httponly=True, samesite="Strict")
            return answer
        if not _equal(request.cookies.get(COOKIE, ""), self.key):
            abort(403, "Open the address that `foedus review` printed: it carries the key.")
        if request.method not in ("GET", "HEAD"):
            self._own_form()
        g.review = True
        return None

    def _own_form(self) -> None:
        origin = request.headers.get("Origin")
        foreign = request.headers.get("Sec-Fetch-Site", "none") not in _OURS
        if foreign or (origin and urlsplit(origin).netloc != request.host):
            abort(403, "This form was sent by another site.")
        if not _equal(request.form.get("token", ""), self.token):
            abort(403, "This form is not of this review, or of one that was started before.")

    def _after(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # No stricter: without a referrer a browser hides the origin of our own forms, too.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


def _equal(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode(), expected.encode())
