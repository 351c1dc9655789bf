"""True sentence, wrong claim: mutants of statements whose passage is real but does not say so.

Each operator changes one thing in one statement, drawn from the vocabulary and the catalogue: a
participant, a number, a date, the polarity, the type of commitment, the kind of act, relation or
stance, who does it to whom, the modality. The passage stays. A mutant is caught when a
slot that was tied before is so no longer, or when a reviewer had accepted the statement, whose
acceptance is then open again; how many the words alone catch is counted beside that.

A mutant that some statement of the same source makes for an overlapping passage is no wrong claim,
and is not drawn.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from foedus.check.grounding.acceptances import acceptances
from foedus.check.grounding.claim import Claim, Value, claims_of
from foedus.check.grounding.ground import ground
from foedus.check.grounding.lexicon import lexicon_of
from foedus.check.grounding.names import Names
from foedus.check.grounding.quantities import date_parts
from foedus.check.grounding.reader import Ground, Reader
from foedus.content.names import BASE, F
from foedus.content.read import Reading
from foedus.content.texts import Texts
from foedus.graph.facts import KINDS

_SKOS = "http://www.w3.org/2004/02/skos/core#"
#: Slots whose two sides can be swapped, by kind of statement.
SIDES = {
    "Commitment": ("obligor", "obligee"),
    "Relation": ("from", "to"),
    "Act": ("agent", "counterpart"),
    "Position": ("holder", "object"),
}
_DATES = ("date", "begin", "end", "saidOn")
_KIND_SLOTS = ("actKind", "stance", "relationKind", "role", "feature", "purpose")
_ACTORS = frozenset({"state", "group", "person", "actor", "organization", "arrangement"})


@dataclass(frozen=True)
class Mutant:
    """A changed claim: by which operator, what was changed, and into what."""

    operator: str
    original: Claim
    claim: Claim
    change: str

    @property
    def name(self) -> str:
        """As survivors are listed."""
        return f"{self.operator}: {self.original.iri.removeprefix(BASE)}: {self.change}"


class Proof:
    """The curated statements of every source whose text is at hand, and mutants of them."""

    def __init__(self, reading: Reading, texts: Texts) -> None:
        self.reading = reading
        store = reading.store
        names = Names(store, lexicon_of(reading.content))
        self.names = names
        self.readers: dict[str, Reader] = {}
        self.claims: list[Claim] = []
        for graph in sorted(reading.source_graphs):
            source = f"{BASE}id/source/{graph.rsplit('/', 1)[-1]}"
            digests = store.quads_for_pattern(
                ox.NamedNode(source), ox.NamedNode(F + "textDigest"), None, None
            )
            text = next((t for q in digests if (t := texts.text(q.object.value))), None)  # type: ignore[union-attr]
            if text is not None:
                self.readers[source] = Reader(store, names, source, text)
                self.claims += claims_of(store, graph, frozenset(KINDS))
        self.accepted = frozenset(acceptances(store))
        self._said: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            self._said[claim.source].append(claim)

    def ground(self, claim: Claim) -> list[Ground]:
        """The slots of *claim* in its text."""
        return ground(self.readers[claim.source], claim)

    @cached_property
    def grounds(self) -> Mapping[str, list[Ground]]:
        """The slots of every curated statement, by its IRI."""
        return {claim.iri: self.ground(claim) for claim in self.claims}

    def caught(self, mutant: Mutant) -> bool:
        """Whether the gate, as the content stands, has a finding on the mutant."""
        return mutant.original.iri in self.accepted or self.caught_by_words(mutant)

    def caught_by_words(self, mutant: Mutant) -> bool:
        """Whether a slot of the mutant is tied no longer that was tied in the original."""
        before = {(g.slot, g.value) for g in self.grounds[mutant.original.iri] if g.reason}
        return any(g.reason and (g.slot, g.value) not in before for g in self.ground(mutant.claim))

    def said(self, claim: Claim) -> bool:
        """Whether the curated content says *claim*, or what holds it, at an overlapping passage."""
        core = _core(claim)
        return any(
            other.kind == claim.kind
            and any(a < d and c < b for a, b in other.passages for c, d in claim.passages)
            and core <= _core(other)
            for other in self._said[claim.source]
        )

    def mutants(self, seed: int, each: int) -> Iterator[Mutant]:
        """At most *each* mutants by every operator, drawn at random but the same for one seed."""
        for name, operator in OPERATORS.items():
            chance = random.Random(f"{seed} {name}")
            candidates = [
                claim
                for claim in self.claims
                if any(True for _ in operator(self, claim, random.Random(0)))
            ]
            drawn: dict[tuple[str, str], Mutant] = {}
            for _ in range(each * 6):
                if len(drawn) == each or not candidates:
                    break
                original = chance.choice(candidates)
                options = list(operator(self, original, chance))
                claim, change = chance.choice(options)
                if not self.said(claim):
                    drawn.setdefault((original.iri, change), Mutant(name, original, claim, change))
            yield from drawn.values()

    @cached_property
    def concepts(self) -> Mapping[str, list[str]]:
        """The concepts of each scheme."""
        found = defaultdict(list)
        pattern = self.reading.store.quads_for_pattern(
            None, ox.NamedNode(_SKOS + "inScheme"), None, ox.DefaultGraph()
        )
        for iri in sorted(
            {q.subject.value for q in pattern if isinstance(q.subject, ox.NamedNode)}
        ):
            found[iri.removeprefix(BASE + "concept/").split("/")[0]].append(iri)
        return found

    @cached_property
    def things(self) -> Mapping[str, list[str]]:
        """The things of each kind of IRI (state, person, …)."""
        found = defaultdict(list)
        for iri in sorted(self.names.things):
            found[Value(iri, True).scheme].append(iri)
        return found


Change = tuple[Claim, str]
Operator = Callable[[Proof, Claim, random.Random], Iterator[Change]]


def _core(claim: Claim) -> frozenset[tuple[str, str]]:
    left_out = {"certainty", "citedWork", "saidOn", "inferredDate"}
    return frozenset(
        (name, v.text)
        for name, values in claim.slots.items()
        if name not in left_out
        for v in values
    )


def _with(claim: Claim, slot: str, old: Value, new: str) -> Change:
    values = tuple(Value(new, v.iri) if v == old else v for v in claim.slots[slot])
    short = [
        text.removeprefix(BASE).removeprefix("id/").removeprefix("concept/")
        for text in (old.text, new)
    ]
    return replace(claim, slots={**claim.slots, slot: values}), f"{slot} {short[0]} -> {short[1]}"


def participant(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Somebody else, as often from the same text as from the whole catalogue."""
    named = proof.readers[claim.source].mentions
    present = {v.text for values in claim.slots.values() for v in values}
    for slot, values in claim.slots.items():
        for value in values:
            if not value.text.startswith(BASE + "id/") or value.scheme == "source":
                continue
            others = [iri for iri in proof.things[value.scheme] if iri not in present]
            near = [iri for iri in others if iri in named]
            pool = near if near and chance.random() < 0.5 else others
            if pool:
                yield _with(claim, slot, value, chance.choice(pool))


def number(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Another number: one more, one less, ten times as many, digits the other way round."""
    for slot in ("count", "share"):
        for value in claim.slots.get(slot, ()):
            old = float(value.text)
            if slot == "share":
                others = [old + 0.05, old - 0.05, 1 - old, old / 2]
                yield from (_with(claim, slot, value, f"{o:.2g}") for o in others if o != old)
            else:
                turned = int(str(int(old))[::-1])
                options = {old + 1, old - 1, old * 10, turned, old + 10, old * 2} - {old}
                yield from (
                    _with(claim, slot, value, str(int(o))) for o in sorted(options) if o > 0
                )


def date(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Another year, month or day."""
    for slot in _DATES:
        for value in claim.slots.get(slot, ()):
            for part in date_parts(value.text)[:1]:
                if (year := part.get("year", "")).isdigit():
                    new = str(int(year) + chance.choice([-10, -3, -2, -1, 1, 2, 3, 10]))
                    yield _with(claim, slot, value, value.text.replace(year, new))
                if (month := part.get("month", "")).isdigit() and int(month) <= 12:
                    new = f"-{(int(month) + chance.randint(0, 10)) % 12 + 1:02}"
                    yield _with(claim, slot, value, value.text.replace(f"-{month}", new, 1))
                if (day := part.get("day", "")).isdigit():
                    new = f"-{(int(day) + chance.randint(0, 26)) % 28 + 1:02}"
                    if value.text.endswith(f"-{day}") and new != f"-{day}":
                        yield _with(claim, slot, value, value.text.removesuffix(f"-{day}") + new)


def polarity(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Denied for affirmed, a feature that is lacking for one that is there, and back."""
    for value in claim.slots.get("polarity", ()):
        other = "affirmed" if value.text.endswith("negated") else "negated"
        yield _with(claim, "polarity", value, f"{BASE}concept/polarity/{other}")
    for value in claim.slots.get("value", ()):
        turned = {"yes": "no", "no": "yes"}.get(value.text.rsplit("/", 1)[-1])
        if turned:
            yield _with(claim, "value", value, f"{BASE}concept/value/{turned}")


def commitment(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Another type of commitment."""
    yield from _other_concept(proof, claim, chance, ("commitmentType",))


def kind(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Another act, stance, relation, role, feature or purpose."""
    yield from _other_concept(proof, claim, chance, _KIND_SLOTS)


def direction(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """The two sides swapped, where that says something else."""
    sides = SIDES.get(claim.kind)
    if sides is None or claim.one("relationKind") in proof.names.lexicon.symmetric:
        return
    if claim.one("actKind") in proof.names.lexicon.symmetric:
        return
    one, other = (claim.slots.get(s, ()) for s in sides)
    if not one or not other or set(one) == set(other):
        return
    if {v.scheme for v in (*one, *other)} <= _ACTORS:
        swapped = {**claim.slots, sides[0]: other, sides[1]: one}
        yield replace(claim, slots=swapped), f"{sides[0]} and {sides[1]} swapped"


def modality(proof: Proof, claim: Claim, chance: random.Random) -> Iterator[Change]:
    """Another voice."""
    yield from _other_concept(proof, claim, chance, ("modality",))


def _other_concept(
    proof: Proof, claim: Claim, chance: random.Random, slots: tuple[str, ...]
) -> Iterator[Change]:
    for slot in slots:
        for value in claim.slots.get(slot, ()):
            others = [c for c in proof.concepts[value.scheme] if c != value.text]
            if others:
                yield _with(claim, slot, value, chance.choice(others))


OPERATORS: Mapping[str, Operator] = {
    "participant": participant,
    "number": number,
    "date": date,
    "polarity": polarity,
    "type of commitment": commitment,
    "kind": kind,
    "direction": direction,
    "modality": modality,
}
