"""`make gate-proof`: how much the gate finds of what is wrong, and what it leaves.

Each part prints a table and the survivors by name: *defects*, mistakes seeded in the content, each
with the place where its finding must point; *claims*, mutants of statements whose passage is real
but does not say so; *edits*, after which the incremental gate must say what the full one says.
Exit 1 where a figure misses its bar, 2 without texts.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from foedus.content.locate import find_content
from foedus.content.read import read_content
from foedus.content.texts import Texts
from gate_proof.claims import Proof
from gate_proof.edits import prove as compare
from gate_proof.seeded import prove

#: At least so many of the mutants are caught, at most so many slots of good content are untied.
CAUGHT, FALSE = 0.95, 0.02
#: All defects are found on their line, and at least so many at their very characters.
EXACT = 0.98


def defects(content: Path | None, seed: int, each: int) -> bool:
    """Seeded defects: print the figures; whether they meet the bars."""

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    kinds = prove(find_content(content).root, each, seed, tell)
    print("| seeded defect | seeded | on its line | at its characters |")
    print("| --- | ---: | ---: | ---: |")
    for kind in kinds:
        print(f"| {kind.name} | {kind.seeded} | {kind.on_line} | {kind.exact} |")
    seeded, on_line, exact = (
        sum(getattr(kind, name) for kind in kinds) for name in ("seeded", "on_line", "exact")
    )
    print(f"| all {len(kinds)} kinds | {seeded} | {on_line} | {exact} ({exact / seeded:.1%}) |")
    missed = [f"{kind.name}: {where}" for kind in kinds for where in kind.missed]
    print(f"\nNot at their characters ({len(missed)}):")
    for where in missed:
        print(f"- {where}")
    print()
    return on_line == seeded and exact >= EXACT * seeded


def claims(content: Path | None, seed: int, each: int) -> bool:
    """True sentence, wrong claim: print the figures; whether they meet the bars."""
    proof = Proof(read_content(find_content(content)), Texts())
    if not proof.claims:
        print("No text is at hand; FOEDUS_ARTICLES names their folder.", file=sys.stderr)
        raise SystemExit(2)
    drawn, caught, words = Counter[str](), Counter[str](), Counter[str]()
    survivors = []
    for mutant in proof.mutants(seed, each):
        drawn[mutant.operator] += 1
        words[mutant.operator] += proof.caught_by_words(mutant)
        if proof.caught(mutant):
            caught[mutant.operator] += 1
        else:
            survivors.append(mutant.name)
    print("| true sentence, wrong claim | mutants | caught | by words alone |")
    print("| --- | ---: | ---: | ---: |")
    for name in drawn:
        print(f"| {name} | {drawn[name]} | {caught[name]} | {words[name]} |")
    share = caught.total() / drawn.total()
    print(f"| all | {drawn.total()} | {caught.total()} ({share:.1%}) | {words.total()} |")
    slots = [ground for found in proof.grounds.values() for ground in found]
    untied = [ground for ground in slots if ground.reason]
    statements = sum(any(g.reason for g in found) for found in proof.grounds.values())
    alarms = len(untied) / len(slots)
    print(
        f"\nCurated content: {len(untied)} of {len(slots)} slots untied ({alarms:.1%}), in "
        f"{statements} of {len(proof.claims)} statements; accepted by a reviewer: "
        f"{len(proof.accepted)} statements."
    )
    print(f"\nSurvivors ({len(survivors)}):")
    for name in survivors:
        print(f"- {name}")
    return share >= CAUGHT and alarms <= FALSE


def edits(content: Path | None, seed: int, number: int, whole: bool) -> bool:
    """Random edits: print how many there were of each kind; whether incremental equals full."""

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    texts = Texts().folder
    if not texts.is_dir():
        print("No text is at hand; FOEDUS_ARTICLES names their folder.", file=sys.stderr)
        raise SystemExit(2)
    root = find_content(content).root
    outcome = compare(root, texts, number, seed, whole=whole, tell=tell)
    print("| edit | number |")
    print("| --- | ---: |")
    for name, times in sorted(outcome.edits.items()):
        print(f"| {name} | {times} |")
    print(f"| all | {outcome.edits.total()} |")
    print(
        f"\nIncremental and full say the same after {number - len(outcome.different)} of {number} "
        f"edits; in {outcome.reasoned} of them HermiT ran anew in the full check. CPU of this "
        f"process for one edit: incremental {outcome.incremental_seconds / number:.2f} s, full "
        f"{outcome.full_seconds / number:.2f} s.\n"
    )
    for where in outcome.different:
        print(f"- {where}")
    return not outcome.different


def main() -> int:
    """Run every part; 0 where all figures meet their bars."""
    parser = argparse.ArgumentParser(prog="gate-proof", description=__doc__)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=60, help="mutants by each operator")
    parser.add_argument("--defects", type=int, default=25, help="defects of each kind")
    parser.add_argument("--part", action="append", choices=["defects", "claims", "edits"])
    parser.add_argument("--edits", type=int, default=10_000, help="random edits, one by one")
    parser.add_argument("--whole", action="store_true", help="edits of the whole content")
    options = parser.parse_args()
    parts = options.part or ["defects", "claims", "edits"]
    good = [defects(options.content, options.seed, options.defects)] if "defects" in parts else []
    if "claims" in parts:
        good.append(claims(options.content, options.seed, options.each))
    if "edits" in parts:
        good.append(edits(options.content, options.seed, options.edits, options.whole))
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
