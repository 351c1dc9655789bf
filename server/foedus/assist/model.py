"""What an article holds, as far as a machine can tell: the values that all of this room pass on.

All offsets count Unicode code points of :attr:`Document.text`, ends are exclusive (Web Annotation
Data Model, section 4.2.4). Values are immutable; :mod:`foedus.assist.interchange` writes and reads
them as JSON.

Beyond the plain outline of the room, a :class:`Mention` keeps the other things that its words can
mean (``others``), a :class:`Slot` its value as a term of RDF, and an :class:`Extraction` holds the
things that the text names and the catalogue does not know (:class:`NewThing`): a curator creates
them or says which known thing is meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

#: Roles of a block of text. Candidates are sought in ``body`` alone, names in ``heading`` too.
ROLES = ("body", "heading", "boilerplate", "comment", "share", "teaser", "reference")
#: How a mention stands for its thing.
HOW = (
    "label",
    "abbreviation",
    "adjective",
    "demonym",
    "capital",
    "description",
    "coreference",
    "new",
)
#: What a candidate would change in the graph.
NEWS = ("same", "adds evidence", "conflicts", "new")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text and the role it has there, one of :data:`ROLES`."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text (code points, end exclusive)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it is fixed once: everything else points into it.

    ``digest`` is the SHA-256 of ``text`` in UTF-8. Title, author, publisher and ``published``
    (EDTF) are proposals taken from the text or its markup; ``None`` where nothing says them.
    """

    text: str
    digest: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A place at which the text speaks of a thing.

    ``how`` is one of :data:`HOW`; ``others`` are further things that these words can mean: the
    choice among them is open, and no candidate rests on it alone.
    """

    start: int
    end: int
    thing: str
    kind: str
    surface: str
    how: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewThing:
    """A thing that the text names and the catalogue does not have: a proposal, never a match.

    ``kind`` is the local name of its class; ``label`` is its name, or our own words for what has
    none; ``passage`` is where the text introduces it; ``other_names`` are short forms that the text
    gives it.
    """

    iri: str
    kind: str
    label: str
    passage: Passage
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One property of a candidate, its value, and the characters it is tied to.

    ``property`` is the local name in the namespace of the ontology.
    """

    property: str
    value: ox.NamedNode | ox.Literal
    passage: Passage


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that the text seems to make, for a curator to judge.

    ``kind`` is the local name of the class of the statement (``Membership``, ``Act`` …); a proposal
    is an ``Act`` of the kind *proposed*. Modality, polarity, tense and certainty are the last
    parts of the IRIs of our concepts; ``certainty`` is empty where none is shown. ``asserted_by``
    and ``cited_work`` are IRIs, ``None`` for the source itself and for no work. ``date`` is EDTF:
    when it was, as the text gives it. ``pattern`` made it, or ``second-reader``; ``confidence`` is
    the share of right ones among such candidates on texts the pattern was not made on. ``label``
    says it in our own words, never in those of the text. ``news`` is one of :data:`NEWS` (empty
    before :mod:`~foedus.assist.comparing`), ``about`` the statements of the graph it equals,
    supports or contradicts. ``key`` is the same for the same claim at the same place, see
    :func:`key_of`.
    """

    key: str
    kind: str
    slots: tuple[Slot, ...]
    passage: Passage
    modality: str
    polarity: str
    tense: str
    certainty: str
    asserted_by: str | None
    cited_work: str | None
    date: str | None
    pattern: str
    confidence: float
    label: str
    news: str = ""
    about: tuple[str, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Its passage, and those of slots that the text names only elsewhere, in order.

        Each becomes evidence of its own; those of slots alone say so (``f:supports``).
        """
        inside = self.passage
        others = {
            slot.passage
            for slot in self.slots
            if not (inside.start <= slot.passage.start and slot.passage.end <= inside.end)
        }
        return tuple(sorted({inside, *others}, key=lambda p: (p.start, p.end)))

    def values(self, *properties: str) -> tuple[str, ...]:
        """The values (IRIs or texts) of these properties, in order."""
        return tuple(s.value.value for name in properties for s in self.slots if s.property == name)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a curator should know of the text as a whole; ``rule`` names it."""

    rule: str
    message: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one article. ``source`` is the IRI proposed for it."""

    document: Document
    source: str
    mentions: tuple[Mention, ...] = ()
    things: tuple[NewThing, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    notices: tuple[Notice, ...] = field(default=())


def key_of(kind: str, slots: Iterable[Slot], passage: Passage) -> str:
    """The key of a candidate: SHA-256 of its kind, its slots (in any order) and its passage."""
    lines = sorted(f"{slot.property} {slot.value}" for slot in slots)
    whole = "\n".join([kind, *lines, f"{passage.start}-{passage.end}"])
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:16]
