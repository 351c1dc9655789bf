"""What HermiT proves of the facts: they are consistent, and their types are those of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from foedus.check.explanations.clash import explain_clash, explain_class, placed
from foedus.content.names import shorten
from foedus.content.read import Reading
from foedus.findings import ContentError
from foedus.graph import reasoning

Progress = Callable[[str, str], None]


def silent(step: str, result: str) -> None:
    """Progress that nobody watches."""


def prove(reading: Reading, tell: Progress = silent) -> reasoning.Verdict:
    """Let HermiT prove the inferred types.

    Raises :class:`ContentError` when the facts are inconsistent with the ontology (with the axioms
    and facts that clash), when a class can have no member, or when rules and reasoner disagree.
    """
    axioms, about = reasoning.terminology(reading.store), reasoning.assertions(reading.store)
    verdict = _verdict(reading, [*axioms, *about])
    if not verdict.consistent:
        tell("HermiT", "inconsistent: looking for the axioms and facts that clash")
        raise ContentError(*explain_clash(reading, axioms, about))
    wrong = [
        found for iri in verdict.unsatisfiable for found in explain_class(reading, axioms, iri)
    ]
    for found in reasoning.compare(reading.store, verdict):
        who, other = (
            ("rules", "HermiT does not") if found.by_rules else ("HermiT", "the rules do not")
        )
        wrong.append(
            placed(
                reading,
                found.individual,
                "type-proof",
                f"{who} give {shorten(found.individual)} the type {shorten(found.type)}, {other}",
            )
        )
    if wrong:
        raise ContentError(*wrong)
    proven = sum(1 for _, c in verdict.types if c in reasoning.defined_classes(reading.store))
    tell("HermiT", f"consistent; {proven} inferred types, equal to the rules'")
    return verdict


def _verdict(reading: Reading, triples: Sequence[ox.Triple]) -> reasoning.Verdict:
    """What HermiT says of *triples*, or said when they were exactly these."""

    def make() -> tuple[bool, tuple[str, ...], list[tuple[str, str]]]:
        found = reasoning.classify(triples)
        return found.consistent, found.unsatisfiable, sorted(found.types)

    seen = sorted(map(str, triples))
    consistent, unsatisfiable, types = reading.content.kept.memo("proofs by HermiT", seen, make)
    return reasoning.Verdict(
        consistent, tuple(unsatisfiable), frozenset((iri, kind) for iri, kind in types)
    )
