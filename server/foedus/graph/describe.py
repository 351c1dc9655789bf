"""The description of a release: VoID with true counts, DCAT, provenance.

VoID (W3C Interest Group Note, 2011), DCAT 3, PROV-O. Everything is counted in the dataset itself;
no clock is read, so that the same content gives the same description.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from foedus.content.imported import Import
from foedus.content.names import BASE
from foedus.content.read import ContentFile
from foedus.graph.digest import Row

GRAPH = ox.NamedNode(BASE + "graph/description")

#: What the licence does not cover.
RIGHTS = (
    "The licence covers what Foedus wrote. Codes of states and the intervals of their statehood "
    "were compiled by others and have a statement of rights of their own, at source:state-codes."
)
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TYPE = f"<{TYPE.value}>"
XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=XSD_INTEGER)


def describe(
    rows: Iterable[Row],
    name: str,
    version: str,
    files: Sequence[ContentFile],
    imports: Sequence[Import] = (),
) -> list[ox.Quad]:
    """The quads of ``graph/description`` for the release *name* (its digest) with these *rows*.

    A release that *imports* have joined has the terms of each, and no licence for the whole.
    """
    rows = list(rows)
    dataset = ox.NamedNode(f"{BASE}release/{name}")
    quads: list[ox.Quad] = []

    def add(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        quads.append(ox.Quad(subject, ox.NamedNode(predicate), value, GRAPH))

    for kind in (VOID + "Dataset", DCAT + "Dataset", PROV + "Entity", SD + "Dataset"):
        add(dataset, TYPE.value, ox.NamedNode(kind))
    add(dataset, DCT + "title", ox.Literal("Foedus", language="en"))
    add(
        dataset,
        DCT + "description",
        ox.Literal(
            "Who promised what to whom, since when, under which text, and which source says so.",
            language="en",
        ),
    )
    add(dataset, DCT + "identifier", ox.Literal(name))
    add(dataset, "http://www.w3.org/2002/07/owl#versionInfo", ox.Literal(version))
    if not imports:
        licence = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
        add(dataset, DCT + "license", licence)
    add(dataset, DCT + "rights", ox.Literal(RIGHTS, language="en"))
    for imported in imports:
        said = imported.manifest
        terms = f"{said['title']}, version {said['version']}: {said['rights']} {said['citation']}"
        add(dataset, DCT + "rights", ox.Literal(terms, language="en"))
    add(dataset, VOID + "uriSpace", ox.Literal(BASE))
    add(dataset, VOID + "vocabulary", ox.NamedNode(BASE + "ontology"))
    add(dataset, DCT + "conformsTo", ox.NamedNode(BASE + "ontology"))
    for feature in ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD"):
        add(dataset, VOID + "feature", ox.NamedNode(f"http://www.w3.org/ns/formats/{feature}"))
    counts = Counter(row[3].strip("<>") for row in rows)
    add(dataset, VOID + "triples", _number(sum(counts.values())))
    for graph, triples in sorted(counts.items()):
        part = ox.NamedNode(graph or f"{BASE}graph/default")
        add(dataset, VOID + "subset", part)
        add(part, TYPE.value, ox.NamedNode(VOID + "Dataset"))
        add(part, VOID + "triples", _number(triples))
        if graph:
            add(part, TYPE.value, ox.NamedNode(SD + "NamedGraph"))
            add(part, SD + "name", part)
    _partitions(rows, add)
    for file in files:
        entity = ox.NamedNode(f"{BASE}release/{name}/content/{file.path}")
        add(dataset, PROV + "wasDerivedFrom", entity)
        add(entity, TYPE.value, ox.NamedNode(PROV + "Entity"))
        add(entity, DCT + "identifier", ox.Literal(f"sha256:{file.sha256}"))
    for suffix, media in (
        ("nq", "application/n-quads"),
        ("trig", "application/trig"),
        ("ttl", "text/turtle"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
    ):
        dump = ox.NamedNode(f"{BASE}release/{name}/dump.{suffix}")
        add(dataset, DCAT + "distribution", dump)
        add(dataset, VOID + "dataDump", dump)
        add(dump, TYPE.value, ox.NamedNode(DCAT + "Distribution"))
        add(dump, DCAT + "mediaType", ox.Literal(media))
    return quads


def _partitions(rows: Iterable[Row], add) -> None:  # type: ignore[no-untyped-def]
    subjects, objects = set(), set()
    predicates: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for subject, predicate, value, graph in rows:
        if not graph:
            subjects.add(subject)
            objects.add(value)
            predicates[predicate[1:-1]] += 1
            if predicate == _TYPE and value[0] == "<":
                classes[value[1:-1]] += 1
    part = ox.NamedNode(f"{BASE}graph/default")
    add(part, VOID + "distinctSubjects", _number(len(subjects)))
    add(part, VOID + "distinctObjects", _number(len(objects)))
    add(part, VOID + "properties", _number(len(predicates)))
    add(part, VOID + "classes", _number(len(classes)))
    for kind, (name, table) in {
        "class": ("class", classes),
        "property": ("property", predicates),
    }.items():
        for iri, number in sorted(table.items()):
            node = ox.NamedNode(f"{BASE}graph/default/{kind}/{_key(iri)}")
            add(part, f"{VOID}{kind}Partition", node)
            add(node, VOID + name, ox.NamedNode(iri))
            add(node, VOID + ("entities" if kind == "class" else "triples"), _number(number))


def _key(iri: str) -> str:
    import hashlib

    return hashlib.sha256(iri.encode("utf-8")).hexdigest()[:16]
