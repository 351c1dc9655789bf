"""A query may be right and name what is not there: ``f:membr`` finds nothing and says nothing.

SPARQL gives an empty answer to a misspelt term, by definition. So that nobody takes it for "nobody
says so", an answer to a query that names a term or a concept of ours which the release does not
have carries a header, with the nearest one that it has:

    Foedus-Hint: "f:membr (line 2, column 6) is no term of the release; did you mean f:member?"

The value is a list of strings (RFC 9651, sections 3.1 and 3.3.3). The answer itself is what SPARQL
says it is. The page for queries shows the same sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from foedus.content.names import BASE, F, shorten
from foedus.engine.answers import value
from foedus.engine.errors import QueryError
from foedus.engine.guard import mentions
from foedus.engine.shapes import Read, Shape
from foedus.engine.tokens import place
from foedus.engine.words import nearest
from foedus.web.knowledge import Knowledge

HEADER = "Foedus-Hint"
_CONCEPTS = BASE + "concept/"
_ONTOLOGY = F.removesuffix("#")
_OURS = (F, _CONCEPTS, _ONTOLOGY, BASE.replace("https:", "http:", 1))
_OUR_SLOTS = tuple(f"<{iri}" for iri in _OURS)
_MOST = 8
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Hint:
    """A name of ours that the release does not have, where it stands, and what was meant."""

    name: str
    line: int
    column: int
    meant: str | None

    def __str__(self) -> str:
        meant = f"; did you mean {self.meant}?" if self.meant else ""
        where = f"(line {self.line}, column {self.column})"
        return f"{self.name} {where} is no term of the release{meant}"


class Suggestions:
    """What the release has of the vocabulary; read once, when a query first names some of it.

    ``lasting`` says that the dataset does not change. A dataset without our vocabulary gets no
    hints: that a term is missing says nothing there.
    """

    def __init__(self, knowledge: Knowledge, *, lasting: bool) -> None:
        self.knowledge, self.lasting = knowledge, lasting
        self._known: frozenset[str] | None = None
        self._silent = WeakKeyDictionary[Shape, bool]()
        self._hints = lru_cache(maxsize=512)(self._find)

    def hints(self, text: str) -> Sequence[Hint]:
        """The hints for a query; none where it is too long, or not a query."""
        if len(text) > _LONGEST or not self.lasting:
            return ()
        return self._hints(text)

    def header(self, text: str) -> dict[str, str]:
        """The header of an answer to *text*, where there is something to say."""
        hints = self.hints(text)
        return {HEADER: ", ".join(_string(str(hint)) for hint in hints)} if hints else {}

    def learn(self, read: Read) -> None:
        """Find out whether there is anything to say of the shape of a query; may take its time."""
        if self.lasting and read.shape is not None and read.shape not in self._silent:
            self._silent[read.shape] = not self.hints(read.shape.example)

    def silent(self, read: Read) -> bool:
        """Whether it is known, without delay, that there is nothing to say of a query."""
        if not self.lasting:
            return True
        if read.shape is None or not self._silent.get(read.shape):
            return False
        return not any(slot.startswith(_OUR_SLOTS) for slot in read.slots)

    def _find(self, text: str) -> Sequence[Hint]:
        try:
            named = [(t, iri) for t, iri in mentions(text) if iri.startswith(_OURS)]
        except QueryError:
            return ()
        known = self._vocabulary() if named else frozenset()
        if not known:
            return ()
        missing = {
            iri: token
            for token, iri in reversed(named)
            if iri not in known and (iri.startswith((F, _CONCEPTS)) or _repaired(iri) != iri)
        }
        hints = []
        for iri, token in sorted(missing.items(), key=lambda item: item[1].start)[:_MOST]:
            line, column = place(text, token.start)
            hints.append(Hint(shorten(iri)[:100], line, column, _meant(iri, known)))
        return tuple(hints)

    def _vocabulary(self) -> frozenset[str]:
        if self._known is None:
            rows = self.knowledge.rows(
                "SELECT DISTINCT ?x { ?x rdfs:label|rdfs:subClassOf|skos:prefLabel|rdf:type ?y "
                f'FILTER(isIRI(?x)) FILTER(STRSTARTS(STR(?x), "{F}") || '
                f'STRSTARTS(STR(?x), "{_CONCEPTS}")) }}'
            )
            self._known = frozenset(value(row["x"]) for row in rows)
        return self._known


def _meant(iri: str, known: Collection[str]) -> str | None:
    """The nearest name of the same space: the ontology, or the same scheme, or any concept."""
    repaired = _repaired(iri)
    if repaired != iri:
        return f"<{repaired}>"
    space = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    for start in dict.fromkeys((space, F if space == F else _CONCEPTS)):
        alike = {term[len(start) :]: term for term in known if term.startswith(start)}
        found = nearest(iri[len(start) :], alike)
        if found is not None:
            return shorten(alike[found])
    return None


def _repaired(iri: str) -> str:
    """*iri* with ``https`` for ``http``, and with the ``#`` before a term of the ontology."""
    secure = "https" + iri.removeprefix("http") if iri.startswith("http:") else iri
    rest = secure.removeprefix(_ONTOLOGY)
    if rest != secure and rest and not rest.startswith("#"):
        secure = F + rest.lstrip("/")
    return secure


def _string(text: str) -> str:
    """A string of structured fields: printable ASCII, with quotes and backslashes escaped."""
    plain = "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
