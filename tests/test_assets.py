"""What the pages carry of other people's work: pinned, checked, licensed, and not missed."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = json.loads((CHECKOUT / "assets" / "package-lock.json").read_text(encoding="utf-8"))
CLIENTS = json.loads((CHECKOUT / "assets/clients/package-lock.json").read_text(encoding="utf-8"))
VENDOR = CHECKOUT / "server" / "foedus" / "web" / "static" / "vendor"


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    if not (VENDOR / "assets.json").is_file():
        pytest.skip("the assets are not here: make assets")
    found: dict[str, Any] = json.loads((VENDOR / "assets.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("lock", [LOCK, CLIENTS], ids=["assets", "clients"])
def test_every_package_is_pinned_by_version_and_digest_and_by_no_address(
    lock: dict[str, Any],
) -> None:
    packages = {place: entry for place, entry in lock["packages"].items() if place}
    assert packages
    for place, entry in packages.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"]), place
        assert entry["integrity"].startswith("sha512-"), place
        assert "resolved" not in entry, place
    assert "://" not in json.dumps(lock)


@pytest.mark.parametrize(("folder", "lock"), [("assets", LOCK), ("assets/clients", CLIENTS)])
def test_what_is_wanted_is_what_is_locked(folder: str, lock: dict[str, Any]) -> None:
    wanted = json.loads((CHECKOUT / folder / "package.json").read_text(encoding="utf-8"))
    groups = [g for g in ("dependencies", "devDependencies") if g in wanted]
    assert groups
    for group in groups:
        assert lock["packages"][""][group] == wanted[group]


def test_the_finished_files_are_those_of_the_list(listed: dict[str, Any]) -> None:
    here = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    assert here == {*listed["files"], "assets.json"}
    for name, digest in listed["files"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    for package, version in listed["versions"].items():
        assert LOCK["packages"][f"node_modules/{package}"]["version"] == version


def test_every_package_that_is_carried_has_its_licence_beside_it(listed: dict[str, Any]) -> None:
    said = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for place, entry in LOCK["packages"].items():
        name = place.split("node_modules/")[-1]
        heading = f"\n{name} {entry.get('version')}: "
        assert (heading in said) == bool(place and not entry.get("dev")), place


def test_without_npm_it_is_said_what_the_site_lacks(tmp_path: Path) -> None:
    for name in ("assets/package.json", "assets/package-lock.json", "tools/assets.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    elsewhere = {**os.environ, "npm_config_registry": "http://127.0.0.1:9/"}
    elsewhere["npm_config_cache"] = str(tmp_path / "cache")
    for option, code in (("--optional", 0), (None, 1)):
        done = subprocess.run(
            [sys.executable, "tools/assets.py", *([option] if option else [])],
            cwd=tmp_path,
            env=elsewhere,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, done.stderr
        assert "The site works without" in done.stderr
        assert "plain field" in done.stderr
    assert not (tmp_path / "server").exists()
