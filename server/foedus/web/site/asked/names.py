"""What things are called, in the languages that a reader prefers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foedus.content.names import shorten
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its language; ``lang`` is ``""`` where it is English or of no language."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text


_OTHERS_LAST = 99


def names_of(
    knowledge: Knowledge, iris: Iterable[str], languages: Sequence[str]
) -> dict[str, Name]:
    """The name of each IRI in the first of *languages* that it has, else in English, else any."""
    nodes = " ".join(f"<{iri}>" for iri in sorted(set(iris)) if _writable(iri))
    if not nodes:
        return {}
    rows = knowledge.rows(
        f"SELECT ?x ?label {{ VALUES ?x {{ {nodes} }} "
        "?x rdfs:label|skos:prefLabel|dcterms:title ?label }"
    )
    order = {language: place for place, language in enumerate([*languages, "en"])}
    best: dict[str, tuple[int, int, str, str]] = {}
    for row in rows:
        iri, text = value(row["x"]), value(row["label"])
        language = (getattr(row["label"], "language", None) or "").partition("-")[0]
        place = order.get(language or "en", _OTHERS_LAST)
        candidate = (place, len(text), text, language)
        best[iri] = min(best.get(iri, candidate), candidate)
    return {
        iri: Name(text, "" if lang == "en" else lang) for iri, (_, _, text, lang) in best.items()
    }


def other_names(knowledge: Knowledge, iri: str) -> list[tuple[str, str]]:
    """Every name of a thing with its language, sorted: its labels and what else it is called."""
    rows = knowledge.rows(
        f"SELECT DISTINCT ?label {{ <{iri}> rdfs:label|skos:prefLabel|skos:altLabel ?label }} "
        "LIMIT 80"
    )
    found = {(getattr(row["label"], "language", None) or "", value(row["label"])) for row in rows}
    return sorted(found, key=lambda n: (n[0] not in ("", "en"), n))


def short_name(iri: str) -> str:
    """What to call an IRI that has no name."""
    return shorten(iri)


def _writable(iri: str) -> bool:
    return "://" in iri and not any(c in iri for c in '<>"{}|\\^` \n\t\r') and iri.isprintable()
