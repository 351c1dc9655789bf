"""Where the content is: a folder given, this checkout, or the copy that came with the package."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from foedus.content.imported import Import
from foedus.content.kept import Kept
from foedus.findings import CannotRun

ROOMS = ("ontology", "data", "shapes", "queries")


@dataclass(frozen=True, slots=True)
class Content:
    """A folder with ``ontology/``, ``data/``, ``shapes/`` and ``queries/``.

    ``imports`` are reference data sets that join it for this run; no folder holds them. ``kept`` is
    what former runs found out about it, if anybody keeps that.
    """

    root: Path
    imports: tuple[Import, ...] = ()
    kept: Kept = field(default_factory=Kept, compare=False, repr=False, kw_only=True)

    def files(self, room: str, suffix: str = ".ttl") -> tuple[Path, ...]:
        """Every file of *room* that ends in *suffix*, in a stable order."""
        return tuple(sorted(p for p in (self.root / room).rglob(f"*{suffix}") if p.is_file()))

    def base(self, path: Path) -> str | None:
        """What relative IRIs in a file are relative to; ``None``: there must be none."""
        return None

    @property
    def rules(self) -> Path:
        """The SPARQL CONSTRUCT files by which statements become facts."""
        return self.root / "ontology" / "rules"

    def relative(self, path: Path) -> str:
        """*path* as a reader of the repository knows it."""
        return path.relative_to(self.root).as_posix()


def packaged_content() -> Path:
    """The folder of the content that belongs to this program.

    In a wheel it lies inside the package; in a checkout (editable installation) it is the
    checkout itself.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "_content"
    return inside if inside.is_dir() else package.parent.parent


def find_content(directory: Path | None = None, imports: tuple[Import, ...] = ()) -> Content:
    """Return the content in *directory*, or the content that came with the program.

    *imports* join it.

    Raises :class:`CannotRun` when the folder is missing or has neither an ontology nor data.
    """
    root = (directory or packaged_content()).resolve()
    if not root.is_dir():
        raise CannotRun(f"{root}: no such folder. Name a folder with {', '.join(ROOMS)} in it.")
    content = Content(root, imports)
    if not content.files("ontology") and not content.files("data"):
        raise CannotRun(
            f"{root}: no content found: neither ontology/ nor data/ holds a Turtle file. "
            f"Expected a folder with {', '.join(f'{room}/' for room in ROOMS)}; "
            "without a folder the content that came with Foedus is used."
        )
    return content
