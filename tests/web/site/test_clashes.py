"""The rules of overlap and clash, over invented facts and over the release."""

import datetime

import pyoxigraph as ox
import pytest

from foedus.content.names import BASE, prefixes
from foedus.engine.embedded import EmbeddedEngine
from foedus.graph.clashes import rules
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.clashes import Pair, clashes

from .trees import Visit

ALWAYS = ("1900-01-01", "1900-12-31", "1990-01-01", "9999-12-31")


def fact(name: str, kind: str, says: str, days: tuple[str, str, str, str] = ALWAYS) -> str:
    """A fact with bounds and a statement behind it."""
    names = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")
    bounds = " ; ".join(f'f:{n} "{d}"^^xsd:date' for n, d in zip(names, days, strict=True))
    said = f"st:{name.replace('/', '-')}"
    return (
        f"<{BASE}id/{name}> a f:{kind} ; {says} ; {bounds} ; f:basis {said} .\n"
        f"{said} f:statementKind <{BASE}concept/kind/x> .\n"
    )


def promise(
    name: str, to: str, type_: str, more: str = "", days: tuple[str, str, str, str] = ALWAYS
) -> str:
    says = f"f:obligor state:home ; f:obligee state:{to} ; f:commitmentType commitment:{type_}"
    return fact(f"commitment/{name}", "Commitment", f"{says}{more}", days)


def relation(one: str, other: str, kind: str = "rivalry") -> str:
    says = f"f:from state:{one} ; f:to state:{other} ; f:relationKind relation:{kind}"
    return fact(f"relation/{one}.{other}", "Relation", says)


def purpose(of: str, against: str) -> str:
    return fact(f"purpose/{of}", "Purpose", f"f:purposeOf arrangement:{of} ; f:against {against}")


def membership(of: str, role: str) -> str:
    says = f"f:member state:home ; f:arrangement arrangement:{of} ; f:role role:{role}"
    return fact(f"membership/{of}", "Membership", says)


def found(*facts: str) -> list[Pair]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    head += f"@prefix st: <{BASE}id/statement/a/> .\n"
    typed = "".join(
        f"commitment:{name} a f:AllianceObligation .\n"
        for name in ("defense", "offense", "neutrality", "nonaggression", "consultation")
    )
    store = ox.Store()
    text = head + typed + "role:member a f:MemberRole .\n" + "".join(facts)
    store.load(text.encode(), ox.RdfFormat.TURTLE)
    return clashes(Knowledge(EmbeddedEngine(store)), f"{BASE}id/state/home")


TEXT_A, TEXT_B = " ; f:instrument instrument:a", " ; f:instrument instrument:b"
IN_C = " ; f:arrangement arrangement:c"
HELP, SPARE = promise("help", "friend", "defense"), promise("spare", "rival", "neutrality")
BOTH = promise("also", "rival", "offense")
ALONE = promise("alone", "friend", "no-other-alliance", TEXT_A)

#: For each rule: facts of which it asks, and facts that differ in the one thing that matters.
CASES = {
    "between-rivals": [
        ((HELP, SPARE, relation("rival", "friend")), True),
        ((HELP, SPARE, relation("friend", "rival", "conflict")), True),
        ((HELP, SPARE, relation("friend", "rival", "trade")), False),
        ((HELP, SPARE, relation("friend", "third")), False),
        ((HELP, promise("talk", "rival", "consultation"), relation("friend", "rival")), False),
        (
            (
                HELP,
                SPARE,
                fact(
                    "commitment/theirs",
                    "Commitment",
                    "f:obligor state:friend ; f:obligee state:third ; "
                    "f:commitmentType commitment:defense ; f:namedAdversary state:rival",
                ),
            ),
            True,
        ),
    ],
    "help-for-two-rivals": [
        ((HELP, BOTH, relation("friend", "rival")), True),
        ((HELP, BOTH), False),
    ],
    "against-another-partner": [
        ((promise("aimed", "friend", "defense", " ; f:namedAdversary state:rival"), SPARE), True),
        ((promise("aimed", "friend", "defense", " ; f:namedAdversary state:third"), SPARE), False),
        ((promise("in-c", "friend", "defense", IN_C), SPARE, purpose("c", "state:rival")), True),
        ((promise("in-c", "friend", "defense", IN_C), SPARE, purpose("d", "state:rival")), False),
    ],
    "member-of-what-is-against": [
        ((SPARE, membership("c", "member"), purpose("c", "state:rival")), True),
        ((SPARE, membership("c", "supporter"), purpose("c", "state:rival")), False),
        ((SPARE, membership("c", "member"), purpose("c", "state:third")), False),
    ],
    "no-other-alliance": [
        ((ALONE, promise("else", "third", "defense", TEXT_B)), True),
        ((ALONE, promise("else", "third", "defense", TEXT_A)), False),
        ((ALONE, promise("else", "friend", "defense", TEXT_B)), False),
        ((ALONE, promise("else", "third", "economic-aid", TEXT_B)), False),
    ],
    "pledged-twice": [
        (
            (
                promise("first", "friend", "defense", TEXT_A),
                promise("again", "friend", "defense", TEXT_B),
            ),
            True,
        ),
        (
            (
                promise("first", "friend", "defense", TEXT_A),
                promise("again", "friend", "defense", TEXT_A),
            ),
            False,
        ),
        (
            (
                promise("first", "friend", "defense", TEXT_A + IN_C),
                promise("again", "friend", "defense", IN_C),
            ),
            False,
        ),
        (
            (
                promise("first", "friend", "defense", TEXT_A),
                promise("again", "third", "defense", TEXT_B),
            ),
            False,
        ),
    ],
}


def test_every_rule_has_cases_and_says_what_it_does_not_claim() -> None:
    assert [rule.id for rule in rules()] == list(CASES)
    for rule in rules():
        assert rule.question.endswith("?")
        assert rule.takes
        assert rule.leaves


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [(rule, facts, expected) for rule, cases in CASES.items() for facts, expected in cases],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_asks_only_where_what_it_looks_at_is_there(
    rule: str, facts: tuple[str, ...], expected: bool
) -> None:
    asked = [pair for pair in found(*facts) if pair.rule.id == rule]
    assert len(asked) == int(expected)


def test_a_pair_holds_as_long_as_both_do_and_what_sets_them_against_each_other() -> None:
    early = promise(
        "help", "friend", "defense", days=("1950-01-01", "1950-01-01", "1960-12-31", "1962-12-31")
    )
    (pair,) = found(early, SPARE, relation("friend", "rival"))
    assert pair.together is not None
    status = [pair.together.status(datetime.date(year, 6, 1)) for year in (1949, 1955, 1961, 1970)]
    assert status == ["not yet", "surely", "possibly", "ended"]


def test_promises_that_were_never_in_force_together_do_not_overlap() -> None:
    over = promise(
        "help", "friend", "defense", days=("1890-01-01", "1890-01-01", "1895-01-01", "1899-12-31")
    )
    assert not found(over, SPARE, relation("friend", "rival"))


def test_a_state_shows_its_overlaps_with_status_source_and_why(visit: Visit) -> None:
    section = visit("/doc/id/state/pakistan").section("clashes")
    assert "Should the two come to blows" in section.text
    assert "Does not claim" in section.text
    assert section.all("span", "status")[0].text.startswith("possibly")
    for part in section.one("dl", "pair").all("dd"):
        assert any("/id/statement/" in link for link in part.links), part.text
    assert any("/id/relation/" in link for link in section.links)
    before = visit("/doc/id/state/pakistan?at=2015-01-01").section("clashes")
    assert before.all("span", "status")[0].text == "not yet"


def test_where_no_facts_clash_the_page_says_so(visit: Visit) -> None:
    qatar = visit("/doc/id/state/qatar").section("clashes")
    assert "No clash that any source's facts show." in qatar.text
    nobody = visit("/doc/id/state/iran")
    assert not [h for h in nobody.all("h2") if h.attributes.get("id") == "clashes"]


def test_the_rules_have_a_page_that_asks_them_of_a_state(visit: Visit) -> None:
    page = visit("/clashes?of=state/pakistan")
    assert all(rule.name in page.text for rule in rules())
    assert "Pakistan to Iran: security assurance" in page.section("found").text
    (query,) = [a for a in page.section("found").links if a.startswith("/query?")]
    assert "state%2Fpakistan" in query
