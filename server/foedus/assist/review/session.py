"""Where a review stands: what is decided, what is kept, what comes next."""

from __future__ import annotations

from foedus.assist.model import Candidate, Extraction
from foedus.assist.review.journal import Decision, Journal, Kept, Verdict


class Session:
    """One text, its candidates in the order of the text, and the journal of decisions."""

    def __init__(self, extraction: Extraction, journal: Journal) -> None:
        self.extraction = extraction
        self.document = extraction.document
        self.journal = journal
        known = {candidate.key for candidate in extraction.candidates}
        # What was kept from candidates that are no longer found is still there to be undone.
        former = {
            d.key: d.kept.candidate
            for d in journal.decisions
            if d.kept is not None and d.key not in known
        }
        self.candidates = tuple(
            sorted(
                (*extraction.candidates, *former.values()),
                key=_place,
            )
        )

    def candidate(self, key: str) -> Candidate:
        """The candidate of this key, as it was found; raises :class:`KeyError`."""
        for candidate in self.candidates:
            if candidate.key == key:
                return candidate
        raise KeyError(key)

    @property
    def decided(self) -> dict[str, Decision]:
        """The decision that holds for each candidate, in the order in which they were made."""
        holds: dict[str, Decision] = {}
        for decision in self.journal.decisions:
            holds.pop(decision.key, None)
            if decision.verdict is not Verdict.UNDONE:
                holds[decision.key] = decision
        return holds

    @property
    def pending(self) -> list[Candidate]:
        """The candidates that nobody has decided, in the order of the text."""
        decided = self.decided
        return [c for c in self.candidates if c.key not in decided]

    @property
    def kept(self) -> list[Kept]:
        """What goes into the content, in the order of the text."""
        found = [d.kept for d in self.decided.values() if d.kept is not None]
        return sorted(found, key=lambda kept: _place(kept.candidate))

    def accept(self, kept: Kept) -> Decision:
        """Keep a candidate, as found or edited; raises :class:`KeyError` for no candidate."""
        found = self.candidate(kept.candidate.key)
        verdict = Verdict.ACCEPTED if kept.candidate == found else Verdict.EDITED
        return self._decide(Decision(found.key, verdict, kept))

    def reject(self, key: str) -> Decision:
        """Keep nothing of a candidate; raises :class:`KeyError` for no candidate."""
        return self._decide(Decision(self.candidate(key).key, Verdict.REJECTED))

    def undo(self, key: str | None = None) -> Decision | None:
        """Take back the last decision, or that about *key*; ``None`` when there is none."""
        decided = self.decided
        if not decided:
            return None
        last = key if key is not None else next(reversed(decided))
        if last not in decided:
            return None
        return self._decide(Decision(last, Verdict.UNDONE))

    def _decide(self, decision: Decision) -> Decision:
        self.journal.append(decision)
        return decision


def _place(candidate: Candidate) -> tuple[int, int, str, str]:
    return (candidate.passage.start, candidate.passage.end, candidate.kind, candidate.key)
