"""A graph is written once each triple, whatever the engine gives and however it is cut."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engine.answers import Term
from foedus.engine.errors import LimitReached
from foedus.engine.graphs import FORMATS, Lines
from foedus.engine.serialize import GRAPH_FORMATS, N_TRIPLES, TURTLE

XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = ("string", "integer", "boolean", "decimal", "double", "date")
NODES = st.one_of(
    st.sampled_from(["urn:a", "urn:b", "urn:c_:d"]).map(ox.NamedNode),
    st.sampled_from(["x", "y", "z"]).map(ox.BlankNode),
)
VERBS = st.sampled_from(["urn:p", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"])
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["1", "01", "true", "_:x", "a _:b .", ' ."', "é", "\n\r\t\\", ""]),
)
LITERALS = st.one_of(
    st.builds(lambda t: ox.Literal(t, language="en"), TEXTS),
    st.builds(
        lambda t, d: ox.Literal(t, datatype=ox.NamedNode(XSD + d)),
        TEXTS,
        st.sampled_from(DATATYPES),
    ),
)
TRIPLES = st.builds(ox.Triple, NODES, VERBS.map(ox.NamedNode), st.one_of(NODES, LITERALS))


class Document:
    def __init__(self) -> None:
        self.text = b""

    def write(self, data: bytes) -> int:
        self.text += data
        return len(data)


def written(triples: list[ox.Triple], media_type: str, size: int, most: int = 1000) -> bytes:
    """The document made of what the engine writes, in pieces of so many bytes."""
    document = Document()
    lines = Lines(document, media_type, most)
    given_ = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    for start in range(0, len(given_), size):
        lines.write(given_[start : start + size])
    lines.close()
    return document.text


def read(document: bytes, media_type: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(document, format=GRAPH_FORMATS[media_type])]


def canonical(triples: list[ox.Triple]) -> ox.Dataset:
    graph = ox.Dataset([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return graph


@given(st.lists(TRIPLES, max_size=12), st.sampled_from(FORMATS), st.integers(1, 200))
def test_the_graph_is_the_same_and_holds_each_triple_once(
    triples: list[ox.Triple], media_type: str, size: int
) -> None:
    found = read(written(triples, media_type, size), media_type)
    assert len(found) == len(set(triples))
    assert canonical(found) == canonical(triples)


@given(st.lists(TRIPLES, max_size=8), st.sampled_from(FORMATS))
def test_the_names_of_blank_nodes_do_not_depend_on_those_they_had(
    triples: list[ox.Triple], media_type: str
) -> None:
    def renamed(term: Term) -> Term:
        return ox.BlankNode(f"other{term.value}") if isinstance(term, ox.BlankNode) else term

    others = [ox.Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples]
    assert written(triples, media_type, 50) == written(others, media_type, 1000)


def test_turtle_is_short_where_it_can_be() -> None:
    a, p, kind = (ox.NamedNode(f"urn:{name}") for name in ("a", "p", "K"))
    of_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    one = ox.Literal(1)
    triples = [ox.Triple(a, of_type, kind), ox.Triple(a, p, one), ox.Triple(a, p, kind)]
    triples.append(ox.Triple(kind, p, ox.Literal(value=True)))
    expected = b"<urn:a> a <urn:K> ;\n\t<urn:p> 1 , <urn:K> .\n<urn:K> <urn:p> true .\n"
    assert written(triples, TURTLE, 1000) == expected
    assert written([], TURTLE, 1) == b""


def test_more_triples_than_may_be_are_an_error_and_the_same_ones_again_are_not() -> None:
    triples = [ox.Triple(ox.NamedNode(f"urn:{n}"), *[ox.NamedNode("urn:p")] * 2) for n in range(5)]
    assert len(read(written(triples * 3, N_TRIPLES, 70, most=5), N_TRIPLES)) == 5
    with pytest.raises(LimitReached) as error:
        written(triples, N_TRIPLES, 70, most=4)
    assert error.value.limit == "result_rows"
