"""The parts that prove what the gate finds in content: seeded defects, and wrong claims."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from foedus.content.locate import Content
from foedus.content.read import read_content
from foedus.content.texts import Texts
from gate_proof.claims import Proof
from gate_proof.defects import KINDS
from gate_proof.edits import prove as compare
from gate_proof.figures import Figures
from gate_proof.seeded import prove

#: At most so many slots of good content are untied.
FALSE = 0.02
#: At least so many of the defects are found at their very characters.
EXACT = 0.98


def defects(root: Path, seed: int, each: int, piece: tuple[int, int]) -> Figures:
    """Seeded defects: found on their line, at their characters."""

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    figures = Figures("defects", "seeded defect", ("seeded", "on its line", "at its characters"))
    number, of = piece
    for kind in prove(root, each, seed, tell, list(KINDS)[number - 1 :: of]):
        figures.count(kind.name, kind.seeded, kind.on_line, kind.exact)
        figures.survivors += [f"{kind.name}: {where}" for where in kind.missed]
    exact = figures.total(2) / figures.total(0)
    if exact < EXACT:
        figures.notes.append(f"{1 - exact:.1%} not at their characters: too many.")
    return figures


def claims(content: Content, seed: int, each: int) -> Figures:
    """True sentence, wrong claim: caught, and caught by the words alone; false alarms below."""
    proof = Proof(read_content(content), Texts())
    if not proof.claims:
        print("No text is at hand; FOEDUS_ARTICLES names their folder.", file=sys.stderr)
        raise SystemExit(2)
    figures = Figures(
        "claims", "true sentence, wrong claim", ("mutants", "caught", "by words alone")
    )
    drawn = Counter[str]()
    for mutant in proof.mutants(seed, each):
        drawn[mutant.operator] += 1
        caught = proof.caught(mutant)
        figures.count(mutant.operator, 1, caught, proof.caught_by_words(mutant))
        if not caught:
            figures.survivors.append(mutant.name)
    slots = [ground for found in proof.grounds.values() for ground in found]
    untied = [ground for ground in slots if ground.reason]
    statements = sum(any(g.reason for g in found) for found in proof.grounds.values())
    alarms = len(untied) / len(slots)
    figures.notes.append(
        f"False alarms on the curated content: {len(untied)} of {len(slots)} slots untied "
        f"({alarms:.1%}{', too many' if alarms > FALSE else ''}), in {statements} of "
        f"{len(proof.claims)} statements; accepted by a reviewer: {len(proof.accepted)} statements."
    )
    return figures


def edits(root: Path, seed: int, number: int, *, whole: bool) -> Figures:
    """Random edits: after each the incremental gate must say what the full one says."""

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    texts = Texts().folder
    if not texts.is_dir():
        print("No text is at hand; FOEDUS_ARTICLES names their folder.", file=sys.stderr)
        raise SystemExit(2)
    outcome = compare(root, texts, number, seed, whole=whole, tell=tell)
    figures = Figures("edits", "edit", ("made", "same as the full check"))
    different = Counter(where.split(", ", 1)[1].split(":")[0] for where in outcome.different)
    for name, times in sorted(outcome.edits.items()):
        figures.count(name, times, times - different[name])
    figures.survivors += outcome.different
    figures.notes.append(
        f"HermiT ran anew in {outcome.reasoned} of the full checks. CPU of the process for one "
        f"edit: incremental {outcome.incremental_seconds / number:.2f} s, full "
        f"{outcome.full_seconds / number:.2f} s."
    )
    return figures
