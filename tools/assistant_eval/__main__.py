"""`make eval`: the development score of the assistant, printed, and with --write in the docs.

`--show KIND` lists what is wrong and what is missed; passages are printed only to the terminal.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from assistant_eval.matching import CORE, KEYS, Outcome, curated, judge, kind_of
from foedus.assist.extract import extract
from foedus.assist.index import index_of
from foedus.assist.model import Candidate
from foedus.assist.reading.files import plain
from foedus.content.locate import find_content
from foedus.content.names import slug
from foedus.content.texts import Texts

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("defence-ties", "muslim-nato-debate", "qumber-2017", "rfi", "roomi")
DOCS = ROOT / "docs" / "extraction.md"
CALIBRATION = ROOT / "server/foedus/assist/patterns/calibration.toml"
BEGIN, END = "<!-- eval -->", "<!-- /eval -->"
#: A pattern with few finds is worth what its kind is worth: so many finds of the kind are added.
WEIGHT = 6.0


def outcomes(dropped: Counter[str] | None = None) -> list[Outcome]:
    """Every article left out in turn."""
    content, texts = find_content(ROOT), Texts()
    whole = index_of(content, texts)
    found = []
    for source in SOURCES:
        digest = next((d for d, iri in whole.digests.items() if slug(iri) == source), "")
        text = texts.text(digest)
        if text is None:
            sys.exit(f"The text of {source} is not at hand: say FOEDUS_ARTICLES=<folder>.")
        index = index_of(content, texts, without=source)
        extraction = extract(plain(text), index, source, dropped=dropped)
        found.append(judge(extraction, curated(whole.store, source), index))
    return found


def counted(candidate: Candidate) -> str:
    """The kind under which a candidate is counted."""
    return kind_of(candidate.kind, set(candidate.values("actKind")))


def table(found: list[Outcome]) -> list[str]:
    """The figures per kind, as a table in Markdown."""
    tp: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    modality: Counter[str] = Counter()
    speaker: Counter[str] = Counter()
    for outcome in found:
        source = f"https://w3id.org/foedus/id/source/{outcome.source}"
        for statement, candidate, is_exact in outcome.found:
            kind = counted(candidate)
            tp[kind] += 1
            exact[kind] += is_exact
            modality[kind] += candidate.modality in {slug(m) for m in statement.of("modality")}
            speaker[kind] += (candidate.asserted_by or source) in statement.of("assertedBy")
        wrong.update(counted(c) for c in outcome.wrong)
        missed.update(kind_of(s.kind, s.of("actKind")) for s in outcome.missed)
    lines = [
        "| kind | curated | found | right | precision | recall | F1 "
        "| same passage | modality | speaker |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]

    def line(name: str, kinds: tuple[str, ...]) -> str:
        right, bad, gone = (sum(c[k] for k in kinds) for c in (tp, wrong, missed))
        p, r = right / ((right + bad) or 1), right / ((right + gone) or 1)
        f1 = 2 * p * r / ((p + r) or 1)
        shares = (sum(c[k] for k in kinds) / (right or 1) for c in (exact, modality, speaker))
        more = " | ".join(f"{s:.2f}" for s in shares)
        numbers = f"{right + gone} | {right + bad} | {right} | {p:.2f} | {r:.2f} | {f1:.2f}"
        return f"| {name} | {numbers} | {more} |"

    lines += [line(kind, (kind,)) for kind in CORE]
    lines.append(line("**core**", CORE))
    lines += [line(kind, (kind,)) for kind in KEYS if kind not in CORE]
    return lines


def errors(found: list[Outcome]) -> list[str]:
    """The errors by class, as lists in Markdown: kinds and patterns, never words of a text."""
    wrong = Counter(
        f"{counted(c)}: `{c.pattern}`" for o in found for c in o.wrong if counted(c) in CORE
    )
    missed: Counter[str] = Counter()
    for outcome in found:
        for s in outcome.missed:
            kind = kind_of(s.kind, s.of("actKind"))
            if kind in CORE:
                which = (
                    s.of("actKind") | s.of("commitmentType") | s.of("absenceKind") | s.of("feature")
                )
                which |= s.of("role") | s.of("office")
                missed[f"{kind}: {', '.join(sorted(slug(w) for w in which))}"] += 1
    return [
        "Found, and not among the curated:",
        "",
        *(f"- {name}: {n}" for name, n in wrong.most_common(20)),
        "",
        "Curated, and not found:",
        "",
        *(f"- {name}: {n}" for name, n in missed.most_common(25)),
    ]


def calibrate(found: list[Outcome]) -> str:
    """The share of right candidates by pattern, drawn towards that of the kind."""
    right, all_ = Counter[str](), Counter[str]()
    by_kind: dict[str, list[float]] = defaultdict(lambda: [1.0, 2.0])
    kinds: dict[str, str] = {}
    for outcome in found:
        good = [c for _, c, _ in outcome.found] + outcome.again
        for candidate, is_right in [(c, 1) for c in good] + [(c, 0) for c in outcome.wrong]:
            right[candidate.pattern] += is_right
            all_[candidate.pattern] += 1
            kinds[candidate.pattern] = candidate.kind
            by_kind[candidate.kind][0] += is_right
            by_kind[candidate.kind][1] += 1
    lines = [
        "# What candidates of each pattern are worth: the share of right ones where each article",
        "# was left out in turn, drawn towards that of the kind.",
        "# Written by `make eval ARGS=--calibrate`.",
        "",
        "[confidence]",
    ]
    from foedus.assist.patterns.library import patterns

    for pattern in sorted(patterns(), key=lambda p: p.name):
        prior = by_kind[pattern.kind][0] / by_kind[pattern.kind][1]
        share = (right[pattern.name] + WEIGHT * prior) / (all_[pattern.name] + WEIGHT)
        lines.append(f'"{pattern.name}" = {min(share, 0.97):.2f}')
    return "\n".join(lines) + "\n"


def commit() -> str:
    """The commit by which the patterns are frozen; with a mark where files were changed since."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True,
                              check=False).stdout.strip()  # fmt: skip

    changed = (
        " and changes not committed" if git("status", "--porcelain", "server/foedus/assist") else ""
    )
    return f"{git('log', '-1', '--format=%h', '--', 'server/foedus/assist')}{changed}"


def show(found: list[Outcome], kind: str) -> None:
    """Print, for the terminal only, what is wrong and what is missed of a kind."""
    for outcome in found:
        for c in outcome.wrong:
            if counted(c) == kind:
                passage = outcome.text[c.passage.start : c.passage.end].replace("\n", " ")
                print(f"WRONG {outcome.source} [{c.pattern}] {c.label}\n      {passage[:240]}")
        for s in outcome.missed:
            if kind_of(s.kind, s.of("actKind")) == kind:
                texts = " || ".join(outcome.text[a:b].replace("\n", " ") for a, b in s.passages)
                print(f"MISSED {outcome.source} {slug(s.iri)}\n      {texts[:240]}")


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the figures into the docs")
    options.add_argument("--calibrate", action="store_true", help="write the worth of each pattern")
    options.add_argument("--show", action="append", default=[], metavar="KIND")
    options.add_argument("--dropped", action="store_true", help="what the gate could not tie")
    chosen = options.parse_args()
    dropped: Counter[str] = Counter()
    found = outcomes(dropped)
    for kind in chosen.show:
        show(found, kind)
    if chosen.dropped:
        for reason, number in dropped.most_common():
            print(number, reason)
    if chosen.calibrate:
        CALIBRATION.write_text(calibrate(found), encoding="utf-8")
    lines = [f"Development score; patterns of commit {commit()}.", "", *table(found)]
    print("\n".join(lines))
    if chosen.write:
        text = DOCS.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        _, tail = rest.split(END)
        body = "\n".join([*lines, "", *errors(found)])
        DOCS.write_text(f"{head}{BEGIN}\n{body}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
