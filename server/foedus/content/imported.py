"""An import on disk: N-Quads that an importer wrote, and the manifest that vouches for them.

Nothing is read from an import whose bytes are not those that its manifest names: an import that was
interrupted, changed or mixed up is refused, never half of it served. The layout of the manifest::

    format      the number of this layout
    dataset     what names the release of the data set: cow-alliances-4.1; title and version
    rights      its terms, and how to cite it (citation)
    sha256      of the N-Quads
    graphs      quads in each graph ("default" for the default graph)
    files       what was read: name, table, SHA-256, rows
    statements  how many of each kind
    coverage    what the data set could have known
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foedus.findings import CannotRun

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Import:
    """An import whose bytes are those that its manifest names."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How a release names the file: by its data set, wherever it lies."""
        return f"imports/{self.manifest['dataset']}.nq"

    @property
    def graphs(self) -> Mapping[str, int]:
        """Quads in each graph; "default" is the default graph."""
        graphs: Mapping[str, int] = self.manifest["graphs"]
        return graphs


def manifest_of(path: Path) -> Path:
    """Where the manifest of an import lies: beside it, ``.json`` for ``.nq``."""
    return path.with_suffix(".json")


def open_import(path: Path) -> Import:
    """The import in *path*.

    Raises :class:`CannotRun` when it has no manifest, or is not what the manifest names.
    """
    beside = manifest_of(path)
    remedy = "Import it again: foedus import."
    try:
        data = path.open("rb")
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}). {remedy}") from None
    with data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    try:
        manifest = json.loads(beside.read_text(encoding="utf-8"))
        named, layout = manifest["sha256"], manifest["format"]
        graphs, dataset = manifest["graphs"], manifest["dataset"]
        told = [manifest[name] for name in ("title", "version", "rights", "citation")]
    except OSError:
        raise CannotRun(
            f"{path}: there is no {beside.name} beside it, so that nothing says it is whole. "
            f"{remedy}"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise CannotRun(f"{beside}: this is not the manifest of an import. {remedy}") from None
    if (
        layout != FORMAT
        or not isinstance(graphs, dict)
        or not isinstance(dataset, str)
        or not all(told)
    ):
        raise CannotRun(f"{beside}: written by another version of Foedus. {remedy}")
    if named != digest:
        raise CannotRun(
            f"{path}: its SHA-256 is {digest[:16]}…, the manifest says {named[:16]}…: an import "
            f"that was interrupted, or changed since. {remedy}"
        )
    return Import(path, manifest)


def open_imports(paths: tuple[Path, ...]) -> tuple[Import, ...]:
    """Several imports, in the order of their names.

    Raises :class:`CannotRun` as :func:`open_import`, and for one data set given twice.
    """
    imports = sorted((open_import(path) for path in paths), key=lambda found: found.name)
    for one, other in itertools.pairwise(imports):
        if one.name == other.name:
            raise CannotRun(
                f"{one.path} and {other.path} are both {one.manifest['dataset']}. Give one of them."
            )
    return tuple(imports)
