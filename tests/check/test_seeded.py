"""Seeded defects, a few of each kind: each is found at the characters where it was made.

`make gate-proof` seeds 25 of each kind.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


@pytest.fixture(scope="module")
def tools() -> Iterator[tuple[ModuleType, ModuleType, ModuleType]]:
    """tools/gate_proof/: its texts, defects and what seeds them."""
    sys.path.insert(0, str(TOOLS))
    try:
        from gate_proof import defects, seeded, texts

        yield texts, defects, seeded
    finally:
        sys.path.remove(str(TOOLS))


def test_every_kind_of_defect_is_found_at_its_very_characters(
    tools: tuple[ModuleType, ModuleType, ModuleType], content_dir: Path, articles_dir: Path
) -> None:
    _, defects, seeded = tools
    assert len(defects.KINDS) >= 20
    kinds = seeded.prove(content_dir, 2, 7, lambda _: None, together=True)
    assert [kind.name for kind in kinds] == list(defects.KINDS)
    assert all(kind.seeded == 2 for kind in kinds)
    assert {kind.name: kind.missed for kind in kinds if kind.missed} == {}


def test_what_is_marked_is_what_the_edit_wrote(
    tools: tuple[ModuleType, ModuleType, ModuleType], content_dir: Path
) -> None:
    texts, defects, seeded = tools
    sources = [s for pattern in seeded.PATTERNS for s in texts.read_sources(content_dir, pattern)]
    for name in defects.KINDS:
        for defect in defects.choose(sources, name, 3, 11):
            (source,) = (s for s in sources if s.name == defect.file)
            text, (one,) = defects.seed(source, [defect])
            assert text != source.text
            line = text.split("\n")[one.line - 1]
            (written,) = (e[2] for e in defect.edits if defects.BEGIN in e[2])
            marked = written.partition(defects.BEGIN)[2].partition(defects.END)[0]
            assert line[one.column - 1 : one.end_column - 1] == marked
            assert defects.BEGIN not in text


def test_defects_that_hide_each_other_are_never_in_one_content(
    tools: tuple[ModuleType, ModuleType, ModuleType], content_dir: Path
) -> None:
    texts, defects, seeded = tools
    sources = [s for pattern in seeded.PATTERNS for s in texts.read_sources(content_dir, pattern)]
    chosen = [d for name in defects.KINDS for d in defects.choose(sources, name, 4, 3)]
    groups = defects.rounds(chosen)
    assert sorted(map(str, (d for group in groups for d in group))) == sorted(map(str, chosen))
    for group in groups:
        assert len({d.alone for d in group}) == 1
        places = [d.file if d.alone else (d.file, d.block) for d in group]
        assert len(places) == len(set(places))
