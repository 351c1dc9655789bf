"""Title, author, publisher and day of an article, as far as its first lines say them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from foedus.assist.model import Block

_BY = re.compile(r"^\W*by[: ]\s*(?P<name>[^\W\d_][^\n|,]{2,60}?)\W*(?:[|,(].*)?$", re.IGNORECASE)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = "|".join(m[:3] for m in _MONTHS)
_DAY = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_MONTH})[a-z]*\.?,?\s+(?P<y>(?:19|20)\d\d)\b"
    rf"|\b(?P<m2>{_MONTH})[a-z]*\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)\b"
    r"|\b(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)\b"
    r"|\((?P<year>(?:19|20)\d\d)\)",
    re.IGNORECASE,
)
#: The head of an article: so many lines, of so many words each.
_HEAD, _WORDS, _TITLE = 8, 20, 3
#: Behind a paragraph of so many characters no title comes.
_PARAGRAPH = 150
_PUBLISHED = re.compile(r"publish|updated|posted|issued|vol\.|^\W*\d|\d{4}\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class About:
    """What is proposed of an article; ``published`` is EDTF."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None


def about(text: str, blocks: tuple[Block, ...]) -> About:
    """What the first lines say: nothing is taken from the body."""
    lines = [line.strip() for b in blocks[:_HEAD] for line in text[b.start : b.end].splitlines()]
    head = [line.strip("#*_ ") for line in lines[:_HEAD] if len(line.split()) <= _WORDS]
    title = next((_title(line) for b, line in _headings(text, blocks) if len(line.split()) >= _TITLE
                  and not _BY.match(line) and not _DAY.match(line)), None)  # fmt: skip
    author = next((m.group("name").strip() for line in head if (m := _BY.match(line))), None)
    published = next(
        (day for line in head if _PUBLISHED.search(line) and (day := day_of(line))), None
    )
    return About(title, author, None, published)


def _headings(text: str, blocks: tuple[Block, ...]) -> list[tuple[Block, str]]:
    found = []
    for block in blocks[:_HEAD]:
        if block.role in ("heading", "teaser"):
            found.append((block, text[block.start : block.end].strip()))
        elif block.role == "body" and block.end - block.start > _PARAGRAPH:
            break
    return found


def _title(line: str) -> str:
    return " ".join(line.strip("#*_ ").split())


def day_of(line: str) -> str | None:
    """The day (or year) that a line gives, in EDTF; ``None`` where it gives none."""
    match = _DAY.search(line)
    if match is None:
        return None
    if match.group("iso"):
        return match.group("iso")
    if match.group("year"):
        return match.group("year")
    name = (match.group("m") or match.group("m2")).casefold()[:3]
    month = next(n for n, m in enumerate(_MONTHS, 1) if m.startswith(name))
    try:
        return datetime.date(
            int(match.group("y") or match.group("y2")), month,
            int(match.group("d") or match.group("d2")),
        ).isoformat()  # fmt: skip
    except ValueError:
        return None
