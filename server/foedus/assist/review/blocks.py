"""A candidate as the block of Turtle that its acceptance writes, and such a block read back.

What a curator edits is what will stand in the file: the statement, then its evidence with the
offsets of the passage. The digest of the passage is counted, never typed. A block is held to the
vocabulary and the catalogue before anything is kept: a property that there is none of, a thing that
nobody has, a passage outside the text is said with its line, and the block is still the curator's.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox
from rdflib import Graph, URIRef

from foedus.assist.model import Candidate, Document, Extraction, Passage, Slot
from foedus.assist.review.journal import Kept, Thing
from foedus.assist.writing import entry_of, name_of, statement_of
from foedus.content.layout import write_turtle
from foedus.content.names import BASE, OA, F, shorten, slug, statement_prefixes
from foedus.findings import ContentError, Finding
from foedus.graph.facts import KINDS

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_OTHER = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
COMMENT = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_EVIDENCE, _SUPPORTS = ox.NamedNode(F + "evidence"), ox.NamedNode(F + "supports")
_DIGEST = URIRef(F + "passageDigest")
_START, _END = ox.NamedNode(OA + "start"), ox.NamedNode(OA + "end")
#: How a statement is said: fields of a candidate, and the schemes of their values.
_SAID = {"modality": "modality", "polarity": "polarity", "tense": "tense", "certainty": "certainty"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a block may speak of: local names of our properties, and IRIs of things and concepts."""

    properties: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, store: ox.Store) -> Vocabulary:
        """The vocabulary and the catalogue of a content, from the store it was read into."""
        properties = {
            quad.subject.value.removeprefix(F)
            for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
            for quad in store.quads_for_pattern(
                None, TYPE, ox.NamedNode("http://www.w3.org/2002/07/owl#" + kind), None
            )
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(F)
        }
        names = {
            quad.subject.value
            for quad in store.quads_for_pattern(None, TYPE, None, None)
            if isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith((BASE + "id/", BASE + "concept/"))
        }
        return cls(frozenset(properties), frozenset(names))


def thing_graph(thing: Thing) -> Graph:
    """The entry of the catalogue that *thing* gets."""
    return entry_of(thing.iri, thing.kind, thing.label, thing.comment, thing.other_names)


def written(kept: Kept, extraction: Extraction) -> str:
    """The block of Turtle (without prefixes) that a curator reads and edits."""
    table = statement_prefixes(slug(extraction.source))
    name = name_of(kept.candidate)
    blocks = []
    for graph in (
        statement_of(extraction, kept.candidate, name),
        *map(thing_graph, kept.things),
    ):
        for evidence in set(graph.subjects(_DIGEST)):
            graph.remove((evidence, _DIGEST, None))
        text = write_turtle(graph, table)
        blocks.append(text[text.index("\n\n") + 2 :])
    return "\n".join(blocks)


def read(block: str, candidate: Candidate, extraction: Extraction, vocabulary: Vocabulary) -> Kept:
    """What is kept of *candidate* after its block was edited to *block*.

    Raises :class:`ContentError` with the line of the block for whatever does not fit: Turtle that
    is none, another number of statements than one, an unknown property or name, a passage that is
    not in the text. Nothing is guessed.
    """
    source = slug(extraction.source)
    table = statement_prefixes(source)
    head = "".join(f"@prefix {p}: <{base}> .\n" for p, base in sorted(table.items()))
    try:
        found = [quad.triple for quad in ox.parse(head + block, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        line = (error.lineno or 1) - head.count("\n")
        raise _refused(f"not Turtle: {error.msg}", "Correct it at this line.", line) from None
    kinds = [
        t for t in found if t.predicate == TYPE and t.object in {ox.NamedNode(F + k) for k in KINDS}
    ]
    if len(kinds) != 1:
        raise _refused(
            f"{len(kinds)} statements where one is edited",
            "Leave one subject with one kind, such as f:Membership; what else the passage says is "
            "a candidate of its own.",
        )
    subject = kinds[0].subject
    things = tuple(_things(found, subject, source))
    vocabulary = Vocabulary(vocabulary.properties, vocabulary.names | {t.iri for t in things})
    said = [t for t in found if t.subject == subject and t.predicate != TYPE]
    passage, tied = _passages(found, subject, extraction.document, block)
    kind = str(getattr(kinds[0].object, "value", ""))
    read = _fitting(block, replace(candidate, passage=passage), kind, said, vocabulary, tied)
    spoken = {slot.value for slot in read.slots} | {ox.NamedNode(read.asserted_by or BASE)}
    return Kept(read, tuple(t for t in things if ox.NamedNode(t.iri) in spoken))


def _things(found: Iterable[ox.Triple], statement: object, source: str) -> Iterator[Thing]:
    said: dict[str, dict[str, str]] = {}
    others: dict[str, list[str]] = {}
    for triple in found:
        subject = getattr(triple.subject, "value", "")
        evidence = subject.startswith(f"{BASE}id/evidence/{source}/")
        if (
            triple.subject == statement
            or evidence
            or triple.predicate not in (TYPE, LABEL, COMMENT)
        ):
            continue
        value = str(getattr(triple.object, "value", ""))
        said.setdefault(subject, {})[triple.predicate.value] = value
    for iri, values in said.items():
        if not iri.startswith(BASE + "id/") or len(values) < 3:
            raise _refused(
                f"{shorten(iri)} has no class, name or line that tells it apart",
                'Write: a f:Person ; rdfs:label "…"@en ; rdfs:comment "…"@en (with its class), '
                "under a name such as person:… .",
            )
        kind, label, comment = values[TYPE.value], values[LABEL.value], values[COMMENT.value]
        yield Thing(iri, kind.removeprefix(F), label, comment, tuple(sorted(others.get(iri, ()))))


def _fitting(
    block: str,
    candidate: Candidate,
    kind: str,
    said: Iterable[ox.Triple],
    vocabulary: Vocabulary,
    tied: Mapping[str, Passage],
) -> Candidate:
    fields: dict[str, str | None] = dict.fromkeys(
        (*_SAID, "asserted_by", "cited_work", "label"), None
    )
    slots: list[Slot] = []
    own = {"assertedBy": "asserted_by", "citedWork": "cited_work"}
    whole = candidate.passage
    former = {
        (s.property, str(s.value)): s.passage
        for s in candidate.slots
        if whole.start <= s.passage.start and s.passage.end <= whole.end
    }
    for triple in said:
        name = triple.predicate.value.removeprefix(F)
        value = triple.object
        if not isinstance(value, ox.NamedNode | ox.Literal):
            raise _refused("a blank node has no place in the data", "Give it a name.")
        if triple.predicate == LABEL:
            fields["label"] = str(value.value)
            continue
        if name not in vocabulary.properties or triple.predicate.value == name:
            raise _refused(
                f"there is no property {shorten(triple.predicate.value)}",
                _meant(name, vocabulary.properties, "f:"),
                _line(block, name),
            )
        if name == "evidence":
            continue
        if isinstance(value, ox.NamedNode) and not _known(value.value, vocabulary):
            raise _refused(
                f"nothing is called {shorten(value.value)}",
                _meant(value.value, vocabulary.names),
                _line(block, slug(value.value)),
            )
        if name in _SAID:
            fields[name] = slug(str(value.value))
        elif name in own:
            fields[own[name]] = str(value.value)
        else:
            place = tied.get(name) or former.get((name, str(value)), whole)
            slots.append(Slot(name, value, place))
    for field in ("label", "modality", "polarity", "tense"):
        if not fields[field]:
            raise _refused(
                f"the statement has no {field}",
                "Write rdfs:label with the claim in our own words."
                if field == "label"
                else f"Write f:{field} with a concept of its scheme, such as {field}:…",
            )
    own_voice = BASE + "id/source/"
    if (fields["asserted_by"] or "").startswith(own_voice):
        fields["asserted_by"] = None
    return replace(
        candidate,
        kind=kind.removeprefix(F),
        slots=tuple(slots),
        date=None,
        modality=fields["modality"] or "",
        polarity=fields["polarity"] or "",
        tense=fields["tense"] or "",
        certainty=fields["certainty"] or "",
        asserted_by=fields["asserted_by"],
        cited_work=fields["cited_work"],
        label=fields["label"] or "",
    )


def _passages(
    found: Sequence[ox.Triple], statement: object, document: Document, block: str
) -> tuple[Passage, dict[str, Passage]]:
    """The passage of the statement, and those of single slots (by ``f:supports``)."""
    places: dict[str, Passage] = {}
    whole: list[Passage] = []
    nodes = [t.object for t in found if t.subject == statement and t.predicate == _EVIDENCE]
    for node in nodes:
        about = [t for t in found if t.subject == node]
        place = _passage(about, document, block)
        slots = [str(getattr(t.object, "value", "")) for t in about if t.predicate == _SUPPORTS]
        places.update({slot.removeprefix(F): place for slot in slots})
        if not slots:
            whole.append(place)
    if len(whole) != 1:
        raise _refused(
            f"{len(whole)} passages of the whole statement where one is expected",
            "Leave one f:evidence without f:supports: it is the passage; others support single "
            "slots.",
            _line(block, "f:evidence"),
        )
    return whole[0], places


def _passage(about: Iterable[ox.Triple], document: Document, block: str) -> Passage:
    numbers = {
        t.predicate: int(t.object.value)
        for t in about
        if t.predicate in (_START, _END)
        and isinstance(t.object, ox.Literal)
        and t.object.value.isdecimal()
    }
    start, end = numbers.get(_START, -1), numbers.get(_END, -1)
    if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
        raise _refused(
            f"the passage {start} to {end} is not in the text",
            f"Write oa:start and oa:end, code points between 0 and {len(document.text)}, the end "
            "exclusive.",
            _line(block, "oa:start"),
        )
    return Passage(start, end)


def _known(iri: str, vocabulary: Vocabulary) -> bool:
    ours = iri.startswith((BASE + "id/", BASE + "concept/"))
    return not ours or iri in vocabulary.names or iri.startswith(BASE + "id/source/")


def _meant(name: str, among: Collection[str], prefix: str = "") -> str:
    close = difflib.get_close_matches(name, among, n=1, cutoff=0.75)
    if close:
        return f"Was {prefix or ''}{close[0] if prefix else shorten(close[0])} meant?"
    return "Take a name of the catalogue, or keep the candidate and propose the new thing first."


def _line(block: str, words: str) -> int:
    at = block.find(words)
    return block.count("\n", 0, max(at, 0)) + 1


def _refused(message: str, remedy: str, line: int = 1) -> ContentError:
    return ContentError(
        Finding(
            "review-edit", f"the edit does not fit: {message}", line=max(line, 1), remedy=remedy
        )
    )
