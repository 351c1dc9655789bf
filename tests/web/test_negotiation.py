"""Which format a client gets (RFC 9110, section 12.5.1)."""

import pytest

from foedus.web.negotiation import DOCUMENTS, GRAPHS, RESULTS, choose, named


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("text/*;q=0.9, text/csv;q=0.1", "text/tab-separated-values"),
        ("*/*;q=0.1, text/csv", "text/csv"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json"),
        (
            "text/csv;header=present;q=0.2, text/tab-separated-values;q=0.3",
            "text/tab-separated-values",
        ),
        ("nonsense, text/csv", "text/csv"),
        ("image/png", None),
        ("text/turtle", None),
        ("*/*;q=0", None),
        ("text/csv;q=nonsense", None),
    ],
)
def test_the_client_gets_what_it_likes_best(accept: str | None, chosen: str | None) -> None:
    offer = choose(accept, RESULTS)
    assert (offer.media_type if offer else None) == chosen


def test_a_browser_gets_a_page_and_a_program_gets_data() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert choose(browser, DOCUMENTS).media_type == "text/html"
    assert choose("text/turtle, */*;q=0.1", DOCUMENTS).media_type == "text/turtle"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("xml", "application/rdf+xml"),
        ("application/trig", "application/trig"),
    ],
)
def test_people_may_name_the_format(name: str, media_type: str) -> None:
    assert named(name, GRAPHS).media_type == media_type
    assert named("png", GRAPHS) is None
