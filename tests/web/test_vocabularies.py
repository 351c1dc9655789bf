"""A vocabulary is longer than a page may be: its graph stands in the pages of its terms."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pyoxigraph as ox
import pytest
from flask import Flask

from foedus.content.names import BASE, F
from foedus.engine.embedded import EmbeddedEngine
from foedus.release import Release
from foedus.web import Settings, create_app, taking_away
from foedus.web.linked import vocabulary

PARTS = ("ontology", "ontology/concepts", "ontology/typologies", "ontology/alignments")
BLOCK = re.compile(r'<script type="application/ld\+json" id="(\w+)">(.*?)</script>', re.DOTALL)
#: A page of HTML (issue: pages people want to read).
BYTES = 60_000


@pytest.fixture(scope="module")
def site(release: Release) -> Flask:
    engine = EmbeddedEngine.load(release.dataset_path)
    return create_app(
        release,
        evaluator=taking_away.Alone(engine),
        reader=engine,
        settings=Settings(show_passages=False),
        cacheable=True,
    )


@pytest.fixture(scope="module")
def graphs(site: Flask) -> Callable[[str], dict[str, list[ox.Triple]]]:
    """The graphs in the page at a path, by their names."""
    return cache(lambda path: _graphs(site, path))


def _graphs(site: Flask, path: str) -> dict[str, list[ox.Triple]]:
    page = site.test_client().get(path)
    assert page.status_code == 200, path
    assert len(page.data) <= BYTES, path
    return {
        name: [q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD)]
        for name, text in BLOCK.findall(page.text)
    }


def canonical(triples: list[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def shares_of(site: Flask, path: str) -> Iterator[tuple[str, list[ox.Triple]]]:
    """What the document of a vocabulary says of each of its terms, and of itself."""
    document = site.test_client().get(f"/doc/{path}.nt").data
    parts = vocabulary.shares(ox.parse(document, format=ox.RdfFormat.N_TRIPLES))
    assert sum(map(len, parts.values())) == len(document.splitlines())
    yield from parts.items()


@pytest.mark.parametrize("path", PARTS)
def test_the_pages_of_a_vocabulary_hold_its_graph_between_them(
    site: Flask, graphs: Callable[[str], dict[str, list[ox.Triple]]], path: str
) -> None:
    shares = dict(shares_of(site, path))
    assert len(shares) > 20
    for iri, said in shares.items():
        if iri == vocabulary.REST:
            assert canonical(graphs(f"/doc/{path}.html")["graph"]) == canonical(said)
        elif iri.startswith(F):
            there = graphs(f"/ontology/terms/{iri.removeprefix(F)}")
            own = there["alignments" if path == "ontology/alignments" else "graph"]
            if path == "ontology/typologies":  # it says all that any graph says of its terms
                own = own + [t for t in there.get("alignments", ()) if not is_axiom(t)]
            assert canonical(own) == canonical(said), iri
        else:
            there = graphs(f"/doc/{iri.removeprefix(BASE)}.html")
            assert canonical(said) <= canonical(there["graph"]), iri


def is_axiom(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode)
