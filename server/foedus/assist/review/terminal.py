"""A review on the command line: one candidate at a time, one key for each decision."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.assist.model import Candidate
from foedus.assist.review.desk import Desk
from foedus.assist.review.journal import Verdict
from foedus.content.names import shorten
from foedus.findings import ContentError

#: So many characters of the text stand before and behind a passage.
AROUND = 160
KEYS = {
    "a": "accept",
    "e": "edit",
    "r": "reject",
    "s": "skip",
    "u": "undo the last",
    "q": "leave; all is kept",
}


@dataclass(frozen=True, slots=True)
class Console:
    """Where a review speaks: ``say`` writes a line, ``key`` waits for one of the keys given,
    ``edit`` lets somebody change a text (``None``: left as it was)."""

    say: Callable[[str], None]
    key: Callable[[str], str]
    edit: Callable[[str], str | None]


def review(desk: Desk, console: Console) -> None:
    """Ask about every candidate that is not decided; stops at ``q`` or at the end."""
    for notice in desk.extraction.notices:
        console.say(f"{notice.message}{' ' + notice.remedy if notice.remedy else ''}")
    if desk.session.journal.set_aside:
        console.say(f"{desk.session.journal.set_aside} lines of the journal could not be read.")
    skipped: set[str] = set()
    while True:
        waiting = [c for c in desk.session.pending if c.key not in skipped]
        if not waiting:
            break
        console.say(shown(desk, waiting[0]))
        pressed = console.key("".join(KEYS))
        if pressed == "q":
            break
        _decide(desk, console, waiting[0], pressed, skipped)
    console.say(summary(desk))


def _decide(
    desk: Desk, console: Console, candidate: Candidate, pressed: str, skipped: set[str]
) -> None:
    match pressed:
        case "a":
            desk.accept(candidate.key)
        case "e":
            _edit(desk, console, candidate)
        case "r":
            desk.reject(candidate.key)
        case "s":
            skipped.add(candidate.key)
        case "u":
            undone = desk.undo()
            console.say("Taken back." if undone else "There is no decision to take back.")
            skipped.clear()


def _edit(desk: Desk, console: Console, candidate: Candidate) -> None:
    """Edit until it fits or is left: what was typed is offered again, never lost."""
    block = desk.block(candidate.key)
    complaint = ""
    while True:
        edited = console.edit(complaint + block)
        if edited is None:
            return
        block = "".join(
            line for line in edited.splitlines(keepends=True) if not line.startswith("# ! ")
        )
        try:
            desk.accept(candidate.key, block)
            return
        except ContentError as error:
            finding = error.findings[0]
            complaint = f"# ! line {finding.line}: {finding.message}\n# ! {finding.remedy or ''}\n"
            console.say(f"line {finding.line}: {finding.message}\n  {finding.remedy or ''}")


def shown(desk: Desk, candidate: Candidate) -> str:
    """A candidate with its passage between the words around it, and what the graph has of it."""
    text = desk.document.text
    start, end = candidate.passage.start, candidate.passage.end
    before = text[max(0, start - AROUND) : start].split("\n")[-1]
    after = text[end : end + AROUND].split("\n")[0]
    done = len(desk.session.candidates) - len(desk.session.pending)
    lines = [
        "",
        f"── {done + 1} of {len(desk.session.candidates)} · {candidate.kind} · "
        f"{candidate.confidence:.0%} sure · pattern {candidate.pattern}",
        candidate.label,
        "",
        textwrap.fill(f"…{before}⟦{text[start:end]}⟧{after}…", 96),
        "",
        *(f"  {slot.property:>16}  {_value(desk, slot.value)}" for slot in candidate.slots),
        f"  {'said':>16}  {' · '.join(filter(None, _how(candidate)))}",
        f"  {'in the graph':>16}  {candidate.news or 'not compared'}"
        + "".join(f"\n{'':>20}{shorten(iri)}" for iri in candidate.about),
        *(f"  {'new':>16}  {t.kind} {t.label}" for t in desk.offered(candidate).things),
        "",
        "  ".join(f"[{key}] {what}" for key, what in KEYS.items()),
    ]
    return "\n".join(lines)


def summary(desk: Desk) -> str:
    """How many were accepted, edited, rejected and left, and where what was kept stands."""
    verdicts = [d.verdict for d in desk.session.decided.values()]
    counted = ", ".join(
        f"{verdicts.count(verdict)} {verdict.value}"
        for verdict in (Verdict.ACCEPTED, Verdict.EDITED, Verdict.REJECTED)
    )
    where = (
        f" Kept in data/statements/{desk.source}.ttl of {desk.content.root}; run: foedus check"
        if desk.session.kept
        else ""
    )
    return f"{counted}, {len(desk.session.pending)} left.{where}"


def _how(candidate: Candidate) -> tuple[str, ...]:
    return (
        candidate.modality,
        candidate.polarity,
        candidate.tense,
        candidate.certainty,
        f"by {shorten(candidate.asserted_by)}" if candidate.asserted_by else "",
        f"from {shorten(candidate.cited_work)}" if candidate.cited_work else "",
    )


def _value(desk: Desk, value: ox.NamedNode | ox.Literal) -> str:
    if isinstance(value, ox.NamedNode):
        return f"{desk.called(value.value)}  ({shorten(value.value)})"
    return value.value
