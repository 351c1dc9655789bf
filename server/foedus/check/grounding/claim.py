"""A statement as the gate reads it: its slots, its passages, and the digests of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE, OA, F
from foedus.content.texts import passage_digest

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STATEMENT = BASE + "id/statement/"
#: What is said about the statement, and not by it.
NOT_SLOTS = frozenset({"evidence", "note", "wording", "rank", "rankReason", "inSource"})


@dataclass(frozen=True, slots=True)
class Value:
    """What fills a slot: an IRI or a text."""

    text: str
    iri: bool

    @property
    def scheme(self) -> str:
        """``state`` of ``…/id/state/iran``, ``stance`` of ``…/concept/stance/urges``."""
        if not self.iri or not self.text.startswith(BASE):
            return ""
        return (
            self.text.removeprefix(BASE).removeprefix("id/").removeprefix("concept/").split("/")[0]
        )


@dataclass(frozen=True)
class Claim:
    """One statement taken from a text. ``slots`` are by the local name of their property."""

    iri: str
    kind: str
    source: str
    slots: Mapping[str, tuple[Value, ...]]
    passages: tuple[tuple[int, int], ...]

    def plain(self) -> tuple[Any, ...]:
        """The statement as texts and numbers; :func:`claim_of` reads it."""
        slots = {name: [(v.text, v.iri) for v in values] for name, values in self.slots.items()}
        return self.iri, self.kind, self.source, slots, self.passages

    def values(self, *names: str) -> tuple[str, ...]:
        """The values of these slots, one after the other."""
        return tuple(v.text for name in names for v in self.slots.get(name, ()))

    def one(self, name: str) -> str:
        """The slug of the one value of a slot; empty where it has none."""
        return self.values(name)[0].rsplit("/", 1)[-1] if self.slots.get(name) else ""

    @cached_property
    def speaks_of(self) -> frozenset[str]:
        """Everything that fills a slot."""
        return frozenset(v.text for values in self.slots.values() for v in values if v.iri)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over kind and slots: it changes when the statement says something else.

        The words of the label and notes are not part of it, nor where its passages stand.
        """
        lines = sorted(f"{name} {v.text}" for name, values in self.slots.items() for v in values)
        return hashlib.sha256("\n".join([self.kind, *lines]).encode("utf-8")).hexdigest()

    def passage_digest(self, text: str) -> str:
        """SHA-256 over its passages, in their order, with a line feed between them."""
        return passage_digest("\n".join(text[a:b] for a, b in sorted(self.passages)))


def claim_of(plain: tuple[Any, ...]) -> Claim:
    """A statement as :meth:`Claim.plain` writes it."""
    iri, kind, source, slots, passages = plain
    values = {name: tuple(Value(*value) for value in found) for name, found in slots.items()}
    return Claim(iri, kind, source, values, passages)


def claims_of(store: ox.Store, graph_iri: str, kinds: frozenset[str]) -> list[Claim]:
    """The statements of one source that have a passage, by IRI."""
    graph = ox.NamedNode(graph_iri)
    found: list[Claim] = []
    by_subject: dict[str, list[ox.Quad]] = {}
    for quad in store.quads_for_pattern(None, None, None, graph):
        if isinstance(quad.subject, ox.NamedNode):
            by_subject.setdefault(quad.subject.value, []).append(quad)
    for iri, quads in sorted(by_subject.items()):
        types = {q.object.value.removeprefix(F) for q in quads if q.predicate.value == _TYPE}  # type: ignore[union-attr]
        kind = next(iter(sorted(types & kinds)), None)
        if kind is None or not iri.startswith(_STATEMENT):
            continue
        slots: dict[str, list[Value]] = {}
        passages = []
        for quad in quads:
            name = quad.predicate.value.removeprefix(F)
            value = quad.object
            if not quad.predicate.value.startswith(F) or isinstance(
                value, ox.BlankNode | ox.Triple
            ):
                continue
            if name == "evidence":
                passages += _span(by_subject.get(value.value, ()))
            elif name not in NOT_SLOTS:
                slots.setdefault(name, []).append(
                    Value(value.value, isinstance(value, ox.NamedNode))
                )
        source = f"{BASE}id/source/{graph_iri.rsplit('/', 1)[-1]}"
        if passages:
            found.append(
                Claim(
                    iri,
                    kind,
                    source,
                    {n: tuple(sorted(v, key=lambda x: x.text)) for n, v in sorted(slots.items())},
                    tuple(sorted(passages)),
                )
            )
    return found


def _span(quads: list[ox.Quad] | tuple[()]) -> list[tuple[int, int]]:
    offsets = {q.predicate.value: q.object.value for q in quads}  # type: ignore[union-attr]
    try:
        return [(int(offsets[OA + "start"]), int(offsets[OA + "end"]))]
    except (KeyError, ValueError):
        return []  # said by the shapes
