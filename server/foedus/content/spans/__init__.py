"""Turtle, TriG and N-Triples with the place of every triple.

``tokens`` is the lexicon, ``walk`` the structure, ``read`` the reading itself.
"""

from foedus.content.spans.read import Block, Document, Lines, NotTurtle11, Span, read_spans

__all__ = ["Block", "Document", "Lines", "NotTurtle11", "Span", "read_spans"]
