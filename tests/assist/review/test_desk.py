"""What was decided stands in the content, in the journal, and nowhere else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.assist.review.desk import Desk
from foedus.assist.review.terminal import Console, review
from foedus.check.run import run_check
from foedus.content.layout import laid_out
from foedus.content.locate import Content
from foedus.content.texts import Texts
from foedus.findings import CannotRun, ContentError

OpenDesk = Callable[[], Desk]


def state(content: Content) -> dict[str, bytes]:
    return {
        content.relative(path): path.read_bytes()
        for path in sorted(content.root.rglob("*"))
        if path.is_file()
    }


def keys(desk: Desk) -> tuple[str, str]:
    first, second = (candidate.key for candidate in desk.session.candidates)
    return first, second


def test_what_is_accepted_passes_the_gate(open_desk: OpenDesk, content: Content) -> None:
    desk = open_desk()
    for key in keys(desk):
        desk.accept(key)
    for room in ("statements", "coverage"):
        path = content.root / "data" / room / "old-pacts.ttl"
        assert laid_out(path) == path.read_text(encoding="utf-8")
    found = run_check(content, texts=desk.texts, stages=["syntax", "shapes", "evidence"])
    ours = [f for f in found.findings if "old-pacts" in f"{f.file} {f.focus}"]
    assert [f.message for f in ours] == []
    assert [f.message for f in found.findings if "ada-quill" in f"{f.focus} {f.value}"] == []


def test_undoing_everything_leaves_the_content_as_it_was(
    open_desk: OpenDesk, content: Content
) -> None:
    before = state(content)
    desk = open_desk()
    for key in keys(desk):
        desk.accept(key)
    assert state(content) != before
    assert b"ada-quill" in (content.root / "data" / "things" / "persons.ttl").read_bytes()
    assert desk.undo()
    assert b"ada-quill" not in (content.root / "data" / "things" / "persons.ttl").read_bytes()
    assert desk.undo()
    assert state(content) == before
    assert desk.undo() is None


def test_a_review_goes_on_where_it_was_left(open_desk: OpenDesk, content: Content) -> None:
    first = open_desk()
    membership, absence = keys(first)
    first.accept(membership)
    written = state(content)
    second = open_desk()
    assert [c.key for c in second.session.pending] == [absence]
    second.reject(absence)
    assert state(content) == written
    assert open_desk().session.pending == []


def test_a_line_cut_off_by_a_crash_costs_that_line_alone(
    open_desk: OpenDesk, content: Content
) -> None:
    desk = open_desk()
    membership, absence = keys(desk)
    desk.accept(membership)
    desk.accept(absence)
    journal = desk.session.journal.path
    journal.write_bytes(journal.read_bytes()[:-30])
    again = open_desk()
    assert again.session.journal.set_aside == 1
    assert [c.key for c in again.session.pending] == [absence]
    again.accept(absence)
    assert open_desk().session.pending == []


def test_decisions_about_another_text_are_not_taken_for_this_one(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.accept(keys(desk)[0])
    path = desk.session.journal.path
    lines = path.read_text(encoding="utf-8").splitlines()
    head = {**json.loads(lines[0]), "text": "0" * 64}
    path.write_text("\n".join([json.dumps(head), *lines[1:], ""]), encoding="utf-8")
    with pytest.raises(CannotRun, match="another text"):
        open_desk()


def test_an_edit_is_what_stands_in_the_file(open_desk: OpenDesk, content: Content) -> None:
    desk = open_desk()
    key = keys(desk)[0]
    block = desk.block(key)
    assert "state:turkey" in block
    desk.accept(key, block.replace("role:member", "role:founding-member"))
    written = (content.root / "data" / "statements" / "old-pacts.ttl").read_text(encoding="utf-8")
    assert "role:founding-member" in written
    assert "role:founding-member" in open_desk().block(key)


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("state:turkey", "state:turkie", "nothing is called state:turkie", 3),
        ("f:member state", "f:membre state", "no property f:membre", 3),
        ("oa:start 22", "oa:start 9999", "passage 9999", 15),
        (" ;\n    f:polarity polarity:affirmed", "", "has no polarity", 1),
        ("a f:Membership ;", "a f:Memberhip ;", "0 statements", 1),
        ("f:modality modality", "f:modality modality modality", "not Turtle", 7),
    ],
)
def test_an_edit_that_does_not_fit_is_said_with_its_line(
    open_desk: OpenDesk, content: Content, old: str, new: str, says: str, line: int
) -> None:
    desk = open_desk()
    before = state(content)
    key = keys(desk)[0]
    block = desk.block(key)
    assert old in block
    with pytest.raises(ContentError) as caught:
        desk.accept(key, block.replace(old, new))
    (finding,) = caught.value.findings
    assert says in finding.message
    assert finding.remedy
    assert finding.line == line
    assert state(content) == before
    assert not desk.session.decided


def test_a_text_that_the_content_has_is_not_taken_twice(
    open_desk: OpenDesk, content: Content
) -> None:
    desk = open_desk()
    desk.accept(keys(desk)[0])
    sources = content.root / "data" / "things" / "sources.ttl"
    text = sources.read_text(encoding="utf-8").replace("source:old-pacts", "source:older-pacts")
    sources.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRun, match="in the content already"):
        open_desk()


def test_when_a_file_cannot_be_written_the_content_is_untouched(
    open_desk: OpenDesk, content: Content
) -> None:
    desk = open_desk()
    membership, absence = keys(desk)
    desk.accept(membership)
    before = state(content)
    blocked = content.root / "data" / "coverage" / "old-pacts.ttl"
    kept = blocked.read_bytes()
    blocked.unlink()
    blocked.mkdir()
    with pytest.raises(CannotRun, match="Nothing was changed"):
        desk.accept(absence)
    blocked.rmdir()
    blocked.write_bytes(kept)
    assert state(content) == before
    desk.write()
    assert b"portugal" in (content.root / "data/statements/old-pacts.ttl").read_bytes()


def test_on_the_command_line_a_key_decides(open_desk: OpenDesk) -> None:
    said: list[str] = []
    pressed = iter("su" + "aue" + "ar")  # skip, undo nothing; accept, undo, give up an edit; decide
    typed: list[str] = []

    def edit(block: str) -> str | None:
        typed.append(block)
        return block.replace("state:turkey", "state:turkie") if len(typed) == 1 else None

    desk = open_desk()
    review(desk, Console(said.append, lambda _: next(pressed), edit))
    assert "⟦Turkey was a member of the Baghdad Pact in 1956.⟧" in said[0]
    assert [line for line in said if "ake" in line and "──" not in line] == [
        "There is no decision to take back.",
        "Taken back.",
    ]
    # What was typed is offered again, with what is wrong in it above.
    assert typed[1].startswith("# ! line 3: the edit does not fit: nothing is called state:turkie")
    assert "f:member state:turkie" in typed[1]
    assert said[-1].startswith("1 accepted, 0 edited, 1 rejected, 0 left.")
    assert [d.key for d in open_desk().session.decided.values()] == list(keys(desk))


def test_the_text_is_left_where_the_gate_finds_it(open_desk: OpenDesk, texts: Texts) -> None:
    desk = open_desk()
    desk.accept(keys(desk)[0])
    path = texts.folder / "old-pacts.txt"
    assert path.read_text(encoding="utf-8") == desk.document.text
    assert Texts(texts.folder).path(desk.document.digest) == Path(path)
