"""How far two readers of the same five texts agree, per kind of statement.

    python tools/agreement.py [--markdown]

Both readers annotated every text from the text alone. What they said first is kept, by offsets and
without a word of the texts, in data/second-reading/:

* ``first-reading.jsonl``: kind and passages of every statement of the first reading, as it stood
  when the second was laid beside it. What was added, changed or removed afterwards, when the
  differences were settled, is in data/statements/ and does not touch these figures;
* ``<source>.jsonl``: the second reading.

The unit is one sentence and one kind: did a reader find a statement of this kind whose passage
touches this sentence, or not? A passage that shares only blanks or punctuation with a sentence does
not touch it. Passages without a claim and entries of a list of references are no kinds.

For each kind, source and the whole: the units that both readers marked, that only one did, Cohen's
kappa (agreement beyond chance, over all units, those that neither marked among them), and F1, which
is the positive agreement: 2 both / (2 both + only one + only the other).

A second table counts how the claims of the second reading were settled: the first reading had the
same, or had it under another kind, or had it not, and a statement was added, or the claim was not
taken over, for a reason that stands in its record.

Sentences are cut from the texts, so the texts must be there: FOEDUS_ARTICLES names their folder.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, URIRef

from foedus.content.names import BASE, F
from foedus.content.sentences import sentences
from foedus.content.texts import Texts

CHECKOUT = Path(__file__).resolve().parent.parent
READINGS = Path("data", "second-reading")
FIRST = "first-reading.jsonl"
KINDS = (
    "Membership",
    "Absence",
    "MemberCount",
    "Act",
    "Commitment",
    "Feature",
    "Requirement",
    "Position",
    "Leadership",
    "Involvement",
    "Relation",
    "Naming",
    "Classification",
    "Definition",
    "Purpose",
    "Assessment",
)
OUTCOMES = {
    "same": "the same",
    "other-kind": "under another kind",
    "added": "added",
    "no": "not taken over",
}
_WORD = re.compile(r"\w")

Unit = tuple[str, int, str]
"""Source, number of the sentence in its text, kind."""


class NoTexts(Exception):
    """The texts are not at hand; the message says which, where it was looked and what to do."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The four cells of a two-by-two table of units."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def units(self) -> int:
        """How many units there were to mark."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; ``None`` where chance alone would give full agreement."""
        n = self.units
        if not n:
            return None
        first, second = self.both + self.only_first, self.both + self.only_second
        chance = (first * second + (n - first) * (n - second)) / n**2
        return None if chance == 1 else ((self.both + self.neither) / n - chance) / (1 - chance)

    @property
    def f1(self) -> float | None:
        """The positive agreement; ``None`` where neither reader marked anything."""
        marks = 2 * self.both + self.only_first + self.only_second
        return 2 * self.both / marks if marks else None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Report:
    """Agreement by kind, by source and over all."""

    kinds: tuple[Row, ...]
    sources: tuple[Row, ...]
    overall: Row


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def text_digests(root: Path) -> dict[str, str]:
    """The digest of the text of each source that has a second reading, by the source's slug."""
    sources = Graph().parse(root / "data" / "things" / "sources.ttl")
    return {
        path.stem: str(
            sources.value(URIRef(f"{BASE}id/source/{path.stem}"), URIRef(F + "textDigest"))
        )
        for path in sorted((root / READINGS).glob("*.jsonl"))
        if (URIRef(f"{BASE}id/source/{path.stem}"), None, None) in sources
    }


def first_passages(root: Path) -> Iterator[tuple[str, str, int, int]]:
    """Source, kind, start and end of every passage of the first reading."""
    for record in read_lines(root / READINGS / FIRST):
        for start, end in record["passages"]:  # type: ignore[attr-defined]
            yield str(record["source"]), str(record["kind"]), start, end


def second_passages(root: Path, source: str) -> Iterator[tuple[str, str, int, int]]:
    """Source, kind, start and end of every passage of the second reading of one source."""
    for record in read_lines(root / READINGS / f"{source}.jsonl"):
        if record["kind"] in KINDS:
            yield source, str(record["kind"]), int(str(record["start"])), int(str(record["end"]))


def units(
    passages: Iterable[tuple[str, str, int, int]],
    texts: Mapping[str, str],
    cuts: Mapping[str, list[tuple[int, int]]],
) -> set[Unit]:
    """The units that the passages touch."""
    return {
        (source, number, kind)
        for source, kind, start, end in passages
        for number, (a, b) in enumerate(cuts[source])
        if _WORD.search(texts[source], max(a, start), max(a, start, min(b, end)))
    }


def measure(root: Path = CHECKOUT, articles: Path | None = None) -> Report:
    """Compare the two readings.

    Raises :class:`NoTexts` when a text is not at hand.
    """
    folder = Texts(articles)
    texts: dict[str, str] = {}
    for source, digest in text_digests(root).items():
        text = folder.text(digest)
        if text is None:
            raise NoTexts(
                f"The text of {source} (SHA-256 {digest}) is not in {folder.folder}. The agreement "
                "is counted by sentences of the texts, which are not part of this repository: set "
                "FOEDUS_ARTICLES to a folder that holds them."
            )
        texts[source] = text
    cuts = {source: sentences(text) for source, text in texts.items()}
    first = units(first_passages(root), texts, cuts)
    second = units(
        (passage for source in texts for passage in second_passages(root, source)), texts, cuts
    )

    def count(chosen: set[Unit]) -> Agreement:
        a, b = first & chosen, second & chosen
        return Agreement(len(a & b), len(a - b), len(b - a), len(chosen - a - b))

    every = {(s, n, kind) for s, cut in cuts.items() for n in range(len(cut)) for kind in KINDS}
    return Report(
        tuple(Row(kind, count({u for u in every if u[2] == kind})) for kind in KINDS),
        tuple(Row(source, count({u for u in every if u[0] == source})) for source in texts),
        Row("all", count(every)),
    )


def settled(root: Path = CHECKOUT) -> dict[str, Counter[str]]:
    """How the claims of the second reading were settled, by source; ``open`` where they are not."""
    return {
        source: Counter(
            str(record.get("settled", "open")).partition(":")[0]
            for record in read_lines(root / READINGS / f"{source}.jsonl")
            if record["kind"] in KINDS
        )
        for source in text_digests(root)
    }


def agreement_table(report: Report, *, markdown: bool) -> str:
    """Agreement as text: columns for a terminal, or a Markdown table."""
    head = ("", "both", "only first", "only second", "kappa", "F1")
    blocks = [
        [_cells(row) for row in report.kinds],
        [_cells(row) for row in report.sources],
        [_cells(report.overall)],
    ]
    return _table(head, blocks, markdown=markdown)


def settled_table(counts: Mapping[str, Counter[str]], *, markdown: bool) -> str:
    """How the second reading was settled, as text."""
    total = sum(counts.values(), Counter[str]())
    outcomes = {**OUTCOMES, **({"open": "open"} if total["open"] else {})}

    def cells(name: str, count: Counter[str]) -> tuple[str, ...]:
        return (name, str(count.total()), *(str(count[outcome]) for outcome in outcomes))

    head = ("", "claims", *outcomes.values())
    blocks = [[cells(*item) for item in counts.items()], [cells("all", total)]]
    return _table(head, blocks, markdown=markdown)


def _table(
    head: tuple[str, ...], blocks: Sequence[Sequence[tuple[str, ...]]], *, markdown: bool
) -> str:
    if markdown:
        rule = "|" + "|".join([" --- ", *[" ---: "] * (len(head) - 1)]) + "|"
        lines = ["| " + " | ".join(head) + " |", rule]
        for block in blocks:
            lines += ["| " + " | ".join(cells) + " |" for cells in block]
        return "\n".join(lines) + "\n"
    rows = [head, *(cells for block in blocks for cells in block)]
    width = [max(len(cells[i]) for cells in rows) for i in range(len(head))]

    def line(cells: tuple[str, ...]) -> str:
        return "  ".join(
            c.ljust(width[i]) if i == 0 else c.rjust(width[i]) for i, c in enumerate(cells)
        )

    return (
        "\n\n".join("\n".join(map(line, block)) for block in [[head, *blocks[0]], *blocks[1:]])
        + "\n"
    )


def text(report: Report, counts: Mapping[str, Counter[str]], *, markdown: bool) -> str:
    """All that the command prints."""
    return (
        agreement_table(report, markdown=markdown) + "\n" + settled_table(counts, markdown=markdown)
    )


def _cells(row: Row) -> tuple[str, ...]:
    a = row.agreement
    return (
        row.name,
        *(str(n) for n in (a.both, a.only_first, a.only_second)),
        *("–" if value is None else f"{value:.2f}" for value in (a.kappa, a.f1)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Agreement of the two readings, per kind of statement.",
        epilog="The texts must be at hand: FOEDUS_ARTICLES names their folder.",
    )
    parser.add_argument("--markdown", action="store_true", help="a Markdown table")
    arguments = parser.parse_args()
    try:
        report = measure()
    except NoTexts as error:
        print(error, file=sys.stderr)
        return 2
    print(text(report, settled(), markdown=arguments.markdown), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
