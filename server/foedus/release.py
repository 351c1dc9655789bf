"""Content → checked statements → facts → types → a release: the one place that composes the rooms.

A release is a folder that never changes, named by its digest::

    <out>/releases/<digest>/dataset.nq      every quad, sorted, blank nodes labelled canonically
                           /manifest.json   what it is, what it was built from, what it holds
    <out>/current                           the digest of the release that is served

It is written beside its place and moved there in one step, and only then named in ``current``, so
that an interrupted build leaves the last good release as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus import __version__
from foedus.check import CheckReport, run_check
from foedus.check.former import as_before
from foedus.check.inputs import Held
from foedus.check.proof import prove
from foedus.check.run import STAGES
from foedus.check.statements import check_statements
from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.read import Reading, read_content
from foedus.content.scratch import scratch
from foedus.content.texts import Texts
from foedus.content.versions import Versions
from foedus.findings import CannotRun, ContentError
from foedus.graph import changes, constraints, describe, digest, dumps, facts

Progress = Callable[[str, str], None]

#: What the build knows besides quads: kept apart since it is about files, not about the world.
MANIFEST = "manifest.json"
DATASET = "dataset.nq"
CURRENT = "current"
DISPUTES = BASE + "graph/disputes"


def silent(step: str, result: str) -> None:
    """Progress that nobody watches."""


def default_out() -> Path:
    """Where releases are kept: ``FOEDUS_HOME``, or ``.foedus`` in the working directory."""
    return Path(os.environ.get("FOEDUS_HOME", ".foedus"))


@dataclass(frozen=True)
class Release:
    """A release on disk."""

    path: Path
    held: Held | None = field(default=None, compare=False, repr=False)

    @classmethod
    def open(cls, out: Path | None = None) -> Release:
        """The release that ``<out>/current`` names; :class:`CannotRun` when there is none."""
        folder = out or default_out()
        try:
            name = (folder / CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise CannotRun(
                f"{folder}: no release here. Build one with `foedus build`, or name the folder of "
                "releases with --out or FOEDUS_HOME."
            ) from None
        release = cls(folder / "releases" / name)
        release.complete()
        return release

    def complete(self) -> None:
        """Raise :class:`CannotRun` when a file of the release is missing or damaged."""
        try:
            whole = self.dataset_path.is_file() and {"digest", "knowledge_end"} <= set(
                self.manifest
            )
        except (OSError, ValueError, TypeError):
            whole = False
        if not whole:
            raise CannotRun(
                f"{self.path}: this release is damaged or not there. Build it again with "
                "`foedus build`."
            )

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the release is: digest, version, knowledge_end, graphs, counts, sources, places."""
        data: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        return data

    @property
    def digest(self) -> str:
        """The canonical digest, which is the release's name."""
        return str(self.manifest["digest"])

    @property
    def dataset_path(self) -> Path:
        """The N-Quads file of the whole dataset."""
        return self.path / DATASET

    def quads(self) -> list[ox.Quad]:
        """Every quad of the release."""
        return list(ox.parse(path=str(self.dataset_path), format=ox.RdfFormat.N_QUADS))

    def store(self) -> ox.Store:
        """The release in an in-memory store."""
        store = ox.Store()
        store.bulk_load(path=str(self.dataset_path), format=ox.RdfFormat.N_QUADS)
        return store


def is_built_from(release: Release, content: Content) -> bool:
    """Whether *release* was made of exactly these files and rules: nothing need be built."""
    recorded = {f["path"]: f["sha256"] for f in release.manifest.get("files", [])}
    recorded |= release.manifest.get("rules", {}) | release.manifest.get("shapes", {})
    present = {
        content.relative(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (
            *content.files("ontology"),
            *content.files("data"),
            *content.files("ontology", ".rq"),
        )
    }
    present |= {imported.name: str(imported.manifest["sha256"]) for imported in content.imports}
    present |= constraints.digests(content)
    return recorded == present and release.manifest.get("version") == __version__


def derive(
    reading: Reading,
    tell: Progress = silent,
    *,
    disputes: bool = True,
    versions: Versions | None = None,
) -> dict[str, int]:
    """Add to the store of *reading* what rules make of it: facts, phases, types, disputes.

    Returns the triples added per rule. No rule reads *disputes*, nor does a reasoner: who only asks
    for facts and types can do without. *versions* is that of *reading* where nothing else was put
    into its store: what a former run derived from the same is taken from there. Raises
    :class:`ContentError`.
    """
    statements = facts.describe_statements(reading, versions)
    tell("statements", f"{statements} with their bounds")
    rules = facts.read_rules(reading.content.rules)
    if not disputes:
        rules = [rule for rule in rules if set(rule.graphs) != {ox.NamedNode(DISPUTES)}]
    added = facts.apply_rules(reading.store, rules, kept=reading.content.kept, versions=versions)
    tell("rules", f"{len(rules)} rules added {sum(added.values())} triples")
    return added


def knowledge_end(reading: Reading) -> str:
    """The last day of which some source can know: the latest day of writing of any source."""
    days = []
    for graph in reading.source_graphs:
        source = ox.NamedNode(f"{BASE}id/source/{graph.rsplit('/', 1)[-1]}")
        writing = facts.writing_of(reading, source)
        if writing.written.last.year < 9999:
            days.append(writing.written.last.isoformat())
    return max(days, default="9999-12-31")


def build(
    content: Content,
    out: Path | None = None,
    tell: Progress = silent,
    *,
    texts: Texts | None = None,
    reason: bool = True,
    checked: bool = False,
    hold: bool = False,
) -> Release:
    """Build the content into a release, make it the current one and return it.

    Statements are checked first: a name that is not declared, a statement without its passage, a
    passage that is not in the text (where the text is at hand), a date that is none.
    The same content gives the same bytes, whatever the clock says. ``reason=False`` leaves HermiT
    out (for tests of single questions; `foedus build` never does); ``checked=True`` leaves out the
    check of the statements, for the gate, which reports on each stage by itself, and ``hold=True``
    keeps the dataset in memory too. Raises
    :class:`ContentError` or :class:`CannotRun`; the release that was current before then still is.
    """
    folder = out or default_out()
    _ready(folder)
    reading = read_content(content)
    tell("read", f"{len(reading.files)} files, {len(reading.store)} triples")
    wrong = () if checked else check_statements(reading, texts or Texts())
    if wrong:
        raise ContentError(*wrong)
    derive(reading, tell, versions=None if content.imports else reading.versions)
    if reason:
        prove(reading, tell)
    reading.store.extend(constraints.quads(content))
    lines = digest.canonical_store(reading.store, content.kept)
    name = digest.digest(lines)
    tell("digest", name[:16])
    rows = digest.rows(lines)
    described = describe.describe(rows, name, __version__, reading.files, content.imports)
    manifest = _manifest(reading, name, rows, described)
    more = digest.canonical_quads(described)
    made = _write(folder, name, lines + more, manifest)
    if not hold:
        return made
    reading.store.extend(described)
    lines = made.dataset_path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return Release(made.path, Held(lines, rows + digest.rows(more), reading.store))


def _ready(folder: Path) -> None:
    """Make the folder of releases, or say at once that nothing can be written there."""
    try:
        (folder / "releases").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> CannotRun:
    return CannotRun(
        f"{folder}: the release cannot be written ({error.strerror or error}). Name a folder "
        "that can be written with --out or FOEDUS_HOME."
    )


def check(
    content: Content,
    *,
    texts: Texts | None = None,
    require_texts: bool = False,
    stages: Sequence[str] | None = None,
    tell: Progress = silent,
    processes: int = 1,
) -> CheckReport:
    """Run the gate over *content*, on a release of it made for the purpose and thrown away.

    What the content has kept of former runs is not looked at again; what is new is kept. Raises
    :class:`ValueError` for an unknown stage.
    """
    with tempfile.TemporaryDirectory(prefix="foedus-check-") as folder, closing(content.kept):
        texts = texts or Texts()
        asked = ("every text" if require_texts else "", *(STAGES if stages is None else stages))
        report = as_before(
            content,
            texts,
            asked,
            lambda: run_check(
                content,
                texts=texts,
                require_texts=require_texts,
                stages=stages,
                progress=tell,
                make_release=lambda: build(content, Path(folder), tell, checked=True, hold=True),
                processes=processes,
            ),
        )
        content.kept.save()
        return report


def export(release: Release, path: Path) -> None:
    """Write *release* to *path*, in the format that its suffix names.

    Raises :class:`CannotRun` for another suffix or a path that cannot be written.
    """
    try:
        dumps.write_dump(dumps.by_graph(release.dataset_path), release.digest, path)
    except KeyError:
        raise CannotRun(
            f"{path}: no dump is called that; its name ends in "
            f"{', '.join('.' + suffix for suffix in dumps.FORMATS)}."
        ) from None
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written ({error.strerror}).") from error


def _manifest(
    reading: Reading, name: str, rows: list[digest.Row], described: list[ox.Quad]
) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    for kind in facts.KINDS:
        for graph in reading.source_graphs:
            kinds[kind] += sum(
                1
                for _ in reading.store.quads_for_pattern(
                    None, facts.RDF_TYPE, facts.foedus(kind), ox.NamedNode(graph)
                )
            )
    graphs: Counter[str] = Counter(row[3][1:-1] or "default" for row in rows)
    graphs[describe.GRAPH.value] = len(set(described))
    return {
        "digest": name,
        "version": __version__,
        "knowledge_end": knowledge_end(reading),
        "graphs": dict(sorted(graphs.items())),
        "counts": {
            "statements": sum(kinds.values()),
            "statements_by_kind": dict(sorted(kinds.items())),
            "facts": _count(reading, "basis", distinct=True),
            "evidence": _count_type(reading, "Evidence"),
            "disputes": sum(
                1
                for _ in reading.store.quads_for_pattern(
                    None,
                    facts.RDF_TYPE,
                    facts.foedus("Dispute"),
                    ox.NamedNode(DISPUTES),
                )
            ),
            "sources": len(reading.source_graphs),
        },
        "files": [
            {"path": f.path, "graph": f.graph, "sha256": f.sha256, "triples": f.triples}
            for f in reading.files
        ],
        "rules": {
            reading.content.relative(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(reading.content.rules.rglob("*.rq"))
        },
        "shapes": constraints.digests(reading.content),
        "lines": {iri: list(place) for iri, place in sorted(reading.lines.items())},
    }


def _count(reading: Reading, name: str, *, distinct: bool) -> int:
    quads = reading.store.quads_for_pattern(None, facts.foedus(name), None, ox.DefaultGraph())
    subjects = [q.subject for q in quads]
    return len(set(subjects)) if distinct else len(subjects)


def _count_type(reading: Reading, name: str) -> int:
    return sum(
        1
        for _ in reading.store.quads_for_pattern(
            None, facts.RDF_TYPE, facts.foedus(name), ox.DefaultGraph()
        )
    )


def _renew(target: Path, fresh: Path) -> None:
    """Bring a release that is already there, and perhaps served, up to what was built.

    Its graphs are the same, or it would have another name; its description and manifest may tell
    of files that changed in layout only. Each file is replaced in one step, so that the release is
    whole at every moment, and one that is the same already is left alone.
    """
    for name in (DATASET, MANIFEST):
        old, new = target / name, fresh / name
        if not old.is_file() or old.read_bytes() != new.read_bytes():
            new.replace(old)


def _write(folder: Path, name: str, lines: list[str], manifest: dict[str, Any]) -> Release:
    releases = folder / "releases"
    try:
        releases.mkdir(parents=True, exist_ok=True)
        target = releases / name
        with scratch(folder, ".building-") as work:
            fresh = work / name
            fresh.mkdir()
            (fresh / DATASET).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
            (fresh / MANIFEST).write_text(
                json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
                encoding="utf-8",
                newline="\n",
            )
            if target.exists():
                _renew(target, fresh)
            else:
                fresh.rename(target)
            changes.record(folder, CURRENT, DATASET, name, str(manifest["knowledge_end"]))
            pointer = work / CURRENT
            pointer.write_text(name + "\n", encoding="utf-8")
            pointer.replace(folder / CURRENT)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return Release(target)
