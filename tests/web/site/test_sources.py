"""Sources: their statements in order, who agrees, and the text only where it may be shown."""

from pathlib import Path

from flask.testing import FlaskClient

from foedus.web.site.asked.statements import Passage
from foedus.web.site.source_pages import pieces

from .trees import Visit, read

HTML = {"Accept": "text/html"}


def test_a_text_is_shown_with_its_passages_marked_only_where_that_is_wanted(
    reading: FlaskClient, public: FlaskClient, articles_dir: Path
) -> None:
    shown = reading.get("/sources/rfi/text", headers=HTML)
    page = read(shown.get_data(as_text=True))
    marked = page.one("div", "marked")
    texts = [p.read_text(encoding="utf-8") for p in articles_dir.glob("*.txt")]
    for mark in marked.all("mark")[:20]:
        words = "".join(c for c in mark.children if isinstance(c, str))
        assert any(words in text for text in texts)
    numbers = {a.attributes["href"] for a in marked.all("a")}
    notes = {f"#{li.attributes['id']}" for li in page.one("ol", "notes").all("li")}
    assert numbers <= notes, "every number leads to its statement"
    hidden = public.get("/sources/rfi/text", headers=HTML)
    assert hidden.status_code == 404
    assert "not shown here" in hidden.get_data(as_text=True)


def test_no_page_of_a_public_server_has_a_passage(
    reading: FlaskClient, public: FlaskClient
) -> None:
    for path in ("/doc/id/arrangement/imctc.html", "/disputes", "/doc/id/source/rfi.html"):
        assert "<blockquote" not in public.get(path, headers=HTML).get_data(as_text=True)
    quoted = reading.get("/doc/id/arrangement/imctc.html", headers=HTML)
    assert "<blockquote" in quoted.get_data(as_text=True)


def test_a_page_quotes_only_so_much_of_a_text(reading: FlaskClient) -> None:
    for path in ("/doc/id/arrangement/imctc.html", "/doc/id/state/pakistan.html", "/disputes"):
        page = read(reading.get(path, headers=HTML).get_data(as_text=True))
        assert sum(len(q.text) for q in page.all("blockquote")) < 4_500, path


def test_every_page_of_a_text_is_shown_and_small(reading: FlaskClient) -> None:
    page, number = read(reading.get("/sources/qumber-2017/text").get_data(as_text=True)), 1
    while page.all("a", rel="next"):
        number += 1
        response = reading.get(f"/sources/qumber-2017/text?page={number}", headers=HTML)
        assert response.status_code == 200
        assert len(response.data) < 60_000
        page = read(response.get_data(as_text=True))
    assert number > 3


def test_a_source_has_its_statements_in_the_order_of_the_text(visit: Visit) -> None:
    page = visit("/doc/id/source/rfi")
    listed = page.section("statements").all("li", "said")
    assert len(listed) == 60
    second = visit("/doc/id/source/rfi?page=2")
    assert second.section("statements").one("ol").attributes["start"] == "61"


def test_a_source_shows_where_others_agree_and_where_they_do_not(visit: Visit) -> None:
    page = visit("/doc/id/source/rfi")
    agreement = page.section("agreement")
    assert any("/id/source/qumber-2017" in link for link in agreement.links)
    assert page.section("disputes").all("section", "dispute")


def test_a_short_address_leads_to_a_source(public: FlaskClient) -> None:
    answer = public.get("/sources/rfi")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/doc/id/source/rfi"
    assert public.get("/sources/nobody").status_code == 404
    assert public.get("/sources/%3Cscript%3E").status_code == 404


def test_disputes_stand_side_by_side_with_speakers_values_and_the_choice(visit: Visit) -> None:
    page = visit("/disputes")
    disputes = page.all("section", "dispute")
    assert len(disputes) >= 5
    founding = next(d for d in disputes if "Gulf Cooperation Council" in d.all("h2")[0].text)
    values = {p.text for p in founding.all("p", "value")}
    assert values == {"1981", "1982"}
    for rival in founding.all("article"):
        assert any("/id/source/" in link for link in rival.links)
    assert "Undecided" in founding.text


def test_a_count_stands_beside_the_members_that_the_graph_can_name(visit: Visit) -> None:
    rows = visit("/disputes").one("table", "claims").all("tr")
    claimed = next(r for r in rows if "RFI" in r.text and "43" in r.text)
    assert "11 at most" in claimed.text
    league = next(r for r in rows if r.all("td") and "Arab League" in r.all("td")[0].text)
    assert "none is named" in league.text


def test_passages_that_overlap_are_cut_where_one_begins_or_ends() -> None:
    def passage(name: str, start: int, end: int) -> Passage:
        return Passage(name, "s", start, end, "", ())

    text = "0123456789"
    found = pieces(text, 0, 10, [passage("a", 2, 6), passage("b", 4, 8)], {"a": 1, "b": 2})
    assert [(p.words, p.statements) for p in found] == [
        ("01", ()),
        ("23", (1,)),
        ("45", (1, 2)),
        ("67", (2,)),
        ("89", ()),
    ]
    assert [p.last for p in found] == [(), (), (1,), (2,), ()]
