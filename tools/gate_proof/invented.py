"""Arrangements that nobody ever made: facts drawn at random, so that no type can be a copied label.

Each is a :class:`Spec`: what sort of thing, what it rests on, what it promises with which force,
which features it has and lacks, what it is denied to promise. Specs that contradict themselves are
not drawn: HermiT finds no types in a contradiction. Classifications by name ("a NATO-style
alliance") are added to all of them; no definition may take them up.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import BASE, F, expand
from foedus.graph import facts
from foedus.graph.agreement import Types, by_rules
from foedus.graph.reasoning import TYPE

SORTS = ("SecurityArrangement", "Phase", "Proposal")
RESTS_ON = ("", "Instrument", "Treaty", "DefenseCooperationAgreement")
COMMITMENTS = ("defense", "offense", "neutrality", "nonaggression", "consultation",
               "international-law", "intelligence", "basing", "security-assurance")  # fmt: skip
FORCES = ("binding", "political", "unknown")
FEATURES = ("formal-treaty", "integrated-command", "joint-planning", "mutual-defense-guarantee",
            "exercises", "funding", "secretariat")  # fmt: skip
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")


@dataclass(frozen=True)
class Spec:
    """One invented arrangement, phase or proposal."""

    sort: str = "SecurityArrangement"
    rests_on: str = ""
    #: Type of commitment, force, whether mutual (``None``: not said).
    commitments: tuple[tuple[str, str, bool | None], ...] = ()
    has: frozenset[str] = field(default_factory=frozenset)
    lacks: frozenset[str] = field(default_factory=frozenset)
    unpromised: frozenset[str] = field(default_factory=frozenset)

    def sound(self) -> Spec:
        """The same without what contradicts itself."""
        if self.sort == "Proposal":  # a proposal rests on nothing and promises nothing yet
            return Spec("Proposal", has=self.has, lacks=self.lacks - self.has)
        implied = set(self.has)
        if self.rests_on == "Treaty":
            implied.add("formal-treaty")
        if ("defense", "binding", True) in self.commitments:
            implied.add("mutual-defense-guarantee")
        promised = {kind for kind, _, _ in self.commitments}
        # Only the obligations of an alliance can be denied, by the axioms.
        unpromised = (self.unpromised & set(COMMITMENTS[:5])) - promised
        return Spec(
            self.sort, self.rests_on, self.commitments, self.has, self.lacks - implied, unpromised
        )


def drawn(seed: int, number: int) -> list[Spec]:
    """So many specs, the same for one seed; each property is as often there as not."""
    chance = random.Random(f"invented {seed}")

    def some(values: Iterable[str], share: float) -> frozenset[str]:
        return frozenset(value for value in values if chance.random() < share)

    specs = []
    for _ in range(number):
        promised = sorted(some(COMMITMENTS, chance.choice([0.1, 0.2, 0.4])))
        specs.append(
            Spec(
                chance.choice(SORTS[: chance.choice([1, 2, 3])]),
                chance.choice(RESTS_ON),
                tuple(
                    (kind, chance.choice(FORCES[: chance.choice([1, 3])]),
                     chance.choice([True, True, False, None]))
                    for kind in promised
                ),
                some(FEATURES, chance.choice([0.1, 0.5, 0.9])),
                some(FEATURES, 0.25),
                some(COMMITMENTS[:5], 0.25),
            ).sound()
        )  # fmt: skip
    return specs


def edges() -> list[Spec]:
    """Specs at the edge of the definitions: each has all that one needs, or all but one thing."""
    parts = frozenset({"integrated-command", "joint-planning"})
    nato = parts | {"formal-treaty", "mutual-defense-guarantee"}
    shield = (("defense", "binding", True),)
    made = [
        Spec(),
        Spec(unpromised=frozenset({"defense"})),
        Spec(rests_on="Treaty"),
        Spec(rests_on="DefenseCooperationAgreement"),
        Spec("Phase", "Treaty", shield, parts),
        Spec("Proposal", has=nato),
    ]
    made += [Spec(has=frozenset({one}), unpromised=frozenset({"defense"})) for one in FEATURES]
    for kind in COMMITMENTS:
        made += [Spec(rests_on="Treaty", commitments=((kind, "binding", None),)),
                 Spec(rests_on="Instrument", commitments=((kind, "political", True),))]  # fmt: skip
    made.append(
        Spec(
            commitments=(("nonaggression", "binding", True), ("international-law", "binding", True))
        )
    )
    for rests_on in ("Treaty", "Instrument"):
        for promise in (*shield, ("defense", "binding", False), ("defense", "political", True)):
            made.append(Spec("SecurityArrangement", rests_on, (promise,), parts))
        made += [Spec("Phase", rests_on, shield, parts - {one}) for one in sorted(parts)]
    for sort in ("SecurityArrangement", "Proposal"):
        made += [Spec(sort, has=nato - {one}, lacks=frozenset({one})) for one in sorted(nato)]
        made += [Spec(sort, lacks=frozenset({one})) for one in FEATURES]
    return [spec.sound() for spec in made]


def contradictory() -> list[Spec]:
    """Specs that contradict themselves, each in one way: promised and denied, had and lacking."""
    denied = [
        Spec(commitments=((kind, "binding", None),), unpromised=frozenset({kind}))
        for kind in COMMITMENTS[:5]
    ]
    return [
        *denied,
        *(Spec(has=frozenset({one}), lacks=frozenset({one})) for one in FEATURES),
        Spec(rests_on="Treaty", lacks=frozenset({"formal-treaty"})),
        Spec(
            commitments=(("defense", "binding", True),),
            lacks=frozenset({"mutual-defense-guarantee"}),
        ),
    ]


def triples(specs: Iterable[Spec]) -> Iterator[ox.Triple]:
    """The facts of the specs, each about individuals of its own."""

    def node(kind: str, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{BASE}id/{kind}/{name}")

    def fact(subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(F + name), value)

    def is_a(subject: ox.NamedNode, *classes: str) -> Iterator[ox.Triple]:
        for cls in classes:
            yield ox.Triple(subject, TYPE, ox.NamedNode(F + cls))

    for number, spec in enumerate(specs):
        thing = node(spec.sort.lower(), f"invented-{number}")
        yield from is_a(thing, spec.sort)
        if spec.rests_on:
            text = node("instrument", f"invented-{number}")
            yield from is_a(text, *dict.fromkeys(("Instrument", spec.rests_on)))
            yield fact(thing, "basedOn", text)
        for place, (kind, force, mutual) in enumerate(spec.commitments):
            clause = node("commitment", f"invented-{number}-{place}")
            yield from is_a(clause, "Commitment")
            yield fact(thing, "hasCommitment", clause)
            yield fact(clause, "commitmentType", ox.NamedNode(expand(f"commitment:{kind}")))
            yield fact(clause, "force", ox.NamedNode(expand(f"force:{force}")))
            if mutual is not None:
                yield fact(clause, "mutual", ox.Literal(str(mutual).lower(), datatype=_BOOLEAN))
        for name, features in (("hasFeature", spec.has), ("lacksFeature", spec.lacks)):
            for feature in sorted(features):
                yield fact(thing, name, ox.NamedNode(expand(f"feature:{feature}")))
        for kind in sorted(spec.unpromised):
            yield fact(thing, "doesNotPromise", ox.NamedNode(expand(f"commitment:{kind}")))


def ruled(ontology: Iterable[ox.Quad], facts_: Iterable[ox.Triple], rules: Path) -> Types:
    """The types that the rules for types give to invented facts beside an ontology."""
    store = ox.Store()
    store.extend(ontology)
    about = list(facts_)
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in about)
    for number, fact in enumerate(about):  # labels, which must make no difference
        if fact.predicate == TYPE and fact.object == ox.NamedNode(F + "SecurityArrangement"):
            label = ox.NamedNode(f"{BASE}id/classification/invented-{number}")
            for name, value in (
                ("classified", fact.subject),
                ("type", ox.NamedNode(expand("typology:nato-style-alliance"))),
                ("polarity", ox.NamedNode(expand("polarity:affirmed"))),
            ):
                store.add(ox.Quad(label, ox.NamedNode(F + name), value))
            store.add(ox.Quad(label, TYPE, ox.NamedNode(F + "Classification")))
    facts.apply_rules(store, facts.read_rules(rules / "6-types"))
    return by_rules(store)
