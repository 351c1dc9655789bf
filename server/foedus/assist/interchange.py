"""An extraction as JSON and back: what ``--format json`` prints and what the review reads.

The form is versioned (:data:`VERSION`); ``extraction.schema.json`` beside this module describes it
(JSON Schema 2020-12). Values of slots are written as ``{"iri": …}`` or ``{"text": …}`` with
``datatype`` or ``language``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.assist.model import (
    Block,
    Candidate,
    Document,
    Extraction,
    Mention,
    NewThing,
    Notice,
    Passage,
    Slot,
)
from foedus.content.names import BASE
from foedus.content.texts import passage_digest
from foedus.findings import CannotRun

#: Raised when a field changes its meaning or goes; new fields leave it.
VERSION = 1
SCHEMA = Path(__file__).with_name("extraction.schema.json")
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def to_json(extraction: Extraction) -> str:
    """*extraction* as one JSON document, with a line feed at its end."""
    return json.dumps(as_data(extraction), ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, name: str = "extraction") -> Extraction:
    """The extraction that :func:`to_json` wrote.

    Raises :class:`CannotRun` for what is no JSON, of another version, without a field, or whose
    text is not the one its digest names.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise CannotRun(f"{name}: no JSON at line {error.lineno}: {error.msg}.") from None
    version = data.get("version") if isinstance(data, dict) else None
    if version != VERSION:
        raise CannotRun(
            f"{name}: an extraction of version {version}, and this program reads {VERSION}. "
            "Run foedus extract again."
        )
    try:
        extraction = _extraction(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotRun(f"{name}: no extraction: {error!r}. Run foedus extract again.") from None
    if passage_digest(extraction.document.text) != extraction.document.digest:
        raise CannotRun(f"{name}: its text was changed; its passages would point elsewhere.")
    return extraction


def as_data(extraction: Extraction) -> dict[str, Any]:
    """*extraction* as values that :mod:`json` writes."""
    document = extraction.document
    return {
        "version": VERSION,
        "source": extraction.source,
        "document": {
            "text": document.text,
            "digest": document.digest,
            "title": document.title,
            "author": document.author,
            "publisher": document.publisher,
            "published": document.published,
            "blocks": [{"start": b.start, "end": b.end, "role": b.role} for b in document.blocks],
        },
        "mentions": [
            {
                "start": m.start,
                "end": m.end,
                "thing": m.thing,
                "kind": m.kind,
                "surface": m.surface,
                "how": m.how,
                "others": list(m.others),
            }
            for m in extraction.mentions
        ],
        "things": [
            {
                "iri": t.iri,
                "kind": t.kind,
                "label": t.label,
                "passage": _span(t.passage),
                "otherNames": list(t.other_names),
            }
            for t in extraction.things
        ],
        "candidates": [candidate_data(c) for c in extraction.candidates],
        "notices": [
            {"rule": n.rule, "message": n.message, "remedy": n.remedy} for n in extraction.notices
        ],
    }


def candidate_data(candidate: Candidate) -> dict[str, Any]:
    """One candidate as values that :mod:`json` writes."""
    return {
        "key": candidate.key,
        "kind": candidate.kind,
        "slots": [
            {"property": s.property, "value": _value(s.value), "passage": _span(s.passage)}
            for s in candidate.slots
        ],
        "passage": _span(candidate.passage),
        "modality": candidate.modality,
        "polarity": candidate.polarity,
        "tense": candidate.tense,
        "certainty": candidate.certainty,
        "assertedBy": candidate.asserted_by,
        "citedWork": candidate.cited_work,
        "date": candidate.date,
        "pattern": candidate.pattern,
        "confidence": candidate.confidence,
        "label": candidate.label,
        "news": candidate.news,
        "about": list(candidate.about),
    }


def candidate_from(data: Mapping[str, Any]) -> Candidate:
    """The candidate that :func:`candidate_data` wrote. Raises :class:`KeyError`, ``ValueError``."""
    return Candidate(
        key=str(data["key"]),
        kind=str(data["kind"]),
        slots=tuple(
            Slot(str(s["property"]), _term(s["value"]), _passage(s["passage"]))
            for s in data["slots"]
        ),
        passage=_passage(data["passage"]),
        modality=str(data["modality"]),
        polarity=str(data["polarity"]),
        tense=str(data["tense"]),
        certainty=str(data["certainty"]),
        asserted_by=_optional(data["assertedBy"]),
        cited_work=_optional(data["citedWork"]),
        date=_optional(data["date"]),
        pattern=str(data["pattern"]),
        confidence=float(data["confidence"]),
        label=str(data["label"]),
        news=str(data["news"]),
        about=tuple(map(str, data["about"])),
    )


def _extraction(data: Mapping[str, Any]) -> Extraction:
    document = data["document"]
    source = str(data["source"])
    if not source.startswith(BASE + "id/source/"):
        raise ValueError(f"{source} is no source")
    return Extraction(
        document=Document(
            text=str(document["text"]),
            digest=str(document["digest"]),
            title=_optional(document["title"]),
            author=_optional(document["author"]),
            publisher=_optional(document["publisher"]),
            published=_optional(document["published"]),
            blocks=tuple(
                Block(int(b["start"]), int(b["end"]), str(b["role"])) for b in document["blocks"]
            ),
        ),
        source=source,
        mentions=tuple(
            Mention(
                int(m["start"]),
                int(m["end"]),
                str(m["thing"]),
                str(m["kind"]),
                str(m["surface"]),
                str(m["how"]),
                tuple(map(str, m["others"])),
            )
            for m in data["mentions"]
        ),
        things=tuple(
            NewThing(
                str(t["iri"]),
                str(t["kind"]),
                str(t["label"]),
                _passage(t["passage"]),
                tuple(map(str, t["otherNames"])),
            )
            for t in data["things"]
        ),
        candidates=tuple(candidate_from(c) for c in data["candidates"]),
        notices=tuple(
            Notice(str(n["rule"]), str(n["message"]), _optional(n["remedy"]))
            for n in data["notices"]
        ),
    )


def _span(passage: Passage) -> dict[str, int]:
    return {"start": passage.start, "end": passage.end}


def _passage(data: Mapping[str, Any]) -> Passage:
    return Passage(int(data["start"]), int(data["end"]))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _value(term: ox.NamedNode | ox.Literal) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value}
    if term.language:
        return {"text": term.value, "language": term.language}
    if term.datatype.value not in (_XSD_STRING, _LANG_STRING):
        return {"text": term.value, "datatype": term.datatype.value}
    return {"text": term.value}


def _term(data: Mapping[str, Any]) -> ox.NamedNode | ox.Literal:
    if "iri" in data:
        return ox.NamedNode(str(data["iri"]))
    if "language" in data:
        return ox.Literal(str(data["text"]), language=str(data["language"]))
    if "datatype" in data:
        return ox.Literal(str(data["text"]), datatype=ox.NamedNode(str(data["datatype"])))
    return ox.Literal(str(data["text"]))
