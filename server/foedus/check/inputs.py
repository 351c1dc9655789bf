"""What the stages look at, read once: the files, the dataset, the texts, the release."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from foedus.check.places import Places
from foedus.content.locate import Content
from foedus.content.names import BASE, F
from foedus.content.read import Reading, is_of_source, read_what_is_whole
from foedus.content.texts import Texts
from foedus.content.turtle import subject_lines
from foedus.findings import CannotRun, ContentError, Finding
from foedus.graph.digest import Row

if TYPE_CHECKING:
    from foedus.engine.embedded import EmbeddedEngine

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_STATEMENT = BASE + "id/statement/"


class BuiltRelease(Protocol):
    """What the gate needs to know of a release; :class:`foedus.release.Release` is one."""

    @property
    def manifest(self) -> dict[str, Any]:
        """What the release says of itself: digest, counts, graphs, knowledge_end."""

    @property
    def dataset_path(self) -> Path:
        """The dataset as sorted N-Quads."""

    @property
    def held(self) -> Held | None:
        """The same in memory, where it has just been made."""


@dataclass(frozen=True)
class Held:
    """A release in memory: its lines with their parts, and a store of them."""

    lines: list[str]
    rows: list[Row]
    store: ox.Store


class Unread(Exception):
    """The content could not be read; the syntax stage says why."""


@dataclass
class Inputs:
    """The content under check and what goes with it.

    ``release`` builds or opens the release of this content when a stage asks for it first.
    """

    content: Content
    texts: Texts
    require_texts: bool = False
    make_release: Callable[[], BuiltRelease] | None = None
    tell: Callable[[str], None] = field(default=lambda _: None)

    @classmethod
    def of(cls, reading: Reading, texts: Texts) -> Inputs:
        """Inputs over content that has been read already."""
        inputs = cls(reading.content, texts)
        inputs.__dict__["_read"] = (reading, [])
        return inputs

    @cached_property
    def _read(self) -> tuple[Reading, list[Finding]]:
        return read_what_is_whole(self.content)

    @property
    def reading(self) -> Reading:
        """The content as read, without the files of sources that are broken.

        Raises :class:`Unread` where another file is broken, on which these build.
        """
        if self.unread:
            raise Unread
        return self._read[0]

    @property
    def subjects(self) -> dict[str, dict[str, int]]:
        """The line of each subject that is written in a file, by the name of the file."""
        return self._read[0].subjects

    @property
    def syntax_errors(self) -> tuple[Finding, ...]:
        """What is wrong in the files that could not be read."""
        return tuple(self._read[1])

    @cached_property
    def unread(self) -> bool:
        """Whether a file that all others build on could not be read: one of the ontology."""
        return any(
            error.file is None
            or not (self.content.root / error.file).is_relative_to(self.content.root / "data")
            for error in self._read[1]
        )

    @cached_property
    def undeclared(self) -> frozenset[str]:
        """What files that could not be read may declare: the subjects that can be made out in
        those of things, as others speak of them."""
        found: set[str] = set()
        for error in self._read[1]:
            if error.file is not None and not is_of_source(self.content, error.file):
                with suppress(ContentError, CannotRun):
                    found.update(subject_lines(self.content.root / error.file))
        return frozenset(found)

    @cached_property
    def things_unread(self) -> bool:
        """Whether a file of things could not be read, of which others speak."""
        return any(
            error.file is None or not is_of_source(self.content, error.file)
            for error in self._read[1]
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """Why a stage has not looked at all sources, where a file of one is broken."""
        broken = sorted({error.file.name for error in self._read[1] if error.file})
        if not broken or self.unread:
            return ()
        return (f"what is in {', '.join(broken)}: not Turtle, see the stage syntax",)

    @cached_property
    def places(self) -> Places:
        """Where in the files things are said."""
        lines = dict(self._read[0].lines)
        for path in self.content.files("ontology"):
            if path.name != "alignments.ttl":  # a term stands where it is declared
                name = self.content.relative(path)
                found = self._read[0].subjects.get(name)
                if found is None:
                    with suppress(ContentError):
                        found = subject_lines(path)
                lines.update({iri: (name, line) for iri, line in (found or {}).items()})
        return Places(self.content, lines)

    @cached_property
    def _made(self) -> BuiltRelease | ContentError | CannotRun | None:
        try:
            return self.make_release() if self.make_release else None
        except (ContentError, CannotRun) as error:
            return error

    @property
    def release(self) -> BuiltRelease | None:
        """The release of the content, where one can be had; it is made once.

        Raises :class:`ContentError` where the content does not build, and :class:`CannotRun`.
        """
        if isinstance(self._made, ContentError | CannotRun):
            raise self._made
        return self._made

    @cached_property
    def engine(self) -> EmbeddedEngine | None:
        """The release, ready to be asked; errors as of :attr:`release`."""
        from foedus.engine.embedded import EmbeddedEngine

        if self.release is None:
            return None
        if self.release.held is not None:
            return EmbeddedEngine(self.release.held.store)
        return EmbeddedEngine.load(self.release.dataset_path)

    def instances(self, *classes: str) -> list[tuple[ox.NamedNode, ox.NamedNode, str]]:
        """(subject, source graph, class name) of everything a source says of these classes."""
        found = []
        for graph_iri in self.reading.source_graphs:
            graph = ox.NamedNode(graph_iri)
            for name in classes:
                pattern = self.reading.store.quads_for_pattern(
                    None, RDF_TYPE, ox.NamedNode(F + name), graph
                )
                found += [(q.subject, graph, name) for q in pattern]
        return [
            (subject, graph, name)
            for subject, graph, name in sorted(found, key=lambda item: str(item[0]))
            if isinstance(subject, ox.NamedNode)
        ]

    @cached_property
    def statements(self) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
        """Every statement of every source with its graph, whatever its kind, sorted."""
        found = {
            (quad.subject, graph)
            for graph in map(ox.NamedNode, self.reading.source_graphs)
            for quad in self.reading.store.quads_for_pattern(None, RDF_TYPE, None, graph)
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_STATEMENT)
        }
        return sorted(found, key=lambda item: (item[0].value, item[1].value))
