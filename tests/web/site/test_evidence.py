"""What claims rest on: the page of all of them, the mark on each line, the filter of a page."""

import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.content.names import BASE
from foedus.engine.embedded import EmbeddedEngine
from foedus.web.site.asked.quality import Claims, Signature, Weight, weight_of

from .trees import Element, Visit

MODALITY = f"{BASE}concept/modality/"


@pytest.fixture
def counted(engine: EmbeddedEngine) -> Callable[[str], int]:
    def counted(where: str) -> int:
        head = f"PREFIX f: <{BASE}ontology#> PREFIX m: <{MODALITY}> SELECT DISTINCT ?x"
        found = engine.store.query(f"{head} {{ {where} }}")
        assert isinstance(found, ox.QuerySolutions)
        return len(list(found))

    return counted


def total(page: Element) -> int:
    (line,) = [p for p in page.all("p", "note") if "claim" in p.text]
    return int(line.text.split()[0])


def test_the_voice_of_a_claim_is_the_best_behind_it_and_it_is_anonymous_only_if_all_are() -> None:
    both = weight_of(["a/x", "a/y"], [f"{MODALITY}analyst", f"{MODALITY}official-text"])
    assert (both.rests, both.named, both.voice) == ("several", "named", "official")
    mixed = weight_of(["a/x"], [f"{MODALITY}reported-anonymous", f"{MODALITY}reported-named"])
    assert (mixed.rests, mixed.named, mixed.voice) == ("one", "named", "reported")
    assert weight_of(["a/x"], [f"{MODALITY}reported-anonymous"]).named == "anonymous"


def test_a_page_of_claims_runs_over_signatures_without_gap_or_repetition() -> None:
    one, two = Weight(("a",), "named", "analyst"), Weight(("a", "b"), "named", "official")
    claims = Claims(
        {
            Signature("act", "fact", one): [f"act/{n}" for n in range(7)],
            Signature("act", "fact", two): [f"both/{n}" for n in range(5)],
            Signature("naming", "said", one): [f"name/{n}" for n in range(6)],
        }
    )
    pages = [claims.page({"source": "a"}, 4, offset)[1] for offset in range(0, 20, 4)]
    assert [len(page) for page in pages] == [4, 4, 4, 4, 2]
    assert len({iri for page in pages for iri, _ in page}) == 18
    assert claims.page({"rests": "several"}, 4, 4) == (
        5,
        [("both/4", Signature("act", "fact", two))],
    )
    assert claims.counts({"rests": "several"}, "kind") == {"act": 5}
    assert claims.counts({"rests": "several"}, "rests") == {"one": 13, "several": 5}


def test_the_page_counts_what_the_release_holds(
    visit: Visit, counted: Callable[[str], int]
) -> None:
    facts = counted("?x f:basis ?st")
    several = counted("?x f:basis/f:inSource ?a, ?b FILTER(?a != ?b)")
    only_said = counted("?x f:statementKind ?k FILTER NOT EXISTS { ?fact f:basis ?x }")
    assert total(visit("/evidence")) == facts + only_said
    assert total(visit("/evidence?rests=several")) == several
    assert total(visit("/evidence?rests=one&taken=fact")) == facts - several
    anonymous = counted("?x f:modality m:reported-anonymous FILTER NOT EXISTS { ?fact f:basis ?x }")
    assert total(visit("/evidence?named=anonymous")) == anonymous > 0


def test_every_claim_of_a_facet_is_listed_once(visit: Visit) -> None:
    path, seen = "/evidence?voice=official&kind=position", []
    while path:
        page = visit(path)
        seen += [a.attributes["href"] for a in page.all("a", "claim")]
        forward = page.all("a", rel="next")
        path = "/evidence" + forward[0].attributes["href"] if forward else ""
    assert len(seen) == len(set(seen)) == total(page)


def test_each_line_says_on_how_many_sources_it_rests(visit: Visit) -> None:
    page = visit("/doc/id/arrangement/imctc?all=membership")
    rows = page.section("membership").all("li", "fact")
    marks = {row.all("a", "claim")[0].text: row for row in rows}
    assert marks["Bangladesh"].one("span", "weight").text == "2 sources"
    assert marks["Nigeria"].one("span", "weight").text == "one source"
    for row in (*rows, *page.all("tr", "yes"), *page.all("article", "clause")):
        assert row.all("span", "weight"), row.text


@pytest.mark.parametrize(
    ("evidence", "mark"),
    [("several", r"\d sources"), ("one", "one source"), ("anonymous", "one source, anonymous")],
)
def test_a_page_keeps_only_what_rests_on_the_chosen_evidence(
    visit: Visit, evidence: str, mark: str
) -> None:
    page = visit(f"/doc/id/state/pakistan?evidence={evidence}")
    marks = [span.text for span in page.all("span", "weight")]
    assert marks
    assert all(re.fullmatch(mark, text) for text in marks), marks
    chosen = [o for o in page.all("option") if "selected" in o.attributes]
    assert [o.attributes["value"] for o in chosen] == [evidence]


def test_nothing_is_concluded_from_silence_where_some_evidence_is_left_out(visit: Visit) -> None:
    page = visit("/doc/id/instrument/saudi-pakistan-smda?evidence=rhetorical")
    assert "No source says" not in page.text
    checklist = visit("/doc/id/arrangement/imctc?evidence=official")
    assert not checklist.all("details", "silent")


def test_other_evidence_is_refused(public: FlaskClient) -> None:
    for path in ("/evidence?voice=loud", "/evidence?rests=<b>", "/doc/id/state/iran?evidence=two"):
        response = public.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 400, path
        assert "expects one of" in response.get_data(as_text=True)
