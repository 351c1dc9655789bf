"""What every view needs: the release, this reader, and the passages as far as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from foedus.content.names import BASE
from foedus.content.texts import Texts, passage_digest
from foedus.web.knowledge import Knowledge
from foedus.web.served import Served
from foedus.web.settings import Settings
from foedus.web.site.asked.catalogue import Catalogue
from foedus.web.site.asked.disputes import Dispute
from foedus.web.site.asked.facts import Fact
from foedus.web.site.asked.statements import Passage, Said, text_digest
from foedus.web.site.reader import Reader

#: Rows of a section that is opened, on one page of it.
WHOLE = 40
#: Characters of article text on one page, and of one passage in a list.
_BUDGET, _LONG = 2_000, 240


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage, with its words where they are shown.

    ``state`` says why they are not: ``none`` (no text at hand, or it is not to be shown),
    ``differs`` (another text), ``elsewhere`` (shown on the page of the statement), ``again``
    (shown above).
    """

    passage: Passage
    words: str | None
    state: str


class Evidence:
    """The texts as one request may see them: a page quotes only so much of them."""

    def __init__(self, knowledge: Knowledge, texts: Texts | None, *, shown: bool) -> None:
        self.knowledge = knowledge
        self.texts = texts if shown else None
        self._left = _BUDGET
        self._digests: dict[str, str] = {}
        self._quoted: set[str] = set()

    @property
    def shown(self) -> bool:
        """Whether any text is shown at all."""
        return self.texts is not None

    def text(self, source: str) -> str | None:
        """The text of a source, where it is at hand and shown."""
        if self.texts is None:
            return None
        if source not in self._digests:
            self._digests[source] = text_digest(self.knowledge, source)
        return self.texts.text(self._digests[source])

    def quotes(self, said: Said, *, whole: bool = False) -> list[Quote]:
        """The passages of a statement; in lists they are short, and come to an end."""
        return [self._quote(passage, whole) for passage in said.passages]

    def _quote(self, passage: Passage, whole: bool) -> Quote:
        text = self.text(passage.source)
        if text is None:
            return Quote(passage, None, "none")
        words = text[passage.start : passage.end]
        if passage_digest(words) != passage.digest:
            return Quote(passage, None, "differs")
        if whole:
            return Quote(passage, words, "shown")
        if passage.digest in self._quoted:
            return Quote(passage, None, "again")
        if min(len(words), _LONG) > self._left:
            return Quote(passage, None, "elsewhere")
        self._left -= min(len(words), _LONG)
        self._quoted.add(passage.digest)
        return Quote(passage, words if len(words) <= _LONG else words[:_LONG] + " …", "shown")


@dataclass(slots=True)
class Section:
    """One part of a page.

    ``template`` shows ``data``; ``total`` rows there are, of which ``hidden`` are not here; in a
    section that is opened, ``page`` of ``pages``.
    """

    id: str
    heading: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    total: int = 0
    hidden: int = 0
    note: str = ""
    page: int = 1
    pages: int = 1


class Desk:
    """The release, the reader and the evidence, at hand for the views of one request."""

    def __init__(
        self,
        served: Served,
        knowledge: Knowledge,
        catalogue: Catalogue,
        reader: Reader,
        settings: Settings,
        texts: Texts | None,
    ) -> None:
        self.served, self.knowledge, self.catalogue = served, knowledge, catalogue
        self.reader, self.settings = reader, settings
        self.evidence = Evidence(knowledge, texts, shown=settings.show_passages)

    def wants(self, section: str) -> bool:
        """Whether a section is on the page: all are, unless one is opened."""
        return self.reader.opened in ("", section)

    def span(self, section: str, rows: int) -> tuple[int, int]:
        """Limit and offset for the rows of a section."""
        if self.reader.opened == section:
            return WHOLE, (self.reader.page - 1) * WHOLE
        return rows, 0

    def learn(self, *iris: Iterable[str]) -> None:
        """Look up the names of these at once."""
        self.reader.learn(iri for group in iris for iri in group)


def iris_in_facts(facts: Iterable[Fact]) -> Iterable[str]:
    """Every IRI that a line on these facts names."""
    for fact in facts:
        for name, values in fact.parts.items():
            if name not in ("wording", "note"):
                yield from (v for v in values if v.startswith(BASE))
        yield from iris_in_statements(fact.basis)


def iris_in_statements(said: Iterable[Said]) -> Iterable[str]:
    """Every IRI that the voices of these statements name."""
    for s in said:
        yield from (
            iri
            for iri in (s.source, s.modality, s.polarity, s.tense, s.asserted_by, s.cited_work)
            if iri
        )


def iris_in_disputes(found: Sequence[Dispute]) -> Iterable[str]:
    """Every IRI that these disputes name."""
    for dispute in found:
        yield dispute.about
        yield from iris_in_statements(rival.said for rival in dispute.rivals)
        yield from (rival.value for rival in dispute.rivals if rival.value.startswith(BASE))
