"""A file as a document: decoded, its form recognised, its text fixed.

The text of a plain or Markdown file is the file itself, letter by letter: its SHA-256 is that of
the file. HTML becomes the text of the article in it. Raises :class:`foedus.findings.CannotRun` for
what holds no text that can be read.
"""

from __future__ import annotations

from pathlib import Path

from foedus.assist.model import Document
from foedus.assist.reading import about, blocks, markup
from foedus.content.texts import passage_digest
from foedus.findings import CannotRun

#: Longest text that is read, in characters: some 400,000 words.
LONGEST = 3_000_000
_HTML = frozenset({".html", ".htm", ".xhtml"})
_MARKDOWN = frozenset({".md", ".markdown"})
#: Suffixes of files that a folder of articles may hold.
SUFFIXES = frozenset({".txt", ".text", *_HTML, *_MARKDOWN})
_CONTROL = frozenset(chr(n) for n in range(32)) - frozenset("\t\n\r\f\v")
_MOST_CONTROLS = 0.005


def read_file(path: Path) -> Document:
    """The document in a file. Raises :class:`CannotRun` saying what is wrong with it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}.") from None
    return document_of(raw, path.name)


def document_of(raw: bytes, name: str) -> Document:
    """The document in the bytes of a file called *name*."""
    text = _decoded(raw, name)
    suffix = Path(name).suffix.casefold()
    if suffix in _HTML or (suffix not in _MARKDOWN and markup.is_html(text)):
        return _checked(markup.article(text, name), name)
    return _checked(plain(text), name)


def plain(text: str) -> Document:
    """A plain or Markdown text as a document; the text itself is not touched."""
    found = blocks.blocks(text)
    told = about.about(text, found)
    return Document(text, passage_digest(text), told.title, told.author, told.publisher,
                    told.published, found)  # fmt: skip


def _checked(document: Document, name: str) -> Document:
    if not document.text.strip():
        raise CannotRun(f"{name}: there is no text in it. Name a file that holds an article.")
    return document


def _decoded(raw: bytes, name: str) -> str:
    if not raw.strip():
        raise CannotRun(f"{name}: the file is empty. Name a file that holds an article.")
    if len(raw) > 4 * LONGEST:
        raise CannotRun(
            f"{name}: {len(raw):,} bytes are more than an article. Cut it into its articles; the "
            f"longest text that is read has {LONGEST:,} characters."
        )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CannotRun(f"{name}: UTF-16, not UTF-8. Save it in UTF-8.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CannotRun(
            f"{name}: no text in UTF-8 (byte {error.start}). If it is a text, save it in UTF-8; a "
            "PDF or a document of a word processor must be saved as text first."
        ) from None
    if sum(text.count(c) for c in _CONTROL) > _MOST_CONTROLS * len(text):
        raise CannotRun(f"{name}: binary, not a text. Name a file that holds an article.")
    if len(text) > LONGEST:
        raise CannotRun(f"{name}: {len(text):,} characters are more than an article.")
    return text
