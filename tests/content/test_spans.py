"""Every triple with the place of its subject, predicate and object."""

from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.content.spans import NotTurtle11, read_spans

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = "@prefix : <http://e/> .\nPREFIX p.q: <http://e/q#>\n@base <http://e/base/> .\n"

GAPS = [" ", "\n", "\t", "\r\n", ' # a . ; [ ( <x> "\n', "\n# ünïcode 😀\n  ", "  \n\n "]
IRIS = [
    ":a",
    ":b.c",
    "p.q:d",
    "<http://e/x>",
    "<rel>",
    ":é😀",
    r":e\,s",
    ":",
    "p.q:",
    ":1-2",
    ":x%20y",
]
LITERALS = [
    '"t"',
    "'t'",
    '"é 😀"',
    '"a . ; # [ ( <x>"',
    r'"q \" \\"',
    '"""l\n " "" x"""',
    "'''l\n'x'''",
    '"x"@en',
    '"x"@en-GB',
    '"1"^^:dt',
    '"1"^^<http://e/d>',
    '"1" ^^ p.q:d',
    '"a" @fr',
    "1",
    "-2",
    "+3",
    "4.5",
    ".5",
    "6e7",
    "8.E-1",
    "true",
    "false",
    '""',
    '""""""',
]
GRAPH_NAMES = ["", ":g", "<http://e/g>", "_:g", "[]"]


@dataclass
class Writer:
    """Writes a document and counts by itself where each part of each triple stands."""

    draw: st.DrawFn
    text: str = PREFIXES
    triples: list[tuple[tuple[int, int], ...]] = field(default_factory=list)

    def gap(self, least: str = " ") -> None:
        self.text += self.draw(st.sampled_from([least, *GAPS]))

    def word(self, choices: list[str]) -> tuple[int, int]:
        start = len(self.text)
        self.text += self.draw(st.sampled_from(choices))
        return start, len(self.text)

    def node(self, depth: int, choices: list[str]) -> tuple[int, int]:
        kind = self.draw(st.sampled_from(["word", "word", "word", "[", "("] if depth else ["word"]))
        if kind == "word":
            return self.word([*choices, "_:x", "_:y.z"])
        start, first = len(self.text), len(self.triples)
        self.text += kind
        if kind == "[":
            self.gap("")
            if self.draw(st.booleans()):
                self.properties(depth - 1, None)
        else:
            cells = []
            self.gap("")
            for _ in range(self.draw(st.integers(0, 3))):
                cells.append(self.node(depth - 1, [*IRIS, *LITERALS]))
                self.gap(" ")
            close = (len(self.text), len(self.text) + 1)
            for number, item in enumerate(cells):
                here = item if number else None  # the first cell is the list itself
                after = cells[number + 1] if number + 1 < len(cells) else close
                self.triples += [(here, item, item), (here, after, after)]  # type: ignore[list-item]
        self.text += "]" if kind == "[" else ")"
        end = (start, len(self.text))
        self.triples[first:] = [
            tuple(end if part is None else part for part in triple)
            for triple in self.triples[first:]
        ]
        return end

    def properties(self, depth: int, subject: tuple[int, int] | None) -> None:
        for number in range(self.draw(st.integers(1, 3))):
            if number:
                self.text += self.draw(st.sampled_from([";", " ;", ";;", "; ;"]))
                self.gap("")
            predicate = self.word(["a", *IRIS])
            self.gap(" ")
            for again in range(self.draw(st.integers(1, 2))):
                if again:
                    self.text += ","
                    self.gap("")
                value = self.node(depth, [*IRIS, *LITERALS])
                self.triples.append((subject, predicate, value))  # type: ignore[arg-type]
                self.gap(" ")
        self.text += self.draw(st.sampled_from(["", ";", " ; "]))

    def statement(self) -> None:
        subject = self.node(2, IRIS)
        self.gap(" ")
        self.properties(2, subject)
        self.gap(" ")


@st.composite
def documents(draw: st.DrawFn) -> Writer:
    writer = Writer(draw)
    for _ in range(draw(st.integers(0, 4))):
        writer.statement()
        writer.text += "."
        writer.gap("\n")
        if draw(st.booleans()):
            writer.text += draw(st.sampled_from([PREFIXES, "@prefix : <http://other/> .\n"]))
    return writer


@st.composite
def datasets(draw: st.DrawFn) -> Writer:
    writer = Writer(draw)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(GRAPH_NAMES))
        writer.text += draw(st.sampled_from(["", "GRAPH "])) if name else ""
        writer.text += name
        writer.gap(" ")
        writer.text += "{ "
        for number in range(draw(st.integers(0, 2))):
            if number:
                writer.text += " . "
            writer.statement()
        writer.text += draw(st.sampled_from(["}", ".}"])) if writer.text.strip()[-1] != "{" else "}"
        writer.gap("\n")
    return writer


def same(text: str, quads: list[ox.Quad], form: ox.RdfFormat, base: str | None = None) -> bool:
    """Whether *quads* are those of the plain reading, whatever blank nodes are called."""
    plain, placed = (
        ox.Dataset(each) for each in (ox.parse(text, format=form, base_iri=base), quads)
    )
    for dataset in (plain, placed):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return plain == placed


@given(documents())
def test_each_part_of_each_triple_is_where_its_writer_put_it(written: Writer) -> None:
    read = read_spans(written.text)
    spans = [(read.subject(i), read.predicate(i), read.object(i)) for i in range(len(read.quads))]
    assert sorted(spans) == sorted(written.triples)
    assert same(written.text, read.quads, ox.RdfFormat.TURTLE)


@given(datasets())
def test_trig_is_read_with_its_graphs_and_places(written: Writer) -> None:
    read = read_spans(written.text, trig=True)
    spans = [(read.subject(i), read.predicate(i), read.object(i)) for i in range(len(read.quads))]
    assert sorted(spans) == sorted(written.triples)
    assert same(written.text, read.quads, ox.RdfFormat.TRIG)


def test_the_inputs_of_the_w3c_have_the_triples_of_the_plain_reading(w3c_dir: Path) -> None:
    paths = sorted(p for p in w3c_dir.rglob("*") if p.suffix in (".ttl", ".nt"))
    assert len(paths) > 400
    for path in paths:
        text = path.read_text(encoding="utf-8")
        base = f"http://example.org/{path.name}"
        assert same(text, read_spans(text, base=base).quads, ox.RdfFormat.TURTLE, base), (
            path.relative_to(w3c_dir)
        )


def test_the_content_has_the_triples_of_the_plain_reading(content_dir: Path) -> None:
    for room in ("ontology", "shapes"):
        for path in sorted((content_dir / room).rglob("*.ttl")):
            text = path.read_text(encoding="utf-8")
            assert same(text, read_spans(text).quads, ox.RdfFormat.TURTLE), path


def test_what_is_written_at_a_place_is_the_term(content_dir: Path) -> None:
    path = content_dir / "ontology" / "foedus.ttl"
    read = read_spans(path.read_text(encoding="utf-8"))
    for index, quad in enumerate(read.quads):
        start, end = read.object(index)
        word = read.text[start:end]
        if isinstance(quad.object, ox.BlankNode):
            assert word[0] in "[(" or quad.predicate.value.startswith(RDF)
        elif isinstance(quad.object, ox.NamedNode) and quad.object.value != RDF + "nil":
            assert quad.object.value.endswith(word.strip("<>").split(":", 1)[-1])


def test_two_readings_call_a_blank_node_the_same() -> None:
    text = "<x:a> <x:b> [ <x:c> ( 1 _:d ) ] ."
    one, two = read_spans(text, key="k"), read_spans(text, key="k")
    assert one.quads == two.quads
    assert one.quads != read_spans(text, key="other").quads


def test_a_block_ends_with_its_last_object_whatever_follows() -> None:
    text = "<x:a> <x:b> 1 , [ <x:c> 2 ] ; # a remark\n  ; .\n<x:a> <x:b> 3 ."
    (block,) = read_spans(text).blocks.values()
    assert text[block.start : block.end] == "<x:a> <x:b> 1 , [ <x:c> 2 ]"
    assert text[block.start : block.subject_end] == "<x:a>"


def test_lines_and_columns_count_code_points_from_one() -> None:
    text = "<x:a> <x:b>\r\n  '😀', \"é\" ."
    read = read_spans(text)
    assert read.lines.span(*read.object(0)) == (2, 3, 2, 6)
    assert read.lines.span(*read.object(1)) == (2, 8, 2, 11)


@pytest.mark.parametrize("text", ["<x:a> <x:b> <<( <x:a> <x:b> 1 )>> .", 'VERSION "1.2"'])
def test_what_only_rdf_1_2_has_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(NotTurtle11) as raised:
        read_spans(text)
    assert raised.value.start == max(text.find("<<"), 0)


def test_brackets_may_be_nested_deeply() -> None:
    depth = 2_000
    text = "<x:a> <x:b> " + "[ <x:c> " * depth + "1" + " ]" * depth + " ."
    assert len(read_spans(text).quads) == depth + 1
