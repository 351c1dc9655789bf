"""The site as files: every file is what the live service answers, and every IRI is there."""

import filecmp
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.pool import WorkerPool
from foedus.findings import CannotRun
from foedus.release import Release
from foedus.web import Served, Settings, create_app, taking_away
from foedus.web.linked import static_site
from foedus.web.linked.formats import EXTENSIONS
from foedus.web.linked.static_files import Writer, led_to, live

PUBLIC = "http://foedus.example"
#: What stands in for a redirect; the live service answers with none but this.
REDIRECT = b'<meta http-equiv="refresh"'


@pytest.fixture(scope="module")
def quiet(served: Served, settings: Settings) -> Iterator[Flask]:
    """The live service without the texts of sources."""
    with WorkerPool(*served.dataset, limits=settings.limits) as pool:
        yield create_app(served, evaluator=pool, settings=replace(settings, show_passages=False))


@pytest.fixture(scope="module")
def folder(quiet: Flask, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "files"
    watched: list[tuple[int, int]] = []
    written = static_site.export(
        quiet,
        static_site.iris(served.dataset[0]),
        folder,
        "/base",
        lambda _, done, known: watched.append((done, known)),
    )
    # This release was made by hand and says nothing of itself.
    assert written.broken == [f"/release/{served.digest}"]
    assert watched[-1] == (written.addresses, written.addresses)
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert written.files == len(files)
    assert written.bytes == sum(file.stat().st_size for file in files)
    return folder


def test_every_file_is_the_live_answer(folder: Path, quiet: Flask) -> None:
    client = quiet.test_client()
    compared = 0
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        body = file.read_bytes()
        path = "/" + file.relative_to(folder).as_posix()
        if REDIRECT in body and b'<link rel="canonical"' in body and len(body) < 2000:
            response = client.get(path.removesuffix("/index.html") or "/")
            assert 300 <= response.status_code < 400 or path.startswith("/doc/"), path
            continue
        live = path if path.startswith("/doc/") else path.removesuffix("index.html")
        if live != path and live != "/":
            live = live.rstrip("/")
        headers = {"Accept": "text/html,*/*;q=0.1"}
        with client.get(live, headers=headers, follow_redirects=False) as response:
            if response.status_code in (301, 307):  # renamed, or the triples of a graph
                at = response.headers["Location"].removeprefix("/base")
                response = client.get(at)
            assert response.status_code == 200, path
            assert response.data == body, path
        compared += 1
    assert compared > 100


def test_every_iri_has_its_documents_and_leads_to_them(folder: Path, served: Served) -> None:
    for path in static_site.iris(served.dataset[0]):
        if "zenda" in path or path.endswith("/withdrawn"):
            continue  # renamed, withdrawn
        for extension in EXTENSIONS:
            assert (folder / "doc" / f"{path}.{extension}").is_file(), path
        assert (folder / path / "index.html").is_file(), path
        assert (folder / "linkset" / f"{path}.json").is_file(), path


def test_no_text_of_a_source_is_in_it(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        assert b"signed the Pact of Strelsau in 1894" not in file.read_bytes(), file


def test_a_folder_that_holds_something_is_left_alone(
    quiet: Flask, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CannotRun, match="is not empty"):
        static_site.export(quiet, [], tmp_path, "/base", lambda *_: None)


# The tests before it left threads in this process; the command has none when it forks.
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_several_processes_write_what_one_writes(
    folder: Path, served: Served, settings: Settings, tmp_path: Path
) -> None:
    engine = EmbeddedEngine.load(*served.dataset)
    app = create_app(
        served,
        evaluator=taking_away.Alone(engine),
        reader=engine,
        settings=replace(settings, show_passages=False),
        cacheable=True,
    )
    paths = static_site.iris(served.dataset[0])
    static_site.export(app, paths, tmp_path / "site", "/base", lambda *_: None, processes=2)
    difference = filecmp.dircmp(folder, tmp_path / "site")
    compared = [difference]
    while compared:
        one = compared.pop()
        assert not one.left_only + one.right_only + one.funny_files, one.left
        _, different, unread = filecmp.cmpfiles(
            one.left, one.right, one.common_files, shallow=False
        )
        assert not different + unread, one.left
        compared += one.subdirs.values()


def test_of_the_whole_release_a_spread_of_iris_is_written_as_it_is_answered(
    release: Release, tmp_path: Path
) -> None:
    """`make bench ARGS=static` compares all of them with `foedus serve`."""
    engine = EmbeddedEngine.load(release.dataset_path)
    settings = Settings(public=f"{PUBLIC}/base", show_passages=False)
    served = Served.release(release)
    alone = create_app(
        served,
        evaluator=taking_away.Alone(engine),
        reader=engine,
        settings=settings,
        cacheable=True,
    )
    writer = Writer(alone, tmp_path, "/base")
    with WorkerPool(release.dataset_path, limits=settings.limits) as pool:
        client = create_app(served, evaluator=pool, settings=settings).test_client()
        for path in static_site.iris(release.dataset_path)[::80]:
            assert not writer.write_iri(path).broken, path
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert len(files) > 400
        for file in files:
            name, body = file.relative_to(tmp_path).as_posix(), file.read_bytes()
            response = client.get(live(name), headers={"Accept": "text/html,*/*;q=0.1"})
            target = led_to(body)
            if response.status_code == 307:  # the triples of a graph
                response = client.get(response.headers["Location"].removeprefix("/base"))
            if target is None:
                assert response.data == body, name
            else:
                at = urlsplit(response.headers.get("Location", f"/base{live(name)}")).path
                assert target in (at, f"{at}.html"), name
