"""A file becomes a document once, or a message that says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.assist.index import Index
from foedus.assist.model import Extraction
from foedus.assist.reading import document_of, read_file
from foedus.assist.run import extract_document, look
from foedus.content.names import slug
from foedus.content.texts import Texts
from foedus.findings import CannotRun

PAGE = b"""<!doctype html><html><head><title>Peru and Norway sign a pact</title>
<meta name="author" content="Ama Mensah"><script>var secret = "Chile signed the Treaty of Lima";
</script></head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Peru and Norway sign a pact</h1>
<p>Peru and Norway signed the Treaty of Lima on 4 May 1994, after talks that had lasted for years
and had been broken off twice by the governments of both countries.</p>
<p>The Treaty of Lima entered into force in 1995. Observers had expected it to take much longer, and
the ministers of both countries had said so more than once before the parliament.</p></article>
<footer>Share this on Twitter. Subscribe to our newsletter.</footer></body></html>"""


LONG_LINE = "x" * 1_000_000 + " and Peru signed the Treaty of Lima in 1994. "


def test_the_five_articles_keep_the_digests_that_the_graph_has(index: Index) -> None:
    for digest in index.digests:
        path = Texts().path(digest)
        if path is None:
            pytest.skip("the articles are not at hand")
        document = read_file(path)
        assert document.digest == digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_page_of_html_gives_its_article_and_nothing_of_its_scripts() -> None:
    document = document_of(PAGE, "page.html")
    assert document.title == "Peru and Norway sign a pact"
    assert document.author == "Ama Mensah"
    assert "signed the Treaty of Lima on 4 May 1994" in document.text
    assert "secret" not in document.text
    assert "newsletter" not in document.text


def test_what_stands_around_it_is_set_aside(found_in: Callable[[str], Extraction]) -> None:
    text = (
        "Peru and Norway sign\n\nBy Ama Mensah\n\n4 May 1994\n\n"
        "Peru signed the Treaty of Lima.\n\nShare this\n\n"
        "Read more: Chile signed the Treaty of Oslo\n\n"
        "2 Comments\n\n1. Chile signed the Treaty of Lima too.\n"
    )
    found = found_in(text)
    assert found.document.title == "Peru and Norway sign"
    assert (found.document.author, found.document.published) == ("Ama Mensah", "1994-05-04")
    assert {b.role for b in found.document.blocks} == {
        "heading", "body", "share", "boilerplate", "comment",
    }  # fmt: skip
    assert [slug(a) for c in found.candidates for a in c.values("agent")] == ["peru"]


def test_offsets_count_code_points_and_marks_of_direction_disturb_nothing(
    found_in: Callable[[str], Extraction],
) -> None:
    text = "\u202b😀 Türkiye’s news:\u202c \u200ePeru\u200f signed the Treaty of Lima in 1994."
    found = found_in(text)
    act = next(c for c in found.candidates if c.kind == "Act")
    assert text[act.passage.start : act.passage.end].startswith("Peru")
    assert text[act.passage.start : act.passage.end].endswith("1994")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b" \n\t \n", "is empty"),
        (bytes(range(256)) * 20, "no text in UTF-8"),
        (b"PK\x03\x04" + b"\x00\x01\x02" * 500, "binary"),
        ("\ufeffPeru signed.".encode("utf-16"), "UTF-16"),
        (b"<html><body><script>x()</script></body></html>", "no article"),
        (b"a" * 13_000_000, "more than an article"),
    ],
)
def test_what_is_no_article_is_said_so(raw: bytes, message: str) -> None:
    with pytest.raises(CannotRun, match=message):
        document_of(raw, "file.txt")


def test_a_line_of_a_megabyte_is_read_and_gives_what_it_says(
    found_in: Callable[[str], Extraction],
) -> None:
    assert [c.kind for c in found_in(LONG_LINE).candidates] == ["Act"]


def test_nothing_is_invented_of_a_text_in_another_language(index: Index) -> None:
    text = (
        "Peru und Norwegen haben am 4. Mai 1994 den Vertrag von Lima unterzeichnet. Der Vertrag "
        "ist ein Bündnis, und die Regierungen der beiden Staaten haben erklärt, dass sie einander "
        "beistehen werden, wenn einer von ihnen angegriffen wird. NATO signed Treaty of Lima."
    )
    found = extract_document(document_of(text.encode(), "text.txt"), index)
    assert [n.rule for n in found.notices] == ["language"]
    assert (found.candidates, found.mentions, found.things) == ((), (), ())


def test_a_text_that_is_there_is_known_by_its_digest_and_by_its_likeness(index: Index) -> None:
    path = next((p for d in index.digests if (p := Texts().path(d)) is not None), None)
    if path is None:
        pytest.skip("the articles are not at hand")
    document = read_file(path)
    assert [n.rule for n in look(document, index)] == ["known-text"]
    edited = document_of((document.text.replace(".", " .") + "\nEdited.").encode(), "edited.txt")
    assert [n.rule for n in look(edited, index)] == ["like-text"]


def test_a_file_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CannotRun, match="No such file"):
        read_file(Path("/nowhere/article.txt"))
