"""What a change means to a reviewer: the shipped content against the same with a few edits."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from foedus.cli import main
from foedus.content.locate import ROOMS, find_content
from foedus.diff import Difference, as_markdown, compare, derive_side, find_revision
from foedus.diff.difference import Changes, Item
from foedus.findings import CannotRun

STATEMENT = "https://w3id.org/foedus/id/statement/"
LATE_MEMBER = """
st:iran-joins a f:Membership ;
    rdfs:label "Iran joined in 2018 <script>."@en ;
    f:member state:iran ; f:arrangement arrangement:imctc ; f:role role:member ;
    f:begin "2018" ;
    f:modality modality:reported-named ; f:polarity polarity:affirmed ; f:tense tense:past ;
    f:assertedBy source:rfi .
"""


@pytest.fixture(scope="module")
def edited(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content with a statement added, one withdrawn, one reworded, and a shape changed."""
    root = tmp_path_factory.mktemp("edited")
    for room in ROOMS:
        shutil.copytree(content_dir / room, root / room)
    rfi = root / "data/statements/rfi.ttl"
    rfi.write_text(rfi.read_text("utf-8") + LATE_MEMBER, "utf-8")
    qumber = root / "data/statements/qumber-2017.ttl"
    text = qumber.read_text("utf-8")
    begin = text.index("st:gcc-founded-1982 ")
    text = text[:begin] + text[text.index("\n\n", begin) + 2 :]
    member = 'st:membership-imctc-pakistan a f:Membership ;\n    rdfs:label "'
    assert member in text
    qumber.write_text(text.replace(member, f"{member}Reworded: "), "utf-8")
    shape = root / "shapes/membership.ttl"
    shape.write_text(shape.read_text("utf-8") + "# changed\n", "utf-8")
    return root


@pytest.fixture(scope="module")
def difference(content_dir: Path, edited: Path) -> Difference:
    return compare(derive_side(find_content(content_dir)), derive_side(find_content(edited)))


def named(items: tuple[Item, ...]) -> list[str]:
    return [item.iri.removeprefix(STATEMENT) for item in items]


def test_each_edit_of_a_statement_is_told_once(difference: Difference) -> None:
    assert named(difference.statements.added) == ["rfi/iran-joins"]
    assert named(difference.statements.removed) == ["qumber-2017/gcc-founded-1982"]
    (reworded,) = difference.statements.changed
    assert reworded.iri == f"{STATEMENT}qumber-2017/membership-imctc-pakistan"
    assert any(detail.startswith("wording: Pakistan") for detail in reworded.details)


def test_a_statement_is_told_with_the_line_where_it_is_written(
    difference: Difference, edited: Path
) -> None:
    (added,) = difference.statements.added
    assert added.place is not None
    file, line = added.place
    text = (edited / file).read_text("utf-8").splitlines()
    assert text[line - 1].startswith("st:iran-joins ")


def test_a_fact_comes_with_the_statement_that_made_it(difference: Difference) -> None:
    (gained,) = difference.facts.added
    assert gained.label.startswith("Iran: member of")
    assert gained.details == (
        "since RFI article on a NATO of Arab and Muslim states says: Iran joined in 2018 <script>.",
    )


def test_a_fact_that_lost_a_witness_says_what_became_vaguer_or_sharper(
    difference: Difference,
) -> None:
    details = [line for item in difference.facts.changed for line in item.details]
    assert any(line.startswith("no longer said by: ") for line in details)
    assert "latest begin: 1982-12-31 → 1981-12-31" in details


def test_disputes_that_begin_and_end_are_told_with_both_sides(difference: Difference) -> None:
    (new,) = difference.disputes.added
    assert sum("Iran joined in 2018" in line for line in new.details) == 1
    assert len(new.details) > 1
    (settled,) = difference.disputes.removed
    assert settled.label == "When it was: Gulf Cooperation Council"


def test_questions_whose_answer_changes_are_told_row_by_row(difference: Difference) -> None:
    answers = {item.iri: item.details for item in difference.answers.changed}
    assert "disputes/against-itself" in answers
    assert all(
        line.startswith(("no longer: ", "now: ")) for line in answers["disputes/against-itself"]
    )


def test_files_that_hold_no_statements_are_named(difference: Difference) -> None:
    assert named(difference.files.changed) == ["shapes/membership.ttl"]


def test_nothing_differs_from_itself(content_dir: Path) -> None:
    side = derive_side(find_content(content_dir))
    same = compare(side, side)
    assert not same
    assert as_markdown(same) == "# What this change means\n\nNothing: both say the same.\n"


def test_inferred_types_gained_name_their_definition_and_statements(
    content_dir: Path, tmp_path: Path
) -> None:
    for room in ROOMS:
        shutil.copytree(content_dir / room, tmp_path / room)
    for path in (tmp_path / "data/statements").glob("*.ttl"):
        text = path.read_text("utf-8")
        blocks = [b for b in text.split("\n\n") if "commitment:defense" not in b]
        path.write_text("\n\n".join(blocks).rstrip() + "\n", "utf-8")
    fewer = derive_side(find_content(tmp_path))
    gained = compare(fewer, derive_side(find_content(content_dir))).types.added
    assert gained
    for item in gained:
        assert any(line.startswith(("by definition: ", "since ")) for line in item.details)


def test_the_report_escapes_what_a_label_holds_and_names_every_section(
    difference: Difference,
) -> None:
    report = as_markdown(difference)
    assert "<script>" not in report
    assert "&lt;script&gt;" in report
    for heading in ("## Disputes", "## Statements", "## Facts", "## Answers to the questions"):
        assert heading in report


@pytest.mark.parametrize("limit", [1_000, 5_000, 65_536])
def test_a_long_report_stays_within_its_limit_and_says_what_it_left_out(limit: int) -> None:
    items = tuple(
        Item(f"x{n}", f"statement {n} " + "é" * 40, ("file.ttl", n)) for n in range(3_000)
    )
    none = Changes()
    report = as_markdown(
        Difference(Changes(added=items), none, none, none, none, none, none), limit
    )
    assert len(report) <= limit
    shown = report.count("\n- ")
    assert f"{3_000 - shown:,} more entries are not shown" in report


def test_a_revision_of_a_git_repository_is_read_without_being_checked_out(
    content_dir: Path, tmp_path: Path
) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git on the path")
    for room in ROOMS:
        shutil.copytree(content_dir / room, tmp_path / "project" / room)

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=trunk")
    git("add", ".")
    git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-m", "first")
    rfi = tmp_path / "project/data/statements/rfi.ttl"
    original = rfi.read_bytes()
    rfi.write_bytes(original + LATE_MEMBER.encode())
    with find_revision("trunk", tmp_path / "project") as content:
        assert (content.root / "data/statements/rfi.ttl").read_bytes() == original
        assert content.files("shapes")


def test_what_is_neither_folder_nor_revision_is_refused_with_what_was_expected(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(CannotRun, match="neither a folder nor a revision"),
        find_revision("--output=/tmp/x", tmp_path),
    ):
        pass


def test_the_command_writes_the_report(content_dir: Path, edited: Path, tmp_path: Path) -> None:
    file = tmp_path / "review.md"
    done = CliRunner().invoke(main, ["diff", str(content_dir), str(edited), "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_text("utf-8").startswith("# What this change means\n\n**Disputes**")
