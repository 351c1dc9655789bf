"""The tables say what is known, and never take silence for absence."""

import datetime
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.content.names import BASE, prefixes
from foedus.export import rows, tables, writing
from foedus.export.citation import Citation, bibtex
from foedus.export.network import graphml
from foedus.export.tables import Row, Table

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "tables.md"
STATES = ("iraq", "iran", "turkey", "syria")


def commitment(
    name: str, obligor: str, obligee: str, kind: str, source: str, begin: str, end: str
) -> str:
    """A fact, and the statement behind it, that surely held from *begin* to *end*."""
    return f"""
    <{BASE}id/commitment/{name}> a f:Commitment ; rdfs:label "{name}"@en ;
      f:obligor state:{obligor} ; f:obligee state:{obligee} ;
      f:commitmentType commitment:{kind} ; f:basis <{BASE}id/statement/{source}/{name}> ;
      f:earliestBegin "{begin}"^^xsd:date ; f:latestBegin "{begin}"^^xsd:date ;
      f:earliestEnd "{end}"^^xsd:date ; f:latestEnd "9999-12-31"^^xsd:date .
    <{BASE}id/statement/{source}/{name}> f:statementKind kind:commitment ;
      f:inSource source:{source} .
    GRAPH graph:g {{ <{BASE}id/statement/{source}/{name}> f:commitmentType commitment:{kind} }}
    """


def store_of(*parts: str) -> ox.Store:
    head = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in prefixes().items())
    states = "\n".join(
        f'state:{name} a f:State ; rdfs:label "{name.title()}"@en ; f:cowCode "{600 + i}" .'
        for i, name in enumerate(STATES)
    )
    store = ox.Store()
    store.update(f"{head}\nINSERT DATA {{ {states} {' '.join(parts)} }}")
    return store


def records(store: ox.Store, table: Table) -> list[dict[str, object]]:
    found: Iterable[Row] = rows.rows(store, table, rows.read_names(store))
    return [dict(zip(table.names, row, strict=True)) for row in found]


def flags(store: ox.Store, one: str, other: str, year: int) -> dict[str, object] | None:
    for row in records(store, tables.DYAD_YEARS):
        if (row["state1"], row["state2"], row["year"]) == (one, other, year):
            return {k: v for k, v in row.items() if k.startswith("atop_")}
    return None


def test_a_promise_of_an_article_is_one_way_and_leaves_the_rest_unknown() -> None:
    store = store_of(
        commitment("c", "iraq", "iran", "defense", "article", "1955-02-24", "1957-06-01")
    )
    there = flags(store, "Iraq", "Iran", 1956)
    assert there == {
        "atop_defense": 1,
        "atop_offense": None,
        "atop_neutral": None,
        "atop_nonagg": None,
        "atop_consul": None,
    }
    back = flags(store, "Iran", "Iraq", 1956)  # both directions have their row
    assert back is not None
    assert set(back.values()) == {None}


def test_the_end_of_what_a_source_knows_is_not_the_end_of_a_promise() -> None:
    store = store_of(
        commitment("c", "iraq", "iran", "defense", "article", "1955-02-24", "1957-06-01"),
        commitment("d", "turkey", "syria", "defense", "other", "1955-02-24", "1960-01-01"),
    )
    after = flags(store, "Iraq", "Iran", 1959)
    assert after is not None
    assert after["atop_defense"] is None
    assert flags(store, "Iraq", "Iran", 1954) is None
    assert flags(store, "Iraq", "Iran", 1961) is None


def test_a_data_set_says_no_where_it_codes_the_pair_and_the_type() -> None:
    store = store_of(
        "source:atop a f:Dataset .",
        commitment("c", "iraq", "iran", "defense", "atop", "1955-02-24", "1957-06-01"),
        commitment("d", "turkey", "syria", "nonaggression", "atop", "1955-01-01", "1956-01-01"),
    )
    there = flags(store, "Iraq", "Iran", 1956)
    assert there is not None
    assert there["atop_defense"] == 1
    assert there["atop_nonagg"] == 0  # coded elsewhere, and not here
    assert there["atop_offense"] is None  # never coded by it: it may code no such type
    back = flags(store, "Iran", "Iraq", 1956)
    assert back is not None
    assert back["atop_defense"] == 0
    after = flags(store, "Iraq", "Iran", 1958)
    assert after is None or set(after.values()) == {None}  # not zero beyond its coverage


def test_what_a_source_denies_is_a_zero() -> None:
    denial = f"""<{BASE}id/statement/a/no> f:statementKind kind:commitment ;
      f:polarity polarity:negated ; f:inSource source:a ;
      f:latestBegin "1955-01-01"^^xsd:date ; f:earliestEnd "1955-12-31"^^xsd:date .
    GRAPH graph:g {{ <{BASE}id/statement/a/no> f:obligor state:iraq ; f:obligee state:iran ;
      f:commitmentType commitment:defense }}"""
    found = flags(store_of(denial), "Iraq", "Iran", 1955)
    assert found is not None
    assert found["atop_defense"] == 0
    assert found["atop_consul"] is None


def test_unknown_flags_are_na_and_unknown_texts_are_empty() -> None:
    store = store_of(commitment("c", "iraq", "iran", "defense", "a", "1955-02-24", "1955-06-01"))
    text = "".join(
        writing.as_csv(
            tables.DYAD_YEARS, rows.rows(store, tables.DYAD_YEARS, rows.read_names(store))
        )
    )
    line = text.splitlines()[1]
    assert line.startswith("600,601,1955,1,NA,NA,NA,NA,Iraq,")
    listed = json.loads(
        "".join(
            writing.as_json(tables.STATES, rows.rows(store, tables.STATES, rows.read_names(store)))
        )
    )
    assert listed[0]["iso3"] == []


def test_bounds_that_are_none_are_left_out() -> None:
    store = store_of(commitment("c", "iraq", "iran", "defense", "a", "1955-02-24", "1955-06-01"))
    (row,) = records(store, tables.COMMITMENTS)
    assert row["earliest_end"] == "1955-06-01"
    assert row["latest_end"] is None
    assert row["commitment_type"] == "defense"
    assert row["sources"] == [BASE + "id/source/a"]


def test_a_network_of_a_day_holds_what_may_have_held_on_it() -> None:
    store = store_of(
        commitment("c", "iraq", "iran", "defense", "a", "1955-02-24", "1955-06-01"),
        commitment("d", "turkey", "syria", "neutrality", "a", "1958-01-01", "1960-01-01"),
    )
    names = rows.read_names(store)

    def network(**options: object) -> str:
        found = list(rows.rows(store, tables.COMMITMENTS, names))
        return "".join(graphml(found, (), **options))  # type: ignore[arg-type]

    assert network().count("<edge ") == 2
    assert network(at=datetime.date(1955, 3, 1)).count("<edge ") == 1
    assert "Iraq" not in network(commitment_type="neutrality")


def test_every_column_is_documented_where_the_guide_says() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for table in (*tables.FIXED, tables.statements_of("x", "x", ())):
        assert f"One row is {table.row}" in guide, table.name
        for column in table.columns:
            several = ", several" if column.many else ""
            assert f"| `{column.name}` | {column.type}{several} | {column.meaning} |" in guide


@pytest.mark.parametrize("title", ["50 % of {all} & more_", "a\\b", "“naïve” #1"])
def test_a_title_of_any_characters_stays_within_its_braces(title: str) -> None:
    entry = bibtex(Citation(BASE + "id/state/iraq", title, "0" * 64, "1.0", "2026"))
    plain = entry.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert entry.startswith("@misc{foedus-id-state-iraq,")
