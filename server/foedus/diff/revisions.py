"""Find a state of the content: a folder, or a revision of the git repository that holds it.

Only here is git asked, and only for what its object store holds: nothing is checked out.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from foedus.content.locate import ROOMS, Content, find_content
from foedus.findings import CannotRun


@contextmanager
def find_revision(name: str, beside: Path) -> Iterator[Content]:
    """The content that *name* stands for, for as long as the context lasts.

    *name* is a folder of content, or a revision (branch, tag, commit) of the git repository in
    which the folder *beside* lies. A folder wins over a revision of the same name. Raises
    :class:`CannotRun` when it is neither.
    """
    folder = Path(name)
    if folder.is_dir():
        yield find_content(folder)
        return
    with TemporaryDirectory(prefix="foedus-diff-") as place:
        _extract(name, beside, Path(place))
        yield find_content(Path(place))


def _extract(revision: str, beside: Path, place: Path) -> None:
    commit = _git(
        beside, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{}}"
    )
    if commit is None:
        raise CannotRun(
            f"{revision}: neither a folder nor a revision of a git repository at {beside}. Name "
            "two folders of content, or a branch, tag or commit, such as origin/main."
        )
    sha = commit.decode("ascii").strip()
    held = _git(beside, "ls-tree", "--name-only", sha, *(f"./{room}" for room in ROOMS)) or b""
    rooms = [line for line in held.decode("utf-8").splitlines() if line]
    archive = _git(beside, "archive", "--format=tar", sha, *rooms) if rooms else None
    if archive is None:
        raise CannotRun(
            f"{revision}: this revision holds no content at {beside}: none of "
            f"{', '.join(f'{room}/' for room in ROOMS)}."
        )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(place, filter="data")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, or ``None`` where there is no git or it fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
