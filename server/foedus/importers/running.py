"""What ``foedus import`` does: recognise the files, read each release, write it whole or not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foedus import __version__
from foedus.findings import CannotRun, ContentError, Finding, Severity
from foedus.importers.coverage import write_source
from foedus.importers.registry import File, Given, importers, recognize
from foedus.importers.statements import Statements
from foedus.importers.states import read_states
from foedus.importers.tables import Complaints
from foedus.importers.writing import Quads, writing

#: Where imports are written when nobody says otherwise.
DEFAULT = Path("build") / "imports"

#: Bytes read of a file that is being read, and all that there are.
Progress = Callable[[Path, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    path: Path
    manifest: dict[str, Any]
    warnings: tuple[Finding, ...]


def run_import(
    command: str,
    paths: Iterable[Path],
    out: Path | None = None,
    progress: Progress | None = None,
) -> list[Imported]:
    """Import the files, each release of a data set into an N-Quads file of its own.

    ``out`` names the file, or the folder, where there are several. Raises :class:`ContentError`
    with every fault that was found, and :class:`CannotRun`; what was there before then still is.
    """
    groups: dict[str, list[File]] = {}
    wrong: list[Finding] = []
    floating: list[File] = []
    for path in paths:
        try:
            file = recognize(path, command)
        except ContentError as error:
            wrong.extend(error.findings)
            continue
        if file.version:
            groups.setdefault(file.data_set.slug(file.version), []).append(file)
        else:
            floating.append(file)
    for file in floating:
        beside = next((g for g in groups.values() if g[0].data_set is file.data_set), None)
        if beside is None:
            wrong.append(
                Finding(
                    "import-repeats",
                    f"{file.table.name} only repeats {file.table.repeats}",
                    file=file.path,
                    remedy="Give the table it repeats.",
                )
            )
        else:
            beside.append(file)
    for files in groups.values():
        wrong.extend(_twice(files))
    if wrong:
        raise ContentError(*wrong)
    if out is not None and len(groups) > 1 and not out.is_dir():
        raise CannotRun(
            f"{out}: these files are of {len(groups)} releases ({', '.join(sorted(groups))}), each "
            "imported into a file of its own. Name a folder that is there."
        )
    return [_one(slug, files, out, progress) for slug, files in sorted(groups.items())]


#: So many warnings are shown; all are in the manifest.
SHOWN = 20


def in_words(done: Imported) -> str:
    """What an import came to, for people: its warnings, what was read, what was written."""
    lines = [str(warning) for warning in done.warnings[:SHOWN]]
    if len(done.warnings) > SHOWN:
        lines.append(f"… and {len(done.warnings) - SHOWN} more; the manifest has them all")
    for file in done.manifest["files"]:
        if "rows" in file:
            lines.append(f"{file['name']}: {file['rows']} rows read")
    counts = [f"{number} {kind}" for kind, number in done.manifest["statements"].items()]
    lines.append(", ".join(counts) or "codes alone, no statements")
    return "\n".join(lines) + "\n"


def _twice(files: list[File]) -> Iterable[Finding]:
    seen: dict[str, Path] = {}
    for file in files:
        if file.table.name in seen:
            yield Finding(
                "import-twice",
                f"{file.table.name} was given already: {seen[file.table.name]}",
                file=file.path,
                remedy="Give each table of a release once.",
            )
        seen[file.table.name] = file.path


def _one(slug: str, files: list[File], out: Path | None, progress: Progress | None) -> Imported:
    target = DEFAULT / f"{slug}.nq" if out is None else out / f"{slug}.nq" if out.is_dir() else out
    if target.suffix != ".nq":
        raise CannotRun(f"{target}: an import is written in N-Quads. Name a file that ends in .nq.")
    data_set, version = files[0].data_set, files[0].data_set.versions[files[0].version]
    complaints = Complaints()
    read = [file for file in files if not file.table.repeats]
    for file in files:
        if file.table.repeats:
            complaints.add(
                Finding(
                    "import-repeats",
                    f"only repeats {file.table.repeats}; nothing is read from it",
                    Severity.INFO,
                    file=file.path,
                )
            )
    if not read:
        raise ContentError(
            *(
                Finding(f.rule, f.message, file=f.file, remedy="Give the table it repeats.")
                for f in complaints.warnings
            )
        )
    manifest: dict[str, Any] = {}
    with writing(target, manifest) as quads:
        given = _given(slug, tuple(read), quads, complaints, progress)
        write_source(given)
        importers()[data_set.name](given)
        complaints.stop()
        _declare_others(given)
        manifest |= {
            "foedus": __version__,
            "dataset": slug,
            "title": data_set.title,
            "version": version.name,
            "citation": version.citation,
            "rights": data_set.rights,
            "coverage": {"begin": version.begin, "known_until": version.known_until},
            "files": [_file(file, given.counted) for file in files],
            "warnings": [_relative(finding) for finding in complaints.warnings],
        }
    return Imported(target, manifest, tuple(complaints.warnings))


def _given(
    slug: str,
    files: tuple[File, ...],
    quads: Quads,
    complaints: Complaints,
    progress: Progress | None,
) -> Given:
    data_set, version = files[0].data_set, files[0].data_set.versions[files[0].version]
    return Given(
        files,
        data_set,
        version,
        read_states(),
        Statements(quads, slug, version.name),
        complaints,
        progress,
        {},
    )


def _declare_others(given: Given) -> None:
    for state in sorted(given.states.other, key=lambda state: state.slug):
        given.statements.thing(
            state.kind,
            state.slug,
            [state.declared],
            state.name,
            comment=state.comment,
        )


def _file(file: File, counted: dict[Path, int]) -> dict[str, Any]:
    with file.path.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    told: dict[str, Any] = {"name": file.path.name, "table": file.table.name, "sha256": digest}
    if file.table.repeats:
        return {**told, "repeats": file.table.repeats}
    return {**told, "rows": counted.get(file.path, 0)}


def _relative(finding: Finding) -> str:
    """A warning without the folder of this machine."""
    name = finding.file.name if finding.file else ""
    return f"{name}: {finding.message}"
