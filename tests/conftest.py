"""What every test may ask for: the content, and the files that are not part of the project.

A file that lies outside the checkout may be missing, and then a test says so by skipping.
Under FOEDUS_REQUIRE_ALL=1, which `.ci/run` sets, a skipped test is a failed one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from foedus import release as releases
from foedus.content.locate import find_content
from foedus.release import Release

# No test asserts a time: speed is measured in benchmarks/.
settings.register_profile("foedus", deadline=None)
settings.load_profile("foedus")

CHECKOUT = Path(__file__).resolve().parent.parent


def _required() -> bool:
    return os.environ.get("FOEDUS_REQUIRE_ALL", "") not in ("", "0")


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not (_required() and report.skipped) or hasattr(report, "wasxfail"):
        return
    where = report.longrepr  # (file, line, reason) where pytest made it
    reason = str(where[2] if isinstance(where, tuple) else where).removeprefix("Skipped: ")
    report.outcome = "failed"
    report.longrepr = f"Skipped where nothing may be skipped (FOEDUS_REQUIRE_ALL): {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    _fail_if_skipped(report)
    return report


def _outside(variable: str, folder: str, what: str) -> Path:
    path = Path(os.environ.get(variable) or CHECKOUT.parent / "shared" / folder)
    if not path.is_dir():
        pytest.skip(f"{what} are not at {path}; {variable} names another place")
    return path


@pytest.fixture(scope="session")
def content_dir() -> Path:
    """The folder that holds ontology/, data/, shapes/ and queries/: the checkout itself."""
    return CHECKOUT


@pytest.fixture(scope="session")
def release(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the content, HermiT included: built once for the whole run, never changed.

    ``release.path.parents[1]`` is the folder that ``--out`` and FOEDUS_HOME name.
    """
    return releases.build(find_content(content_dir), tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="session")
def articles_dir() -> Path:
    """The five source texts."""
    return _outside("FOEDUS_ARTICLES", "articles", "the source texts")


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """COW, ATOP, state codes and membership lists."""
    return _outside("FOEDUS_REFERENCE", "reference", "the reference data sets")


@pytest.fixture(scope="session")
def w3c_dir() -> Path:
    """The W3C test suites."""
    return _outside("FOEDUS_W3C", "w3c", "the W3C test suites")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium, to be driven by playwright through `executable_path`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on the path")
