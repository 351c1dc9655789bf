"""What a killed build leaves is swept away; what somebody works in is not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foedus.content.scratch import scratch, sweep

BUILDING = """
import sys, time
from pathlib import Path
from foedus.content.scratch import scratch
with scratch(Path(sys.argv[1]), ".building-") as work:
    (work / "half").write_text("done")
    print(work, flush=True)
    time.sleep(60)
"""


def aged(path: Path) -> None:
    os.utime(path, (1, 1))


def test_the_folder_is_there_while_one_works_and_then_gone(tmp_path: Path) -> None:
    with scratch(tmp_path, ".building-") as work:
        assert work.parent == tmp_path
        (work / "x").write_text("y")
        aged(work)
        assert sweep(tmp_path, ".building-") == []
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_is_swept_away_by_the_next_and_a_living_one_is_not(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILDING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as build:
        assert build.stdout
        left = Path(build.stdout.readline().strip())
        aged(left)
        assert sweep(tmp_path, ".building-") == []
        build.send_signal(signal.SIGKILL)
        build.wait(10)
    assert (left / "half").is_file()
    with scratch(tmp_path, ".building-"):
        assert not left.exists()


def test_only_old_folders_of_that_name_are_swept_away(tmp_path: Path) -> None:
    young, other = tmp_path / ".building-young", tmp_path / "releases"
    young.mkdir()
    other.mkdir()
    aged(other)
    outside = tmp_path / "outside"
    outside.mkdir()
    aged(outside)
    (tmp_path / ".building-link").symlink_to(outside)
    assert sweep(tmp_path, ".building-") == []
    aged(young)
    assert sweep(tmp_path, ".building-") == [young]
    assert outside.is_dir()


def test_where_nothing_can_be_written_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"), scratch(tmp_path / "none", ".building-"):
        pass
