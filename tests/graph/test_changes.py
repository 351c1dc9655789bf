"""The folder of releases remembers what changed from one release to the next."""

from pathlib import Path

import pytest

from foedus.content.names import BASE
from foedus.graph import changes

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def said(name: str, label: str, about: str) -> list[str]:
    st = f"<{BASE}id/statement/a/{name}>"
    return [
        f'{st} {LABEL} "{label}"@en .',
        f"{st} <{BASE}ontology#member> <{BASE}id/state/{about}> <{BASE}graph/source/a> .",
    ]


def become(folder: Path, digest: str, *lines: list[str]) -> None:
    """A release of these lines takes the place of the current one."""
    path = folder / "releases" / digest
    path.mkdir(parents=True, exist_ok=True)
    other = [f'<{BASE}id/state/x> {LABEL} "{digest}" .']
    text = "\n".join(sorted([line for of in lines for line in of] + other)) + "\n"
    (path / "dataset.nq").write_text(text, encoding="utf-8")
    changes.record(folder, "current", "dataset.nq", digest, f"20{digest[-2:]}-01-01")
    (folder / "current").write_text(digest + "\n", encoding="utf-8")


def told(steps: object) -> list[tuple[str, str, str]]:
    assert isinstance(steps, list)
    return [(s.new, c.change, c.statement.rsplit("/", 1)[-1]) for s in steps for c in s.changes]


def test_the_history_of_a_release_is_what_led_to_it(tmp_path: Path) -> None:
    iran, iraq = said("one", "Iran is in.", "iran"), said("two", "Iraq is in.", "iraq")
    become(tmp_path, "r01", iran)
    assert changes.history(tmp_path, "r01") == [], "nobody knows what was before"
    become(tmp_path, "r02", iran, iraq)
    become(tmp_path, "r02", iran, iraq)
    become(tmp_path, "r03", said("one", 'Iran \\"is\\" in.', "iran"))
    assert told(changes.history(tmp_path, "r03")) == [
        ("r03", "changed", "one"),
        ("r03", "gone", "two"),
        ("r02", "new", "two"),
    ]
    assert told(changes.history(tmp_path, "r02")) == [("r02", "new", "two")]
    last = changes.history(tmp_path, "r03")[0]
    assert last.knowledge_end == "2003-01-01"
    assert [c.label for c in last.changes] == ['Iran "is" in.', "Iraq is in."]
    assert last.changes[0].things == (f"{BASE}id/state/iran",)
    become(tmp_path, "r02", iran, iraq)
    assert told(changes.history(tmp_path, "r02"))[:2] == [
        ("r02", "changed", "one"),
        ("r02", "new", "two"),
    ], "gone back to"


def test_a_step_of_very_many_is_counted_and_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST", 2)
    become(tmp_path, "r01")
    become(tmp_path, "r02", *(said(f"s{n}", "x", "iran") for n in range(3)))
    (step,) = changes.history(tmp_path, "r02")
    assert (step.total, step.changes) == (3, ())


def test_what_cannot_be_read_ends_the_history(tmp_path: Path) -> None:
    become(tmp_path, "r01", said("one", "x", "iran"))
    become(tmp_path, "r02")
    become(tmp_path, "r03", said("one", "x", "iran"))
    (tmp_path / "changes" / "000001.json").write_text("{", encoding="utf-8")
    assert told(changes.history(tmp_path, "r03")) == [("r03", "new", "one")]
