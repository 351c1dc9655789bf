"""``foedus query`` and ``foedus serve`` as somebody types them."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from foedus import __version__

SERVER = Path(__file__).resolve().parent.parent / "server"
F = "https://w3id.org/foedus/ontology#"
DAY = "^^<http://www.w3.org/2001/XMLSchema#date>"
DIGEST = "ab" * 32
DATA = f"""
@prefix f: <{F}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/foedus/id/state/ruritania> a f:State ; rdfs:label "Ruritania"@en .
<https://w3id.org/foedus/id/membership/x> f:member <https://w3id.org/foedus/id/state/ruritania> ;
  f:latestBegin "1894-12-31"{DAY} ; f:earliestEnd "1914-07-28"{DAY} .
"""
HELD = f"""#+ summary = "Who was in?"
#+ at = 1900-01-01
PREFIX f: <{F}>
SELECT ?m {{
  ?x f:member ?m ; f:latestBegin ?b ; f:earliestEnd ?e .
  FILTER(?b <= ?at && ?at <= ?e)
}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a content of one file and the release that was built from it."""
    out = tmp_path_factory.mktemp("home")
    source = out / "content" / "data" / "things.ttl"
    source.parent.mkdir(parents=True)
    source.write_text(DATA, encoding="utf-8")
    release = out / "releases" / DIGEST
    release.mkdir(parents=True)
    quads = list(ox.parse(DATA, format=ox.RdfFormat.TURTLE))
    ox.serialize(quads, output=str(release / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    manifest = {
        "digest": DIGEST,
        "version": __version__,
        "knowledge_end": "1950-01-01",
        "graphs": {},
        "files": [
            {
                "path": "data/things.ttl",
                "graph": None,
                "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
            }
        ],
    }
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "current").write_text(DIGEST + "\n", encoding="utf-8")
    return out


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SERVER), "FOEDUS_HOME": str(home)}


def foedus(home: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "foedus", *arguments],
        input=text,
        capture_output=True,
        text=True,
        env=environment(home),
        timeout=60,
        check=False,
    )


def query(home: Path, file: str, *options: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return foedus(home, "query", file, str(home / "content"), *options, text=text)


def test_a_pipe_gets_csv(home: Path) -> None:
    ran = query(home, "-", text="SELECT ?s { ?s a <" + F + "State> }")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["s", "https://w3id.org/foedus/id/state/ruritania"]


def test_a_table_has_short_names(home: Path) -> None:
    ran = query(home, "-", "--format", "table", text="SELECT ?s { ?s a <" + F + "State> }")
    assert "state:ruritania" in ran.stdout
    assert "1 row" in ran.stdout


def test_the_day_is_asked_for_then_the_questions_then_the_releases(
    home: Path, tmp_path: Path
) -> None:
    question = tmp_path / "who.rq"
    question.write_text(HELD, encoding="utf-8")
    assert "ruritania" in query(home, str(question)).stdout
    assert "ruritania" not in query(home, str(question), "--at", "1920-01-01").stdout
    assert "ruritania" not in query(home, "-", text=HELD.split("\n", 2)[2]).stdout


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (["query", "-", "CONTENT"], "SELECT ?s {\n ?s ex:p 1 }", ["line 2, column 5", "ex:", "^"]),
        (["query", "-", "CONTENT"], "DROP ALL", ["read-only"]),
        (["query", "-", "--at", "yesterday"], "ASK {}", ["YYYY-MM-DD"]),
        (["query", "/nowhere.rq"], "", ["/nowhere.rq"]),
        (["query", "-", "--engine", "http://127.0.0.1:9/sparql"], "ASK {}", ["cannot be asked"]),
        (["query", "-", "--engine", "file:///etc/passwd"], "ASK {}", ["not the address"]),
        (["serve", "--set", "nothing=1"], "", ["nothing=1", "query_seconds"]),
    ],
)
def test_what_cannot_be_done_is_one_paragraph_and_exit_2(
    home: Path, arguments: list[str], text: str, words: list[str]
) -> None:
    arguments = [str(home / "content") if a == "CONTENT" else a for a in arguments]
    ran = foedus(home, *arguments, text=text)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    for word in words:
        assert word in ran.stderr


def test_a_content_that_does_not_build_leaves_the_last_good_release_in_service(
    home: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    (copy / "content" / "data" / "things.ttl").write_text("nonsense .\n", encoding="utf-8")
    ran = query(copy, "-", text="SELECT ?s { ?s a <" + F + "State> }")
    assert ran.returncode == 0, ran.stderr
    assert "ruritania" in ran.stdout
    assert "things.ttl" in ran.stderr
    assert "last good release" in ran.stderr


def test_a_folder_without_content_is_named(home: Path, tmp_path: Path) -> None:
    ran = foedus(home, "query", "-", str(tmp_path), text="ASK {}")
    assert ran.returncode == 2
    assert str(tmp_path) in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_port_in_use_is_a_clear_error(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = foedus(home, "serve", "--port", str(port))
    assert ran.returncode == 2
    assert f"Port {port} of 127.0.0.1 is in use" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "anybodys.ttl"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def address(data: Path, home: Path) -> Iterator[str]:
    """`foedus serve --data FILE --port 0`, as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "foedus", "serve", "--data", str(data), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(home),
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    found = re.search(r"http://\S+", said)
    assert found, said
    yield found.group().rstrip("/")
    process.send_signal(signal.SIGINT)
    process.wait(10)
    process.stdout.close()


def test_any_rdf_file_is_served(address: str) -> None:
    query = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    with urllib.request.urlopen(f"{address}/sparql?query={query}") as response:
        answer = json.load(response)
    assert answer["results"]["bindings"][0]["n"]["value"] == "5"


def test_another_endpoint_answers_the_same_questions(
    address: str, home: Path, tmp_path: Path
) -> None:
    question = tmp_path / "who.rq"
    question.write_text(HELD, encoding="utf-8")
    ran = query(home, str(question), "--engine", f"{address}/sparql")
    assert "ruritania" in ran.stdout, ran.stderr
    graph = query(home, "-", "--engine", f"{address}/sparql", text="CONSTRUCT WHERE { ?s ?p ?o }")
    assert "Ruritania" in graph.stdout
