"""What a build asks of statements before it makes facts of them: the gate's checks that are quick.

Names that are declared, a passage behind every statement and in its place, dates that are EDTF and
do not end before they begin, nothing that only rules may say. The whole gate, shapes and coverage
among it, is ``foedus check``.
"""

from __future__ import annotations

from foedus.check.dates import check_dates
from foedus.check.derived import by_hand
from foedus.check.evidence import broken_evidence
from foedus.check.inputs import Inputs
from foedus.check.terms import undeclared
from foedus.content.read import Reading
from foedus.content.texts import Texts
from foedus.findings import Finding, Severity


def check_statements(reading: Reading, texts: Texts) -> tuple[Finding, ...]:
    """The errors in the statements of *reading*, which must not have been derived from yet."""
    inputs = Inputs.of(reading, texts)
    _, names = undeclared(inputs)
    _, dates = check_dates(inputs)
    found = (*names, *by_hand(inputs), *broken_evidence(inputs), *dates)
    return tuple(dict.fromkeys(f for f in found if f.severity is Severity.ERROR))
