"""What stands in the head of a page about an IRI: its graph as JSON-LD, and a schema.org view.

Two blocks, so that a program can take the first as the document it is (JSON-LD 1.1, section 7),
and a search engine finds its own words in the second. Neither is a script: nothing is executed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from flask import Flask

from foedus.web.linked import feeds, jsonld, schema_org
from foedus.web.linked.documents import ALIGNMENTS_PATH, Documents
from foedus.web.served import Served
from foedus.web.urls import Urls


def install(app: Flask, served: Served, documents: Documents, urls: Urls) -> None:
    """Give the templates ``linked_data(path)`` and ``term_data(iri)``, written into the head."""

    def linked_data(path: str) -> str:
        """The blocks of the page of the IRI with this path, as HTML; "" where it has none."""
        triples = documents.describe(path)
        if not triples:
            return ""
        iri = urls.iri(path)
        view = schema_org.view(triples, iri, urls.address(path, "html"))
        blocks = (("graph", documents.block(path)), ("schema-org", jsonld.embedded(view)))
        written = _written(blocks)
        if feeds.OF.match(path):
            feed = html.escape(urls.path(f"feeds/{path}.atom"))
            written = f'<link rel="alternate" type="{feeds.MEDIA}" href="{feed}">\n{written}'
        return written

    def term_data(iri: str) -> str:
        """The blocks of the page of a term: its parts of the ontology and of its alignments."""
        blocks = (
            ("graph", documents.block_of_term(iri)),
            ("alignments", documents.block_of_term(iri, ALIGNMENTS_PATH)),
        )
        return _written(blocks)

    @app.context_processor
    def shared() -> dict[str, object]:
        return {"linked_data": linked_data, "term_data": term_data}


def _written(blocks: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f'<script type="application/ld+json" id="{name}">{block}</script>'
        for name, block in blocks
        if block
    )
