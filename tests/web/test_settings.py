"""One table of settings: complete on paper, and the same from everywhere."""

import re
from pathlib import Path

import pytest

from foedus.findings import CannotRun
from foedus.web.configuration import OTHERS, configured, variable
from foedus.web.settings import Settings, table

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "settings.md"


def shown(default: object) -> str:
    if default == "":
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_guide_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \|$", GUIDE.read_text("utf-8"), re.M)
    assert rows == [(name, shown(default), doc) for name, default, doc in table()]
    assert all(doc.endswith(".") for _, _, doc in table())


def test_every_setting_can_be_given_in_every_place(tmp_path: Path) -> None:
    file = tmp_path / "foedus.toml"
    for name, default, _ in table():
        text, toml = {
            bool: ("yes", "true"),
            str: ("x", '"x"'),
            int: ("7", "7"),
            float: ("0.5", "0.5"),
        }[type(default)]
        file.write_text(f"{name} = {toml}\n", encoding="utf-8")
        expected = {"yes": True, "x": "x", "7": 7, "0.5": 0.5}[text]
        for found in (
            configured(Settings(), environment={}, assignments=[f"{name}={text}"]),
            configured(Settings(), environment={variable(name): text}),
            configured(Settings(), environment={"FOEDUS_CONFIG": str(file)}),
            configured(Settings(), environment={}, file=file),
        ):
            value = getattr(found if hasattr(found, name) else found.limits, name)
            assert value == expected, name


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "foedus.toml"
    file.write_text("workers = 3\nthreads = 4\nport = 5\n", encoding="utf-8")
    found = configured(
        Settings(),
        file=file,
        environment={"FOEDUS_WORKERS": "30", "FOEDUS_THREADS": "40"},
        assignments=["workers=300"],
    )
    assert (found.limits.workers, found.threads, found.port) == (300, 40, 5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("query_second = 5", "query_seconds"),
        ("query_seconds = 0", "number above 0"),
        ("query_seconds = 'soon'", "a number"),
        ("query_seconds = nan", "number above 0"),
        ("metrics = 'perhaps'", "yes or no"),
        ("[limits]\nworkers = 2", "without tables"),
        ("workers", "not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_name(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CannotRun, match=r"wrong\.toml") as error:
        configured(Settings(), file=file, environment={})
    assert words in str(error.value)


def test_a_file_that_is_not_there_is_told_and_so_is_a_wrong_variable(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        configured(Settings(), environment={"FOEDUS_CONFIG": str(tmp_path / "none.toml")})
    with pytest.raises(CannotRun, match="FOEDUS_PORT"):
        configured(Settings(), environment={"FOEDUS_PORT": "http"})


def test_a_variable_that_sets_nothing_is_told_of() -> None:
    told: list[str] = []
    environment = {"FOEDUS_QUERY_SECOND": "5", "PATH": "/bin", **dict.fromkeys(OTHERS, "/none")}
    del environment["FOEDUS_CONFIG"]
    configured(Settings(), environment=environment, tell=lambda _, text: told.append(text))
    assert told == ["FOEDUS_QUERY_SECOND is set, and there is no setting of that name."]


def test_no_variable_of_a_setting_has_another_purpose() -> None:
    assert not {variable(name) for name, _, _ in table()} & set(OTHERS)


def test_by_default_queries_that_wait_leave_threads_for_the_pages() -> None:
    limits = Settings().limits
    assert Settings().threads > limits.workers + limits.light_workers + 3 * limits.queue_length
