"""What is asked of a text in use: was it invoked, can it be read and where, whom does it address.

Invocations of a body are those of its texts and of their clauses too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foedus.content.names import BASE, F
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.facts import Fact, facts
from foedus.web.site.asked.statements import Said, statements

#: Acts by which a commitment is called upon, and acts that tell what came of it.
_INVOKED = ("invoked",)
_ANSWERS = ("activated", "intended-to-activate", "refused")
#: Classes of actors, the narrowest first.
_CLASSES = ("State", "NonStateActor", "ActorGroup", "Organization", "SecurityArrangement")
_URL = "https://schema.org/url"
_SEE = "http://www.w3.org/2000/01/rdf-schema#seeAlso"


@dataclass(frozen=True, slots=True)
class Acts:
    """What was done with a commitment: facts, and statements that nobody took as facts.

    ``disputed`` names the statements among them, or behind them, that others contradict.
    """

    facts: tuple[Fact, ...]
    said: tuple[Said, ...]
    disputed: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.facts or self.said)


def invocations(knowledge: Knowledge, thing: str) -> tuple[Acts, Acts]:
    """The invocations of a body, text or clause, and the acts that tell what came of them."""
    of = _parts(knowledge, thing)
    return _acts(knowledge, of, _INVOKED), _acts(knowledge, of, _ANSWERS)


def _parts(knowledge: Knowledge, thing: str) -> list[str]:
    """The thing, the texts that it rests on or that belong to it, and their clauses."""
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?x {{
          {{ <{thing}> f:basedOn ?x }} UNION {{ ?x f:attachedTo <{thing}> }}
          UNION {{ ?x f:provisionOf <{thing}> }}
          UNION {{ <{thing}> f:basedOn ?text . ?x f:provisionOf ?text }} }}
        ORDER BY STR(?x) LIMIT 100"""
    )
    return [thing, *(value(row["x"]) for row in rows)]


def _acts(knowledge: Knowledge, of: Iterable[str], kinds: Iterable[str]) -> Acts:
    nodes = " ".join(f"<{iri}>" for iri in of)
    acts = " ".join(f"<{BASE}concept/act/{kind}>" for kind in kinds)
    values = f"VALUES ?of {{ {nodes} }} VALUES ?kind {{ {acts} }}"
    pattern = "?x f:object ?of ; f:actKind ?kind ."
    done = knowledge.rows(
        f"SELECT DISTINCT ?x {{ {values} {pattern} ?x f:basis ?any }} ORDER BY STR(?x) LIMIT 200"
    )
    only_said = knowledge.rows(
        f"""SELECT DISTINCT ?x {{ {values} GRAPH ?g {{ {pattern} }} ?x f:statementKind ?k .
          FILTER NOT EXISTS {{ ?fact f:basis ?x }} }} ORDER BY STR(?x) LIMIT 200"""
    )
    found = facts(knowledge, [value(row["x"]) for row in done])
    said = statements(knowledge, [value(row["x"]) for row in only_said])
    behind = [s.iri for fact in found for s in fact.basis] + [s.iri for s in said]
    return Acts(tuple(found), tuple(said), _disputed(knowledge, behind))


def _disputed(knowledge: Knowledge, statements_: Iterable[str]) -> frozenset[str]:
    nodes = " ".join(f"<{iri}>" for iri in statements_)
    if not nodes:
        return frozenset()
    rows = knowledge.rows(
        f"SELECT DISTINCT ?st {{ VALUES ?st {{ {nodes} }} "
        f"GRAPH <{BASE}graph/disputes> {{ ?d f:rival ?st }} }}"
    )
    return frozenset(value(row["st"]) for row in rows)


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether a text can be read: what is said of it, by which statements, and where it is."""

    said: tuple[tuple[str, tuple[Said, ...]], ...]
    addresses: tuple[str, ...]
    registered: tuple[Fact, ...]


def publication(knowledge: Knowledge, text: str) -> Publication:
    """The publicity of a text by the promises in it, its addresses, its deposit and registration.

    *Unknown* is what a reader of a source marks, not what the source says: it is left out.
    """
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?publicity ?st {{
          ?x f:instrument <{text}> ; f:publicity ?publicity ; f:basis ?st .
          FILTER(?publicity != <{BASE}concept/publicity/unknown>) }}
        ORDER BY STR(?publicity) STR(?st) LIMIT 200"""
    )
    behind: dict[str, list[str]] = {}
    for row in rows:
        behind.setdefault(value(row["publicity"]), []).append(value(row["st"]))
    own = knowledge.rows(
        f"SELECT DISTINCT ?publicity {{ <{text}> f:publicity ?publicity }} ORDER BY ?publicity"
    )
    for row in own:
        behind.setdefault(value(row["publicity"]), [])
    known = {s.iri: s for s in statements(knowledge, [st for of in behind.values() for st in of])}
    addresses = knowledge.rows(
        f"SELECT DISTINCT ?a {{ <{text}> <{_URL}>|<{_SEE}> ?a }} ORDER BY STR(?a) LIMIT 20"
    )
    acts = _acts(knowledge, [text], ("registered", "deposited"))
    return Publication(
        tuple((p, tuple(known[st] for st in of if st in known)) for p, of in behind.items()),
        tuple(value(row["a"]) for row in addresses),
        acts.facts,
    )


def classes_of(knowledge: Knowledge, actors: Iterable[str]) -> Mapping[str, str]:
    """The class of each of these actors: a state, a non-state actor, a class of actors."""
    nodes = " ".join(f"<{iri}>" for iri in sorted(set(actors)))
    if not nodes:
        return {}
    classes = ", ".join(f"f:{name}" for name in _CLASSES)
    rows = knowledge.rows(
        f"SELECT ?x ?c {{ VALUES ?x {{ {nodes} }} ?x a ?c FILTER(?c IN ({classes})) }}"
    )
    order = [F + name for name in _CLASSES]
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: order.index(value(row["c"]))):
        found.setdefault(value(row["x"]), value(row["c"]))
    return found
