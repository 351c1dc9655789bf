"""The release stage, over a real release of the small content."""

import json
from pathlib import Path

import pytest

from foedus import release
from foedus.content.locate import Content

from .conftest import Small


@pytest.fixture
def built(small: Small, tmp_path: Path) -> release.Release:
    return release.build(Content(small.root), tmp_path / "out", reason=False)


def rules(small: Small, built: release.Release) -> set[str]:
    report = small.check("release", make_release=lambda: release.Release(built.path))
    found = {f.rule for f in report.findings if f.severity != "info"}
    return found - {"class-without-individual"}  # the small content has few of everything


def test_a_release_tells_the_truth(small: Small, built: release.Release) -> None:
    assert rules(small, built) == set()
    assert small.last is not None
    checked = small.last.stages[0].checked
    assert checked["quads"] > 1000
    assert checked["focus nodes"] > 0


def test_an_edited_dataset_no_longer_has_its_digest(small: Small, built: release.Release) -> None:
    text = built.dataset_path.read_text(encoding="utf-8")
    built.dataset_path.write_text(text.replace("Zembla was in", "Zembla is in"), encoding="utf-8")
    assert rules(small, built) == {"release-digest"}


def test_a_wrong_count_is_told(small: Small, built: release.Release) -> None:
    path = built.path / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["graphs"]["default"] += 1
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert rules(small, built) == {"release-counts"}


def test_a_fact_without_basis_is_told(small: Small, built: release.Release) -> None:
    lines = built.dataset_path.read_text(encoding="utf-8").split("\n")
    gone = next(line for line in lines if "ontology#basis" in line)
    lines.remove(gone)
    built.dataset_path.write_text("\n".join(lines), encoding="utf-8")
    assert "shape-fact" in rules(small, built)


def test_without_a_release_the_stage_says_that_it_was_skipped(small: Small) -> None:
    assert small.check("release").stages[0].skipped == ("no release of the content was given",)
