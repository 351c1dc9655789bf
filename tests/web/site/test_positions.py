"""How actors came to stand to a thing: asked, listed by another, for, against, in, out."""

import pyoxigraph as ox

from foedus.content.names import BASE, prefixes
from foedus.engine.embedded import EmbeddedEngine
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.courses import related, steps

from .trees import Visit

PACT, HOME = f"{BASE}id/arrangement/pact", f"{BASE}id/state/home"


def said_of_home(*lines: str) -> dict[str, str]:
    """What each situation (a line of Turtle about ``st:N``) says of home and the pact."""
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    text += f"@prefix st: <{BASE}id/statement/a/> . @prefix x: <{BASE}id/x/> .\n"
    text += "proposal:idea f:realizedAs arrangement:pact .\n"
    for n, line in enumerate(lines):
        kind, says = line.split(" ", 1)
        text += f"st:{n} f:statementKind kind:{kind} . x:{n} f:basis st:{n} ; {says} .\n"
    store = ox.Store()
    store.load(text.encode(), ox.RdfFormat.TURTLE)
    knowledge = Knowledge(EmbeddedEngine(store))
    found = steps(knowledge, related(knowledge, PACT), HOME)
    return {step.entry.iri.rsplit("/", 1)[-1]: step.says for step in found}


def test_each_step_says_one_thing_of_the_state() -> None:
    says = said_of_home(
        "membership f:member state:home ; f:arrangement arrangement:pact ; "
        "f:role role:listed-by-other",
        "act f:actKind act:requested ; f:agent state:other ; f:counterpart state:home ; "
        "f:object proposal:idea",
        "act f:actKind act:requested ; f:agent state:home ; f:object proposal:idea",
        "position f:holder state:home ; f:stance stance:declines ; f:object arrangement:pact",
        "position f:holder state:home ; f:stance stance:supports ; f:object arrangement:pact ; "
        "f:polarity polarity:negated",
        "membership f:member state:home ; f:arrangement arrangement:pact ; f:role role:member",
        "absence f:absentee state:home ; f:arrangement arrangement:pact ; "
        "f:absenceKind absence:refused",
        "act f:actKind act:withdrew ; f:agent state:home ; f:object arrangement:pact",
        "act f:actKind act:withdrew ; f:agent state:home ; f:object arrangement:other",
    )
    assert says == {
        "0": "listed",
        "1": "asked",
        "2": "other",
        "3": "against",
        "4": "against",
        "5": "in",
        "6": "against",
        "7": "out",
    }


def test_the_steps_of_one_state_run_from_the_request_to_the_member(visit: Visit) -> None:
    page = visit("/positions?of=arrangement/imctc&with=state/pakistan")
    short = dict(
        zip(
            [dt.text for dt in page.section("sum").all("dt")],
            [dd.text for dd in page.section("sum").all("dd")],
            strict=True,
        )
    )
    assert short["Listed by another"] == "no source says"
    assert "requested" in short["Asked or invited"]
    assert "joined January 2016" in short["Joined, or in"]
    steps = page.section("steps").all("li", "fact")
    assert "joined" in steps[0].text, "what has a day comes before what has none"
    for step in steps:
        assert step.all("ul", "basis"), step.text
    assert page.section("steps").links


def test_everybody_is_in_one_table_and_silence_is_empty(visit: Visit) -> None:
    page = visit("/positions?of=arrangement/imctc")
    heads = [th.text for th in page.all("th") if th.attributes.get("scope") == "col"]
    assert heads[1:4] == ["Asked or invited", "Listed by another", "For it"]
    rows = {tr.all("th")[0].text: [td.text for td in tr.all("td")] for tr in page.all("tr")[1:]}
    assert rows["Bangladesh"][heads.index("Joined, or in") - 1].startswith("member")
    assert rows["Bangladesh"][heads.index("Listed by another") - 1] == ""
    assert "/positions?of=arrangement%2Fimctc&with=state%2Fbangladesh" in page.links


def test_a_state_leads_to_its_steps_towards_each_thing(visit: Visit) -> None:
    page = visit("/doc/id/state/pakistan")
    assert "/positions?with=state%2Fpakistan" in page.links
    towards = visit("/positions?with=state/pakistan")
    assert "/positions?of=arrangement%2Fimctc&with=state%2Fpakistan" in towards.links
    nothing = visit("/positions?of=arrangement/imctc&with=state/japan")
    assert "No source says how Japan stands to it." in nothing.text
