"""Pages: what a reader sees, without script."""

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from foedus.web.knowledge import LISTS
from foedus.web.problems import TYPES
from foedus.web.settings import Settings, table, with_values
from foedus.web.site.asked.bounds import Bounds
from foedus.web.site.asked.index import NameIndex

HTML = {"Accept": "text/html"}


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=HTML, follow_redirects=False)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "action", "formaction") and value and value.startswith("/"):
                self.links.add(value.partition("#")[0])


def test_home_says_what_is_here(client: FlaskClient) -> None:
    home = page(client, "/")
    assert "2 statements" in home
    assert "Who was in the Pact on 1 January 1900?" in home
    assert "Hope 1894" in home


def test_no_link_of_the_site_is_broken(client: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = {"/base/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        assert path.startswith("/base"), path
        response = client.get(path.removeprefix("/base"), headers=HTML, buffered=True)
        assert response.status_code in (200, 301, 303, 307), (path, response.status_code)
        if "Location" in response.headers:
            waiting |= {response.headers["Location"]} - seen
        elif response.headers["Content-Type"].startswith("text/html"):
            parser = Links()
            parser.feed(response.get_data(as_text=True))
            waiting |= parser.links - seen
    assert len(seen) > 30


@pytest.mark.parametrize("name", LISTS)
def test_every_list_answers(client: FlaskClient, name: str) -> None:
    assert LISTS[name][0] in page(client, f"/{name}").replace("&amp;", "&")


def test_a_list_takes_subclasses_and_absurd_pages(client: FlaskClient) -> None:
    assert "Pact of Strelsau" in page(client, "/alliances")
    assert client.get("/states?page=99999").status_code == 200
    assert client.get("/states?page=0").status_code == 400
    assert client.get("/states?page=%3Cscript%3E").status_code == 400


def test_search_finds_by_any_name_and_escapes_what_was_typed(client: FlaskClient) -> None:
    assert "/base/id/state/ruritania" in page(client, "/search?q=RURI")
    assert "/base/id/state/ruritania" in page(client, "/search?q=روريتانيا")
    assert "/base/id/arrangement/strelsau" in page(client, "/search?q=the+pact")
    for text in ('"><script>', "'; DROP", '\\" } #', "<b>", "\x00", "𓀀"):
        found = client.get("/search", query_string={"q": text})
        assert found.status_code == 200
        assert b"<script>" not in found.data


def test_a_thing_shows_facts_with_status_and_rivals_side_by_side(client: FlaskClient) -> None:
    shown = page(client, "/doc/id/arrangement/strelsau.html")
    assert re.search(r">Ruritania<.{0,200}>member<", shown, re.DOTALL)
    assert "surely now" in shown
    assert "1894" in shown
    assert "In or out: Ruritania" in shown
    assert "The treaty is at hand." in shown
    assert "Said, not taken as a fact" in shown
    assert "Graustark denies that Ruritania joined." in shown
    later = page(client, "/doc/id/arrangement/strelsau.html?at=1920-01-01")
    assert "surely now" not in later
    assert "ended" in later


def test_a_statement_shows_speaker_evidence_passage_and_where_it_is_written(
    client: FlaskClient,
) -> None:
    shown = page(client, "/doc/id/statement/hope-1894/joins.html")
    assert "Ruritania signed the Pact of Strelsau in 1894." in shown
    assert "characters 0 to 46" in shown
    assert "data/statements/hope-1894.ttl</code>, line 7" in shown
    assert "https://w3id.org/foedus/id/statement/hope-1894/joins" in shown
    assert "/base/id/membership/ruritania.strelsau.member" in shown
    assert "encyclopedic" in shown


def test_a_passage_is_shown_only_where_that_is_wanted(served, texts, app, settings) -> None:
    from dataclasses import replace

    from foedus.web import create_app

    hidden = create_app(
        served,
        evaluator=app.extensions["foedus"],
        texts=texts,
        settings=replace(settings, show_passages=False),
    ).test_client()
    shown = page(hidden, "/doc/id/statement/hope-1894/joins.html")
    assert "signed the Pact" not in shown
    assert "where the text is at hand" in shown


def test_a_fact_shows_its_four_days_and_its_statements(client: FlaskClient) -> None:
    shown = page(client, "/doc/id/membership/ruritania.strelsau.member.html")
    assert "1894-12-31" in shown
    assert "Ruritania joined in 1894." in shown


def test_a_source_shows_its_statements_in_order(client: FlaskClient) -> None:
    shown = page(client, "/doc/id/source/hope-1894.html")
    assert "2 statements." in shown
    assert "Ruritania joined in 1894." in shown


def test_labels_from_the_data_cannot_carry_markup(client: FlaskClient) -> None:
    for path in ("/states", "/doc/id/state/graustark.html", "/search?q=graustark", "/disputes"):
        assert "<script>" not in page(client, path)


def test_health_robots_and_problems(client: FlaskClient) -> None:
    assert client.get("/health/live").data == b"live\n"
    assert client.get("/health/ready").data == b"ready\n"
    assert b"Disallow: /base/sparql" in client.get("/robots.txt").data
    shown = page(client, "/problems")
    for kind in TYPES:
        assert f'id="{kind}"' in shown
    for name, _, doc in table():
        assert name in shown
        assert doc


def test_a_bug_shows_an_id_and_nothing_of_the_inside(app, client, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(NameIndex, "search", broken)
    response = client.get("/search?q=x")
    assert response.status_code == 500
    assert re.search(r"[0-9a-f]{12}", response.get_json()["detail"])
    assert b"secret" not in response.data


@pytest.mark.parametrize(
    ("bounds", "day", "status"),
    [
        (("1894-01-01", "1894-12-31", "1914-07-28", "1914-07-28"), "1900-01-01", "surely"),
        (("1894-01-01", "1894-12-31", "1914-07-28", "1914-07-28"), "1894-06-01", "possibly"),
        (("1894-01-01", "1894-12-31", "1914-07-28", "1914-07-28"), "1914-07-29", "ended"),
        (("1894-01-01", "1894-12-31", "1914-07-28", "1914-07-28"), "1893-12-31", "not yet"),
        (("0001-01-01", "1900-01-01", "1900-01-01", "9999-12-31"), "1950-01-01", "possibly"),
    ],
)
def test_the_status_on_a_day_follows_from_four_bounds(bounds, day: str, status: str) -> None:
    import datetime

    assert Bounds(*bounds, "ended").status(datetime.date.fromisoformat(day)) == status


def test_settings_are_set_by_name_and_errors_name_them() -> None:
    settings = with_values(Settings(), ["query_seconds=3.5", "page_rows=10", "show_passages=yes"])
    assert settings.limits.query_seconds == 3.5
    assert (settings.page_rows, settings.show_passages) == (10, True)
    for wrong in ("nothing=1", "page_rows=many", "workers=0", "show_passages=maybe"):
        with pytest.raises(ValueError, match="expected"):
            with_values(Settings(), [wrong])
