"""Every pattern finds what its entry says it finds, and nothing where it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foedus.assist.model import Extraction
from foedus.assist.patterns.language import compile_pattern, forms
from foedus.assist.patterns.library import Pattern, patterns

Find = Callable[[str], Extraction]


@pytest.mark.parametrize("pattern", patterns(), ids=lambda p: p.name)
def test_a_pattern_finds_its_examples_and_nothing_else(pattern: Pattern, found_in: Find) -> None:
    for example in pattern.yes:
        found = [c for c in found_in(example).candidates if c.pattern == pattern.name]
        assert found, f"nothing in: {example}"
        assert all(c.kind == pattern.kind for c in found)
    for example in pattern.no:
        found = [c for c in found_in(example).candidates if c.pattern == pattern.name]
        assert not found, f"{[c.label for c in found]} in: {example}"


def test_every_pattern_has_a_name_of_its_own_and_an_example_that_must_not_match() -> None:
    names = [pattern.name for pattern in patterns()]
    assert len(set(names)) == len(names)
    assert [p.name for p in patterns() if not p.no] == []


def test_verbs_are_inflected_as_in_english() -> None:
    assert forms("withdraw")["past"] == "withdrew"
    assert forms("sign")["ing"] == "signing"
    assert forms("ratify")["s"] == "ratifies"
    assert forms("pledge") == {"inf": "pledge", "s": "pledges", "past": "pledged",
                               "pp": "pledged", "ing": "pledging"}  # fmt: skip


def test_an_atom_of_a_pattern_means_what_the_language_says() -> None:
    way = compile_pattern("{agent:party+} {aux} <sign:past> ~ {object:text}")
    match = way.search("S0 , S2 and S4 have not signed a long secret I9 . ")
    assert match is not None
    assert match.group("agent") == "S0 , S2 and S4 "
    assert match.group("aux") == "have not "
    assert way.search("S0 signed I1 of . ") is not None
    assert way.search("P0 signed and I1 . ") is None
    with pytest.raises(ValueError, match="unterminated"):
        compile_pattern("( a | b")
