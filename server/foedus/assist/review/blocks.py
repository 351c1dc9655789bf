"""A candidate as the block of Turtle that its acceptance writes, and such a block read back.

What a curator edits is what will stand in the file: the statement, then its evidence with the
offsets of the passage. The digest of the passage is counted, never typed. A block is held to the
vocabulary and the catalogue before anything is kept: a property that there is none of, a thing that
nobody has, a passage outside the text is said with its line, and the block is still the curator's.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from foedus.assist.model import Candidate, Document, Passage, Slot
from foedus.assist.review.journal import Kept, Thing
from foedus.content.names import BASE, OA, F, shorten, slug, statement_prefixes
from foedus.content.texts import passage_digest
from foedus.findings import ContentError, Finding
from foedus.graph.facts import KINDS

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
COMMENT = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_START, _END = ox.NamedNode(OA + "start"), ox.NamedNode(OA + "end")
#: Properties that say when; a candidate has its date in one of them, or in its own field.
_DATED = frozenset({"date", "begin", "end", "inferredDate"})
_CASE_OPEN = "In which case it binds stands in the passage; no condition was made of it."
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


def name_of(candidate: Candidate, taken: Collection[str] = ()) -> str:
    """The slug of a kept candidate: its kind and what fills its slots, unlike those *taken*."""
    parts = [candidate.kind.lower()]
    for slot in candidate.slots:
        if isinstance(slot.value, ox.NamedNode) and slug(slot.value.value) not in parts:
            parts.append(slug(slot.value.value))
    name = "-".join(parts)[:80].strip("-")
    return name if name not in taken else f"{name}-{candidate.key[:8]}"


def triples(candidate: Candidate, name: str, document: Document, source: str) -> list[ox.Triple]:
    """The statement and its evidence, under *name* in the graph of *source* (both slugs)."""
    statement = ox.NamedNode(f"{BASE}id/statement/{source}/{name}")
    evidence = ox.NamedNode(f"{BASE}id/evidence/{source}/{name}")
    start, end = candidate.passage.start, candidate.passage.end
    said: list[tuple[str, ox.Term]] = [(slot.property, slot.value) for slot in candidate.slots]
    said += [
        (field, ox.NamedNode(f"{BASE}concept/{scheme}/{getattr(candidate, field)}"))
        for field, scheme in _SAID.items()
        if getattr(candidate, field)
    ]
    speaker = candidate.asserted_by or f"{BASE}id/source/{source}"
    said.append(("assertedBy", ox.NamedNode(speaker)))
    if candidate.date and not _DATED & {slot.property for slot in candidate.slots}:
        said.append(("date", ox.Literal(candidate.date)))
    if candidate.kind == "Commitment" and not candidate.values("wording"):
        said.append(("wording", ox.Literal(candidate.label, language="en")))
        if f"{BASE}concept/commitment/defense" in candidate.values("commitmentType"):
            said.append(("note", ox.Literal(_CASE_OPEN, language="en")))
    if candidate.cited_work:
        said.append(("citedWork", ox.NamedNode(candidate.cited_work)))
    return [
        ox.Triple(statement, TYPE, ox.NamedNode(F + candidate.kind)),
        ox.Triple(statement, LABEL, ox.Literal(candidate.label, language="en")),
        *(ox.Triple(statement, ox.NamedNode(F + name), value) for name, value in said),
        ox.Triple(statement, ox.NamedNode(F + "evidence"), evidence),
        ox.Triple(evidence, TYPE, ox.NamedNode(F + "Evidence")),
        ox.Triple(
            evidence, ox.NamedNode(F + "inSource"), ox.NamedNode(f"{BASE}id/source/{source}")
        ),
        ox.Triple(evidence, _START, ox.Literal(str(start), datatype=_INTEGER)),
        ox.Triple(evidence, _END, ox.Literal(str(end), datatype=_INTEGER)),
        ox.Triple(
            evidence,
            ox.NamedNode(F + "passageDigest"),
            ox.Literal(passage_digest(document.text[start:end])),
        ),
    ]


def thing_triples(thing: Thing) -> list[ox.Triple]:
    """The entry of the catalogue that *thing* gets."""
    node = ox.NamedNode(thing.iri)
    return [
        ox.Triple(node, TYPE, ox.NamedNode(F + thing.kind)),
        ox.Triple(node, LABEL, ox.Literal(thing.label, language="en")),
        ox.Triple(node, COMMENT, ox.Literal(thing.comment, language="en")),
    ]


def written(kept: Kept, document: Document, source: str) -> str:
    """The block of Turtle (without prefixes) that a curator reads and edits."""
    from rdflib import Graph

    from foedus.content.layout import write_turtle

    passage = kept.candidate.passage
    table = statement_prefixes(source)
    blocks = []
    for lines in (
        triples(kept.candidate, name_of(kept.candidate), document, source),
        *map(thing_triples, kept.things),
    ):
        graph = Graph()
        graph.parse(data="".join(f"{t} .\n" for t in lines), format="nt")
        text = write_turtle(graph, table)
        body = text[text.index("\n\n") + 2 :]
        blocks.append(
            "".join(
                line for line in body.splitlines(keepends=True) if "f:passageDigest" not in line
            ).replace(f"oa:end {passage.end} ;", f"oa:end {passage.end} .")
        )
    return "\n".join(blocks)


def read(
    block: str, candidate: Candidate, document: Document, source: str, vocabulary: Vocabulary
) -> Kept:
    """What is kept of *candidate* after its block was edited to *block*.

    Raises :class:`ContentError` with the line of the block for whatever does not fit: Turtle that
    is none, another number of statements than one, an unknown property or name, a passage that is
    not in the text. Nothing is guessed.
    """
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
    passage = _passage(found, document, block)
    kind = str(getattr(kinds[0].object, "value", ""))
    read = _fitting(block, replace(candidate, passage=passage), kind, said, vocabulary)
    spoken = {slot.value for slot in read.slots} | {ox.NamedNode(read.asserted_by or BASE)}
    return Kept(read, tuple(t for t in things if ox.NamedNode(t.iri) in spoken))


def _things(found: Iterable[ox.Triple], statement: object, source: str) -> Iterator[Thing]:
    said: dict[str, dict[str, str]] = {}
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
        yield Thing(iri, kind.removeprefix(F), label, comment)


def _fitting(
    block: str, candidate: Candidate, kind: str, said: Iterable[ox.Triple], vocabulary: Vocabulary
) -> Candidate:
    fields: dict[str, str | None] = dict.fromkeys(
        (*_SAID, "asserted_by", "cited_work", "label"), None
    )
    slots: list[Slot] = []
    own = {"assertedBy": "asserted_by", "citedWork": "cited_work"}
    former = {(s.property, str(s.value)): s.passage for s in candidate.slots}
    for triple in said:
        name = triple.predicate.value.removeprefix(F)
        value = triple.object
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
            slots.append(Slot(name, value, former.get((name, str(value)), candidate.passage)))
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


def _passage(found: Iterable[ox.Triple], document: Document, block: str) -> Passage:
    numbers = {
        t.predicate: int(str(t.object.value))
        for t in found
        if t.predicate in (_START, _END) and str(getattr(t.object, "value", "")).isdecimal()
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
