"""What ``foedus review`` does, without the command line: a text on the desk, keys or the page."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from waitress import create_server

from foedus.assist import interchange
from foedus.assist.index import Index, index_of
from foedus.assist.model import Document, Extraction
from foedus.assist.reading import document_of, read_file
from foedus.assist.review.desk import Desk
from foedus.assist.review.journal import SUFFIX
from foedus.assist.review.terminal import Console, review
from foedus.assist.run import extract_document
from foedus.assist.second.asking import Reader
from foedus.assist.second.reading import read_again
from foedus.check.result import StageResult
from foedus.content.files import read_utf8
from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.texts import Texts
from foedus.findings import CannotRun, Finding
from foedus.release import Progress, check, default_out
from foedus.web.review.app import LONGEST, Pasted, Room, create_review
from foedus.web.review.guard import KEY
from foedus.web.serving import free_port

#: The page is for this machine alone; no option changes that.
HOST = "127.0.0.1"


class Workshop:
    """Lays texts on the desk over one content, which it reads once.

    ``reader`` is asked for what the patterns did not find; ``None``: nobody is asked.
    """

    def __init__(
        self, content: Content, texts: Texts, today: datetime.date, reader: Reader | None = None
    ) -> None:
        self.content, self.texts, self.today, self.reader = content, texts, today, reader
        self._index: Index | None = None

    def of_file(self, path: Path, source: str | None = None, journal: Path | None = None) -> Desk:
        """The desk for an article, or for what ``foedus extract --format json`` wrote of one.

        The journal lies beside the file unless it is named. Raises :class:`CannotRun` for a file
        that cannot be read or is no text.
        """
        if path.suffix == ".json":
            extraction = interchange.from_json(read_utf8(path), str(path))
        else:
            extraction = self._extracted(read_file(path), source)
        return self._desk(extraction, source, journal or path.with_name(path.name + SUFFIX))

    def of_paste(self, pasted: Pasted) -> Desk:
        """The desk for a text that was pasted into the page.

        Its journal lies where the releases are (FOEDUS_HOME), by the digest of the text: the same
        text pasted again goes on where it was left.
        """
        if not pasted.text.strip():
            raise CannotRun("There is no text. Paste the article into the field.")
        document = document_of(pasted.text.encode(), "the pasted text")
        document = replace(document, title=pasted.title or document.title)
        source = pasted.source or slugged(document.title or "")
        extraction = self._extracted(document, source or None)
        folder = default_out() / "reviews"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CannotRun(
                f"{folder}: decisions cannot be kept there ({error.strerror}). Name another folder "
                "with FOEDUS_HOME."
            ) from None
        return self._desk(
            extraction, source or None, folder / f"{extraction.document.digest[:16]}{SUFFIX}"
        )

    @property
    def index(self) -> Index:
        """What the content knows."""
        if self._index is None:
            self._index = index_of(self.content, self.texts)
        return self._index

    def _extracted(self, document: Document, source: str | None) -> Extraction:
        extraction = extract_document(document, self.index, source)
        if self.reader is None:
            return extraction
        return read_again(extraction, self.index, self.content, self.reader)

    def _desk(self, extraction: Extraction, source: str | None, journal: Path) -> Desk:
        if source:
            extraction = replace(extraction, source=f"{BASE}id/source/{source}")
        return Desk(self.content, extraction, journal, texts=self.texts, today=self.today)


def slugged(title: str) -> str:
    """A title as the short name of a source: small Latin letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")


def ask(
    workshop: Workshop, path: Path, source: str | None, journal: Path | None, to: Console
) -> None:
    """Review the article in the terminal."""
    review(workshop.of_file(path, source, journal), to)


def open_page(
    workshop: Workshop,
    path: Path | None,
    source: str | None,
    journal: Path | None,
    port: int,
    ready: Callable[[str], None],
    tell: Progress,
) -> None:
    """Serve the page on loopback until interrupted; *ready* is told the address with its key."""
    port = free_port(HOST, port)

    def gate() -> tuple[list[str], list[Finding]]:
        found = check(workshop.content, texts=Texts(workshop.texts.folder), tell=tell)
        return [_said(stage) for stage in found.stages], list(found.findings)

    desk = workshop.of_file(path, source, journal) if path else None
    app, guard = create_review(Room(workshop.of_paste, gate, desk))
    server = create_server(
        app, host=HOST, port=port, threads=4, ident=None, max_request_body_size=LONGEST
    )
    ready(f"http://{HOST}:{server.effective_port}/?{KEY}={guard.key}")
    try:
        server.run()
    finally:
        server.close()


def _said(stage: StageResult) -> str:
    if stage.could_not_run:
        return f"{stage.name}: could not run: {stage.could_not_run}"
    looked = ", ".join(f"{number:,} {what}" for what, number in stage.checked.items() if number)
    return "; ".join([f"{stage.name}: {looked or 'nothing'}", *stage.skipped])
