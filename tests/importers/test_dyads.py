"""Directed dyads of ATOP 5.1: years make spells, and both files say one thing."""

import csv
import gzip
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import EXTRACTS, Said, imported

from foedus.findings import ContentError
from foedus.importers.dyads import SPELLS, YEARS, Spell, runs
from foedus.importers.running import run_import

BY_YEAR, BY_SPELL = EXTRACTS / f"{YEARS}.csv.gz", EXTRACTS / f"{SPELLS}.csv"


@pytest.fixture(scope="module")
def dyads(tmp_path_factory: pytest.TempPathFactory) -> Said:
    return Said(imported("dyads", tmp_path_factory.mktemp("dyads"), BY_YEAR))


def test_unbroken_years_with_the_same_flags_are_one_spell(dyads: Said) -> None:
    owed = {
        (min(f["commitmentType"]), min(f["begin"]), min(f["end"] | {"open"}))
        for f in dyads.kind("Commitment", obligor="united-states", polarity="affirmed")
    }
    assert owed == {
        ("consultation", "1940", "1942"),
        ("consultation", "1943", "1945"),
        ("defense", "1943", "1945"),
        ("consultation", "1950", "open"),
        ("defense", "1950", "open"),
    }


def test_0_is_a_denial_and_a_spell_of_nothing_but_0_is_kept(dyads: Said) -> None:
    found = dyads.kind("Commitment", begin="1930")
    assert len(found) == 5
    assert {min(statement["polarity"]) for statement in found} == {"negated"}


def test_the_words_of_a_statement_are_about_its_own_days(dyads: Said) -> None:
    (found,) = dyads.kind(
        "Commitment", obligor="yugoslavia", commitmentType="nonaggression", polarity="affirmed"
    )
    (label,) = found["label"]
    assert f"from 1999 to {min(found['end'])}." in label


def test_one_code_for_two_states_is_cut_at_the_succession(dyads: Said) -> None:
    said = {
        (min(f["obligor"]), min(f["obligee"])): (f["begin"], f["end"], f["knownUntil"])
        for f in dyads.kind("Commitment", commitmentType="nonaggression", polarity="affirmed")
    }
    assert set(said) == {
        *(("france", "yugoslavia"), ("yugoslavia", "france")),
        *(("france", "serbia"), ("serbia", "france")),
    }
    assert said["france", "yugoslavia"][1]
    assert not said["france", "serbia"][1]
    assert said["france", "serbia"][2] == {"2018-12-31"}


def test_years_and_spells_come_to_the_same(dyads: Said, tmp_path: Path) -> None:
    spells = Said(imported("dyads", tmp_path, BY_SPELL))
    assert spells.statements() == dyads.statements()


def test_files_that_differ_stop_the_import(tmp_path: Path) -> None:
    other = tmp_path / "spells.csv"
    other.write_text(BY_SPELL.read_text().replace("1945", "1946", 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        run_import("dyads", [BY_YEAR, other], tmp_path)
    assert {(f.file, f.line) for f in caught.value.findings} == {(BY_YEAR, 5), (other, 3)}


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        (["2,20,1940,1,0,0,0,0", "2,20,1940,0,0,0,0,0"], 3, "year", "stands in row 2 already"),
        (["2,2,1940,1,0,0,0,0"], 2, "ccode2", "paired with itself"),
        (["2,9999,1940,1,0,0,0,0"], 2, "ccode2", "no state 9999"),
        (["2,20,1940,1,0,0,0,2"], 2, "atop_consul", "0 or 1"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, rows: list[str], row: int, column: str, words: str
) -> None:
    with gzip.open(BY_YEAR, "rt") as file:
        header = file.readline()
    path = tmp_path / "years.csv"
    path.write_text(header + "".join(f"{line}\n" for line in rows), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        run_import("dyads", [path], tmp_path)
    (found,) = caught.value.findings
    assert (found.line, found.path) == (row, column)
    assert words in found.message


def test_a_truncated_file_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    cut = tmp_path / "years.csv.gz"
    cut.write_bytes(BY_YEAR.read_bytes()[:-40])
    with pytest.raises(ContentError, match="gzip"):
        run_import("dyads", [cut], tmp_path)
    assert list(tmp_path.iterdir()) == [cut]


@given(st.lists(st.one_of(st.none(), st.integers(0, 31)), max_size=30))
def test_runs_say_what_the_years_said(flags: list[int | None]) -> None:
    years = [(1900 + i, f, i + 2) for i, f in enumerate(flags) if f is not None]
    found = list(runs(years, (1, 2)))
    assert [(y, s.flags) for s, _ in found for y in range(s.first, s.last + 1)] == [
        (year, kept) for year, kept, _ in years
    ]
    for (one, _), (other, _) in pairwise(found):
        assert one.last < other.first
        assert one.last + 1 < other.first or one.flags != other.flags, "unbroken runs are one"


def test_the_years_of_5_1_are_exactly_its_spells(reference_dir: Path, tmp_path: Path) -> None:
    """Both real files are read, which the importer holds against each other; then counted."""
    by_year, by_spell = reference_dir / BY_YEAR.name, reference_dir / BY_SPELL.name
    (done,) = run_import("dyads", [by_year, by_spell], tmp_path)
    assert done.manifest["statements"]["Evidence"] == 15_419
    assert {file["rows"] for file in done.manifest["files"]} == {273_296, 15_419}
    spells = list(_spells(by_spell))
    assert sum(spell.last - spell.first + 1 for spell in spells) == 273_296
    states = {spell.obligor for spell in spells} | {spell.obligee for spell in spells}
    assert 345 in states, "the code that is cut, so that there are more commitments than flags"
    assert done.manifest["statements"]["Commitment"] >= 5 * len(spells)


def _spells(path: Path) -> Iterator[Spell]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Spell(
                *(int(row[c]) for c in ("ccode1", "ccode2", "start_year", "end_year")), flags=0
            )
