"""What earlier versions of the ontology said, and what changed from one to the next.

``ontology/versions/<version>.nt.gz`` keeps each version as sorted N-Triples with canonical blank
nodes (RDFC-1.0), written by ``tools/ontology_version.py``; so a version IRI keeps answering when
the ontology has moved on.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from foedus.content.locate import packaged_content
from foedus.web.ontology_docs.codebook import Codebook, Term

_NAME = re.compile(r"(\d+)\.(\d+)\.(\d+)\.nt\.gz\Z")
#: What of a term is compared, and what to call it.
_COMPARED = {
    "kind": "kind",
    "label": "label",
    "definition": "definition",
    "names": "other names",
    "above": "what it is a kind of",
    "domain": "what it is used of",
    "range": "what it leads to",
    "inverse": "its inverse",
    "disjoint": "what it excludes",
    "characteristics": "characteristics",
    "axioms": "axioms",
    "deprecated": "whether it is still to be used",
}


@dataclass(frozen=True)
class Change:
    """What changed from one version to the next."""

    older: str
    newer: str
    added: Sequence[Term]
    removed: Sequence[Term]
    changed: Sequence[tuple[Term, Sequence[tuple[str, str, str]]]]

    @property
    def nothing(self) -> bool:
        """Whether both say the same."""
        return not (self.added or self.removed or self.changed)


def write(triples: Iterable[ox.Triple], path: Path) -> None:
    """Keep a version; the same triples always give the same bytes."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write("".join(lines).encode("utf-8"))


def read(path: Path) -> list[ox.Triple]:
    """The triples of a version that was kept."""
    with gzip.open(path) as packed:
        quads = ox.parse(packed.read(), format=ox.RdfFormat.N_TRIPLES)
        return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]


@cache
def kept(folder: Path | None = None) -> dict[str, Path]:
    """The versions that are kept, the oldest first, with their files."""
    folder = folder or packaged_content() / "ontology" / "versions"
    found = [(path, _NAME.match(path.name)) for path in folder.glob("*.nt.gz")]
    ordered = sorted(
        (tuple(map(int, match.groups())), path) for path, match in found if match is not None
    )
    return {".".join(map(str, numbers)): path for numbers, path in ordered}


@cache
def codebook(version: str, folder: Path | None = None) -> Codebook:
    """The codebook of a version that is kept; raises :class:`KeyError`."""
    return Codebook.of(read(kept(folder)[version]))


def change(older: str, before: Codebook, newer: str, after: Codebook) -> Change:
    """What changed between two versions, term by term."""
    both = sorted(set(before.terms) & set(after.terms))
    compared = [
        (after.terms[iri], differences)
        for iri in both
        if (differences := _differences(before.terms[iri], after.terms[iri]))
    ]
    return Change(
        older,
        newer,
        added=[after.terms[i] for i in sorted(set(after.terms) - set(before.terms))],
        removed=[before.terms[i] for i in sorted(set(before.terms) - set(after.terms))],
        changed=compared,
    )


def _differences(before: Term, after: Term) -> list[tuple[str, str, str]]:
    return [
        (_COMPARED[f.name], _said(getattr(before, f.name)), _said(getattr(after, f.name)))
        for f in fields(Term)
        if f.name in _COMPARED and getattr(before, f.name) != getattr(after, f.name)
    ]


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value)) or "—"
    if isinstance(value, bool):
        return "no longer" if value else "yes"
    return str(value) or "—"
