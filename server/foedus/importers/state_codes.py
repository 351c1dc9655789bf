"""Codes of states in other lists: ISO 3166, Gleditsch and Ward, Wikidata.

A code is told of the state itself in the graph of its source; where Foedus ships another one, that
is a warning. Names become statements.
"""

from __future__ import annotations

import re
from collections import defaultdict

from foedus.content.names import F
from foedus.findings import Finding, Severity
from foedus.importers.dates import Interval
from foedus.importers.registry import Given
from foedus.importers.statements import slugged
from foedus.importers.states import State
from foedus.importers.tables import Row
from foedus.importers.writing import iri, text

_EXACT = "http://www.w3.org/2004/02/skos/core#exactMatch"
_WIKIDATA = "http://www.wikidata.org/entity/"
_ITEM = re.compile(r"Q[0-9]+\Z")
_LANGUAGES = {
    "Arabic": "ar", "Chinese": "zh", "English": "en", "French": "fr", "Russian": "ru",
    "Spanish": "es", "ar": "ar", "cn": "zh", "en": "en", "fr": "fr", "ru": "ru", "es": "es",
}  # fmt: skip


def write_gw_codes(given: Given) -> None:
    """Write which code of Gleditsch and Ward each state has."""
    seen: set[tuple[str, str]] = set()
    others = 0
    for row in given.rows("cow_gw_crosswalk"):
        if not row["ccode"]:
            others += 1
            continue
        interval = Interval(row["first_year"], row["last_year"])
        for part in given.states.parts(row, "ccode", interval):
            if row["gwcode"] and (part.state.slug, row["gwcode"]) not in seen:
                seen.add((part.state.slug, row["gwcode"]))
                _tell(given, row, part.state, [("gwcode", "gwCode", row["gwcode"])])
    _set_aside(given, others, "of states that COW does not list")


def write_crosswalk(given: Given) -> None:
    """Write the codes of the crosswalk."""
    for row in given.rows("state_crosswalk"):
        states = given.states.of_code(row["ccode"])
        if not states:
            given.states.parts(row, "ccode", Interval(None))  # complains
            continue
        state = next(
            (s for s in states if row["stateabb"] in given.states.codes_of(s, "cowAbbreviation")),
            None,
        )
        if state is None:
            row.warn(
                "import-disagreement",
                "stateabb",
                f"{row['stateabb']} is not how we abbreviate the state of code {row['ccode']}",
            )
            continue
        codes = [
            ("stateabb", "cowAbbreviation", row["stateabb"]),
            ("iso3166_alpha3", "isoAlpha3", row["iso3166_alpha3"]),
            ("iso3166_alpha2", "isoAlpha2", row["iso3166_alpha2"]),
            ("iso3166_numeric", "isoNumeric", _three(row["iso3166_numeric"])),
            *(("gwcode", "gwCode", code) for code in row["gwcode"].split("|")),
        ]
        _tell(given, row, state, [code for code in codes if code[2]])
        _same(given, row, state, "wikidata_qid")


def write_iso(given: Given) -> None:
    """Write ISO's codes of states, and their names in six languages."""
    others = 0
    for row in given.rows("iso_country_codes"):
        letters = row["ISO3166-1-Alpha-3"]
        state = given.states.of_iso(letters)
        if state is None:
            others += 1
            continue
        codes = [
            ("ISO3166-1-Alpha-3", "isoAlpha3", letters),
            ("ISO3166-1-Alpha-2", "isoAlpha2", row["ISO3166-1-Alpha-2"]),
            ("ISO3166-1-numeric", "isoNumeric", _three(row["ISO3166-1-numeric"])),
        ]
        _tell(given, row, state, codes)
        _same(given, row, state, "wikidata_id")
        _names(given, row, state, letters)
    _set_aside(given, others, "of territories that are no state of the system")


def _set_aside(given: Given, number: int, what: str) -> None:
    if number:
        given.complaints.add(
            Finding(
                "import-set-aside",
                f"{number} rows are {what}: not read",
                Severity.INFO,
                file=given.files[0].path,
            )
        )


def _three(number: str) -> str:
    return number.zfill(3) if number else ""


def _tell(given: Given, row: Row, state: State, codes: list[tuple[str, str, str]]) -> None:
    for column, name, code in codes:
        ours = given.states.codes_of(state, name)
        if ours and code not in ours:
            row.warn(
                "import-disagreement",
                column,
                f"{code} for {state.name}; we have {', '.join(sorted(ours))}",
            )
    if not state.declared:
        pairs = [(F + name, text(code)) for _, name, code in codes]
        given.statements.quads.add(state.iri, pairs, given.statements.graph)


def _same(given: Given, row: Row, state: State, column: str) -> None:
    item = row[column].rsplit("/", 1)[-1]
    if not item:
        return
    if not _ITEM.match(item):
        row.wrong(
            "import-cell", column, f"{row[column]!r} names no item of Wikidata", "Expected Q889."
        )
        return
    given.statements.quads.add(state.iri, [(_EXACT, iri(_WIKIDATA + item))], given.statements.graph)


def _names(given: Given, row: Row, state: State, letters: str) -> None:
    record = [
        given.statements.evidence(
            slugged(letters), f"iso_country_codes: {letters}", row.number
        )
    ]  # fmt: skip
    spellings: dict[str, list[str]] = defaultdict(list)
    for column, cell in row.cells.items():
        if not cell or not column.startswith(("UNTERM", "official_name", "CLDR")):
            continue
        word = column.split()[1] if column.startswith("UNTERM") else column.rsplit("_", 1)[-1]
        language = _LANGUAGES.get(word, "en")
        if cell not in spellings[language]:
            spellings[language].append(cell)
    for language, found in sorted(spellings.items()):
        for place, spelling in enumerate(found, 1):
            given.statements.naming(
                f"{slugged(letters)}-{language}-{place}",
                f"{state.name} is called {spelling} ({language}).",
                record,
                named=state.iri,
                spelling=spelling,
                language=language,
            )
