"""What somebody sends comes back as text, never as markup, wherever it comes back."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.usefixtures("unharmed")

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
)
RAW = (b"<script>alert", b"<img src=x", b"<svg/onload", b'href="javascript:', b"49")
PLACES = (
    "/{}", "/id/{}", "/id/state/{}", "/doc/{}", "/doc/{}.html", "/doc/id/state/x.html?at={}",
    "/concept/{}", "/graph/{}", "/release/{}", "/release/{}/dump.ttl", "/ontology/{}",
    "/search?q={}", "/query?query={}", "/query?query=ASK%7B%7D&at={}", "/query?example={}",
    "/states?page={}", "/?at={}", "/disputes?at={}", "/problems?x={}", "/static/{}",
    "/sparql?query={}", "/sparql?query=SELECT%20({}%20AS%20?x)%7B%7D", "/sparql?format={}",
    "/sparql?query=ASK%7B%7D&format={}", "/sparql?query=ASK%7B%7D&at={}", "/sparql?{}={}",
    "/sparql?query=ASK%7B%7D&default-graph-uri={}", "/sparql?update={}",
    "/query?query=SELECT%20(%22{}%22%20AS%20?x)%7B%7D", "/health/{}",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_markup_is_reflected_nowhere(fetch: Callable, place: str) -> None:
    for attack in ATTACKS:
        for accept in ("text/html", "*/*"):
            answer = fetch(place.replace("{}", quote(attack, safe="")), headers={"Accept": accept})
            headers = {name.lower(): text for name, text in answer.headers.items()}
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "<" not in "".join(
                text for name, text in headers.items() if name not in ("link",)
            )
            if headers["content-type"].startswith("text/html"):
                for raw in RAW[:4]:
                    assert raw not in answer.body, (place, attack)
                if attack.startswith("{{"):
                    assert b"49{%" not in answer.body
            else:
                assert not headers["content-type"].startswith(("text/xml", "image/"))


@pytest.mark.parametrize(
    "header", ["Accept", "User-Agent", "Referer", "Content-Type", "X-Forwarded-For", "Host",
               "X-Forwarded-Host", "X-Forwarded-Proto", "Origin", "Cookie", "If-None-Match",
               "Accept-Language", "Authorization"]
)  # fmt: skip
def test_no_header_comes_back_as_markup(fetch: Callable, header: str) -> None:
    for path in ("/", "/query?query=x", "/nothing", "/sparql?query=x"):
        headers = {"Accept": "text/html", header: "<script>alert(1)</script>"}
        answer = fetch(path, headers=headers)
        assert b"<script>alert" not in answer.body or not answer.headers["Content-Type"].startswith(
            "text/html"
        )
        assert "<script>" not in str(answer.headers)
