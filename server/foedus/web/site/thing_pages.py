"""The pages of things, facts and statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from flask import render_template

from foedus.content.names import BASE, F, slug
from foedus.engine.answers import Engine, value
from foedus.engine.embedded import EmbeddedEngine
from foedus.graph.explain import Explainer, Explanation
from foedus.web.site.asked import facts as asked
from foedus.web.site.asked import lives, nearby, quality
from foedus.web.site.asked.bounds import FIRST_DAY, LAST_DAY
from foedus.web.site.asked.disputes import disputes, named_on
from foedus.web.site.asked.names import other_names
from foedus.web.site.asked.statements import Passage, statements
from foedus.web.site.asked.states import statehoods
from foedus.web.site.properties import COMMENT, DEFINITION, TYPE, first, is_iri
from foedus.web.site.source_pages import place
from foedus.web.site.views import drawings, things
from foedus.web.site.views.desk import (
    Desk,
    Section,
    iris_in_disputes,
    iris_in_facts,
    iris_in_statements,
)
from foedus.web.site.views.sections import Known, sections

if TYPE_CHECKING:
    from foedus.web.site.site import Site

_MEMBER = f"{BASE}concept/role/member"
Properties = Mapping[str, Sequence[str]]
#: Lines of a timeline beyond which it has a page of its own only.
_BARS = 12
#: The pictures that have a page for a kind of thing.
_DRAWN: Mapping[str, Sequence[tuple[str, str]]] = {
    "arrangement": (
        ("positions", "Who was asked, listed, for, against, in"),
        ("map", "Parties and positions on a map"),
        ("network", "Its promises as a network"),
        ("timeline", "Memberships on a timeline"),
    ),
    "instrument": (
        ("positions", "Who was asked, for, against, in"),
        ("network", "Its promises as a network"),
    ),
    "state": (
        ("positions", "Asked, listed, for, against, in: step by step"),
        ("network", "Its promises as a network"),
        ("timeline", "Memberships on a timeline"),
    ),
    "person": (("positions", "What this person did and held, step by step"),),
    "proposal": (
        ("positions", "Who was asked, for, against, in"),
        ("map", "Positions on a map"),
    ),
    "event": (("map", "Who took part, on a map"),),
}
#: Characters of outlines beyond which a map has a page of its own only.
_HEAVY = 6_000
#: Links that lead to a thing, on one page of them.
_LINKS = 50
_VOICE = (
    *("inSource", "citedWork", "assertedBy", "modality", "polarity", "tense", "certainty"),
    *("rank", "rankReason"),
)
#: Shortcuts that the sections of a page say better.
_SHORTCUTS = tuple(
    F + name
    for name in (
        *("hasFeature", "lacksFeature", "plansFeature", "hasCommitment", "promises", "memberOf"),
        *("committedTo", "committedToDefend", "absentFrom", "supporterOf", "tookPartIn", "names"),
        *("doesNotPromise", "leaderOf", "proposedBy", "partyTo", "signatoryOf", "adjective"),
        "demonym",
    )
)


def thing(pages: Site, iri: str, path: str, properties: Properties) -> str:
    """The page of a thing: what a reader came for first, then everything else."""
    desk = pages.desk()
    known = Known(desk, iri)
    types = [t for t in properties.get(TYPE, ()) if t.startswith(F)] or properties.get(TYPE, ())
    kind, parts = things.page_kind(path, set(types))
    shown = sections(desk, known, parts)
    opened, evidence = pages.reader.opened, pages.reader.evidence
    life = things.life(desk, iri) if kind in ("arrangement", "proposal") else {}
    names = other_names(pages.knowledge, iri)
    page = pages.reader.page if opened == "links" else 1
    size = _LINKS if opened == "links" else 0
    total, inverse = pages.knowledge.inverse(iri, size, (page - 1) * size)
    pages.reader.learn([iri, *types, *(name for row in inverse for name in row.values())])
    begin, end = _range(shown)
    alt = "http://www.w3.org/2004/02/skos/core#altLabel"
    pref = "http://www.w3.org/2004/02/skos/core#prefLabel"
    return render_template(
        "site/thing.html",
        iri=iri,
        path=path,
        title=pages.name(iri),
        comment=first(properties, COMMENT, DEFINITION),
        types=types,
        size=pages.knowledge.graph_size(iri) if path.startswith("graph/") else None,
        glance=[] if evidence else _glance(pages, kind, iri, shown),
        evidence=evidence,
        choices=quality.CHOICES,
        rests=(known.kept, known.whole),
        life=life,
        first=begin,
        last=end,
        sections=[] if opened == "links" else shown,
        opened=opened,
        pictures=[] if opened or evidence else _pictures(desk, kind, iri, shown),
        drawn=[] if opened else _DRAWN.get(kind, ()),
        by="with" if kind in ("state", "person") else "of",
        explained=[] if opened else _explained(pages, iri),
        rdf_type=TYPE,
        other_names=[] if opened or len(names) < 2 else names,
        statehoods=statehoods(pages.knowledge, iri) if kind == "state" and not opened else [],
        properties=[] if opened else pages.shown(properties, DEFINITION, alt, pref, *_SHORTCUTS),
        inverse=inverse,
        total=total if opened in ("", "links") else 0,
        page=page,
        pages=max(1, -(-total // _LINKS)),
    )


def _range(sections: Sequence[Section]) -> tuple[str, str]:
    """The first and the last day of which the facts on the page tell, for the slider."""
    days = [
        day
        for section in sections
        for fact in section.data.get("facts", ())
        if isinstance(fact, asked.Fact) and fact.bounds
        for day in (fact.bounds.earliest_begin, fact.bounds.latest_begin, fact.bounds.latest_end)
        if day not in (FIRST_DAY, LAST_DAY)
    ]
    return (min(days), max(days)) if days else ("", "")


def _glance(pages: Site, kind: str, iri: str, sections: Sequence[Section]) -> list[tuple[str, str]]:
    """The few words that most readers came for."""
    found = {section.id: section for section in sections}
    lines = []
    if "membership" in found and found["membership"].data.get("of_facts"):
        data = found["membership"].data
        surely, possibly = data["surely"], data["possibly"]
        if kind == "arrangement" and pages.reader.day:
            day = pages.reader.day.isoformat()
            surely, at_most, _ = named_on(pages.knowledge, iri, _MEMBER, day)
            possibly = at_most - surely
        words = [f"{surely} surely"] * bool(surely) + [f"{possibly} possibly"] * bool(possibly)
        heading = "Belongs to" if kind == "state" else "Named as members"
        lines.append((heading, ", ".join(words) or "nobody on this day"))
    if "commitment" in found and "clauses" in found["commitment"].data:
        clauses = found["commitment"].data["clauses"]
        types = list(dict.fromkeys(pages.name(clause.type) for clause in clauses))
        if types:
            heading = "Owes" if kind == "state" else "Promises"
            lines.append((heading, ", ".join(types[:4]) + (" …" if len(types) > 4 else "")))
    for wanted, heading in (("founded", "Founded"), ("launched", "Launched"), ("ended", "Ended")):
        for fact in found["act"].data["facts"] if "act" in found else ():
            if slug(fact.one("actKind")) == wanted and fact.bounds and kind != "state":
                lines.append((heading, fact.bounds.happened))
                break
    if "disputes" in found:
        lines.append(("Disputes", str(found["disputes"].total)))
    return lines


def _pictures(
    desk: Desk, kind: str, iri: str, sections: Sequence[Section]
) -> list[tuple[str, object]]:
    ids = {section.id for section in sections}
    found: list[tuple[str, object]] = []
    view: object | None
    if "membership" in ids:
        pattern = lives.memberships_by(iri) if kind == "state" else lives.memberships_of(iri)
        view = drawings.timeline(desk, pattern, most=_BARS)
        if view is not None and not view.more:
            found.append(("timeline", view))
    if kind in ("arrangement", "proposal", "event") and ids & {
        "membership",
        "position",
        "involvement",
    }:
        view = drawings.map_of(desk, iri)
        if view is not None and view.standings and view.weight < _HEAVY:
            found.append(("map", view))
    if kind == "state" and ids & {"commitment", "commitment-to"}:
        view = drawings.network(desk, of=iri, most=60)
        if view is not None and view.drawing.edges:
            found.append(("network", view))
    return found


def _explained(pages: Site, iri: str) -> list[dict[str, Any]]:
    """Why each inferred type is there; nothing for data that may change."""
    engine = pages.knowledge.engine
    if not isinstance(engine, EmbeddedEngine) and not pages.knowledge.lasting:
        return []
    reasons = [why for why in _reasons(pages, engine, iri) if why.type.startswith(F)]
    first_said = [name for why in reasons for name in why.statements[:1]]
    said = {s.iri: s for s in statements(pages.knowledge, first_said)}
    found: list[dict[str, Any]] = [
        {
            "type": why.type,
            "axioms": why.proof.axioms[:3],
            "facts": [tuple(value(t) for t in _terms(fact)) for fact in why.proof.facts[:3]],
            "statements": [said[name] for name in why.statements[:1] if name in said],
            "more": max(0, len(why.statements) - 1),
        }
        for why in reasons
    ]
    named = (term for row in found for fact in row["facts"] for term in fact if "://" in term)
    pages.desk().learn((why.type for why in reasons), named, iris_in_statements(said.values()))
    return found


def _reasons(pages: Site, engine: Engine, iri: str) -> Sequence[Explanation]:
    """The explanation of each inferred type; of a dataset that does not change, made once."""

    def explained(_: object) -> Sequence[Explanation]:
        if isinstance(engine, EmbeddedEngine):
            return Explainer(engine.store).types(iri)
        vocabulary = pages.catalogue.once("vocabulary", nearby.vocabulary)
        return Explainer(nearby.around(pages.knowledge, iri, vocabulary)).types(iri)

    return pages.catalogue.once_of("explained", iri, explained)


def _terms(triple: ox.Triple) -> tuple[Any, ...]:
    return (triple.subject, triple.predicate, triple.object)


def fact(pages: Site, iri: str, path: str, properties: Properties) -> str:
    """The page of a fact: when it held, what it rests on."""
    found = asked.facts(pages.knowledge, [iri])
    pages.desk().learn(iris_in_facts(found))
    return render_template(
        "site/fact.html",
        iri=iri,
        path=path,
        title=pages.name(iri),
        fact=found[0] if found else None,
        types=properties.get(TYPE, ()),
        properties=pages.shown(properties),
    )


def statement(pages: Site, iri: str, path: str, properties: Properties) -> str:
    """The page of a statement: who says what, where, and what became of it."""
    desk = pages.desk()
    said = statements(pages.knowledge, [iri])
    facts = asked.facts_on(pages.knowledge, iri)
    _, disputed = disputes(pages.knowledge, rival=iri)
    desk.learn(iris_in_disputes(disputed), iris_in_facts(facts))
    voice = [(name, properties[F + name]) for name in _VOICE if F + name in properties]
    pages.reader.learn(v for _, values in voice for v in values if is_iri(v))
    desk.learn(slot for s in said for p in s.passages for slot in p.supports)
    text = said and desk.evidence.text(said[0].source) is not None

    def reading(passage: Passage) -> str:
        return place(pages, passage)

    return render_template(
        "site/statement.html",
        iri=iri,
        path=path,
        title=pages.name(iri),
        kind=first(properties, F + "statementKind"),
        properties=pages.shown(properties, *(F + name for name in _VOICE)),
        voice=voice,
        passages=[q for s in said for q in desk.evidence.quotes(s, whole=True)],
        records=[record for s in said for record in s.records],
        reading=reading if text else None,
        facts=facts,
        disputes=disputed,
        place=pages.served.place(iri),
    )
