"""Three servers with one release behind nginx: what deploy/ says is what runs here."""

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from foedus.release import CURRENT, Release
from foedus.web.configuration import OTHERS, variable
from foedus.web.settings import Settings, table

ROOT = Path(__file__).resolve().parent.parent
NGINX, COMPOSE = ROOT / "deploy" / "nginx.conf", ROOT / "deploy" / "compose.yaml"
NAMES = ("foedus-1", "foedus-2", "foedus-3")
QUERY = "/sparql?format=csv&query=" + quote(
    "SELECT ?l { <https://w3id.org/foedus/id/state/pakistan> "
    '<http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = "en") }'
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def small(release: Release, label: str, home: Path) -> str:
    """A small release in which a state is called *label*, made the current one of *home*."""
    digest = hashlib.sha256(label.encode()).hexdigest()
    path = home / "releases" / digest
    path.mkdir(parents=True)
    lines = [
        line.replace('"Pakistan"@en', f'"{label}"@en')
        for line in release.dataset_path.read_text("utf-8").splitlines()
        if "/state/pakistan>" in line
    ]
    (path / "dataset.nq").write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest = {**release.manifest, "digest": digest}
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    fresh = home / "fresh"
    fresh.write_text(digest + "\n", encoding="utf-8")
    fresh.replace(home / CURRENT)
    return digest


class Servers:
    """The three, each a process of its own, and the proxy before them."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.ports = {name: free_port() for name in NAMES}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        options = ["--out", str(self.home), "--port", str(self.ports[name])]
        options += ["--public", f"http://127.0.0.1:{self.port}"]
        options += ["--set", "build=no", "--set", "reload_seconds=0.5", "--workers", "1"]
        with (self.home / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "foedus", "serve", *options],
                env={**os.environ, "PYTHONPATH": str(ROOT / "server")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def start_proxy(self) -> None:
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
        if nginx is None:
            pytest.skip("there is no nginx here (Debian: nginx-light)")
        text = NGINX.read_text("utf-8").replace("listen 8080;", f"listen 127.0.0.1:{self.port};")
        for name, port in self.ports.items():
            text = text.replace(f"{name}:8000", f"127.0.0.1:{port}")
        text = text.replace("/tmp/foedus-nginx", str(self.home / "nginx"))
        configuration = self.home / "nginx.conf"
        configuration.write_text(text, encoding="utf-8")
        with (self.home / "proxy.log").open("wb") as log:
            self.running["proxy"] = subprocess.Popen(
                [nginx, "-p", str(self.home), "-c", str(configuration), "-g", "daemon off;"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def get(
        self, path: str, name: str = "proxy", headers: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Status, validator and body; raises :class:`OSError` where there is no whole answer."""
        port = self.ports.get(name, self.port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("ETag", ""), answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from None
        finally:
            connection.close()

    def wait(self, name: str) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                if self.get("/health/ready", name)[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, (self.home / f"{name}.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def servers(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    home = tmp_path_factory.mktemp("three")
    small(release, "Pakistan", home)
    three = Servers(home)
    try:
        three.start_proxy()
        for name in NAMES:
            three.start(name)
        for name in (*NAMES, "proxy"):
            three.wait(name)
        yield three
    finally:
        three.stop()


class Load:
    """Some who ask without a pause, and what came of each question."""

    def __init__(self, servers: Servers, clients: int = 4) -> None:
        self._servers, self._ended = servers, threading.Event()
        self.failed: list[str] = []
        self.answers: dict[str, set[bytes]] = defaultdict(set)
        self.asked = 0
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                status, etag, body = self._servers.get(QUERY)
            except OSError as error:
                self.failed.append(repr(error))
                continue
            self.asked += 1
            if status != 200 or not etag:
                self.failed.append(f"{status} {body[:200]!r}")
            else:
                self.answers[etag].add(body)

    def until(self, asked: int) -> None:
        deadline = time.monotonic() + 60
        aim = self.asked + asked
        while self.asked < aim:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def test_each_server_gives_the_same_bytes_under_the_same_validator(servers: Servers) -> None:
    for path in (QUERY, "/doc/id/state/pakistan.ttl", "/.well-known/void"):
        answers = {servers.get(path, name) for name in (*NAMES, "proxy")}
        assert len(answers) == 1, path
        ((status, etag, _),) = answers
        assert status == 200
        assert etag
        for name in (*NAMES, "proxy"):
            known = servers.get(path, name, {"If-None-Match": etag})
            assert (known[0], known[2]) == (304, b""), (path, name)


def test_one_server_killed_under_load_costs_no_request(servers: Servers) -> None:
    with Load(servers) as load:
        load.until(40)
        servers.running["foedus-2"].kill()
        servers.running["foedus-2"].wait()
        load.until(200)
        servers.start("foedus-2")
        servers.wait("foedus-2")
        load.until(100)
    assert load.failed == []
    assert [len(bodies) for bodies in load.answers.values()] == [1]


def test_a_new_release_is_taken_up_by_all_and_every_answer_is_of_one(
    servers: Servers, release: Release
) -> None:
    before = servers.get(QUERY)
    with Load(servers) as load:
        load.until(20)
        small(release, "Pakistan, renamed", servers.home)
        deadline = time.monotonic() + 60
        while {servers.get(QUERY, name)[2] for name in NAMES} != {b'l\r\n"Pakistan, renamed"\r\n'}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        load.until(40)
    after = servers.get(QUERY)
    assert load.failed == []
    assert before[1] != after[1]
    assert load.answers == {before[1]: {before[2]}, after[1]: {after[2]}}


# --- The compose file -----------------------------------------------------------------------------


def test_the_compose_file_and_the_configuration_of_nginx_agree() -> None:
    compose = yaml.safe_load(COMPOSE.read_text("utf-8"))
    nginx = NGINX.read_text("utf-8")
    upstream = re.findall(r"^\s*server (\S+):(\d+) ", nginx, re.M)
    services = {name: s for name, s in compose["services"].items() if name != "proxy"}
    assert [name for name, _ in upstream] == list(services) == list(NAMES)
    known = {variable(name) for name, _, _ in table()} | set(OTHERS)
    for name, port in upstream:
        service = services[name]
        assert service["environment"].keys() <= known
        assert service["environment"]["FOEDUS_PORT"] == port
        assert service["environment"] == services["foedus-1"]["environment"]
        assert service["volumes"] == services["foedus-1"]["volumes"]
        dockerfile = service["build"]["dockerfile"]
        assert (COMPOSE.parent / service["build"]["context"] / dockerfile).is_file()
    proxy = compose["services"]["proxy"]
    listens = re.search(r"listen (\d+);", nginx)
    assert listens
    assert proxy["ports"] == [f"127.0.0.1:{listens[1]}:{listens[1]}"]
    assert proxy["depends_on"].keys() == services.keys()
    assert (COMPOSE.parent / proxy["volumes"][0].partition(":")[0]).samefile(NGINX)
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        named = [v.partition(":")[0] for v in service["volumes"] if not v.startswith(".")]
        assert set(named) <= set(compose["volumes"])


def test_the_proxy_waits_as_long_as_a_query_may_take_and_takes_what_foedus_takes() -> None:
    settings, nginx = Settings(), NGINX.read_text("utf-8")
    read = re.search(r"proxy_read_timeout (\d+)s;", nginx)
    body = re.search(r"client_max_body_size (\d+)m;", nginx)
    kept = re.search(r"proxy_max_temp_file_size (\d+)m;", nginx)
    assert read
    assert body
    assert kept
    assert int(read[1]) > settings.limits.query_seconds + settings.limits.queue_seconds
    assert int(body[1]) * 2**20 > settings.body_bytes
    assert int(kept[1]) * 2**20 > settings.limits.result_bytes
