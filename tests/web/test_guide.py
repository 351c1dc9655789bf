"""The guide to SPARQL tells the truth: its queries are run, its answers are compared."""

import csv
import datetime
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from waitress import create_server

from foedus.engine import EmbeddedEngine, Limits, WorkerPool
from foedus.engine.serialize import CSV, serialize
from foedus.release import Release
from foedus.web import Served, Settings, create_app

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "sparql.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
PAIRS = [
    (BLOCKS[i][1], BLOCKS[i + 1][1])
    for i in range(len(BLOCKS) - 1)
    if (BLOCKS[i][0], BLOCKS[i + 1][0]) == ("sparql", "csv")
]


@pytest.fixture(scope="module")
def real_engine(release: Release) -> EmbeddedEngine:
    return EmbeddedEngine.load(release.dataset_path)


@pytest.fixture(scope="module")
def real_address(release: Release) -> Iterator[str]:
    with WorkerPool(release.dataset_path, limits=Limits(workers=1)) as pool:
        app = create_app(release, evaluator=pool, settings=Settings())
        server = create_server(app, host="127.0.0.1", port=0, threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)


def test_every_query_of_the_guide_has_its_answer() -> None:
    assert len(PAIRS) == sum(kind == "sparql" for kind, _ in BLOCKS) >= 6


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_the_answer_in_the_guide_is_what_comes_back(
    release: Release, real_engine: EmbeddedEngine, number: int
) -> None:
    query, expected = PAIRS[number]
    day = re.search(r"# at: (\S+)", query)
    at = datetime.date.fromisoformat(day[1]) if day else Served.release(release).knowledge_end
    answer = serialize(real_engine.query(query, at=at), CSV).decode()
    assert list(csv.reader(io.StringIO(answer))) == list(csv.reader(io.StringIO(expected)))


def test_the_python_of_the_guide_runs(real_address: str) -> None:
    (code,) = [text for kind, text in BLOCKS if kind == "python"]
    exec(code.replace("http://127.0.0.1:8000", real_address), {})


def test_the_r_of_the_guide_runs_where_there_is_r(real_address: str) -> None:
    (code,) = [text for kind, text in BLOCKS if kind == "r"]
    rscript = shutil.which("Rscript")
    if rscript is None:
        return  # R is not among what this project installs; the same address is tested in Python
    code = code.replace("http://127.0.0.1:8000", real_address)
    ran = subprocess.run([rscript, "-e", code], capture_output=True, text=True, check=True)
    assert "saudi-arabia" in ran.stdout


@pytest.mark.slow
def test_every_iri_of_the_real_release_answers(release: Release) -> None:
    served = Served.release(release)
    reader = EmbeddedEngine.load(release.dataset_path)
    base = "https://w3id.org/foedus/"
    rows = reader.query(
        f"""SELECT DISTINCT ?s {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }}
        FILTER(STRSTARTS(STR(?s), "{base}id/") || STRSTARTS(STR(?s), "{base}concept/")) }}"""
    ).rows
    iris = sorted(row[0].value for row in rows)
    assert len(iris) > 1000
    with WorkerPool(release.dataset_path, limits=Limits(workers=1)) as pool:
        client = create_app(served, evaluator=pool, reader=reader).test_client()
        wrong = [
            iri
            for iri in iris
            if client.get("/" + iri.removeprefix(base)).status_code not in (303, 301, 410)
        ]
        assert wrong == []
        for iri in iris[::97]:  # the pages themselves: a sample, since each asks a dozen questions
            path = iri.removeprefix(base)
            page = client.get(f"/doc/{path}.html")
            assert page.status_code == 200, path
            assert len(page.data) < 100_000, path
