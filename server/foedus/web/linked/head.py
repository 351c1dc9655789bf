"""What stands in the head of a page about an IRI: its graph as JSON-LD, and a schema.org view.

Two blocks, so that a program can take the first as the document it is (JSON-LD 1.1, section 7),
and a search engine finds its own words in the second. Neither is a script: nothing is executed.
"""

from __future__ import annotations

import html

from flask import Flask

from foedus.web.linked import feeds, jsonld, schema_org
from foedus.web.linked.documents import Documents
from foedus.web.served import Served
from foedus.web.urls import Urls


def install(app: Flask, served: Served, documents: Documents, urls: Urls) -> None:
    """Give the templates ``linked_data(path)``, to be written into the head."""

    def linked_data(path: str) -> str:
        """The blocks of the page of the IRI with this path, as HTML; "" where it has none."""
        triples = documents.describe(path)
        if not triples:
            return ""
        iri = urls.iri(path)
        view = schema_org.view(triples, iri, urls.address(path, "html"))
        blocks = (("graph", documents.block(path)), ("schema-org", jsonld.embedded(view)))
        lines = [
            f'<script type="application/ld+json" id="{name}">{block}</script>'
            for name, block in blocks
        ]
        if feeds.OF.match(path):
            feed = html.escape(urls.path(f"feeds/{path}.atom"))
            lines.insert(0, f'<link rel="alternate" type="{feeds.MEDIA}" href="{feed}">')
        return "\n".join(lines)

    @app.context_processor
    def shared() -> dict[str, object]:
        return {"linked_data": linked_data}
