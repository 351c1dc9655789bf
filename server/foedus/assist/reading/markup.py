"""The article in a page of HTML, by trafilatura: scripts, menus and share buttons stay behind.

The text of an HTML file is what is left of it, paragraph by paragraph; it is fixed here, and the
passages of its statements point into it.
"""

from __future__ import annotations

import re

from foedus.assist.model import Document
from foedus.assist.reading import about as told
from foedus.assist.reading import blocks
from foedus.content.texts import passage_digest
from foedus.findings import CannotRun

_TAG = re.compile(r"<(?:!doctype\s+html|html|body|article|div|p|head)\b", re.IGNORECASE)
_LOOKED_AT = 2_000
_SPACES = re.compile(r"[ \t\u00a0]+")
_BREAKS = re.compile(r"\n{3,}")


def is_html(text: str) -> bool:
    """Whether a text begins as a page of HTML does."""
    head = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    return head.startswith("<") and len(_TAG.findall(head)) > 0


def article(text: str, name: str) -> Document:
    """The article in a page, with what the page says of itself."""
    import trafilatura

    found = trafilatura.bare_extraction(
        text, include_comments=False, include_tables=False, with_metadata=True,
        favor_precision=False, as_dict=False,
    )  # fmt: skip
    body = getattr(found, "text", None) or ""
    if not body.strip():
        raise CannotRun(
            f"{name}: no article was found in this page of HTML. Save its text, and name that file."
        )
    title = getattr(found, "title", None)
    whole = normalised(f"{title}\n\n{body}" if title and title not in body[:300] else body)
    cut = blocks.blocks(whole)
    head = told.about(whole, cut)
    return Document(
        whole,
        passage_digest(whole),
        title or head.title,
        getattr(found, "author", None) or head.author,
        getattr(found, "sitename", None),
        getattr(found, "date", None) or head.published,
        cut,
    )


def normalised(text: str) -> str:
    """One form of line ends, blanks and empty lines."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip() + "\n"
