"""What was found in an article survives being written and read, letter by letter."""

from __future__ import annotations

import json

import jsonschema
import pyoxigraph as ox
import pytest

from foedus.assist.interchange import SCHEMA, from_json, to_json
from foedus.assist.model import (
    Block,
    Candidate,
    Document,
    Extraction,
    Mention,
    NewThing,
    Notice,
    Passage,
    Slot,
    key_of,
)
from foedus.content.names import BASE
from foedus.content.texts import passage_digest
from foedus.findings import CannotRun

TEXT = "Ruritania “signed” the pact.\n"
SLOTS = (
    Slot("agent", ox.NamedNode(BASE + "id/state/ruritania"), Passage(0, 9)),
    Slot("count", ox.Literal("3", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
         Passage(0, 9)),
    Slot("name", ox.Literal("pact", language="en"), Passage(23, 27)),
    Slot("date", ox.Literal("1999-04"), Passage(0, 28)),
)  # fmt: skip
FOUND = Extraction(
    Document(TEXT, passage_digest(TEXT), "Title", None, "Paper", "1999", (Block(0, 28, "body"),)),
    BASE + "id/source/paper-1999",
    (Mention(0, 9, BASE + "id/state/ruritania", "State", "Ruritania", "label", ("x",)),),
    (NewThing(BASE + "id/instrument/pact", "Instrument", "pact", Passage(23, 27), ("Pac",)),),
    (
        Candidate(
            key_of("Act", SLOTS, Passage(0, 28)), "Act", SLOTS, Passage(0, 28), "reported-named",
            "affirmed", "past", "", None, None, "1999-04", "signed", 0.9, "Ruritania signed it.",
            "new", (BASE + "id/statement/a/b",),
        ),
    ),
    (Notice("language", "no English", "Translate it."),),
)  # fmt: skip


def test_what_is_written_is_read_again_and_fits_the_schema() -> None:
    text = to_json(FOUND)
    assert from_json(text) == FOUND
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text()))


def test_the_key_does_not_hang_on_the_order_of_slots() -> None:
    there, back = (key_of("Act", s, Passage(0, 28)) for s in (SLOTS, SLOTS[::-1]))
    assert there == back != key_of("Act", SLOTS[1:], Passage(0, 28))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(version=99), "version 99"),
        (lambda d: d["document"].update(text="Another text"), "text was changed"),
        (lambda d: d["candidates"][0].pop("slots"), "slots"),
        (lambda d: d.update(source="file:///etc/passwd"), "no source"),
    ],
)
def test_what_is_no_extraction_is_refused_with_its_reason(change, message) -> None:  # type: ignore[no-untyped-def]
    data = json.loads(to_json(FOUND))
    change(data)
    with pytest.raises(CannotRun, match=message):
        from_json(json.dumps(data))
