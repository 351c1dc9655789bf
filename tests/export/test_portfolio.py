"""Who was bound to defend whom on a day: any timeline, against a naive oracle."""

import datetime

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.content.names import BASE, F
from foedus.export.dyads import dyad_years
from foedus.export.portfolio import bonds, portfolio
from foedus.export.tables import DYAD_TYPES

DAYS = [datetime.date(1900, 1, 1) + datetime.timedelta(days=200 * n) for n in range(40)]
STATES = [f"{BASE}id/state/{name}" for name in ("a", "b", "c", "d")]
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")

Promise = tuple[str, str, list[datetime.date]]

PROMISES = st.lists(
    st.tuples(
        st.sampled_from(STATES),
        st.sampled_from(STATES),
        st.lists(st.sampled_from(DAYS), min_size=4, max_size=4).map(sorted),
    ).filter(lambda promise: promise[0] != promise[1]),
    max_size=8,
)


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if name.startswith("http") else F + name)


def day(value: datetime.date) -> ox.Literal:
    return ox.Literal(value.isoformat(), datatype=DATE)


def release_of(promises: list[Promise]) -> ox.Store:
    """Promises of a data set that covers the states a, b and c, in the years 1902 to 1915."""
    store = ox.Store()

    def say(subject: str, **pairs: ox.NamedNode | ox.Literal) -> None:
        for name, value in pairs.items():
            predicate = node(TYPE if name == "type" else name)
            store.add(ox.Quad(ox.NamedNode(subject), predicate, value))

    source = node(BASE + "id/source/set")
    defense = node(BASE + "concept/commitment/defense")
    for state in STATES:
        say(state, type=node("State"))
    for state in STATES[:3]:
        say(
            state + "-1",
            type=node("Statehood"),
            ofState=node(state),
            begin=ox.Literal("1890-01-01"),
            knownUntil=ox.Literal("2024-12-31"),
        )
    say(
        BASE + "id/coverage/set",
        type=node("Coverage"),
        coverageOf=source,
        coveredType=defense,
        earliestBegin=ox.Literal("1902-01-01", datatype=DATE),
        latestEnd=ox.Literal("1915-12-31", datatype=DATE),
    )
    for number, (one, other, (begin, late, early, end)) in enumerate(promises):
        fact = f"{BASE}id/commitment/{number}"
        say(
            fact,
            type=node("Commitment"),
            obligor=node(one),
            obligee=node(other),
            commitmentType=defense,
            earliestBegin=day(begin),
            latestBegin=day(late),
            earliestEnd=day(early),
            latestEnd=day(end),
            endKind=node(BASE + "concept/endkind/ended"),
            basis=node(fact + "-said"),
        )
        say(fact + "-said", inSource=source)
    return store


@given(PROMISES, st.sampled_from(DAYS))
@settings(max_examples=60, deadline=None)
def test_bonds_on_a_day_are_those_of_a_naive_reading(
    promises: list[Promise], at: datetime.date
) -> None:
    possibly = {(one, other) for one, other, d in promises if d[0] <= at <= d[3]}
    surely = {(one, other) for one, other, d in promises if d[1] <= at <= d[2]}
    found = bonds(release_of(promises), at)
    assert set(found) == possibly
    assert {pair for pair, bond in found.items() if bond.sure} == surely


@given(PROMISES, st.sampled_from(DAYS))
@settings(max_examples=30, deadline=None)
def test_an_ally_of_an_ally_is_reached_by_two_sure_promises_and_by_none_directly(
    promises: list[Promise], at: datetime.date
) -> None:
    surely = {(one, other) for one, other, d in promises if d[1] <= at <= d[2]}
    possibly = {(one, other) for one, other, d in promises if d[0] <= at <= d[3]}
    state = STATES[0]
    naive = {
        (third, ally)
        for ally in STATES
        for third in STATES
        if (state, ally) in surely
        and (ally, third) in surely
        and third != state
        and (state, third) not in possibly
    }
    found = portfolio(release_of(promises), state, at)
    assert {(third, ally) for third, allies in found.through.items() for ally in allies} == naive
    assert set(found.must_defend) == {other for one, other in possibly if one == state}
    assert set(found.defended_by) == {one for one, other in possibly if other == state}


@given(PROMISES)
@settings(max_examples=30, deadline=None)
def test_dyad_years_have_both_directions_and_are_not_known_outside_the_coverage(
    promises: list[Promise],
) -> None:
    names = {state: state[-1] for state in STATES}
    rows = list(dyad_years(release_of(promises), names, {}, {}))
    flag = 3 + DYAD_TYPES.index("defense")
    said = {(row[-6], row[-3], row[2]): row[flag] for row in rows}
    assert {(other, one, year) for one, other, year in said} == set(said)
    for (one, other, year), defense in said.items():
        spans = [d for a, b, d in promises if (a, b) == (one, other)]
        if any(d[1] <= d[2] and d[1].year <= year <= d[2].year for d in spans):
            assert defense == 1
        elif any(d[0].year <= year <= d[3].year for d in spans):
            assert defense is None or year in coded_years(promises, one, other)
        elif 1902 <= year <= 1915 and STATES[3] not in (one, other):
            assert defense == 0
        elif year not in coded_years(promises, one, other):
            assert defense is None
    for one, other in {(a, b) for a, b, _ in promises if STATES[3] not in (a, b)}:
        assert {year for a, b, year in said if (a, b) == (one, other)} >= set(range(1902, 1916))


def coded_years(promises: list[Promise], one: str, other: str) -> set[int]:
    """Years in which the data set surely has some promise of the pair, in either direction."""
    return {
        year
        for a, b, d in promises
        if {a, b} == {one, other}
        for year in range(d[1].year, d[2].year + 1)
    }
