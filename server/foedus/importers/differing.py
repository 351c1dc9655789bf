"""What changed from one import to another, record by record.

Two releases of a data set are compared by the keys of their records (``f:record``), whatever their
order in the files: records added, records gone, and of those in both which statement came, went or
says something else. Where a record stands in its file is no change, and neither is that one release
knows until a later day than the other: what is "still so at the end of the data" is so in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.content.imported import Import, open_import
from foedus.content.names import BASE, F, shorten

#: What a record says of itself, and what says no more than other slots do.
_SILENT = frozenset(F + name for name in ("evidence", "assertedBy", "inSource", "row", "wording"))
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SOURCE = "http://purl.org/dc/terms/source"
_STILL, _ITSELF = "(at the end of the data)", "(the data set)"


@dataclass(slots=True)
class Said:
    """One statement: its label, and what it says in each slot."""

    label: str = ""
    slots: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


#: Statements by their local name, for each record.
Records = Mapping[str, Mapping[str, Said]]


def differences(old: Path, new: Path) -> Iterator[str]:
    """The report in Markdown, line by line. Raises :class:`CannotRun` as :func:`open_import`."""
    before, after = open_import(old), open_import(new)
    first, second = records(before), records(after)
    added = sorted(set(second) - set(first))
    gone = sorted(set(first) - set(second))
    changed = {
        key: found for key in sorted(set(first) & set(second))
        if (found := list(_changes(first[key], second[key])))
    }  # fmt: skip
    same = len(set(first) & set(second)) - len(changed)
    yield f"# {before.manifest['dataset']} → {after.manifest['dataset']}\n\n"
    yield (
        f"{len(added)} records added, {len(gone)} gone, {len(changed)} changed, {same} the same.\n"
    )
    for title, keys, table in (("Added", added, second), ("Gone", gone, first)):
        if keys:
            yield f"\n## {title}\n\n"
        for key in keys:
            yield f"- {key}\n"
            for said in table[key].values():
                yield f"  - {said.label}\n"
    if changed:
        yield "\n## Changed\n\n"
    for key, lines in changed.items():
        yield f"- {key}\n"
        for line in lines:
            yield f"  - {line}\n"


def records(imported: Import) -> Records:
    """What each record of an import says."""
    manifest = imported.manifest
    slug = str(manifest["dataset"])
    until = str(manifest.get("coverage", {}).get("known_until", ""))
    source = f"{BASE}id/source/{slug}"
    prefix, graph = f"{BASE}id/statement/{slug}/", f"{BASE}graph/source/{slug}"
    keys: dict[str, str] = {}
    cited: dict[str, list[str]] = defaultdict(list)
    said: dict[str, Said] = defaultdict(Said)
    for quad in ox.parse(path=str(imported.path), format=ox.RdfFormat.N_QUADS):
        if not isinstance(quad.graph_name, ox.NamedNode) or quad.graph_name.value != graph:
            continue
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object.value
        if predicate == F + "record":
            keys[subject] = value
        elif subject.startswith(prefix):
            name = subject[len(prefix) :]
            if predicate == F + "evidence":
                cited[name].append(value)
            elif predicate == _LABEL:
                said[name].label = value
            elif predicate not in _SILENT and predicate != _SOURCE:
                if predicate == F + "knownUntil" and value == until:
                    value = _STILL
                elif value == source:
                    value = _ITSELF
                said[name].slots[predicate].add(shorten(value))
    found: dict[str, dict[str, Said]] = {key: {} for key in keys.values()}
    for name, evidence in cited.items():
        for record in evidence:
            found[keys[record]][name] = said[name]
    return found


def _changes(before: Mapping[str, Said], after: Mapping[str, Said]) -> Iterator[str]:
    for name in sorted(set(before) | set(after)):
        if name not in after:
            yield f"no longer: {before[name].label}"
        elif name not in before:
            yield f"now: {after[name].label}"
        else:
            one, other = before[name].slots, after[name].slots
            for predicate in sorted(set(one) | set(other)):
                old, new = one.get(predicate, set()), other.get(predicate, set())
                if old != new:
                    what = shorten(predicate)
                    yield f"{after[name].label} {what}: {_words(old)} → {_words(new)}"


def _words(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "(nothing)"
