"""What one client may have, and who counts as one."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from foedus.web import Served, Settings
from foedus.web.budgets import MOST_CLIENTS, Budgets
from foedus.web.lane.answering import Lane
from foedus.web.lane.connections import Front, serve
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.serving import listen

PATTERNS = "".join(f"?a{i}%20?b{i}%20?c{i}." for i in range(14))
FOREVER = f"SELECT%20(COUNT(*)%20AS%20?n)%20%7B{PATTERNS}%7D"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def asked_by(address: str, forwarded: str = "") -> dict[str, str]:
    return {"REMOTE_ADDR": address, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})}


# --- Who is a client ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # nobody trusts that one
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first is made up
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", '"[2001:db8:1:2::9]:4711"', "2001:db8:1:2::/64"),
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "", "2001:db8:1:2::/64"),
        ("", "", "unknown"),
    ],
)
def test_only_a_trusted_proxy_says_who_the_client_is(
    address: str, forwarded: str, client: str
) -> None:
    budgets = Budgets(1, 1, "127.0.0.1 10.0.0.0/8")
    assert budgets.client(asked_by(address, forwarded)) == client


def test_a_proxy_that_is_no_address_is_told() -> None:
    with pytest.raises(ValueError, match=r"proxy\.example: expected an address"):
        Budgets(1, 1, "proxy.example")


# --- What a client has ----------------------------------------------------------------------------


def test_time_comes_back_within_a_minute() -> None:
    clock = Clock()
    budgets = Budgets(0, 30, clock=clock)
    assert budgets.begin("a") is None
    budgets.end("a", 60)
    assert budgets.begin("a") == ("client_seconds", 60)
    assert budgets.begin("b") is None
    clock.now += 59
    assert budgets.begin("a") == ("client_seconds", 1)
    clock.now += 2
    assert budgets.begin("a") is None
    budgets.end("a", 0)
    clock.now += 1000  # no more is saved up than the whole budget
    budgets.begin("a")
    budgets.end("a", 31)
    assert budgets.begin("a") == ("client_seconds", 2)


def test_the_clients_that_are_remembered_are_bounded() -> None:
    budgets = Budgets(1, 1)
    assert budgets.begin("busy") is None
    for number in range(MOST_CLIENTS + 100):
        budgets.begin(str(number))
        budgets.end(str(number), 0)
    assert len(budgets._clients) <= MOST_CLIENTS
    assert budgets.begin("busy") == ("client_requests", 1)


def test_nothing_is_counted_where_nothing_is_limited(app: Flask) -> None:
    assert Budgets(0, 0).around(app) is app


# --- A real server --------------------------------------------------------------------------------


def run(server: Any, front: Front) -> None:
    with suppress(OSError):  # it is closed from outside
        serve(server, front)


@contextmanager
def serving(app: Flask, settings: Settings, budgets: Budgets | None = None) -> Iterator[int]:
    """A server with the fast lane."""
    observer = Observer(settings, Log(""))
    service = Service(lambda: Served(digest="", dataset=()), lambda _: app, observer)
    budgets = budgets or Budgets.of(settings)
    front = Front(service, observer, budgets)
    wsgi = observer.around(budgets.around(service))
    server = listen(wsgi, "127.0.0.1", 0, settings, front)
    thread = threading.Thread(target=run, args=[server, front], daemon=True)
    thread.start()
    yield int(server.effective_port)
    deadline = time.monotonic() + 5
    while server.active_channels and time.monotonic() < deadline:
        time.sleep(0.01)
    server.task_dispatcher.shutdown()
    server.close()
    thread.join(5)


def get(
    port: int, path: str, forwarded: str = "", accept: str = "*/*", *, keep: bool = False
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Accept": accept,
        **({} if keep else {"Connection": "close"}),
        **({"X-Forwarded-For": forwarded} if forwarded else {}),
    }
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_one_client_has_so_many_requests_at_once(app: Flask, settings: Settings) -> None:
    limited = replace(
        settings, client_requests=2, client_seconds=0, trusted_proxies="127.0.0.1", threads=8
    )
    with serving(app, limited) as port:
        threads = [
            threading.Thread(target=get, args=(port, f"/sparql?query={FOREVER}%23{n}", "192.0.2.1"))
            for n in range(2)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.3)  # each takes a second, the limit of time
        refused, body = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.1")
        page, _ = get(port, "/", "192.0.2.1", "text/html")
        other, _ = get(port, "/", "192.0.2.2")
        health, _ = get(port, "/health/live", "192.0.2.1")
        static, _ = get(port, "/static/foedus.css", "192.0.2.1")
        for thread in threads:
            thread.join(10)
        again, _ = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.1")
    assert refused.status == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert b'"limit": "client_requests"' in body
    assert page.status == 429
    assert page.headers["Content-Type"].startswith("text/html")
    assert (other.status, health.status, static.status, again.status) == (200, 200, 200, 200)


def test_who_has_had_its_time_is_told_when_to_come_back(app: Flask, settings: Settings) -> None:
    limited = replace(
        settings, client_requests=0, client_seconds=0.5, trusted_proxies="127.0.0.1", threads=4
    )
    with serving(app, limited) as port:
        hopeless, _ = get(port, f"/sparql?query={FOREVER}%23time", "192.0.2.9")
        refused, body = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.9")
        forged, _ = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.77, 192.0.2.9")
        other, _ = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.8")
    assert hopeless.status == 503
    assert refused.status == 429
    assert b"client_seconds" in body
    assert 30 <= int(refused.headers["Retry-After"]) <= 120
    assert forged.status == 429
    assert other.status == 200


def test_without_a_trusted_proxy_its_word_counts_for_nothing(
    app: Flask, settings: Settings
) -> None:
    limited = replace(settings, client_requests=0, client_seconds=0.3, threads=4)
    with serving(app, limited) as port:
        get(port, f"/sparql?query={FOREVER}%23word", "192.0.2.9")
        refused, _ = get(port, "/sparql?query=ASK%7B%7D", "192.0.2.10")
    assert refused.status == 429


# --- The fast lane --------------------------------------------------------------------------------


def ends_with_nothing_under_way(budgets: Budgets) -> bool:
    deadline = time.monotonic() + 5
    while any(client.under_way for client in budgets._clients.values()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_what_the_fast_lane_would_answer_at_once_counts_too(app: Flask, settings: Settings) -> None:
    clock = Clock()
    budgets = Budgets(0, 30, "127.0.0.1", clock)
    lane: Lane = app.extensions["foedus.lane"]
    with serving(app, replace(settings, threads=4, trusted_proxies="127.0.0.1"), budgets) as port:

        def ask(client: str) -> int:
            return get(port, "/sparql?query=ASK%7B%7D%23budget", client, keep=True)[0].status

        assert [ask("192.0.2.1") for _ in range(3)] == [200, 200, 200]
        hits = lane.answers.hits
        assert ask("192.0.2.1") == 200
        assert lane.answers.hits == hits + 1
        budgets.end("192.0.2.1", 60)
        assert ask("192.0.2.1") == 429
        assert lane.answers.hits == hits + 1
        assert ask("192.0.2.2") == 200
        clock.now += 120
        assert ask("192.0.2.1") == 200
    assert ends_with_nothing_under_way(budgets)


def test_a_request_that_the_lane_hands_on_is_counted_once_and_let_go(
    app: Flask, settings: Settings
) -> None:
    budgets = Budgets(1, 0, "127.0.0.1")
    shape = "SELECT (COUNT(*) AS ?n) {" + PATTERNS.replace("%20", " ") + " FILTER(?c1 != 'NAME') }"
    path = "/sparql?query=" + quote(shape)
    with serving(app, replace(settings, threads=4, trusted_proxies="127.0.0.1"), budgets) as port:
        first = get(port, path, "192.0.2.3", keep=True)[0].status
        # The shape is known now: the lane begins the second, and a thread ends it.
        second = get(port, path.replace("NAME", "other"), "192.0.2.3", keep=True)[0].status
        assert (first, second) == (503, 503)
        assert ends_with_nothing_under_way(budgets)
        # A client that goes away while the lane has its request.
        with socket.create_connection(("127.0.0.1", port)) as connection:
            head = "Host: a\r\nX-Forwarded-For: 192.0.2.3\r\n\r\n"
            connection.sendall(f"GET {path.replace('NAME', 'gone')} HTTP/1.1\r\n{head}".encode())
            while not budgets._clients["192.0.2.3"].under_way:
                time.sleep(0.01)
        assert ends_with_nothing_under_way(budgets)
        assert get(port, "/sparql?query=ASK%7B%7D", "192.0.2.3", keep=True)[0].status == 200


def test_a_header_in_a_body_is_none(app: Flask, settings: Settings) -> None:
    budgets = Budgets(0, 30, "127.0.0.1")
    body = b"ASK { FILTER('''\r\nX-Forwarded-For: 192.0.2.4\r\n''' = 'a') }"
    with serving(app, replace(settings, threads=4, trusted_proxies="127.0.0.1"), budgets) as port:
        for _ in range(3):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            headers = {"Content-Type": "application/sparql-query", "X-Forwarded-For": "192.0.2.5"}
            connection.request("POST", "/sparql", body, headers)
            assert connection.getresponse().status == 200
            connection.close()
    assert set(budgets._clients) == {"192.0.2.5"}
