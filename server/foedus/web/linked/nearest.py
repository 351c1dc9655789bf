"""A name that nothing has: what was perhaps meant by it.

Names are read once from the dataset, without the statements, facts and passages, which nobody
types; a name is compared with those of its own kind that begin alike, so that a helpful answer
costs no more than any other.
"""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Sequence
from typing import Any

from foedus.content.names import BASE, F
from foedus.engine.answers import value
from foedus.engine.errors import QueryError
from foedus.web.knowledge import Knowledge
from foedus.web.urls import Urls

#: How many are offered, and how many of a kind are looked at.
_OFFERED, _LOOKED_AT = 5, 3000
#: Of more names than these no index is made.
_MOST = 200_000
_LONGEST = 120


class Nearest:
    """The names of things, concepts and terms; *lasting* says that they do not change."""

    def __init__(self, knowledge: Knowledge, urls: Urls, *, lasting: bool) -> None:
        self.knowledge, self.urls, self.lasting = knowledge, urls, lasting
        self._names: list[str] | None = None

    def members(self, path: str) -> dict[str, Any]:
        """What a problem says of an unknown IRI: the IRI, and the nearest that there are."""
        found = self.find(path)
        if not found:
            return {}
        labels = self.knowledge.labels([BASE + name for name in found])
        return {
            "nearest": [
                {"iri": BASE + name, "label": labels.get(BASE + name, "")} for name in found
            ]
        }

    def find(self, path: str) -> Sequence[str]:
        """The paths most like *path*, best first."""
        if not self.lasting or len(path) > _LONGEST:
            return ()
        try:
            names = self._known()
        except QueryError:
            return ()
        kind, _, slug = path.rpartition("/")
        slug = slug.lower().rsplit(".", 1)[0].replace("_", "-").replace(" ", "-")
        if not slug:
            return ()
        low, high = bisect.bisect_left(names, f"{kind}/"), bisect.bisect_left(names, f"{kind}0")
        alike = names[low:high]
        begun = [n for n in alike if n.rpartition("/")[2].startswith(slug)][:_OFFERED]
        by_slug = {name.rpartition("/")[2]: name for name in alike[:_LOOKED_AT]}
        close = difflib.get_close_matches(slug, by_slug, n=_OFFERED, cutoff=0.6)
        found = [*begun, *(by_slug[s] for s in close)]
        if not found:  # of another kind, but called just so
            found = [n for n in names if n.rpartition("/")[2] == slug]
        return tuple(dict.fromkeys(found))[:_OFFERED]

    def _known(self) -> list[str]:
        if self._names is None:
            rows = self.knowledge.rows(
                f"""SELECT DISTINCT ?x {{ ?x rdfs:label|skos:prefLabel ?label
                  FILTER(isIRI(?x) && STRSTARTS(STR(?x), "{BASE}"))
                  FILTER NOT EXISTS {{ ?x f:statementKind|f:basis|f:ofState ?any }}
                }} LIMIT {_MOST}"""
            )
            iris = {value(row["x"]) for row in rows}
            self._names = sorted(i.removeprefix(BASE) for i in iris if not i.startswith(F))
        return self._names
