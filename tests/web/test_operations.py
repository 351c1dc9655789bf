"""What an operator needs: figures, logs, a new release without a failed request, a path prefix."""

import datetime
import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask

from foedus.engine import Limits, RemoteEngine
from foedus.engine.tally import FIGURES
from foedus.web import Served, Settings, create_app
from foedus.web.lane.connections import Front, serve
from foedus.web.mounted import mounted
from foedus.web.observe import Log, Observer
from foedus.web.reload import Service
from foedus.web.serving import listen

LABEL = "SELECT ?l { <urn:e:thing> <urn:e:label> ?l }"
FOREVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(14)) + " }"


class Running:
    """A service over a file that may be replaced, as ``foedus serve`` puts it together."""

    def __init__(self, folder: Path, **values: object) -> None:
        self.path, self.log_file = folder / "data.nt", folder / "access.log"
        self.path.unlink(missing_ok=True)
        self.write("first")
        limits = Limits(workers=1, light_workers=1, query_seconds=0.6)
        self.settings = replace(
            Settings(limits=limits, access_log=str(self.log_file), slow_seconds=0.3), **values
        )
        self.observer = Observer(self.settings, Log(self.settings.access_log))
        self.made: list[Flask] = []
        self.service = Service(
            lambda: replace(Served.files([self.path]), knowledge_end=datetime.date(2000, 1, 1)),
            self.make,
            self.observer,
            lambda: str(self.path.stat().st_mtime_ns),
        )
        prefix = urlsplit(self.settings.public).path.rstrip("/")
        wsgi = self.observer.around(mounted(self.service, prefix))
        front = Front(self.service, self.observer)
        self.server = listen(wsgi, "127.0.0.1", 0, self.settings, front)
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = threading.Thread(target=serve, args=(self.server, front), daemon=True)
        self.thread.start()

    def write(self, label: str) -> None:
        rows = "".join(f"<urn:e:{i}> <urn:e:of> <urn:e:{i * 7 % 50}> .\n" for i in range(100))
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f'<urn:e:thing> <urn:e:label> "{label}" .\n{rows}', encoding="utf-8")
        fresh.replace(self.path)

    def make(self, served: Served) -> Flask:
        app = create_app(served, settings=self.settings)
        self.observer.install(app)
        self.made.append(app)
        return app

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def ask(self, query: str) -> tuple[int, bytes]:
        return self.get("/sparql?format=csv&query=" + quote(query))

    def logged(self) -> list[dict]:
        return [json.loads(line) for line in self.log_file.read_text("ascii").splitlines()]

    def figure(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[1].decode(), re.M)
        assert found, name
        return float(found[1])

    def close(self) -> None:
        wait_until(lambda: not self.server.active_channels)
        self.server.close()
        self.server.task_dispatcher.shutdown()
        self.thread.join(5)
        self.service.close()


@contextmanager
def serving(folder: Path, **values: object) -> Iterator[Running]:
    running = Running(folder, **values)
    try:
        yield running
    finally:
        running.close()


def wait_until(what: object) -> None:
    deadline = time.monotonic() + 30
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- Figures ----------------------------------------------------------------------------------


def test_the_figures_are_in_the_text_format_of_prometheus(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.get("/nothing/here")
        running.ask(LABEL)
        running.ask(FOREVER)
        wait_until(lambda: running.observer.in_flight == 0)
        status, body = running.get("/metrics")
    assert status == 200
    types: dict[str, str] = {}
    for line in body.decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            sample = re.fullmatch(
                r'([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? '
                r"[0-9.e+]+",
                line,
            )
            assert sample, line
            family = re.sub(r"_(bucket|sum|count)\Z", "", sample[1])
            assert sample[1] in types or types.get(family) == "histogram"
    text = body.decode()
    digest = Served.files([running.path]).digest
    assert f'foedus_release_info{{digest="{digest}"' in text
    assert 'foedus_requests_total{method="GET",route="/sparql",status="200"} 1' in text
    assert 'foedus_requests_total{method="GET",route="/sparql",status="503"} 1' in text
    assert 'status="404"' in text
    assert "foedus_evaluator_answered_total 1\n" in text
    assert "foedus_evaluator_limited_total 1\n" in text
    assert "foedus_evaluator_replaced_total 1\n" in text
    assert {f"foedus_evaluator_{name}" for name in FIGURES} <= {
        name.removesuffix("_total") for name in types
    }


def test_the_number_of_figures_does_not_grow_with_what_is_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        for i in range(30):
            running.get(f"/doc/id/state/{i}")
            running.get(f"/{i}")
        text = running.get("/metrics")[1].decode()
        lines = [line for line in text.splitlines() if 'status="404"' in line]
    assert len(lines) == 2


def test_the_figures_can_be_switched_off(tmp_path: Path) -> None:
    with serving(tmp_path, metrics=False) as running:
        assert running.get("/metrics")[0] == 404


# --- Logs -------------------------------------------------------------------------------------


def test_the_access_log_says_everything_but_what_was_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.ask(LABEL)
        running.get("/search?q=secret")
        wait_until(lambda: len(running.logged()) == 2)
        first, second = running.logged()
        raw = running.log_file.read_text("ascii")
    assert first["event"] == "request"
    assert (first["method"], first["path"], first["status"]) == ("GET", "/sparql", 200)
    assert first["bytes"] > 0
    assert first["release"] == Served.files([running.path]).digest[:16]
    assert datetime.datetime.fromisoformat(first["time"]).tzinfo
    assert second["route"] == "/search"
    assert "secret" not in raw
    assert "urn:e:thing" not in raw
    assert "127.0.0.1" not in raw


def test_queries_are_logged_where_that_is_wanted(tmp_path: Path) -> None:
    with serving(tmp_path, log_queries=True) as running:
        running.ask(LABEL)
        running.ask(FOREVER)
        wait_until(lambda: len(running.logged()) == 3)
        logged = running.logged()
    assert "urn%3Ae%3Athing" in logged[0]["query"]
    assert [entry["event"] for entry in logged] == ["request", "slow-query", "request"]
    assert logged[1]["query"] == FOREVER


def test_a_slow_query_is_logged_by_its_digest(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.ask(FOREVER)
        running.ask(LABEL)
        wait_until(lambda: len(running.logged()) == 3)
        slow = [entry for entry in running.logged() if entry["event"] == "slow-query"]
    assert len(slow) == 1
    assert slow[0]["outcome"] == "limited"
    assert slow[0]["form"] == "SELECT"
    assert slow[0]["seconds"] >= 0.3
    assert re.fullmatch(r"[0-9a-f]{16}", slow[0]["digest"])
    assert "query" not in slow[0]


def test_a_line_of_the_log_cannot_be_forged(tmp_path: Path) -> None:
    with serving(tmp_path, log_queries=True) as running:
        running.get("/a%0A%7B%22event%22%3A%22forged%22%7D%1B%5B31m?x=%0A%0Aforged")
        wait_until(lambda: running.logged())
        assert len(running.logged()) == 1
        assert "\x1b" not in running.log_file.read_text("ascii")


# --- A new release ----------------------------------------------------------------------------


def test_a_new_release_is_taken_up_without_a_failed_request(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        stop = threading.Event()
        seen: list[list[tuple[int, bytes]]] = [[] for _ in range(4)]

        def load(answers: list[tuple[int, bytes]]) -> None:
            while not stop.is_set():
                answers.append(running.ask(LABEL))
                assert running.get("/")[0] == 200
            answers.append(running.ask(LABEL))

        threads = [threading.Thread(target=load, args=(answers,)) for answers in seen]
        for thread in threads:
            thread.start()
        for label in ("second", "third"):
            time.sleep(0.2)
            running.write(label)
            assert running.service.reload()
        time.sleep(0.2)
        stop.set()
        for thread in threads:
            thread.join()
        for answers in seen:
            assert {status for status, _ in answers} == {200}
            labels = [body.decode().split()[1] for _, body in answers]
            # Each client sees the releases in their order, and never an old one again.
            order = ["first", "second", "third"]
            assert labels == sorted(labels, key=order.index)
            assert labels[-1] == "third"
        assert running.figure('foedus_reloads_total{outcome="done"}') == 2
        pools = [app.extensions["foedus"] for app in running.made]
        assert [pool._process.poll() is None for pool in pools] == [False, False, True]


def test_what_the_old_release_has_begun_it_finishes(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        answers: list[tuple[int, bytes]] = []
        thread = threading.Thread(target=lambda: answers.append(running.ask(FOREVER)))
        thread.start()
        old = running.made[0].extensions["foedus"]
        wait_until(lambda: old.figures()["busy"] == 1)
        running.write("second")
        assert running.service.reload()
        assert running.ask(LABEL)[1].split()[1] == b"second"
        thread.join()
        assert answers[0][0] == 503
        assert b"#time" in answers[0][1], "it ended at its limit, not with the old release"
        wait_until(lambda: old._process.poll() is not None)


def test_a_release_that_cannot_be_loaded_leaves_the_last_good_one(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.path.write_text("nonsense", encoding="utf-8")
        assert not running.service.reload()
        assert running.ask(LABEL)[1].split()[1] == b"first"
        assert running.figure('foedus_reloads_total{outcome="failed"}') == 1


def test_a_new_release_is_noticed_and_the_log_reopened(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        watch = threading.Thread(target=running.service.watch, args=(0.05,))
        watch.start()
        running.write("second")
        wait_until(lambda: running.ask(LABEL)[1].split()[1] == b"second")
        running.log_file.rename(tmp_path / "rotated.log")
        running.service.ask()
        wait_until(running.log_file.exists)
        wait_until(lambda: running.observer.reloads["done"] == 2)
        running.service.close()
        watch.join(5)
        assert not watch.is_alive()


def test_the_old_release_is_in_memory_no_longer(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        old = [weakref.ref(running.made.pop())]
        for _ in range(3):
            running.ask(LABEL)
            wait_until(
                lambda: not running.observer.in_flight and not running.server.active_channels
            )
            assert running.service.reload()
            assert [reference() for reference in old] == [None] * len(old)
            old.append(weakref.ref(running.made.pop()))


def test_counters_go_on_counting_over_a_new_release(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.ask(LABEL)
        running.service.reload()
        running.ask(LABEL)
        assert running.figure("foedus_evaluator_answered_total") == 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_the_command_reloads_on_sighup_and_ends_in_good_order_on_sigterm(tmp_path: Path) -> None:
    data = tmp_path / "data.nt"
    data.write_text('<urn:e:thing> <urn:e:label> "first" .\n', encoding="utf-8")
    command = [sys.executable, "-m", "foedus", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        [*command, "--set", "query_seconds=1"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        address = process.stdout.readline().split()[1].rstrip("/")

        def label() -> str:
            path = f"{address}/sparql?format=csv&query={quote(LABEL)}"
            with urllib.request.urlopen(path, timeout=30) as response:
                return response.read().decode().split()[1]

        assert label() == "first"
        data.write_text('<urn:e:thing> <urn:e:label> "second" .\n', encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: label() == "second")
        # Ended while a query runs: it is answered first.
        outcome: list[int] = []

        def ask() -> None:
            path = f"{address}/sparql?query={quote('ASK {}')}"
            for _ in range(20):
                with urllib.request.urlopen(path, timeout=30) as response:
                    outcome.append(response.status)

        ask()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert set(outcome) == {200}


def put_release(home: Path, digest: str, label: str) -> None:
    """A release as ``foedus build`` leaves it, the pointer to it last and in one step."""
    folder = home / "releases" / digest
    folder.mkdir(parents=True)
    (folder / "dataset.nq").write_text(
        f'<urn:e:thing> <urn:e:label> "{label}" .\n', encoding="utf-8"
    )
    manifest = {"digest": digest, "version": "0", "knowledge_end": "2000-01-01", "graphs": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    fresh = home / "current.new"
    fresh.write_text(digest + "\n", encoding="utf-8")
    fresh.replace(home / "current")


def test_the_command_serves_the_release_that_the_folder_names_and_follows_it(
    tmp_path: Path,
) -> None:
    put_release(tmp_path, "a" * 64, "first")
    command = [sys.executable, "-m", "foedus", "serve", "--port", "0", "--out", str(tmp_path)]
    command += ["--set", "build=no", "--set", "reload_seconds=0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().split()[1].rstrip("/")

        def fetched(path: str) -> str:
            with urllib.request.urlopen(address + path, timeout=30) as response:
                return response.read().decode()

        asked = f"/sparql?format=csv&query={quote(LABEL)}"
        assert fetched(asked).split()[1] == "first"
        put_release(tmp_path, "b" * 64, "second")
        wait_until(lambda: fetched(asked).split()[1] == "second")
        assert f'foedus_release_info{{digest="{"b" * 64}"' in fetched("/metrics")
        process.terminate()
        assert process.wait(30) == 0


def test_without_a_release_and_without_building_there_is_nothing_to_serve(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "foedus", "serve", "--port", "0", "--out", str(tmp_path)]
    done = subprocess.run(
        [*command, "--set", "build=no"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "foedus build" in done.stderr


# --- Behind a proxy ---------------------------------------------------------------------------


@pytest.mark.parametrize("stripped", [True, False], ids=["prefix taken away", "prefix kept"])
def test_every_link_works_behind_a_proxy_under_a_path_prefix(
    served: Served, settings: Settings, stripped: bool
) -> None:
    app = create_app(served, settings=settings)
    try:
        app.wsgi_app = mounted(app.wsgi_app, "/base")  # type: ignore[method-assign]
        client, seen, todo = app.test_client(), set(), ["/base/"]
        while todo and len(seen) < 150:
            path = todo.pop(0)
            if path in seen:
                continue
            seen.add(path)
            asked = path.removeprefix("/base") if stripped else path
            response = client.get(asked, headers={"Accept": "text/html"})
            assert response.status_code in (200, 301, 303, 410), path
            page = response.get_data(as_text=True)
            response.close()
            if "Location" in response.headers:
                assert response.headers["Location"].startswith("/base/"), path
                todo.append(response.headers["Location"])
            if response.content_type.startswith("text/html"):
                for link in re.findall(r'(?:href|src|action)="([^"]*)"', page):
                    target = urljoin(path, link.replace("&amp;", "&"))
                    if target.startswith("/"):
                        assert target.startswith("/base/"), (path, link)
                        todo.append(target.partition("#")[0])
        assert len(seen) > 30
        described = client.get("/sparql" if stripped else "/base/sparql").text
        assert "http://foedus.example/base/sparql" in described
    finally:
        app.extensions["foedus"].close()


def test_the_host_that_a_client_names_appears_nowhere(served: Served, settings: Settings) -> None:
    engine = RemoteEngine("http://127.0.0.1:9/")
    app = create_app(served, evaluator=engine, reader=engine, settings=settings)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    for path in ("/sparql", "/problems", "/query", "/nothing", "/sparql?query=x"):
        for accept in ("text/html", "text/turtle", "application/json"):
            response = app.test_client().get(path, headers={**headers, "Accept": accept})
            assert b"evil" not in response.data
            assert "evil" not in str(response.headers)
