"""The pages of things say first what a reader came for, as of a day, with who says so."""

import re

import pytest

from .trees import Element, Visit


def members(page: Element) -> dict[str, str]:
    """Who is listed, with the status on the day."""
    found = {}
    for row in page.section("membership").all("li", "fact"):
        status = row.all("span", "status")
        found[row.all("a", "claim")[0].text] = status[0].text if status else ""
    return found


def test_an_alliance_shows_its_members_on_the_chosen_day(visit: Visit) -> None:
    in_1958 = members(visit("/doc/id/arrangement/cento?at=1958-06-01"))
    assert in_1958["Iraq"] == "surely"
    in_1960 = members(visit("/doc/id/arrangement/cento?at=1960-01-01"))
    assert in_1960["Iraq"] == "ended"
    assert in_1960["Turkey"] == "possibly", "nothing tells when it left, but that the pact ended"
    in_1954 = members(visit("/doc/id/arrangement/cento?at=1954-01-01"))
    assert set(in_1954.values()) == {"not yet"}


def test_a_promise_of_each_to_each_other_is_one_clause_and_not_thirty(visit: Visit) -> None:
    commitments = visit("/doc/id/arrangement/gcc").section("commitment")
    defense = next(c for c in commitments.all("article", "clause") if "defense" in c.text)
    assert "each to each other" in defense.text
    assert "30 commitments, one for each pair" in defense.text
    assert "Attack on a GCC member" in defense.text
    assert "/id/provision/gcc-attack-on-one-clause" in defense.links
    unsaid = defense.one("div", "unsaid")
    assert unsaid.one("dt").text.startswith("Discretion")
    assert unsaid.one("dd").text.startswith("No source says")
    assert "how much choice it leaves" in unsaid.one("dd").text


def test_a_promise_of_one_side_has_a_direction(visit: Visit) -> None:
    page = visit("/doc/id/state/qatar")
    received = page.section("commitment-to")
    assurance = next(
        c for c in received.all("article", "clause") if c.all("h3")[0].text.startswith("security")
    )
    assert re.search(r"United States → Qatar", assurance.text)
    assert "United States" not in page.section("commitment").text, "Qatar promised nothing back"


def test_institutions_are_there_or_lacking_by_somebodys_word_or_no_source_says(
    visit: Visit,
) -> None:
    checklist = visit("/doc/id/arrangement/imctc").section("feature")
    command = next(r for r in checklist.all("tr", "no") if "integrated command" in r.text)
    assert "lacking" in command.text
    assert command.all("ul", "basis"), "lacking is somebody's word"
    assert any("there" in row.text for row in checklist.all("tr", "yes"))
    silent = checklist.one("details", "silent").text
    assert "No source says" in silent
    assert "integrated command" not in silent


def test_a_state_shows_its_portfolio_and_where_it_is_absent(visit: Visit) -> None:
    page = visit("/doc/id/state/iran")
    absent = page.section("absence")
    assert "Islamic Military Counter Terrorism Coalition" in absent.text
    assert page.section("membership").all("a", "claim")


def test_a_text_shows_what_was_promised_who_signed_and_what_no_source_says(visit: Visit) -> None:
    page = visit("/doc/id/instrument/saudi-pakistan-smda")
    ids = [h.attributes.get("id") for h in page.all("h2")]
    assert ids.index("commitment") < ids.index("act")
    assert "Saudi Arabia" in page.section("commitment").text
    empty = visit("/doc/id/instrument/oic-charter")
    assert "No source says what is promised." in empty.section("commitment").text


def test_a_proposal_shows_who_is_for_it_and_what_became_of_it(visit: Visit) -> None:
    page = visit("/doc/id/proposal/saudi-muslim-alliance")
    became = page.one("p", "became")
    assert "/id/arrangement/imctc" in became.links
    alliance = visit("/doc/id/arrangement/imctc")
    assert "/id/proposal/saudi-muslim-alliance" in alliance.one("p", "became").links


def test_a_nickname_shows_what_bears_it(visit: Visit) -> None:
    bearers = visit("/doc/id/label/muslim-nato").section("referents")
    assert "/id/proposal/pezeshkian-framework" in bearers.links
    things = {a.attributes["href"] for a in bearers.all("a", "claim")}
    assert "/id/arrangement/cento" not in things, "only what bears this name"


def test_a_person_shows_offices_in_order(visit: Visit) -> None:
    offices = visit("/doc/id/person/raheel-sharif").section("leadership")
    assert len(offices.all("li", "fact")) >= 2


def test_every_line_of_a_page_leads_to_who_says_so(visit: Visit) -> None:
    page = visit("/doc/id/arrangement/imctc")
    for row in page.all("li", "fact"):
        if row.all("a", "claim"):
            assert any(link.startswith("/id/") for link in row.links), row.text
    for row in page.section("membership").all("li", "fact"):
        assert any("/id/statement/" in link for link in row.one("ul", "basis").links), row.text


def test_what_is_inferred_explains_itself(visit: Visit) -> None:
    inferred = visit("/doc/id/arrangement/imctc").section("inferred")
    reason = next(r for r in inferred.all("li", "fact") if "/ontology#NotNatoStyle" in r.links)
    assert "NotNatoStyle EquivalentTo" in reason.text
    assert any("/id/statement/" in link for link in reason.links)


def test_a_section_is_opened_paged_and_keeps_the_day(visit: Visit) -> None:
    page = visit("/doc/id/arrangement/imctc?at=2020-01-01")
    more = next(a for a in page.links if "all=assessment" in a)
    assert "at=2020-01-01" in more
    opened = visit("/doc/id/arrangement/imctc" + more)
    assert [h.attributes["id"] for h in opened.all("h2")] == ["assessment"]
    pager = opened.one("nav", "pager")
    following = next(a for a in pager.links if "page=2" in a)
    assert "at=2020-01-01" in following
    assert "all=assessment" in following
    second = visit("/doc/id/arrangement/imctc" + following)
    shown = {a for row in opened.all("li", "fact") for a in row.links if "/assessment/" in a}
    then = {a for row in second.all("li", "fact") for a in row.links if "/assessment/" in a}
    assert shown
    assert then
    assert not shown & then


def test_what_leads_to_a_thing_is_counted_and_paged(visit: Visit) -> None:
    page = visit("/doc/id/arrangement/imctc")
    (line,) = [p for p in page.all("p", "links") if "lead here" in p.text]
    total = int(line.text.split()[0])
    shown, path = 0, "/doc/id/arrangement/imctc?all=links"
    while path:
        page = visit(path)
        shown += len(page.section("links").all("li"))
        following = [a for a in page.links if a.startswith("?") and "page=" in a]
        forward = page.all("a", rel="next")
        path = "/doc/id/arrangement/imctc" + forward[0].attributes["href"] if forward else ""
        assert following or not path
    assert shown == total


def test_links_keep_the_day_that_a_reader_chose(visit: Visit) -> None:
    page = visit("/doc/id/arrangement/cento?at=1958-06-01")
    assert "/doc/id/state/iraq?at=1958-06-01" in page.links
    plain = visit("/doc/id/arrangement/cento")
    assert "/id/state/iraq" in plain.links


def test_names_are_in_the_language_of_the_reader(visit: Visit) -> None:
    page = visit("/doc/id/state/saudi-arabia", Accept_Language="ar, en;q=0.5")
    title = page.one("h1").one("bdi")
    assert title.attributes["lang"] == "ar"
    assert title.text == "المملكة العربية السعودية"
    french = visit("/doc/id/state/germany", Accept_Language="fr-CH")
    assert french.one("h1").text == "Allemagne"
    assert visit("/doc/id/state/germany", Accept_Language="en, fr").one("h1").text == "Germany"


@pytest.mark.parametrize("header", [";;;", "x" * 5000, "*", "q=1", "fr;q=abc", "é", ",,,,"])
def test_a_header_that_names_no_language_is_english(visit: Visit, header: str) -> None:
    page = visit("/doc/id/state/germany", Accept_Language=header)
    assert page.one("h1").text == "Germany"
