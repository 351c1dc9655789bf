"""Grounding as part of the evidence stage: findings for slots that no words and no reviewer hold.

A finding stands at the value of the slot in the file of the source, and says which characters of
the text were looked at. The texts are not ours to print: it gives offsets.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from foedus.check.grounding.acceptances import Acceptance, acceptances
from foedus.check.grounding.claim import Claim, claim_of, claims_of
from foedus.check.grounding.ground import ground
from foedus.check.grounding.lexicon import lexicon_of
from foedus.check.grounding.names import Names, named_by
from foedus.check.grounding.reader import Ground, Reader
from foedus.check.inputs import Inputs
from foedus.check.places import Place, spoken
from foedus.content.names import BASE, shorten, slug
from foedus.findings import Finding
from foedus.graph.facts import KINDS

#: What was found for one statement: how many slots are tied, those that are not (slot, value,
#: reason), and where else the text was looked at.
_Found = tuple[int, list[tuple[str, str, str]], list[tuple[int, int]]]


class Grounding:
    """The statements of one content against their texts, source by source."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._lexicon = lexicon_of(inputs.content)
        self._accepted = acceptances(inputs.reading.store)
        self.counted: Counter[str] = Counter()

    @cached_property
    def _names(self) -> Names:
        return Names(self._inputs.reading.store, self._lexicon)

    @cached_property
    def _words(self) -> bytes:
        """A digest of all by which a text is read: the table of words, names, labels, authors."""
        return hashlib.blake2b(
            "\n".join([repr(self._lexicon.table), *named_by(self._inputs.reading.store)]).encode()
        ).digest()

    def check(self, source: str, text: str) -> Iterator[Finding]:
        """What is wrong with the statements of *source*, whose text is *text*.

        A statement is read anew when it, its text, or the words by which texts are read changed.
        """
        inputs, kept = self._inputs, self._inputs.content.kept
        graph = f"{BASE}graph/source/{slug(source)}"
        if graph not in inputs.reading.source_graphs:
            return
        store = inputs.reading.store
        reader = cache(lambda: Reader(store, self._names, source, text, kept, self._words))
        words = hashlib.blake2b(self._words + text.encode("utf-8")).digest()
        for claim in self._claims(graph):
            if all(0 <= a < b <= len(text) for a, b in claim.passages):
                depends_on = (words, repr(claim))
                found = kept.memo(
                    "statements grounded",
                    depends_on,
                    lambda claim=claim: _read(reader(), claim),  # type: ignore[misc]
                )
                yield from self._claim(text, claim, found)

    def _claims(self, graph: str) -> list[Claim]:
        content, store = self._inputs.content, self._inputs.reading.store
        files = [content.root / f.path for f in self._inputs.reading.files if f.graph == graph]
        found = content.kept.of_files(
            "claims of files",
            files,
            lambda: [claim.plain() for claim in claims_of(store, graph, frozenset(KINDS))],
        )
        return [claim_of(values) for values in found]

    def orphans(self) -> Iterator[Finding]:
        """Acceptances of statements that are not there (any more)."""
        known = {statement.value for statement, _ in self._inputs.statements}
        for statement, found in sorted(self._accepted.items()):
            for acceptance in found if statement not in known else ():
                yield Finding(
                    "acceptance-outdated",
                    f"{shorten(acceptance.iri)} accepts {spoken(statement)}, which is not there",
                    **self._inputs.places.block(acceptance.iri),
                    focus=acceptance.iri,
                    path="f:accepts",
                    value=statement,
                    remedy="Take the acceptance away.",
                )

    def _claim(self, text: str, claim: Claim, found: _Found) -> Iterator[Finding]:
        tied, untied, around = found
        self.counted["slots tied to characters"] += tied
        own = self._accepted.get(claim.iri, ())
        if not untied and not own:
            return
        digests = claim.digest, claim.passage_digest(text)
        accepted: set[str] = set()
        for acceptance in own:
            if (acceptance.statement_digest, acceptance.passages_digest) == digests:
                accepted |= acceptance.slots
            else:
                yield _outdated(self._inputs, acceptance, digests)
        for slot, value, reason in untied:
            if slot in accepted:
                self.counted["slots accepted by a reviewer"] += 1
            else:
                ground = Ground(slot, value, reason=reason)
                yield _untied(self._inputs, around, claim, ground, digests)


def _read(reader: Reader, claim: Claim) -> _Found:
    found = ground(reader, claim)
    untied = [(g.slot, g.value, g.reason) for g in found if g.reason is not None]
    return len(found) - len(untied), untied, reader.before(claim.passages) if untied else []


def _outdated(inputs: Inputs, acceptance: Acceptance, digests: tuple[str, str]) -> Finding:
    changed = [
        name
        for name, was, now in (
            ("f:statementDigest", acceptance.statement_digest, digests[0]),
            ("f:passagesDigest", acceptance.passages_digest, digests[1]),
        )
        if was != now
    ]
    what = {
        "f:statementDigest": "the statement says something else now",
        "f:passagesDigest": "its passages are others now",
    }
    return Finding(
        "acceptance-outdated",
        f"{spoken(acceptance.statement)} was accepted, but "
        + " and ".join(what[c] for c in changed),
        **inputs.places.block(acceptance.iri),
        focus=acceptance.iri,
        path=changed[0],
        value=acceptance.statement_digest if len(changed) > 1 else None,
        remedy="Read the passage again; then write "
        f'f:statementDigest "{digests[0]}" and f:passagesDigest "{digests[1]}", with the day, or '
        "take the acceptance away.",
    )


def _untied(
    inputs: Inputs,
    before: list[tuple[int, int]],
    claim: Claim,
    found: Ground,
    digests: tuple[str, str],
) -> Finding:
    looked = ", ".join(f"{a}–{b}" for a, b in claim.passages)
    around = ", ".join(f"{a}–{b}" for a, b in before)
    return Finding(
        "slot-ungrounded",
        f"{spoken(claim.iri)}: f:{found.slot} {shorten(found.value)}: {found.reason} "
        f"(looked at {looked} of the text, and around it at {around})",
        **place_of_slot(inputs, claim, found),
        focus=claim.iri,
        path=f"f:{found.slot}",
        value=found.value,
        remedy="Correct the slot or the passage; teach ontology/lexicon.toml or the catalogue the "
        "word; or, when the passage does say so, record it in data/curation/acceptances.ttl: "
        f'f:acceptedSlot "{found.slot}", f:statementDigest "{digests[0]}", '
        f'f:passagesDigest "{digests[1]}".',
    )


def place_of_slot(inputs: Inputs, claim: Claim, found: Ground) -> Place:
    """Where the value of a slot stands in the file of its source."""
    block: Mapping[str, object] = inputs.places.block(claim.iri)
    if "file" not in block:
        return {}
    path = inputs.content.root / Path(str(block["file"]))
    return inputs.places.term(path, found.value, claim.iri)


__all__ = ["Grounding", "place_of_slot"]
