"""The rows of the tables, from the store of a release; sorted, so that they come out the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.content.names import BASE, F
from foedus.export import tables
from foedus.export.ask import ask
from foedus.export.dyads import dyad_years
from foedus.export.tables import Cell, Column, Row, Table

#: The class of the facts of each table, and the question for its own columns.
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "memberships": ("Membership",),
    "commitments": ("Commitment",),
    "positions": ("Position",),
    "events": ("Act", "Involvement"),
    "features": ("Feature",),
}
_CONCEPT = BASE + "concept/"
#: Bounds that say that there is none (model.md, Time).
_UNBOUNDED = frozenset({"0001-01-01", "9999-12-31"})
#: What every statement has; the rest are the slots of its kind.
_OF_EVERY = frozenset(
    F + name
    for name in (
        *("modality", "polarity", "tense", "certainty", "assertedBy", "citedWork", "evidence"),
        *("rank", "rankReason", "rivalValue", "accepted", "inSource", "statementKind"),
    )
)

Values = dict[str, set[str]]


@dataclass(frozen=True)
class Names:
    """What things are called, and the codes of states."""

    labels: Mapping[str, str] = field(default_factory=dict)
    iso3: Mapping[str, str] = field(default_factory=dict)
    cow: Mapping[str, str] = field(default_factory=dict)

    def cells(self, name: str, iris: Iterable[str]) -> Values:
        """The values of the columns of a thing called *name*."""
        listed = sorted(iris)
        return {
            name: {self.label(iri) for iri in listed},
            f"{name}_iri": set(listed),
            f"{name}_iso3": {self.iso3[iri] for iri in listed if iri in self.iso3},
            f"{name}_cow": {self.cow[iri] for iri in listed if iri in self.cow},
        }

    def label(self, iri: str) -> str:
        """The shortest English name, else the last part of the IRI."""
        return self.labels.get(iri) or iri.rsplit("/", 1)[-1]


def read_names(store: ox.Store) -> Names:
    """The names of all things and concepts."""
    names = Names({}, {}, {})
    for row in ask(store, "entities"):
        thing, label = row["thing"], row["label"]
        known = names.labels.get(thing, label)
        assert isinstance(names.labels, dict)
        names.labels[thing] = min(known, label, key=lambda text: (len(text), text))
        for key, codes in (("iso3", names.iso3), ("cow", names.cow)):
            if key in row:
                assert isinstance(codes, dict)
                codes[thing] = min(codes.get(thing, row[key]), row[key])
    return names


def kinds(store: ox.Store) -> list[Table]:
    """A table for each kind of statement that the vocabulary has."""
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    of = ox.NamedNode(F + "conceptOf")
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    default = ox.DefaultGraph()
    allowed: dict[str, set[str]] = {}
    for row in ask(store, "slots"):
        allowed.setdefault(row["class"], set()).add(row["slot"])
    found = []
    for quad in store.quads_for_pattern(None, type_, ox.NamedNode(F + "StatementKind"), default):
        kind = quad.subject
        assert isinstance(kind, ox.NamedNode)
        if not kind.value.startswith(_CONCEPT):
            continue
        named = next(iter(store.quads_for_pattern(kind, label, None, default)), None)
        classes = [
            q.object.value
            for q in store.quads_for_pattern(kind, of, None, default)
            if isinstance(q.object, ox.NamedNode)
        ]
        slots = set().union(*(allowed.get(c, set()) for c in classes)) - _OF_EVERY
        if not slots:
            slots = {row["slot"] for row in ask(store, "participants", kind=kind)} - _OF_EVERY
        found.append(
            tables.statements_of(
                kind.value.rsplit("/", 1)[-1],
                named.object.value if named else kind.value,  # type: ignore[union-attr]
                [_slot(store, slot) for slot in sorted(slots)],
            )
        )
    return sorted(found, key=lambda table: table.name)


def _slot(store: ox.Store, iri: str) -> tuple[str, str, str]:
    definition = ox.NamedNode("http://www.w3.org/2004/02/skos/core#definition")
    said = next(
        iter(store.quads_for_pattern(ox.NamedNode(iri), definition, None, ox.DefaultGraph())), None
    )
    meaning = str(said.object.value) if said else "as the ontology says"  # type: ignore[union-attr]
    return iri[len(F) :], meaning, tables.TEXT


def every_table(store: ox.Store) -> list[Table]:
    """All tables of a release: of facts, dyad-years, states, and of each kind of statement."""
    return [*tables.FIXED, *kinds(store)]


def rows(store: ox.Store, table: Table, names: Names) -> Iterator[Row]:
    """The rows of a table, in a stable order."""
    if table.name == "dyad-years":
        yield from dyad_years(store, names.labels, names.iso3, names.cow)
        return
    if table.name == "states":
        found = _states(store, names)
    elif table.name in _CLASSES:
        found = _facts(store, table, names)
    else:
        found = _statements(store, table)
    for _, values in sorted(found.items()):
        yield tuple(_cell(column, values.get(column.name, set())) for column in table.columns)


def _cell(column: Column, values: set[str]) -> Cell:
    listed = sorted(v for v in values if v != "")
    if column.type == tables.DAY:
        listed = [v for v in listed if v not in _UNBOUNDED]
    if column.many:
        return listed
    if not listed:
        return None
    text = listed[0]
    if column.type == tables.TRUTH:
        return text == "true"
    if column.type == tables.INTEGER:
        return int(text)
    if column.type == tables.NUMBER:
        return float(text)
    return text


def _facts(store: ox.Store, table: Table, names: Names) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for name in _CLASSES[table.name]:
        for row in ask(store, "facts", **{"class": ox.NamedNode(F + name)}):
            values = found.setdefault(row["fact"], {"fact": {row["fact"]}})
            for key, value in row.items():
                column = {"source": "sources", "statement": "statements", "modality": "modalities"}
                code = key in ("modality", "end_kind")
                values.setdefault(column.get(key, key), set()).add(_last(value) if code else value)
    own: dict[str, dict[str, set[str]]] = {}
    for row in ask(store, table.name):
        for key, value in row.items():
            own.setdefault(row["fact"], {}).setdefault(key, set()).add(value)
    things = {c.name.removesuffix("_iri") for c in table.columns if c.name.endswith("_iri")}
    for fact, by_name in own.items():
        values = found.setdefault(fact, {"fact": {fact}})
        for key, many in by_name.items():
            if key in things:
                values |= names.cells(key, many)
            elif key != "fact":
                values[key] = {_last(v) if v.startswith(_CONCEPT) else v for v in many}
    return {fact: values for fact, values in found.items() if fact in own}


def _states(store: ox.Store, names: Names) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for row in ask(store, "states"):
        values = found.setdefault(row["state"], names.cells("state", [row["state"]]))
        for key, value in row.items():
            if key != "state":
                values.setdefault(key, set()).add(
                    value.rsplit("/", 1)[-1] if key == "wikidata" else value
                )
    for row in ask(store, "statehoods"):
        if row["state"] in found:
            # Known until the end of a list is no end: the interval stays open.
            spell = f"{row['begin']}/{row.get('end', '..')}"
            found[row["state"]].setdefault("spells", set()).add(spell)
    return found


def _statements(store: ox.Store, table: Table) -> dict[str, Values]:
    kind = ox.NamedNode(f"{_CONCEPT}kind/{table.name}")
    codes = frozenset({"modality", "polarity", "tense", "certainty", "rank", "end_kind"})
    found: dict[str, Values] = {}
    for row in ask(store, "statements", kind=kind):
        values = found.setdefault(row["statement"], {})
        for key, value in row.items():
            values.setdefault(key, set()).add(_last(value) if key in codes else value)
    names: Sequence[str] = table.names
    for row in ask(store, "participants", kind=kind):
        key = row["slot"][len(F) :]
        if row["slot"] not in _OF_EVERY and key in names and row["statement"] in found:
            found[row["statement"]].setdefault(key, set()).add(row["value"])
    return found


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
