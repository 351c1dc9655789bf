"""`foedus import` and `--with`, as somebody types them."""

from pathlib import Path

from click.testing import CliRunner, Result

from foedus.cli import main

EXTRACTS = Path(__file__).resolve().parent / "extracts"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_an_import_says_what_it_read_and_wrote_and_what_changed(tmp_path: Path) -> None:
    old, new = tmp_path / "old.nq", tmp_path / "new.nq"
    done = run("import", "states", EXTRACTS / "states_2016.csv", "--out", old)
    assert done.exit_code == 0
    assert "states_2016.csv: 6 rows read" in done.stderr
    assert done.stdout.startswith("cow-states-2016: ")
    done = run("import", "states", EXTRACTS / "states_2024.csv", "--out", new, "--against", old)
    assert done.exit_code == 0
    assert "1944-08-26" in done.stdout
    assert run("diff", old, new).stdout.splitlines()[0] == "# cow-states-2016 → cow-states-2024"


def test_a_wrong_file_and_a_wrong_name_exit_with_2(tmp_path: Path) -> None:
    done = run("import", "cow", EXTRACTS / "states_2016.csv", "--out", tmp_path / "out.nq")
    assert (done.exit_code, "foedus import states" in done.stderr) == (2, True)
    done = run("import", "cows", EXTRACTS / "states_2016.csv")
    assert (done.exit_code, "there is no importer cows" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_whole_is_never_built(tmp_path: Path) -> None:
    path = tmp_path / "half.nq"
    path.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    for command in ("build", "serve", "check"):
        done = run(command, "--with", path)
        assert (done.exit_code, "half.json" in done.stderr) == (2, True)
