"""Accept, correct or reject what an article seems to say, candidate by candidate.

``journal`` keeps every decision in a file beside the text, so that a review is resumed and undone;
``session`` is the state that follows from it; ``blocks`` writes a candidate as a curator reads and
edits it; ``grounded`` holds a candidate against the passage by the gate's own slot grounding;
``writing`` makes content of what was kept; ``desk`` composes them for one text, and ``terminal``
asks on the command line. The page is in :mod:`foedus.web.review`.
"""
