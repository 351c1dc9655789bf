"""The pages of ``docs/data-sets/``, written from the mappings: they cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from foedus.importers.mapping import Column, DataSet, Table, mappings

_HEAD = "<!-- Written by `python -m foedus.importers`; do not edit by hand. -->\n\n"
_INTRODUCTION = """# Data sets

What `foedus import` reads, and what becomes of every column. A column that no page names stops the
import. The data sets are not part of Foedus and not ours to publish: whoever has the files imports
them. How: [importing](../guide/importing.md).

| data set | command | releases | tables |
| --- | --- | --- | --- |
"""
_ADDING = """
## Adding one

The docstring of `server/foedus/importers/__init__.py` says how: a mapping, a module, an entry in
the registry, an invented extract with tests. `python -m foedus.importers` then writes these pages.
"""


def pages() -> dict[str, str]:
    """Every page by its file name."""
    written = {f"{data_set.name}.md": page(data_set) for data_set in mappings()}
    rows = [
        f"| [{m.title}]({m.name}.md) | `foedus import {m.command}` | {', '.join(m.versions)} | "
        f"{', '.join(f'`{table.name}`' for table in m.tables)} |\n"
        for m in mappings()
    ]
    return {"README.md": _HEAD + _INTRODUCTION + "".join(rows) + _ADDING, **written}


def page(data_set: DataSet) -> str:
    """The page of one data set."""
    return _HEAD + "".join(_lines(data_set))


def _lines(data_set: DataSet) -> Iterator[str]:
    yield f"# {data_set.title}\n\n{data_set.summary}\n\n"
    yield f"`foedus import {data_set.command} FILE…`\n\n"
    yield f"Terms: {data_set.rights}\n\n"
    yield "| release | source | days it could know of | cite |\n| --- | --- | --- | --- |\n"
    for version in data_set.versions.values():
        yield (
            f"| {version.name} | `source:{data_set.slug(version.name)}` | "
            f"{version.begin} to {version.known_until} | {version.citation} |\n"
        )
    if data_set.coverage:
        yield f"\nCoverage: {data_set.coverage['says']}\n"
    if data_set.notes:
        yield "\n## How it is read\n\n"
        for note in data_set.notes:
            yield f"- {note}\n"
    for table in data_set.tables:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    yield f"\n## `{table.name}`\n\nOne row: {table.rows}.\n"
    if table.repeats:
        yield f"\nIt only repeats {table.repeats}; it is named as such and not read.\n"
        return
    yield "\n| column | cells | becomes |\n| --- | --- | --- |\n"
    for column in table.columns.values():
        yield f"| `{column.name}` | {_cells(column)} | {_becomes(column)} |\n"


def _cells(column: Column) -> str:
    kind = ", ".join(column.values) if column.values else column.type
    return f"{kind}; blank: {column.blank}" if column.blank is not None else kind


def _becomes(column: Column) -> str:
    return column.to if column.to is not None else f"*set aside:* {column.aside}"


def write(folder: Path) -> list[str]:
    """Write the pages into *folder*; the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
