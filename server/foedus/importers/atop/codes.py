"""What the codes of ATOP mean in our vocabulary: the later tables of ``mappings/atop.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from foedus.importers.mapping import FOLDER

#: The five obligations by which ATOP tells an alliance, by column.
OBLIGATIONS = ("defense", "offense", "neutral", "nonagg", "consul")


@dataclass(frozen=True, slots=True)
class Provision:
    """What a column says of an arrangement: a kind of feature, and finer kinds for some codes."""

    column: str
    feature: str | None
    without: tuple[str, ...]
    silent: bool
    months: str | None
    kinds: Mapping[str, tuple[str, ...]]

    def features(self, code: str) -> tuple[tuple[str, str], ...]:
        """Kinds of feature and their values (``yes``, ``no``, ``unknown``) for a code.

        0 is the coders' no, which is left to the coverage where the provision is ``silent``;
        blank is what they could not know.
        """
        general = (self.feature,) if self.feature else ()
        if code == "":
            return tuple((kind, "unknown") for kind in general)
        if code == "0":
            lacking = () if self.silent else (*general, *self.without)
            return tuple((kind, "no") for kind in lacking)
        return tuple((kind, "yes") for kind in (*general, *self.kinds.get(code, ())))


@dataclass(frozen=True, slots=True)
class Promise:
    """What a column says is promised: type, wording, and the conditions under which."""

    column: str
    type: str
    wording: str
    always: str | None = None
    conditions: Mapping[str, str] | None = None
    condition: str | None = None
    non_state: bool | None = None
    undirected: bool = False

    def triggers(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """The kinds of trigger (concept/trigger/) for the cells of a row, in a fixed order."""
        found = [name for name in (self.always, self.condition) if name]
        found += [name for column, name in (self.conditions or {}).items() if cells[column] == "1"]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Codes:
    """All of it."""

    provisions: tuple[Provision, ...]
    promises: Mapping[str, Promise]
    by_code: Mapping[tuple[str, str], Promise]
    endings: Mapping[str, Mapping[str, str]]
    publicity: Mapping[str, str]

    def promise(self, column: str, code: str) -> Promise:
        """What a code other than 0 and blank promises."""
        return self.by_code.get((column, code), self.promises[column])


@cache
def read_codes() -> Codes:
    """The tables of the mapping."""
    data = tomllib.loads((FOLDER / "atop.toml").read_text(encoding="utf-8"))
    provisions = tuple(
        Provision(
            column,
            said.get("is"),
            tuple(said.get("with", ())),
            said.get("silent", False),
            said.get("months"),
            {code: tuple(kinds) for code, kinds in said.get("kinds", {}).items()},
        )
        for column, said in data["features"].items()
    )
    promises, by_code = {}, {}
    for column, said in data["commitments"].items():
        codes = said.pop("codes", {})
        promises[column] = Promise(column, **said)
        for code, other in codes.items():
            by_code[column, code] = replace(promises[column], **other)
    return Codes(provisions, promises, by_code, data["endings"], data["publicity"])
