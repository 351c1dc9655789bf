"""A file that is not what it should be is named with row and column, and nothing is written."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.content.imported import open_import
from foedus.findings import CannotRun, ContentError, Finding
from foedus.importers.running import Imported, run_import

EXTRACTS = Path(__file__).resolve().parent / "extracts"
MEMBERS = (EXTRACTS / "cow_members.csv").read_text(encoding="utf-8")
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(data: str | bytes, name: str = "given.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        return path

    return write


def imported(path: Path, command: str = "cow") -> Imported:
    return run_import(command, [path], path.parent / "out.nq")[0]


def refused(path: Path, command: str = "cow") -> Finding:
    """The one finding that stops the import; nothing of it is left."""
    with pytest.raises(ContentError) as raised:
        imported(path, command)
    assert list(path.parent.glob("out.*")) == []
    assert list(path.parent.glob(".importing-*")) == []
    (finding,) = raised.value.findings
    assert finding.file == path
    return finding


def edited(row: int, column: str, cell: str, text: str = MEMBERS) -> str:
    lines = text.splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = cell
    lines[row - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("row", "column", "cell", "rule", "words"),
    [
        (3, "ccode", "999", "import-state", "no state 999"),
        (4, "defense", "2", "import-cell", "0 or 1"),
        (4, "version4id", "", "import-cell", "blank"),
        (6, "mem_end_year", "1940", "import-order", "ends on 1940-01-31"),
        (6, "mem_st_day", "31", "import-date", "no 1950-04-31"),
        (2, "mem_st_month", "13", "import-cell", "a month"),
        (4, "right_censor", "0", "import-contradiction", "has no end"),
        (9, "ss_type", '"Type IV"', "import-cell", "Type III: Entente"),
        (8, "version", "4.0", "import-version", "in a file of version 4.1"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(
    write: Write, row: int, column: str, cell: str, rule: str, words: str
) -> None:
    found = refused(write(edited(row, column, cell)))
    assert (found.rule, found.line, found.path) == (rule, row, column)
    assert f"row {row}, column {column}: " in found.message
    assert words in found.message
    assert found.remedy


def test_an_older_and_a_newer_version_are_told_from_one_another(write: Write) -> None:
    older = refused(write(MEMBERS.replace(",4.1\n", ",3.03\n")))
    assert (older.rule, older.path) == ("import-version", "version")
    assert "older than" in older.message
    assert "newer than" in refused(write(MEMBERS.replace(",4.1\n", ",5.0\n"))).message


def test_a_missing_an_added_and_a_doubled_column_stop_the_import(write: Write) -> None:
    lines = [line.split(",") for line in MEMBERS.splitlines()]
    without = "\n".join(",".join(cells[:-2] + cells[-1:]) for cells in lines) + "\n"
    found = refused(write(without))
    assert (found.rule, found.line, found.path) == ("import-header", 1, "entente")
    added = MEMBERS.replace(",version\n", ",version,offense\n").replace(",4.1\n", ",4.1,0\n")
    found = refused(write(added))
    assert (found.path, "nothing says what it becomes" in found.message) == ("offense", True)
    with pytest.raises(ContentError) as raised:
        imported(write(MEMBERS.replace("neutrality", "defense", 1)))
    assert [found.path for found in raised.value.findings] == ["defense", "neutrality"]


def test_reordered_columns_are_read_by_name(write: Write, tmp_path: Path) -> None:
    plain = imported(write(MEMBERS)).path.read_bytes()
    turned = "\n".join(
        ",".join(reversed(line.split(","))) for line in MEMBERS.splitlines()
    ) + "\n"  # fmt: skip
    done = imported(write(turned))
    assert done.path.read_bytes() == plain
    assert any("another order" in warning.message for warning in done.warnings)


def test_a_file_of_another_kind_is_named(write: Write) -> None:
    found = refused(write((EXTRACTS / "igo_spells.csv").read_text()))
    assert "cow_igo_v3_membership_spells" in found.message
    assert found.remedy is not None
    assert "foedus import igo" in found.remedy
    found = refused(write("name;age\nAda;36\n"))
    assert found.rule == "import-unknown"
    assert found.remedy is not None
    assert "alliance_v4.1_by_member" in found.remedy


def test_a_file_that_only_repeats_another_is_named_and_not_read(write: Write) -> None:
    lines = MEMBERS.replace(",version\n", ",year,version\n").replace(",4.1\n", ",1999,4.1\n")
    yearly = write(lines)
    found = refused(yearly)
    assert (found.rule, "alliance_v4.1_by_member" in found.message) == ("import-repeats", True)
    (done,) = run_import("cow", [EXTRACTS / "cow_members.csv", yearly], yearly.parent / "both.nq")
    assert [file.get("repeats", "") != "" for file in done.manifest["files"]] == [False, True]


def test_latin_1_is_named_with_its_row(write: Write) -> None:
    found = refused(write(MEMBERS.replace('"Sweden"', '"Su\u00e8de"', 1).encode("latin-1")))
    assert (found.rule, found.line) == ("import-encoding", 3)
    assert "Suède" in found.message
    assert "number 3" in found.message


def test_a_byte_order_mark_and_dos_line_ends_are_no_obstacle(write: Write) -> None:
    plain = imported(write(MEMBERS)).path.read_bytes()
    done = imported(write(b"\xef\xbb\xbf" + MEMBERS.replace("\n", "\r\n").encode()))
    assert done.path.read_bytes() == plain
    assert any("byte-order mark" in warning.message for warning in done.warnings)


def test_a_truncated_gzip_is_named(write: Write) -> None:
    packed = gzip.compress(MEMBERS.encode() * 1, mtime=0)
    assert imported(write(packed)).manifest["files"][0]["rows"] == 10
    for path in write(packed).parent.glob("out.*"):
        path.unlink()
    found = refused(write(packed[: len(packed) * 2 // 3]))
    assert found.rule == "import-broken"
    assert "gzip" in found.message


def test_a_row_cut_short_is_named(write: Write) -> None:
    found = refused(write(MEMBERS[: MEMBERS.rindex("1990") - 3]))
    assert (found.rule, found.line) == ("import-width", 11)


def test_a_doubled_row_is_read_once_and_told(write: Write) -> None:
    done = imported(write(MEMBERS + MEMBERS.splitlines()[4] + "\n"))
    assert [(w.rule, w.line) for w in done.warnings if w.rule == "import-duplicate"] == [
        ("import-duplicate", 12)
    ]
    assert done.manifest["files"][0]["rows"] == 10


def test_a_piece_without_a_day_says_nothing_and_is_told(tmp_path: Path) -> None:
    done = run_import("cow", [EXTRACTS / f"cow_{n}.csv" for n in ("members", "directed")], tmp_path)
    (warning,) = [w for w in done[0].warnings if w.rule == "import-empty-interval"]
    assert (warning.line, warning.path) == (11, "dyad_end_year")


def test_pairs_alone_tell_what_both_owe_and_warn_of_the_rest(tmp_path: Path) -> None:
    (done,) = run_import("cow", [EXTRACTS / "cow_pairs.csv"], tmp_path)
    assert done.manifest["statements"]["Commitment"] == 2 + 4 + 4
    assert [w.line for w in done.warnings if w.rule == "import-direction"] == [3]


def test_a_pair_that_says_other_than_the_two_directions_is_told(imports: dict[str, Path]) -> None:
    warnings = json.loads(imports["cow-alliances-4.1"].with_suffix(".json").read_text())["warnings"]
    assert any("row 6, column nonaggression" in warning for warning in warnings)


def test_the_same_files_give_the_same_bytes(imports: dict[str, Path], tmp_path: Path) -> None:
    files = [EXTRACTS / f"cow_{n}.csv" for n in ("pairs", "directed", "members")]
    (done,) = run_import("cow", files, tmp_path)
    assert done.path.read_bytes() == imports["cow-alliances-4.1"].read_bytes()


def test_an_import_that_is_interrupted_leaves_what_was_there(write: Write) -> None:
    before = imported(write(MEMBERS)).path.read_bytes()

    def interrupt(path: Path, read: int) -> None:
        raise KeyboardInterrupt

    path = write(edited(4, "defense", "0"))
    with pytest.raises(KeyboardInterrupt):
        run_import("cow", [path], path.parent / "out.nq", interrupt)
    assert (path.parent / "out.nq").read_bytes() == before
    assert list(path.parent.glob(".importing-*")) == []
    open_import(path.parent / "out.nq")


def test_a_disk_that_fills_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from foedus.importers.running import run_import\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "run_import('cow', [Path(sys.argv[1])], Path(sys.argv[2]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(EXTRACTS / "cow_members.csv"), str(tmp_path / "out.nq")],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert "cannot be written" in done.stderr
    assert "make room" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_import_that_is_not_whole_is_never_read(write: Write) -> None:
    path = imported(write(MEMBERS)).path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotRun, match="interrupted, or changed"):
        open_import(path)
    path.write_bytes(whole)
    path.with_suffix(".json").unlink()
    with pytest.raises(CannotRun, match="nothing says it is whole"):
        open_import(path)
