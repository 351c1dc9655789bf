"""One index for all tests of the assistant, and texts that nobody published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.assist.index import Index, index_of
from foedus.assist.model import Extraction
from foedus.assist.reading.files import plain
from foedus.assist.run import extract_document
from foedus.content.locate import find_content

TEXTS = Path(__file__).with_name("texts")


@pytest.fixture(scope="session")
def index() -> Index:
    """The index of the project's content."""
    return index_of(find_content())


@pytest.fixture(scope="session")
def found_in(index: Index) -> Callable[[str], Extraction]:
    """What is found in a text; in one of the invented articles, where a name is given."""

    def find(text: str) -> Extraction:
        whole = text
        if text.isalpha():
            whole = (TEXTS / f"{text}.txt").read_text(encoding="utf-8")
        return extract_document(plain(whole), index)

    return find
