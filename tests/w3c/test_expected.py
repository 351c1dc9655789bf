"""The list of expected failures is short, true, and can only shrink."""

from pathlib import PurePosixPath

import pyoxigraph as ox
import pytest

from conformance import compare, manifest, results
from conformance.data import triples
from conformance.expected import ExpectedFailure, exceptions, most
from conformance.manifest import Test, file_of, folder


def of(whose: str) -> list[ExpectedFailure]:
    return [failure for failure in exceptions().values() if failure.whose == whose]


@pytest.mark.parametrize("whose", ["engine", "ours"])
def test_no_list_is_longer_than_its_number_nor_the_number_than_its_list(whose: str) -> None:
    assert len(of(whose)) == most()[whose]


def test_ours_are_fewer_than_five_and_the_engine_s_no_more_than_ever() -> None:
    assert len(of("ours")) < 5
    assert len(of("engine")) <= 30


def test_every_expected_failure_is_a_test_that_is_run() -> None:
    if not folder().is_dir():
        pytest.skip(f"the W3C test suites are not at {folder()}")
    run = {test.id for test in manifest.tests() if not test.apart}
    assert set(exceptions()) <= run


@pytest.mark.w3c("expected of the engine")
def test_what_is_laid_to_the_engine_fails_without_any_of_our_code(test: Test) -> None:
    store = ox.Store()
    for triple in (triple for address in test.data for triple in triples(address)):
        store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    for name, address in test.graphs:
        for triple in triples(address):
            graph = ox.NamedNode(name)
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
    query = file_of(test.query).read_text(encoding="utf-8")
    found = store.query(query, base_iri=test.query)
    kind = PurePosixPath(test.result).suffix
    wanted: results.Table | bool | None
    if kind == ".ttl":
        kind, wanted = ".srx", results.read_graph(triples(test.result))
    else:
        wanted = results.read(file_of(test.result).read_bytes(), kind)
    assert not isinstance(found, ox.QueryTriples)
    assert wanted is not None
    extension = ox.QueryResultsFormat.from_extension(kind.removeprefix("."))
    assert extension is not None
    document = found.serialize(format=extension)
    assert document is not None
    assert compare.difference(results.read(document, kind), wanted)
