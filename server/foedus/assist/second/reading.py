"""An extraction with what a second reader adds to it: the same checks, and a mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from foedus.assist.comparing import compared
from foedus.assist.index import Index
from foedus.assist.mentions.read import read
from foedus.assist.model import Candidate, Extraction, Notice
from foedus.assist.patterns.grounded import keep_grounded, reader_of
from foedus.assist.second.asking import Reader
from foedus.assist.second.pointing import Pointed, forms
from foedus.content.locate import Content
from foedus.content.sentences import sentences


def read_again(
    extraction: Extraction, index: Index, content: Content, reader: Reader
) -> Extraction:
    """*extraction* with the candidates that *reader* points to and the patterns did not find.

    Only sentences of the body are sent; a text of which nothing may be taken is not sent at all.
    A notice says how many points were followed, and why others were not. Raises
    :class:`foedus.findings.CannotRun` when the reader cannot be asked or answers nonsense: the
    extraction is then as it was.
    """
    document = extraction.document
    if any(notice.rule == "language" for notice in extraction.notices):
        return extraction
    body = {
        number: (start, end)
        for number, (start, end) in enumerate(sentences(document.text), 1)
        if any(b.role == "body" and b.start <= start and end <= b.end for b in document.blocks)
    }
    kinds = forms(content)
    points = reader.points(
        {number: document.text[start:end] for number, (start, end) in body.items()},
        {kind: sorted(form.may) for kind, form in kinds.items() if form.may},
    )
    found, newcomers = read(document, index)
    names = found.with_new(newcomers, index.names.officials)
    ground = reader_of(index, names, extraction.source, document.text)
    pointed = Pointed(ground, extraction.mentions, body, kinds)
    untied: Counter[str] = Counter()
    kept = keep_grounded(
        ground, pointed.candidates(points), extraction.source, newcomers.members, untied
    )
    fresh = [c for c in kept if not any(_same(c, other) for other in extraction.candidates)]
    told = Notice(
        "second-reader",
        f"The second reader pointed {len(points)} times: {len(fresh)} candidates are new, "
        f"{len(kept) - len(fresh)} were found before, {len(points) - len(kept)} do not hold"
        f"{_reasons(pointed.dropped + untied)}.",
        "They are marked second-reader; nobody has measured how often it is right.",
    )
    added = compared(replace(extraction, candidates=tuple(fresh)), index).candidates
    together = sorted(
        (*extraction.candidates, *added), key=lambda c: (c.passage.start, c.passage.end, c.key)
    )
    return replace(extraction, candidates=tuple(together), notices=(*extraction.notices, told))


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether both say the same of overlapping places."""
    said = {(s.property, str(s.value)) for s in one.slots}
    return (
        one.kind == other.kind
        and one.polarity == other.polarity
        and said <= {(s.property, str(s.value)) for s in other.slots}
        and one.passage.start < other.passage.end
        and other.passage.start < one.passage.end
    )


def _reasons(dropped: Counter[str]) -> str:
    most = "; ".join(f"{count} {why}" for why, count in dropped.most_common(5))
    return f" ({most})" if most else ""
