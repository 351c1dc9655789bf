"""The ontology: OWL 2 DL without imports, every term declared, explained, used or waited for."""

import subprocess
import sys
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS
from rdflib.term import Node

from foedus.content.locate import Content
from foedus.content.names import BASE, expand, shorten
from foedus.content.read import read_content
from foedus.graph import describe, digest, reasoning
from foedus.release import derive

FOEDUS = Namespace(BASE + "ontology#")
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN = tuple(map(str, (RDF, RDFS, OWL)))
FILES = ("foedus.ttl", "concepts.ttl", "typologies.ttl")


@pytest.fixture(scope="module")
def ontology(content_dir: Path) -> Graph:
    """What is reasoned over: the vocabulary, the concepts and the typologies."""
    graph = Graph()
    for name in FILES:
        graph.parse(content_dir / "ontology" / name)
    return graph


@pytest.fixture(scope="module")
def dataset(content_dir: Path) -> ox.Store:
    """A release in memory: the content, its facts and its description."""
    reading = read_content(Content(content_dir))
    derive(reading)
    rows = digest.rows(digest.canonical_store(reading.store))
    reading.store.extend(describe.describe(rows, "0" * 64, "0", reading.files))
    return reading.store


def ours(graph: Graph, kind: Node) -> list[URIRef]:
    """The terms of a kind that are in our namespace."""
    return sorted(s for s in graph.subjects(RDF.type, kind) if str(s).startswith(str(FOEDUS)))


def names(terms: object) -> list[str]:
    return sorted(shorten(str(term)) for term in terms)  # type: ignore[attr-defined]


# --- The head ------------------------------------------------------------------------------------


def test_the_ontology_is_versioned_licensed_and_imports_nothing(content_dir: Path) -> None:
    for path in sorted((content_dir / "ontology").glob("*.ttl")):
        graph = Graph().parse(path)
        heads = list(graph.subjects(RDF.type, OWL.Ontology))
        assert len(heads) == 1, path
        (head,) = heads
        for needed in (OWL.versionIRI, OWL.versionInfo, DCTERMS.title, DCTERMS.license):
            assert graph.value(head, needed), f"{path.name} says no {needed}"
        assert not list(graph.triples((None, OWL.imports, None))), path


def test_alignments_are_in_a_file_and_a_graph_of_their_own(
    content_dir: Path, ontology: Graph, dataset: ox.Store
) -> None:
    alignments = Graph().parse(content_dir / "ontology" / "alignments.ttl")
    assert len(alignments) > 50
    mapping = {
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
    }
    assert not [t for t in ontology if t[1] in mapping and not str(t[2]).startswith(BASE)]
    logical = {URIRef(str(t.predicate.value)) for t in reasoning.terminology(dataset)}
    assert not logical & mapping
    assert not list(alignments.triples((None, OWL.sameAs, None)))


# --- Terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OWL.Class, *PROPERTY_KINDS], ids=lambda k: str(k).split("#")[1])
def test_every_term_has_a_label_a_definition_and_a_source(ontology: Graph, kind: URIRef) -> None:
    terms = ours(ontology, kind)
    assert terms
    for needed in (RDFS.label, SKOS.definition, DCTERMS.source):
        lacking = [term for term in terms if not ontology.value(term, needed)]
        assert names(lacking) == [], f"without {needed}"


def test_every_concept_has_a_label_a_definition_a_scheme_and_a_source(ontology: Graph) -> None:
    concepts = {s for s in ontology.subjects(SKOS.inScheme) if str(s).startswith(BASE)}
    assert len(concepts) > 300
    for needed in (SKOS.prefLabel, SKOS.definition, SKOS.inScheme, DCTERMS.source):
        assert names(c for c in concepts if not ontology.value(c, needed)) == [], needed
    for concept in concepts:
        scheme = ontology.value(concept, SKOS.inScheme)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in ontology
        slug = str(concept).removeprefix(BASE + "concept/").split("/")[0]
        assert str(scheme) == f"{BASE}concept/{slug}", concept
        upward = {
            above
            for kind in ontology.objects(concept, RDF.type)
            for above in ontology.transitive_objects(kind, RDFS.subClassOf)
        }
        assert ontology.value(scheme, FOEDUS.conceptClass) in upward


def test_a_label_and_a_definition_are_said_once_in_a_language(ontology: Graph) -> None:
    for needed in (RDFS.label, SKOS.prefLabel, SKOS.definition):
        for subject in set(ontology.subjects(needed)):
            tags = [value.language for value in ontology.objects(subject, needed)]
            assert len(tags) == len(set(tags)), f"{subject} {needed}"


def test_classes_begin_with_a_capital_and_properties_do_not(ontology: Graph) -> None:
    for term in ours(ontology, OWL.Class):
        assert term.removeprefix(str(FOEDUS))[0].isupper(), term
    for kind in PROPERTY_KINDS:
        for term in ours(ontology, kind):
            assert term.removeprefix(str(FOEDUS))[0].islower(), term


def test_no_term_means_two_kinds_of_thing(ontology: Graph) -> None:
    kinds = (OWL.Class, *PROPERTY_KINDS)
    for term in {s for kind in kinds for s in ontology.subjects(RDF.type, kind)}:
        of = [kind for kind in kinds if (term, RDF.type, kind) in ontology]
        assert len(of) == 1, f"{term} is {of}"


def test_no_iri_is_both_a_class_or_property_and_an_individual(dataset: ox.Store) -> None:
    vocabulary = {expand(f"owl:{n}") for n in ("Class", "Restriction", "AllDisjointClasses")}
    vocabulary |= {str(kind) for kind in PROPERTY_KINDS}
    vocabulary |= {expand(f"owl:{n}Property") for n in ("Functional", "Symmetric")}
    vocabulary |= {expand("owl:Ontology")}
    types: dict[str, set[str]] = {}
    for quad in dataset.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), None, None):
        if isinstance(quad.subject, ox.NamedNode):
            types.setdefault(quad.subject.value, set()).add(quad.object.value)
    for iri, kinds in types.items():
        assert not (kinds & vocabulary) or kinds <= vocabulary, iri


# --- Declared and used ---------------------------------------------------------------------------


def test_every_class_and_property_used_in_the_data_is_declared(
    ontology: Graph, dataset: ox.Store
) -> None:
    properties = {str(s) for kind in PROPERTY_KINDS for s in ontology.subjects(RDF.type, kind)}
    classes = {str(s) for s in ontology.subjects(RDF.type, OWL.Class)}
    named = {quad.graph_name for quad in dataset} - {ox.NamedNode(BASE + "graph/alignments")}
    used_properties, used_classes = set(), set()
    for graph in named:
        for quad in dataset.quads_for_pattern(None, None, None, graph):
            used_properties.add(quad.predicate.value)
            if quad.predicate.value == str(RDF.type):
                used_classes.add(quad.object.value)
    undeclared = {p for p in used_properties - properties if not p.startswith(BUILT_IN)}
    assert names(undeclared) == []
    undeclared = {c for c in used_classes - classes if not c.startswith(BUILT_IN)}
    assert names(undeclared) == []


def test_every_property_of_an_axiom_is_declared_for_reasoning(ontology: Graph) -> None:
    """OWL 2 DL: what a restriction speaks of is an object or a datatype property."""
    for restriction, on in ontology.subject_objects(OWL.onProperty):
        kinds = set(ontology.objects(on, RDF.type))
        assert kinds & {OWL.ObjectProperty, OWL.DatatypeProperty}, on
        if (restriction, OWL.someValuesFrom, None) in ontology:
            filler = ontology.value(restriction, OWL.someValuesFrom)
            assert isinstance(filler, BNode) or (filler, RDF.type, OWL.Class) in ontology


def test_what_a_chain_feeds_is_simple_nowhere(ontology: Graph) -> None:
    """OWL 2 DL, section 11.2: no cardinality, disjointness or the like on a composite property."""
    for composite in ontology.subjects(OWL.propertyChainAxiom):
        assert not set(ontology.objects(composite, RDF.type)) & {
            OWL.FunctionalProperty,
            OWL.InverseFunctionalProperty,
            OWL.IrreflexiveProperty,
            OWL.AsymmetricProperty,
        }
        assert not list(ontology.triples((composite, OWL.propertyDisjointWith, None)))
        assert not list(ontology.triples((None, OWL.propertyDisjointWith, composite)))


def test_dates_counts_and_evidence_are_annotations_that_no_axiom_speaks_of(ontology: Graph) -> None:
    for name in (
        *("begin", "end", "date", "earliestBegin", "latestBegin", "earliestEnd", "latestEnd"),
        *("count", "evidence", "basis", "assertedBy", "modality", "passageDigest"),
    ):
        term = FOEDUS[name]
        assert (term, RDF.type, OWL.AnnotationProperty) in ontology, name
        assert not list(ontology.triples((term, RDFS.range, None))), name
        assert not list(ontology.triples((term, RDFS.domain, None))), name
        assert not list(ontology.triples((None, OWL.onProperty, term))), name


def test_every_class_has_an_individual_or_waits_for_one(ontology: Graph, dataset: ox.Store) -> None:
    below: dict[Node, set[Node]] = {}
    for lower, upper in ontology.subject_objects(RDFS.subClassOf):
        below.setdefault(upper, set()).add(lower)

    def populated(cls: Node) -> bool:
        kind, iri = ox.NamedNode(str(RDF.type)), ox.NamedNode(str(cls))
        if any(True for _ in dataset.quads_for_pattern(None, kind, iri, None)):
            return True
        return any(populated(sub) for sub in below.get(cls, ()) if isinstance(sub, URIRef))

    waiting = set(ontology.subjects(FOEDUS.waitingFor))
    waiting |= set(ontology.subjects(OWL.equivalentClass))  # that nothing fits one is an answer
    lacking = [
        cls for cls in ours(ontology, OWL.Class) if not populated(cls) and cls not in waiting
    ]
    assert names(lacking) == []


def test_what_waits_for_data_does_wait(ontology: Graph, dataset: ox.Store) -> None:
    for term in set(ontology.subjects(FOEDUS.waitingFor)):
        node = ox.NamedNode(str(term))
        assert not list(dataset.quads_for_pattern(None, node, None, None)), term
        kind = ox.NamedNode(str(RDF.type))
        assert not list(dataset.quads_for_pattern(None, kind, node, None)), term


def test_beside_every_defined_class_stands_a_concept_under_its_own_iri(ontology: Graph) -> None:
    defined = {s for s in ontology.subjects(OWL.equivalentClass) if str(s).startswith(str(FOEDUS))}
    beside = {
        cls: concept
        for link in (FOEDUS.definesClass, FOEDUS.conceptOf)
        for concept, cls in ontology.subject_objects(link)
    }
    building_blocks = {
        FOEDUS[n]
        for n in (
            *("TreatyBasedArrangement", "MutualDefenseCommitment", "MutualDefenseArrangement"),
            *("NatoStyleDesign", "NotCollectiveDefense", "NotNatoStyle"),
            "AllianceObligation",  # its members are the concepts
        )
    }
    for cls in defined - building_blocks:
        assert cls in beside, cls
        assert beside[cls] != cls


def test_who_and_what_a_property_joins_lie_in_its_domain_and_range(dataset: ox.Store) -> None:
    """Over facts and statements alike, HermiT being shown only the facts that definitions need."""
    graph = Graph()
    for quad in dataset:
        if isinstance(quad.object, ox.Literal) or not quad.predicate.value.startswith(
            (str(FOEDUS), *BUILT_IN)
        ):
            continue
        graph.add(tuple(_term(node) for node in (quad.subject, quad.predicate, quad.object)))
    above = {
        cls: set(graph.transitive_objects(cls, RDFS.subClassOf))
        for cls in set(graph.objects(None, RDF.type))
    }
    wrong = set()
    for side, at in ((RDFS.domain, 0), (RDFS.range, 2)):
        for term, expected in graph.subject_objects(side):
            if (term, RDF.type, OWL.ObjectProperty) not in graph:
                continue
            union = graph.value(expected, OWL.unionOf)
            allowed = set(graph.items(union)) if union else {expected}
            for found in graph.triples((None, term, None)):
                kinds = {up for k in graph.objects(found[at], RDF.type) for up in above[k]}
                if not kinds & allowed:
                    wrong.add((shorten(str(term)), shorten(str(side)), shorten(str(found[at]))))
    assert wrong == set()


def _term(node: ox.NamedNode | ox.BlankNode) -> URIRef | BNode:
    return URIRef(node.value) if isinstance(node, ox.NamedNode) else BNode(node.value)


# --- In other tools ------------------------------------------------------------------------------


def test_ontology_and_facts_load_in_owlready2(dataset: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "default.nt"
    triples = [q.triple for q in dataset.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    with path.open("wb") as file:
        ox.serialize(triples, output=file, format=ox.RdfFormat.N_TRIPLES)
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    classes = {cls.iri for cls in world.classes()}
    assert str(FOEDUS.Membership) in classes
    members = world[str(FOEDUS.Membership)].instances()
    assert len(members) > 20
    assert all(str(FOEDUS.Membership) in {c.iri for c in m.is_a} for m in members)
    assert world[expand("state:iraq")].is_a[0].iri == str(FOEDUS.State)
    world.close()


def test_the_files_load_in_rdflib_without_a_warning(content_dir: Path) -> None:
    """In a process of its own, since rdflib writes its complaints to the log."""
    script = (
        "import sys, rdflib\n"
        "g = rdflib.Graph()\n"
        "for path in sys.argv[1:]: g.parse(path)\n"
        "print(len(g))\n"
    )
    files = [str(p) for room in ("ontology", "data") for p in Content(content_dir).files(room)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert int(done.stdout) > 20000
