"""What is served: a release of ours, or files of anybody's."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foedus.engine.embedded import may_be_renamed
from foedus.release import DATASET, MANIFEST, Release


@dataclass(frozen=True, slots=True)
class Served:
    """A dataset that does not change while it is served.

    ``digest`` names it, in ETags too; ``knowledge_end`` is the day that ``?at`` stands for when
    none is given (``None``: nothing is substituted, as for data that is not ours). ``renamed`` says
    that there may be blank nodes which get other labels each time the dataset is loaded.
    """

    digest: str
    dataset: tuple[Path, ...]
    knowledge_end: datetime.date | None = None
    renamed: bool = False
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def release(cls, release: Release) -> Served:
        """A release, by its manifest."""
        manifest = release.manifest
        return cls(
            digest=str(manifest["digest"]),
            dataset=(release.dataset_path,),
            knowledge_end=datetime.date.fromisoformat(manifest["knowledge_end"]),
            manifest=manifest,
        )

    @classmethod
    def files(cls, paths: Sequence[Path]) -> Served:
        """RDF files of any format, named by the SHA-256 of their contents.

        The dataset of a release with its manifest beside it is served as that release.
        """
        if len(paths) == 1 and paths[0].name == DATASET:
            release = Release(paths[0].parent)
            if (release.path / MANIFEST).is_file():
                release.complete()
                return cls.release(release)
        digest = hashlib.sha256()
        for path in paths:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        renamed = any(may_be_renamed(path, alone=len(paths) == 1) for path in paths)
        return cls(digest=digest.hexdigest(), dataset=tuple(paths), renamed=renamed)

    def named(self, loaded: str) -> str:
        """What names the answers of this dataset, loaded in an event that is named *loaded*."""
        return f"{self.digest} {loaded}" if self.renamed else self.digest

    @property
    def graphs(self) -> Mapping[str, int]:
        """Triples of each named graph, as the manifest counts them."""
        graphs: Mapping[str, int] = self.manifest.get("graphs", {})
        return graphs

    def place(self, iri: str) -> tuple[str, int] | None:
        """File and line where a statement is written, if the manifest knows."""
        lines = self.manifest.get("lines") or self.manifest.get("statement_lines") or {}
        found = lines.get(iri)
        return (str(found[0]), int(found[1])) if found else None
