"""The one layout of the data: what is written is what was read, and again the same."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from foedus.content.layout import OA, F, rewrite, write_turtle
from foedus.content.names import prefixes, statement_prefixes

TABLE = statement_prefixes("example")

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,8}", fullmatch=True)
IRIS = st.one_of(
    st.builds(lambda s: URIRef(TABLE["st"] + s), SLUGS),
    st.builds(lambda s: URIRef(TABLE["ev"] + s), SLUGS),
    st.builds(lambda s: URIRef(TABLE["state"] + s), SLUGS),
    st.builds(lambda s: URIRef("http://example.org/" + s), SLUGS),
)
PREDICATES = st.sampled_from(
    [
        RDF.type,
        *(URIRef(F + n) for n in ("member", "begin", "evidence", "note", "assertedBy", "unheard")),
        URIRef(OA + "start"),
        URIRef("http://example.org/ns#p"),
    ]
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
VALUES = st.one_of(
    IRIS,
    st.builds(Literal, WORDS),
    st.builds(lambda t, lang: Literal(t, lang=lang), WORDS, st.sampled_from(["en", "ar", "en-GB"])),
    st.builds(Literal, st.integers(-(10**6), 10**6)),
    st.builds(Literal, st.booleans()),
    st.builds(lambda n: Literal(Decimal(n) / 100), st.integers(-1000, 1000)),
    st.builds(lambda d: Literal(d.isoformat(), datatype=XSD.date), st.dates()),
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    graph = Graph()
    for _ in range(draw(st.integers(1, 10))):
        predicate = draw(PREDICATES)
        value = draw(IRIS if predicate == RDF.type else VALUES)
        if predicate == URIRef(OA + "start"):
            value = Literal(draw(st.integers(0, 10**6)))
        graph.add((draw(IRIS), predicate, value))
    return graph


@given(graphs())
def test_what_is_written_is_what_was_read(graph: Graph) -> None:
    text = write_turtle(graph, TABLE)
    again = Graph().parse(data=text, format="turtle")
    assert isomorphic(again, graph)
    assert write_turtle(again, TABLE) == text


@given(graphs())
def test_a_file_declares_the_prefixes_that_it_uses_and_no_other(graph: Graph) -> None:
    text = write_turtle(graph, TABLE)
    # Where no prefix is used the file begins with the empty line.
    header, _, body = ("", "", text) if text[:1] == "\n" else text.partition("\n\n")
    for line in header.splitlines():
        prefix = line.split()[1]
        assert prefix in body or prefix in header.replace(line, ""), line


def test_a_statement_stands_where_its_passage_does_and_its_evidence_follows() -> None:
    text = """
      @prefix f: <https://w3id.org/foedus/ontology#> . @prefix oa: <http://www.w3.org/ns/oa#> .
      @prefix st: <https://w3id.org/foedus/id/statement/example/> .
      @prefix ev: <https://w3id.org/foedus/id/evidence/example/> .
      ev:late oa:start 90 . ev:early oa:start 7 .
      st:a f:evidence ev:late . st:z f:evidence ev:early .
    """
    written = write_turtle(Graph().parse(data=text, format="turtle"), TABLE)
    order = [line.split()[0] for line in written.splitlines() if line[:3] in ("st:", "ev:")]
    assert order == ["st:z", "ev:early", "st:a", "ev:late"]


def test_evidence_of_evidence_and_of_itself_is_not_lost() -> None:
    a, b, evidence = URIRef("x:a"), URIRef("x:b"), URIRef(F + "evidence")
    graph = Graph()
    graph.add((a, evidence, a))
    graph.add((b, evidence, a))
    assert isomorphic(Graph().parse(data=write_turtle(graph, TABLE), format="turtle"), graph)


def test_a_blank_node_is_refused() -> None:
    graph = Graph()
    graph.add((BNode(), RDF.type, URIRef(F + "Membership")))
    with pytest.raises(ValueError, match="blank node"):
        write_turtle(graph, TABLE)


@pytest.mark.parametrize("room", ["statements", "coverage", "things", "curation"])
def test_the_files_of_the_data_are_in_the_layout(content_dir: Path, room: str) -> None:
    files = sorted((content_dir / "data" / room).glob("*.ttl"))
    assert files
    own = room in ("statements", "coverage")
    for path in files:
        table = statement_prefixes(path.stem) if own else dict(prefixes())
        text = path.read_text(encoding="utf-8")
        written = write_turtle(Graph().parse(data=text, format="turtle"), table)
        for number, (is_line, should) in enumerate(
            zip(text.splitlines(), written.splitlines(), strict=False), 1
        ):
            assert is_line == should, f"{path.relative_to(content_dir)}:{number}"
        assert text == written, path


def test_a_file_with_other_line_ends_is_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"<http://example.org/a>  a  <http://example.org/B> .\r\n")
    assert rewrite(path)
    right = path.read_bytes()
    assert b"\r" not in right
    path.write_bytes(right.replace(b"\n", b"\r\n"))
    assert rewrite(path)
    assert path.read_bytes() == right
    assert not rewrite(path)
