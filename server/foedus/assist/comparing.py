"""What a candidate would change in the graph: nothing, more evidence, a dispute, or something new.

A candidate is held against the statements of every source with the same kind and participants. It
is the *same* as one of the source it comes from, *adds evidence* to one of another source, or
*conflicts* where both cannot hold: another value in a slot that holds one, the opposite polarity, a
member that another source calls absent. Dates conflict only where none of their parts leaves room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import pyoxigraph as ox

from foedus.assist.index import Index
from foedus.assist.model import Candidate, Extraction
from foedus.content.names import BASE, F, slug
from foedus.graph.facts import KINDS

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: What makes two statements speak of one thing, by kind, and slots that can hold one value alone.
SUBJECT: Mapping[str, tuple[str, ...]] = {
    "Membership": ("member", "arrangement", "instrument"),
    "Absence": ("absentee", "arrangement", "event"),
    "MemberCount": ("countOf", "counted"),
    "Act": ("actKind", "object"),
    "Commitment": ("commitmentType", "obligor", "obligee"),
    "Feature": ("arrangement", "feature"),
    "Requirement": ("requiredFor", "requires"),
    "Position": ("holder", "stance", "object"),
    "Leadership": ("person", "office", "officeOf", "arrangement"),
    "Involvement": ("participant", "event"),
    "Naming": ("named", "name"),
    "Definition": ("defined",),
    "Assessment": ("about", "assessmentKind"),
    "Classification": ("classified", "type"),
}
_ONE_VALUE = {"MemberCount": ("count", "share"), "Feature": ("value",), "Act": ("date",),
              "Leadership": ()}  # fmt: skip
_AGENTS = {"Act": "agent"}


@dataclass(frozen=True)
class Known:
    """A statement of the graph."""

    iri: str
    kind: str
    source: str
    slots: Mapping[str, frozenset[str]]

    def of(self, name: str) -> frozenset[str]:
        """The values of a slot."""
        return self.slots.get(name, frozenset())


def compared(extraction: Extraction, index: Index) -> Extraction:
    """*extraction* with ``news`` and ``about`` of each candidate filled in."""
    known = _statements(index)
    return replace(
        extraction,
        candidates=tuple(
            _news(candidate, extraction.source, known) for candidate in extraction.candidates
        ),
    )


def _news(
    candidate: Candidate, source: str, known: Mapping[tuple[str, str], tuple[Known, ...]]
) -> Candidate:
    slots: dict[str, frozenset[str]] = {}
    for slot in candidate.slots:
        slots[slot.property] = slots.get(slot.property, frozenset()) | {slot.value.value}
    near: dict[str, Known] = {}
    for name in SUBJECT.get(candidate.kind, ()):
        for value in slots.get(name, ()):
            for statement in known.get((candidate.kind, value), ()):
                near[statement.iri] = statement
    same = [s for s in near.values() if _same_subject(candidate.kind, slots, s)]
    clashing = [s for s in same if _clash(candidate, slots, s)]
    clashing += _member_or_absent(candidate, slots, known)
    agreeing = [s for s in same if s not in clashing]
    if clashing:
        return _with(candidate, "conflicts", clashing)
    own = [s for s in agreeing if s.source == source]
    if own:
        return _with(candidate, "same", own)
    if agreeing:
        return _with(candidate, "adds evidence", agreeing)
    return _with(candidate, "new", ())


def _with(candidate: Candidate, news: str, about: Iterable[Known]) -> Candidate:
    return replace(candidate, news=news, about=tuple(sorted(s.iri for s in about)))


def _same_subject(kind: str, slots: Mapping[str, frozenset[str]], other: Known) -> bool:
    shared = False
    for name in SUBJECT[kind]:
        mine, theirs = slots.get(name, frozenset()), other.of(name)
        if mine and theirs:
            if not mine & theirs:
                return False
            shared = True
        elif name in ("actKind", "commitmentType", "feature", "office", "stance", "name") or (
            mine != theirs and kind not in ("Leadership", "Act")
        ):
            return False
    agents = _AGENTS.get(kind)
    if agents and slots.get(agents) and other.of(agents):
        return shared and bool(slots[agents] & other.of(agents))
    return shared


def _clash(candidate: Candidate, slots: Mapping[str, frozenset[str]], other: Known) -> bool:
    theirs = {slug(v) for v in other.of("polarity")}
    if theirs and candidate.polarity not in theirs and "not-stated" not in theirs:
        return True
    for name in _ONE_VALUE.get(candidate.kind, ()):
        mine, held = slots.get(name, frozenset()), other.of(name)
        if mine and held and not any(_agree(name, m, h) for m in mine for h in held):
            return True
    return False


def _agree(name: str, mine: str, held: str) -> bool:
    if name != "date":
        return mine == held
    return all(
        a == b or "X" in a or "X" in b
        for a, b in zip(mine.split("-"), held.split("-"), strict=False)
    )


def _member_or_absent(
    candidate: Candidate,
    slots: Mapping[str, frozenset[str]],
    known: Mapping[tuple[str, str], tuple[Known, ...]],
) -> list[Known]:
    pair = {"Membership": ("member", "Absence", "absentee"),
            "Absence": ("absentee", "Membership", "member")}.get(candidate.kind)  # fmt: skip
    if pair is None or candidate.polarity != "affirmed":
        return []
    mine, other, theirs = pair
    left = {slug(v) for v in slots.get("absenceKind", ())} == {"left"}
    roles = {slug(v) for v in slots.get("role", ())}
    if left or roles & {"supporter", "observer", "former", "invited"} or slots.get("begin"):
        return []
    return [
        statement
        for value in slots.get(mine, ())
        for statement in known.get((other, value), ())
        if value in statement.of(theirs)
        and slots.get("arrangement", frozenset()) & statement.of("arrangement")
        and "left" not in {slug(v) for v in statement.of("absenceKind")}
        and not {slug(v) for v in statement.of("role")} & {"supporter", "observer", "former"}
        and not statement.of("end")
        and {slug(v) for v in statement.of("polarity")} != {"negated"}
    ]


def _statements(index: Index) -> Mapping[tuple[str, str], tuple[Known, ...]]:
    return _read(index)


@lru_cache(maxsize=4)
def _read(index: Index) -> Mapping[tuple[str, str], tuple[Known, ...]]:
    found: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for graph in index.sources:
        by_subject: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        kinds: dict[str, str] = {}
        for quad in index.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.Triple):
                continue
            iri, name = quad.subject.value, quad.predicate.value
            if name == _TYPE:
                kind = quad.object.value.removeprefix(F)
                if kind in KINDS:
                    kinds[iri] = kind
            elif name.startswith(F):
                by_subject[iri][name.removeprefix(F)].add(quad.object.value)
        source = f"{BASE}id/source/{slug(graph)}"
        for iri, kind in kinds.items():
            slots = {name: frozenset(values) for name, values in by_subject[iri].items()}
            statement = Known(iri, kind, source, slots)
            for name in SUBJECT.get(kind, ()):
                for value in slots.get(name, ()):
                    found[kind, value].append(statement)
    return {key: tuple(statements) for key, statements in found.items()}
