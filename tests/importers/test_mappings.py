"""The mappings are complete, their pages current, and two releases can be compared."""

import json
import re
from pathlib import Path

import pytest

from foedus.importers.differing import differences
from foedus.importers.documenting import pages
from foedus.importers.mapping import FOLDER, BadMapping, mappings, read_mapping
from foedus.importers.registry import importers
from foedus.importers.running import run_import

CHECKOUT = Path(__file__).resolve().parents[2]

#: What the real files hold: rows read and statements written.
REAL = {
    "cow": (
        ["alliance_v4.1_by_member", "alliance_v4.1_by_dyad", "alliance_v4.1_by_directed"],
        {"Membership": 1222, "Classification": 414, "Commitment": 13124},
    ),
    "igo": (
        ["cow_igo_v3_membership_spells", "cow_igo_v3_organizations"],
        {"Membership": 19106},
    ),
    "memberships": (["org_membership_recent"], {"Membership": 154, "Act": 7}),
    "states": (["cow_states2024"], {"Statehood": 244, "StateSuccession": 25}),
}


def test_each_mapping_has_an_importer_and_the_reverse() -> None:
    assert {mapping.name for mapping in mappings()} == set(importers())


def test_each_column_becomes_something_or_says_why_not(tmp_path: Path) -> None:
    path = FOLDER / "cow-majors.toml"
    text = path.read_text(encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace('styear = { type = "year", to', 'styear = { type = "year", of'))
    with pytest.raises(BadMapping, match="styear"):
        read_mapping(broken)


def test_the_pages_of_the_data_sets_are_current() -> None:
    folder = CHECKOUT / "docs" / "data-sets"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == pages(), "run: python -m foedus.importers"


def test_the_guide_lists_each_fault_that_an_import_names() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (CHECKOUT / "server" / "foedus" / "importers").rglob("*.py")
    )
    guide = (CHECKOUT / "docs" / "guide" / "importing.md").read_text(encoding="utf-8")
    assert set(re.findall(r'"(import-[a-z-]+)"', code)) == set(
        re.findall(r"(?m)^\| `(import-[a-z-]+)` \|", guide)
    )


def test_what_changed_is_told_record_by_record(imports: dict[str, Path]) -> None:
    report = "".join(differences(imports["cow-states-2016"], imports["cow-states-2024"]))
    assert "1 records added, 1 gone, 3 changed, 2 the same." in report
    assert "- cow_states: SRB 345, time 1\n" in report
    assert "- cow_states: YPR 680, time 1\n" in report
    assert "f:begin: 1944-08-25 → 1944-08-26" in report
    assert "no longer: Serbia was in the system" in report
    assert "2016-12-31" not in report


@pytest.mark.parametrize("command", sorted(REAL))
def test_the_files_as_released_are_read_whole(
    command: str, reference_dir: Path, tmp_path: Path
) -> None:
    names, expected = REAL[command]
    (done,) = run_import(command, [reference_dir / f"{name}.csv" for name in names], tmp_path)
    statements = done.manifest["statements"]
    assert {kind: statements[kind] for kind in expected} == expected
    for file in done.manifest["files"]:
        lines = (reference_dir / file["name"]).read_text(encoding="utf-8").splitlines()
        doubled = sum(file["name"] in w and "the same as" in w for w in done.manifest["warnings"])
        assert file["rows"] == len(lines) - 1 - doubled
    assert json.loads(done.path.with_suffix(".json").read_text())["dataset"] == done.path.stem


def test_every_list_of_states_is_read(reference_dir: Path, tmp_path: Path) -> None:
    names = [
        "cow_states2016", "cow_states2024", "cow_country_codes", "cow_major_powers2016",
        "gw_states", "cow_gw_crosswalk", "state_crosswalk", "iso_country_codes",
    ]  # fmt: skip
    done = run_import("states", [reference_dir / f"{name}.csv" for name in names], tmp_path)
    assert len(done) == 7
    assert sum(found.manifest["statements"].get("Naming", 0) for found in done) > 2800
