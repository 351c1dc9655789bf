"""What sources say, and the facts that rest on it: each in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foedus.content.names import BASE, shorten, slug
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import Bounds, bounds_of


@dataclass(frozen=True, slots=True)
class Said:
    """A statement in one line."""

    iri: str
    label: str
    kind: str
    source: str
    modality: str
    polarity: str
    tense: str
    asserted_by: str
    start: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in one line, with the statements behind it."""

    iri: str
    label: str
    kind: str
    bounds: Bounds | None
    basis: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a source says something: code points from *start* to *end*, end exclusive."""

    iri: str
    source: str
    start: int
    end: int
    digest: str
    supports: tuple[str, ...]


def facts_about(knowledge: Knowledge, iri: str, limit: int = 500) -> list[Fact]:
    """The facts in which *iri* takes part, in whatever role."""
    found = knowledge.rows(
        f"""SELECT DISTINCT ?fact {{ ?fact ?role <{iri}> ; f:basis ?any }}
        ORDER BY STR(?fact) LIMIT {limit}"""
    )
    return facts(knowledge, [value(row["fact"]) for row in found])


def facts(knowledge: Knowledge, iris: Sequence[str]) -> list[Fact]:
    """These facts, each with the statements behind it."""
    if not iris:
        return []
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(
        f"""SELECT ?fact ?label ?eb ?lb ?ee ?le ?end ?st {{
          VALUES ?fact {{ {nodes} }}
          ?fact f:basis ?st .
          OPTIONAL {{ ?fact rdfs:label ?label }}
          OPTIONAL {{ ?fact f:earliestBegin ?eb ; f:latestBegin ?lb ;
                      f:earliestEnd ?ee ; f:latestEnd ?le }}
          OPTIONAL {{ ?fact f:endKind ?end }}
        }}"""
    )
    said = {s.iri: s for s in statements(knowledge, [value(row["st"]) for row in rows])}
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        grouped.setdefault(texts["fact"], []).append(texts)
    facts = []
    for iri, group in grouped.items():
        first = group[0]
        basis = sorted({said[row["st"]] for row in group if row["st"] in said}, key=lambda s: s.iri)
        label = first.get("label") or (basis[0].label if basis else shorten(iri))
        kind = basis[0].kind if basis else iri[len(BASE) :].split("/")[1]
        facts.append(Fact(iri, label, kind, bounds_of(first), tuple(basis)))
    return sorted(facts, key=_by_time)


def statements(knowledge: Knowledge, iris: Iterable[str]) -> list[Said]:
    """These statements in one line each."""
    nodes = " ".join(f"<{iri}>" for iri in sorted(set(iris)))
    return _said(knowledge, f"VALUES ?st {{ {nodes} }}") if nodes else []


def statements_about(knowledge: Knowledge, iri: str, limit: int = 500) -> list[Said]:
    """What sources say of *iri*, in whatever role."""
    return _said(
        knowledge,
        f"{{ SELECT DISTINCT ?st {{ GRAPH ?g {{ ?st ?role <{iri}> }} "
        f"?st f:statementKind ?k }} ORDER BY STR(?st) LIMIT {limit} }}",
    )


def statements_of(
    knowledge: Knowledge, source: str, limit: int, offset: int
) -> tuple[int, list[Said]]:
    """The statements of a source in the order of its text, and how many there are."""
    total = knowledge.one(
        f"SELECT (COUNT(DISTINCT ?st) AS ?n) "
        f"{{ ?st f:inSource <{source}> ; f:statementKind ?kind }}",
        "n",
    )
    page = _said(
        knowledge,
        f"""{{ SELECT ?st (MIN(xsd:integer(STR(?o))) AS ?start) {{
            ?st f:inSource <{source}> ; f:statementKind ?k .
            OPTIONAL {{ ?st f:evidence/oa:start ?o }}
          }} GROUP BY ?st ORDER BY ?start STR(?st) LIMIT {limit} OFFSET {offset} }}""",
    )
    return int(total or 0), sorted(page, key=lambda s: (s.start or 0, s.iri))


def _said(knowledge: Knowledge, which: str) -> list[Said]:
    rows = knowledge.rows(
        f"""SELECT ?st ?label ?kind ?source ?modality ?polarity ?tense ?by ?start ?fact {{
          {which}
          ?st f:statementKind ?kind .
          OPTIONAL {{ ?st rdfs:label ?label }}
          OPTIONAL {{ ?st f:inSource ?source }}
          OPTIONAL {{ ?st f:modality ?modality }}
          OPTIONAL {{ ?st f:polarity ?polarity }}
          OPTIONAL {{ ?st f:tense ?tense }}
          OPTIONAL {{ ?st f:assertedBy ?by }}
          OPTIONAL {{ ?fact f:basis ?st }}
        }}"""
    )
    found: dict[str, Said] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        iri = texts["st"]
        if iri in found:
            continue
        found[iri] = Said(
            iri=iri,
            label=texts.get("label") or shorten(iri),
            kind=slug(texts["kind"]),
            source=texts.get("source", ""),
            modality=texts.get("modality", ""),
            polarity=texts.get("polarity", ""),
            tense=texts.get("tense", ""),
            asserted_by=texts.get("by", ""),
            start=int(texts["start"]) if texts.get("start") else None,
            accepted="fact" in texts,
        )
    return list(found.values())


def passages(knowledge: Knowledge, statement: str) -> list[Passage]:
    """The evidence of a statement, in the order of the text."""
    rows = knowledge.rows(
        f"""SELECT ?e ?source ?start ?end ?digest ?slot {{
          <{statement}> f:evidence ?e . ?e f:inSource ?source ; oa:start ?start ; oa:end ?end .
          OPTIONAL {{ ?e f:passageDigest ?digest }}
          OPTIONAL {{ ?e f:supports ?slot }}
        }}"""
    )
    found: dict[str, Passage] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        slots = found[texts["e"]].supports if texts["e"] in found else ()
        if texts.get("slot"):
            slots = (*slots, texts["slot"])
        found[texts["e"]] = Passage(
            texts["e"],
            texts["source"],
            int(texts["start"]),
            int(texts["end"]),
            texts.get("digest", ""),
            slots,
        )
    return sorted(found.values(), key=lambda p: (p.start, p.end))


def text_digest(knowledge: Knowledge, source: str) -> str:
    """The SHA-256 that a source records of its text."""
    return knowledge.one(f"SELECT ?d {{ <{source}> f:textDigest ?d }}", "d")


def facts_on(knowledge: Knowledge, statement: str) -> list[Fact]:
    """The facts that rest on a statement."""
    found = knowledge.rows(f"SELECT DISTINCT ?fact {{ ?fact f:basis <{statement}> }}")
    return facts(knowledge, [value(row["fact"]) for row in found])


def _by_time(fact: Fact) -> tuple[str, str, str]:
    return (fact.kind, fact.bounds.earliest_begin if fact.bounds else "", fact.iri)
