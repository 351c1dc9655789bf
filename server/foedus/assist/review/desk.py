"""One text on the desk: its candidates, the decisions about them, and the content they change."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from foedus.assist.model import Candidate, Document, Extraction
from foedus.assist.review import blocks, writing
from foedus.assist.review.blocks import Vocabulary
from foedus.assist.review.journal import Decision, Journal, Kept, Thing
from foedus.assist.review.session import Session
from foedus.content.locate import Content
from foedus.content.names import BASE, shorten, slug
from foedus.content.read import Reading, read_content
from foedus.content.texts import Texts
from foedus.findings import CannotRun

_PREFERRED = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_TEXT_DIGEST = ox.NamedNode(BASE + "ontology#textDigest")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class Desk:
    """A review of one extraction over one content.

    Every decision is written to the journal first, then into the files of the content. Raises
    :class:`CannotRun` when the text is one that the content has from another hand, when the journal
    is of another text, or when nothing can be written where the content is.
    """

    def __init__(
        self,
        content: Content,
        extraction: Extraction,
        journal: Path,
        *,
        texts: Texts,
        today: datetime.date,
    ) -> None:
        self.content = content
        self.extraction = extraction
        self.texts = texts
        self.session = Session(extraction, Journal(journal, extraction.document.digest))
        self.entry = self._entry(today)
        self._refuse_known()

    @property
    def source(self) -> str:
        """The slug of the source."""
        return self.entry.slug

    @cached_property
    def reading(self) -> Reading:
        """The content as it was when the review was opened."""
        return read_content(self.content)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What an edit may speak of: everything of the content but what this review brought."""
        found = Vocabulary.of(self.reading.store)
        return Vocabulary(found.properties, found.names - self.brought)

    def called(self, iri: str) -> str:
        """What a thing, concept or property is called in English; its short name without one.

        What is no IRI, as the text of a literal, is called what it is.
        """
        if "://" not in iri:
            return iri
        quads = self.reading.store.quads_for_pattern
        for name in (blocks.LABEL, _PREFERRED):
            for quad in quads(ox.NamedNode(iri), name, None, None):
                if isinstance(quad.object, ox.Literal) and quad.object.language == "en":
                    return quad.object.value
        things = {thing.iri: thing.label for thing in self.extraction.things}
        return things.get(iri) or shorten(iri)

    @property
    def brought(self) -> frozenset[str]:
        """Every thing that a decision of this review ever brought into the catalogue."""
        return frozenset(
            thing.iri
            for decision in self.session.journal.decisions
            if decision.kept is not None
            for thing in decision.kept.things
        )

    def offered(self, candidate: Candidate) -> Kept:
        """What accepting *candidate* as it was found keeps: itself and the new things it names."""
        spoken = {slot.value.value for slot in candidate.slots} | {candidate.asserted_by}
        return Kept(
            candidate,
            tuple(
                Thing(
                    t.iri,
                    t.kind,
                    t.label,
                    f"Named in the text of {self.entry.title}.",
                    tuple(sorted(t.other_names)),
                )
                for t in self.extraction.things
                if t.iri in spoken
            ),
        )

    def block(self, key: str) -> str:
        """The Turtle of a candidate as it stands: as decided, or as it would be accepted."""
        decision = self.session.decided.get(key)
        kept = decision.kept if decision and decision.kept else None
        return blocks.written(kept or self.offered(self.session.candidate(key)), self.extraction)

    @property
    def document(self) -> Document:
        """The text and what is known of it."""
        return self.extraction.document

    def accept(self, key: str, block: str | None = None) -> Decision:
        """Keep a candidate, as it is or as its *block* was edited, and write it.

        Raises :class:`KeyError` for no candidate, :class:`ContentError` for a block that does not
        fit (nothing is decided then), :class:`CannotRun` when it cannot be written.
        """
        candidate = self.session.candidate(key)
        if block is None or block.strip() == self.block(key).strip():
            kept = self.offered(candidate)
        else:
            kept = blocks.read(block, candidate, self.extraction, self.vocabulary)
        decision = self.session.accept(kept)
        self.write()
        return decision

    def reject(self, key: str) -> Decision:
        """Keep nothing of a candidate."""
        decision = self.session.reject(key)
        self.write()
        return decision

    def undo(self, key: str | None = None) -> Decision | None:
        """Take back the last decision, or that about *key*."""
        decision = self.session.undo(key)
        if decision is not None:
            self.write()
        return decision

    def write(self) -> None:
        """Make the files of the content what the decisions say."""
        kept = self.session.kept
        changes = writing.files(self.content, self.entry, self.extraction, kept, self.brought)
        if kept and self.texts.text(self.document.digest) is None and self.texts.folder.is_dir():
            # The gate looks into the text; without it, what was kept could not be checked.
            changes[self.texts.folder / f"{self.source}.txt"] = self.document.text
        writing.write(changes)

    def rename(self, **fields: str | None) -> None:
        """Correct what the catalogue says of the source (title, author, publisher, published)."""
        self.entry = replace(self.entry, **fields)  # type: ignore[arg-type]
        if self.session.kept:
            self.write()

    def _entry(self, today: datetime.date) -> writing.Entry:
        document = self.extraction.document
        name = slug(self.extraction.source)
        if not _SLUG.match(name):
            raise CannotRun(
                f"{name}: not the name of a source. Expected small letters, digits and hyphens: "
                "give one with --source."
            )
        return writing.Entry(
            name,
            document.title or name.replace("-", " "),
            today.isoformat(),
            document.author,
            document.publisher,
            document.published,
        )

    def _refuse_known(self) -> None:
        mine = f"{BASE}id/source/{self.source}"
        digest = ox.Literal(self.extraction.document.digest)
        known = {
            str(getattr(quad.subject, "value", ""))
            for quad in self.reading.store.quads_for_pattern(None, _TEXT_DIGEST, digest, None)
        }
        if known - {mine}:
            raise CannotRun(
                f"This text is in the content already: it is {', '.join(sorted(known))}. Read its "
                f"statements in data/statements/{slug(min(known))}.ttl and edit them there."
            )
        statements = self.content.root / "data" / "statements" / f"{self.source}.ttl"
        if statements.exists() and not self.session.journal.decisions:
            raise CannotRun(
                f"{statements} is there and no decision of this review made it. Give the source "
                "another name with --source, or edit that file."
            )
