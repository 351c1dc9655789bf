"""The files of a project read once: every triple, where each file stops being RDF, and places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from foedus.check.places import Places
from foedus.check.project.configuration import FORMATS, Project
from foedus.content.turtle import document, parse_turtle
from foedus.findings import CannotRun, ContentError, Finding

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"


@dataclass
class ProjectReading:
    """A project with the quads of each of its files that could be read."""

    project: Project
    quads: dict[Path, list[ox.Quad]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def of(self, *rooms: str) -> Iterator[ox.Triple]:
        """Every triple of these rooms, graphs merged."""
        for room in rooms:
            for path in self.project.files(room):
                yield from (quad.triple for quad in self.quads.get(path, ()))

    @cached_property
    def places(self) -> Places:
        """Where in the Turtle files something is said."""
        lines: dict[str, tuple[str, int]] = {}
        for room in ("ontology", "data", "shapes"):
            for path in self.project.files(room, ".ttl"):
                if path not in self.quads:
                    continue
                read = document(path, self.project.base(path))
                for term, block in read.blocks.items():
                    if isinstance(term, ox.NamedNode):
                        line = read.lines.place(block.start)[0]
                        lines.setdefault(term.value, (self.project.relative(path), line))
        return Places(self.project, lines)

    def placed(self, finding: Finding) -> Finding:
        """*finding* with the exact characters, or at least the file, where they can be told."""
        found = self.places.of(finding)
        if found.file is None and finding.focus:
            for path, quads in self.quads.items():
                if any(getattr(q.subject, "value", None) == finding.focus for q in quads):
                    return self.places.of(replace(finding, file=path))
        return found

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces whose terms the project declares: as configured, or of its ontologies.

        An ontology has the namespace of most of the classes and properties that it declares, where
        that begins with its own IRI.
        """
        if self.project.namespaces:
            return self.project.namespaces
        ontologies = {
            t.subject.value.rstrip("#/")
            for t in self.of("ontology")
            if t.predicate == RDF_TYPE
            and t.object == ox.NamedNode(OWL + "Ontology")
            and isinstance(t.subject, ox.NamedNode)
        }
        declared = {
            namespace(t.subject.value)
            for t in self.of("ontology")
            if t.predicate == RDF_TYPE
            and isinstance(t.subject, ox.NamedNode)
            and isinstance(t.object, ox.NamedNode)
            and t.object.value in TERMS
        }
        return tuple(sorted(n for n in declared if n.rstrip("#/") in ontologies))


#: Types by which a term is declared.
TERMS = frozenset(
    {
        *(
            OWL + kind
            for kind in (
                "Class",
                "ObjectProperty",
                "DatatypeProperty",
                "AnnotationProperty",
                "NamedIndividual",
            )
        ),
        "http://www.w3.org/2000/01/rdf-schema#Class",
        "http://www.w3.org/2000/01/rdf-schema#Datatype",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property",
    }
)


def namespace(iri: str) -> str:
    """The part of an IRI up to its last ``#`` or ``/``."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def read_project(project: Project) -> ProjectReading:
    """Read every RDF file of *project*; one that is broken is a finding and hides no other."""
    reading = ProjectReading(project)
    for room in ("ontology", "data", "shapes"):
        for path in project.files(room):
            if path in reading.quads:
                continue  # an ontology that holds its shapes
            try:
                reading.quads[path] = _parse(path)
            except ContentError as error:
                reading.findings += [f for f in error.findings if f not in reading.findings]
            except CannotRun as error:
                reading.findings.append(Finding("syntax", str(error), file=path, line=1))
    return reading


def _parse(path: Path) -> list[ox.Quad]:
    form = FORMATS[path.suffix]
    if form == ox.RdfFormat.TURTLE:
        default = ox.DefaultGraph()
        triples = parse_turtle(path, path.as_uri())
        return [ox.Quad(t.subject, t.predicate, t.object, default) for t in triples]
    try:
        return list(ox.parse(path=str(path), format=form, base_iri=path.as_uri()))
    except SyntaxError as error:
        raise ContentError(
            Finding(
                "syntax",
                f"not {form.name}: {error.msg}",
                file=path,
                line=error.lineno,
                column=error.offset,
                remedy=f"Correct the file at this place; by its suffix it is {form.name}.",
            )
        ) from None
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path.name}: cannot be read: {error}") from None
