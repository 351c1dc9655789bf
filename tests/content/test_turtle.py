"""Turtle files with places: where they stop being Turtle, where each subject's block begins."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.content.locate import Content
from foedus.content.names import statement_prefixes
from foedus.content.turtle import parse_turtle, subject_lines
from foedus.findings import ContentError

PREFIXES = "@prefix a: <http://example.org/a/> .\nPREFIX b: <http://example.org/b#>\n"

# --- Random documents, and where their blocks begin ---------------------------------------------

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,5}[a-z0-9]", fullmatch=True)
NOISE = ["", "\n", "# a:nobody a a:thing .\n", "\n\n  # a comment, with . ; and <x>\n"]
TEXTS = [
    '"plain"',
    '"a:nobody a b:thing ."@en',
    '"""two\nlines . a:nobody\n"""',
    "'''three\n\nlines'''",
    '"# no comment"',
    r'"a \" quote . "',
    '"1955"^^a:year',
    "42",
    "4.5",
    "true",
    "<http://example.org/x#fragment>",
    "( a:one a:two )",
    "[ a:inner [ a:deeper 'x' ] ; a:next b:thing ]",
]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """A Turtle document and, by the writer's own count, the line on which each block begins."""
    text, lines = PREFIXES, {}
    for name in draw(st.lists(NAMES, max_size=8)):
        text += draw(st.sampled_from(NOISE))
        prefix, base = draw(
            st.sampled_from([("a:", "http://example.org/a/"), ("b:", "http://example.org/b#")])
        )
        iri = base + name
        text += draw(st.sampled_from(["", "  "]))
        lines.setdefault(iri, text.count("\n") + 1)
        text += draw(st.sampled_from([prefix + name, f"<{iri}>"]))
        for index, value in enumerate(draw(st.lists(st.sampled_from(TEXTS), min_size=1))):
            text += " ;" if index else ""
            text += draw(st.sampled_from([" ", "\n    ", " # aside\n    "]))
            text += f"a:p{index} {value}"
        text += draw(st.sampled_from([" .\n", ".\n", " .", "\n.\n", " . # end\n"]))
        text += draw(st.sampled_from(["", " ", "\n"]))
        if text.endswith("."):
            text += "\n"
    return text, lines


@given(documents())
def test_the_line_of_every_subject_is_where_its_writer_began_it(
    tmp_path_factory: pytest.TempPathFactory, document: tuple[str, dict[str, int]]
) -> None:
    text, expected = document
    path = tmp_path_factory.mktemp("turtle") / "file.ttl"
    path.write_text(text, encoding="utf-8")
    parse_turtle(path)
    assert subject_lines(path) == expected


def test_a_block_of_a_blank_node_has_no_line_and_hides_none(tmp_path: Path) -> None:
    path = tmp_path / "file.ttl"
    path.write_text(PREFIXES + "_:x a:p a:y .\n[] a:p a:z .\na:last a:p a:z .\n", encoding="utf-8")
    assert subject_lines(path) == {"http://example.org/a/last": 5}


def test_every_subject_in_the_content_begins_its_block_on_its_line(content_dir: Path) -> None:
    content = Content(content_dir)
    files = (*content.files("ontology"), *content.files("data"), *content.files("shapes"))
    assert files
    for path in files:
        lines = subject_lines(path)
        named = {t.subject.value for t in parse_turtle(path) if isinstance(t.subject, ox.NamedNode)}
        assert set(lines) == named, path
        written = path.read_text(encoding="utf-8").split("\n")
        table = dict(re.findall(r"(?mi)^@?prefix\s+([\w-]*):\s*<([^>]*)>", "\n".join(written)))
        for iri, line in lines.items():
            first = written[line - 1]
            names = {f"<{iri}>"} | {
                f"{prefix}:{iri[len(base) :]}"
                for prefix, base in table.items()
                if iri.startswith(base)
            }
            assert first.split()[0] in names, f"{path}:{line}: {first!r} does not begin {iri}"


# --- What is not Turtle --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("@prefix a: <http://example.org/> .\na:x a:y a:z\na:v a:w a:u .\n", 3, None),
        ('<x:a> <x:b> "open .\n', 1, None),
        ("<x:a> <x:b> <x:c> .\n<x:d> <x:e> b:c .\n", 2, 13),
        ("<x:a> <x:b> .\n", 1, 13),
    ],
)
def test_a_malformed_file_is_named_with_line_and_column(
    tmp_path: Path, text: str, line: int, column: int | None
) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        parse_turtle(path)
    (finding,) = raised.value.findings
    assert (finding.rule, finding.file, finding.line) == ("syntax", path, line)
    assert finding.column is not None
    assert finding.column >= 1
    if column is not None:
        assert finding.column == column
    assert finding.remedy
    assert f"{path}:{line}:{finding.column}" in str(finding)


def test_a_column_counts_code_points_and_not_bytes(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text('<x:a> <x:b> "Türkiye, ‘İzmir’" , nope:x .\n', encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        parse_turtle(path)
    assert raised.value.findings[0].column == 34


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes(b'<x:a> <x:b> <x:c> .\n<x:d> <x:e> "T\xfcrkei" .\n')
    with pytest.raises(ContentError) as raised:
        parse_turtle(path)
    (finding,) = raised.value.findings
    assert (finding.file, finding.line) == (path, 2)
    assert "UTF-8" in finding.message


# --- The one layout ------------------------------------------------------------------------------


def test_st_and_ev_are_the_source_s_own() -> None:
    table = statement_prefixes("rfi")
    assert table["st"] == "https://w3id.org/foedus/id/statement/rfi/"
    assert table["ev"] == "https://w3id.org/foedus/id/evidence/rfi/"
