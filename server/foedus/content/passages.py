"""Turn a passage that somebody read into evidence: offsets and a digest, ready to paste.

The passage itself is never stored. Offsets count Unicode code points, the end is exclusive
(``oa:TextPositionSelector``, Web Annotation Data Model, section 4.2.4).
"""

from __future__ import annotations

import pyoxigraph as ox

from foedus.content.locate import Content
from foedus.content.names import BASE, F, slug
from foedus.content.read import read_content
from foedus.content.texts import Texts, find_passages, passage_digest
from foedus.findings import CannotRun


def text_of(content: Content, source: str, texts: Texts) -> str:
    """The text of a source (its slug or IRI). Raises :class:`CannotRun` saying what is missing."""
    name = slug(source)
    iri = f"{BASE}id/source/{name}"
    pattern = read_content(content).store.quads_for_pattern(
        ox.NamedNode(iri), ox.NamedNode(F + "textDigest"), None, None
    )
    digests = [quad.object.value for quad in pattern if isinstance(quad.object, ox.Literal)]
    if not digests:
        raise CannotRun(
            f"{name}: no such source with a text: data/things/sources.ttl has no f:textDigest for "
            f"<{iri}>."
        )
    text = texts.text(digests[0])
    if text is None:
        raise CannotRun(
            f"{name}: its text is not in {texts.folder}. Put the file with SHA-256 {digests[0]} "
            "there, or name its folder by FOEDUS_ARTICLES."
        )
    return text


def cite(content: Content, source: str, quote: str, texts: Texts | None = None) -> str:
    """Turtle for the evidence of each place where *quote* stands in the text of *source*.

    Raises :class:`CannotRun` when the text is not at hand or the quote is not in it.
    """
    text = text_of(content, source, texts or Texts())
    places = find_passages(text, quote)
    if not places:
        raise CannotRun(
            f"{slug(source)}: these words are not in the text, letter by letter: {quote!r}. Copy "
            "them from the text itself: quotation marks, dashes and double spaces count."
        )
    return "".join(
        f"ev:NAME a f:Evidence ;\n"
        f"    f:inSource source:{slug(source)} ;\n"
        f"    oa:start {start} ;\n"
        f"    oa:end {end} ;\n"
        f'    f:passageDigest "{passage_digest(text[start:end])}" .\n'
        for start, end in places
    )
