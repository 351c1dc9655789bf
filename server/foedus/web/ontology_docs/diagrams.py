"""Terms as pictures: the tree of classes, and what stands next to a term. Inline SVG, with links.

Every picture says nothing that the text beside it does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

from foedus.web.ontology_docs.codebook import Codebook, Term

Link = Callable[[str], str]
_LINE, _STEP, _COLUMN = 21, 18, 250
_BOX_W, _BOX_H, _GAP = 190, 26, 10
_MOST = 12


def tree(book: Codebook, link: Link, depth: int = 2, columns: int = 3) -> Markup:
    """The classes that have kinds, to some depth, as indented lines in columns."""
    rows = [row for root in book.roots() if root.below for row in _rows(book, root, 0, depth)]
    height = -(-len(rows) // columns) * 0.8
    # A column begins with a class that has none above it.
    placed: list[tuple[int, int, Term, int]] = []
    column, line = 0, 0
    for term, level in rows:
        if level == 0 and line >= height and column < columns - 1:
            column, line = column + 1, 0
        placed.append((column, line, term, level))
        line += 1
    last = max((line for _, line, _, _ in placed), default=0)
    parts = []
    for column, line, term, level in placed:
        x, y = column * _COLUMN + level * _STEP + 4, line * _LINE + 16
        if level:
            parts.append(
                Markup('<path class="axis" d="M{} {}v{}h{}"/>').format(
                    x - _STEP + 6, y - _LINE + 6, _LINE - 10, _STEP - 8
                )
            )
        parts.append(_text(term.label, link(term.iri), x, y, bold=level == 0))
    return _picture(columns * _COLUMN, (last + 1) * _LINE + 6, "Classes of the ontology", parts)


def _rows(book: Codebook, term: Term, level: int, depth: int) -> Iterator[tuple[Term, int]]:
    yield term, level
    if level < depth:
        for iri in term.below:
            below = book.terms.get(iri)
            first = next((i for i in below.above if i in book.terms), "") if below else ""
            if below is not None and first == term.iri:
                yield from _rows(book, below, level + 1, depth)


def neighbours(book: Codebook, term: Term, link: Link) -> Markup:
    """A term between what is above and below it; for a property, between domain and range."""
    known = book.terms
    if term.kind == "class":
        left, right = _known(known, term.above), _known(known, term.below)
        words = ("a kind of", "kinds of it")
    else:
        left, right = _known(known, term.domain), _known(known, term.range)
        words = ("used of", "leads to")
    if not left and not right:
        return Markup("")
    count = max(len(left), len(right), 1)
    height = 24 + count * (_BOX_H + _GAP)
    middle = 24 + (height - 24 - _BOX_H) / 2
    xs = (0, 270, 540)
    parts = [
        *_side(left, xs[0], height, link, middle, outwards=False),
        *_side(right, xs[2], height, link, middle, outwards=True),
        _box(term.label, "", xs[1], middle, chosen=True),
    ]
    for said, x, there in ((words[0], xs[0], left), (words[1], xs[2], right)):
        if there:
            parts.append(Markup('<text class="soft" x="{}" y="14">{}</text>').format(x + 4, said))
    title = f"{term.label} and what stands next to it"
    return _picture(xs[2] + _BOX_W + 4, height, title, parts)


def _known(known: object, iris: Sequence[str]) -> list[Term]:
    terms = known if isinstance(known, dict) else {}
    return [terms[iri] for iri in dict.fromkeys(iris) if iri in terms][:_MOST]


def _side(
    terms: Sequence[Term], x: float, height: float, link: Link, middle: float, *, outwards: bool
) -> Iterator[Markup]:
    top = 24 + (height - 24 - len(terms) * (_BOX_H + _GAP)) / 2
    for i, term in enumerate(terms):
        y = top + i * (_BOX_H + _GAP)
        ends = (270 + _BOX_W, middle, x, y) if outwards else (x + _BOX_W, y, 270, middle)
        half = _BOX_H / 2
        bend = (ends[0] + ends[2]) / 2
        yield Markup('<path class="tie" d="M{} {}C{} {} {} {} {} {}"/>').format(
            ends[0], ends[1] + half, bend, ends[1] + half, bend, ends[3] + half,
            ends[2], ends[3] + half,
        )  # fmt: skip
        yield _box(term.label, link(term.iri), x, y)


def _box(label: str, href: str, x: float, y: float, *, chosen: bool = False) -> Markup:
    shape = Markup('<rect class="box{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>').format(
        " chosen" if chosen else "", x, y, _BOX_W, _BOX_H
    )
    return shape + _text(_cut(label), href, x + 8, y + 17)


def _text(label: str, href: str, x: float, y: float, *, bold: bool = False) -> Markup:
    text = Markup('<text x="{}" y="{}"{}>{}</text>').format(
        x, y, Markup(' class="root"') if bold else "", label
    )
    return Markup('<a href="{}">{}</a>').format(href, text) if href else text


def _cut(label: str, length: int = 27) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def _picture(width: float, height: float, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {} {}" width="{}" role="group" aria-label="{}">{}</svg>'
    ).format(width, height, width, escape(title), Markup("").join(parts))
