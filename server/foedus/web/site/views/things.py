"""The pages of things: for each kind of thing, what a reader came for, in that order."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.engine.answers import value
from foedus.web.site.asked import lives, quality
from foedus.web.site.asked.disputes import claims, disputes
from foedus.web.site.asked.facts import facts
from foedus.web.site.views import checklist, clashing, commitments, texts
from foedus.web.site.views.desk import (
    Desk,
    Section,
    iris_in_disputes,
    iris_in_facts,
    iris_in_statements,
)
from foedus.web.site.views.sections import Known, Part

Ids = Sequence[str]


def _promises(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    return commitments.section(desk, known, part.name, part.title, ids, said, always=part.always)


def _institutions(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    return checklist.section(desk, known, ids, said)


def _counts(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    total, found = claims(desk.knowledge, about=known.iri, limit=20)
    if desk.reader.evidence:
        found = [claim for claim in found if claim.fact in ids]
        total = len(found)
    if not total:
        return None
    desk.learn(
        (c.counted for c in found if c.counted.startswith(BASE)),
        (c.body for c in found),
        (iri for c in found for iri in iris_in_statements(c.basis)),
    )
    return Section(
        part.name,
        "Counts claimed, and members named",
        "site/parts/claims.html",
        {"claims": found, "with_body": False},
        total=total,
        hidden=total - len(found),
    )


def _disputes(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    limit, offset = desk.span(part.name, 6)
    total, found = disputes(desk.knowledge, about=known.iri, limit=limit, offset=offset)
    if not total:
        return None
    desk.learn(iris_in_disputes(found))
    return Section(
        part.name,
        part.title,
        "site/parts/disputes.html",
        {"disputes": found},
        total=total,
        hidden=max(0, total - offset - len(found)),
        page=desk.reader.page if desk.reader.opened == part.name else 1,
        pages=max(1, -(-total // limit)),
    )


def _clashes(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    if not ids or desk.reader.evidence:
        return None
    return clashing.section(desk, known.iri, part.name, part.title)


def _invoked(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    return texts.invoked(desk, known.iri, part.name, part.title)


def _readable(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    if not known.iri.startswith(BASE + "id/instrument/"):
        return None
    return texts.readable(desk, known.iri, part.name, part.title)


def _referents(desk: Desk, known: Known, part: Part, ids: Ids, said: Ids) -> Section | None:
    """The things that bear a nickname, each with the facts by which they do."""
    own = desk.knowledge.one(f"SELECT ?l {{ <{known.iri}> rdfs:label ?l }} LIMIT 1", "l")
    same = f"FILTER(LCASE(STR(?name)) = LCASE({ox.Literal(own)}))"
    rows = desk.knowledge.rows(
        f"""SELECT DISTINCT ?thing ?x {{
          {{ ?thing f:bearsLabel <{known.iri}>
             OPTIONAL {{ ?x f:named ?thing ; a f:Naming ; f:name ?name {same} }} }}
          UNION {{ ?x a f:Naming ; f:named ?thing ; f:name ?name {same} }}
        }} ORDER BY STR(?thing) STR(?x) LIMIT 200"""
    )
    behind: dict[str, list[str]] = {}
    for row in rows:
        names = behind.setdefault(value(row["thing"]), [])
        if "x" in row and value(row["x"]) not in names:
            names.append(value(row["x"]))
    known_facts = {
        f.iri: f for f in facts(desk.knowledge, [x for xs in behind.values() for x in xs])
    }
    if wanted := desk.reader.evidence:
        known_facts = {
            iri: fact
            for iri, fact in known_facts.items()
            if quality.weight(fact.basis).has(*quality.CHOICES[wanted])
        }
        behind = {thing: xs for thing, xs in behind.items() if known_facts.keys() & set(xs)}
    desk.learn(behind, iris_in_facts(known_facts.values()))
    listed = [
        (thing, [known_facts[x] for x in xs if x in known_facts]) for thing, xs in behind.items()
    ]
    return Section(
        part.name,
        part.title,
        "site/parts/referents.html",
        {"referents": listed},
        total=len(listed),
    )


_DISPUTED = Part(
    "disputes", heading="What sources disagree on", always=True, show=_disputes, also=False
)
_INSTITUTIONS = Part("feature", rows=0, show=_institutions, always=True)
_COUNTED = Part("member-count", rows=0, show=_counts)
_LAST = (
    Part("purpose"),
    Part("requirement", template="views"),
    Part("classification"),
    Part("definition", template="views"),
    Part("naming", template="naming"),
    Part("assessment", template="views", rows=10),
)
_LIFE = Part("act", ("object",), heading="Life, from proposal to end", by_time=True, rows=12)
_POSITIONS = Part(
    "position", ("object",), heading="Positions of others", template="positions", rows=10
)
#: Acts of which nobody tells are told as silence, and so of the chosen evidence alone nothing.
_INVOKED = Part(
    "act",
    ("-",),
    id="invoked",
    heading="Was it ever invoked",
    rows=0,
    show=_invoked,
    also=False,
    always=True,
)
_READABLE = Part(
    "act", ("-",), id="text", heading="The text", rows=0, show=_readable, also=False, always=True
)
_ARRANGEMENT = (
    Part("membership", ("arrangement",), template="members", rows=30, lead="member"),
    _COUNTED,
    Part("absence", ("arrangement",), template="members", rows=12, lead="absentee"),
    Part(
        "commitment",
        ("arrangement", "hasCommitment"),
        rows=0,
        show=_promises,
    ),
    _INVOKED,
    _INSTITUTIONS,
    _LIFE,
    _POSITIONS,
    _DISPUTED,
    Part("leadership"),
    Part("membership", ("member",), id="member-of", heading="Member of", also=False),
    Part(
        "commitment",
        ("obligor", "obligee"),
        id="own-promises",
        heading="What it promises and is promised itself",
        rows=0,
        show=_promises,
        also=False,
    ),
    Part("involvement"),
    Part("relation"),
    *_LAST,
)
_STATE = (
    Part("membership", ("member",), template="members", rows=16, lead="body"),
    Part("commitment", ("obligor",), heading="Commitments it owes", rows=0, show=_promises),
    Part(
        "commitment",
        ("obligee",),
        id="commitment-to",
        heading="Commitments it receives",
        rows=0,
        show=_promises,
        also=False,
    ),
    Part(
        "commitment",
        ("obligor",),
        id="clashes",
        heading="Overlaps and clashes",
        rows=0,
        show=_clashes,
        also=False,
    ),
    Part("absence", ("absentee",), heading="Absent from", template="members", lead="body", rows=10),
    Part("position", ("holder",), heading="Positions it takes", template="positions", rows=10),
    _DISPUTED,
    Part(
        "position",
        ("object",),
        id="position-on",
        heading="Positions of others on it",
        template="positions",
        also=False,
    ),
    Part("act", ("agent",), heading="What it did", by_time=True, rows=8),
    Part(
        "act",
        ("object", "counterpart"),
        id="act-on",
        heading="What was done to it or with it",
        by_time=True,
        also=False,
    ),
    Part("involvement", heading="Exercises, meetings, campaigns"),
    Part("relation", heading="Relations", rows=8),
    Part("leadership", heading="Offices"),
    _COUNTED,
    *_LAST,
)
_INSTRUMENT = (
    Part("commitment", rows=0, show=_promises, always=True),
    Part(
        "membership",
        heading="Parties and signatories",
        template="members",
        rows=30,
        lead="member",
    ),
    Part("act", heading="Signed, ratified, in force", by_time=True, rows=16),
    _INVOKED,
    _READABLE,
    _DISPUTED,
    _POSITIONS,
    *_LAST,
)
_PROPOSAL = (
    Part("position", heading="Who is for it, who is against", template="positions", rows=16),
    Part("act", heading="Life, from proposal to end", by_time=True, rows=12),
    Part("feature", rows=0, show=_institutions),
    _DISPUTED,
    *_LAST,
)
_PERSON = (
    Part("leadership", ("person",), heading="Offices", by_time=True, rows=14),
    Part("position", ("holder",), heading="Positions", template="positions", rows=12),
    Part("act", ("agent",), heading="What this person did", by_time=True, rows=10),
    _DISPUTED,
    *_LAST,
)
_EVENT = (
    Part(
        "involvement",
        ("event",),
        heading="Who took part",
        template="members",
        rows=24,
        lead="participant",
    ),
    Part("absence", heading="Who was absent", template="members", rows=12, lead="absentee"),
    Part("act", heading="What happened", by_time=True, rows=12),
    _DISPUTED,
    *_LAST,
)
_LABEL = (
    Part(
        "naming", id="referents", heading="What is called so", rows=0, show=_referents, always=True
    ),
    Part("classification", heading="What it is said to be", rows=12),
    Part("position", heading="Positions", template="positions", rows=12),
    *_LAST,
)
_OTHER = (_DISPUTED, *_LAST)

_PAGES: tuple[tuple[str, str, tuple[Part, ...]], ...] = (
    ("id/arrangement/", "arrangement", _ARRANGEMENT),
    ("id/organization/", "arrangement", _ARRANGEMENT),
    ("id/state/", "state", _STATE),
    ("id/group/", "state", _STATE),
    ("id/actor/", "state", _STATE),
    ("id/instrument/", "instrument", _INSTRUMENT),
    ("id/provision/", "instrument", _INSTRUMENT),
    ("id/condition/", "instrument", _INSTRUMENT),
    ("id/proposal/", "proposal", _PROPOSAL),
    ("id/person/", "person", _PERSON),
    ("id/event/", "event", _EVENT),
    ("id/exercise/", "event", _EVENT),
    ("id/label/", "label", _LABEL),
)


def page_kind(path: str, types: set[str]) -> tuple[str, tuple[Part, ...]]:
    """What sort of page an IRI with this path and these types gets, and its parts."""
    for start, name, parts in _PAGES:
        if path.startswith(start):
            return name, parts
    if F + "SecurityArrangement" in types:
        return "arrangement", _ARRANGEMENT
    if F + "Instrument" in types:
        return "instrument", _INSTRUMENT
    return "thing", _OTHER


def life(desk: Desk, iri: str) -> dict[str, object]:
    """The phases of an arrangement and the proposals it came of, or what a proposal became."""
    phases = lives.phases(desk.knowledge, iri)
    became = lives.became(desk.knowledge, iri)
    desk.learn(
        (p.iri for p in phases),
        (x for b in became for x in (b.proposal, b.arrangement, *b.behind)),
    )
    return {"phases": phases, "became": became}
