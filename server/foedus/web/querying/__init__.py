"""The query page: anybody asks in SPARQL, with the competency questions as examples to change.

``parameters`` finds what of an example a form may change, ``page`` shows form and answer,
``snippets`` writes the same request in other languages, ``examples`` publishes the examples as
RDF, ``vocabulary`` feeds the editor's completion, ``routes`` binds them to addresses. The page is
a plain form that works; the scripts of ``static/query/`` make it an editor.
"""
