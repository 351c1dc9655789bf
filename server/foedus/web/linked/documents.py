"""What the document of an IRI says: one graph, whatever format it is written in.

The triples of the thing in any graph, its nameless parts, the evidence of a statement; the names
of what it points to, so that nobody has to ask again to read it; and, for things that others
belong to, who does. It is bounded: no document grows with the dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from foedus.content.names import BASE, F, prefixes
from foedus.engine.answers import value
from foedus.engine.serialize import JSON_LD, write_triples
from foedus.web.knowledge import Knowledge
from foedus.web.linked import jsonld, vocabulary
from foedus.web.linked.context import RDF, RDFS, REVERSE, Context, from_ontology

ONTOLOGY = F.removesuffix("#")
SHAPES = BASE + "graph/shapes"
ALIGNMENTS = BASE + "graph/alignments"
ONTOLOGY_PATH, ALIGNMENTS_PATH = "ontology", "ontology/alignments"
_VOID = "http://rdfs.org/ns/void#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_KEPT = 256
#: More that lead to a thing than this are left to the page, which counts and pages them.
MOST_LEADING = 1000
_NAMES = (RDFS + "label", "http://www.w3.org/2004/02/skos/core#prefLabel")
_DCT = "http://purl.org/dc/terms/"
_TITLE = _DCT + "title"
_TYPE = ox.NamedNode(RDF + "type")
_BELONGS = re.compile(
    r"id/(?:arrangement|phase|organization|instrument|proposal|label|event|exercise|group)/"
)
#: How deep what has no name is followed: classes defined by unions of restrictions have five steps.
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether anything is known of an IRI, what it is called now, and why it was withdrawn."""

    known: bool = False
    renamed: str = ""
    tombstone: Mapping[str, str] | None = None


class Documents:
    """The documents over one dataset; *lasting* says that it does not change.

    ``files`` leads from the IRI of a subject to the file of the content in which it is written.
    """

    def __init__(
        self, knowledge: Knowledge, *, lasting: bool, files: Mapping[str, str] | None = None
    ) -> None:
        self.knowledge, self.lasting, self.files = knowledge, lasting, files or {}
        self._context: Context | None = None
        self._shares = lru_cache(maxsize=_KEPT)(lambda path: vocabulary.shares(self.describe(path)))
        self._kept = lru_cache(maxsize=_KEPT)(self._describe)
        self._found = lru_cache(maxsize=_KEPT)(lambda iri: tuple(knowledge.describe(iri)))
        self._blocks = lru_cache(maxsize=_KEPT)(self._block)
        self._stands = lru_cache(maxsize=_KEPT * 16)(self._standing)

    @property
    def context(self) -> Context:
        """The JSON-LD context of the vocabulary."""
        if self._context is None or not self.lasting:
            self._context = from_ontology(self.knowledge)
        return self._context

    def describes(self, path: str) -> bool:
        """Whether anything is said of the IRI with this path."""
        return self.standing(path).known

    def standing(self, path: str) -> Standing:
        """How it stands with the IRI with this path."""
        return self._stands(path) if self.lasting else self._standing(path)

    def _standing(self, path: str) -> Standing:
        iri = BASE + path
        if not is_askable(iri):
            return Standing()
        found = self._own(iri)
        if not found:
            return Standing(known=self.knowledge.exists(iri))
        said: dict[str, str] = {}
        for t in found:
            if isinstance(t.subject, ox.NamedNode) and t.subject.value == iri:
                text = value(t.object)
                said[t.predicate.value] = min(said.get(t.predicate.value, text), text)
        if renamed := said.get(F + "renamedTo"):
            return Standing(known=True, renamed=renamed)
        gone = ox.Triple(ox.NamedNode(iri), _TYPE, ox.NamedNode(F + "Tombstone")) in found
        return Standing(known=True, tombstone=_stone(said) if gone else None)

    def _own(self, iri: str) -> list[ox.Triple]:
        """The triples of *iri* itself and the evidence of a statement, asked for once."""
        if not self.lasting:
            return self.knowledge.describe(iri)
        return list(self._found(iri))

    def describe(self, path: str) -> Sequence[ox.Triple]:
        """The graph of the document of the IRI with this path after the base."""
        return self._kept(path) if self.lasting else self._describe(path)

    def write(self, path: str, media_type: str) -> bytes:
        """The document in a format of :data:`foedus.engine.serialize.GRAPH_FORMATS`."""
        triples = self.describe(path)
        if media_type == JSON_LD:
            return jsonld.write(triples, BASE + path, self.context)
        return write_triples(triples, media_type, prefixes())

    def block(self, path: str) -> str:
        """The document as JSON-LD for the ``script`` element of a page.

        Of a whole vocabulary, which no page can hold, it is the share of the ontology itself.
        """
        return self._blocks(path) if self.lasting else self._block(path)

    def _block(self, path: str) -> str:
        triples: Iterable[ox.Triple] = self.describe(path)
        if vocabulary.is_vocabulary(path):
            triples = self._divided(path)[vocabulary.REST]
        return jsonld.embedded(jsonld.document(triples, BASE + path, self.context))

    def block_of_term(self, iri: str, path: str = ONTOLOGY_PATH) -> str:
        """What the vocabulary at *path* says of one of its terms, as :meth:`block`; or ``""``."""
        triples = self._divided(path).get(iri, ())
        if not triples:
            return ""
        return jsonld.embedded(jsonld.document(triples, iri, self.context))

    def _divided(self, path: str) -> Mapping[str, Sequence[ox.Triple]]:
        return self._shares(path) if self.lasting else vocabulary.shares(self.describe(path))

    def _describe(self, path: str) -> tuple[ox.Triple, ...]:
        iri = BASE + path
        if vocabulary.is_vocabulary(path):
            return _in_order(self._ontology(path, iri), iri)
        found = self._own(iri)
        if any(isinstance(t.object, ox.BlankNode) for t in found):
            found = self.knowledge.triples(_with_parts(iri))
        if path.startswith("graph/") and not found:
            found = self._counted(iri)
        if _BELONGS.match(path):
            found += self._leading(iri)
        found += self._names(iri, found)
        return _in_order(found, iri)

    def _counted(self, iri: str) -> list[ox.Triple]:
        """What can be said of a named graph that no description of a release tells of."""
        graph, size = ox.NamedNode(iri), self.knowledge.graph_size(iri)
        said: dict[str, tuple[ox.NamedNode | ox.Literal, ...]] = {
            RDF + "type": (ox.NamedNode(_VOID + "Dataset"), ox.NamedNode(_SD + "NamedGraph")),
            _SD + "name": (graph,),
            _VOID + "triples": (ox.Literal(size),),
        }
        return [ox.Triple(graph, ox.NamedNode(p), o) for p, many in said.items() for o in many]

    def _leading(self, iri: str) -> list[ox.Triple]:
        """Who belongs to *iri*, by the shortcuts of the default graph; none where too many do."""
        properties = " ".join(f"f:{name}" for name in REVERSE)
        found = self.knowledge.triples(
            f"CONSTRUCT {{ ?s ?p <{iri}> }} {{ VALUES ?p {{ {properties} }} ?s ?p <{iri}> }} "
            f"LIMIT {MOST_LEADING + 1}"
        )
        return found if len(found) <= MOST_LEADING else []

    def _names(self, iri: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """The English name of each IRI of ours beside *iri*: one triple each."""
        others = {
            term.value
            for t in triples
            for term in (t.subject, t.object)
            if isinstance(term, ox.NamedNode) and _is_named(term.value)
        } - {iri}
        if not others:
            return []
        nodes = " ".join(f"<{other}>" for other in sorted(others))
        rows = self.knowledge.rows(
            f"""SELECT ?x ?p ?label {{ VALUES ?x {{ {nodes} }}
              ?x ?p ?label FILTER(?p IN (rdfs:label, skos:prefLabel, dcterms:title))
              FILTER(LANG(?label) = "" || LANGMATCHES(LANG(?label), "en")) }}"""
        )
        best: dict[str, tuple[int, int, str, ox.Triple]] = {}
        for row in rows:
            x, p, label = row["x"], row["p"], row["label"]
            assert isinstance(x, ox.NamedNode)
            assert isinstance(p, ox.NamedNode)
            rank = _NAMES.index(p.value) if p.value in _NAMES else len(_NAMES)
            text = value(label)
            candidate = (rank, len(text), text, ox.Triple(x, p, label))
            if x.value not in best or candidate[:3] < best[x.value][:3]:
                best[x.value] = candidate
        return [entry[3] for entry in best.values()]

    # --- The vocabulary -----------------------------------------------------------------------

    def _ontology(self, path: str, iri: str) -> list[ox.Triple]:
        """The part of the vocabulary that one ontology, or a version of it, holds."""
        header = self.knowledge.ontology_header(iri)
        part = path.removeprefix("ontology").strip("/").split("/")[0]
        if part == "alignments":
            return [*header, *self.knowledge.graph(ALIGNMENTS)]
        if part in ("concepts", "typologies"):
            written = sorted(s for s, f in self.files.items() if f == f"ontology/{part}.ttl")
            return [*header, *(self.knowledge.triples(_with_parts(*written)) if written else ())]
        return self.knowledge.ontology(iri)


def title(triples: Iterable[ox.Triple], iri: str) -> str:
    """What a document calls its thing, in English where it can; ``""`` when it has no name."""
    best = (9, 0, "")
    for t in triples:
        if not (isinstance(t.subject, ox.NamedNode) and t.subject.value == iri):
            continue
        if t.predicate.value in (*_NAMES, _TITLE) and isinstance(t.object, ox.Literal):
            language = (t.object.language or "").split("-")[0]
            rank = (0 if language in ("en", "") else 5) + (t.predicate.value == _TITLE)
            candidate = (rank, len(t.object.value), t.object.value)
            best = min(best, candidate)
    return best[2]


def _stone(said: Mapping[str, str]) -> dict[str, str]:
    """When and why something was withdrawn, and what replaces it."""
    members = {
        "when": ("withdrawnOn", "withdrawn"),
        "why": ("withdrawnBecause", "reason"),
        "instead": ("replacedBy",),
    }
    found = {
        name: next((said[F + p] for p in properties if F + p in said), "")
        for name, properties in members.items()
    }
    found["instead"] = found["instead"] or said.get(_DCT + "isReplacedBy", "")
    return {name: text for name, text in found.items() if text}


def is_askable(iri: str) -> bool:
    """Whether this can be written into a query as an IRI at all (RFC 3987, section 2.2)."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return (
        len(iri) < 2000
        and not any(c in iri for c in '<>"{}|\\^`')
        and iri.isprintable()
        and " " not in iri
    )


def _is_named(iri: str) -> bool:
    return iri.startswith((BASE + "id/", BASE + "concept/")) and not iri.startswith(
        BASE + "id/evidence/"
    )


def _in_order(triples: Iterable[ox.Triple], iri: str) -> tuple[ox.Triple, ...]:
    """Each triple once, what is said of *iri* first: the same from every engine.

    Blank nodes get the labels of RDFC-1.0, since those of an engine may be others each time.
    """
    plain: set[ox.Triple] = set()
    knotted = ox.Dataset()
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            knotted.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        else:
            plain.add(triple)
    knotted.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    plain.update(quad.triple for quad in knotted)
    return tuple(sorted(plain, key=lambda t: (getattr(t.subject, "value", "") != iri, str(t))))


def _with_parts(*iris: str) -> str:
    """The descriptions of *iris* with the blank nodes that hang on them, and theirs."""
    values = f"VALUES ?root {{ {' '.join(f'<{iri}>' for iri in iris)} }}"
    steps = [f"{values} ?root ?p ?o BIND(?root AS ?s)"]
    inner, last = values, "?root"
    for depth in range(1, _DEPTH + 1):
        inner += (
            # Along a list goes rdf:rest* alone, or there were as many ways as it has members.
            f" {last} ?p{depth} ?c{depth} FILTER(isBlank(?c{depth}) && ?p{depth} != rdf:rest)"
            f" ?c{depth} rdf:rest* ?b{depth} ."
        )
        last = f"?b{depth}"
        steps.append(f"{inner} {last} ?p ?o BIND({last} AS ?s)")
    anywhere = [
        *(f"{{ {step} }}" for step in steps),
        *(f"{{ GRAPH ?g {{ {step} }} }}" for step in steps),
    ]
    return f"CONSTRUCT {{ ?s ?p ?o }} {{ {' UNION '.join(anywhere)} }}"
