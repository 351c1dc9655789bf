"""All kinds of pages: complete without script, well-formed, small, safe from whatever is typed."""

import re
from itertools import pairwise
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.release import Release

from .trees import Visit, read

HTML = {"Accept": "text/html"}
BASE = "https://w3id.org/foedus/"
#: One page of every kind, and those with most on them.
KINDS = (
    *("/", "/search?q=pact", "/search?q=pakstan", "/states", "/alliances", "/organizations"),
    *("/instruments", "/proposals", "/people", "/events", "/sources", "/disputes", "/pictures"),
    *("/network", "/network?type=defense&at=2005-01-01", "/timeline", "/matrix"),
    *("/timeline?of=arrangement/cento", "/timeline?of=state/pakistan"),
    *("/map", "/map?of=arrangement/imctc", "/map?of=event/doha-summit"),
    *("/matrix?of=proposals", "/compare", "/compare?a=arrangement/gcc&b=arrangement/imctc"),
    *("/doc/id/arrangement/imctc", "/doc/id/arrangement/gcc", "/doc/id/arrangement/nato"),
    *("/doc/id/state/pakistan", "/doc/id/state/saudi-arabia", "/doc/id/organization/oic"),
    *("/doc/id/instrument/saudi-pakistan-smda", "/doc/id/provision/nato-article-5"),
    *("/doc/id/proposal/pezeshkian-framework", "/doc/id/label/muslim-nato"),
    *("/doc/id/person/raheel-sharif", "/doc/id/event/doha-summit", "/doc/id/group/arab-states"),
    *("/doc/id/exercise/north-thunder", "/doc/id/place/riyadh", "/doc/id/phase/imctc.1"),
    *("/doc/id/source/rfi", "/doc/id/source/qumber-2017?page=3", "/doc/id/source/dawn-2018"),
    *("/doc/concept/commitment/defense", "/doc/concept/role/member", "/doc/concept/feature"),
    *("/doc/id/membership/iraq.cento.founding-member", "/doc/id/statement/rfi/count-imctc-states"),
    *("/doc/id/dispute/member-count.imctc.member", "/problems"),
    *("/doc/id/arrangement/imctc?all=assessment", "/doc/id/arrangement/imctc?all=links"),
)


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_is_complete_without_script(public: FlaskClient, path: str) -> None:
    response = public.get(path, headers=HTML)
    assert response.status_code == 200
    assert len(response.data) < 60_000, "a page stays below 60 kB"
    assert "Set-Cookie" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    page = read(response.get_data(as_text=True))
    assert page.one("html").attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.one("head").one("title").text != "Foedus · Foedus"
    for script in page.all("script"):
        if script.attributes.get("type") == "application/ld+json":
            continue  # data, which no browser executes
        assert script.attributes["src"].startswith("/static/"), "no script within a page"
        assert not script.text
    assert not [e for e in page.walk() if "style" in e.attributes or e.tag == "style"]
    assert not [e for e in page.walk() for name in e.attributes if name.startswith("on")]
    ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids)), "an id is there once"
    labelled = {e.attributes.get("for") for e in page.all("label")}
    for field in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        if field.attributes.get("type") != "hidden":
            assert field.attributes.get("id") in labelled, field.attributes
    for picture in page.all("svg"):
        # What holds links is a group of them, and no image.
        assert picture.attributes["role"] == ("group" if picture.all("a") else "img")
        assert picture.attributes["aria-label"]
    levels = [int(e.tag[1]) for e in page.walk() if re.fullmatch("h[1-6]", e.tag)]
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels


def test_every_thing_has_a_page_of_less_than_60_kB(public: FlaskClient, release: Release) -> None:
    found = release.store().query(
        "SELECT DISTINCT ?x WHERE { ?x <http://www.w3.org/2000/01/rdf-schema#label> ?l "
        "FILTER(REGEX(STR(?x), '/id/(arrangement|instrument|proposal|label)/')) }"
    )
    assert isinstance(found, ox.QuerySolutions)
    paths = sorted(row["x"].value.removeprefix(BASE) for row in found)
    assert len(paths) > 30
    for path in paths:
        response = public.get(f"/doc/{path}.html")
        assert response.status_code == 200, path
        assert len(response.data) < 60_000, path


WRITINGS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP GRAPH <x>; --",
    '\\" } } #',
    "{{7*7}}",
    "中华人民共和国",
    "ᠮᠣᠩᠭᠣᠯ",
    "𓀀𓂀",
    "पाकिस्तान",
    "\u202egnihtyna",
    "\x00\x01",
    "a" * 5000,
    "%",
    "%zz",
    "*?.",
    " ",
)
PLACES = (
    *("/search?q=", "/search?kind=", "/search?q=pact&kind=", "/search?q=pact&page="),
    *("/network?type=", "/network?of=", "/network?at=", "/timeline?of=", "/timeline?page="),
    *("/map?of=", "/matrix?of=", "/matrix?page=", "/compare?a=", "/compare?b="),
    *("/disputes?page=", "/states?page=", "/doc/id/arrangement/nato.html?at="),
    *("/doc/id/arrangement/nato.html?all=", "/doc/id/arrangement/nato.html?page="),
    "/doc/id/source/rfi.html?page=",
)


@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_typed_gets_a_page_or_a_clear_status(public: FlaskClient, place: str) -> None:
    path, _, name = place.rpartition("?")
    *given, last = name.split("&")
    for text in WRITINGS:
        query = "&".join([*given, urlencode({last.rstrip("="): text})])
        response = public.get(f"{path}?{query}", headers=HTML)
        assert response.status_code in (200, 400, 404), (place, text)
        shown = response.get_data(as_text=True)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "Traceback" not in shown
        read(shown)


@pytest.mark.parametrize(
    "at", ["1815-12-31", "0001-01-01", "2023-02-29", "yesterday", "2020", "2020-1-1", "99999-01-01"]
)
@pytest.mark.parametrize("path", ["/", "/network", "/doc/id/arrangement/gcc.html", "/timeline"])
def test_a_day_that_is_none_or_before_1816_is_said_to_be_so(
    public: FlaskClient, path: str, at: str
) -> None:
    response = public.get(path, query_string={"at": at}, headers=HTML)
    assert response.status_code == 400
    page = read(response.get_data(as_text=True))
    assert "at " in page.one("p", "lead").text


def test_absurd_page_numbers_are_empty_pages_or_refused(public: FlaskClient) -> None:
    for path in ("/states", "/disputes", "/search?q=pact", "/timeline", "/matrix"):
        mark = "&" if "?" in path else "?"
        assert public.get(f"{path}{mark}page=99999", headers=HTML).status_code == 200, path
        for wrong in ("0", "-1", "1e9", "99999999", "one", "１"):
            assert public.get(f"{path}{mark}page={wrong}", headers=HTML).status_code == 400


def test_a_page_without_accept_is_html_and_varies_by_language(public: FlaskClient) -> None:
    for path in ("/", "/states", "/network"):
        response = public.get(path)
        assert response.mimetype == "text/html"
        assert "Accept-Language" in response.headers["Vary"]
    document = public.get("/doc/id/state/germany.html")
    assert "Accept-Language" in document.headers["Vary"]


def test_a_page_in_another_language_is_another_representation(public: FlaskClient) -> None:
    path = "/doc/id/state/germany.html"
    english, french = (
        public.get(path, headers={"Accept-Language": tongue}).headers["ETag"]
        for tongue in ("en", "fr")
    )
    assert english != french
    again = {"Accept-Language": "fr", "If-None-Match": english}
    assert public.get(path, headers=again).status_code == 200
    again["If-None-Match"] = french
    assert public.get(path, headers=again).status_code == 304


def test_a_name_leads_to_its_document_with_the_day(public: FlaskClient) -> None:
    answer = public.get("/id/arrangement/cento?at=1958-06-01", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/doc/id/arrangement/cento?at=1958-06-01"


def test_home_has_search_lists_and_the_picture_of_the_day(visit: Visit) -> None:
    home = visit("/")
    assert len(home.all("input", type="search")) == 1
    assert home.one("svg", "network").all("path", "edge")
    for name in ("states", "alliances", "disputes", "sources"):
        assert f"/{name}" in home.links
