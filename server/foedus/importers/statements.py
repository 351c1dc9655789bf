"""What a data set says, in our vocabulary: builders of things, statements and their evidence.

One :class:`Statements` writes the graph of one release of a data set. Things (arrangements, texts,
organizations) are declared in the default graph, as the catalogue of the content is; everything
that the data set *says* of them is a statement in the graph of the source, with its modality, its
days and the record it is taken from. A data set is a work of reference that codes what it found, so
that its statements are of the modality ``encyclopedic``, in its own voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foedus.content.names import BASE, F
from foedus.importers.dates import Interval
from foedus.importers.writing import RDF_TYPE, RDFS_COMMENT, RDFS_LABEL, Quads, integer, iri, text

CONCEPT = BASE + "concept/"
_MODALITY = (F + "modality", iri(CONCEPT + "modality/encyclopedic"))
_TENSES = {name: (F + "tense", iri(f"{CONCEPT}tense/{name}")) for name in ("past", "current")}
_POLARITIES = {
    name: (F + "polarity", iri(f"{CONCEPT}polarity/{name}"))
    for name in ("affirmed", "negated", "not-stated")
}
_NOT_SLUG = re.compile(r"[^a-z0-9.]+")


def slugged(*parts: object) -> str:
    """Parts of a local name, joined: small letters, digits, dots and hyphens."""
    return "-".join(_NOT_SLUG.sub("-", str(part).lower()).strip("-") for part in parts)


def concept(name: str) -> str:
    """A concept as an object: ``role/member``."""
    return iri(CONCEPT + name)


@dataclass(frozen=True, slots=True)
class Said:
    """What statements have besides their slots.

    ``note`` is what is odd in the record or how it was read; ``spell`` tells the second stay of the
    same actor in the same body (or the second run of the same promise) from the first, from 2 on;
    ``polarity`` is ``not-stated`` where the cell is blank; ``against`` ranks the statement as not
    to be followed, with the reason.
    """

    note: str | None = None
    spell: int = 1
    polarity: str = "affirmed"
    against: str | None = None


PLAIN = Said()


class Statements:
    """Writes what one release of a data set says. ``slug`` names the source, its graph and all."""

    def __init__(self, quads: Quads, slug: str, version: str) -> None:
        self.quads, self.slug, self.version = quads, slug, version
        self.graph = f"{BASE}graph/source/{slug}"
        self.source = f"{BASE}id/source/{slug}"
        self._voice = (F + "assertedBy", iri(self.source))
        self._declared: set[str] = set()
        self._said: set[int] = set()

    def thing(
        self,
        kind: str,
        name: str,
        classes: Sequence[str],
        label: str,
        more: Iterable[tuple[str, str]] = (),
        *,
        comment: str | None = None,
    ) -> str:
        """Declare a thing in the default graph, once; its IRI. ``kind`` as in ``id/<kind>/``.

        ``comment`` is one line that tells it from others; what is said of it is a statement.
        """
        subject = f"{BASE}id/{kind}/{name}"
        if subject not in self._declared:
            self._declared.add(subject)
            types = [(RDF_TYPE, iri(F + name)) for name in classes]
            words = [(RDFS_LABEL, text(label, "en"))]
            if comment:
                words.append((RDFS_COMMENT, text(comment, "en")))
            self.quads.add(subject, [*types, *words, *more])
        return subject

    def evidence(self, name: str, record: str, row: int, note: str | None = None) -> str:
        """Declare the record that statements rest on; its IRI.

        ``record`` says table and key, and so means the same record in another release; ``row`` is
        where it stands in the file of this one; ``note`` is what the record itself names as its
        source.
        """
        subject = f"{BASE}id/evidence/{self.slug}/{name}"
        self.quads.add(
            subject,
            (
                (RDF_TYPE, iri(F + "Evidence")),
                (F + "inSource", iri(self.source)),
                (F + "record", text(record)),
                (F + "row", integer(row)),
                (F + "datasetVersion", text(self.version)),
                *([(F + "note", text(note, "en"))] if note else []),
            ),
            self.graph,
        )
        self.quads.kinds["Evidence"] += 1
        return subject

    def membership(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        interval: Interval,
        *,
        member: str,
        body: str,
        role: str = "member",
        said: Said = PLAIN,
    ) -> str:
        """That *member* belongs to *body* in *role* (domain.md: roles)."""
        slots = (
            (F + "member", iri(member)),
            (F + "arrangement", iri(body)),
            (F + "role", concept(f"role/{role}")),
        )
        return self.lasting("Membership", name, label, slots, evidence, interval, said)

    def commitment(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        interval: Interval,
        *,
        obligor: str,
        obligees: Iterable[str],
        type: str,
        wording: str,
        more: Iterable[tuple[str, str]] = (),
        said: Said = PLAIN,
    ) -> str:
        """That *obligor* owes each of *obligees* conduct of *type* (a concept/commitment/)."""
        slots = (
            (F + "obligor", iri(obligor)),
            *((F + "obligee", iri(obligee)) for obligee in obligees),
            (F + "commitmentType", concept(f"commitment/{type}")),
            (F + "wording", text(wording, "en")),
            *more,
        )
        return self.lasting("Commitment", name, label, slots, evidence, interval, said)

    def act(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        date: str | None,
        *,
        kind: str,
        object: str,
        agents: Iterable[str] = (),
        counterpart: str | None = None,
        more: Iterable[tuple[str, str]] = (),
        said: Said = PLAIN,
    ) -> str:
        """That something was done to *object* on a day (concept/act/), to *counterpart* in it."""
        slots = [
            (F + "actKind", concept(f"act/{kind}")),
            (F + "object", iri(object)),
            *((F + "agent", iri(agent)) for agent in agents),
            *more,
        ]
        if counterpart:
            slots.append((F + "counterpart", iri(counterpart)))
        return self.happening("Act", name, label, slots, evidence, date, said)

    def happening(
        self,
        kind: str,
        name: str,
        label: str,
        slots: Iterable[tuple[str, str]],
        evidence: Sequence[str],
        date: str | None,
        said: Said = PLAIN,
    ) -> str:
        """A statement of something that happened on a day, where the day is told."""
        dated = [(F + "date", text(date))] if date else []
        return self._write(kind, name, label, [*slots, *dated], evidence, "past", said)

    def feature(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        interval: Interval,
        *,
        body: str,
        feature: str,
        value: str,
        said: Said = PLAIN,
    ) -> str:
        """That *body* has (``yes``), lacks (``no``) or plans a feature (concept/feature/)."""
        slots = (
            (F + "arrangement", iri(body)),
            (F + "feature", concept(f"feature/{feature}")),
            (F + "value", concept(f"value/{value}")),
        )
        return self.lasting("Feature", name, label, slots, evidence, interval, said)

    def naming(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        *,
        named: str,
        spelling: str,
        language: str = "en",
    ) -> str:
        """That the data set calls a thing so."""
        slots = (
            (F + "named", iri(named)),
            (F + "name", text(spelling, language)),
            (F + "usedBy", iri(self.source)),
        )
        return self._write("Naming", name, label, slots, evidence, "current", PLAIN)

    def classification(
        self,
        name: str,
        label: str,
        evidence: Sequence[str],
        interval: Interval,
        *,
        thing: str,
        type: str,
        said: Said = PLAIN,
    ) -> str:
        """That the data set gives a thing a type (concept/typology/)."""
        slots = (
            (F + "classified", iri(thing)),
            (F + "type", concept(f"typology/{type}")),
        )
        return self.lasting("Classification", name, label, slots, evidence, interval, said)

    def lasting(
        self,
        kind: str,
        name: str,
        label: str,
        slots: Iterable[tuple[str, str]],
        evidence: Sequence[str],
        interval: Interval,
        said: Said = PLAIN,
    ) -> str:
        """A statement of something that lasts for *interval*.

        What the data set counts as still there at its end is told in the present, with
        ``f:knownUntil``: the end of a coverage is nobody's exit.
        """
        dates = [
            (F + predicate, text(date))
            for predicate, date in (
                ("begin", interval.begin),
                ("end", interval.end),
                ("knownUntil", interval.known_until if not interval.end else None),
            )
            if date
        ]
        tense = "current" if interval.known_until and not interval.end else "past"
        return self._write(kind, name, label, [*slots, *dates], evidence, tense, said)

    def _write(
        self,
        kind: str,
        name: str,
        label: str,
        slots: Iterable[tuple[str, str]],
        evidence: Sequence[str],
        tense: str,
        said: Said,
    ) -> str:
        if (known := hash(name)) in self._said:
            raise ValueError(f"two statements are called {name}")
        self._said.add(known)
        subject = f"{BASE}id/statement/{self.slug}/{name}"
        pairs = [
            (RDF_TYPE, iri(F + kind)),
            (RDFS_LABEL, text(label, "en")),
            *slots,
            _MODALITY,
            _POLARITIES[said.polarity],
            _TENSES[tense],
            self._voice,
            *((F + "evidence", iri(found)) for found in evidence),
        ]
        if said.note:
            pairs.append((F + "note", text(said.note, "en")))
        if said.spell > 1:
            pairs.append((F + "spell", integer(said.spell)))
        if said.against:
            pairs.append((F + "rank", concept("rank/deprecated")))
            pairs.append((F + "rankReason", text(said.against, "en")))
        self.quads.add(subject, pairs, self.graph)
        self.quads.kinds[kind] += 1
        return subject
