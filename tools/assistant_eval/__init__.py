"""How well the assistant finds what curators found: `make eval`.

Each article in turn is left out: the index is made without its statements and without the things
that no other source speaks of, the assistant reads the article, and its candidates are held against
the curated statements. It is a development score: the patterns were written by people who know
these articles. See docs/extraction.md.
"""
