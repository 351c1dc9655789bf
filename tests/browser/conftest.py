"""Chromium against `foedus serve` on the release of the content; pictures in build/screenshots/."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser, sync_playwright

from foedus.release import Release
from visitors import BASE, CHECKOUT, SCREENSHOTS, Row, Visitor, visiting


def made(address: str) -> None:
    """Wait until the files of the release are made, coming back as the server asks."""
    for _ in range(30):
        try:
            urlopen(f"{address}/dumps", timeout=60).close()
            return
        except HTTPError as error:
            with error:
                if error.code != 503:
                    raise
                time.sleep(int(error.headers["Retry-After"]))


@pytest.fixture(scope="session")
def address(release: Release) -> Iterator[str]:
    """`foedus serve`, as somebody types it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "foedus", "serve", "--port", str(port)],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT / "server"),
            "FOEDUS_HOME": str(release.path.parents[1]),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"no address in {said!r}"
        made(found[0].rstrip("/"))
        yield found[0].rstrip("/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    """Where the pictures of a test are kept."""
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    path = SCREENSHOTS / name
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def visitor(browser: Browser, address: str, folder: Path) -> Iterator[Visitor]:
    with visiting(browser, address, folder) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def ask(release: Release) -> Callable[[str], list[Row]]:
    store = release.store()

    def ask(query: str) -> list[Row]:
        head = (
            f"PREFIX f: <{BASE}ontology#> PREFIX oa: <http://www.w3.org/ns/oa#> "
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        )
        found = store.query(head + query)
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name].value for name in names} for row in found]

    return ask
