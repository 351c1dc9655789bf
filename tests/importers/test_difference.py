"""Two releases laid side by side: what was added, is gone and was changed."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from said import EXTRACTS, imported

from foedus.cli import main
from foedus.findings import CannotRun
from foedus.importers.difference import Difference, compare_imports


@pytest.fixture(scope="module")
def difference(tmp_path_factory: pytest.TempPathFactory) -> Difference:
    out = tmp_path_factory.mktemp("releases")
    old = imported("atop", out, EXTRACTS / "atop4_01m.csv", EXTRACTS / "atop4_01a.csv")
    new = imported("atop", out, EXTRACTS / "atop5_0m.csv", EXTRACTS / "atop5_0a.csv")
    return compare_imports(old, new)


def test_alliances_that_are_new_gone_or_said_otherwise(difference: Difference) -> None:
    found = difference.arrangements
    assert (found.added, found.gone) == ([("arrangement/atop-1906",)], [("arrangement/atop-1907",)])
    assert [c.key[0] for c in found.changed] == ["arrangement/atop-1901", "arrangement/atop-1903"]
    assert found.same == 3


def test_a_condition_that_was_added_is_told_by_slot(difference: Difference) -> None:
    changes = {c.key: c.slots for c in difference.kinds["Commitment"].changed}
    key = next(
        k for k in changes if k[:3] == ("state/hungary", "state/denmark", "commitment/defense")
    )
    (slot,) = changes[key]
    assert slot[0] == "condition"
    assert set(slot[2].split(", ")) - set(slot[1].split(", ")) == {"condition/atop-adversary"}


def test_a_promise_that_was_dropped_is_gone_for_each_to_whom_it_was_owed(
    difference: Difference,
) -> None:
    gone = {(k[0], k[1]) for k in difference.kinds["Commitment"].gone if "1903" in " ".join(k)}
    assert gone == {
        ("state/france", f"state/{other}") for other in ("yugoslavia", "serbia", "egypt")
    }


def test_the_end_of_the_coverage_is_no_change(difference: Difference) -> None:
    changed = {c.key for c in difference.kinds["Membership"].changed}
    assert not changed


def test_releases_of_two_data_sets_are_not_compared(tmp_path: Path) -> None:
    one = imported("atop", tmp_path, EXTRACTS / "atop5_0m.csv")
    other = imported("dyads", tmp_path, EXTRACTS / "atop5_1_directed_dyad_spells.csv")
    with pytest.raises(CannotRun, match="two data sets"):
        compare_imports(one, other)


def test_the_command_tells_it_after_the_import(tmp_path: Path) -> None:
    old = imported("atop", tmp_path, EXTRACTS / "atop4_01m.csv")
    new = tmp_path / "new.nq"
    result = CliRunner().invoke(
        main,
        [
            "import",
            "atop",
            str(EXTRACTS / "atop5_0m.csv"),
            "--out",
            str(new),
            "--against",
            str(old),
        ],
    )
    assert result.exit_code == 0, result.output
    assert "| Arrangement | 1 | 1 | 2 | 3 |" in result.output


def test_5_0_against_4_01_is_what_the_files_themselves_come_to(
    reference_dir: Path, tmp_path: Path
) -> None:
    old = imported("atop", tmp_path, *(reference_dir / f"atop4_01{k}.csv" for k in "ma"))
    new = imported(
        "atop", tmp_path, *(reference_dir / f"atop5_0{k}.csv" for k in ("m", "a", "aph"))
    )
    found = compare_imports(old, new)
    before, after = (_rows(reference_dir / name) for name in ("atop4_01m.csv", "atop5_0m.csv"))
    alliances = [{row["atopid"] for row in rows} for rows in (before, after)]
    assert {_number(key) for key in found.arrangements.added} == alliances[1] - alliances[0]
    assert {_number(key) for key in found.arrangements.gone} == alliances[0] - alliances[1]
    # Changed are those whose rows differ in anything but what every release has of its own.
    said = [_said(rows) for rows in (before, after)]
    differing = {n for n in alliances[0] & alliances[1] if said[0][n] != said[1][n]}
    assert {_number(change.key) for change in found.arrangements.changed} == differing
    # Members: states by alliance. Code 345 is two states and is left out on both sides.
    members = [{(r["atopid"], r["member"]) for r in rows} for rows in (before, after)]
    told = found.kinds["Membership"]
    added = {_number((k[1],)) for k in told.added if not {"yugoslavia", "serbia"} & {k[0][6:]}}
    gone = {_number((k[1],)) for k in told.gone if not {"yugoslavia", "serbia"} & {k[0][6:]}}
    assert added >= {number for number, member in members[1] - members[0] if member != "345"}
    assert gone >= {number for number, member in members[0] - members[1] if member != "345"}
    # Obligations of alliances that one release has and the other has not.
    promised = found.kinds["Commitment"]
    for rows, only, keys in (
        (after, alliances[1] - alliances[0], promised.added),
        (before, alliances[0] - alliances[1], promised.gone),
    ):
        defended = {
            _number((k[3],))
            for k in keys
            if k[2] == "commitment/defense" and _number((k[3],)) in only
        }
        expected = {r["atopid"] for r in rows if r["atopid"] in only and r["defense"] == "1"}
        assert defended == expected


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _said(rows: list[dict[str, str]]) -> dict[str, list[list[str]]]:
    """What is said of each alliance, but for what each release has of its own."""
    own = {"version", "new4", "rev4", "new5", "rev5"}
    found: dict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        found[row["atopid"]].append([cell for column, cell in row.items() if column not in own])
    return {number: sorted(of) for number, of in found.items()}


def _number(key: tuple[str, ...]) -> str:
    return key[0].rsplit("-", 1)[1].split(".")[0]
