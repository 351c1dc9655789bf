"""Real engines elsewhere, one of each for the whole run, with the release in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import VIRTUOSO, Engine, free_port, program
from foedus.publish import Published, publish
from foedus.release import Release


def started_oxigraph(folder: Path) -> Engine:
    found = program("oxigraph", "PyPI: pip install oxigraph")
    store, bind = str(folder / "store"), f"127.0.0.1:{free_port()}"
    command = [found, "serve", "--location", store, "--bind", bind]
    engine = Engine("oxigraph", command, folder, f"http://{bind}/query")
    engine.start()
    return engine


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = started_oxigraph(tmp_path_factory.mktemp("oxigraph"))
    yield engine
    engine.stop()


@pytest.fixture
def spare(tmp_path: Path) -> Iterator[Engine]:
    """An engine of one test alone, which may be emptied, filled and killed."""
    folder = tmp_path / "engine"
    folder.mkdir()
    engine = started_oxigraph(folder)
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = program("virtuoso-t", "Debian: virtuoso-opensource")
    folder, port, sql = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(VIRTUOSO.format(folder=folder, port=port, sql=sql), encoding="utf-8")
    command = [found, "+foreground", "+configfile", str(settings)]
    engine = Engine("virtuoso", command, folder, f"http://127.0.0.1:{port}/sparql")
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def published(engine: Engine, release: Release) -> Published:
    """The release of the content, published into the engine."""
    return publish(release, engine.reached())
