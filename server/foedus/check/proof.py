"""What is proven of the facts: they are consistent, and every way to classify gives their types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pyoxigraph as ox

from foedus.check.explanations.clash import explain_clash, explain_class, unagreed
from foedus.content.read import Reading
from foedus.findings import ContentError
from foedus.graph import agreement, reasoning, sampling

_Type = tuple[str, str]
Progress = Callable[[str, str], None]


def silent(step: str, result: str) -> None:
    """Progress that nobody watches."""


def prove(reading: Reading, tell: Progress = silent) -> reasoning.Verdict:
    """Let HermiT prove the inferred types, and hold all other ways to classify against them: of the
    content all types, of imports those of a sample.

    Raises :class:`ContentError` when the facts are inconsistent with the ontology (with the axioms
    and facts that clash), when a class can have no member, or when the ways disagree on a type.
    """
    spared, sampled = (
        sampling.spared(reading.store, reading.own) if reading.content.imports else (set(), 0)
    )
    axioms = reasoning.terminology(reading.store)
    about = reasoning.assertions(reading.store, spared)
    ways = _ways(reading, axioms, about, spared)
    if not ways.verdict.consistent:
        tell("HermiT", "inconsistent: looking for the axioms and facts that clash")
        raise ContentError(*explain_clash(reading, axioms, about))
    wrong = [
        found for iri in ways.verdict.unsatisfiable for found in explain_class(reading, axioms, iri)
    ]
    wrong += [unagreed(reading, found) for found in ways.disagreements()]
    if wrong:
        raise ContentError(*wrong)
    sample = f" (with {sampled} imported arrangements, a sample)" if spared else ""
    tell("HermiT", f"consistent; {len(ways.types[agreement.HERMIT])} inferred types{sample}")
    asked = len(ways.types[agreement.OWLRL])
    tell("types", f"{', '.join(ways.types)} agree; {asked} of them are within reach of owlrl")
    return ways.verdict


def _ways(
    reading: Reading,
    axioms: list[ox.Triple],
    about: list[ox.Triple],
    spared: Collection[ox.NamedNode],
) -> agreement.Ways:
    """What each way to classify says, or said when axioms, facts and rules gave exactly these."""
    ruled = agreement.by_rules(reading.store, spared)

    def make() -> tuple[bool, tuple[str, ...], list[_Type], dict[str, list[_Type]], dict[str, str]]:
        found = agreement.classify_facts(axioms, about, ruled)
        return (
            found.verdict.consistent,
            found.verdict.unsatisfiable,
            sorted(found.verdict.types),
            {way: sorted(types) for way, types in found.types.items()},
            dict(found.beyond),
        )

    seen = [*sorted(map(str, (*axioms, *about))), *sorted(" ".join(one) for one in ruled)]
    consistent, unsatisfiable, proven, types, beyond = reading.content.kept.memo(
        "proofs by HermiT", seen, make
    )
    return agreement.Ways(
        reasoning.Verdict(consistent, tuple(unsatisfiable), _types(proven)),
        {way: _types(given) for way, given in types.items()},
        beyond,
    )


def _types(pairs: Sequence[Sequence[str]]) -> frozenset[_Type]:
    return frozenset((individual, kind) for individual, kind in pairs)
