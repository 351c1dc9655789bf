"""The real files of ATOP, where they are: counts that the files themselves give."""

import csv
from pathlib import Path

import pytest
from said import Said, imported

#: ATOP's five obligations and our types of commitment.
OBLIGATIONS = {
    "defense": "defense",
    "offense": "offense",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}


@pytest.fixture(scope="module")
def atop(reference_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    files = (reference_dir / f"atop5_0{kind}.csv" for kind in ("m", "a", "aph"))
    return Said(imported("atop", tmp_path_factory.mktemp("atop"), *files))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_alliances_and_phases_are_as_many_as_the_files_have(
    atop: Said, reference_dir: Path
) -> None:
    names = {name for name in atop.subjects if name.startswith("arrangement/atop-")}
    assert len(names) == 765
    told = {name for name in atop.subjects if name.startswith("phase/atop-")}
    assert told == {
        f"phase/atop-{row['atopid']}.{row['phase']}"
        for row in rows(reference_dir / "atop5_0aph.csv")
        if row["phase"] != "0"
    }
    assert len({name.split(".")[0] for name in told}) == 44


def test_nato_has_two_phases_and_its_founders_one_stay(atop: Said) -> None:
    assert {n for n in atop.subjects if n.startswith("phase/atop-3180")} == {
        *("phase/atop-3180.1", "phase/atop-3180.2")
    }
    (poland,) = atop.kind("Membership", arrangement="atop-3180", member="poland")
    assert poland["begin"] == {"1997-12-16"}, "ATOP dates the signature, COW the entry: 1999"
    (canada,) = atop.kind("Membership", arrangement="atop-3180", member="canada")
    assert canada["begin"] == {"1949-04-04"}
    assert not canada["end"]


def test_three_states_came_back_within_a_phase(atop: Said) -> None:
    again = {
        (min(f["arrangement"]), min(f["member"]))
        for f in atop.kind("Membership")
        if f["spell"] == {"2"}
    }
    assert {("atop-3015", "egypt"), ("atop-3205", "egypt"), ("atop-3740", "yugoslavia")} <= again


def test_what_owes_what_in_a_year_is_what_the_yearly_file_says(
    atop: Said, reference_dir: Path
) -> None:
    """``atop5_0sy`` is made from the same codings by their authors: every state, year and flag.

    In a year in which a phase gave way to another it counts the later one only; those three cells
    are the only ones that differ.
    """
    slugs = _slugs(atop, reference_dir)
    owed: dict[tuple[str, int], set[str]] = {}
    for found in atop.kind("Commitment", polarity="affirmed"):
        (type,) = found["commitmentType"]
        first = int(min(found["begin"])[:4])
        last = int(min(found["end"] | {"2018-12-31"})[:4])
        for obligor in found["obligor"]:
            for year in range(first, last + 1):
                owed.setdefault((obligor, year), set()).add(type)
    wrong = []
    compared = 0
    for row in rows(reference_dir / "atop5_0sy.csv"):
        if row["state"] not in slugs:
            continue
        ours = owed.get((slugs[row["state"]], int(row["year"])), set())
        for column, type in OBLIGATIONS.items():
            compared += 1
            if (row[column] == "1") != (type in ours):
                wrong.append(row)
    assert compared > 55_000
    assert [row for row in wrong if row["transyr"] == "0"] == []
    assert len(wrong) == 3


def _slugs(atop: Said, reference_dir: Path) -> dict[str, str]:
    """The state of each code, by the records that memberships cite; 345 is two states, left out."""
    found: dict[str, set[str]] = {}
    for membership in atop.kind("Membership"):
        for name in membership["evidence"]:
            code = name.split("-")[2]
            found.setdefault(code, set()).update(membership["member"])
    return {code: min(states) for code, states in found.items() if len(states) == 1}
