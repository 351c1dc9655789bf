"""Recent memberships of seven organizations: members, former ones, suspensions and returns."""

from __future__ import annotations

from collections import Counter

from foedus.importers.dates import Interval, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.states import State
from foedus.importers.tables import Row

TABLE = "org_membership_recent"

_NAMES = {
    "AES": "Alliance of Sahel States (AES)",
    "Arab League": "Arab League",
    "CSTO": "Collective Security Treaty Organization (CSTO)",
    "GCC": "Gulf Cooperation Council (GCC)",
    "IMCTC": "Islamic Military Counter Terrorism Coalition (IMCTC)",
    "NATO": "NATO",
    "Rio Treaty": "Parties to the Rio Treaty",
}
_PRECISION = {0: "", 4: "year", 7: "month", 10: "day"}

#: Where the dates of a suspended member are those of its membership, not of the suspension.
_TERM_OF_MEMBERSHIP = frozenset({"Rio Treaty"})


def write_memberships(given: Given) -> None:
    """Write what the file says."""
    rows = [(row, state) for row in given.rows(TABLE) if (state := _state(given, row))]
    stays: Counter[tuple[str, str, str]] = Counter()
    for row, state in sorted(rows, key=lambda found: (found[0]["start"], found[0].number)):
        if _dated(row):
            _write(given, row, state, stays)


def _state(given: Given, row: Row) -> State | None:
    letters = row["iso3166_alpha3"]
    by_letters = given.states.of_iso(letters)
    if row["ccode"]:
        day = row["start"] or given.version.known_until
        parts = given.states.parts(row, "ccode", Interval(day, day))
        state = parts[0].state if parts else None
        if state and by_letters and state != by_letters:
            row.wrong(
                "import-contradiction",
                "iso3166_alpha3",
                f"{letters} is {by_letters.name}, ccode {row['ccode']} is {state.name}",
                "One of the two is wrong: correct it.",
            )
            return None
        return state
    if by_letters is None:
        row.wrong(
            "import-state",
            "iso3166_alpha3",
            f"there is no state {letters} in the lists of states",
            "Correct the letters, or add the actor to other_states.toml.",
        )
    return by_letters


def _dated(row: Row) -> bool:
    for column in ("start", "end"):
        told, shown = row[f"{column}_precision"], _PRECISION[len(row[column])]
        if told != shown:
            row.wrong(
                "import-contradiction",
                f"{column}_precision",
                f"{told or 'blank'}, but {column} is {row[column] or 'blank'}",
                "One of the two is wrong: correct it.",
            )
            return False
    return in_order(row, row["start"] or None, row["end"] or None, "end")


def _write(given: Given, row: Row, state: State, stays: Counter[tuple[str, str, str]]) -> None:
    org, status = row["org"], row["status"]
    statements, name = given.statements, _NAMES[org]
    body = statements.thing(
        "arrangement",
        f"memberships-{slugged(org)}",
        ["SecurityArrangement"],
        name,
        comment="As the file of recent memberships names it.",
    )
    term = status == "suspended" and org in _TERM_OF_MEMBERSHIP
    role = "member" if status == "former" or term else status
    stays[org, state.slug, role] += 1
    stay = stays[org, state.slug, role]
    key = f"{slugged(org)}-{state.slug}-{role}-{stay}"
    record = [
        statements.evidence(
            key, f"{TABLE}: {org}, {state.name}, {status} {stay}", row.number, row["source"]
        )
    ]
    begin, end = row["start"] or None, row["end"] or None
    interval = Interval(begin, end, None if end else given.version.known_until)
    since = f" from {begin}" if begin else ""
    statements.membership(
        key,
        f"{state.name} was {role} of {name}{since}{f' to {end}' if end else ''}.",
        record,
        interval,
        member=state.iri,
        body=body,
        role=role,
        said=Said(note=row["note"] or None, spell=stay),
    )
    if status != "suspended":
        return
    suspended, reinstated = (end, None) if term else (begin, end)
    for kind, date in (("suspended", suspended), ("reinstated", reinstated)):
        if date:
            statements.act(
                f"act-{slugged(org)}-{state.slug}-{kind}-{stay}",
                f"{state.name} was {kind} in {name}.",
                record,
                date,
                kind=kind,
                object=body,
                counterpart=state.iri,
            )
