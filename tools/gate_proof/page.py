"""docs/gate-proof.md: the kept figures as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gate_proof.figures import Figures

_HEAD = """# What the gate finds, measured

Written by `make gate-proof`; do not edit. The gate is tried on mistakes that are generated, not
hand-picked. A *mutant* is the content with one thing changed; it is killed when `foedus check` then
has a finding. What survives is listed by name. Mutants that by a rule mean the same as the original
are not counted: a severity that no result can have; a type that the domain of another property of
the same pattern says already; another name for a variable that stands at one place alone;
an axiom that by HermiT follows all the same.

"""
_TITLES = {
    "defects": "Seeded defects, and the place of their findings",
    "claims": "True sentence, wrong claim",
    "shapes": "Mutants of shapes",
    "data": "Mutants of data, for every shape",
    "axioms": "Mutants of axioms, for every defined class",
    "questions": "Mutants of competency questions",
    "edits": "Random edits, incremental against full",
}


def page(found: Iterable[Figures], bars: Mapping[str, float]) -> str:
    """The page: a summary of all parts, then each with its survivors."""
    parts = list(found)
    lines = [
        "| part | tried | found | bar | date | commit |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    lines += [
        f"| {_TITLES[f.part]} | {f.total(0)} | {f.total(1)} ({f.share:.1%}) | {bars[f.part]:.0%} "
        f"| {f.date} | {f.commit} |"
        for f in parts
    ]
    measured = {figures.part for figures in parts}
    lines += [
        f"| {_TITLES[part]} | not measured here | | {bar:.0%} | | |"
        for part, bar in bars.items()
        if part not in measured
    ]
    text = _HEAD + "\n".join(lines) + "\n"
    for figures in parts:
        text += f"\n## {_TITLES[figures.part]}\n\n{figures.markdown()}"
    return text
