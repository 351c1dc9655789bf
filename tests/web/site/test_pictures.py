"""Pictures: the same places every day, a table and a query with the same content."""

import datetime
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from foedus.engine.answers import Solutions
from foedus.engine.embedded import EmbeddedEngine
from foedus.web.site.asked.bounds import FIRST_DAY, LAST_DAY, Bounds, in_words
from foedus.web.site.pictures.network import network, order
from foedus.web.site.pictures.timeline import timeline
from foedus.web.site.pictures.world import HEIGHT, WIDTH, around, world

from .trees import Element, Visit


def places(page: Element) -> dict[str, tuple[str, str]]:
    """Where each actor of a network stands."""
    found = {}
    for link in page.one("svg", "network").all("a"):
        circle = link.one("circle", "node")
        name = urlsplit(link.attributes["href"]).path.rsplit("/", 1)[-1]
        found[name] = (circle.attributes["cx"], circle.attributes["cy"])
    return found


def test_actors_stand_at_the_same_place_on_every_day(visit: Visit) -> None:
    one, other = places(visit("/network?at=2001-01-01")), places(visit("/network?at=2025-01-01"))
    assert len(one) >= 6
    assert len(other) > len(one)
    assert all(other[name] == place for name, place in one.items() if name in other)
    defense = places(visit("/network?type=defense"))
    assert all(other[name] == place for name, place in defense.items() if name in other)


def test_a_network_is_of_its_day(visit: Visit) -> None:
    assert "saudi-arabia" in places(visit("/network?at=2001-01-01"))
    table = visit("/network?at=2001-01-01").one("details", "table")
    assert all("Qatar" not in row.text or "defense" in row.text for row in table.all("tr"))
    assert not visit("/network?type=defense&at=1990-01-01").all("path", "t-security-assurance")


def test_the_table_of_a_network_has_every_promise(visit: Visit, engine: EmbeddedEngine) -> None:
    page = visit("/network")
    (link,) = [a for a in page.links if a.startswith("/query?")]
    asked = parse_qs(urlsplit(link).query)
    answer = engine.query(
        asked["query"][0], at=datetime.date.fromisoformat(asked.get("at", ["2026-11-21"])[0])
    )
    assert isinstance(answer, Solutions)
    pairs = {tuple(str(term) for term in row) for row in answer.rows}
    rows = page.one("details", "table").all("tr")
    assert len(pairs) == len(rows) - 1


def test_the_timeline_of_a_body_shows_sure_and_possible_spans(visit: Visit) -> None:
    drawing = visit("/timeline?of=arrangement/cento").one("svg", "timeline")
    iraq = next(a for a in drawing.all("a") if a.one("text", "label").text == "Iraq")
    maybe, sure = iraq.one("rect", "maybe").attributes, iraq.one("rect", "sure").attributes
    assert float(maybe["x"]) <= float(sure["x"])
    assert float(sure["width"]) <= float(maybe["width"])
    turkey = next(a for a in drawing.all("a") if a.one("text", "label").text == "Turkey")
    assert not turkey.all("rect", "sure"), "nothing says that it stayed for any day"


def test_a_timeline_needs_a_day() -> None:
    unknown = Bounds(FIRST_DAY, LAST_DAY, FIRST_DAY, LAST_DAY, "unknown")
    assert timeline([("x", "X", "", unknown)], None, None) is None
    assert timeline([], None, None) is None
    known = Bounds("1955-01-01", "1955-12-31", "1979-01-01", "1979-12-31", "ended")
    drawn = timeline([("x", "X", "", known)], datetime.date(1960, 1, 1), None)
    assert drawn is not None
    assert drawn.day is not None
    years = [int(year) for _, year in drawn.ticks]
    assert years == sorted(years)
    assert 2 <= len(years) <= 10


def test_a_map_has_a_table_where_there_are_no_outlines(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foedus.web.site.views import drawings

    monkeypatch.setattr(drawings.drawn_world, "world", lambda: None)
    page = visit("/map?of=arrangement/imctc")
    assert not page.all("svg", "map")
    assert "open" in page.one("details", "table").attributes
    iran = next(r for r in page.one("details", "table").all("tr") if "Iran" in r.text)
    assert iran.all("a")


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"arcs": [], "objects": {}}'])
def test_outlines_that_are_none_are_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "world.json"
    if content is not None:
        file.write_text(content)
    assert world(file) is None


def test_a_country_across_the_antimeridian_is_cut_in_two(tmp_path: Path) -> None:
    """Two squares, of which the second lies on both sides of 180 degrees."""
    arcs = [
        [[0, 0], [20, 0], [0, 20], [-20, 0], [0, -20]],
        [[170, 40], [20, 0], [0, 20], [-20, 0], [0, -20]],
    ]
    arcs[1] = [[170, 40], [-340, 0], [0, 20], [340, 0], [0, -20]]
    shapes = [
        {"type": "Polygon", "id": "1", "arcs": [[0]], "properties": {"name": "Land"}},
        {"type": "MultiPolygon", "id": "2", "arcs": [[[1]]], "properties": {"name": "Edge"}},
    ]
    file = tmp_path / "world.json"
    file.write_text(
        json.dumps(
            {
                "transform": {"scale": [1, 1], "translate": [0, 0]},
                "arcs": arcs,
                "objects": {"countries": {"geometries": shapes}},
            }
        )
    )
    found = world(file)
    assert found is not None
    assert found.shapes["1"].path.count("M") == 1
    assert found.shapes["2"].path.count("M") == 2
    for start in re.findall(r"M(\d+) (\d+)", found.land):
        assert 0 <= int(start[0]) <= WIDTH
        assert 0 <= int(start[1]) <= HEIGHT


def test_a_view_lies_within_the_world() -> None:
    for boxes in (
        [],
        [(0.0, 0.0, 5.0, 5.0)],
        [(1590.0, 800.0, 1600.0, 832.0)],
        [(0, 0, 1600, 832)],
    ):
        x, y, width, height = around(boxes)
        assert x >= 0
        assert y >= 0
        assert x + width <= WIDTH
        assert y + height <= HEIGHT


def test_a_promise_in_return_is_one_line_with_two_ends() -> None:
    drawn = network(["a", "b", "c"], [("a", "b", "t", False), ("b", "a", "t", False)])
    (edge,) = drawn.edges
    assert edge.both
    assert {node.iri for node in drawn.nodes} == {"a", "b"}, "who promises nothing is not shown"
    one_sided = network(["a", "b"], [("a", "b", "t", True)])
    assert [(e.both, e.possible) for e in one_sided.edges] == [(False, True)]


def test_the_order_on_the_circle_does_not_depend_on_the_order_of_reading() -> None:
    pairs = [("a", "b"), ("c", "d"), ("b", "c"), ("e", "a")]
    assert order(pairs) == order(reversed(pairs))
    assert sorted(order(pairs)) == list("abcde")


def test_the_matrix_tells_lacking_from_silence(visit: Visit) -> None:
    matrix = visit("/matrix").one("table", "matrix")
    columns = [th.text for th in matrix.all("th", "tilt")]
    row = next(tr for tr in matrix.all("tr") if "Islamic Military" in tr.text)
    cells = dict(zip(columns, row.all("td"), strict=True))
    assert cells["integrated command"].text.endswith("no")
    assert cells["exercises"].text.endswith("yes")
    nato = next(tr for tr in matrix.all("tr") if "NATO" in tr.text)
    assert dict(zip(columns, nato.all("td"), strict=True))["funding"].text.endswith(
        "no source says"
    )


def test_two_bodies_are_compared_on_a_day(visit: Visit) -> None:
    page = visit("/compare?a=arrangement/gcc&b=arrangement/imctc&at=2020-01-01")
    first, both, second = page.one("div", "three").all("section")
    assert "Oman" in first.text
    assert "Qatar" in both.text
    assert "Bangladesh" in second.text
    chosen = [o.attributes["value"] for o in page.all("option") if "selected" in o.attributes]
    assert chosen == ["arrangement/gcc", "arrangement/imctc"]


def test_the_same_thing_twice_and_things_unknown_are_said_to_be_so(public: FlaskClient) -> None:
    same = public.get("/compare?a=arrangement/gcc&b=arrangement/gcc")
    assert "one and the same" in same.get_data(as_text=True)
    assert public.get("/compare?a=arrangement/atlantis&b=arrangement/gcc").status_code == 404
    assert public.get("/map?of=../etc/passwd").status_code == 400
    assert public.get("/timeline?of=arrangement").status_code == 400


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("1955-02-24", "1955-02-24", "24 February 1955"),
        ("1955-01-01", "1955-12-31", "1955"),
        ("1958-06-01", "1958-06-30", "June 1958"),
        ("1958-06-01", "1958-08-31", "June 1958 to August 1958"),
        ("1981-01-01", "1982-12-31", "1981 to 1982"),
        ("1959-03-24", "1979-12-31", "24 March 1959 to 31 December 1979"),
    ],
)
def test_a_span_of_days_is_told_as_people_write_it(first: str, last: str, words: str) -> None:
    assert in_words(first, last) == words
