"""Why something is so, in words, of a release or of content that clashes: `foedus explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foedus.check.explanations.told import what_clashes
from foedus.content.locate import find_content
from foedus.content.names import expand
from foedus.content.read import read_content
from foedus.findings import CannotRun
from foedus.graph import explain
from foedus.release import Progress, Release, derive, silent


def explanation(release: Release, name: str) -> str:
    """Why something is in the release, in words: inferred types with their proof, or the statements
    behind a fact, each with the file and line where it is written.

    ``name`` is an IRI or a prefixed name. Raises :class:`CannotRun` when the release does not know
    it.
    """
    iri = _expanded(name)
    store = release.store()
    explainer = explain.Explainer(store)
    if not explainer.known(iri):
        raise CannotRun(f"{name}: the release {release.digest[:16]} knows no such thing.")
    lines: dict[str, list[Any]] = release.manifest["lines"]
    return explain.in_words(explainer, iri, lambda s: tuple(lines[s]) if s in lines else None)


def clash(directory: Path | None, name: str | None = None, tell: Progress = silent) -> list[str]:
    """Why the content contradicts the ontology, or why the class *name* can have no member.

    At most ten lines; none where nothing clashes. Raises :class:`~foedus.findings.ContentError` for
    content that cannot be read, :class:`CannotRun` for a name with an unknown prefix, or where
    HermiT does not run.
    """
    reading = read_content(find_content(directory))
    derive(reading, tell, disputes=False)
    return what_clashes(reading, _expanded(name) if name else None)


def _expanded(name: str) -> str:
    try:
        return expand(name)
    except KeyError:
        raise CannotRun(
            f"{name}: unknown prefix. Give an IRI, or a name such as arrangement:imctc."
        ) from None
