"""One service over the data of all suites, and the report of the run.

What is asked is the real application over a real pool of workers; the protocol and the service
description are asked of a real server.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress import create_server

from conformance import earl, manifest
from conformance.data import write_dataset
from conformance.expected import exceptions
from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app

#: Begins the reason of a test whose route the service does not have (yet).
NOT_SERVED = "not served"
#: Instead of a kind: the tests that are expected to fail because the engine fails them.
OF_THE_ENGINE = "expected of the engine"
_OUTCOMES = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "w3c(*kinds): runs the tests of the W3C of these kinds")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each test of the kinds that the mark ``w3c`` names; expected failures marked."""
    mark = metafunc.definition.get_closest_marker("w3c")
    if mark is None:
        return
    known = exceptions()
    if mark.args == (OF_THE_ENGINE,):
        chosen = [t for t in manifest.tests() if t.id in known and known[t.id].whose == "engine"]
        known = {}
    else:
        chosen = manifest.tests_of(*mark.args)
    items = []
    for test in chosen:
        marks = []
        if test.id in known and not known[test.id].equal_by_value:
            marks = [pytest.mark.xfail(reason=known[test.id].reason, strict=True)]
        items.append(pytest.param(test, id=test.id, marks=marks))
    if not manifest.folder().is_dir():
        missing = f"the W3C test suites are not at {manifest.folder()}; FOEDUS_W3C names another"
        items = [pytest.param(None, id="missing", marks=pytest.mark.skip(reason=missing))]
    metafunc.parametrize("test", items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep the outcome of every test of the W3C; one failure of several runs decides."""
    report = yield
    mark = item.get_closest_marker("w3c")
    test = item.callspec.params.get("test") if mark and mark.args[0] != OF_THE_ENGINE else None
    if isinstance(test, manifest.Test) and (report.when == "call" or report.failed):
        outcomes = item.config.stash.setdefault(_OUTCOMES, {})
        reason = str(getattr(report, "wasxfail", ""))
        name = "passed" if report.passed else "untested" if NOT_SERVED in reason else "failed"
        if outcomes.get(test.id, "passed") == "passed":
            outcomes[test.id] = name
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the report and print the counts, when any test of the W3C was run."""
    outcomes = config.stash.get(_OUTCOMES, {})
    if not outcomes:
        return
    notes = {
        name: exception.reason
        for name, exception in exceptions().items()
        if outcomes.get(name) == "failed"
    }
    earl.write(manifest.tests(), outcomes, notes)
    terminalreporter.section("W3C SPARQL 1.1")
    terminalreporter.write_line(earl.table(manifest.tests(), outcomes, notes))
    terminalreporter.write_line(f"report: {earl.REPORT.relative_to(manifest.CHECKOUT)}")


@dataclass(frozen=True, slots=True)
class Service:
    """The application over the suites' data, and the address that it believes to be reached by."""

    app: Flask
    address: str
    dataset: Path


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real application, its real workers, and a real server on the loopback."""
    if not manifest.folder().is_dir():
        pytest.skip(f"the W3C test suites are not at {manifest.folder()}")
    path = tmp_path_factory.mktemp("w3c") / "suites.nq"
    write_dataset([test for test in manifest.tests() if not test.apart], path)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(public=address, limits=Limits(workers=1))
        with WorkerPool(path, limits=settings.limits) as pool:
            app = create_app(Served.files([path]), evaluator=pool, settings=settings)
            server = create_server(app, sockets=[listening], threads=2)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield Service(app, address, path)
            server.close()
            server.task_dispatcher.shutdown()
            thread.join(5)


@pytest.fixture
def service_address(service: Service) -> str:
    """The address of a real server over the application."""
    return service.address


@pytest.fixture
def in_other_numerals(test: manifest.Test | None) -> str:
    """Why an answer may spell numbers otherwise than the W3C's does; ``""``: it may not."""
    known = exceptions().get(test.id) if test else None
    return known.reason if known and known.equal_by_value else ""


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.app.test_client()
