"""What claims rest on: how many sources, named or anonymous, and in what voice.

A claim is a fact, or a statement that nobody took as one. Its voice is the best of those behind
it: what an office-holder said and an analyst repeats is official. It is anonymous where nobody
behind it has a name. All claims of a release are read once and kept by their *signature*, of which
there are few, so that a page of them costs the same however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foedus.content.names import slug
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.statements import Said

#: The voices, the best first, each with the modalities that it stands for.
VOICES: Mapping[str, tuple[str, ...]] = {
    "official": ("official-text", "official-statement"),
    "encyclopedic": ("encyclopedic",),
    "reported": ("reported-named", "reported-anonymous"),
    "analyst": ("analyst",),
    "rhetorical": ("rhetorical",),
}
_VOICE = {modality: voice for voice, of in VOICES.items() for modality in of}
_BEST = {voice: n for n, voice in enumerate(VOICES)}
#: What is read of a statement.
_SAID = "f:statementKind ?kind ; f:inSource ?source ; f:modality ?modality"
ANONYMOUS = "reported-anonymous"
#: The facets of claims, each with its values in their order (none: whatever there is).
FACETS: Mapping[str, tuple[str, ...]] = {
    "rests": ("one", "several"),
    "named": ("named", "anonymous"),
    "voice": tuple(VOICES),
    "taken": ("fact", "said"),
    "kind": (),
    "source": (),
}
#: What one select on a page offers, as facet and value.
CHOICES: Mapping[str, tuple[str, str]] = {
    "one": ("rests", "one"),
    "several": ("rests", "several"),
    "anonymous": ("named", "anonymous"),
    **{voice: ("voice", voice) for voice in VOICES},
}


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """What a claim rests on: sources by name, named or anonymous, the best voice behind it."""

    sources: tuple[str, ...]
    named: str
    voice: str

    @property
    def rests(self) -> str:
        """``one`` or ``several`` sources."""
        return "one" if len(self.sources) == 1 else "several"

    def has(self, facet: str, wanted: str) -> bool:
        """Whether the claim is of this value of a facet."""
        if facet == "source":
            return wanted in self.sources
        return wanted == {"rests": self.rests, "named": self.named, "voice": self.voice}[facet]


def weight_of(sources: Iterable[str], modalities: Iterable[str]) -> Weight:
    """The weight of what these sources say in these modalities (IRIs)."""
    slugs = {slug(modality) for modality in modalities}
    voices = {_VOICE.get(name, name) for name in slugs}
    return Weight(
        tuple(sorted({slug(source) for source in sources if source})),
        "anonymous" if slugs == {ANONYMOUS} else "named",
        min(voices, key=lambda voice: (_BEST.get(voice, len(_BEST)), voice), default=""),
    )


def weight(basis: Iterable[Said]) -> Weight:
    """The weight of a claim by the statements behind it."""
    said = list(basis)
    return weight_of((s.source for s in said), (s.modality for s in said))


def weights(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, Weight]:
    """The weight of each of these facts and statements."""
    if not iris:
        return {}
    nodes = " ".join(f"<{iri}>" for iri in iris)
    read = _read(
        knowledge,
        f"VALUES ?x {{ {nodes} }} {{ ?x f:basis ?st . ?st {_SAID} }} UNION {{ ?x {_SAID} }}",
    )
    return {iri: weight for iri, (_, weight) in read.items()}


def _read(knowledge: Knowledge, where: str) -> dict[str, tuple[str, Weight]]:
    """Kind and weight of each ``?x`` of a pattern with ?kind, ?source and ?modality."""
    behind: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row in knowledge.rows(f"SELECT ?x ?kind ?source ?modality {{ {where} }}"):
        said = (value(row["kind"]), value(row["source"]), value(row["modality"]))
        behind[value(row["x"])].add(said)
    known: dict[frozenset[tuple[str, str, str]], tuple[str, Weight]] = {}
    found = {}
    for iri, of in behind.items():
        key = frozenset(of)
        if key not in known:
            kind = slug(min(kind for kind, _, _ in of))
            known[key] = kind, weight_of((s for _, s, _ in of), (m for _, _, m in of))
        found[iri] = known[key]
    return found


@dataclass(frozen=True, slots=True, order=True)
class Signature:
    """What all claims have in common that no facet tells apart."""

    kind: str
    taken: str
    weight: Weight

    def has(self, facet: str, wanted: str) -> bool:
        """Whether these claims are of this value of a facet."""
        if facet in ("kind", "taken"):
            return wanted == (self.kind if facet == "kind" else self.taken)
        return self.weight.has(facet, wanted)

    def values(self, facet: str) -> tuple[str, ...]:
        """Their values of a facet."""
        if facet == "source":
            return self.weight.sources
        values = {"kind": self.kind, "taken": self.taken, "rests": self.weight.rests}
        return (values.get(facet) or getattr(self.weight, facet),)


class Claims:
    """Every claim of a dataset by its signature."""

    def __init__(self, claims: Mapping[Signature, Sequence[str]]) -> None:
        self._claims = {signature: tuple(claims[signature]) for signature in sorted(claims)}

    def page(
        self, chosen: Mapping[str, str], limit: int, offset: int
    ) -> tuple[int, list[tuple[str, Signature]]]:
        """How many claims are of all the chosen values, and some of them."""
        found: list[tuple[str, Signature]] = []
        total = 0
        for signature, iris in self._claims.items():
            if not all(signature.has(facet, wanted) for facet, wanted in chosen.items()):
                continue
            first = max(0, offset - total)
            total += len(iris)
            room = limit - len(found)
            found += [(iri, signature) for iri in iris[first : first + room]]
        return total, found

    def counts(self, chosen: Mapping[str, str], facet: str) -> dict[str, int]:
        """How many claims there are of each value of *facet*, given the other choices."""
        others = {name: wanted for name, wanted in chosen.items() if name != facet}
        found = dict.fromkeys(FACETS[facet], 0)
        for signature, iris in self._claims.items():
            if all(signature.has(name, wanted) for name, wanted in others.items()):
                for own in signature.values(facet):
                    found[own] = found.get(own, 0) + len(iris)
        if FACETS[facet]:
            return {own: number for own, number in found.items() if number}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def read_claims(knowledge: Knowledge) -> Claims:
    """Every fact, and every statement that is none."""
    patterns = {
        "fact": f"?x f:basis ?st . ?st {_SAID}",
        "said": f"?x {_SAID} FILTER NOT EXISTS {{ ?fact f:basis ?x }}",
    }
    claims: dict[Signature, list[str]] = defaultdict(list)
    for taken, where in patterns.items():
        for iri, (kind, weight) in sorted(_read(knowledge, where).items()):
            claims[Signature(kind, taken, weight)].append(iri)
    return Claims(claims)
