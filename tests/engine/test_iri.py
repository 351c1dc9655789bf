"""Relative IRIs, by the examples of RFC 3986 and as the engine resolves them."""

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foedus.engine.iri import resolve

BASE = "http://a/b/c/d;p?q"
EXAMPLES = {  # sections 5.4.1 and 5.4.2
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    "g?y#s": "http://a/b/c/g?y#s",
    ";x": "http://a/b/c/;x",
    "g;x": "http://a/b/c/g;x",
    "g;x?y#s": "http://a/b/c/g;x?y#s",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "./": "http://a/b/c/",
    "..": "http://a/b/",
    "../": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "../../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g.": "http://a/b/c/g.",
    ".g": "http://a/b/c/.g",
    "g..": "http://a/b/c/g..",
    "..g": "http://a/b/c/..g",
    "./../g": "http://a/b/g",
    "./g/.": "http://a/b/c/g/",
    "g/./h": "http://a/b/c/g/h",
    "g/../h": "http://a/b/c/h",
    "g;x=1/./y": "http://a/b/c/g;x=1/y",
    "g;x=1/../y": "http://a/b/c/y",
    "g?y/./x": "http://a/b/c/g?y/./x",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/./x": "http://a/b/c/g#s/./x",
    "#": "http://a/b/c/d;p?q#",
    "?": "http://a/b/c/d;p?",
}


@pytest.mark.parametrize(("reference", "iri"), EXAMPLES.items())
def test_a_reference_is_resolved_as_the_examples_say(reference: str, iri: str) -> None:
    assert resolve(BASE, reference) == iri


def test_a_base_of_any_scheme_is_a_base() -> None:
    assert resolve("foo://bla/x", "y#") == "foo://bla/y#"
    assert resolve("http://a", "b") == "http://a/b"


@given(st.from_regex(r"[ab.]{0,3}(/[ab.]{0,3}){0,4}(\?[ab/]{0,3})?(#[ab/]{0,3})?", fullmatch=True))
def test_the_engine_resolves_alike(reference: str) -> None:
    assume("//" not in reference)  # the engine keeps or drops empty segments as it likes
    quads = ox.parse(f"<{reference}> <urn:p> 1 .", format=ox.RdfFormat.TURTLE, base_iri=BASE)
    found = next(iter(quads)).subject
    assert isinstance(found, ox.NamedNode)
    assert resolve(BASE, reference) == found.value
