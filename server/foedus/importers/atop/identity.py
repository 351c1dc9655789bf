"""Which alliance of COW an alliance of ATOP is, by ATOP's own word.

The number that a record gives makes an identification: a judgement with its grounds, which a
curator may revoke by ranking it as deprecated. The two alliances are never merged.
"""

from __future__ import annotations

from collections.abc import Iterable

from foedus.content.names import F
from foedus.importers.atop.records import Alliance
from foedus.importers.atop.subjects import Subjects
from foedus.importers.tables import Row
from foedus.importers.writing import iri, text

DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"


def write_identity(subjects: Subjects, alliance: Alliance, row: Row | None) -> None:
    """One identification for each COW number in the records of *alliance*."""
    rows: Iterable[Row] = [*([row] if row else []), *alliance.rows]
    by_code: dict[str, list[Row]] = {}
    for found in rows:
        if found["cow4id"]:
            by_code.setdefault(found["cow4id"], []).append(found)
    for code, cited in sorted(by_code.items()):
        subjects.say.thing(
            "identification",
            f"atop-{alliance.number}.cow-{code}",
            ["Identification"],
            f"ATOP alliance {alliance.number} is COW alliance {code}",
            [
                (F + "arrangement", iri(subjects.arrangement(alliance))),
                (F + "cowAllianceId", text(code)),
                *((DERIVED_FROM, iri(record)) for record in sorted(set(subjects.records(cited)))),
            ],
            comment="That both are one is the word of ATOP (cow4id), and can be revoked.",
        )
