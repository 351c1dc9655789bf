"""What stands in the head of a page about an IRI: its graph as JSON-LD, and a schema.org view.

Two blocks, so that a program can take the first as the document it is (JSON-LD 1.1, section 7),
and a search engine finds its own words in the second. Neither is a script: nothing is executed.
"""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from foedus.web.linked import feeds, jsonld, schema_org
from foedus.web.linked.documents import Documents
from foedus.web.served import Served
from foedus.web.urls import Urls


def install(app: Flask, served: Served, documents: Documents, urls: Urls) -> None:
    """Give the templates ``linked_data(path)``, to be written into the head."""

    def linked_data(path: str) -> Markup:
        """The two blocks of the page of the IRI with this path; nothing where it has none."""
        triples = documents.describe(path)
        if not triples:
            return Markup("")
        iri = urls.iri(path)
        view = schema_org.view(triples, iri, urls.address(path, "html"))
        blocks = (("graph", documents.block(path)), ("schema-org", jsonld.embedded(view)))
        feed = Markup("")
        if feeds.OF.match(path):
            feed = Markup('<link rel="alternate" type="{}" href="{}">\n').format(
                feeds.MEDIA, urls.path(f"feeds/{path}.atom")
            )
        return feed + Markup("\n").join(
            Markup('<script type="application/ld+json" id="{}">{}</script>').format(
                name, Markup(block)
            )
            for name, block in blocks
        )

    @app.context_processor
    def shared() -> dict[str, object]:
        return {"linked_data": linked_data}
