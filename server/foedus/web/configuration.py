"""Where settings come from: the defaults, a TOML file, the environment, the command line.

Each of them wins over those before it. The names are the same everywhere: ``query_seconds`` in the
file and after ``--set``, ``FOEDUS_QUERY_SECONDS`` in the environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from foedus.findings import CannotRun
from foedus.release import Progress, silent
from foedus.web.settings import Settings, table, with_values

#: Variables of other purposes: where releases, texts and data for tests lie, and this very file.
OTHERS: Mapping[str, str] = {
    "FOEDUS_HOME": "where releases are kept",
    "FOEDUS_CONFIG": "the file of settings",
    "FOEDUS_ENGINE_USER": "the name by which an engine elsewhere knows us",
    "FOEDUS_ENGINE_PASSWORD": "the password for it; without a name, a bearer token",
    "FOEDUS_ENGINE_CREDENTIALS": "a file with both, a line each, that only its owner can read",
    "FOEDUS_ARTICLES": "the folder of the source texts",
    "FOEDUS_REFERENCE": "the folder of the reference data, for tests",
    "FOEDUS_W3C": "the folder of the W3C test suites, for tests",
    "FOEDUS_REQUIRE_ALL": "a skipped test is a failed one",
}


def variable(name: str) -> str:
    """The variable of the environment that sets *name*."""
    return f"FOEDUS_{name.upper()}"


def configured(
    settings: Settings,
    *,
    file: Path | None = None,
    environment: Mapping[str, str],
    assignments: Iterable[str] = (),
    tell: Progress = silent,
) -> Settings:
    """*settings* with everything that was set anywhere.

    *file* defaults to what ``FOEDUS_CONFIG`` names. A variable ``FOEDUS_…`` that sets nothing is
    told of: it may be misspelt. Raises :class:`CannotRun` that names the place and what it takes.
    """
    file = file or (Path(environment["FOEDUS_CONFIG"]) if "FOEDUS_CONFIG" in environment else None)
    if file is not None:
        settings = _set(settings, _read(file), str(file))
    variables = {variable(name): name for name, _, _ in table()}
    given = {key: text for key, text in environment.items() if key.startswith("FOEDUS_")}
    for key in sorted(given):
        if key in variables:
            settings = _set(settings, [f"{variables[key]}={given[key]}"], key)
        elif key not in OTHERS:
            tell("warning", f"{key} is set, and there is no setting of that name.")
    return _set(settings, assignments, "--set")


def _set(settings: Settings, assignments: Iterable[str], where: str) -> Settings:
    try:
        return with_values(settings, assignments)
    except ValueError as error:
        raise CannotRun(f"{where}: {error}") from None


def _read(file: Path) -> list[str]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(f"{file}: cannot be read ({error.strerror or error}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun(f"{file}: not TOML: {error}.") from None
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            raise CannotRun(f"{file}: {name}: expected NAME = VALUE, without tables or lists.")
    return [f"{name}={value}" for name, value in values.items()]
