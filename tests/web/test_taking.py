"""What can be taken away: files with true checksums, tables, citations, feeds, links."""

import csv
import gzip
import hashlib
import html
import io
import json
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from foedus.content.names import BASE
from foedus.engine.limits import Limits
from foedus.engine.pool import WorkerPool
from foedus.graph import dumps
from foedus.release import Release
from foedus.web import Settings, create_app

PUBLIC = "http://foedus.example/base"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(release: Release) -> Iterator[FlaskClient]:
    with WorkerPool(release.dataset_path, limits=Limits(workers=1, light_workers=0)) as pool:
        app = create_app(release, evaluator=pool, settings=Settings(public=PUBLIC))
        yield app.test_client()


@pytest.fixture(scope="module")
def listed(site: FlaskClient, release: Release) -> list[dict[str, str]]:
    """The files; they are made when first asked for, and who comes too early is told to wait."""
    response = site.get(f"/release/{release.digest}/files.json")
    for _ in range(30):
        if response.status_code != 503:
            break
        time.sleep(int(response.headers["Retry-After"]))
        response = site.get(f"/release/{release.digest}/files.json")
    found: list[dict[str, str]] = response.get_json()["files"]
    return found


@pytest.fixture(autouse=True)
def made(listed: list[dict[str, str]]) -> None:
    """Every test here finds the files made."""


def test_every_file_is_what_the_list_says(
    site: FlaskClient, release: Release, listed: list[dict[str, str]]
) -> None:
    sums = site.get(f"/release/{release.digest}/SHA256SUMS").get_data(as_text=True)
    assert len(listed) > 60
    for file in listed:
        response = site.get(f"/release/{release.digest}/{file['name']}")
        assert response.status_code == 200, file["name"]
        assert hashlib.sha256(response.data).hexdigest() == file["sha256"]
        assert len(response.data) == int(file["bytes"])
        assert "immutable" in response.headers["Cache-Control"]
        assert f"{file['sha256']}  {file['name']}\n" in sums


def test_the_dumps_carry_the_graphs_they_say(
    site: FlaskClient, release: Release, tmp_path: Path
) -> None:
    whole = set(release.quads())
    default = {q.triple for q in whole if isinstance(q.graph_name, ox.DefaultGraph)}
    at = f"/release/{release.digest}/dump."

    def size(data: bytes, rdf_format: ox.RdfFormat) -> int:
        return len(set(ox.parse(data, format=rdf_format)))

    assert set(ox.parse(site.get(at + "nq").data, format=ox.RdfFormat.N_QUADS)) == whole
    packed = gzip.decompress(site.get(at + "trig.gz").data)
    assert size(packed, ox.RdfFormat.TRIG) == len(whole)
    assert size(site.get(at + "jsonld").data, ox.RdfFormat.JSON_LD) == len(whole)
    assert size(site.get(at + "ttl").data, ox.RdfFormat.TURTLE) == len(default)
    assert size(site.get(at + "rdf").data, ox.RdfFormat.RDF_XML) == len(default)
    there = site.get(at + "hdt")
    assert there.status_code == (200 if dumps.has_hdt() else 404)
    if dumps.has_hdt():
        (tmp_path / "dump.hdt").write_bytes(there.data)
        call = "import hdtkit; hdtkit.hdt2ttl('dump.hdt', 'dump.ttl')"
        subprocess.run([sys.executable, "-c", call], cwd=tmp_path, check=True)
        read = ox.parse(path=str(tmp_path / "dump.ttl"), format=ox.RdfFormat.TURTLE)
        assert canonical(read) == canonical(default)


def canonical(triples: Iterable[ox.Triple | ox.Quad]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def test_a_part_of_a_file_can_be_fetched(site: FlaskClient, release: Release) -> None:
    at = f"/release/{release.digest}/dump.nq"
    with site.get(at, headers={"Range": "bytes=100-199"}) as part:
        assert part.status_code == 206
        assert part.data == release.dataset_path.read_bytes()[100:200]
    with site.get(at, headers={"Range": "bytes=99999999999-"}) as none:
        assert none.status_code == 416


def test_the_catalogue_names_files_with_their_checksums(
    site: FlaskClient, release: Release, listed: list[dict[str, str]]
) -> None:
    response = site.get("/dumps.nt")
    said = {
        (t.subject.value, t.predicate.value.rsplit("#", 1)[-1]): t.object.value
        for t in ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES)
        if isinstance(t.object, ox.Literal)
    }
    for file in listed:
        address = f"{PUBLIC}/release/{release.digest}/{file['name']}"
        assert said[address, "byteSize"] == str(file["bytes"])
        assert said[f"{address}#checksum", "checksumValue"] == file["sha256"]
    for extension in ("ttl", "rdf", "jsonld"):
        assert site.get(f"/dumps.{extension}").status_code == 200
    page = site.get("/dumps", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "SHA256SUMS" in page
    assert ("no HDT" in page) != dumps.has_hdt()
    assert len(page) < 60_000
    assert len(site.get("/tables", headers={"Accept": "text/html"}).data) < 60_000


def test_croissant_and_schema_org_tell_of_the_same_files(site: FlaskClient) -> None:
    croissant = site.get("/dumps/croissant.json").get_json()
    for record in croissant["recordSet"]:
        fields = [field["source"]["extract"]["column"] for field in record["field"]]
        text = site.get(f"/tables/{record['name']}.csv").get_data(as_text=True)
        assert next(csv.reader(io.StringIO(text))) == fields
    dataset = json.loads(site.get("/dumps/dataset.jsonld").data)
    assert dataset["@type"] == "Dataset"
    assert any(d["contentUrl"].endswith("dump.nq.zst") for d in dataset["distribution"])


def test_all_of_a_kind_comes_as_csv_and_as_json(site: FlaskClient, release: Release) -> None:
    for kind, number in release.manifest["counts"]["statements_by_kind"].items():
        name = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind).lstrip("-")
        rows = list(csv.DictReader(io.StringIO(site.get(f"/tables/{name}.csv").text)))
        assert len(rows) == number, kind
        records = site.get(f"/tables/{name}.json").get_json()
        assert [r["statement"] for r in records] == [r["statement"] for r in rows]


def test_a_dump_by_a_name_that_lasts_leads_to_the_release(
    site: FlaskClient, release: Release
) -> None:
    response = site.get("/dumps/dump.nq.gz")
    assert response.status_code == 307
    assert response.headers["Location"] == f"/base/release/{release.digest}/dump.nq.gz"
    assert site.get("/dumps/../../etc/passwd").status_code == 404
    assert site.get("/dumps/dump.docx").status_code == 404
    assert site.get("/tables/%3Cb%3E.csv").status_code == 404


def test_a_statement_is_cited_with_its_source(site: FlaskClient, release: Release) -> None:
    path = "id/statement/rfi/membership-gcc-bahrain"
    text = site.get(f"/cite/{path}.bib").get_data(as_text=True)
    assert text.startswith("@misc{")
    assert f"{BASE}{path}" in text
    assert "Anne Bernas" in text
    (item,) = json.loads(site.get(f"/cite/{path}.csl.json").data)
    assert item["URL"] == BASE + path
    assert release.digest in item["note"]
    assert item["issued"]["date-parts"] == [[int(release.manifest["knowledge_end"][:4])]]


@pytest.mark.parametrize(
    ("address", "cited"),
    [
        ("/cite/states", f"{PUBLIC}/states"),
        ("/cite/query?query=ASK%20%7B%7D", f"{PUBLIC}/query?query=ASK+%7B%7D"),
        ("/cite/ontology", f"{BASE}ontology"),
    ],
)
def test_pages_and_queries_are_cited_too(site: FlaskClient, address: str, cited: str) -> None:
    response = site.get(address, headers={"Accept": "application/vnd.citationstyles.csl+json"})
    assert response.get_json(force=True)[0]["URL"] == cited


@pytest.mark.parametrize(
    ("path", "cited"),
    [
        ("/", f"{PUBLIC}/"),
        ("/states", f"{PUBLIC}/states"),
        ("/dumps", f"{PUBLIC}/dumps"),
        ("/doc/id/state/iran.html", f"{BASE}id/state/iran"),
        ("/evidence?rests=one&voice=analyst", f"{PUBLIC}/evidence?rests=one&voice=analyst"),
        ("/query?query=ASK%20%7B%7D", f"{PUBLIC}/query?query=ASK+%7B%7D"),
    ],
)
def test_a_page_leads_to_its_own_reference(site: FlaskClient, path: str, cited: str) -> None:
    page = site.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    (address,) = re.findall(r'href="/base(/cite/[^"]+\.csl\.json[^"]*)"[^>]*>CSL-JSON', page)[-1:]
    assert site.get(html.unescape(address)).get_json(force=True)[0]["URL"] == cited


def test_what_is_not_there_is_not_cited(site: FlaskClient) -> None:
    assert site.get("/cite/id/state/nowhere.bib").status_code == 404
    assert site.get("/cite/%7B%5Cinput%7D.bib").status_code == 404
    assert site.get("/cite/query.bib").status_code == 400
    braces = site.get("/cite/query.bib?query=%7D%7D%20%5Cinput%7Bx%7D").get_data(as_text=True)
    assert r"\}\} \textbackslash{}input\{x\}" in braces


def test_a_thing_has_a_feed_of_what_came_in(site: FlaskClient) -> None:
    response = site.get("/feeds/id/state/saudi-arabia.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    entries = feed.findall(f"{ATOM}entry")
    assert 0 < len(entries) <= 100
    days = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert days == sorted(days, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == days[0]
    first = entries[0].findtext(f"{ATOM}id") or ""
    assert first.startswith(BASE + "id/statement/")
    page = site.get("/doc/id/state/saudi-arabia.html").get_data(as_text=True)
    assert "/base/feeds/id/state/saudi-arabia.atom" in page
    assert site.get("/feeds/id/state/nowhere.atom").status_code == 404
    assert site.get("/feeds/concept/role/member.atom").status_code == 404
