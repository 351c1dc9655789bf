"""What becomes of each column: the mapping of a data set, ``mappings/<data set>.toml``.

A mapping names the data set, its releases (version, citation, terms, coverage) and its tables. For
**every** column of a table it says either ``to``, what the cell becomes, or ``aside``, why it
becomes nothing; a column that the mapping does not name stops the import. The pages of
``docs/data-sets/`` are generated from these files, so that they cannot say anything else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "mappings"

#: What a cell of each type looks like, and how to say that.
TYPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "integer": (re.compile(r"-?[0-9]{1,9}\Z"), "a whole number"),
    "flag": (re.compile(r"[01]\Z"), "0 or 1"),
    "year": (re.compile(r"[0-9]{4}\Z"), "a year"),
    "month": (re.compile(r"(?:0?[1-9]|1[0-2])\Z"), "a month, 1 to 12"),
    "day": (re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])\Z"), "a day of the month, 1 to 31"),
    "date": (re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?\Z"), "a date, YYYY-MM-DD"),
    "decimal": (re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z"), "a number"),
    "text": (re.compile(r".+\Z", re.DOTALL), "text"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its cells look like and what becomes of them."""

    name: str
    type: str
    blank: str | None
    to: str | None
    aside: str | None
    values: tuple[str, ...] = ()

    @property
    def purpose(self) -> str:
        """What becomes of it, in words."""
        return self.to or f"set aside ({self.aside})"

    @property
    def check(self) -> Callable[[str], str | None]:
        """A function that says what is expected instead of a cell, or ``None`` if it will do."""
        pattern, words = TYPES[self.type]
        fits, blank, values = pattern.match, self.blank is not None, frozenset(self.values)
        if values:
            words = " or ".join(self.values)

        def check(cell: str) -> str | None:
            if not cell:
                return None if blank else words
            if values:
                return None if cell in values else words
            return None if fits(cell) else words

        return check


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file of a data set, known by its columns."""

    name: str
    rows: str
    columns: Mapping[str, Column]
    version_column: str | None = None
    version: str | None = None
    repeats: str | None = None
    distinct: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """One release of a data set: its terms, and the days for which it could have known."""

    name: str
    citation: str
    begin: str
    known_until: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSet:
    """The mapping of a data set."""

    name: str
    command: str
    title: str
    rights: str
    summary: str
    versions: Mapping[str, Version]
    tables: tuple[Table, ...]
    coverage: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    slugs: str = "{name}-{version}"

    def slug(self, version: str) -> str:
        """What names one release of it in IRIs: ``cow-alliances-4.1``."""
        return self.slugs.format(name=self.name, version=version)


class BadMapping(ValueError):
    """A mapping file that is not complete; the message says where."""


def read_mapping(path: Path) -> DataSet:
    """The mapping in *path*. Raises :class:`BadMapping`."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return DataSet(
            name=data["name"],
            command=data["command"],
            title=data["title"],
            rights=data["rights"],
            summary=data["summary"],
            versions={n: _version(n, v) for n, v in data["versions"].items()},
            tables=tuple(_table(path, table) for table in data["table"]),
            coverage=data.get("coverage", {}),
            notes=tuple(data.get("notes", ())),
            slugs=data.get("slugs", "{name}-{version}"),
        )
    except KeyError as error:
        raise BadMapping(f"{path.name}: {error.args[0]} is missing") from None


def _version(name: str, data: Mapping[str, Any]) -> Version:
    return Version(
        name,
        data["citation"],
        data["begin"],
        data["known_until"],
        tuple(data.get("values", (name,))),
    )


def _table(path: Path, data: Mapping[str, Any]) -> Table:
    if "repeats" in data:
        plain = {name: Column(name, "text", "", None, "repeated") for name in data["columns"]}
        return Table(
            data["name"], data["rows"], plain, data.get("version_column"), repeats=data["repeats"]
        )
    columns = {}
    for name, said in data["columns"].items():
        where = f"{path.name}: column {name} of {data['name']}"
        if ("to" in said) == ("aside" in said):
            raise BadMapping(f"{where} says what it becomes (to) or why not (aside): one of them")
        if said.get("type", "text") not in TYPES:
            raise BadMapping(f"{where} has the type {said['type']}, which is none")
        columns[name] = Column(
            name,
            said.get("type", "text"),
            said.get("blank"),
            said.get("to"),
            said.get("aside"),
            tuple(said.get("values", ())),
        )
    return Table(
        data["name"],
        data["rows"],
        columns,
        data.get("version_column"),
        data.get("version"),
        distinct=data.get("distinct", True),
    )


@cache
def mappings() -> tuple[DataSet, ...]:
    """Every mapping, by name."""
    return tuple(read_mapping(path) for path in sorted(FOLDER.glob("*.toml")))
