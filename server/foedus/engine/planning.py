"""The plan of a query, as far as it is known before it is evaluated.

Who answers (the columns or the engine), why, which rewritings were applied, and the triple patterns
in their order with figures of the data. What the engine makes of them after that it does not show.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from foedus.engine.answers import Dataset
from foedus.engine.errors import QueryError
from foedus.engine.rewrite import Rewriter
from foedus.engine.rewrite.syntax import Filter, Group, NotUnderstood, Triple, Union, read
from foedus.engine.tokens import scan

if TYPE_CHECKING:
    from foedus.engine.columns import Answering

#: Asked for like a format of an answer, it is given the plan in its place.
PLAN = "application/vnd.foedus.plan+json"


def plan(
    text: str, dataset: Dataset | None, rewriter: Rewriter | None, answering: Answering | None
) -> bytes:
    """The plan as JSON.

    ``by``: ``columns`` or ``engine``; ``because``: why; ``patterns``: each with ``matches``, the
    triples that match it by itself, and ``solutions``, those expected after it where joined in this
    order (``null`` where not known); ``rewritings``: what was applied and why; ``evaluated``: the
    text after it.
    """
    found: dict[str, Any] = {"by": "engine", "because": [], "patterns": [], "rewritings": []}
    found["evaluated"] = text
    if answering is None:
        found["because"] = ["No columns are kept: the setting columns."]
    elif dataset is not None:
        found["because"] = [
            "The query or the request names its graphs; columns are of the default."
        ]
    else:
        columnar = answering.plan(text)
        if columnar is not None:
            return json.dumps(found | {"by": "columns"} | columnar).encode()
        found["because"] = [
            "The engine is as fast for it, or its shape is not one that columns answer."
        ]
    if rewriter is None:
        found["rewritings"] = ["None: the setting rewrite."]
    else:
        found["evaluated"], found["rewritings"] = rewriter.told(text)
    try:
        tokens = list(scan(found["evaluated"]))
        patterns = _triples(read(found["evaluated"], tokens).pattern)
    except (NotUnderstood, QueryError):
        patterns = []
    found["patterns"] = [
        {"pattern": str(triple), "matches": matches, "solutions": None}
        for triple, matches in zip(
            patterns, _matches(text, patterns, dataset, answering), strict=True
        )
    ]
    return json.dumps(found).encode()


def _matches(
    text: str, patterns: Sequence[Triple], dataset: Dataset | None, answering: Answering | None
) -> list[int | None]:
    if answering is None or dataset is not None:
        return [None] * len(patterns)
    return answering.matches(text, patterns)


def _triples(group: Group) -> list[Triple]:
    """The triple patterns of a group and of the groups in it, in their order."""
    found: list[Triple] = []
    for element in group.elements:
        if isinstance(element, Triple):
            found.append(element)
        elif isinstance(element, Union):
            for branch in element.groups:
                found += _triples(branch)
        else:
            if isinstance(element, Filter) and element.exists is not None:
                found += _triples(element.exists)
            for piece in element.pieces:
                if isinstance(piece, Group):
                    found += _triples(piece)
    return found
