"""A real server over the whole release, for programs that nobody here wrote."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from waitress import create_server

from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.release import Release
from foedus.web import create_app

#: What is read by every client: a thing, a statement, a concept, a fact, a shape.
PATHS = (
    "id/arrangement/imctc",
    "id/statement/rfi/membership-gcc-bahrain",
    "concept/role/member",
    "id/membership/bahrain.gcc.member",
    "shape/membership",
)


@dataclass(frozen=True)
class Live:
    """A server: its address, and the release behind it."""

    address: str
    release: Release


@pytest.fixture(scope="module")
def live(release: Release) -> Iterator[Live]:
    with WorkerPool(release.dataset_path, limits=Limits(workers=1, light_workers=0)) as pool:
        server = create_server(
            app := create_app(release, evaluator=pool), host="127.0.0.1", port=0, threads=4
        )
        assert app is not None
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield Live(f"http://127.0.0.1:{server.effective_port}", release)
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def documents(live: Live, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Documents fetched over HTTP: by path, then by extension."""
    import urllib.request

    folder = tmp_path_factory.mktemp("documents")
    found: dict[str, dict[str, Path]] = {}
    for number, path in enumerate(PATHS):
        for extension in ("ttl", "nt", "rdf", "jsonld"):
            file = folder / f"{number}.{extension}"
            with urllib.request.urlopen(f"{live.address}/doc/{path}.{extension}") as response:
                file.write_bytes(response.read())
            found.setdefault(path, {})[extension] = file
    return found
