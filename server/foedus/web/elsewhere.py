"""An engine elsewhere: reached, published into, watched, and served from."""

from __future__ import annotations

import os
from pathlib import Path

from foedus.engine.credentials import Credentials
from foedus.engine.dialects import DIALECTS
from foedus.engine.limits import Limits
from foedus.engine.remote import RemoteEngine
from foedus.findings import CannotRun
from foedus.publish import Published, publish
from foedus.release import Progress, Release


def reach(url: str, dialect: str | None = None, limits: Limits | None = None) -> RemoteEngine:
    """The engine at *url*, with the credentials of the environment.

    Raises :class:`CannotRun` for credentials or a dialect that are none.
    """
    if dialect and dialect not in DIALECTS:
        raise CannotRun(f"--dialect {dialect}: expected {', '.join(DIALECTS)}.")
    try:
        credentials = Credentials.of(os.environ)
    except ValueError as error:
        raise CannotRun(str(error)) from None
    known = DIALECTS[dialect] if dialect else None
    return RemoteEngine(url, limits, dialect=known, credentials=credentials)


def send(
    remote: RemoteEngine, out: Path | None, *, store: str | None, loaded: bool, tell: Progress
) -> Published:
    """Publish the current release of *out*."""
    return publish(Release.open(out), remote, store=store, loaded=loaded, tell=tell)
