"""What the text of an alliance says beside what is owed: term, organs, threat, secrecy and so on.

Provisions are said of the arrangement, or of its phases where it has several: a phase is that
which has one and the same provisions throughout.
"""

from __future__ import annotations

from foedus.content.names import F
from foedus.importers.atop.codes import Provision, read_codes
from foedus.importers.atop.records import Phase
from foedus.importers.atop.subjects import Subjects
from foedus.importers.dates import Interval
from foedus.importers.statements import Said, concept, slugged
from foedus.importers.tables import Row
from foedus.importers.writing import integer, iri

_SECONDARY = "The text was not seen by the coders: known from secondary sources only."


def write_provisions(subjects: Subjects, phase: Phase, cited: list[Row]) -> None:
    """Write what is said of a phase; *cited* are the records that say it."""
    evidence = subjects.records(cited)
    for provision in read_codes().provisions:
        _features(subjects, phase, provision, evidence)
    _wartime(subjects, phase, evidence)
    _form(subjects, phase, evidence)
    _threats(subjects, phase, evidence)


def _interval(subjects: Subjects, phase: Phase) -> Interval:
    return Interval(phase.begin, phase.end, None if phase.end else subjects.until)


def _features(subjects: Subjects, phase: Phase, provision: Provision, evidence: list[str]) -> None:
    cells = phase.cells
    months = int(cells[provision.months] or 0) if provision.months else 0
    probable = cells["source"] == "2"
    for number, (feature, value) in enumerate(provision.features(cells[provision.column])):
        more = [(F + "months", integer(months))] if months and not number else []
        if probable and value != "unknown":
            more.append((F + "certainty", concept("certainty/probable")))
        subjects.say.lasting(
            "Feature",
            slugged(provision.column, phase.key, feature),
            f"ATOP alliance {phase.key}: {feature.replace('-', ' ')} — {value}.",
            [
                (F + "arrangement", iri(subjects.body(phase))),
                (F + "feature", concept(f"feature/{feature}")),
                (F + "value", concept(f"value/{value}")),
                *more,
            ],
            evidence,
            _interval(subjects, phase),
            Said(note=_SECONDARY if probable else None),
        )


def _wartime(subjects: Subjects, phase: Phase, evidence: list[str]) -> None:
    during = phase.cells["wartime"] == "1"
    subjects.say.classification(
        slugged("wartime", phase.key),
        f"ATOP alliance {phase.key} was {'' if during else 'not '}formed in wartime.",
        evidence,
        Interval(None, None, subjects.until),
        thing=subjects.body(phase),
        type="wartime-alliance",
        said=Said(polarity="affirmed" if during else "negated"),
    )


def _form(subjects: Subjects, phase: Phase, evidence: list[str]) -> None:
    mode = phase.cells["estmode"]
    form = "agreement-in-simplified-form" if mode == "0" else "treaty-in-solemn-form"
    subjects.say.classification(
        slugged("estmode", phase.key),
        f"Text of ATOP alliance {phase.key}: {form.replace('-', ' ')}"
        f"{'' if mode else ', or not: it was not seen'}.",
        evidence,
        Interval(None, None, subjects.until),
        thing=subjects.text_of(phase),
        type=form,
        said=Said(polarity="affirmed" if mode else "not-stated"),
    )


def _threats(subjects: Subjects, phase: Phase, evidence: list[str]) -> None:
    row, day = phase.rows[0], Interval(phase.begin, phase.begin)
    for column in ("statthr1", "statthr2"):
        if row[column] in ("", "0"):
            continue
        state = subjects.given.states.parts(row, column, day)[0].state
        subjects.say.lasting(
            "Purpose",
            slugged(column, phase.key),
            f"ATOP alliance {phase.key} names {state.name} as a threat.",
            [
                (F + "purposeOf", iri(subjects.body(phase))),
                (F + "purpose", concept("purpose/meeting-a-named-threat")),
                (F + "against", iri(state.iri)),
            ],
            evidence,
            Interval(None),
        )
