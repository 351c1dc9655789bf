"""What sources say: statements with their participants, voice and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from foedus.content.names import F, shorten, slug
from foedus.engine.answers import Term, value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import Bounds, bounds_of

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_NOT_PARTS = frozenset(
    (
        *("statementKind", "inSource", "modality", "polarity", "tense", "certainty", "assertedBy"),
        *("rank", "rankReason", "accepted", "evidence", "basis", "citedWork"),
        *("earliestBegin", "latestBegin", "earliestEnd", "latestEnd", "endKind"),
    )
)
Properties = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a source says something: code points from *start* to *end*, end exclusive."""

    iri: str
    source: str
    start: int
    end: int
    digest: str
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a data set that says it: table and key, and the row of that release's file."""

    iri: str
    source: str
    key: str
    row: str
    version: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: its label in our words, its voice, what it is about, where it stands.

    ``parts`` has the participants and values by the local name of their property; ``fact`` is the
    fact that rests on it, or ``""``.
    """

    iri: str
    label: str
    kind: str
    source: str
    modality: str
    polarity: str
    tense: str
    asserted_by: str
    certainty: str = ""
    cited_work: str = ""
    rank: str = ""
    rank_reason: str = ""
    bounds: Bounds | None = None
    parts: Properties = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    fact: str = ""
    records: tuple[Record, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether a fact rests on it."""
        return bool(self.fact)

    @property
    def start(self) -> int | None:
        """The first code point of its evidence."""
        return self.passages[0].start if self.passages else None

    def one(self, name: str) -> str:
        """The first value of a part, or ``""``."""
        return next(iter(self.parts.get(name, ())), "")


def grouped(rows: Iterable[Mapping[str, Term]], name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Rows of ``?{name} ?p ?o`` as the values of each property, sorted; labels in English first."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        language = getattr(row["o"], "language", None) or ""
        entry = found.setdefault(value(row[name]), {})
        entry.setdefault(value(row["p"]), {})[value(row["o"])] = language
    return {
        iri: {
            predicate: tuple(sorted(values, key=lambda v: (values[v] not in ("", "en"), v)))
            for predicate, values in properties.items()
        }
        for iri, properties in found.items()
    }


def parts_of(properties: Properties) -> dict[str, tuple[str, ...]]:
    """The participants and values among the properties, by local name."""
    return {
        p[len(F) :]: values
        for p, values in properties.items()
        if p.startswith(F) and p[len(F) :] not in _NOT_PARTS
    }


def bounds_in(properties: Mapping[str, tuple[str, ...]]) -> Bounds | None:
    """The bounds among the properties."""
    names = {
        "earliestBegin": "eb",
        "latestBegin": "lb",
        "earliestEnd": "ee",
        "latestEnd": "le",
        "endKind": "end",
    }
    row = {short: properties[F + n][0] for n, short in names.items() if properties.get(F + n)}
    return bounds_of(row)


def statements(knowledge: Knowledge, iris: Iterable[str]) -> list[Said]:
    """These statements, in the order of their texts."""
    found = knowledge.remembered("statements", sorted(set(iris)), _statements)
    return sorted(found.values(), key=lambda s: (s.source, s.start or 0, s.iri))


def _statements(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, Said]:
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(
        f"SELECT ?st ?p ?o {{ VALUES ?st {{ {nodes} }} "
        "{ ?st ?p ?o } UNION { GRAPH ?g { ?st ?p ?o } } }"
    )
    passages, records = _passages(knowledge, nodes), _records(knowledge, nodes)
    on = knowledge.rows(f"SELECT ?st ?fact {{ VALUES ?st {{ {nodes} }} ?fact f:basis ?st }}")
    facts: dict[str, str] = {}
    for row in on:
        st, fact = value(row["st"]), value(row["fact"])
        facts[st] = min(facts.get(st, fact), fact)
    return {
        iri: replace(
            _said(iri, properties, passages.get(iri, ()), facts.get(iri, "")),
            records=records.get(iri, ()),
        )
        for iri, properties in grouped(rows, "st").items()
        if F + "statementKind" in properties
    }


def _said(
    iri: str, properties: Mapping[str, tuple[str, ...]], passages: tuple[Passage, ...], fact: str
) -> Said:
    def one(name: str) -> str:
        return next(iter(properties.get(F + name, ())), "")

    return Said(
        iri=iri,
        label=next(iter(properties.get(RDFS + "label", ())), "") or shorten(iri),
        kind=slug(one("statementKind")),
        source=one("inSource"),
        modality=one("modality"),
        polarity=one("polarity"),
        tense=one("tense"),
        asserted_by=one("assertedBy"),
        certainty=one("certainty"),
        cited_work=one("citedWork"),
        rank=one("rank"),
        rank_reason=one("rankReason"),
        bounds=bounds_in(properties),
        parts=parts_of(properties),
        passages=passages,
        fact=fact,
    )


def _passages(knowledge: Knowledge, nodes: str) -> dict[str, tuple[Passage, ...]]:
    """The evidence of statements, each in the order of the text."""
    rows = knowledge.rows(
        f"""SELECT ?st ?e ?source ?start ?end ?digest ?slot {{
          VALUES ?st {{ {nodes} }}
          ?st f:evidence ?e . ?e f:inSource ?source ; oa:start ?start ; oa:end ?end .
          OPTIONAL {{ ?e f:passageDigest ?digest }}
          OPTIONAL {{ ?e f:supports ?slot }}
        }}"""
    )
    found: dict[str, dict[str, Passage]] = {}
    for row in rows:
        texts = {name: value(term) for name, term in row.items()}
        of_statement = found.setdefault(texts["st"], {})
        known = of_statement.get(texts["e"])
        slots = known.supports if known else ()
        if texts.get("slot") and texts["slot"] not in slots:
            slots = (*slots, texts["slot"])
        of_statement[texts["e"]] = Passage(
            texts["e"],
            texts["source"],
            int(texts["start"]),
            int(texts["end"]),
            texts.get("digest", ""),
            slots,
        )
    return {
        st: tuple(sorted(entries.values(), key=lambda p: (p.start, p.end)))
        for st, entries in found.items()
    }


def _records(knowledge: Knowledge, nodes: str) -> dict[str, tuple[Record, ...]]:
    """The records of data sets on which statements rest, by their keys."""
    rows = knowledge.rows(
        f"""SELECT ?st ?e ?source ?key ?row ?version {{
          VALUES ?st {{ {nodes} }}
          ?st f:evidence ?e . ?e f:inSource ?source ; f:record ?key ; f:row ?row ;
            f:datasetVersion ?version
        }} ORDER BY ?key"""
    )
    found: dict[str, tuple[Record, ...]] = {}
    for row in rows:
        at = {name: value(term) for name, term in row.items()}
        record = Record(at["e"], at["source"], at["key"], at["row"], at["version"])
        found[at["st"]] = (*found.get(at["st"], ()), record)
    return found


def statements_of(
    knowledge: Knowledge, source: str, limit: int, offset: int
) -> tuple[int, list[Said]]:
    """The statements of a source in the order of its text, and how many there are."""
    total = knowledge.one(
        "SELECT (COUNT(DISTINCT ?st) AS ?n) "
        f"{{ ?st f:inSource <{source}> ; f:statementKind ?kind }}",
        "n",
    )
    rows = knowledge.rows(
        f"""SELECT ?st (MIN(xsd:integer(STR(?o))) AS ?start) {{
            ?st f:inSource <{source}> ; f:statementKind ?k .
            OPTIONAL {{ ?st f:evidence/oa:start ?o }}
          }} GROUP BY ?st ORDER BY ?start STR(?st) LIMIT {limit} OFFSET {offset}"""
    )
    said = statements(knowledge, (value(row["st"]) for row in rows))
    return int(total or 0), sorted(said, key=lambda s: (s.start or 0, s.iri))


def text_digest(knowledge: Knowledge, source: str) -> str:
    """The SHA-256 that a source records of its text."""
    return knowledge.one(f"SELECT ?d {{ <{source}> f:textDigest ?d }}", "d")


def marked_passages(knowledge: Knowledge, source: str, first: int, last: int) -> list[Passage]:
    """The evidence in a source that touches the code points from *first* to *last*."""
    rows = knowledge.rows(
        f"""SELECT ?st ?start ?end ?digest {{
          ?e f:inSource <{source}> ; oa:start ?start ; oa:end ?end ; f:passageDigest ?digest .
          ?st f:evidence ?e ; f:statementKind ?kind .
          FILTER(?start < {last} && ?end > {first}) }} ORDER BY ?start ?end STR(?st)"""
    )
    return [
        Passage(
            value(row["st"]),
            source,
            int(value(row["start"])),
            int(value(row["end"])),
            value(row["digest"]),
            (),
        )
        for row in rows
    ]
