"""The files of a release, made when somebody first asks for one, by a process of its own.

They lie beside the releases (or, where nothing can be written there, in a temporary folder), named
by what they are made from, and are made once. Whoever asks meanwhile waits a little, and is then
told when to come back: no page and no query waits for them.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from foedus import __version__
from foedus.export import files
from foedus.export.files import File
from foedus.export.tables import Table
from foedus.graph import dumps
from foedus.web.problems import Problem
from foedus.web.served import Served

#: Seconds that a request waits for the files, and after which it is asked to come back.
WAIT, AGAIN = 25, 10


class Files:
    """The files of what is served; a dataset that is no release of ours has none."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self._lock = threading.Lock()
        self._maker: threading.Thread | None = None
        self._failed = ""
        self._made: tuple[list[File], list[Table]] | None = None

    @property
    def there(self) -> bool:
        """Whether there are any."""
        return bool(self.served.manifest) and len(self.served.dataset) == 1

    def listed(self) -> tuple[Sequence[File], Sequence[Table]]:
        """All files and tables, complete; raises :class:`Problem` while they are being made."""
        if self._made is None:
            self._ensure()
            self._made = files.read(self.folder)
        return self._made

    def path(self, name: str) -> Path:
        """Where a file lies; raises :class:`Problem` for a name that no file has."""
        if name == "dump.nq" and self.there:
            return self.served.dataset[0]
        listed, _ = self.listed()
        if name not in {f.name for f in listed} | {files.SUMS, files.LISTING}:
            raise Problem("unknown", "The release has no file of this name; /dumps lists them.")
        return self.folder / name

    @cached_property
    def folder(self) -> Path:
        """The folder of the files, of this very dataset made by this very program."""
        with self.served.dataset[0].open("rb") as file:
            name = hashlib.file_digest(file, "sha256")
        name.update(f"{__version__} {ox.__version__} {dumps.has_hdt()}".encode())
        releases = self.served.dataset[0].parent.parent
        beside = releases.parent / "files"
        try:
            if releases.name != "releases":
                raise OSError
            beside.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=beside):
                pass
        except OSError:
            beside = Path(tempfile.mkdtemp(prefix="foedus-files-"))
            atexit.register(shutil.rmtree, beside, ignore_errors=True)
        return beside / name.hexdigest()[:32]

    def _ensure(self) -> None:
        if not self.there:
            raise Problem("unknown", "This is no release of ours: there are no files of it.")
        if (self.folder / files.LISTING).is_file():
            return
        with self._lock:
            if self._maker is None or not self._maker.is_alive():
                self._failed = ""
                self._maker = threading.Thread(target=self._make, daemon=True)
                self._maker.start()
            maker = self._maker
        maker.join(WAIT)
        if (self.folder / files.LISTING).is_file():
            return
        if self._failed:
            raise RuntimeError(f"the files cannot be made: {self._failed}")
        raise Problem(
            "preparing",
            "The files are being made; this is done once for a release.",
            headers={"Retry-After": str(AGAIN)},
        )

    def _make(self) -> None:
        work = Path(tempfile.mkdtemp(prefix=".making-", dir=self.folder.parent))
        made_from = [str(self.served.dataset[0]), self.served.digest, str(work)]
        command = [sys.executable, "-m", "foedus.export", *made_from]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if not k.startswith("FOEDUS_")},
            )
            if done.returncode:
                self._failed = done.stderr.strip()[-500:]
                return
            with contextlib.suppress(OSError):  # another server was as fast
                work.rename(self.folder)
        except OSError as error:
            self._failed = str(error)
        finally:
            shutil.rmtree(work, ignore_errors=True)
