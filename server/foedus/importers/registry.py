"""Which data sets can be imported, and which of them a file belongs to.

A file is known by its columns, never by its name. Each importer is one function that takes the
files of one release of one data set (:class:`Given`) and writes what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from foedus.findings import ContentError, Finding
from foedus.importers.mapping import DataSet, Table, Version, mappings
from foedus.importers.statements import Statements
from foedus.importers.states import States
from foedus.importers.tables import Advance, Complaints, Row, in_row, read_header, read_rows


@dataclass(frozen=True, slots=True)
class File:
    """A file that was given, and the table that its columns say it is.

    ``version`` is empty where the file only repeats another and does not say of which release.
    """

    path: Path
    data_set: DataSet
    table: Table
    version: str


@dataclass(slots=True)
class Given:
    """All that an importer works with: the files of one release, and where it says what it finds.

    ``counted`` are the rows read of each file.
    """

    files: tuple[File, ...]
    data_set: DataSet
    version: Version
    states: States
    statements: Statements
    complaints: Complaints
    advance: Advance | None
    counted: dict[Path, int]

    def has(self, table: str) -> bool:
        """Whether a file of the table was given."""
        return any(file.table.name == table for file in self.files)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of the file of a table, each of the release that is read; none if not given."""
        for file in self.files:
            if file.table.name != table:
                continue
            number = 0
            for row in read_rows(file.path, file.table, self.complaints, self.advance):
                column = file.table.version_column
                if column and row[column] not in self.version.values:
                    row.wrong(
                        "import-version",
                        column,
                        f"{row[column]}, in a file of version {self.version.name}",
                        "Give the files of one release at a time.",
                    )
                    continue
                number += 1
                yield row
            self.counted[file.path] = number


Importer = Callable[[Given], None]


def importers() -> Mapping[str, Importer]:
    """The importer of each data set, by the name of its mapping."""
    from foedus.importers import cow, dyads, igo, memberships, state_codes, states_lists
    from foedus.importers.atop.run import write_atop

    return {
        "atop": write_atop,
        "atop-dyads": dyads.write_dyads,
        "cow-states": states_lists.write_cow,
        "cow-majors": states_lists.write_majors,
        "gw-states": states_lists.write_gw,
        "cow-gw-crosswalk": state_codes.write_gw_codes,
        "state-crosswalk": state_codes.write_crosswalk,
        "iso-country-codes": state_codes.write_iso,
        "cow-alliances": cow.write_alliances,
        "cow-igo": igo.write_organizations,
        "memberships": memberships.write_memberships,
    }


def commands() -> dict[str, list[DataSet]]:
    """The data sets that each name after ``foedus import`` stands for."""
    found: dict[str, list[DataSet]] = {}
    for mapping in mappings():
        found.setdefault(mapping.command, []).append(mapping)
    return found


def recognize(path: Path, command: str) -> File:
    """The table that a file is, of which release.

    Raises :class:`ContentError` for a file of no table, of a table of another command, and of a
    release that no mapping knows; :class:`CannotRun` where it cannot be read.
    """
    header = read_header(path)
    columns = set(header)
    tables = [(mapping, table) for mapping in mappings() for table in mapping.tables]

    def nearness(found: tuple[DataSet, Table]) -> tuple[float, bool]:
        names = set(found[1].columns)
        return len(columns & names) / len(columns | names or {""}), found[0].command == command

    data_set, table = max(tables, key=nearness)
    shared, _ = nearness((data_set, table))
    if shared < 0.5:
        named = ", ".join(t.name for m, t in tables if m.command == command)
        raise ContentError(
            in_row(
                path,
                1,
                None,
                None,
                "import-unknown",
                f"the columns are those of no table that is known ({', '.join(header[:6])} …)",
                f"foedus import {command} reads {named}.",
            )
        )
    if data_set.command != command:
        raise ContentError(
            in_row(
                path,
                1,
                None,
                None,
                "import-unknown",
                f"this is {table.name} of {data_set.title}",
                f"Import it with: foedus import {data_set.command}",
            )
        )
    return File(path, data_set, table, _version(path, data_set, table))


def _version(path: Path, data_set: DataSet, table: Table) -> str:
    if table.version:
        return table.version
    column = table.version_column
    if column is None:
        return ""
    said = _first_value(path, table, column)
    for version in data_set.versions.values():
        if said in version.values:
            return version.name
    raise ContentError(_unknown_version(path, data_set, column, said))


def _first_value(path: Path, table: Table, column: str) -> str:
    for row in read_rows(path, table, Complaints()):
        return row[column]
    raise ContentError(
        Finding("import-empty", "the file has no rows", file=path, line=1, remedy="Take it whole.")
    )


def _unknown_version(path: Path, data_set: DataSet, column: str, said: str) -> Finding:
    known = list(data_set.versions)
    try:
        newest, oldest = max(map(float, known)), min(map(float, known))
        age = "newer than" if float(said) > newest else "older than" if float(said) < oldest else ""
    except ValueError:
        age = ""
    which = f", {age} those that are known" if age else ", which is not known"
    return in_row(
        path,
        2,
        column,
        said,
        "import-version",
        f"version {said or '(blank)'} of {data_set.title}{which} ({', '.join(known)})",
        "Take a release that is known, or write down in the mapping what the new one says.",
    )
