"""A plugin for pytest: the competency questions of any project run as tests.

Each ``.rq`` file that carries its expected answer in ``#+`` comments (see
:mod:`foedus.content.questions`) becomes one test. The plugin does nothing until a project says in
its configuration of pytest where its questions are::

    [tool.pytest.ini_options]
    foedus_queries = ["queries"]                        # files or folders
    foedus_data = ["ontology/*.ttl", "data/**/*.trig"]  # any RDF; or:
    foedus_content = "."                                # a folder in the layout of Foedus
"""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foedus.findings import CannotRun, ContentError, Finding

_ENGINE = pytest.StashKey["Asked"]()
_DAY = "9999-12-31"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of the plugin."""
    parser.addini("foedus_queries", "competency questions (.rq): files or folders", "linelist", [])
    parser.addini("foedus_data", "RDF files that the questions are asked of: globs", "linelist", [])
    parser.addini("foedus_content", "a folder in the layout of Foedus, built and asked", default="")
    parser.addini("foedus_day", "the day for ?at in questions that name none", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A question file where the configuration says that there are some."""
    if file_path.suffix != ".rq":
        return None
    root = parent.config.rootpath
    places = [root / line for line in parent.config.getini("foedus_queries")]
    if not any(file_path == place or file_path.is_relative_to(place) for place in places):
        return None
    return QuestionFile.from_parent(parent, path=file_path)


class Unanswered(Exception):
    """A question whose answer is not the one written down."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class QuestionFile(pytest.File):
    """One ``.rq`` file."""

    def collect(self) -> Iterator[pytest.Item]:
        """The one test that it is."""
        yield QuestionItem.from_parent(self, name=self.path.stem)


class QuestionItem(pytest.Item):
    """One question: passes when it is answered as somebody wrote down beforehand."""

    def runtest(self) -> None:
        """Ask; raises :class:`Unanswered`."""
        from foedus.check.questions import ask_question
        from foedus.content.questions import read_question

        asked = _asked(self.config)
        name = self.path.relative_to(self.config.rootpath).with_suffix("").as_posix()
        if findings := list(ask_question(asked.engine, read_question(self.path, name), asked.end)):
            raise Unanswered(findings)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong with the answer, and where; a trace only for what is nobody's question."""
        if isinstance(excinfo.value, Unanswered | ContentError | CannotRun):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, its first line, the name of the question."""
        return self.path, 0, f"question: {self.name}"


class Asked:
    """What the questions are asked of, loaded once."""

    def __init__(self, config: pytest.Config) -> None:
        from foedus.engine.embedded import EmbeddedEngine

        root = config.rootpath
        day = str(config.getini("foedus_day")) or _DAY
        content, globs = config.getini("foedus_content"), config.getini("foedus_data")
        if bool(content) == bool(globs):
            raise CannotRun(
                "the configuration of pytest names questions (foedus_queries) but not what they "
                "are asked of: set either foedus_data or foedus_content."
            )
        if content:
            self.engine, day = _built(root / content)
        else:
            self.engine = EmbeddedEngine.load(*_files(root, globs))
        try:
            self.end = datetime.date.fromisoformat(day)
        except ValueError:
            raise CannotRun(f"foedus_day: {day} is no day, YYYY-MM-DD.") from None


def _asked(config: pytest.Config) -> Asked:
    if _ENGINE not in config.stash:
        config.stash[_ENGINE] = Asked(config)
    return config.stash[_ENGINE]


def _built(folder: Path) -> tuple[Any, str]:
    from foedus import release
    from foedus.content.locate import find_content
    from foedus.engine.embedded import EmbeddedEngine

    with tempfile.TemporaryDirectory(prefix="foedus-pytest-") as out:
        # The reasoner is left out: rules give the same types, and `foedus check` proves it.
        made = release.build(find_content(folder), Path(out), reason=False)
        return EmbeddedEngine.load(made.dataset_path), str(made.manifest["knowledge_end"])


def _files(root: Path, globs: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for pattern in globs:
        # An absolute pattern cannot be globbed from the root.
        named = (
            [root / pattern] if not re.search(r"[*?\[]", pattern) else sorted(root.glob(pattern))
        )
        files = [path for path in named if path.is_file()]
        if not files:
            raise CannotRun(f"foedus_data: {pattern} matches no file in {root}.")
        found += files
    return found
