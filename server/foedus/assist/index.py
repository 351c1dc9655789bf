"""What the content knows already: names, words, texts and statements, ready to be asked.

:func:`index_of` reads a content; with ``without`` a source is left out as if its article had never
been read: its statements, and the things that no other source speaks of. So the assistant can be
measured on an article whose statements are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from foedus.assist.mentions.known import with_identified, with_initials
from foedus.check.grounding.lexicon import Lexicon, lexicon_of
from foedus.check.grounding.names import Names
from foedus.content.locate import Content
from foedus.content.names import BASE, F, slug
from foedus.content.read import read_content
from foedus.content.texts import Texts

_ID = BASE + "id/"
_SOURCE_GRAPH = BASE + "graph/source/"
#: So many words make a shingle; two texts are alike by the shingles they share.
SHINGLE = 6
_WORD = re.compile(r"[^\W_]+")
_PREF = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@dataclass(frozen=True, eq=False)
class Index:
    """One content as the assistant asks it. ``left_out`` is the source that it does not know."""

    store: ox.Store
    lexicon: Lexicon
    names: Names
    texts: Texts
    left_out: str | None = None

    @cached_property
    def digests(self) -> dict[str, str]:
        """Sources by the SHA-256 of their text."""
        found = self.store.quads_for_pattern(None, ox.NamedNode(F + "textDigest"), None, None)
        return {
            quad.object.value: quad.subject.value
            for quad in found
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode)
        }

    @cached_property
    def shingles(self) -> dict[str, frozenset[int]]:
        """The shingles of the text of each source that is at hand."""
        return {
            source: shingles(text)
            for digest, source in sorted(self.digests.items())
            if (text := self.texts.text(digest)) is not None
        }

    @cached_property
    def offices(self) -> dict[str, str]:
        """The state or body of the office that some source gives to a person."""
        found: dict[str, str] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(F + "officeOf"), None, None):
            held = self.store.quads_for_pattern(
                quad.subject, ox.NamedNode(F + "person"), None, quad.graph_name
            )
            for person in held:
                if (
                    isinstance(person.object, ox.NamedNode)
                    and isinstance(quad.object, ox.NamedNode)
                    and quad.object.value.startswith(_ID + "state/")
                ):
                    found.setdefault(person.object.value, quad.object.value)
        return found

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The graphs of the sources, sorted."""
        return tuple(
            sorted(
                graph.value
                for graph in self.store.named_graphs()
                if isinstance(graph, ox.NamedNode) and graph.value.startswith(_SOURCE_GRAPH)
            )
        )

    def label(self, iri: str) -> str:
        """The English label of a thing or concept; its slug with blanks where it has none."""
        for predicate in (_LABEL, _PREF):
            for quad in self.store.quads_for_pattern(ox.NamedNode(iri), predicate, None, None):
                literal = quad.object
                if isinstance(literal, ox.Literal) and (literal.language or "en")[:2] == "en":
                    return literal.value
        return slug(iri).replace("-", " ")


def index_of(content: Content, texts: Texts | None = None, without: str | None = None) -> Index:
    """The index of *content*; ``without`` names a source (its slug) to leave out.

    Raises :class:`foedus.findings.ContentError` for a content that cannot be read.
    """
    store = read_content(content).store
    if without is not None:
        _forget(store, without)
    lexicon = lexicon_of(content)
    names = with_initials(with_identified(Names(store, lexicon), store))
    return Index(store, lexicon, names, texts or Texts(), without)


def _forget(store: ox.Store, source: str) -> None:
    graph = ox.NamedNode(_SOURCE_GRAPH + source)
    spoken_of = _things_in(store, graph)
    others = {
        iri
        for other in store.named_graphs()
        if isinstance(other, ox.NamedNode)
        and other != graph
        and other.value.startswith(_SOURCE_GRAPH)
        for iri in _things_in(store, other)
    }
    store.remove_graph(graph)
    for iri in sorted(spoken_of - others | {f"{_ID}source/{source}"}):
        if not iri.startswith(_ID + "state/"):
            for quad in list(store.quads_for_pattern(ox.NamedNode(iri), None, None, None)):
                store.remove(quad)


def _things_in(store: ox.Store, graph: ox.NamedNode) -> set[str]:
    return {
        quad.object.value
        for quad in store.quads_for_pattern(None, None, None, graph)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(_ID)
    }


def shingles(text: str) -> frozenset[int]:
    """Every run of :data:`SHINGLE` words of *text*, without regard to capitals and signs."""
    return frozenset(_runs([word.casefold() for word in _WORD.findall(text)]))


def _runs(words: list[str]) -> Iterator[int]:
    for start in range(len(words) - SHINGLE + 1):
        yield hash(tuple(words[start : start + SHINGLE]))


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the shorter text that stands in the other, between 0 and 1."""
    return len(one & other) / (min(len(one), len(other)) or 1)
