"""The recipes name what exists."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from foedus.web.configuration import OTHERS, variable
from foedus.web.settings import table

ROOT = Path(__file__).resolve().parent.parent
UNIT, CONTAINER = ROOT / "deploy" / "foedus.service", ROOT / "deploy" / "Containerfile"
KNOWN = {variable(name) for name, _, _ in table()} | set(OTHERS)


@pytest.mark.parametrize("path", [UNIT, CONTAINER], ids=lambda path: path.name)
def test_every_variable_and_setting_of_a_recipe_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(re.findall(r"FOEDUS_[A-Z_]+(?==)", text)) <= KNOWN
    assert set(re.findall(r"--set (\w+)=", text)) <= {name for name, _, _ in table()}


def test_every_file_that_the_container_copies_exists() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER.read_text("utf-8"), re.M)
    names = [name for line in copied for name in line.split()]
    assert "requirements.lock" in names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_unit_gives_the_server_time_to_end_in_good_order() -> None:
    from foedus.web.serving import DRAIN_SECONDS

    stop = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text("utf-8"), re.M)
    assert stop
    assert int(stop[1]) > DRAIN_SECONDS


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8").replace("/usr/lib/foedus/bin/foedus", "/bin/true")
    unit = tmp_path / "foedus.service"
    unit.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "foedus.service" in line]
    assert complaints == []
