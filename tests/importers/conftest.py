"""Invented extracts in the format of the data sets, imported and built once."""

from pathlib import Path

import pytest

from foedus import release as releases
from foedus.content.imported import open_imports
from foedus.content.locate import find_content
from foedus.importers.running import run_import
from foedus.release import Release

EXTRACTS = Path(__file__).resolve().parent / "extracts"
COW = [EXTRACTS / f"cow_{name}.csv" for name in ("members", "directed", "pairs")]


@pytest.fixture(scope="session")
def imports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every extract as imported, by the release of its data set."""
    out = tmp_path_factory.mktemp("imports")
    given = {
        "cow": COW,
        "igo": [EXTRACTS / "igo_spells.csv", EXTRACTS / "igo_organizations.csv"],
        "memberships": [EXTRACTS / "memberships.csv"],
        "states": [EXTRACTS / "states_2016.csv", EXTRACTS / "states_2024.csv"],
    }
    return {
        str(done.manifest["dataset"]): done.path
        for command, files in given.items()
        for done in run_import(command, files, out)
    }


@pytest.fixture(scope="session")
def joined(
    imports: dict[str, Path], content_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Release:
    """A release of the content and every extract, HermiT included."""
    content = find_content(content_dir, open_imports(tuple(imports.values())))
    return releases.build(content, tmp_path_factory.mktemp("joined"))
