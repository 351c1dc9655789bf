"""The review page answers one browser on this machine, and its own forms."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from foedus.assist.review.desk import Desk
from foedus.findings import CannotRun, Finding
from foedus.web.review.app import Pasted, Room, create_review
from foedus.web.review.guard import Guard

HERE = "http://127.0.0.1:8800"


@pytest.fixture
def room(open_desk: Callable[[], Desk]) -> Room:
    def lay(pasted: Pasted) -> Desk:
        if not pasted.text.strip():
            raise CannotRun("There is no text.")
        return open_desk()

    def check() -> tuple[list[str], list[Finding]]:
        return ["syntax: 1 file checked"], []

    return Room(lay, check)


@pytest.fixture
def opened(room: Room) -> tuple[FlaskClient, Guard]:
    app, guard = create_review(room)
    client = app.test_client()
    first = client.get(f"/?key={guard.key}", base_url=HERE)
    assert first.status_code == 302
    return client, guard


def send(opened: tuple[FlaskClient, Guard], path: str, **fields: str) -> TestResponse:
    client, guard = opened
    return client.post(path, base_url=HERE, data={"token": guard.token, **fields})


def test_nobody_comes_in_without_the_key(room: Room) -> None:
    app, guard = create_review(room)
    client = app.test_client()
    assert client.get("/", base_url=HERE).status_code == 403
    assert client.get("/?key=wrong", base_url=HERE).status_code == 403
    answer = client.get(f"/?key={guard.key}", base_url=HERE)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert guard.key not in answer.headers["Location"]
    assert client.get("/", base_url=HERE).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8800", 200),
        ("localhost:8800", 200),
        ("[::1]:8800", 200),
        ("review.example:8800", 403),
        ("127.0.0.1.review.example", 403),
        ("192.0.2.7:8800", 403),
        ("0.0.0.0:8800", 403),
    ],
)
def test_only_a_name_of_this_machine_is_answered(
    opened: tuple[FlaskClient, Guard], host: str, status: int
) -> None:
    client, guard = opened
    client.set_cookie("foedus-review", guard.key, domain=host.rsplit(":", 1)[0].strip("[]"))
    answer = client.get("/", headers={"Host": host, "Cookie": f"foedus-review={guard.key}"})
    assert answer.status_code == status


def test_a_visitor_from_another_machine_is_not_answered(
    opened: tuple[FlaskClient, Guard],
) -> None:
    client, _ = opened
    far = client.get("/", base_url=HERE, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert far.status_code == 403


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({}, {}),
        ({"token": "guessed"}, {}),
        ({"token": "OWN"}, {"Origin": "https://elsewhere.example"}),
        ({"token": "OWN"}, {"Origin": "http://127.0.0.1:9999"}),
        ({"token": "OWN"}, {"Sec-Fetch-Site": "cross-site"}),
        ({"token": "OWN"}, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_form_of_another_site_changes_nothing(
    opened: tuple[FlaskClient, Guard], room: Room, fields: dict[str, str], headers: dict[str, str]
) -> None:
    client, guard = opened
    data = {"text": "Words.", **{k: guard.token if v == "OWN" else v for k, v in fields.items()}}
    answer = client.post("/text", base_url=HERE, data=data, headers=headers)
    assert answer.status_code == 403
    assert room.desk is None


def test_a_candidate_is_accepted_by_the_form_alone(
    opened: tuple[FlaskClient, Guard], room: Room
) -> None:
    client, _ = opened
    assert send(opened, "/text", text="Words.").status_code == 303
    assert room.desk is not None
    first, second = room.desk.session.candidates
    page = client.get("/", base_url=HERE).get_data(as_text=True)
    assert first.label in page
    assert "f:arrangement arrangement:cento" in page
    answer = send(opened, f"/candidate/{first.key}", verdict="accept")
    assert answer.headers["Location"].endswith(f"/candidate/{second.key}")
    assert "1 accepted" in client.get("/", base_url=HERE).get_data(as_text=True)
    assert send(opened, "/undo").headers["Location"].endswith(f"/candidate/{first.key}")
    assert room.desk.session.pending == [first, second]


def test_an_edit_that_does_not_fit_comes_back_as_it_was_typed(
    opened: tuple[FlaskClient, Guard], room: Room
) -> None:
    send(opened, "/text", text="Words.")
    assert room.desk is not None
    key = room.desk.session.candidates[0].key
    typed = room.desk.block(key).replace("state:turkey", "state:turkie")
    answer = send(opened, f"/candidate/{key}", verdict="accept", block=typed)
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "Line 3: the edit does not fit: nothing is called state:turkie" in said
    assert "f:member state:turkie" in said
    assert not room.desk.session.decided


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/text", {"text": "  "}, 422),
        ("/candidate/none", {"verdict": "accept"}, 404),
        ("/check", {}, 404),
        ("/undo", {}, 404),
    ],
)
def test_a_request_that_makes_no_sense_is_told_so(
    opened: tuple[FlaskClient, Guard], path: str, fields: dict[str, str], status: int
) -> None:
    answer = send(opened, path, **fields)
    assert answer.status_code == status
    assert "Traceback" not in answer.get_data(as_text=True)


def test_markup_in_a_text_stays_text(opened: tuple[FlaskClient, Guard], room: Room) -> None:
    client, _ = opened
    evil = "<script>alert(1)</script>"
    answer = send(opened, "/text", text=" ", title=evil)
    assert evil not in answer.get_data(as_text=True)
    send(opened, "/text", text="Words.")
    assert room.desk is not None
    room.desk.rename(title=evil)
    page = client.get("/", base_url=HERE)
    assert evil not in page.get_data(as_text=True)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
