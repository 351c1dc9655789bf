"""`make gate-proof`: how much the gate finds of what is wrong, and what it leaves.

Each part prints a table and the survivors by name, and with --keep leaves its figures in a folder,
from which --write makes the page docs/gate-proof.md:

* *defects*: mistakes seeded in the content, each with the place where its finding must point;
* *claims*: statements changed whose passage is real but does not say so;
* *shapes* (and *data*): constraints of shapes changed, data broken on purpose;
* *axioms*: definitions of classes changed; *questions*: queries changed;
* *edits*: after each of a series, the incremental gate must say what the full one says.

A long part runs in pieces (--piece 1/4), whose figures are added up. Exit 1 where a figure misses
its bar, 2 without texts.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
import tempfile
from pathlib import Path

from foedus import release
from foedus.content.locate import find_content
from gate_proof import axiom_mutants, query_kills, shape_kills
from gate_proof.figures import Figures, kept
from gate_proof.page import page
from gate_proof.proven import claims, defects, edits

PARTS = ("defects", "claims", "shapes", "axioms", "questions", "edits")
#: At least so many of the mutants are killed; all defects are found on their line.
BARS = {"defects": 1.0, "claims": 0.95, "shapes": 0.95, "data": 0.95, "axioms": 0.95,
        "questions": 0.95, "edits": 1.0}  # fmt: skip
KEPT = Path("build") / "gate-proof"


def run(part: str, options: argparse.Namespace) -> list[Figures]:
    """The figures of one part, or of a piece of it."""
    content = find_content(options.content)
    number, _, of = (options.piece or "1/1").partition("/")
    piece = (int(number), int(of))
    if part == "defects":
        return [defects(content.root, options.seed, options.defects, piece)]
    if part == "claims":
        return [claims(content, options.seed, options.each or 60)]
    if part == "shapes":
        return list(shape_kills.prove(content.root, options.seed, piece, options.each))
    if part == "axioms":
        return [axiom_mutants.prove(content.root, options.seed, piece, options.each, _say)]
    if part == "edits":
        return [edits(content.root, options.seed, options.edits, whole=options.whole)]
    with tempfile.TemporaryDirectory(prefix="foedus-gate-proof-") as folder:
        built = release.build(content, Path(folder), reason=False)
        return [query_kills.prove(content.root, built, options.seed, piece, options.each)]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def missed(figures: Figures) -> bool:
    """Whether the figures of a part are under its bar."""
    return figures.share < BARS[figures.part] or any("too many" in n for n in figures.notes)


def main() -> int:
    """Run the parts asked for; 0 where all figures meet their bars."""
    parser = argparse.ArgumentParser(prog="gate-proof", description=__doc__)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=0, help="mutants at most (claims: 60)")
    parser.add_argument("--defects", type=int, default=25, help="defects of each kind")
    parser.add_argument("--edits", type=int, default=100, help="random edits, one by one")
    parser.add_argument("--whole", action="store_true", help="edits of the whole content")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--piece", help="n/of, such as 1/4: a part of the part")
    parser.add_argument("--keep", type=Path, default=KEPT, metavar="FOLDER")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page of all kept figures")
    parser.add_argument("--nothing-new", action="store_true", help="only --write")
    options = parser.parse_args()
    good = True
    for part in () if options.nothing_new else options.part or PARTS:
        for figures in run(part, options):
            figures.date = datetime.date.today().isoformat()
            figures.commit = _commit()
            figures.keep(options.keep, options.piece or "")
            print(figures.markdown(), flush=True)
            good = good and not (missed(figures) and not options.piece)
    if options.write:
        found = kept(options.keep, BARS)
        options.write.write_text(page(found, BARS), encoding="utf-8")
        good = good and not any(map(missed, found))
    return 0 if good else 1


def _commit() -> str:
    try:
        said = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
