"""Pages of every origin may ask, by any method and with the headers they care to set."""

import pytest
from flask.testing import FlaskClient

PREFLIGHT = {
    "Origin": "https://elsewhere.example",
    "Access-Control-Request-Method": "QUERY",
    "Access-Control-Request-Headers": "content-type, x-my-tool, traceparent",
}


def test_a_preflight_allows_query_and_headers_of_ones_own(client: FlaskClient) -> None:
    response = client.options("/sparql", headers=PREFLIGHT)
    headers = response.headers
    assert response.status_code == 204
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "QUERY" in headers["Access-Control-Allow-Methods"].split(", ")
    allowed = {name.lower() for name in headers["Access-Control-Allow-Headers"].split(", ")}
    assert {"content-type", "x-my-tool", "traceparent", "accept", "if-none-match"} <= allowed
    assert "Access-Control-Request-Headers" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers


def test_what_is_no_name_of_a_header_is_not_reflected(client: FlaskClient) -> None:
    asked = {**PREFLIGHT, "Access-Control-Request-Headers": "x-a, <b>, x y, é, x-c"}
    allowed = client.options("/sparql", headers=asked).headers["Access-Control-Allow-Headers"]
    assert "x-a" in allowed
    assert "x-c" in allowed
    assert "<" not in allowed
    assert "x y" not in allowed


@pytest.mark.parametrize("path", ["/graphs", "/doc/id/state/ruritania", "/", "/sparql/explain"])
def test_every_address_answers_a_preflight(client: FlaskClient, path: str) -> None:
    response = client.options(path, headers=PREFLIGHT)
    assert response.status_code in (200, 204)
    assert "GET" in response.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/sparql?query=", "/nothing", "/graphs"])
def test_a_page_elsewhere_may_read_answers_and_errors(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Retry-After", "Server-Timing", "Foedus-Hint", "Link"} <= set(exposed)
