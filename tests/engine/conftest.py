"""A small dataset with one triple in two graphs, and a listener that must never be called."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from foedus.engine import EmbeddedEngine, Limits, WorkerPool

DATA = """
@prefix e: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:iraq e:in e:pact ; e:begin "1955-02-24"^^xsd:date ; e:end "1959-03-24"^^xsd:date .
e:iran e:in e:pact ; e:begin "1955-11-03"^^xsd:date ; e:end "1979-03-12"^^xsd:date .
e:g1 { e:iraq e:says "one" . e:both e:says "same" . }
e:g2 { e:iran e:says "two" . e:both e:says "same" . }
"""


class Canary:
    """A listener on the loopback that counts who calls."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.calls = 0
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engine") / "data.trig"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def engine(dataset: Path) -> EmbeddedEngine:
    return EmbeddedEngine.load(dataset)


@pytest.fixture
def pool(dataset: Path) -> Iterator[WorkerPool]:
    with WorkerPool(dataset, limits=Limits(workers=2, query_seconds=1.0)) as pool:
        yield pool


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.close()
    assert canary.calls == 0, "a query reached the network"
