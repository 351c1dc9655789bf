"""Pages of what was imported: each value leads to its record."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.release import Release
from foedus.web import Served, create_app


@pytest.fixture(scope="module")
def client(joined: Release) -> Iterator[FlaskClient]:
    served = Served.release(joined)
    with WorkerPool(*served.dataset, limits=Limits(workers=1)) as pool:
        yield create_app(served, evaluator=pool).test_client()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/id/arrangement/cow-9002", "Greece"),
        ("/id/source/cow-alliances-4.1", "COW Formal Alliances, version 4.1"),
        (
            "/id/statement/cow-alliances-4.1/9002-greece-2",
            "alliance_v4.1_by_member: version4id 9002, ccode 350, stay 2",
        ),
        ("/id/coverage/cow-alliances-4.1", "What COW Formal Alliances, version 4.1 could have"),
    ],
)
def test_what_was_imported_has_pages_that_name_the_record(
    client: FlaskClient, path: str, words: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 200
    assert words in answer.get_data(as_text=True)
