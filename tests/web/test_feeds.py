"""A feed tells what came in, what changed from release to release, and all of it page by page."""

from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
from flask.testing import FlaskClient

from foedus.content.names import BASE
from foedus.engine.embedded import EmbeddedEngine
from foedus.graph import changes
from foedus.web import Served, Settings, create_app
from foedus.web.linked.feeds import NEWEST

ATOM = "{http://www.w3.org/2005/Atom}"
F = f"{BASE}ontology#"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def statement(n: int, label: str) -> str:
    st, graph = f"<{BASE}id/statement/a/s{n:03}>", f"<{BASE}graph/source/a>"
    return (
        f'{st} {LABEL} "{label}"@en .\n'
        f"{st} <{F}inSource> <{BASE}id/source/a> .\n"
        f"{st} <{F}member> <{BASE}id/state/iran> {graph} .\n"
        f"{st} <{F}statementKind> <{BASE}concept/kind/membership> .\n"
    )


def serving(folder: Path, digest: str, lines: str) -> FlaskClient:
    """A server over a release that took the place of the last one in *folder*."""
    path = folder / "releases" / digest / "dataset.nq"
    path.parent.mkdir(parents=True)
    path.write_text(lines + f'<{BASE}id/state/iran> {LABEL} "Iran"@en .\n', encoding="utf-8")
    changes.record(folder, "current", "dataset.nq", digest, "2020-02-02")
    (folder / "current").write_text(digest, encoding="utf-8")
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.N_QUADS)
    engine = EmbeddedEngine(store)
    settings = Settings(public="http://foedus.example")
    served = Served(digest=digest, dataset=(path,))
    return create_app(served, evaluator=engine, reader=engine, settings=settings).test_client()


def feed(client: FlaskClient, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200, address
    return ElementTree.fromstring(response.data)


def test_a_feed_tells_what_changed_between_the_releases_that_are_kept(tmp_path: Path) -> None:
    address = "/feeds/id/state/iran.atom"
    before = serving(tmp_path, "a" * 64, statement(1, "It was in.") + statement(2, "Gone soon."))
    assert len(feed(before, address).findall(f"{ATOM}entry")) == 2
    after = serving(tmp_path, "b" * 64, statement(1, "It was in until 1979."))
    entries = feed(after, address).findall(f"{ATOM}entry")
    titles = {entry.findtext(f"{ATOM}title"): entry for entry in entries}
    assert set(titles) == {
        "It was in until 1979.",
        "Changed: It was in until 1979.",
        "Gone: Gone soon.",
    }
    gone = titles["Gone: Gone soon."]
    assert gone.findtext(f"{ATOM}updated") == "2020-02-02T00:00:00Z"
    assert (gone.findtext(f"{ATOM}id") or "").startswith(f"{BASE}release/{'b' * 64}#")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))


def test_the_whole_of_a_feed_is_had_page_by_page(tmp_path: Path) -> None:
    total = NEWEST * 2 + 7
    lines = "".join(statement(n, f"Statement {n}.") for n in range(total))
    client = serving(tmp_path, "c" * 64, lines)
    address, seen = "/feeds/id/state/iran.atom", []
    while address:
        page = feed(client, address)
        seen += [entry.findtext(f"{ATOM}id") for entry in page.findall(f"{ATOM}entry")]
        links = {link.attrib["rel"]: link.attrib["href"] for link in page.findall(f"{ATOM}link")}
        assert links["self"].endswith(address)
        address = links.get("next", "").removeprefix("http://foedus.example")
    assert len(seen) == len(set(seen)) == total
    assert client.get("/feeds/id/state/iran.atom?page=9").status_code == 404
    assert client.get("/feeds/id/state/iran.atom?page=x").status_code == 400
