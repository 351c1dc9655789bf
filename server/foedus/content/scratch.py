"""A folder to build in: gone when the work is done, and swept away later if that was killed.

Whoever builds holds a lock on the folder (``flock``, which ends with the process, however it ends).
A folder that nobody holds is what a killed build has left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

#: Between making a folder and locking it there is a moment: a younger one is left alone.
_YOUNG_SECONDS = 60.0


@contextlib.contextmanager
def scratch(folder: Path, prefix: str) -> Iterator[Path]:
    """A new folder in *folder* whose name begins with *prefix*; those left there are swept away.

    Raises :class:`OSError` when nothing can be written there.
    """
    sweep(folder, prefix)
    with tempfile.TemporaryDirectory(dir=folder, prefix=prefix) as work:
        descriptor = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with contextlib.suppress(OSError):  # a file system without locks: swept by nobody
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Path(work)
        finally:
            os.close(descriptor)


def sweep(folder: Path, prefix: str) -> list[Path]:
    """Remove what builds that were killed have left in *folder*; what was removed."""
    return [path for path in sorted(folder.glob(f"{prefix}*")) if _swept(path)]


def _swept(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        if time.time() - os.fstat(descriptor).st_mtime < _YOUNG_SECONDS:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    except OSError:
        return False  # somebody builds there
    finally:
        os.close(descriptor)
