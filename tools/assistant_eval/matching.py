"""When a candidate is the same as a curated statement.

Both are of one kind, their passages overlap, and what makes the statement is the same: the slots of
:data:`KEYS`. A thing that the index did not know can only be a new thing; it agrees with a curated
thing of the left-out article of the same sort. Each curated statement is found once; a candidate
that finds one found already (by a better one) counts neither for nor against. A promise of two
sides to each other is one candidate, and finds both where the curators wrote one for each side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.assist.index import Index
from foedus.assist.model import Candidate, Extraction
from foedus.content.names import BASE, OA, F, slug
from foedus.graph.facts import KINDS

#: Slots that must share a value, and slots that must where both have them.
KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Membership": (("member", "arrangement|instrument"), ("role",)),
    "Absence": (("absentee",), ("arrangement|event",)),
    "MemberCount": (("count|share",), ("countOf",)),
    "Act": (("actKind",), ("agent", "object")),
    "Commitment": (("commitmentType", "obligor", "obligee"), ()),
    "Feature": (("feature", "value", "arrangement"), ()),
    "Leadership": (("person", "office"), ("arrangement",)),
    "Position": (("holder", "stance"), ("object",)),
    "Involvement": (("participant", "event"), ()),
    "Naming": (("named", "name"), ()),
    "Requirement": (("requiredFor", "requires"), ()),
    "Definition": (("defined",), ()),
    "Assessment": (("assessmentKind", "about"), ()),
}
CORE = (
    "Membership",
    "Absence",
    "MemberCount",
    "Act",
    "Proposal",
    "Commitment",
    "Feature",
    "Leadership",
)
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SCHEMES = {"arrangement": "body", "proposal": "body", "label": "body", "organization": "body",
            "group": "actor", "state": "actor", "actor": "actor"}  # fmt: skip


@dataclass
class Curated:
    """A statement of the curators, with its passages."""

    iri: str
    kind: str
    slots: dict[str, set[str]]
    passages: list[tuple[int, int]]

    def of(self, name: str) -> set[str]:
        """The values of a slot; of several with ``|`` between their names."""
        return {v for part in name.split("|") for v in self.slots.get(part, ())}


@dataclass
class Outcome:
    """What became of one article."""

    source: str
    found: list[tuple[Curated, Candidate, bool]] = field(default_factory=list)
    wrong: list[Candidate] = field(default_factory=list)
    again: list[Candidate] = field(default_factory=list)
    missed: list[Curated] = field(default_factory=list)
    text: str = ""


def kind_of(kind: str, act: set[str]) -> str:
    """The kind under which a statement is counted: an act of proposing is a proposal."""
    return "Proposal" if kind == "Act" and {slug(a) for a in act} == {"proposed"} else kind


def curated(store: ox.Store, source: str) -> list[Curated]:
    """The statements of one source, in the order of the text."""
    graph = ox.NamedNode(f"{BASE}graph/source/{source}")
    nodes: dict[str, dict[str, set[str]]] = {}
    for quad in store.quads_for_pattern(None, None, None, graph):
        if isinstance(quad.subject, ox.NamedNode):
            name = quad.predicate.value.removeprefix(F)
            nodes.setdefault(quad.subject.value, {}).setdefault(name, set()).add(quad.object.value)  # type: ignore[union-attr]
    made = []
    for iri, slots in nodes.items():
        kind = next(
            (t.removeprefix(F) for t in slots.get(_TYPE, ()) if t.removeprefix(F) in KINDS), ""
        )
        if not kind:
            continue
        passages = sorted(
            (int(next(iter(nodes[e][OA + "start"]))), int(next(iter(nodes[e][OA + "end"]))))
            for e in slots.get("evidence", ())
            if OA + "start" in nodes.get(e, {})
        )
        made.append(Curated(iri, kind, slots, passages))
    return sorted(made, key=lambda c: c.passages[:1])


def judge(found: Extraction, gold: Sequence[Curated], index: Index) -> Outcome:
    """Every candidate and every curated statement, each with its counterpart if it has one."""
    outcome = Outcome(slug(found.source), text=found.document.text)
    known = {q.subject.value for q in index.store.quads_for_pattern(
        None, ox.NamedNode(_TYPE), None, None)
             if isinstance(q.subject, ox.NamedNode)}  # fmt: skip
    new = {thing.iri for thing in found.things}
    pairs = sorted(
        (
            (_overlap(statement, candidate), -number, statement, candidate)
            for number, candidate in enumerate(found.candidates)
            for statement in gold
            if same(candidate, statement, known, new)
        ),
        key=lambda pair: (pair[0], pair[1]),
        reverse=True,
    )
    taken: dict[str, Candidate] = {}
    used: set[str] = set()
    for _, _, statement, candidate in pairs:
        if statement.iri not in taken and (
            candidate.key not in used or _wider(candidate, statement)
        ):
            taken[statement.iri] = candidate
            used.add(candidate.key)
            span = (candidate.passage.start, candidate.passage.end)
            outcome.found.append((statement, candidate, span in statement.passages))
    doubles = {candidate.key for _, _, _, candidate in pairs} - used
    for candidate in found.candidates:
        if candidate.key in doubles:
            outcome.again.append(candidate)
        elif candidate.key not in used:
            outcome.wrong.append(candidate)
    outcome.missed = [s for s in gold if s.iri not in taken and s.kind in KEYS]
    return outcome


def same(candidate: Candidate, statement: Curated, known: set[str], new: set[str]) -> bool:
    """Whether a candidate says what a curated statement says, at the same place."""
    if candidate.kind != statement.kind or _overlap(statement, candidate) == 0:
        return False
    polarity = {slug(p) for p in statement.of("polarity")}
    if candidate.polarity not in polarity:
        return False
    needed, where_both = KEYS[candidate.kind]
    for name in needed:
        if not _share(_mine(candidate, name), statement.of(name), known, new):
            return False
    for name in where_both:
        mine, theirs = _mine(candidate, name), statement.of(name)
        if mine and theirs and not _share(mine, theirs, known, new):
            return False
    return True


def _wider(candidate: Candidate, statement: Curated) -> bool:
    """Whether one promise of several sides holds what the curators wrote one by one."""
    return candidate.kind == "Commitment" and all(
        statement.of(name) <= _mine(candidate, name) for name in ("obligor", "obligee")
    )


def _mine(candidate: Candidate, name: str) -> set[str]:
    return set(candidate.values(*name.split("|")))


def _share(mine: set[str], theirs: set[str], known: set[str], new: set[str]) -> bool:
    if mine & theirs:
        return True
    if {_number(v) for v in mine} & {_number(v) for v in theirs} - {None}:
        return True
    return any(
        one in new and other not in known and other.startswith(BASE + "id/")
        and _sort(one) == _sort(other)
        for one in mine for other in theirs
    )  # fmt: skip


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _sort(iri: str) -> str:
    scheme = iri.removeprefix(BASE + "id/").split("/")[0]
    return _SCHEMES.get(scheme, scheme)


def _overlap(statement: Curated, candidate: Candidate) -> int:
    start, end = candidate.passage.start, candidate.passage.end
    return sum(max(0, min(b, end) - max(a, start)) for a, b in statement.passages)
