"""Sources: their statements in their own order, who agrees, and the text with its passages marked.

A text is shown only where the server was asked to (``show_passages``) and it is the one that was
read: every passage is checked by its digest.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from foedus.content.names import BASE, slug
from foedus.content.texts import passage_digest
from foedus.web.problems import Problem
from foedus.web.site.asked import facts as asked
from foedus.web.site.asked.disputes import disputes
from foedus.web.site.asked.statements import (
    Passage,
    marked_passages,
    statements,
    statements_of,
)
from foedus.web.site.properties import COMMENT, TYPE, first
from foedus.web.site.views.desk import iris_in_disputes, iris_in_statements

if TYPE_CHECKING:
    from foedus.web.site.site import Site

#: Characters of a text, and statements of a source, on one page.
_CHARACTERS, _STATEMENTS = 6_000, 60


def add(site: Blueprint, pages: Site) -> None:
    """The routes below ``/sources/``."""

    @site.get("/sources/<name>")
    def leads(name: str) -> BaseResponse:
        """To the page of a source (RFC 9110, section 15.4.4)."""
        _known(pages, name)
        return redirect(pages.urls.document(f"id/source/{name}"), 303)

    @site.get("/sources/<name>/text")
    def text(name: str) -> str:
        """The text with its passages marked, where it is at hand and may be shown."""
        iri = _known(pages, name)
        whole = pages.desk().evidence.text(iri)
        if whole is None:
            raise Problem(
                "unknown",
                "The text of this source is not shown here: it is at hand only for those who have "
                "their own copy. Its statements, with the places of their passages, are.",
            )
        page = pages.reader.page
        begin = (page - 1) * _CHARACTERS
        here = whole[begin : begin + _CHARACTERS]
        passages = [
            p
            for p in marked_passages(pages.knowledge, iri, begin, begin + len(here))
            if passage_digest(whole[p.start : p.end]) == p.digest
        ]
        numbers = {st: n for n, st in enumerate(dict.fromkeys(p.iri for p in passages), 1)}
        said = {s.iri: s for s in statements(pages.knowledge, numbers)}
        pages.reader.learn([iri])
        return render_template(
            "site/text.html",
            source=iri,
            pieces=pieces(whole, begin, begin + len(here), passages, numbers),
            notes=[(n, said[st]) for st, n in numbers.items() if st in said],
            page=page,
            pages=max(1, -(-len(whole) // _CHARACTERS)),
        )


def _known(pages: Site, name: str) -> str:
    iri = f"{BASE}id/source/{name}"
    if not pages.knowledge.exists(iri):
        raise Problem("unknown", "There is no source of this name.")
    return iri


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text, the statements that rest on them, and those that end there."""

    start: int
    words: str
    statements: tuple[int, ...]
    last: tuple[int, ...]


def pieces(
    text: str, first: int, end: int, passages: Sequence[Passage], numbers: Mapping[str, int]
) -> list[Piece]:
    """The text from *first* to *end*, cut wherever a passage begins or ends."""
    cuts = {first, end}
    for passage in passages:
        cuts |= {c for c in (passage.start, passage.end) if first < c < end}
    ordered = sorted(cuts)
    found = []
    for begin, stop in itertools.pairwise(ordered):
        here = tuple(
            dict.fromkeys(numbers[p.iri] for p in passages if p.start < stop and p.end > begin)
        )
        last = tuple(dict.fromkeys(numbers[p.iri] for p in passages if p.end == stop))
        found.append(Piece(begin, text[begin:stop], here, last))
    return found


def place(pages: Site, passage: Passage) -> str:
    """The address of the page of the text on which a passage begins."""
    number = passage.start // _CHARACTERS + 1
    path = pages.urls.path(
        f"sources/{slug(passage.source)}/text", {"page": str(number) if number > 1 else ""}
    )
    return f"{path}#c{passage.start}"


def source(pages: Site, iri: str, path: str, properties: Mapping[str, Sequence[str]]) -> str:
    """The page of a source."""
    desk = pages.desk()
    page, size = pages.reader.page, min(_STATEMENTS, pages.settings.page_rows)
    total, said = statements_of(pages.knowledge, iri, size, (page - 1) * size)
    shared_total, shared = (
        asked.shared_with_others(pages.knowledge, iri, 12) if page == 1 else (0, [])
    )
    _, disputed = disputes(pages.knowledge, source=iri, limit=6) if page == 1 else (0, [])
    desk.learn(
        iris_in_statements(said),
        (name for fact, others in shared for name in (fact, *others)),
        iris_in_disputes(disputed),
        [iri],
    )
    return render_template(
        "site/source.html",
        iri=iri,
        path=path,
        title=pages.name(iri),
        comment=first(properties, COMMENT),
        types=properties.get(TYPE, ()),
        properties=pages.shown(properties) if page == 1 else [],
        said=said,
        total=total,
        shared=shared,
        shared_total=shared_total,
        disputes=disputed,
        readable=total and desk.evidence.text(iri) is not None,
        reading=f"sources/{slug(iri)}/text",
        page=page,
        size=size,
        pages=max(1, -(-total // size)),
    )
