"""A small content of its own, an invented text, and candidates that it supports."""

import datetime
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.assist.model import (
    Block,
    Candidate,
    Document,
    Extraction,
    NewThing,
    Passage,
    Slot,
    key_of,
)
from foedus.assist.review.desk import Desk
from foedus.content.locate import ROOMS, Content
from foedus.content.names import BASE
from foedus.content.texts import Texts

TEXT = """Old pacts, told anew

Turkey was a member of the Baghdad Pact in 1956. Its headquarters moved later.
Ada Quill, a minister, said that Portugal never joined the Baghdad Pact.

Share this page
"""
ID, CONCEPT = BASE + "id/", BASE + "concept/"


def passage(words: str) -> Passage:
    start = TEXT.index(words)
    return Passage(start, start + len(words))


def slot(name: str, value: str, words: str, *, text: bool = False) -> Slot:
    term = ox.Literal(value) if text else ox.NamedNode(value)
    return Slot(name, term, passage(words))


def candidate(kind: str, words: str, label: str, *slots: Slot, **said: str | None) -> Candidate:
    place = passage(words)
    return Candidate(
        key=key_of(kind, slots, place),
        kind=kind,
        slots=slots,
        passage=place,
        modality=str(said.get("modality", "encyclopedic")),
        polarity="affirmed",
        tense="past",
        certainty="",
        asserted_by=said.get("by"),
        cited_work=None,
        date=None,
        pattern="invented",
        confidence=0.9,
        label=label,
        news="new",
    )


def extraction() -> Extraction:
    """One membership, and an absence that a person says who is in no catalogue."""
    turkey = "Turkey was a member of the Baghdad Pact in 1956."
    portugal = "Ada Quill, a minister, said that Portugal never joined the Baghdad Pact."
    quill = ID + "person/ada-quill"
    return Extraction(
        document=Document(
            TEXT,
            hashlib.sha256(TEXT.encode()).hexdigest(),
            title="Old pacts, told anew",
            published="2025-03-02",
            blocks=(
                Block(0, 20, "heading"),
                Block(22, TEXT.index("Share"), "body"),
                Block(TEXT.index("Share"), len(TEXT), "share"),
            ),
        ),
        source=ID + "source/old-pacts",
        things=(NewThing(quill, "Person", "Ada Quill", passage("Ada Quill")),),
        candidates=(
            candidate(
                "Membership",
                turkey,
                "In 1956 Turkey belonged to the Baghdad Pact.",
                slot("member", ID + "state/turkey", "Turkey"),
                slot("arrangement", ID + "arrangement/cento", "Baghdad Pact"),
                slot("role", CONCEPT + "role/member", "member"),
                slot("begin", "1956", "1956", text=True),
            ),
            candidate(
                "Absence",
                portugal,
                "Portugal stayed outside the Baghdad Pact.",
                slot("absentee", ID + "state/portugal", "Portugal"),
                slot("arrangement", ID + "arrangement/cento", "Baghdad Pact"),
                slot("absenceKind", CONCEPT + "absence/outside", "never joined"),
                modality="official-statement",
                by=quill,
            ),
        ),
    )


@pytest.fixture
def content(content_dir: Path, tmp_path: Path) -> Content:
    for room in ROOMS:
        shutil.copytree(content_dir / room, tmp_path / "content" / room)
    return Content(tmp_path / "content")


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    folder = tmp_path / "articles"
    folder.mkdir()
    return Texts(folder)


@pytest.fixture
def open_desk(content: Content, texts: Texts, tmp_path: Path) -> Callable[[], Desk]:
    def opened() -> Desk:
        journal = tmp_path / "old-pacts.review.jsonl"
        day = datetime.date(2026, 1, 2)
        return Desk(content, extraction(), journal, texts=Texts(texts.folder), today=day)

    return opened
