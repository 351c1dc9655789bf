"""The page on errors is complete, and its examples are what the service answers."""

import json
import re
from pathlib import Path

from flask.testing import FlaskClient

from foedus.web.problems import TYPES

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "errors.md"


def test_every_problem_is_on_the_page_with_its_status() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", GUIDE.read_text(encoding="utf-8"), re.M)
    assert {name: int(status) for name, status in rows} == {
        name: status for name, (status, _, _) in TYPES.items()
    }


def test_the_example_of_a_problem_is_what_is_answered(client: FlaskClient) -> None:
    shown = re.search(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert shown is not None
    expected = json.loads(shown[1])
    query = expected["excerpt"].split("\n")[0]
    answered = client.get("/sparql", query_string={"query": query}).get_json()
    assert answered.pop("type").endswith("/problems#syntax")
    assert expected.pop("type").endswith("/problems#syntax")
    assert answered == expected


def test_the_example_of_a_hint_is_what_is_answered(client: FlaskClient) -> None:
    shown = re.search(r"^Foedus-Hint: (.*)$", GUIDE.read_text(encoding="utf-8"), re.M)
    assert shown is not None
    query = re.search(r"^PREFIX .*f:membr.*$", GUIDE.read_text(encoding="utf-8"), re.M)
    assert query is not None
    answer = client.get("/sparql", query_string={"query": query[0]})
    assert answer.headers["Foedus-Hint"] == shown[1]
