"""The patterns: one entry of a table each, read from the files in ``tables/``.

An entry has a ``name``, what it seeks (``match``, one or several ways to write it), its ``kind``,
and examples: sentences in which it finds something (``yes``) and must find nothing (``no``).
Further fields:

``set``       slots with the same value always: ``actKind = "act/signed"`` is a concept
``each``      slots of which every value makes a candidate of its own
``plural``    slots that hold two values at least
``rename``    slots that take what was kept under another name
``choose``    a slot whose concept the words of the match decide: one candidate for each found
``date``      the slot (``date``, ``begin``, ``end``) that takes the date beside the match
``parties``   slots filled with the two sides, or the members of the body, where the text says
              "each other" or "the parties"
``topic``     slots that take the body last named where the match names none; ``topic_any`` takes a
              proposal or a label too, ``topic_proposal`` these alone
``lookup``    the state or body of an office, from what is known of the person
``make``      slots for which a new thing of this class is made where the match names none
``needs``     slots without which there is no candidate
``tense``     instead of the one read from the auxiliaries
``modal``     what becomes of what would, could or shall be: ``drop``, ``keep``, or ``promise``
              (kept where it shall or will be)
``denied``    what becomes of a denial: ``drop``, ``negate`` (the statement is denied), ``keep``, or
              ``only`` (there must be one, and the statement is denied)
``denial``    a word of denial must stand in the match
``polarity``  instead of the one read
``same``      the two named things are one
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from foedus.assist.patterns.language import compile_pattern

_TABLES = Path(__file__).with_name("tables")
_CALIBRATION = Path(__file__).with_name("calibration.toml")
#: What a pattern is worth that was never counted.
UNKNOWN = 0.6


@dataclass(frozen=True)
class Pattern:
    """One pattern, as its entry in the table says; see the module."""

    name: str
    kind: str
    ways: tuple[re.Pattern[str], ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    set: Mapping[str, str] = field(default_factory=dict)
    each: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    parties: tuple[str, ...] = ()
    tense: str = ""
    modal: str = "drop"
    denied: str = "drop"
    choose: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    make: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ("body",)
    plural: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    topic_any: tuple[str, ...] = ()
    topic_proposal: tuple[str, ...] = ()
    lookup: str = ""
    polarity: str = ""
    denial: bool = False
    same: bool = False
    confidence: float = UNKNOWN


@cache
def patterns() -> tuple[Pattern, ...]:
    """Every pattern, by file and in the order of the entries."""
    calibrated = (
        tomllib.loads(_CALIBRATION.read_text(encoding="utf-8")) if _CALIBRATION.is_file() else {}
    )
    return tuple(
        _pattern(entry, path.stem, calibrated)
        for path in sorted(_TABLES.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["pattern"]
    )


def _pattern(entry: dict[str, Any], room: str, calibrated: Mapping[str, Any]) -> Pattern:
    ways = entry["match"] if isinstance(entry["match"], list) else [entry["match"]]
    name = entry["name"]
    unknown = sorted(set(entry) - {f.name for f in fields(Pattern)} - {"match"})
    if unknown:
        raise ValueError(f"{room}.toml: {name}: no such field: {', '.join(unknown)}")
    return Pattern(
        name=name,
        kind=entry["kind"],
        ways=tuple(compile_pattern(way) for way in ways),
        yes=tuple(entry["yes"]),
        no=tuple(entry["no"]),
        set=entry.get("set", {}),
        each=tuple(entry.get("each", ())),
        rename=entry.get("rename", {}),
        date=entry.get("date", ""),
        parties=tuple(entry.get("parties", ())),
        tense=entry.get("tense", ""),
        modal=entry.get("modal", "drop"),
        denied=entry.get("denied", "drop"),
        choose=entry.get("choose", {}),
        needs=tuple(entry.get("needs", ())),
        make=entry.get("make", {}),
        roles=tuple(entry.get("roles", ("body",))),
        plural=tuple(entry.get("plural", ())),
        topic=tuple(entry.get("topic", ())),
        topic_any=tuple(entry.get("topic_any", ())),
        topic_proposal=tuple(entry.get("topic_proposal", ())),
        lookup=entry.get("lookup", ""),
        polarity=entry.get("polarity", ""),
        denial=entry.get("denial", False),
        same=entry.get("same", False),
        confidence=float(calibrated.get("confidence", {}).get(name, UNKNOWN)),
    )
