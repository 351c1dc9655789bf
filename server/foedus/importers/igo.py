"""COW Intergovernmental Organizations 3.0 (Pevehouse and others 2020): organizations, memberships.

The runs of years come in no certain order and are read one after the other; only the number of runs
of each state in each organization is kept in mind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from foedus.content.names import BASE
from foedus.importers.dates import Interval, in_order
from foedus.importers.registry import Given
from foedus.importers.statements import Said, slugged
from foedus.importers.tables import Row

SPELLS = "cow_igo_v3_membership_spells"
ORGANIZATIONS = "cow_igo_v3_organizations"

_ROLES = {"1": ("full", "member"), "2": ("associate", "associate"), "3": ("observer", "observer")}
_SURE = ("", "Completely accurate", "Not applicable - created 1965 or later")


@dataclass(frozen=True, slots=True)
class _Organization:
    """An organization as declared: its name for labels, and what is unsure of its memberships."""

    name: str
    note: str | None


def write_organizations(given: Given) -> None:
    """Write what the files of the release say."""
    known = {row["ioname"]: _organization(given, row) for row in given.rows(ORGANIZATIONS)}
    runs: Counter[tuple[str, str, str]] = Counter()
    for row in given.rows(SPELLS):
        name = row["ioname"]
        if name not in known:
            if given.has(ORGANIZATIONS):
                row.wrong(
                    "import-reference",
                    "ioname",
                    f"{ORGANIZATIONS} has no {name}",
                    "Take both files from one release.",
                )
                continue
            _declare(given, name, name)
            known[name] = _Organization(name, None)
        _membership(given, row, known[name], runs)


def _slug(name: str) -> str:
    return f"igo-{slugged(name)}"


def _declare(given: Given, short: str, name: str) -> str:
    comment = f"{short} in COW Intergovernmental Organizations."
    return given.statements.thing(
        "organization", _slug(short), ["Organization"], name, comment=comment
    )


def _organization(given: Given, row: Row) -> _Organization:
    statements, short, name = given.statements, row["ioname"], row["orgname"]
    body = _declare(given, short, name)
    record = [
        statements.evidence(
            f"organization-{slugged(short)}",
            f"{ORGANIZATIONS}: ionum {row['ionum']}, {short}",
            row.number,
        )
    ]
    for place, spelling in enumerate(dict.fromkeys((short, name, row["longorgname"])), 1):
        if spelling:
            statements.naming(
                f"{slugged(short)}-name-{place}",
                f"COW calls the organization {spelling}.",
                record,
                named=body,
                spelling=spelling,
            )
    local = f"{slugged(short)}-founded"
    statements.act(local, f"{name} was founded.", record, row["sdate"], kind="founded", object=body)
    ended = row["deaddate"]
    if bool(ended) is not bool(row.flag("dead")):
        row.warn(
            "import-disagreement",
            "dead",
            f"{row['dead']}, but the year of its end is {ended or 'blank'}; the year is followed",
        )
    if ended and in_order(row, row["sdate"], ended, "deaddate"):
        taken = "Another organization took it in." if row.flag("integrated") else None
        taken = "Another organization took its place." if row.flag("replaced") else taken
        statements.act(
            f"{slugged(short)}-ended",
            f"{name} came to its end.",
            record,
            ended,
            kind="ended" if taken else "dissolved",
            object=body,
            said=Said(note=taken),
        )
    notes = []
    if row.flag("imputed"):
        notes.append("Some years of this organization were filled in by the project.")
    accuracy = row["accuracyofpre1965membershipdates"]
    if accuracy not in _SURE:
        notes.append(f"Accuracy of dates before 1965, by the project: {accuracy.lower()}.")
    return _Organization(name, " ".join(notes) or None)


def _membership(
    given: Given,
    row: Row,
    organization: _Organization,
    runs: Counter[tuple[str, str, str]],
) -> None:
    short, code, status = row["ioname"], row["ccode"], row["status"]
    label, role = _ROLES[status]
    if row["status_label"] != label:
        row.wrong(
            "import-contradiction",
            "status_label",
            f"{row['status_label']}, but status {status} is {label}",
            "One of the two is wrong: correct it.",
        )
        return
    begin, end = row["start_year"], row["end_year"]
    if not in_order(row, begin, end, "end_year"):
        return
    open_ = row.flag("right_censored")
    until = given.version.known_until
    if open_ and end != until[:4]:
        row.wrong(
            "import-contradiction",
            "right_censored",
            f"1, but the run ends in {end} and the data in {until[:4]}",
            "One of the two is wrong: correct it.",
        )
        return
    runs[short, code, role] += 1
    run = runs[short, code, role]
    key = f"{slugged(short)}-{code}-{role}-{run}"
    record = given.statements.evidence(
        key, f"{SPELLS}: ioname {short}, ccode {code}, status {status}, run {run}", row.number
    )
    interval = Interval(begin, None if open_ else end, until if open_ else None)
    for place, part in enumerate(given.states.parts(row, "ccode", interval)):
        notes = [note for note in (organization.note, part.note if part.cut else None) if note]
        given.statements.membership(
            f"{key}-{part.state.slug}" if place else key,
            f"{part.state.name} was {role} of {organization.name} from {begin}.",
            [record],
            part.interval,
            member=part.state.iri,
            body=f"{BASE}id/organization/{_slug(short)}",
            role=role,
            said=Said(note=" ".join(notes) or None, spell=run),
        )
