"""What institutions there are to have, and who says that something has, lacks or needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foedus.content.names import BASE
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.facts import Fact, facts


def feature_kinds(knowledge: Knowledge) -> list[str]:
    """The kinds of feature of the scheme, the widest first, each before what is narrower."""
    rows = knowledge.rows(
        f"""SELECT ?x ?label (MIN(?b) AS ?broader) {{
          ?x skos:inScheme <{BASE}concept/feature> ; skos:prefLabel ?label
          FILTER(LANGMATCHES(LANG(?label), "en"))
          OPTIONAL {{ ?x skos:broader ?b }} }} GROUP BY ?x ?label ORDER BY STR(?label)"""
    )
    below: dict[str, list[str]] = {}
    for row in rows:
        below.setdefault(value(row.get("broader")), []).append(value(row["x"]))
    known = {value(row["x"]) for row in rows}
    ordered: list[str] = []

    def visit(iri: str) -> None:
        for child in below.get(iri, ()):
            if child not in ordered:
                ordered.append(child)
                visit(child)

    visit("")
    for top in sorted(below):
        if top not in known:
            visit(top)
    return ordered


def features(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, dict[str, list[Fact]]]:
    """What each of these has, lacks or plans: facts by thing and feature."""
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(
        f"SELECT DISTINCT ?x {{ VALUES ?of {{ {nodes} }} ?x a f:Feature ; f:arrangement ?of }} "
        "ORDER BY STR(?x) LIMIT 1000"
    )
    found: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts(knowledge, [value(row["x"]) for row in rows]):
        for of in fact.all("arrangement"):
            found.setdefault(of, {}).setdefault(fact.one("feature"), []).append(fact)
    return found


def needed(knowledge: Knowledge) -> Mapping[str, list[tuple[str, str, str]]]:
    """For each feature, for what it is required: (what, by whom, the fact)."""
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?feature ?what ?who ?fact {{
          ?feature skos:inScheme <{BASE}concept/feature> .
          ?fact f:requires ?feature ; a f:Requirement ; f:requiredFor ?what ; f:assertedBy ?who ;
                f:polarity <{BASE}concept/polarity/affirmed> }}
        ORDER BY STR(?what) STR(?who) LIMIT 500"""
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        found.setdefault(value(row["feature"]), []).append(
            (value(row["what"]), value(row["who"]), value(row["fact"]))
        )
    return found


def commitment_types(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """The types of commitment of each arrangement or instrument, with the facts behind."""
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?of ?type ?x {{ VALUES ?of {{ {nodes} }}
          ?x a f:Commitment ; f:commitmentType ?type .
          {{ ?of f:hasCommitment ?x }} UNION {{ ?x f:instrument ?of }}
          UNION {{ ?x f:arrangement ?of }} }} ORDER BY STR(?x) LIMIT 5000"""
    )
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        of = found.setdefault(value(row["of"]), {})
        of.setdefault(value(row["type"]), []).append(value(row["x"]))
    return found


def denied_types(knowledge: Knowledge, iris: Sequence[str]) -> dict[str, set[str]]:
    """The types of commitment that each of these is said not to make."""
    nodes = " ".join(f"<{iri}>" for iri in iris)
    rows = knowledge.rows(
        f"SELECT ?of ?type {{ VALUES ?of {{ {nodes} }} ?of f:doesNotPromise ?type }}"
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(value(row["of"]), set()).add(value(row["type"]))
    return found
