"""The routes of the review page: paste a text, decide candidate by candidate, check, undo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from foedus.assist.model import Candidate
from foedus.assist.review.desk import Desk
from foedus.assist.review.journal import Verdict
from foedus.content.names import shorten
from foedus.findings import CannotRun, ContentError, Finding, Severity
from foedus.web.review.guard import Guard
from foedus.web.review.marking import stretches

#: A pasted text may be so long, in bytes of the form.
LONGEST = 8_000_000


@dataclass(frozen=True, slots=True)
class Pasted:
    """What came out of the form for a new text."""

    text: str
    title: str
    source: str


@dataclass(slots=True)
class Room:
    """What the page works with.

    ``lay`` makes a desk of a pasted text; ``check`` runs the gate over the content and returns its
    findings and a line for each stage; ``desk`` is ``None`` until there is a text.
    """

    lay: Callable[[Pasted], Desk]
    check: Callable[[], tuple[list[str], list[Finding]]]
    desk: Desk | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def create_review(room: Room) -> tuple[Flask, Guard]:
    """The application, and the guard whose key belongs into its address."""
    app = Flask("foedus.web", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["short"] = shorten
    guard = Guard()
    guard.install(app)

    @contextmanager
    def at_the_desk() -> Iterator[Desk]:
        with room.lock:
            if room.desk is None:
                abort(404, "There is no text on the desk: paste one first.")
            yield room.desk

    @app.get("/")
    def home() -> Any:
        if room.desk is None:
            return render_template("review/paste.html")
        with at_the_desk() as desk:
            waiting = desk.session.pending or list(desk.session.candidates)
            return _page(desk, waiting[0] if waiting else None)

    @app.post("/text")
    def paste() -> Any:
        pasted = Pasted(
            request.form.get("text", "").replace("\r\n", "\n"),
            request.form.get("title", "").strip(),
            request.form.get("source", "").strip(),
        )
        try:
            with room.lock:
                room.desk = room.lay(pasted)
        except (CannotRun, ContentError) as error:
            return render_template("review/paste.html", pasted=pasted, problem=str(error)), 422
        return redirect(url_for("home"), 303)

    @app.get("/candidate/<key>")
    def candidate(key: str) -> Any:
        with at_the_desk() as desk:
            return _page(desk, _of(desk, key))

    @app.post("/candidate/<key>")
    def decide(key: str) -> Any:
        with at_the_desk() as desk:
            found = _of(desk, key)
            block = request.form.get("block", "").replace("\r\n", "\n")
            try:
                _decided(desk, found, request.form.get("verdict", ""), block)
            except ContentError as error:
                return _page(desk, found, block=block, refused=error.findings[0]), 422
            except CannotRun as error:
                return _page(desk, found, block=block, problem=str(error)), 503
            return _next(desk, found)

    @app.post("/undo")
    def undo() -> Any:
        with at_the_desk() as desk:
            undone = desk.undo()
            if undone is None:
                return redirect(url_for("home"), 303)
            return redirect(url_for("candidate", key=undone.key), 303)

    @app.post("/check")
    def check() -> Any:
        with at_the_desk() as desk:
            try:
                stages, findings = room.check()
            except CannotRun as error:
                return _page(desk, None, problem=str(error)), 503
            told = [f for f in findings if f.severity is Severity.INFO]
            wrong = [f for f in findings if f.severity is not Severity.INFO]
            return render_template(
                "review/checked.html", desk=desk, stages=stages, findings=wrong, told=told
            )

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        text = render_template("review/refused.html", error=error)
        return text, error.code or 500

    return app, guard


def _of(desk: Desk, key: str) -> Candidate:
    try:
        return desk.session.candidate(key)
    except KeyError:
        abort(404, "There is no such candidate in this text.")


def _decided(desk: Desk, found: Candidate, verdict: str, block: str) -> None:
    match verdict:
        case "accept":
            desk.accept(found.key, block or None)
        case "reject":
            desk.reject(found.key)
        case "undo":
            desk.undo(found.key)
        case _:
            abort(400, "A decision is accept, reject or undo.")


def _next(desk: Desk, found: Candidate) -> Response:
    """On to the next undecided candidate behind this one, or the first of those left."""
    pending = desk.session.pending
    place = (found.passage.start, found.passage.end, found.kind, found.key)
    behind = [c for c in pending if (c.passage.start, c.passage.end, c.kind, c.key) > place]
    follow = (behind or pending or [found])[0]
    return redirect(url_for("candidate", key=follow.key), 303)


def _page(
    desk: Desk,
    found: Candidate | None,
    *,
    block: str | None = None,
    refused: Finding | None = None,
    problem: str = "",
) -> str:
    candidates = list(desk.session.candidates)
    decided = desk.session.decided
    at = candidates.index(found) if found in candidates else -1
    return render_template(
        "review/desk.html",
        desk=desk,
        found=found,
        candidates=candidates,
        decided={key: decision.verdict.value for key, decision in decided.items()},
        counts={v.value: sum(d.verdict is v for d in decided.values()) for v in Verdict},
        before=candidates[at - 1] if at > 0 else None,
        after=candidates[at + 1] if 0 <= at < len(candidates) - 1 else None,
        stretches=stretches(desk.document.text, candidates),
        block=block if block is not None else (desk.block(found.key) if found else ""),
        refused=refused,
        problem=problem,
    )
